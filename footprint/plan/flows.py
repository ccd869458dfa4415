"""`footprint.toml` → Plan: every file that the plan names, read and held together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from footprint.model.codes import is_in
from footprint.model.errors import InputError
from footprint.model.rows import Lookup
from footprint.model.words import count, listing
from footprint.plan.keys import LEAST_LOOKUP_COVER
from footprint.plan.model import PlanLayer, Units
from footprint.read.flows import read_flows
from footprint.read.lookup import read_lookup
from footprint.read.providers import read_providers
from footprint.read.specs import FlowsSpec, LookupSpec, PlanSpec
from footprint.read.table import Table

if TYPE_CHECKING:
    from footprint.model.rows import FlowTable, Providers
    from footprint.read.engine import Engine


def read_plan_flows(
    spec: PlanSpec,
    stated: FlowsSpec,
    layers: dict[str, PlanLayer],
    units: Units | None,
    root: Path,
    notes: list[str],
    held: dict[Path, Table],
    engine: Engine | None,
) -> tuple[FlowTable, Lookup | None, Providers | None]:
    """Read flows, what they are keyed by, and where providers stand, and hold them together."""
    if units is None:
        raise InputError(
            root / stated.path, "flows are of units, and the plan has none", "Add [units], or --units."
        )
    between = None
    if stated.lookup is not None:
        between = _flow_lookup(stated.lookup, units, root, notes, held)
    keyed = between.code_column.geography if between is not None else units.geography
    table = read_flows(stated, root, keyed, engine)
    notes += table.notes
    wanted = pd.Index(pd.unique(between.codes)) if between is not None else units.codes
    if not is_in(table.units, wanted).any():
        code = next((c for c in table.units if c), None)
        if code is None:
            raise InputError(
                table.source.path, "has no row with a code of a unit", 'Name their column with unit = "…".'
            )
        raise InputError(
            table.source.path,
            f"has no unit of the plan: {code} …, where the plan has {wanted[0]} …",
            'Name the column of units with unit = "…"; where flows are coarser than the plan\'s units, '
            "say how with [flows] lookup.",
        )
    providers = None
    if spec.providers is not None:
        providers = read_providers(spec.providers, root, {key: layer.codes for key, layer in layers.items()})
        notes += providers.notes
        if not any(table.providers):
            raise InputError(
                table.source.path,
                "has no row with a code of a provider",
                'Name their column with provider = "…".',
            )
        if not is_in(table.providers, providers.names.index).any():
            raise InputError(
                providers.source.path,
                f"has no provider of the flows: {listing(providers.names.index, 2)}, where the flows have "
                f"{listing([c for c in table.providers if c], 2)}",
                'Name the column of codes with code = "…".',
            )
    return table, between, providers


def _flow_lookup(
    spec: LookupSpec, units: Units, root: Path, notes: list[str], held: dict[Path, Table]
) -> Lookup:
    """Read which flow unit each unit belongs to."""
    lookup = read_lookup(
        root / spec.path,
        unit=spec.unit,
        code=spec.code,
        unit_geography=units.geography,
        geography=None,
        role="flows.lookup",
        held=held,
    )
    known = is_in(units.codes, lookup.codes.index)
    if known.mean() < LEAST_LOOKUP_COVER:
        raise InputError(
            lookup.source.path,
            f"covers only {known.mean():.1%} of the plan's units (flows.lookup); without a row: "
            f"{listing(units.codes[~known])}",
            "Use a lookup of the same vintage, or complete it.",
        )
    notes += lookup.notes
    used = is_in(lookup.codes.index, units.codes)
    reached = set(lookup.codes[used])
    cut = sum(1 for code in pd.unique(lookup.codes[~used]) if code in reached)
    if cut:
        notes.append(
            f"flows.lookup: {count(cut, 'flow unit')} also hold units that the plan does not have; all their "
            "activity counts in the plan"
        )
    return replace(lookup, codes=lookup.codes[used])
