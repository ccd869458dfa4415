"""A plan as it would be with a proposed change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.model.codes import is_in
from footprint.model.errors import InputError
from footprint.model.finding import AT_MOST, Location
from footprint.model.geographies import NamedColumn, geography
from footprint.model.levels import Level
from footprint.model.proposal import Fault
from footprint.model.rows import Lookup
from footprint.model.words import count, listing, nearest
from footprint.plan import derive
from footprint.plan.carry import accepted_after, accountable_after, rehosted, rekeyed, same_areas
from footprint.plan.coverage import coverage
from footprint.plan.faults import area_names, declared, expanded, left_out, once_each
from footprint.plan.model import Applied, Plan
from footprint.plan.once import carry_over
from footprint.plan.parts import PlanLayer
from footprint.plan.scope import narrowed

if TYPE_CHECKING:
    from footprint.model.layer import Layer
    from footprint.model.proposal import Proposal


def apply(plan: Plan, proposal: Proposal) -> Plan:
    """Return the plan as it would be with the proposed change, of one layer or of several at once.

    Tables of layers that the change does not touch are those of `plan`: they are not computed again. Where
    several layers change and one of them has a fault, nothing is applied.

    Raises
    ------
    InputError : for a plan without units, without the layer that is to change, or of a later date

    """
    if not proposal.changes:
        return _apply(plan, proposal, plan)
    made, faults, changed = plan, [], set[str]()
    for number, part in enumerate(proposal.changes, 1):
        # lines name areas as the base plan has them, whatever the changes before have made of these
        after = _apply(made, part, plan)
        assert after.proposal is not None
        if after.proposal.layer in changed:
            what = f"changes {after.proposal.layer} twice (change {number})"
            raise InputError(proposal.path, what, "Put both into one [[change]].")
        changed.add(after.proposal.layer)
        faults += [replace(fault, layer=after.proposal.layer) for fault in after.proposal.faults]
        made = made if after.proposal.faults else after
    if faults:
        key = str(faults[0].layer)
        return replace(plan, proposal=Applied(proposal, plan, key, tuple(faults), {}, {}))
    return replace(made, title=f"{plan.title}, with {proposal.title}")


def _apply(plan: Plan, proposal: Proposal, base: Plan) -> Plan:
    """Return a plan with the change of one layer; `base` is the plan that its lines name areas of."""
    if proposal.creates:
        opened = _with_level(plan, proposal)
        made = _apply(opened, replace(proposal, creates=False), base)
        assert made.proposal is not None
        # what it changes is the plan without the level
        final = replace(made, proposal=replace(made.proposal, proposal=proposal, base=plan))
        carry_over(made, final)
        return final
    key = _layer_key(plan, proposal)
    earlier = plan.proposal.proposal.effective_date if plan.proposal is not None else None
    dates = {"the base plan's date": plan.date, "the proposal that it builds on,": earlier}
    for what, date in dates.items():
        if date is None or proposal.effective_date >= date:
            continue
        raise InputError(
            proposal.path,
            f"takes effect on {proposal.effective_date}, before {what} {date}",
            "Correct one of the two dates, or name the base plan that it changes.",
        )
    if plan.units is None:
        raise InputError(
            proposal.path, "changes a plan without units, so nobody knows what moves", "Add [units] to it."
        )
    before = derive.assignment(plan, key)
    if before is None:
        raise InputError(
            proposal.path,
            f"changes {key}, of which nothing says which units lie in it",
            derive.refusal(plan, key) or "Give the layer a lookup from the units, or the units outlines.",
        )
    if proposal.drawn is not None:
        return _redrawn(plan, proposal, key, narrowed(proposal.drawn, plan.nations))
    layer = plan.layers[key]
    recoded = {a.was: a.code for a in proposal.areas if a.was is not None}
    faults = declared(layer, proposal, recoded)
    names = area_names(layer, proposal, recoded)
    unit, area, line = expanded(base, proposal, names, recoded, faults)
    unit, area, line = once_each(plan, proposal, unit, area, line, faults)
    codes = before.codes.map(lambda c: recoded.get(c, c)).to_numpy(dtype=object)
    codes[unit] = area
    left_out(plan, proposal, unit, codes, faults)
    if faults:
        applied = Applied(proposal, plan, key, tuple(faults), {}, {})
        return replace(plan, proposal=applied)
    old = before.codes.to_numpy(dtype=object)
    return _changed(
        plan, proposal, key, old, codes, names, recoded, dict(zip(unit.tolist(), line.tolist(), strict=True))
    )


def _with_level(plan: Plan, proposal: Proposal) -> Plan:
    """Return a plan with an empty layer for the level that a proposal creates."""
    key, level = str(proposal.level), Level(str(proposal.level))
    if level in plan.levels or key in plan.layers:
        raise InputError(
            proposal.path, f"creates the {key} level, which the base plan has already", "Take `creates` out."
        )
    kind = geography("OTHER")
    nobody = Lookup(
        pd.Series(dtype=str), pd.Series(dtype=str), NamedColumn("area", "code", kind, None),
        proposal.sources[-1], (),
    )  # fmt: skip
    layer = PlanLayer(key, kind, None, nobody, "units", pd.Series(dtype=str))
    return replace(plan, layers=dict(plan.layers) | {key: layer}, levels=dict(plan.levels) | {level: key})


def _layer_key(plan: Plan, proposal: Proposal) -> str:
    if proposal.layer is not None:
        if proposal.layer not in plan.layers:
            raise InputError(
                proposal.path,
                f"changes the layer '{proposal.layer}', which the base plan does not define",
                f"{nearest(proposal.layer, plan.layers)}Defined: {listing(plan.layers, 12)}.",
            )
        return proposal.layer
    key = next((layer for level, layer in plan.levels.items() if str(level) == proposal.level), None)
    if key is None:
        raise InputError(
            proposal.path,
            f"changes the {proposal.level} level, which the base plan does not name",
            f"Its levels: {listing(plan.levels) or 'none'}; creates = true makes a new one.",
        )
    return key


def _changed(
    plan: Plan,
    proposal: Proposal,
    key: str,
    old: NDArray[np.object_],
    new: NDArray[np.object_],
    names: Mapping[str, str],
    recoded: Mapping[str, str],
    line: Mapping[int, int],
) -> Plan:
    assert plan.units is not None
    layer, assigned = plan.layers[key], derive.assignment(plan, key)
    assert assigned is not None
    successors = same_areas(plan, old, new, recoded) | dict(recoded)
    was = np.array([successors.get(c, c) for c in old], dtype=object)
    moved = np.flatnonzero((new != was) & ~(pd.isna(new) & pd.isna(was)))
    lines: dict[str, int] = {}
    for at in moved.tolist():
        for code in (new[at], old[at], was[at]):
            if at in line and isinstance(code, str):
                lines[code] = min(line[at], lines.get(code, line[at]))
    held = [code for code in pd.unique(pd.Series(new)) if isinstance(code, str)]
    empty = layer.codes[~is_in(layer.codes, old)]  # as empty as they were before
    codes = pd.Series(new, index=plan.units.codes).dropna()
    source = replace(proposal.sources[-1], role=f"layers.{key}")
    lookup = Lookup(
        codes, pd.Series(dtype=str), NamedColumn("area", "code", layer.geography, None), source, ()
    )
    named = pd.Series({c: names.get(c, c) for c in [*held, *empty]}, dtype=str).sort_index()
    touched = set(lines) | {c for at in moved.tolist() for c in (new[at], old[at], was[at])}
    if len(moved):
        kept = _kept(layer, touched, successors)
        # what was cut out on purpose stays so, though a lookup takes the place of outlines
        covers = layer.covers or ("part" if coverage(plan, key).part else None)
        proposed = PlanLayer(
            key, layer.geography, None, lookup, "units", named, assigned.evidence, kept, covers
        )
    else:
        proposed = _relabelled(layer, named, successors)
    layers = rekeyed(dict(plan.layers) | {key: proposed}, key, old, new, successors)
    applied = Applied(proposal, plan, key, (), successors, lines)
    accept, told = accepted_after(plan, key, successors)
    providers = plan.providers
    notes = (*plan.notes, *told)
    if providers is not None and providers.layer == key:
        providers, told = rehosted(providers, old, new, successors)
        notes = (*notes, *told)
    accountable, told = accountable_after(plan, proposal, key, layers, successors)
    made = replace(
        plan,
        title=f"{plan.title}, with {proposal.title}",
        layers=layers,
        accept=accept,
        providers=providers,
        notes=(*notes, *told),
        accountability=accountable,
        proposal=applied,
    )
    carry_over(plan, made)
    return made


def _redrawn(plan: Plan, proposal: Proposal, key: str, drawn: Layer) -> Plan:
    """Return the plan with a proposed boundary file instead of the layer."""
    assert plan.units is not None
    layer, before = plan.layers[key], derive.assignment(plan, key)
    assert before is not None
    proposed = PlanLayer(
        key, layer.geography, drawn, None, None, drawn.names.sort_index(), covers=layer.covers
    )
    made = replace(
        plan, title=f"{plan.title}, with {proposal.title}", layers=dict(plan.layers) | {key: proposed}
    )
    carry_over(plan, made)
    after = derive.assignment(made, key)
    if after is None:
        raise InputError(
            drawn.source.path,
            derive.refusal(made, key) or "says of no unit where it lies",
            "Give finer outlines.",
        )
    old, new = (a.codes.to_numpy(dtype=object) for a in (before, after))
    lost = plan.units.codes[pd.notna(old) & pd.isna(new)]
    faults: tuple[Fault, ...] = ()
    if len(lost):
        faults = (
            Fault(
                "left unassigned",
                f"{count(len(lost), 'unit')} in no area of the proposed boundary: {listing(lost)}",
                "Complete the boundary.",
                Location(str(proposal.path), 1),
                tuple(str(c) for c in lost[:AT_MOST]),
                len(lost),
            ),
        )
    successors = same_areas(plan, old, new, {})
    applied = Applied(proposal, plan, key, faults, successors, {})
    if faults:
        return replace(plan, proposal=applied)
    accept, told = accepted_after(plan, key, successors)
    providers, notes = plan.providers, (*plan.notes, *told)
    if providers is not None and providers.layer == key:
        providers, told = rehosted(providers, old, new, successors)
        notes = (*notes, *told)
    layers = rekeyed(made.layers, key, old, new, successors)
    accountable, told = accountable_after(plan, proposal, key, layers, successors)
    final = replace(
        made,
        layers=layers,
        proposal=applied,
        accept=accept,
        providers=providers,
        notes=(*notes, *told),
        accountability=accountable,
    )
    carry_over(made, final)
    return final


def _kept(layer: PlanLayer, touched: set[str], successors: Mapping[str, str]) -> Layer | None:
    """Return the drawn outlines of the areas that stay as they are, under the codes that they have now."""
    drawn = layer.drawn or layer.kept
    if drawn is None:
        return None
    stays = [not {c, successors.get(c, c)} & touched for c in drawn.areas.index]
    areas = drawn.areas.loc[np.array(stays, dtype=np.bool_)]
    return replace(drawn, areas=areas.rename(index=dict(successors)))


def _relabelled(layer: PlanLayer, named: pd.Series, successors: Mapping[str, str]) -> PlanLayer:
    """Return a layer in which nobody moved, with new names and codes."""
    drawn, lookup = layer.drawn, layer.lookup
    if drawn is not None:
        areas = drawn.areas.rename(index=dict(successors))
        drawn = replace(drawn, areas=areas.assign(name=named.reindex(areas.index)))
    if lookup is not None:
        lookup = replace(lookup, codes=lookup.codes.map(lambda code: successors.get(code, code)))
    kept = layer.kept and replace(layer.kept, areas=layer.kept.areas.rename(index=dict(successors)))
    return replace(layer, drawn=drawn, lookup=lookup, names=named, kept=kept)
