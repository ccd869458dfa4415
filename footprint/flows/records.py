"""Flow files → one unit × provider table.

Three kinds of file: `count` (a number of patients for each unit and provider), `proportion` (the
share of a unit's patients at each provider) and `record` (a row for each spell). Suppressed counts
become intervals; nothing else is guessed, and what cannot be a count is refused.
"""

from __future__ import annotations

import csv
import glob
import gzip
import re
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.columns import choose_code_column, find_column
from footprint.errors import InputError
from footprint.files import PARQUET, Source, require_file, sha256_of
from footprint.flows.engines import Engine, Files, query
from footprint.geographies import Geography, read_column
from footprint.words import count, listing, short

if TYPE_CHECKING:
    import pyarrow as pa

    from footprint.planfile import FlowsSpec

Kind = Literal["count", "proportion", "record"]

_DELIMITERS = (",", ";", "\t", "|")
PROVIDER_WORDS = (
    "provider", "provider_code", "providercode", "trust_code", "trust", "trustcode", "site_code",
    "site", "procode", "ods_code", "org_code", "organisation_code", "organisationcode",
)  # fmt: skip
_VALUE_WORDS = (
    "count", "admissions", "activity", "spells", "patients", "attendances", "episodes", "proportion",
    "share", "number", "value", "n",
)  # fmt: skip
_SHARE_WORDS = ("proportion", "share")
# HES disclosure control prints counts of 1 to 7 as `*` (NHS Digital, "Hospital Episode Statistics
# (HES) Analysis Guide"). A blank or `#` says less, so it is given the same, wider interval.
SUPPRESSED_MOST = 7
# Shares are published with 15 digits at most, so sums may pass 1 by as little as this.
ROUNDING = 1e-6
_SAMPLE_ROWS = 2000


@dataclass(frozen=True, eq=False)
class FlowTable:
    """What patients of each unit do at each provider, as the files say it.

    The four arrays have a row for each unit and provider with any flow, sorted by both.
    """

    units: pd.Index
    """Codes of units, sorted; "" stands for records without one."""
    providers: pd.Index
    """Codes of providers, sorted; "" stands for records without one."""
    unit: NDArray[np.intp]
    """Position in `units`."""
    provider: NDArray[np.intp]
    """Position in `providers`."""
    low: NDArray[np.float64]
    """Least activity (or share of the unit's activity, for proportions)."""
    high: NDArray[np.float64]
    """Most activity: above `low` where a count is suppressed."""
    kind: Kind
    suppressed: int
    """Cells that were suppressed."""
    source: Source
    stated_source: str
    """Whose figures they are, as the plan says."""
    assumption: str
    """What every output has to say of them, as the plan says; empty if nothing."""
    notes: tuple[str, ...]


def read_flows(
    spec: FlowsSpec, root: Path, geography: Geography | None, engine: Engine | None = None
) -> FlowTable:
    """Read flows.

    Parameters
    ----------
    spec : the plan's [flows]; columns that it does not name are found by their names
    root : folder that its path is relative to
    geography : of the units that flows are keyed by, for finding their column; None if unknown
    engine : DuckDB in this process, or Spark

    Raises
    ------
    InputError : for files that are missing, empty, not alike or not readable; for columns that
        cannot be found or are of the wrong type; for values that are no counts (or shares), for
        shares of one unit that add up to more than 1, and for a unit and provider on several rows

    """
    files = find_files(spec.path, root)
    notes: list[str] = []
    sample = first_rows(files)
    wanted = find_columns(spec, files, sample, geography, notes)
    kind: Kind = spec.kind or guess_kind(wanted.get("value"), notes)
    if kind == "record":
        wanted.pop("value", None)
    elif "value" not in wanted:
        raise InputError(
            files.name,
            "has no column recognised as a count or a share",
            f'Name it with value = "…", or say kind = "record" if each row is one patient. '
            f"Its columns: {listing(files.columns, 12)}.",
        )
    only: dict[str, list[str]] = {}
    for key, chosen_values in spec.only.items():
        column = find_column(list(files.columns), key, Path(files.name))
        if column in only:
            raise InputError(files.name, f"only = {{…}} names the column '{column}' twice", "Name it once.")
        only[column] = texts(chosen_values)
    types = _types(files, wanted)
    sql = _sql(kind, types)
    with ThreadPoolExecutor(1) as aside:  # hashing holds no lock, and mostly waits for the disk
        digest = aside.submit(sha256_of, files.paths)
        found = query(engine or Engine(), files, wanted, only, sql)
    if found.num_rows == 0:
        chosen = " and ".join(f"{key} = {' or '.join(values)}" for key, values in only.items())
        raise InputError(
            files.name,
            f"has no row with {chosen}" if only else "has no rows",
            "Choose others with only = {…}." if only else "Fetch or export it again.",
        )
    return _table(found, kind, spec, files, wanted, digest.result(), notes)


