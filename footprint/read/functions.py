"""The table of functions of the functions and decisions map, and the shares in it."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.accountability import Function, Measure, folded
from footprint.model.errors import InputError
from footprint.model.levels import Level
from footprint.model.words import nearest
from footprint.read.columns import find_named
from footprint.read.days import FIRST, LAST, one_day, unread_days
from footprint.read.table import Table, read_table

if TYPE_CHECKING:
    from footprint.read.specs import BodiesSpec, FunctionsSpec


_MEASURES: tuple[Measure, ...] = ("spend", "activity")


# Shares are written with few digits, so sums may pass 1 by this much.
_ROUNDING = 1e-6


# Plain decimals only: Python would also read 1_0 and 1e-1.
_SHARE = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)\s*(%?)")


_FUNCTION_COLUMNS = {
    "function": ("function",),
    "level": ("level",),
    "lead": ("lead", "lead_body_kind", "lead_kind"),
    "delegated_from": ("delegated_from",),
    "conditions": ("conditions",),
    "share": ("share",),
    "share_of": ("share_of",),
    "start": FIRST,
    "end": LAST,
}


_NEEDED = ("layer", "area", "body", "kind", "role", "function", "level", "lead")


# The keys of the plan that are called otherwise here.
_KEYS = {"start": "from", "end": "to"}


def read_functions(spec: FunctionsSpec, root: Path) -> tuple[tuple[Function, ...], Table]:
    """Read which function is led at which level. An empty level or lead is for the rules to report.

    Raises
    ------
    InputError : for an unknown level, a day that is none, an end before a start, a share that is none or
        is of nothing, and a function that is listed twice at one level for the same time

    """
    table = read_table(root / spec.path, "table of functions")
    columns = columns_of(table, spec, _FUNCTION_COLUMNS, "accountability.functions")
    table = replace(table, notes=(*table.notes, *columns.notes))
    found: list[Function] = []
    for at, line in enumerate(table.lines):
        row = {name: columns.cells[name][at] for name in _FUNCTION_COLUMNS}
        if not row["function"]:
            raise table.fault(line, "has no function", "Name it, or delete the row.")
        level = _level(table, line, row["level"])
        if level is not None and folded(row["delegated_from"]) == folded(str(level)):
            raise table.fault(line, f"delegates {row['function']} from {level} to {level}",
                "Name the level that it comes from, or leave delegated_from empty.",
            )  # fmt: skip
        start, end = days_of(table, columns, at)
        share, of = _share(table, line, row["share"], row["share_of"])
        found.append(
            Function(
                row["function"], level, row["lead"], row["delegated_from"], row["conditions"], share, of,
                start, end, str(table.path), line,
            )
        )  # fmt: skip
    _refuse_twins(table, found)
    return tuple(found), table


def _level(table: Table, line: int, text: str) -> Level | None:
    if not text:
        return None
    by_name = {folded(str(level)): level for level in Level}
    if folded(text) not in by_name:
        raise table.fault(line, f"names the level '{text}', which there is not",
            f"{nearest(text, by_name)}Levels: {', '.join(by_name)}.",
        )  # fmt: skip
    return by_name[folded(text)]


def days_of(table: Table, columns: Columns, at: int) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and the last day of the row at a position, None for an empty cell.

    Raises InputError for what is no day, and for an end before the start. What holds on a day turns on it, so
    that no form is read but those that can mean one day only.
    """
    line = table.lines[at]
    first, last = (
        _day(table, line, columns.called.get(name, name), columns.cells[name][at])
        for name in ("start", "end")
    )
    if first is not None and last is not None and last < first:
        raise table.fault(line, f"ends on {last}, before it starts on {first}", "Correct one of the two.")
    return first, last


def _day(table: Table, line: int, column: str, text: str) -> dt.date | None:
    day = one_day(text)
    if text and day is None:
        raise table.fault(
            line, f"has '{text}' in column '{column}', which is no day", "Write it as 2022-07-01."
        )
    return day


def _share(table: Table, line: int, text: str, of: str) -> tuple[float | None, Measure | None]:
    """Return a share, and what it is a share of."""
    measure = next((m for m in _MEASURES if folded(of) == m), None)
    if of and measure is None:
        raise table.fault(
            line, f"has '{of}' in column 'share_of'", f"Write {' or '.join(_MEASURES)}, or nothing."
        )
    if not text:
        return None, None
    if measure is None:
        raise table.fault(line, f"has a share of {text}, and does not say of what",
            f"Write {' or '.join(_MEASURES)} in column 'share_of'.",
        )  # fmt: skip
    plain = _SHARE.fullmatch(text)
    share = math.nan if plain is None else float(plain[1]) / (100 if plain[2] else 1)
    if not 0 <= share <= 1:
        raise table.fault(
            line, f"has '{text}' in column 'share', which is no share", "Write 0.25 or 25%: 0 to 1."
        )
    return share, measure


def _refuse_twins(table: Table, found: list[Function]) -> None:
    """Raise InputError for a function that stands twice at one level for the same time."""
    by_name: dict[tuple[str, Level | None], list[Function]] = {}
    for row in found:
        for other in by_name.setdefault((folded(row.function), row.level), []):
            first, last = dt.date.min, dt.date.max
            if max(row.start or first, other.start or first) <= min(row.end or last, other.end or last):
                where = f"at {row.level}" if row.level else "without a level"
                raise table.fault(row.line,
                    f"lists {row.function} {where} again, which line {other.line} does for the same time",
                    "Keep one of the two lines, or give them different times.",
                )  # fmt: skip
        by_name[folded(row.function), row.level].append(row)


def require_shares(used: tuple[Function, ...], path: Path) -> None:
    """Raise InputError where shares of one whole add up to more than it."""
    for measure in _MEASURES:
        total = 0.0
        for row in used:
            total += (row.share or 0.0) if row.share_of == measure else 0.0
            if total > 1 + _ROUNDING:
                raise InputError(
                    f"{path}:{row.line}",
                    f"brings the shares of {measure} to {total:.4g}, which is more than all of it",
                    f"Shares are of all {measure} of the plan: correct them.",
                )


@dataclass(frozen=True)
class Columns:
    """The columns that are read of a table of bodies or functions."""

    cells: dict[str, list[str]]
    """Those of each column; of one that it need not have, and lacks, they are empty."""
    called: dict[str, str]
    """What those that it has are called in it."""
    notes: list[str]
    """On columns of days that are not read."""


def columns_of(
    table: Table, spec: BodiesSpec | FunctionsSpec, names: Mapping[str, tuple[str, ...]], key: str
) -> Columns:
    """Return the columns of a table; InputError where one is missing that it has to have."""
    cells: dict[str, list[str]] = {}
    found: dict[str, str] = {}
    for name, called in names.items():
        # with `from` and `to` the keys of the plan are those of the table
        said = f"{key}.{_KEYS.get(name, name)}"
        column = find_named(
            table.columns, getattr(spec, name, None), called, table.path, said, name in _NEEDED
        )
        cells[name] = table[column] if column is not None else [""] * len(table.lines)
        if column is not None:
            found[name] = column
    return Columns(cells, found, unread_days(table, found.values()))
