"""The two tables of the functions and decisions map: reading them, and what their form may be."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.accountability import Accountability, Body, Function, Measure, folded
from footprint.model.errors import InputError
from footprint.model.levels import Level
from footprint.model.source import Source
from footprint.model.words import count, listing, nearest
from footprint.read.files import sha256
from footprint.read.rows import Rows, find, read_rows

if TYPE_CHECKING:
    from footprint.read.specs import AccountabilitySpec, BodiesSpec, FunctionsSpec


BODIES = "bodies.csv"
"""What the bodies that a proposal gives are called, beside its proposal.toml."""


_MEASURES: tuple[Measure, ...] = ("spend", "activity")


# Shares are written with few digits, so sums may pass 1 by this much.
_ROUNDING = 1e-6


# Plain decimals and days only: Python would also read 1_0 and 1e-1, and 2022-W01-1 as a day.
_SHARE = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)\s*(%?)")


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


_BODY_COLUMNS = {
    "layer": ("layer",),
    "area": ("area_code", "area", "code"),
    "body": ("body", "body_name", "name"),
    "kind": ("kind", "kind_of_body"),
    "role": ("role", "accountable_role", "single_accountable_role"),
}


_FUNCTION_COLUMNS = {
    "function": ("function",),
    "level": ("level",),
    "lead": ("lead", "lead_body_kind", "lead_kind"),
    "delegated_from": ("delegated_from",),
    "conditions": ("conditions",),
    "share": ("share",),
    "share_of": ("share_of",),
    "start": ("from",),
    "end": ("to",),
}


_NEEDED = ("layer", "area", "body", "kind", "role", "function", "level", "lead")


# The keys of the plan that are called otherwise here.
_KEYS = {"start": "from", "end": "to"}


def read_accountability(
    spec: AccountabilitySpec,
    root: Path,
    layers: Mapping[str, Collection[str]],
    levels: Mapping[Level, str],
    date: dt.date | None,
) -> Accountability:
    """Read who is accountable for what.

    Parameters
    ----------
    spec : the plan's [accountability]
    root : folder that its paths are relative to
    layers : key of each layer of the plan → codes of its areas
    levels : which layer is which level
    date : the plan's; functions that are not in force on it are set aside, and that is noted

    Raises
    ------
    InputError : naming the file and its line, for anything that cannot be meant

    """
    bodies, body_table = read_bodies(spec.bodies, root, layers, levels)
    functions, function_table = read_functions(spec.functions, root)
    used = tuple(f for f in functions if f.in_force(date))
    idle = tuple(f for f in functions if not f.in_force(date))
    path = function_table.path
    notes = []
    if idle and date is not None:
        notes.append(
            f"{path.name}: {count(len(idle), 'row is', 'rows are')} not in force on {date} and not used "
            f"(line {listing(f.line for f in idle)})"
        )
    _require_shares(used, path)
    sources = (
        source("accountability.bodies", body_table),
        source("accountability.functions", function_table),
    )
    stated = tuple(f"{t.path.name}: {t.stated}" for t in (body_table, function_table) if t.stated)
    return Accountability(bodies, used, idle, str(path), sources, tuple(notes), stated)


# ── bodies ──────────────────────────────────────────────────────────────────────────────────────


def read_bodies(
    spec: BodiesSpec,
    root: Path,
    layers: Mapping[str, Collection[str]],
    levels: Mapping[Level, str],
) -> tuple[tuple[Body, ...], Rows]:
    """Read which body answers for which area.

    A layer may be called by its level. That the role is a role and no person's name cannot be told
    here: whoever writes the table has to see to it.

    Raises
    ------
    InputError : for a layer or an area that the plan does not have, empty cells, and a body twice

    """
    table = read_rows(root / spec.path, "table of bodies")
    elsewhere = f"; a body of an area that a proposal creates stands in {BODIES} beside the proposal"
    if (root / "proposal.toml").exists() and spec.path == BODIES:
        elsewhere = ", or add the area to proposal.toml"
    held = _columns(table, spec, _BODY_COLUMNS, "accountability.bodies")
    of_level = {folded(str(level)): key for level, key in levels.items()}
    found: list[Body] = []
    seen: dict[tuple[str, str, str, str], int] = {}
    for at, line in enumerate(table.lines):
        layer, area, body, kind, accountable = (held[name][at] for name in _BODY_COLUMNS)
        for name, value in (("layer", layer), ("area", area), ("body", body), ("kind", kind)):
            if not value:
                raise _fault(table, line, f"has no {name}", "Fill it in, or delete the row.")
        key = layer if layer in layers else of_level.get(folded(layer), "")
        if not key:
            raise _fault(
                table, line, f"names the layer '{layer}', which the plan does not define",
                f"{nearest(layer, layers)}Defined: {listing(layers, 12)}.",
            )  # fmt: skip
        if area not in layers[key]:
            raise _fault(
                table, line, f"gives {body} the area {area}, which {key} does not have",
                f"{nearest(area, layers[key])}Correct the code{elsewhere}.",
            )  # fmt: skip
        mark = (key, area, folded(body), folded(kind))
        if mark in seen:
            raise _fault(
                table, line, f"gives {area} the body {body} again, which line {seen[mark]} has given it",
                "Keep one of the two lines.",
            )  # fmt: skip
        seen[mark] = line
        found.append(Body(key, area, body, kind, accountable, str(table.path), line))
    return tuple(found), table


# ── functions ───────────────────────────────────────────────────────────────────────────────────


def read_functions(spec: FunctionsSpec, root: Path) -> tuple[tuple[Function, ...], Rows]:
    """Read which function is led at which level. An empty level or lead is for the rules to report.

    Raises
    ------
    InputError : for an unknown level, a day that is none, an end before a start, a share that is none or
        is of nothing, and a function that is listed twice at one level for the same time

    """
    table = read_rows(root / spec.path, "table of functions")
    held = _columns(table, spec, _FUNCTION_COLUMNS, "accountability.functions")
    found: list[Function] = []
    for at, line in enumerate(table.lines):
        row = {name: held[name][at] for name in _FUNCTION_COLUMNS}
        if not row["function"]:
            raise _fault(table, line, "has no function", "Name it, or delete the row.")
        level = _level(table, line, row["level"])
        if level is not None and folded(row["delegated_from"]) == folded(str(level)):
            raise _fault(
                table, line, f"delegates {row['function']} from {level} to {level}",
                "Name the level that it comes from, or leave delegated_from empty.",
            )  # fmt: skip
        start, end = _day(table, line, "from", row["start"]), _day(table, line, "to", row["end"])
        if start is not None and end is not None and end < start:
            raise _fault(
                table, line, f"ends on {end}, before it starts on {start}", "Correct one of the two."
            )
        share, of = _share(table, line, row["share"], row["share_of"])
        found.append(
            Function(
                row["function"], level, row["lead"], row["delegated_from"], row["conditions"], share, of,
                start, end, str(table.path), line,
            )
        )  # fmt: skip
    _refuse_twins(table, found)
    return tuple(found), table


def _level(table: Rows, line: int, text: str) -> Level | None:
    if not text:
        return None
    by_name = {folded(str(level)): level for level in Level}
    if folded(text) not in by_name:
        raise _fault(
            table, line, f"names the level '{text}', which there is not",
            f"{nearest(text, by_name)}Levels: {', '.join(by_name)}.",
        )  # fmt: skip
    return by_name[folded(text)]


def _day(table: Rows, line: int, column: str, text: str) -> dt.date | None:
    if not text:
        return None
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return dt.date.fromisoformat(text)
    except ValueError:
        raise _fault(
            table, line, f"has '{text}' in column '{column}', which is no day", "Write it as 2022-07-01."
        ) from None


def _share(table: Rows, line: int, text: str, of: str) -> tuple[float | None, Measure | None]:
    """Return a share, and what it is a share of."""
    measure = next((m for m in _MEASURES if folded(of) == m), None)
    if of and measure is None:
        raise _fault(
            table, line, f"has '{of}' in column 'share_of'", f"Write {' or '.join(_MEASURES)}, or nothing."
        )
    if not text:
        return None, None
    if measure is None:
        raise _fault(
            table, line, f"has a share of {text}, and does not say of what",
            f"Write {' or '.join(_MEASURES)} in column 'share_of'.",
        )  # fmt: skip
    plain = _SHARE.fullmatch(text)
    share = math.nan if plain is None else float(plain[1]) / (100 if plain[2] else 1)
    if not 0 <= share <= 1:
        raise _fault(
            table, line, f"has '{text}' in column 'share', which is no share", "Write 0.25 or 25%: 0 to 1."
        )
    return share, measure


def _refuse_twins(table: Rows, found: list[Function]) -> None:
    """Raise InputError for a function that stands twice at one level for the same time."""
    by_name: dict[tuple[str, Level | None], list[Function]] = {}
    for row in found:
        for other in by_name.setdefault((folded(row.function), row.level), []):
            first, last = dt.date.min, dt.date.max
            if max(row.start or first, other.start or first) <= min(row.end or last, other.end or last):
                where = f"at {row.level}" if row.level else "without a level"
                raise _fault(
                    table, row.line,
                    f"lists {row.function} {where} again, which line {other.line} does for the same time",
                    "Keep one of the two lines, or give them different times.",
                )  # fmt: skip
        by_name[folded(row.function), row.level].append(row)


def _require_shares(used: tuple[Function, ...], path: Path) -> None:
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


# ── both ────────────────────────────────────────────────────────────────────────────────────────


def _columns(
    table: Rows, spec: BodiesSpec | FunctionsSpec, names: Mapping[str, tuple[str, ...]], key: str
) -> dict[str, list[str]]:
    """Return each column of a table; those that it need not have are empty."""
    found = {}
    for name, called in names.items():
        # with `from` and `to` the keys of the plan are those of the table
        column = find(table, getattr(spec, name), called, f"{key}.{_KEYS.get(name, name)}", name in _NEEDED)
        found[name] = table.column(column) if column is not None else [""] * len(table.rows)
    return found


def _fault(table: Rows, line: int, fault: str, remedy: str) -> InputError:
    return InputError(f"{table.path}:{line}", fault, remedy)


def source(role: str, table: Rows) -> Source:
    """Return the provenance of a table."""
    return Source(role, str(table.path), sha256(table.path), len(table.rows))
