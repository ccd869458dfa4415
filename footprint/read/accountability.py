"""The functions and decisions map: its table of bodies, and what it says with that of functions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.accountability import Accountability, Body, folded, in_force
from footprint.model.levels import Level
from footprint.model.organisations import are_ods
from footprint.model.vintage import meant
from footprint.model.words import count, listing, nearest
from footprint.read.days import FIRST, LAST
from footprint.read.functions import columns_of, days_of, read_functions, require_shares
from footprint.read.table import Table, read_table

if TYPE_CHECKING:
    from footprint.read.specs import AccountabilitySpec, BodiesSpec


BODIES = "bodies.csv"
"""What the bodies that a proposal gives are called, beside its proposal.toml."""


Mark = tuple[str, str, str, str]
"""What tells a body from every other one: key of the layer, code of the area, name and kind, folded."""


_BODY_COLUMNS = {
    "layer": ("layer",),
    "area": ("area_code", "area", "code"),
    "body": ("body", "body_name", "name"),
    "kind": ("kind", "kind_of_body"),
    "role": ("role", "accountable_role", "single_accountable_role"),
    # as in the table of functions
    "start": FIRST,
    "end": LAST,
}


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
    bodies, body_table, gone, _ = read_bodies(spec.bodies, root, layers, levels, date)
    functions, function_table = read_functions(spec.functions, root)
    used = tuple(f for f in functions if f.in_force(date))
    idle = tuple(f for f in functions if not f.in_force(date))
    path = function_table.path
    notes = [*body_table.notes, *gone, *function_table.notes]
    notes += _idle(function_table, [f.line for f in idle], date)
    require_shares(used, path)
    sources = (
        body_table.source("accountability.bodies"),
        function_table.source("accountability.functions"),
    )
    stated = tuple(f"{t.path.name}: {t.stated}" for t in (body_table, function_table) if t.stated)
    return Accountability(bodies, used, idle, str(path), sources, tuple(notes), stated)


def read_bodies(
    spec: BodiesSpec,
    root: Path,
    layers: Mapping[str, Collection[str]],
    levels: Mapping[Level, str],
    date: dt.date | None,
) -> tuple[tuple[Body, ...], Table, list[str], set[Mark]]:
    """Read which body answers for which area on a day; note which do not, and mark those that have ended.

    A layer may be called by its level; columns `from` and `to` are the first and the last day of a body,
    and without a day every body answers. That the role is a role and no person's name cannot be told
    here: whoever writes the table has to see to it.

    Raises
    ------
    InputError : for a layer or an area that the plan does not have, empty cells, and a body twice

    """
    table = read_table(root / spec.path, "table of bodies")
    elsewhere = f"; a body of an area that a proposal creates stands in {BODIES} beside the proposal"
    if (root / "proposal.toml").exists() and spec.path == BODIES:
        elsewhere = ", or add the area to proposal.toml"
    columns = columns_of(table, spec, _BODY_COLUMNS, "accountability.bodies")
    of_level = {folded(str(level)): key for level, key in levels.items()}
    found: list[Body] = []
    seen: dict[Mark, int] = {}
    over: set[Mark] = set()
    idle: list[int] = []
    for at, line in enumerate(table.lines):
        layer, area, body, kind, accountable, *_ = (columns.cells[name][at] for name in _BODY_COLUMNS)
        for name, value in (("layer", layer), ("area", area), ("body", body), ("kind", kind)):
            if not value:
                raise table.fault(line, f"has no {name}", "Fill it in, or delete the row.")
        first, last = days_of(table, columns, at)
        key = layer if layer in layers else of_level.get(folded(layer), "")
        mark = (key, area, folded(body), folded(kind))
        if not in_force(first, last, date):
            # its area may have ended with it
            idle.append(line)
            over |= {mark} if date is not None and last is not None and last < date else set()
            continue
        if not key:
            raise table.fault(line, f"names the layer '{layer}', which the plan does not define",
                f"{nearest(layer, layers)}Defined: {listing(layers, 12)}.",
            )  # fmt: skip
        if area not in layers[key]:
            if are_ods([area]):
                raise table.fault(line, f"gives {body} the NHS organisation (ODS) code {area} as its area",
                    f"Give the official code of its area of {key}, as {next(iter(layers[key]), 'E…')}.",
                )  # fmt: skip
            raise table.fault(line, f"gives {body} the area {area}, which {key} does not have",
                f"{meant(area, layers[key])}Correct the code{elsewhere}.",
            )  # fmt: skip
        if mark in seen:
            raise table.fault(
                line, f"gives {area} the body {body} again, which line {seen[mark]} has given it",
                "Keep one of the two lines.",
            )  # fmt: skip
        seen[mark] = line
        found.append(Body(key, area, body, kind, accountable, str(table.path), line, last))
    return tuple(found), table, [*columns.notes, *_idle(table, idle, date)], over - set(seen)


def _idle(table: Table, lines: list[int], date: dt.date | None) -> list[str]:
    """Return the note on rows that are not in force on a day; none where all are."""
    if not lines:
        return []
    told = count(len(lines), "row is", "rows are")
    return [f"{table.path.name}: {told} not in force on {date} and not used (line {listing(lines)})"]
