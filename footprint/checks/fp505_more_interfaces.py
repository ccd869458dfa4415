"""A body that has to deal with more bodies of a layer that a proposed change redraws than before it.

Each body across the table is one more plan, board and contract for the same people. What a change makes
simpler for one it may make harder for another; this says for whom. It is counted from areas that share
people; ground in slivers makes no interface. It is a note to weigh, not a fault.

Settle: move the line so that the area keeps to one body, or say who leads for each part of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.measure.interfaces import interfaces
from footprint.model.errors import Missing
from footprint.model.finding import Area, Finding, Severity, Skipped
from footprint.model.words import listing
from footprint.plan import derive
from footprint.plan.naming import counted, many

if TYPE_CHECKING:
    import pandas as pd

    from footprint.plan.model import Plan

SEVERITY = Severity.INFO
NEEDS = ("proposal",)
SECTIONS = ("align",)
EVIDENCE = evidence(
    "people",
    interfaces="bodies of the other layer that share people with it",
    interfaces_before="the same before the change",
)
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each body of a layer that stays, and that deals with more bodies of one that does not."""
    assert plan.proposal is not None
    if plan.proposal.faults:
        yield rule.skip("the proposal was not applied")
        return
    root, changed = plan, set()
    while root.proposal is not None:  # proposals build on one another
        changed.add(root.proposal.layer)
        root = root.proposal.base
    if not changed & set(root.layers):
        created = listing(many(plan, key) for key in sorted(changed))
        yield rule.skip(f"the plan has no {created} before the change")
        return
    changed &= set(root.layers)  # nobody dealt with fewer areas of a layer that there was not
    before, after = (_by_body(each, changed) for each in (root, plan))
    for (layer, code, other), rows in after.items():
        then = before.get((layer, code, other))
        was = 0 if then is None else len(then)
        if len(rows) <= was:
            continue
        overlap = derive.overlap(plan, *sorted((layer, other)))
        assert not isinstance(overlap, Missing)
        area = Area(code, plan.layers[layer].name(code))
        others = [Area(c, n) for c, n in zip(rows["other_code"], rows["other_name"], strict=True)]
        level = plan.level_of(layer)
        yield rule.finding(
            layer,
            f"{area} has to deal with {counted(plan, other, len(rows))} instead of "
            f"{was:,}: {listing(others)}",
            "Keep it to one body, or say who leads for each part.",
            overlap.evidence,
            area=area,
            others=others,
            level=level and str(level),
            # unknown where those of one are
            people=float(rows["population"].sum(skipna=False)) - float(rows["population"].max()),
            interfaces=len(rows),
            interfaces_before=was,
            location=plan.proposal.cause(*(each.code for each in others)),
        )


def _by_body(plan: Plan, changed: set[str]) -> dict[tuple[str, str, str], pd.DataFrame]:
    """Return the interfaces of each body of a layer that stays, with each layer that is changed."""
    table = interfaces(plan)
    ours = table[~table["layer"].isin(changed) & table["other_layer"].isin(changed)]
    return {
        (str(layer), str(code), str(other)): rows
        for (layer, code, other), rows in ours.groupby(["layer", "code", "other_layer"], sort=True)
    }