# ── which files, and which columns ──────────────────────────────────────────────────────────────


def find_files(stated: str, folder: Path = Path()) -> Files:
    """Return the files that a path names: a file, a folder of Parquet (or CSV) files, or a glob.

    The path is relative to `folder`, whose own name is never a part of the glob.

    Raises InputError where there are none, and where their columns differ.
    """
    name = str(folder / stated)
    path, root = Path(name), None
    if path.is_dir():
        root = path
        inside = sorted(p for p in path.rglob("*") if p.is_file() and p.name[0] not in "._")
        paths = [p for p in inside if _is_parquet(p) or _is_csv(p)]
        if not paths:
            raise InputError(name, "is a folder without Parquet or CSV files", "Name another.")
    elif not path.exists() and any(sign in stated for sign in "*?["):
        pattern = stated if Path(stated).is_absolute() else str(Path(glob.escape(str(folder)), stated))
        paths = sorted(Path(p) for p in glob.glob(pattern, recursive=True) if Path(p).is_file())
        if not paths:
            raise InputError(name, "no file fits this pattern", "Check the path.")
        inner = Path(stated).parts
        root = folder / Path(*inner[: next(i for i, p in enumerate(inner) if any(s in p for s in "*?["))])
    else:
        paths = [path]
    for each in paths:
        require_file(each, "table of flows")
    parquet = _is_parquet(paths[0])
    if any(_is_parquet(p) != parquet for p in paths):
        raise InputError(name, "holds Parquet files and others", "Name those that are meant with a pattern.")
    for each in paths:
        if each.suffix.lower() == ".gz":
            _require_whole(each)
    heads = [_parquet_columns(p) if parquet else _csv_heading(p) for p in paths]
    for each, head in zip(paths, heads, strict=True):
        for what, one, first in zip(("columns", "delimiters"), head, heads[0], strict=True):
            if one != first:
                raise InputError(
                    each, f"has other {what} than {paths[0].name}", "Name files of one form with a pattern."
                )
    columns, delimiter = heads[0]
    partitions = _partitions(paths[0], root) if parquet else ()
    folded = {c.casefold() for c in columns}
    if twice := [p for p in partitions if p.casefold() in folded]:
        raise InputError(
            paths[0], f"has a column '{twice[0]}' that its folder is named by too", "Rename one of them."
        )
    return Files(name, tuple(paths), parquet, (*columns, *partitions), delimiter, partitions, root)


def _is_parquet(path: Path) -> bool:
    return path.suffix.lower() in PARQUET


def _is_csv(path: Path) -> bool:
    return path.name.lower().removesuffix(".gz").endswith((".csv", ".tsv", ".txt"))


def _partitions(path: Path, root: Path | None) -> tuple[str, ...]:
    """Return the columns that stand in the names of folders below `root`: `year=2018/`."""
    if root is None:
        return ()
    folders = path.parent.relative_to(root).parts
    return tuple(f.partition("=")[0] for f in folders if "=" in f)


