"""Flow files → one unit × provider table.

Three kinds of file: `count` (a number of patients for each unit and provider), `proportion` (the
share of a unit's patients at each provider) and `record` (a row for each spell). Suppressed counts
become intervals; nothing else is guessed, and what cannot be a count is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
import pyarrow.types as kinds

from footprint.model.errors import InputError
from footprint.model.geographies import Geography
from footprint.model.organisations import are_ods
from footprint.model.source import Guess
from footprint.model.words import listing
from footprint.read.columns import by_word, choose_code_column, find_column, its_columns
from footprint.read.counting import query
from footprint.read.engine import Engine, Files
from footprint.read.files import require_same, sha256_of, state_of
from footprint.read.flow_files import find_files, first_rows, rows_by_lines
from footprint.read.flow_notes import journeys, refuse_notes
from footprint.read.flow_parts import refuse_sums, several_times
from footprint.read.flow_table import flow_query, table_of
from footprint.read.groups import of_some, sum_among
from footprint.read.guesses import activity_column
from footprint.read.labels import refuse_lone_labels
from footprint.read.parquet import schema_of

if TYPE_CHECKING:
    import pyarrow as pa

    from footprint.model.rows import FlowTable, Kind
    from footprint.read.specs import FlowsSpec


PROVIDER_WORDS = (
    "provider", "provider_code", "providercode", "trust_code", "trust", "trustcode", "site_code",
    "site", "procode", "provider_org_code", "ods_code", "org_code", "organisation_code", "organisationcode",
)  # fmt: skip


_VALUE_WORDS = (
    "count", "admissions", "activity", "spells", "patients", "attendances", "episodes", "proportion",
    "share", "number", "value", "n",
)  # fmt: skip


_SHARE_WORDS = ("proportion", "share")


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
    before = state_of(files.paths)
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
            f"{its_columns(files.columns)}",
        )
    else:
        refuse_lone_labels(files, wanted, sample)
    only: dict[str, list[str]] = {}
    for key, chosen_values in spec.only.items():
        column = find_column(list(files.columns), key, Path(files.name))
        if column in only:
            raise InputError(files.name, f"only = {{…}} names the column '{column}' twice", "Name it once.")
        only[column] = texts(chosen_values)
    divided = {c: v for c, v in sample.items() if c not in wanted.values() and c not in only}
    sums = None if kind == "record" else sum_among(divided)
    types = _types(files, wanted)
    sql = flow_query(kind, types)
    with ThreadPoolExecutor(1) as aside:  # hashing holds no lock, and mostly waits for the disk
        digest, lines = aside.submit(sha256_of, files.paths), aside.submit(rows_by_lines, files)
        found = query(engine or Engine(), files, wanted, only, sql)
    stated, counted = lines.result(), pc.sum(found["cells"]).as_py() or 0
    if not only and stated is not None and counted != stated:
        raise InputError(
            files.name,
            f"holds {stated:,} rows by its line ends, of which {counted:,} can be read",
            "Export it again.",
        )
    if found.num_rows == 0:
        chosen = " and ".join(f"{key} = {' or '.join(values)}" for key, values in only.items())
        raise InputError(
            files.name,
            f"has no row with {chosen}" if only else "has no rows",
            "Choose others with only = {…}." if only else "Fetch or export it again.",
        )

    def ask(columns: Mapping[str, str], sql: str) -> pa.Table:
        return query(engine or Engine(), files, columns, only, sql)

    if spec.repeated is not None and "value" in wanted:
        refuse_sums(files, wanted, only, ask)
    elif "value" in wanted:
        notes += several_times(files, wanted, only, ask)
    for column, people in of_some(divided):
        # what is so of the first rows need not be of all
        every = "SELECT COUNT(DISTINCT TRIM(CAST(other AS STRING))) AS n FROM flows"
        if ask({**wanted, "other": column}, every)["n"].to_pylist() == [1]:
            whose = f"all rows are of {column} = {people}; what is measured is theirs"
            notes.append(f"{Path(files.name).name}: {whose}")
    if (kept := journeys(found, files, wanted, sample, ask, notes)) is not None:
        found = ask(kept[0], flow_query(kind, types, kept[1]))
    refuse_notes(found, files)
    sha256 = digest.result()
    require_same(files.paths, before)
    return table_of(found, kind, spec, files, wanted, sha256, notes, sums, geography)


def find_columns(
    spec: FlowsSpec,
    files: Files,
    sample: Mapping[str, list[str]],
    geography: Geography | None,
    notes: list[str],
) -> dict[str, str]:
    """Return the columns of unit, provider and (if there is one) value; notes say what was found by name.

    Raises InputError where one cannot be found, or is meant twice.
    """
    columns, path = list(files.columns), Path(files.name)
    held = set(sample)
    if spec.unit is not None:
        unit = find_column(columns, spec.unit, path)
    else:
        inside = [c for c in columns if c in held]
        unit = choose_code_column(inside, None, geography, path, lambda c: sample[c], "unit").name
        notes.append(_guess(path, "units of flows", "unit", unit))
    if spec.provider is not None:
        provider = find_column(columns, spec.provider, path)
    else:
        provider = _provider_column(path, columns, sample, unit)
        notes.append(_guess(path, "providers", "provider", provider))
    wanted = {"unit": unit, "provider": provider}
    if spec.kind != "record":
        if spec.value is not None:
            value: str | None = find_column(columns, spec.value, path)
        else:
            inside = [c for c in columns if c in held and c not in spec.only]
            named = by_word(inside, _VALUE_WORDS, unit)
            value = activity_column(path, inside, sample, named, (unit, provider))
        if value is not None:
            wanted["value"] = value
            if spec.value is None:
                notes.append(_guess(path, "activity", "value", value))
    if len(set(wanted.values())) < len(wanted):
        raise InputError(path, "has one column for two things: " + listing(wanted.values()), "Name each.")
    return wanted


def _provider_column(path: Path, columns: list[str], sample: Mapping[str, list[str]], unit: str) -> str:
    """Return the column of providers: one that is called so, and has no codes of boards and commissioners.

    Raises InputError where there is none, or where several are, as trusts and their sites.
    """
    # whose patients are where is no provider, though it is an organisation
    others = [
        c for c in columns if c != unit and not are_ods({text.strip() for text in sample.get(c, ())} - {""})
    ]
    named = by_word(others, PROVIDER_WORDS)
    if named is None:
        raise InputError(
            path,
            "has no column recognised as a provider",
            f'Name it with provider = "…". {its_columns(columns)}',
        )
    rest = [c for c in others if c != named and by_word([c], PROVIDER_WORDS) is not None]
    for other in rest:
        both = list(zip(sample.get(named, ()), sample.get(other, ()), strict=False))
        if len(set(both)) > len(set(sample.get(named, ()))):
            raise InputError(
                path,
                f"has several columns that may hold the providers: {listing([named, *rest])}",
                'Name the one whose codes [providers] has, with provider = "…".',
            )
    return named


def _guess(path: Path, what: str, key: str, column: str) -> Guess:
    words = f"{path.name}: {what} read from column '{column}'"
    return Guess(words, "flows", f"{what} from column '{column}'", f'{key} = "{column}"')


def guess_kind(value: str | None, notes: list[str]) -> Kind:
    """Return what kind of flows a column of values is, by its name; None is a file of records."""
    kind: Kind = "count"
    if value is None:
        kind = "record"
    elif any(word in value.lower() for word in _SHARE_WORDS):
        kind = "proportion"
    told = "each row is one record" if value is None else f"'{value}' holds {kind}s"
    notes.append(Guess(f"flows: {told}, by the names of the columns", "flows", told, f'kind = "{kind}"'))
    return kind


def texts(values: Any) -> list[str]:
    """Return what an entry of only = {…} allows, as text."""
    listed = values if isinstance(values, list) else [values]
    return [str(v).lower() if isinstance(v, bool) else str(v).strip() for v in listed]


def _types(files: Files, wanted: dict[str, str]) -> dict[str, str]:
    """Return "text" or "number" for each wanted column; InputError for types that cannot be meant."""
    if not files.parquet:
        return dict.fromkeys(wanted, "text")
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
