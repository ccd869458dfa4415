"""A boundary file that says that it was cut off, or ends where downloads are.

Map servers hand out a thousand or two thousand features at a time. A file with the first of them only
looks whole: its areas are sound, and what is missing seems to lie in none. ArcGIS writes
`exceededTransferLimit` into such a file, other servers how many features matched (`numberMatched`,
`totalFeatures`) or where the `next` page is; others leave no trace but a round number of features.

Settle: fetch it again, in pages or without a limit; of a round number, confirm that it is whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.model.finding import Finding, Severity, Skipped
from footprint.plan.coverage import ends_round

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.ERROR
EVIDENCE = evidence("features")
OF_OUTLINES = "file"
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each boundary file that says so (error), and each that ends at a round number (warning)."""
    held = {layer.key: layer.source for layer in plan.drawn_layers()}
    if plan.units is not None and plan.units.source is not None:
        held["units"] = plan.units.source
    for key, source in held.items():
        if not (source.cut_off or ends_round(source)):
            continue
        told = f"ends at exactly {source.features:,} features, as downloads do that were cut off"
        hint = "Confirm that it is whole, or fetch it again without a limit."
        if source.cut_off:
            told = f"says that it was cut off ({source.cut_off}), after {source.features:,} features"
            hint = "Fetch it again, in pages or without a limit."
        yield rule.finding(
            key,
            f"{Path(source.path).name} {told}",
            hint,
            "geometry",
            severity=SEVERITY if source.cut_off else Severity.WARNING,
            features=source.features,
        )