def _parquet_columns(path: Path) -> tuple[tuple[str, ...], str]:
    names = schema_of(path).names
    _refuse_twins(path, names)
    return tuple(names), ","


def _refuse_twins(path: Path, names: Sequence[str]) -> None:
    folded = [c.casefold() for c in names]
    twice = sorted({c for c in names if folded.count(c.casefold()) > 1})
    if twice:
        raise InputError(path, f"has two columns called {listing(twice)}", "Rename one.")


def schema_of(path: Path) -> pa.Schema:
    """Return the columns and types of a Parquet file; InputError where it is none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_schema(path)
    except (pa.ArrowException, OSError, ValueError) as fault:
        told = " ".join(str(fault).split())[:160]
        raise InputError(path, f"cannot be read as Parquet ({told})", "Export it again.") from None


def _csv_heading(path: Path) -> tuple[tuple[str, ...], str]:
    """Return the columns and the delimiter of a CSV file."""
    first = re.split(b"\r\n|\n|\r", _head(path), maxsplit=1)[0]
    try:
        text = first.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(path, "is not UTF-8 text", "Save it as 'CSV UTF-8'.") from None
    if "\0" in text:
        raise InputError(path, "is not a text file (it holds null bytes)", "Save it as CSV.")
    delimiter = max(_DELIMITERS, key=text.count)
    try:
        heading = [c.strip() for c in next(csv.reader(StringIO(text), delimiter=delimiter), [])]
    except csv.Error as fault:
        raise InputError(
            path, f"has a first line that cannot be read ({fault})", "Export it again."
        ) from None
    if not any(heading):
        raise InputError(path, "has no heading on its first line", "Name the columns there.")
    if not all(heading):
        nameless = [i + 1 for i, c in enumerate(heading) if not c]
        raise InputError(path, f"has no heading above column {listing(nameless)}", "Give it one.")
    _refuse_twins(path, heading)
    return tuple(heading), delimiter


def _head(path: Path, size: int = 1 << 18) -> bytes:
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as stream:
            return stream.read(size)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise InputError(path, "is not a gzip file, or is cut off", "Fetch it again.") from None


def _require_whole(path: Path) -> None:
    """Raise InputError for a gzip file that is cut off or damaged; engines do not look at its check sum."""
    try:
        with gzip.open(path) as stream:
            while stream.read(1 << 20):
                pass
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise InputError(path, "is a gzip file that is cut off or damaged", "Fetch it again.") from None


def first_rows(files: Files) -> pd.DataFrame:
    """Return the first rows of the first file as text, for finding columns."""
    if files.parquet:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            batch = next(pq.ParquetFile(files.paths[0]).iter_batches(_SAMPLE_ROWS), None)
        except (pa.ArrowException, OSError, ValueError) as fault:
            told = " ".join(str(fault).split())[:160]
            raise InputError(files.paths[0], f"cannot be read ({told})", "Export it again.") from None
        return pd.DataFrame(columns=list(files.columns)) if batch is None else batch.to_pandas().astype(str)
    lines = _head(files.paths[0]).decode("utf-8-sig", "replace").splitlines()
    rows = csv.reader(lines[1 : min(len(lines) - 1, _SAMPLE_ROWS) + 1], delimiter=files.delimiter)
    width = len(files.columns)
    try:
        held = [(row + [""] * width)[:width] for row in rows if row]
    except csv.Error as fault:
        raise InputError(
            files.paths[0],
            f"cannot be read from line {rows.line_num} on ({fault})",
            "Close the quote that was opened there.",
        ) from None
    return pd.DataFrame(held, columns=list(files.columns), dtype=str)


def find_columns(
    spec: FlowsSpec, files: Files, sample: pd.DataFrame, geography: Geography | None, notes: list[str]
) -> dict[str, str]:
    """Return the columns of unit, provider and (if there is one) value; notes say what was found by name.

    Raises InputError where one cannot be found, or is meant twice.
    """
    columns, path = list(files.columns), Path(files.name)
    held = set(sample.columns)
    if spec.unit is not None:
        unit = find_column(columns, spec.unit, path)
    else:
        inside = [c for c in columns if c in held]
        unit = choose_code_column(inside, None, geography, path, lambda c: sample[c].str.strip(), "unit").name
        notes.append(f"{path.name}: units of flows read from column '{unit}'")
    if spec.provider is not None:
        provider = find_column(columns, spec.provider, path)
    else:
        named = by_word(columns, PROVIDER_WORDS, unit)
        if named is None:
            raise InputError(
                path,
                "has no column recognised as a provider",
                f'Name it with provider = "…". Its columns: {listing(columns, 12)}.',
            )
        provider = named
        notes.append(f"{path.name}: providers read from column '{provider}'")
    wanted = {"unit": unit, "provider": provider}
    if spec.kind != "record":
        value = by_word(columns, _VALUE_WORDS, unit)
        if spec.value is not None:
            value = find_column(columns, spec.value, path)
        if value is not None:
            wanted["value"] = value
            if spec.value is None:
                notes.append(f"{path.name}: activity read from column '{value}'")
    if len(set(wanted.values())) < len(wanted):
        raise InputError(path, "has one column for two things: " + listing(wanted.values()), "Name each.")
    return wanted


def by_word(columns: Sequence[str], words: Sequence[str], but: str = "") -> str | None:
    """Return the column that is called like the first of `words` that any is called like, or None."""
    return next((c for w in words for c in columns if c != but and c.strip().lower() == w), None)


def guess_kind(value: str | None, notes: list[str]) -> Kind:
    """Return what kind of flows a column of values is, by its name; None is a file of records."""
    kind: Kind = "count"
    if value is None:
        kind = "record"
    elif any(word in value.lower() for word in _SHARE_WORDS):
        kind = "proportion"
    told = "each row is one record" if value is None else f"'{value}' holds {kind}s"
    notes.append(f"flows: {told}, by the names of the columns")
    return kind


def texts(values: Any) -> list[str]:
    """Return what an entry of only = {…} allows, as text."""
    listed = values if isinstance(values, list) else [values]
    return [str(v).lower() if isinstance(v, bool) else str(v).strip() for v in listed]


def _types(files: Files, wanted: dict[str, str]) -> dict[str, str]:
    """Return "text" or "number" for each wanted column; InputError for types that cannot be meant."""
    if not files.parquet:
        return dict.fromkeys(wanted, "text")
    import pyarrow.types as kinds

    found: dict[str, str] = {}
    for path in files.paths:
        schema = schema_of(path)
        for role, name in wanted.items():
            if name not in schema.names:
                found[role] = "text"  # a folder's name
                continue
            type_ = schema.field(name).type
            inner = type_.value_type if kinds.is_dictionary(type_) else type_
            text = kinds.is_string(inner) or kinds.is_large_string(inner) or kinds.is_string_view(inner)
            whole = kinds.is_integer(inner)
            number = whole or kinds.is_floating(inner) or kinds.is_decimal(inner)
            if not (text or (number if role == "value" else whole)):
                needed = "a number or text" if role == "value" else "text"
                raise InputError(
                    path, f"has {type_} in column '{name}', where {needed} is needed", "Export it as such."
                )
            kind = "text" if text else "number"
            if found.setdefault(role, kind) != kind:
                raise InputError(
                    path, f"has another type in column '{name}' than other files", "Export them alike."
                )
    return found


# ── the SQL ─────────────────────────────────────────────────────────────────────────────────────

# Only what DuckDB and Spark both know. Patterns are anchored, so that it does not matter that
# REGEXP_REPLACE replaces the first match in one and all of them in the other.
# 0,123 is a decimal comma, so thousands do not start with 0; a share has no thousands.
_COUNT = "^[+-]?([0-9]+|[1-9][0-9]{0,2}(,[0-9]{3})+)([.][0-9]*)?([eE][+-]?[0-9]+)?$"
_SHARE = "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$"


def _sql(kind: Kind, types: dict[str, str]) -> str:
    """Return the query that makes one row for each unit and provider.

    Codes are grouped as they stand and cleaned afterwards, when there are few of them.
    """

    def code(name: str) -> str:
        return name if types[name] == "text" else f"CAST({name} AS STRING) AS {name}"

    keys = f"{code('unit')}, {code('provider')}"
    if kind == "record":
        return f"SELECT {keys}, COUNT(*) AS cells FROM flows GROUP BY unit, provider"
    if types["value"] == "number":
        cells = (
            f"SELECT {keys}, CAST(value AS STRING) AS written, CAST(value AS DOUBLE) AS number, "
            f"CASE WHEN value IS NULL THEN {SUPPRESSED_MOST}.0 END AS most FROM flows"
        )
    else:
        number = _COUNT if kind == "count" else _SHARE
        # the engines differ on what else may stand in a number, as in <5d or <1_0
        below = (
            "CASE WHEN REGEXP_REPLACE(TRIM(SUBSTR(written, 2)), '^[0-9]+$', '') = '' "
            "THEN TRY_CAST(TRIM(SUBSTR(written, 2)) AS DOUBLE) - 1 END"
        )
        cells = (
            "SELECT unit, provider, written, "
            f"CASE WHEN written <> '' AND REGEXP_REPLACE(written, '{number}', '') = '' "
            "THEN TRY_CAST(REPLACE(written, ',', '') AS DOUBLE) END AS number, "
            f"CASE WHEN written IS NULL OR written IN ('', '*', '#') THEN {SUPPRESSED_MOST}.0 "
            f"WHEN SUBSTR(written, 1, 1) = '<' THEN COALESCE({below}, -1.0) END AS most "
            f"FROM (SELECT {keys}, TRIM(CAST(value AS STRING)) AS written FROM flows) AS texts"
        )
    if kind == "count":
        fits = "number >= 0 AND number <= 1e12 AND number = FLOOR(number)"
        interval = "most >= 1 AND most <= 1000 AND most = FLOOR(most)"
        low, high = "SUM(CASE WHEN most IS NULL THEN number ELSE 1.0 END)", "SUM(COALESCE(most, number))"
    else:
        fits = f"number >= 0 AND number <= {1 + ROUNDING}"
        interval = f"most = {SUPPRESSED_MOST}"
        # a share that is not published is part of what is missing from the row
        low = high = "SUM(CASE WHEN most IS NULL THEN number ELSE 0.0 END)"
    return (
        f"SELECT unit, provider, COUNT(*) AS cells, {low} AS low, {high} AS high, "
        "COUNT(most) AS suppressed, CAST(SUM(bad) AS BIGINT) AS bad, "
        "MAX(CASE WHEN bad = 1 THEN written END) AS example "
        "FROM (SELECT unit, provider, written, number, most, "
        f"CASE WHEN most IS NOT NULL AND {interval} THEN 0 "
        f"WHEN most IS NULL AND number IS NOT NULL AND {fits} THEN 0 ELSE 1 END AS bad "
        f"FROM ({cells}) AS cells) AS judged GROUP BY unit, provider"
    )


# ── the table ───────────────────────────────────────────────────────────────────────────────────


def _table(
    found: pa.Table,
    kind: Kind,
    spec: FlowsSpec,
    files: Files,
    wanted: dict[str, str],
    digest: str,
    notes: list[str],
) -> FlowTable:
    raw_unit, units = _codes(found["unit"])
    raw_provider, providers = _codes(found["provider"])
    cells = found["cells"].to_numpy().astype(np.int64)
    if kind != "record" and found["bad"].to_numpy().any():
        _refuse_values(found, kind, files, units[raw_unit], providers[raw_provider])
    # a code with a blank behind it and without are one, so cells may meet only now
    key = raw_unit.astype(np.int64) * len(providers) + raw_provider
    order = np.argsort(key)
    starts = np.flatnonzero(np.diff(key[order], prepend=-1))
    met = np.add.reduceat(cells[order], starts)
    unit, provider = np.divmod(key[order][starts], len(providers))
    if kind == "record":
        low = high = met.astype(float)
        suppressed = 0
    else:
        if spec.repeated is None:
            _refuse_repeated(kind, files, met, units[unit], providers[provider])
        low = np.add.reduceat(found["low"].to_numpy().astype(float)[order], starts)
        high = np.add.reduceat(found["high"].to_numpy().astype(float)[order], starts)
        suppressed = int(found["suppressed"].to_numpy().sum())
    if kind == "proportion":
        _refuse_sums(files, unit, low, units)
    column = read_column(wanted["unit"])
    source = Source(
        "flows",
        files.name,
        digest,
        int(cells.sum()),
        None,
        column.vintage if column else None,
    )
    return FlowTable(
        units, providers, unit, provider, low, high, kind, suppressed, source, spec.source, spec.assumption,
        tuple(notes),
    )  # fmt: skip


def _codes(column: pa.ChunkedArray) -> tuple[NDArray[np.intp], pd.Index]:
    """Return (position of each row's code, codes), with blanks taken off, sorted; null is ""."""
    import pyarrow as pa

    coded = column.cast(pa.string()).combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    written = ["", *(text.replace("\ufeff", "").strip() for text in coded.dictionary.to_pylist())]
    position, codes = pd.factorize(np.array(written, dtype=object), sort=True)
    rows = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.intp) + 1
    at = position[rows]
    used = np.zeros(len(codes), dtype=np.bool_)
    used[at] = True
    renumbered = np.cumsum(used) - 1
    return renumbered[at], pd.Index(codes[used], dtype=object)


