"""An area that has no counterpart on exactly the same ground.

Where two layers are to match one to one (a place and its upper-tier authority, say), joint budgets
and joint boards rest on serving the same people. Containment is not enough: each must be the other.

Settle: change one of the two, or ask only that one nests in the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footprint.checks import Maker, evidence
from footprint.checks._splits import undecided
from footprint.model.errors import Missing
from footprint.model.finding import Area, Finding, Severity, Skipped
from footprint.model.words import count
from footprint.plan import derive
from footprint.plan.coverage import coverage
from footprint.plan.levels import alignments
from footprint.plan.naming import counted, many, one

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.plan.parts import Alignment

SEVERITY = Severity.ERROR
EVIDENCE = evidence("pieces", "people", jaccard="people (or area) in both, over people (or area) in either")
ALIGN = "match"
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each area, of either layer, that matches none of the other."""
    matching = [a for a in alignments(plan) if a.kind == "match"]
    if not matching:
        yield rule.skip('the plan states no [[align]] with "match"', unasked=True)
    for align in matching:
        overlap = derive.overlap(plan, align.source, align.target)
        if isinstance(overlap, Missing):
            yield rule.skip(
                f"{many(plan, align.source)} and {many(plan, align.target)}: {overlap.reason}",
                overlap.refused or align.must,
                layers=(align.source, align.target),
            )
            continue
        yield from undecided(rule, plan, overlap)
        real = overlap.table[overlap.table["verdict"] != "sliver"]
        matched = real[real["verdict"] == "same"]
        for side, other in (("source", "target"), ("target", "source")):
            key = {"source": align.source, "target": align.target}
            partners = {str(code): rows for code, rows in real.groupby(side)}
            for code in plan.layers[key[side]].codes.difference(pd.Index(matched[side])):
                if str(code) not in partners and coverage(plan, key[other]).part:
                    continue  # on ground that the other layer leaves out, it can have no counterpart
                pieces = partners.get(str(code), real[:0])
                yield _finding(plan, align, key[side], key[other], other, str(code), pieces, real)


def _finding(
    plan: Plan,
    align: Alignment,
    own: str,
    facing: str,
    other: str,
    code: str,
    pieces: pd.DataFrame,
    real: pd.DataFrame,
) -> Finding:
    """Return the finding for one area of layer `own`, measured against the area it shares most with.

    `pieces` are its rows of the overlap, and `other` is the column of the layer `facing`.
    """
    column, unit = ("population", "people") if real["population"].notna().all() else ("area_m2", "area")
    area = Area(code, plan.layers[own].name(code))
    sums = real.groupby(other)[column].sum()
    ours = float(pieces[column].sum())
    either = ours + sums.reindex(pieces[other]).to_numpy() - pieces[column].to_numpy()
    jaccard = pd.Series(pieces[column].to_numpy() / np.where(either > 0, either, np.nan), index=pieces[other])
    jaccard = jaccard.sort_values(ascending=False, kind="stable")
    others = [Area(str(c), plan.layers[facing].name(str(c))) for c in jaccard.index]
    if not others:
        fault = "there is none on its ground"
    elif len(others) > 1:
        fault = f"it lies in {counted(plan, facing, len(others))}"
    elif together := int((real[other] == others[0].code).sum()) - 1:
        kin = count(together, f"other {one(plan, own)}", f"other {many(plan, own)}")
        fault = f"it lies in {others[0]}, together with {kin}"
    else:
        fault = f"it shares {others[0]} with nobody, but one of the two reaches beyond the other"
    if others and jaccard.iloc[0] < 1:
        fault += f"; closest is {others[0]}, with {jaccard.iloc[0]:.1%} of the {unit} of both in common"
    level = plan.level_of(own)
    return rule.finding(
        own,
        f"{area} is not coterminous with any {one(plan, facing)}: {fault}",
        "Change one of the two, or ask only that one nests in the other.",
        real["evidence"].iloc[0] if len(real) else "geometry",
        area=area,
        others=others,
        level=level and str(level),
        severity=SEVERITY if align.must else Severity.WARNING,
        jaccard=float(jaccard.iloc[0]) if others else 0.0,
        pieces=len(others),
        people=ours if column == "population" else None,
    )
