"""The unit × provider table of counted flow records, with suppressed counts as intervals."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from footprint.model.errors import InputError
from footprint.model.geographies import Geography, read_column
from footprint.model.rows import FlowTable
from footprint.model.source import Source
from footprint.model.unknown import says_nothing
from footprint.model.words import agree, count, listing, short
from footprint.read.encoding import bare, encoded_once
from footprint.read.engine import Files
from footprint.read.flow_counts import ROUNDED_OFF, are_rounded, dropped, not_dropped
from footprint.read.flow_shares import ROUNDING, refuse_above_one, refuse_of_providers
from footprint.read.flow_totals import total_cells
from footprint.read.grid import LOST_DIGITS
from footprint.read.guards import GUARDED, WITHOUT_MARKS, unguarded

if TYPE_CHECKING:
    from footprint.model.rows import Kind
    from footprint.read.specs import FlowsSpec


# HES disclosure control prints counts of 1 to 7 as `*` (NHS Digital, "Hospital Episode Statistics
# (HES) Analysis Guide"). A blank or `#` says less, so it is given the same, wider interval.
SUPPRESSED_MOST = 7


# ── the SQL ─────────────────────────────────────────────────────────────────────────────────────

# Only what DuckDB and Spark both know. Patterns are anchored, so that it does not matter that
# REGEXP_REPLACE replaces the first match in one and all of them in the other.
# 0,123 is a decimal comma, so thousands do not start with 0; a share has no thousands.
COUNT = "^[+-]?([0-9]+|[1-9][0-9]{0,2}(,[0-9]{3})+)([.][0-9]*)?([eE][+-]?[0-9]+)?$"


SHARE = "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$"


# 1.20E+03 is any number from 1,195 to 1,204: a spreadsheet that writes so has left digits out. 1e+05 is
# shorter than the whole number, as R writes it, which leaves none out.
_EXPONENT = "COALESCE(TRY_CAST(REPLACE(SPLIT_PART(LOWER(written), 'e', 2), '+', '') AS INT), 0)"
_DECIMALS = "LENGTH(SPLIT_PART(SPLIT_PART(LOWER(written), 'e', 1), '.', 2))"
_WHOLE = (
    f"(LOWER(written) NOT LIKE '%e%' OR {_EXPONENT} <= {_DECIMALS} "
    f"OR (written NOT LIKE '%E%' AND LENGTH(written) <= {_EXPONENT}))"
)


def flow_query(kind: Kind, types: dict[str, str], rows: str = "flows") -> str:
    """Return the query that makes one row for each unit and provider of `rows`.

    Codes are grouped as they stand and cleaned afterwards, when there are few of them.
    """

    def code(name: str) -> str:
        return name if types[name] == "text" else f"CAST({name} AS STRING) AS {name}"

    keys = f"{code('unit')}, {code('provider')}"
    if kind == "record":
        return f"SELECT {keys}, COUNT(*) AS cells FROM {rows} GROUP BY unit, provider"
    if types["value"] == "number":
        cells = (
            f"SELECT {keys}, CAST(value AS STRING) AS written, CAST(value AS DOUBLE) AS number, "
            f"CASE WHEN value IS NULL THEN {SUPPRESSED_MOST}.0 END AS most FROM {rows}"
        )
    else:
        number = COUNT if kind == "count" else SHARE
        # a number of Parquet has all its digits, however an engine writes it
        whole = f" AND {_WHOLE}" if kind == "count" else ""
        # the engines differ on what else may stand in a number, as in <5d or <1_0
        below = (
            "CASE WHEN REGEXP_REPLACE(TRIM(SUBSTR(written, 2)), '^[0-9]+$', '') = '' "
            "THEN TRY_CAST(TRIM(SUBSTR(written, 2)) AS DOUBLE) - 1 END"
        )
        cells = (
            "SELECT unit, provider, written, "
            f"CASE WHEN written <> '' AND REGEXP_REPLACE(written, '{number}', '') = ''{whole} "
            "THEN TRY_CAST(REPLACE(written, ',', '') AS DOUBLE) END AS number, "
            f"CASE WHEN written IS NULL OR written IN ('', '*', '#') THEN {SUPPRESSED_MOST}.0 "
            f"WHEN SUBSTR(written, 1, 1) = '<' THEN COALESCE({below}, -1.0) END AS most "
            f"FROM (SELECT {keys}, TRIM(CAST(value AS STRING)) AS written FROM {rows}) AS texts"
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


def table_of(
    found: pa.Table,
    kind: Kind,
    spec: FlowsSpec,
    files: Files,
    wanted: dict[str, str],
    digest: str,
    notes: list[str],
    sums: tuple[str, str] | None = None,
    geography: Geography | None = None,
) -> FlowTable:
    """Return the unit × provider table of what an engine has counted.

    `sums` is a column that divides rows, and what stands in it where a row adds up others; `geography` what
    units are codes of.
    """
    raw_unit, units = _codes(found["unit"], files, notes)
    raw_provider, providers = _codes(found["provider"], files, notes)
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
            _refuse_repeated(kind, files, met, units[unit], providers[provider], sums)
        low = np.add.reduceat(found["low"].to_numpy().astype(float)[order], starts)
        high = np.add.reduceat(found["high"].to_numpy().astype(float)[order], starts)
        suppressed = int(found["suppressed"].to_numpy().sum())
    if kind == "proportion":
        refuse_above_one(files, unit, low, units)
        refuse_of_providers(files, unit, provider, low, units, providers)
    elif (
        out := total_cells(files.name, unit, provider, units, providers, (low, high), notes, geography)
    ).any():
        unit, provider, low, high, met = (of[~out] for of in (unit, provider, low, high, met))
        used_units, unit = np.unique(unit, return_inverse=True)
        used_providers, provider = np.unique(provider, return_inverse=True)
        units, providers = units[used_units], providers[used_providers]
    rounded = kind == "count" and are_rounded(low, high)
    if rounded:
        notes.append(
            f"{Path(files.name).name}: all counts are multiples of 5; each is taken as 2 more or less"
        )
        low, high = (low - ROUNDED_OFF * met).clip(min=0), high + ROUNDED_OFF * met
    elif kind == "count" and spec.dropped_below is not None:
        notes += not_dropped(low, high, units[unit], providers[provider], spec.dropped_below, files)
    elif kind == "count" and not suppressed:
        notes += dropped(low, files)
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
        tuple(notes), spec.dropped_below, rounded, spec.journeys_per_head == "alike",
    )  # fmt: skip


def _codes(column: pa.ChunkedArray, files: Files, notes: list[str]) -> tuple[NDArray[np.intp], pd.Index]:
    """Return (position of each row's code, codes), with blanks taken off, sorted; null is "".

    Letters that were encoded twice are read as what they were, as in tables; that is noted.
    """
    coded = column.cast(pa.string()).combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    meant = _as_meant(coded.dictionary.to_pylist(), files, notes)
    position, codes = pd.factorize(np.array(["", *meant], dtype=object), sort=True)
    rows = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.intp) + 1
    at = position[rows]
    used = np.zeros(len(codes), dtype=np.bool_)
    used[at] = True
    renumbered = np.cumsum(used) - 1
    return renumbered[at], pd.Index(codes[used], dtype=object)


def _as_meant(as_written: list[str], files: Files, notes: list[str]) -> list[str]:
    """Return codes without what programs have put around or into them; what is read otherwise is noted."""
    together = "".join(as_written)
    if together.isascii() and together.isalnum():
        return as_written  # nothing of the kind, and codes come by the ten thousand
    texts = list(map(unguarded, as_written))
    if guarded := [text for text, other in zip(texts, as_written, strict=True) if text != other]:
        told = f"{count(len(guarded), 'code was', 'codes were')} {WITHOUT_MARKS}"
        notes.append(f"{Path(files.name).name}: {told}: {listing(map(short, guarded), 3)}")
    once = [encoded_once(text.replace("\ufeff", "")).strip() for text in texts]
    # a code beside its like without such signs is another one, which nothing knows, and is told as that
    there = set(once)
    written = [text if (code := bare(text)) in there else code for text in once]
    plain = [c for c, text in zip(written, texts, strict=True) if c != text.strip().strip("\ufeff")]
    if plain:
        were = agree(len(plain), "was", "were")
        notes.append(
            f"{Path(files.name).name}: {count(len(plain), 'code')} had letters that were encoded twice, or "
            f"signs that nobody sees, and {were} read as {listing(map(short, plain), 3)}"
        )
    return written


def _refuse_values(found: pa.Table, kind: Kind, files: Files, unit: pd.Index, provider: pd.Index) -> None:
    """Say the first value that is no count, or no share."""
    bad = found["bad"].to_numpy().astype(np.int64)
    first = min(bad.nonzero()[0].tolist(), key=lambda i: (unit[i], provider[i]))
    written = found["example"][first].as_py()
    what = "a count" if kind == "count" else "a share between 0 and 1"
    remedy = "Counts are whole numbers of zero or more; suppressed ones are *, #, <5 or blank."
    if re.search(r"\de", written or "", re.IGNORECASE):
        remedy = f"{LOST_DIGITS} {remedy}"
    elif unguarded(written or "") != written:
        remedy = f"It is {GUARDED}: write the number alone. {remedy}"
    elif not any(c.isdigit() for c in written or ""):
        # [c], confidential, does not say how large the number is that it hides, nor - whether there is one
        remedy += (
            f" Write 0 for '{short(written)}' where it stands for none, * for 1 to 7, <N for less than N."
        )
    elif kind == "count" and re.fullmatch(r"0?\.\d+", written or ""):
        remedy += ' If these are shares of each unit\'s patients, say kind = "proportion".'
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
    kind: Kind,
    files: Files,
    met: NDArray[np.int64],
    unit: pd.Index,
    provider: pd.Index,
    sums: tuple[str, str] | None,
) -> None:
    # rows of unknown units are of several
    known = np.array([not says_nothing(code) for code in unit], dtype=np.bool_)
    twice = np.flatnonzero((met > 1) & known & (np.asarray(provider) != ""))
    if not len(twice):
        return
    one = int(twice[0])
    add = ', or say repeated = "sum" if they are to be added up' if kind == "count" else ""
    raise InputError(
        files.name,
        f"has {count(len(twice), 'pair')} of a unit and a provider on several rows: {short(unit[one])} and "
        f"{short(provider[one])} on {met[one]:,}",
        f"Choose one year, age group and so on with only = {{…}}{add}."
        if sums is None
        else f'Choose one year, age group and so on, as with only = {{ "{sums[0]}" = "{sums[1]}" }}.',
    )
