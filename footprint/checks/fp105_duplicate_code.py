"""Several rows of a file with one code and one name, taken as the parts of one area.

Some programs write each island as a row of its own. Rows of one code with different names, or on
the same ground, are not taken together: they stop the check, because which is meant cannot be
guessed.

Settle: dissolve the file by its code column, or give each area its own code.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.model.finding import Area, Finding, Severity, Skipped
from footprint.plan.naming import many

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.WARNING
NEEDS = ("outlines",)
EVIDENCE = evidence("count")
OF_OUTLINES = "file"
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each code whose rows were taken together."""
    for layer in plan.drawn_layers():
        for code, rows in layer.merged.items():
            area = Area(str(code), str(layer.names[str(code)]))
            yield rule.finding(
                layer.key,
                f"{area} stands on {rows} rows of the {many(plan, layer.key)}, taken as parts of one area",
                "Dissolve the file by its code, or give each area its own code.",
                "geometry",
                area=area,
                count=rows,
            )
