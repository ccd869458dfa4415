"""People of areas from Nomis, where ONS publishes estimates: tables as CSV, in pages.

A page has 25,000 rows at most, and each row says how many there are in all. A year that is not held is
answered with the newest one, and areas that are not held with nothing, both with status 200: so every row is
held against what was asked for. Source of the protocol and of both traps: the code that the catalogue names.
"""

from __future__ import annotations

import csv
import io

from footprint.fetch.catalogue import Entry
from footprint.fetch.client import BETWEEN, Tell, ask_text
from footprint.model.errors import InputError
from footprint.model.nations import NATIONS

MOST = 25_000
"""Rows of a page."""
_COLUMNS = ("GEOGRAPHY_CODE", "DATE_NAME", "OBS_VALUE", "RECORD_COUNT")
_ALL_AGES, _BOTH_SEXES, _VALUE = 200, 0, 20100
_KEPT = "Nothing was kept."


def query(entry: Entry) -> dict[str, object]:
    """Return the parameters of each page, but for where it begins."""
    return {
        "geography": entry.areas, "date": entry.date.year, "gender": _BOTH_SEXES, "c_age": _ALL_AGES,
        "measures": _VALUE, "select": ",".join(_COLUMNS).lower(),
    }  # fmt: skip


def count(entry: Entry, tell: Tell) -> int:
    """Return how many rows there are in all; InputError where it is not said."""
    rows = _rows(entry, tell, 0, 1)
    if not rows:
        raise InputError(
            entry.url, f"has no rows of {entry.areas} in {entry.date.year}", "The service may have changed."
        )
    return _number(rows[0]["RECORD_COUNT"], entry, "the number of its rows")


def page(entry: Entry, tell: Tell, start: int, total: int) -> list[dict[str, str]]:
    """Return the rows after the first `start` of `total`, as many as a page has, in the columns of the entry.

    Raises InputError for rows of another year, of other areas, and for what is no number of people.
    """
    code, people = entry.columns
    prefixes = {prefix for nation in entry.nations for prefix in NATIONS[nation].kinds[entry.kind]}
    held = []
    for row in _rows(entry, tell, start, MOST):
        area = row["GEOGRAPHY_CODE"]
        if row["DATE_NAME"] != str(entry.date.year):
            told = f"answers with the people of {row['DATE_NAME']}, not with those of {entry.date.year}"
            raise InputError(entry.url, told, _KEPT)
        if area[:3] not in prefixes:
            told = f"gave '{area}', which is no code of {' or '.join(sorted(prefixes))}"
            raise InputError(entry.url, told, _KEPT)
        if (now := _number(row["RECORD_COUNT"], entry, "the number of its rows")) != total:
            told = f"had {total:,} rows and has {now:,} now"
            raise InputError(entry.url, told, "It is being changed: try later.")
        held.append({code: area, people: str(_number(row["OBS_VALUE"], entry, f"the people of {area}"))})
    return held


def _rows(entry: Entry, tell: Tell, start: int, most: int) -> list[dict[str, str]]:
    """Return rows of the service as it gives them; InputError for what is no table of these columns."""
    text = ask_text(entry.url, tell, **query(entry), RecordLimit=most, RecordOffset=start)
    table = csv.DictReader(io.StringIO(text))
    if not text.strip():
        return []
    columns = [name.upper() for name in table.fieldnames or ()]
    if missing := [name for name in _COLUMNS if name not in columns]:
        raise InputError(entry.url, f"answers without a column {', '.join(missing)}", BETWEEN)
    table.fieldnames = columns
    rows = [{name: (row.get(name) or "").strip() for name in _COLUMNS} for row in table]
    if len(rows) > most:
        raise InputError(entry.url, f"gave {len(rows):,} rows where {most:,} were asked for", _KEPT)
    return rows


def _number(text: str, entry: Entry, what: str) -> int:
    """Return a whole number that is not negative; InputError for anything else."""
    whole = text.removesuffix(".0")
    if not (whole.isascii() and whole.isdigit()):
        raise InputError(entry.url, f"gives '{text}' as {what}", _KEPT)
    return int(whole)
