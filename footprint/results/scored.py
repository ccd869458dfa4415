"""Rows of a scorecard on measures of a plan's own, and how firm the verdicts of others are."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from footprint.measure.measures import measured
from footprint.results.scope import Kin, MapFigure, TouchedPart, named

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.results.result import Result

# So many areas are named whose verdict could turn.
_NAMED = 3


def firm(result: Result, scope: TouchedPart, key: str, verdict: str) -> str:
    """Return "firm", or what would turn verdicts on areas of a layer, the first ones; "" without any."""
    rows = scope.rows(result.firmness, key)
    rows = rows[(rows["verdict"] == verdict) & rows["status"].notna()]
    if rows.empty:
        return ""
    turning = rows[rows["turns_if"].notna()]
    if turning.empty:
        return "firm" if rows["firm"].notna().all() else ""
    told = [f"{row['name']}: {row['turns_if']}" for row in turning.head(_NAMED).to_dict("records")]
    left = len(turning) - len(told)
    return f"turns if {'; '.join(told)}{f'; and {left:,} more' if left else ''}"


def slug(name: str) -> str:
    """Return the name of a measure as the keys of rows write it."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_") or "measure"


def measure_entries(plan: Plan, scope: TouchedPart, kinds: Iterable[Kin]) -> Iterator[MapFigure]:
    """Return the figures of measures of a map: the ends, how far they are apart, and who is out of range."""
    for kin in kinds:
        table = scope.rows(measured(plan, kin.key), kin.key)
        for measure in plan.measures:
            rows = table[table["measure"] == measure.name]
            if rows.empty:
                continue
            name, values, names = f"{kin.name}.{slug(measure.name)}", rows["value"].to_numpy(), rows["name"]
            known = bool(rows["value"].notna().all())
            ends = {
                "largest": int(values.argmax()) if known else None,
                "smallest": int(values.argmin()) if known else None,
            }
            for end, at in ends.items():
                said = "Most" if end == "largest" else "Least"
                figure, about = (math.nan, "") if at is None else (values[at], names.iloc[at])
                yield MapFigure(
                    f"{name}.measure_{end}", f"{said} of {kin.many}: {measure.name}", measure.kind,
                    float(figure), about=str(about),
                )  # fmt: skip
            low = float(values.min()) if known else math.nan
            spread = float(values.max()) / low if low > 0 else math.nan
            yield MapFigure(
                f"{name}.measure_spread", f"Largest {kin.one} to smallest: {measure.name}", "ratio", spread,
                "less",
            )  # fmt: skip
            if kin.key in measure.ranges:
                told = bool(rows["status"].notna().all())
                outside = rows[rows["status"] != "WITHIN"]
                yield MapFigure(
                    f"{name}.out_of_range", f"Out of range, {kin.many}: {measure.name}", "count",
                    float(len(outside)) if told else math.nan, "less", about=named(list(outside["name"])),
                )  # fmt: skip
