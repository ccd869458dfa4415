"""`check`, `compare` and `options` as functions, a plan with proposals applied, and what columns hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from footprint.measure.flows import FLOW_TABLES
from footprint.model.errors import InputError
from footprint.model.finding import Finding
from footprint.model.words import listing, nearest
from footprint.plan.model import Plan
from footprint.plan.open import applied as applied_to
from footprint.plan.open import open_base
from footprint.python.given import Read, changes_of, given, names, options_of, present
from footprint.read.baseline import read_baseline
from footprint.reports.schemas import DOCUMENTS
from footprint.results import run
from footprint.results.comparison import Comparison
from footprint.results.comparison import compare as compared
from footprint.results.options import SideBySide, side_by_side
from footprint.results.result import FlowResult, Result


def check(
    plan: Read | None = None,
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
    *,
    proposals: Read | Sequence[Read] = (),
    baseline: str | Path | Iterable[Finding] | None = None,
    **reading: Any,
) -> Result:
    """Run the rules over a plan, as `footprint check` does.

    Parameters
    ----------
    plan : from `load_plan` or `plan_from_layers`, or a path to a plan, its folder, a proposal or a boundary
        file; ./footprint.toml if not given
    select, ignore : codes of rules or what they begin with, or names ("split-area")
    proposals : changes to it in their order, from `propose` or as paths
    baseline : JSON of an earlier check, or findings: what it holds is not new
    reading : how paths are read, by the names of the command's options: profile, tolerance (metres),
        suppress ("hes"), population_of, assume_crs, confined; la, ccg, ics, units, population, flows and
        providers instead of a plan. Of a plan that was read only tolerance, suppress and population_of can
        still be said.

    Returns
    -------
    Result : `.findings` (with proposals or a baseline each says whether it is `new`), `.skipped`,
        `.resolved`, and frames: `.overlap`, `.population`, `.flows` …, m² and metres by their names

    Raises
    ------
    InputError : for a selection that fits no rule, a proposal that is for another plan, and whatever cannot
        be read

    """
    known = read_baseline(Path(baseline)) if isinstance(baseline, str | Path) else baseline
    opened, changes = open_base(given(plan), changes_of(proposals), options_of(**reading))
    if changes or known is not None:
        return run.check_change(opened, changes, known, names(select), names(ignore))
    return run.check(opened, names(select), names(ignore))


def measure_flows(
    plan: Read | None = None, tables: Iterable[str] = FLOW_TABLES, **reading: Any
) -> FlowResult:
    """Measure patient flows, as `footprint flows` does.

    Parameters
    ----------
    plan : as for `check`, with [flows]; of a proposal, the plan with it applied
    tables : which of the tables are wanted; all of them if not given
    reading : how paths are read, as for `check`

    Returns
    -------
    FlowResult : `.tables`, frames by name, and `.findings` of the rules on flows

    Raises
    ------
    InputError : for a plan without flows, or whose flows cannot be measured, and whatever cannot be read

    """
    opened, changes = open_base(given(plan), changes_of(()), options_of(**reading))
    return run.measure_flows(applied_to(opened, changes) if changes else opened, tables)


def compare(base: Read, *proposed: Read, **reading: Any) -> Comparison:
    """Compare a plan with a change, or two plans, as `footprint compare` does.

    Parameters
    ----------
    base : a plan, a boundary file, or a proposal (on the plan that it names)
    proposed : proposals in their order, or another plan or boundary file; two results of `check` of the same
        rules are held against each other as they are
    reading : as for `check`; with boundary files units and population

    Returns
    -------
    Comparison : `.resolved`, `.new` and `.remaining` findings; frames `.moves` (people, m²), `.areas` (before
        and after), `.accountability`, `.interfaces`, `.measures`, `.agreement`

    Raises
    ------
    InputError : for what cannot be read or compared, and for a proposal with a fault

    """
    if isinstance(base, Result) and len(proposed) == 1 and isinstance(proposed[0], Result) and not reading:
        if base.rules != proposed[0].rules:
            raise InputError(
                None, "the two results are of different rules", "Check both with the same rules."
            )
        return compared(base, proposed[0])
    return run.compare_paths(present(base), [present(each) for each in proposed], options_of(**reading))


def options(
    base: Read, *proposed: Read, weights: Mapping[str, float] | Sequence[str] = (), **reading: Any
) -> SideBySide:
    """Hold options against each other and against today's map, as `footprint options` does.

    Parameters
    ----------
    base : the plan as it is today; or the first option, on its own base
    proposed : proposals, other plans, or folders with a folder for each proposal
    weights : row of the scorecard → weight, or texts as "border_km=2"; without them none counts
    reading : as for `check`

    Returns
    -------
    SideBySide : frames `.scorecard` (a row a figure and map), `.dominance`, `.findings` and `.table` (a row a
        map, today's first); `.plot()` draws small maps at one scale

    Raises
    ------
    InputError : for what cannot be read, options of different bases or of one title, none at all, and a
        weight of no row. An option that cannot be applied says why in `.table`.

    """
    if isinstance(weights, str):
        weights = [weights]
    pairs = [f"{row}={x!r}" for row, x in weights.items()] if isinstance(weights, Mapping) else list(weights)
    return side_by_side(present(base), [present(each) for each in proposed], options_of(**reading), pairs)


def apply(plan: Read | None, *proposals: Read, **reading: Any) -> Plan:
    """Return a plan as it would be with proposals, applied in their order.

    Raises
    ------
    InputError : where one has a fault, with the first of them and how many there are

    """
    return applied_to(*open_base(given(plan), changes_of(proposals), options_of(**reading)))


def columns(table: str, of: str | None = None) -> pd.DataFrame:
    """Return what the columns of a table hold: a row a column, with its heading, unit, type and meaning.

    Parameters
    ----------
    table : its name, as `.frames()` and the JSON call it: "overlap", "population", "moves", "scorecard" …
    of : the JSON that it is of, where several have another table of that name: "findings" (of `check`),
        "compare", "options", "flows", "draw" or "who"

    Raises
    ------
    InputError : for a name that no table has, or several have

    """
    if of is not None and of not in DOCUMENTS:
        raise InputError(None, f"there is no JSON '{of}'", f"There are: {listing(DOCUMENTS, 12)}.")
    held = {name: each.tables for name, each in DOCUMENTS.items() if of in (None, name)}
    found = {name: tables[table] for name, tables in held.items() if table in tables}
    if not found:
        known = list(dict.fromkeys(name for tables in held.values() for name in tables))
        hint = f"{nearest(table, known)}There are: {listing(known, len(known))}."
        raise InputError(None, f"there is no table '{table}'", hint)
    if len({each.columns for each in found.values()}) > 1:
        raise InputError(None, f"there are several tables '{table}'", f"Say of which: {listing(found, 12)}.")
    rows = [
        (c.name, c.heading, c.unit, c.type, c.nullable, c.meaning or ", ".join(c.values))
        for c in next(iter(found.values())).columns
    ]
    return pd.DataFrame(rows, columns=["column", "heading", "unit", "type", "nullable", "meaning"])
