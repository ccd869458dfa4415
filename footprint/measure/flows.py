"""The tables of patient flows of a plan, as they may be published."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

import pandas as pd

from footprint.measure import catchments, localisation, periphery, providers
from footprint.model.errors import Missing
from footprint.model.suppression import publish
from footprint.plan.model import Plan

FLOW_TABLES = (
    "flows", "providers", "catchments", "catchment_areas", "periphery", "periphery_providers", "agreement",
)  # fmt: skip


def flow_tables(plan: Plan, names: Iterable[str] = ("flows",)) -> dict[str, pd.DataFrame]:
    """Return tables of patient flows by name, as they may be published; without flows they are empty."""

    def edge(part: Literal["summary", "table"]) -> pd.DataFrame:
        columns = periphery.SUMMARY_COLUMNS if part == "summary" else periphery.COLUMNS
        found = (periphery.periphery(plan, key) for key in plan.levels.values())
        frames = [getattr(one, part) for one in found if not isinstance(one, Missing)]
        filled = [frame for frame in frames if len(frame)]
        return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(columns))

    def areas() -> pd.DataFrame:
        found = (catchments.by_area(plan, key, catchments.METHODS) for key in plan.levels.values())
        frames = [one for one in found if not isinstance(one, Missing)]
        columns = list(catchments.AREA_COLUMNS)
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)

    makers: dict[str, Callable[[], pd.DataFrame]] = {
        "flows": lambda: localisation.table(plan),
        "providers": lambda: providers.providers(plan),
        "catchments": lambda: catchments.catchments(plan),
        "catchment_areas": areas,
        "periphery": lambda: edge("summary"),
        "periphery_providers": lambda: edge("table"),
        "agreement": lambda: catchments.agreement(plan),
    }
    found = {}
    for name in names:
        least = localisation.least_counts(plan) if name == "flows" and plan.suppress is not None else None
        found[name] = publish(name, makers[name](), plan.suppress, least)
    return found
