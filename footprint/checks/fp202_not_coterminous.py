"""An area that has no counterpart on exactly the same ground.

Where two layers are to match one to one (a place and its upper-tier authority, say), joint budgets
and joint boards rest on serving the same people. Containment is not enough: each must be the other.

Settle: change one of the two, or ask only that one nests in the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker
from footprint.checks._alignment import alignments
from footprint.finding import Area, Finding, Severity, Skipped
from footprint.words import count

if TYPE_CHECKING:
    import pandas as pd

    from footprint.plan import Alignment, Plan

SEVERITY = Severity.ERROR
rule = Maker(__name__, SEVERITY)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each area, of either layer, that matches none of the other."""
    from footprint.plan import Missing

    matching = [a for a in alignments(plan) if a.kind == "match"]
    if not matching:
        yield rule.skip('the plan states no [[align]] with "match"')
    for align in matching:
        overlap = plan.overlap(align.source, align.target)
        if isinstance(overlap, Missing):
            yield rule.skip(f"{align.source} and {align.target}: {overlap.reason}", overlap.refused)
            continue
        real = overlap.table[overlap.table["verdict"] != "sliver"]
        matched = real[real["verdict"] == "same"]
        for side, other in (("source", "target"), ("target", "source")):
            for code, pieces in real.groupby(side, sort=False):
                if code not in set(matched[side]):
                    yield _finding(plan, align, side, other, str(code), pieces, real)


def _finding(
    plan: Plan,
    align: Alignment,
    side: str,
    other: str,
    code: str,
    pieces: pd.DataFrame,
    real: pd.DataFrame,
) -> Finding:
    """Return the finding for one area of one side, measured against the area it shares most with."""
    own = {"source": align.source, "target": align.target}
    column, unit = ("population", "people") if real["population"].notna().all() else ("area_m2", "area")
    pieces = pieces.sort_values([column, other], ascending=[False, True])
    area = Area(code, plan.layers[own[side]].name(code))
    others = [Area(c, plan.layers[own[other]].name(c)) for c in pieces[other]]
    best = pieces.iloc[0]
    partners = real[real[other] == best[other]]
    ours, theirs, both = float(pieces[column].sum()), float(partners[column].sum()), float(best[column])
    jaccard = both / (ours + theirs - both) if ours + theirs > both else float("nan")
    if len(pieces) > 1:
        fault = f"lies in {len(pieces)} areas of {own[other]}"
    else:
        fault = f"lies in {others[0]}, together with {count(len(partners) - 1, 'other area')}"
    level = plan.level_of(own[side])
    return rule.finding(
        own[side],
        f"{area} is not coterminous with an area of {own[other]}: it {fault}; closest is {others[0]}, "
        f"with {jaccard:.1%} of the {unit} of both in common",
        "Change one of the two, or ask only that one nests in the other.",
        best["evidence"],
        area=area,
        others=others,
        level=level and str(level),
        severity=SEVERITY if align.must else Severity.WARNING,
        jaccard=jaccard,
        pieces=len(pieces),
        people=ours if column == "population" else None,
    )
