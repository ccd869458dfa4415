"""The tables of patient flows of a plan, as they may be published."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from footprint.measure import agreement, catchments, localisation, periphery, providers
from footprint.measure.membership import METHODS
from footprint.model.errors import Missing
from footprint.model.schema import Table
from footprint.model.suppression import publish
from footprint.plan.model import Plan


def _areas(plan: Plan) -> pd.DataFrame:
    found = (catchments.by_area(plan, key, METHODS) for key in plan.levels.values())
    return catchments.CATCHMENT_AREAS.joined(one for one in found if not isinstance(one, Missing))


def _edge(plan: Plan, table: Table) -> pd.DataFrame:
    found = (periphery.periphery(plan, key) for key in plan.levels.values())
    part = "summary" if table is periphery.PERIPHERY else "table"
    return table.joined(getattr(one, part) for one in found if not isinstance(one, Missing))


_MAKERS: tuple[tuple[Table, Callable[[Plan], pd.DataFrame]], ...] = (
    (localisation.FLOWS, localisation.table),
    (providers.PROVIDERS, providers.providers),
    (catchments.CATCHMENTS, catchments.catchments),
    (catchments.CATCHMENT_AREAS, _areas),
    (periphery.PERIPHERY, lambda plan: _edge(plan, periphery.PERIPHERY)),
    (periphery.BY_PROVIDER, lambda plan: _edge(plan, periphery.BY_PROVIDER)),
    (agreement.AGREEMENT, agreement.agreement),
)


FLOW_TABLES = {table.name: table for table, _ in _MAKERS}
"""By name, in the order of reports."""


def flow_tables(plan: Plan, names: Iterable[str] = ("flows",)) -> dict[str, pd.DataFrame]:
    """Return tables of patient flows by name, as they may be published; without flows they are empty."""
    makers = {table.name: make for table, make in _MAKERS}
    found = {}
    for name in names:
        least = localisation.least_counts(plan) if name == "flows" and plan.suppress is not None else None
        found[name] = publish(FLOW_TABLES[name], makers[name](plan), plan.suppress, least)
    return found