def _refuse_values(found: pa.Table, kind: Kind, files: Files, unit: pd.Index, provider: pd.Index) -> None:
    """Say the first value that is no count, or no share."""
    bad = found["bad"].to_numpy().astype(np.int64)
    first = min(bad.nonzero()[0].tolist(), key=lambda i: (unit[i], provider[i]))
    written = found["example"][first].as_py()
    what = "a count" if kind == "count" else "a share between 0 and 1"
    remedy = "Counts are whole numbers of zero or more; suppressed ones are *, #, <5 or blank."
    if kind == "proportion":
        remedy = "Give each share as a number between 0 and 1; a suppressed one is *, # or blank."
    raise InputError(
        files.name,
        f"has '{short(written)}' for unit {short(unit[first]) or 'without a code'} and provider "
        f"{short(provider[first]) or 'without a code'}, where {what} is needed "
        f"({count(int(bad.sum()), 'such row')})",
        remedy,
    )


def _refuse_repeated(
    kind: Kind, files: Files, met: NDArray[np.int64], unit: pd.Index, provider: pd.Index
) -> None:
    twice = np.flatnonzero((met > 1) & (np.asarray(unit) != "") & (np.asarray(provider) != ""))
    if not len(twice):
        return
    one = int(twice[0])
    add = ', or say repeated = "sum" if they are to be added up' if kind == "count" else ""
    raise InputError(
        files.name,
        f"has {count(len(twice), 'pair')} of a unit and a provider on several rows: {short(unit[one])} and "
        f"{short(provider[one])} on {met[one]:,}",
        f"Choose one year, age group and so on with only = {{…}}{add}.",
    )


def _refuse_sums(files: Files, unit: NDArray[np.intp], shares: NDArray[np.float64], units: pd.Index) -> None:
    total = np.bincount(unit, shares, len(units))
    above = np.flatnonzero((total > 1 + ROUNDING) & (np.asarray(units) != ""))
    if len(above):
        worst = int(above[np.argmax(total[above])])
        raise InputError(
            files.name,
            f"has shares that add up to more than 1 in {count(len(above), 'unit')}: "
            f"{short(units[worst])} to {total[worst]:.4f}",
            'Mend them, or say kind = "count".',
        )
