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
        matched = set(real["source"][real["verdict"] == "same"])
        for code, pieces in real.groupby("source", sort=False):
            if code not in matched:
                yield _finding(plan, align, str(code), pieces, real)


def _finding(plan: Plan, align: Alignment, code: str, pieces: pd.DataFrame, real: pd.DataFrame) -> Finding:
    """Return the finding for one area, measured against the target it shares most with."""
    best = pieces.iloc[0]
    area = Area(code, plan.layers[align.source].name(code))
    others = [Area(c, plan.layers[align.target].name(c)) for c in pieces["target"]]
    column = "population" if real["population"].notna().all() else "area_m2"
    ours = float(pieces[column].sum())
    theirs = float(real[real["target"] == best["target"]][column].sum())
    either = ours + theirs - float(best[column])
    jaccard = float(best[column]) / either if either > 0 else float("nan")
    unit = "people" if column == "population" else "area"
    if len(pieces) > 1:
        fault = f"lies in {len(pieces)} areas of {align.target}"
    else:
        partners = int((real["target"] == best["target"]).sum()) - 1
        shared = "others" if partners != 1 else "another area"
        fault = f"lies in {others[0]}, together with {shared}"
    return rule.finding(
        align.source,
        f"{area} is not coterminous with an area of {align.target}: it {fault}; closest is {others[0]}, "
        f"with {jaccard:.1%} of the {unit} of both in common",
        "Change one of the two, or ask only that one nests in the other.",
        best["evidence"],
        area=area,
        others=others,
        level=(level := plan.level_of(align.source)) and str(level),
        severity=SEVERITY if align.must else Severity.WARNING,
        jaccard=jaccard,
        pieces=len(pieces),
        people=ours if column == "population" else None,
    )
