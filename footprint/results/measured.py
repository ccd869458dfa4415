"""Measures of a plan's own before and after a change and in scorecards, and how firm verdicts are there."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from footprint.measure.measures import measured
from footprint.results.scope import Entry, Kin, Scope
from footprint.results.tables import MEASURES_CHANGED

if TYPE_CHECKING:
    import pandas as pd

    from footprint.plan.model import Plan
    from footprint.results.result import Result

# So many areas are named whose verdict could turn.
_NAMED = 3


def changed(before: Plan, after: Plan, areas: pd.DataFrame) -> pd.DataFrame:
    """Return each measure that both plans have of each area, before and after, columns of MEASURES_CHANGED.

    Parameters
    ----------
    before, after : the plans
    areas : every area on both sides, columns of `tables.AREAS`

    """
    both = [m for m in after.measures if m.name in {other.name for other in before.measures}]
    rows: list[tuple[object, ...]] = []
    for key in dict.fromkeys(areas["layer"]) if both else ():
        here = areas[areas["layer"] == key]
        values = [_values(plan, str(key)) for plan in (before, after)]
        for row in here.to_dict("records"):
            now = None if row["change"] == "abolished" else row["code"]
            for measure in both:
                ends = [
                    side.get((code, measure.name), (math.nan, None))
                    for side, code in zip(values, (row["before_code"], now), strict=True)
                ]
                if all(np.isnan(value) for value, _ in ends):
                    continue
                rows.append(
                    (
                        key, row["level"], row["code"], row["name"], row["change"], measure.name,
                        measure.adds, measure.unit or None, *(end[0] for end in ends),
                        *(end[1] for end in ends),
                    )
                )  # fmt: skip
    return MEASURES_CHANGED.frame(rows)


def _values(plan: Plan, key: str) -> dict[tuple[str, str], tuple[float, str | None]]:
    """Return, by area and measure, the figure and how it stands to its range."""
    if key not in plan.layers:
        return {}
    table = measured(plan, key)
    columns = (table[name] for name in ("code", "measure", "value", "status"))
    return {(code, name): (value, status) for code, name, value, status in zip(*columns, strict=True)}


def firm(result: Result, scope: Scope, key: str, verdict: str) -> str:
    """Return "firm", or what would turn verdicts on areas of a layer, the first ones; "" without any."""
    rows = scope.rows(result.firmness, key)
    rows = rows[(rows["verdict"] == verdict) & rows["status"].notna()]
    if rows.empty:
        return ""
    turning = rows[rows["turns_if"].notna()]
    if turning.empty:
        return "firm" if rows["firm"].notna().all() else ""
    named = [f"{row['name']}: {row['turns_if']}" for row in turning.head(_NAMED).to_dict("records")]
    left = len(turning) - len(named)
    return f"turns if {'; '.join(named)}{f'; and {left:,} more' if left else ''}"


def slug(name: str) -> str:
    """Return the name of a measure as the keys of rows write it."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_") or "measure"


def measure_entries(plan: Plan, scope: Scope, kinds: Iterable[Kin]) -> Iterator[Entry]:
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
                yield Entry(
                    f"{name}.measure_{end}", f"{said} of {kin.many}: {measure.name}", measure.kind,
                    float(figure), about=str(about),
                )  # fmt: skip
            low = float(values.min()) if known else math.nan
            spread = float(values.max()) / low if low > 0 else math.nan
            yield Entry(
                f"{name}.measure_spread", f"Largest {kin.one} to smallest: {measure.name}", "ratio", spread,
                "less",
            )  # fmt: skip
            if kin.key in measure.ranges:
                told = bool(rows["status"].notna().all())
                outside = rows[rows["status"] != "WITHIN"]
                yield Entry(
                    f"{name}.out_of_range", f"Out of range, {kin.many}: {measure.name}", "count",
                    float(len(outside)) if told else math.nan, "less", about=", ".join(outside["name"][:4]),
                )  # fmt: skip
