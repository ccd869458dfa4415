"""A place or neighbourhood that a proposed change of a wider level cuts in two.

Places and neighbourhoods are where councils, practices and hospitals work together. One that lay in
a single system and comes to lie in two has to plan, pay and report twice from then on.

Settle: move the whole of it, or redraw it with the change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from footprint.checks import Maker
from footprint.checks._splits import SPLIT_EVIDENCE, split_finding
from footprint.model.errors import Missing
from footprint.model.finding import Finding, Severity, Skipped
from footprint.model.levels import Level
from footprint.plan import derive
from footprint.plan.naming import many

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.ERROR
NEEDS = ("proposal", "levels")
EVIDENCE = SPLIT_EVIDENCE
SPLITS = True
REPEATS = "Lower levels that the change cuts in two"
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each area of a lower level that the change splits and that was whole before."""
    applied = plan.proposal
    assert applied is not None
    if applied.faults:
        yield rule.skip("the proposal was not applied")
        return
    steps, changed = [plan], [applied.layer]
    root = applied.base
    while root.proposal is not None:  # proposals build on one another
        steps.append(root)
        changed.append(root.proposal.layer)
        root = root.proposal.base
    for layer in dict.fromkeys(changed):
        yield from _broken(steps, root, layer)


def _broken(steps: list[Plan], root: Plan, layer: str) -> Iterator[Finding | Skipped]:
    """Report the areas of levels below `layer` that were whole in the plan before all proposals.

    `steps` are the plan with all proposals, with all but the last one, and so on.
    """
    plan = steps[0]
    level = plan.level_of(layer)
    if level is None:
        yield rule.skip(
            f"the {many(plan, layer)}, which the proposal changes, are no level of the plan", unasked=True
        )
        return
    if layer not in root.layers:
        yield rule.skip(f"before the change there were no {many(plan, layer)}", unasked=True)
        return
    order = list(Level)
    for lower in order[order.index(level) + 1 :]:
        key = plan.levels.get(lower)
        if key is None:
            continue
        # of a level that a proposal creates nothing was split before
        before = derive.overlap(root, key, layer) if key in root.layers else None
        after = derive.overlap(plan, key, layer)
        if isinstance(before, Missing) or isinstance(after, Missing):
            reason = after.reason if isinstance(after, Missing) else "its overlap before is not known"
            yield rule.skip(f"{many(plan, key)} in {many(plan, layer)}: {reason}", layers=(key, layer))
            continue
        was_split = _now(steps, key, () if before is None else before.split()["source"])
        old = _now(steps, key, () if before is None else root.layers[key].codes)
        for code, pieces in after.split().groupby("source", sort=False):
            if code in was_split:
                continue
            found = split_finding(
                rule, plan, after, str(code), pieces, SEVERITY, "Move the whole of it, or redraw it as well."
            )
            by = plan
            for step in steps[1:]:  # the last proposal that found it whole is the one that broke it
                overlap = derive.overlap(step, key, layer) if key in step.layers else Missing("created later")
                if isinstance(overlap, Missing) or code not in set(overlap.split()["source"]):
                    break
                by = step
            assert by.proposal is not None
            line = by.proposal.cause(*pieces["target"])
            told = "it was whole before" if code in old else "it is new with the change"
            yield replace(found, message=f"{found.message}; {told}", location=line)


def _now(steps: list[Plan], key: str, codes: Iterable[str]) -> set[str]:
    """Return the codes that areas of a layer have after proposals, which may change it as well."""
    found = set(codes)
    for step in reversed(steps):
        if step.proposal is not None and step.proposal.layer == key:
            found = {step.proposal.successors.get(code, code) for code in found}
    return found
