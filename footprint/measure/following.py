"""A table of figures at the areas of another date, where that is exact."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import pandas as pd

from footprint.model.errors import InputError
from footprint.model.follow import beyond, follow
from footprint.model.geographies import read_column
from footprint.model.history import name_on
from footprint.model.vintage import together, vintage_clash
from footprint.model.words import count, listing
from footprint.read.codes import CodedTable
from footprint.read.columns import find_column


@dataclass(frozen=True)
class Followed:
    """The rows that could be followed, and those that could not."""

    date: dt.date
    frame: pd.DataFrame
    """The columns of the table, as text, with the codes and names of the date."""
    made_of: dict[str, list[str]]
    """Code on the date → the codes of the table that it stands for."""
    refused: dict[str, str]
    """Code of the table → why it could not be followed."""
    notes: tuple[str, ...]


def follow_table(given: CodedTable, date: dt.date, sums: Iterable[str] = ()) -> Followed:
    """Return a table at the areas of a date.

    Rows whose area is the same on the same ground keep all their values. Those of areas that became one
    are added in the columns named in `sums`; if there are others, they are refused, as rates cannot be
    added.

    Raises InputError where codes repeat or were never in force together, or a column does not exist.
    """
    path, frame = given.path, given.frame
    added = [find_column(list(frame.columns), name, path) for name in sums]
    if given.column in added:
        raise InputError(path, f"has codes in column '{given.column}', not counts", "Sum another column.")
    columns = {name: frame[name].tolist() for name in frame.columns}
    every = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
    values: dict[str, dict[str, str]] = dict(zip(given.codes, every, strict=True))
    if len(values) < len(given.codes):
        twice = sorted(code for code, rows in Counter(given.codes).items() if rows > 1)
        raise InputError(
            path,
            f"has {count(len(twice), 'code')} on several rows: {listing(twice)}",
            "Give one row for each area: one year, one sex and so on.",
        )
    if together(given.codes) is None or vintage_clash(given.codes) is not None:
        raise InputError(
            path,
            "holds codes that were never in force together, so that areas might count twice",
            "Run footprint codes without --to to see which, and take the rows of one date.",
        )
    there, refused = follow(given.codes, date)
    named = [c for c in frame.columns if (read := read_column(c)) is not None and read.kind == "name"]
    made_of: dict[str, list[str]] = {}
    for code in given.codes:
        if code in there:
            made_of.setdefault(there[code], []).append(code)
    others = [c for c in frame.columns if c not in (given.column, *named, *added)]
    rows = []
    for new, old in list(made_of.items()):
        row = dict(values[old[0]])
        reason = None
        if len(old) > 1:
            reason = _sum(row, [values[code] for code in old], added, others, new)
        if reason is not None:
            refused |= dict.fromkeys(old, reason)
            del made_of[new]
            continue
        if [new] != old:
            row |= {given.column: new} | {column: name_on(new, date) for column in named}
        rows.append(row)
    warning = beyond(given.codes, date)
    order = {code: i for i, code in enumerate(given.codes)}
    return Followed(
        date,
        pd.DataFrame(rows, columns=frame.columns),
        made_of,
        dict(sorted(refused.items(), key=lambda item: order[item[0]])),
        (*given.notes, *([warning] if warning else [])),
    )


def _sum(
    row: dict[str, str], parts: list[dict[str, str]], added: list[str], others: list[str], new: str
) -> str | None:
    """Put the sums of `parts` into a row, or return why they cannot be added."""
    if others or not added:
        told = (
            f"column {listing(repr(c) for c in others)} is not named with --sum"
            if others
            else "no --sum is given"
        )
        return f"it became part of {new}, and {told}: only counts can be added"
    for column in added:
        numbers = [_number(part[column]) for part in parts]
        if any(number is None for number in numbers):
            held = next(p[column] for p, n in zip(parts, numbers, strict=True) if n is None)
            return f"it became part of {new}, and '{held}' in column '{column}' cannot be added"
        row[column] = f"{sum(n for n in numbers if n is not None):f}"
    return None


def _number(text: str) -> Decimal | None:
    """Return a number as it is written, with or without commas between thousands; None where it is none."""
    plain = text.strip()
    whole, _, rest = plain.partition(".")
    groups = whole.removeprefix("-").split(",")
    if len(groups) > 1 and len(groups[0]) <= 3 and all(len(g) == 3 for g in groups[1:]):
        plain = whole.replace(",", "") + (f".{rest}" if rest else "")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
