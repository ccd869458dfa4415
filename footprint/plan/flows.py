"""Flows of a plan with what they are keyed by, and where their providers stand."""

from __future__ import annotations

import datetime as dt
from collections import ChainMap
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footprint.model.codes import is_in
from footprint.model.errors import InputError
from footprint.model.nations import Scope
from footprint.model.organisations import sites_of
from footprint.model.source import guesses, said
from footprint.model.unknown import forms, of_elsewhere, says_nothing
from footprint.model.words import agree, count, listing
from footprint.plan.keys import key_flows
from footprint.plan.model import Plan
from footprint.plan.parts import PlanLayer, Units
from footprint.read.flow_totals import LEAST_DIFFERENT
from footprint.read.flows import read_flows
from footprint.read.providers import read_providers
from footprint.read.specs import FlowsSpec, PlanSpec
from footprint.read.table import Table

if TYPE_CHECKING:
    from footprint.model.rows import FlowTable, Lookup, Providers
    from footprint.read.engine import Engine

# Of less activity sums may be met by chance.
LEAST_ACTIVITY = 30


def read_plan_flows(
    spec: PlanSpec,
    stated: FlowsSpec,
    layers: dict[str, PlanLayer],
    units: Units | None,
    root: Path,
    notes: list[str],
    held: dict[Path, Table],
    engine: Engine | None,
    nations: Scope,
    *,
    date: dt.date | None,
) -> tuple[FlowTable, Lookup | None, Providers | None]:
    """Read flows, what they are keyed by, and where providers stand, and hold them together."""
    if units is None:
        raise InputError(
            root / stated.path, "flows are of units, and the plan has none", "Add [units], or --units."
        )
    between = None
    if stated.lookup is not None:
        between = key_flows(stated.lookup, units, root, notes, held)
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
        if is_in([c.upper() for c in table.units], wanted).any():
            raise InputError(
                table.source.path,
                f"has units in small letters: {code}, where the plan has {code.upper()}",
                "Write codes in capitals.",
            )
        raise InputError(
            table.source.path,
            f"has no unit of the plan: {code} …, where the plan has {wanted[0]} …",
            'Name the column of units with unit = "…"; where flows are coarser than the plan\'s units, '
            "say how with [flows] lookup.",
        )
    _tell_other_case(table.source.path, table.units, wanted, "unit", "the plan", notes)
    strangers = [str(code) for code in table.units if code not in wanted]
    written = forms(map(str, wanted)) if strangers else frozenset()
    if spec.providers is not None and not any(of_elsewhere(c, written, keyed, nations) for c in strangers):
        notes.append(
            f"{Path(table.source.path).name}: no row is of people from beyond the plan, so nobody knows who "
            "comes from there: provider self-containment, import share and net patient flow, their bounds "
            "too, are of the plan's people alone; flows of everybody at these providers settle it"
        )
    providers = None
    if spec.providers is not None:
        ods = [layer.lookup.ods for layer in layers.values() if layer.lookup is not None]
        providers = read_providers(
            spec.providers,
            root,
            {key: layer.codes for key, layer in layers.items()},
            ChainMap(*map(dict, ods)),
            {key: layer.geography for key, layer in layers.items()},
            date,
        )
        notes += providers.notes
        if not any(table.providers):
            raise InputError(
                table.source.path,
                "has no row with a code of a provider",
                'Name their column with provider = "…".',
            )
        if not is_in(table.providers, providers.names.index).any():
            _refuse_sites(table, providers)
            raise InputError(
                providers.source.path,
                f"has no provider of the flows: {listing(providers.names.index, 2)}, where the flows have "
                f"{listing([c for c in table.providers if c], 2)}",
                'Name the column of codes with code = "…".',
            )
        known = providers.names.index
        _refuse_sums_of_providers(table, known)
        _tell_other_case(table.source.path, table.providers, known, "provider", "[providers]", notes)
    return table, between, providers


def _refuse_sums_of_providers(table: FlowTable, known: pd.Index) -> None:
    """Raise InputError where codes that nothing places add up the providers that stand somewhere.

    Regions, boards or a group of hospitals may stand among the providers by any name, each kind of them with
    all that is done. Hidden counts say nothing.
    """
    strange = ~is_in(table.providers, known)
    rows = strange[table.provider]
    if table.kind == "proportion" or not rows.any():
        return
    hidden = np.bincount(table.unit, table.high > table.low, len(table.units)) > 0
    own, theirs = (np.bincount(table.unit[of], table.low[of], len(table.units)) for of in (~rows, rows))
    seen = ~hidden & ((own > 0) | (theirs > 0))
    # where units are alike, another hospital may well have as much from each of them
    if len(np.unique(own[seen])) < LEAST_DIFFERENT or own[seen].sum() < LEAST_ACTIVITY:
        return
    if any((theirs[seen] == times * own[seen]).all() for times in (1, 2)):
        codes = [str(code) for code in table.providers[strange]]
        raise InputError(
            table.source.path,
            f"has rows of {listing(codes, 3)} that add up those of the other providers in each unit, so each "
            "journey would count twice",
            "Delete them: they are no places where care is given.",
        )


def _tell_other_case(
    path: str, codes: pd.Index, known: pd.Index, what: str, where: str, notes: list[str]
) -> None:
    """Note codes that would be known in capitals, or in small letters: they count as what nobody knows."""
    strange = [code for code in map(str, codes[~is_in(codes, known)]) if not says_nothing(code)]
    folded = {code.casefold(): code for code in map(str, known)} if strange else {}
    if meant := [f"{code}, there {folded[code.casefold()]}" for code in strange if code.casefold() in folded]:
        notes.append(
            f"{Path(path).name}: {count(len(meant), what)} {agree(len(meant), 'is', 'are')} written in other "
            f"letters than in {where} ({listing(meant, 3)}), and so unknown: write codes alike"
        )


def _refuse_sites(table: FlowTable, providers: Providers) -> None:
    """Raise InputError where one side has codes of sites that begin with the other's trusts."""
    flown, placed = [c for c in map(str, table.providers) if c], [str(c) for c in providers.names.index]
    for path, codes, known, remedy in (
        (
            table.source.path, flown, placed,
            "give a table of sites as [providers], or add a column of trusts to the flows and name it with "
            'provider = "…"',
        ),
        (
            providers.source.path, placed, flown,
            "add a column of trusts to the table, and name it with code = \"…\" in [providers]",
        ),
    ):  # fmt: skip
        if sites := sites_of(codes, set(known)):
            each = listing(f"{site} with {trust}" for site, trust in sites.items())
            raise InputError(
                path, f"has site codes that begin with a trust's: {each}",
                f"They are not matched unasked, as a trust may have sites in several areas: {remedy}.",
            )  # fmt: skip


def with_flows(plan: Plan) -> Plan:
    """Return a plan with its flows, where it was loaded without; its notes then tell of them as well."""
    if plan.flows is not None or plan.spec is None or plan.spec.flows is None:
        return plan
    notes: list[str] = []
    table, between, providers = read_plan_flows(
        plan.spec,
        plan.spec.flows,
        dict(plan.layers),
        plan.units,
        plan.root,
        notes,
        {},
        None,
        plan.nations,
        date=plan.date,
    )
    return replace(
        plan,
        flows=table,
        flow_lookup=between,
        providers=providers,
        unread=(),
        notes=tuple(dict.fromkeys((*plan.notes, *said(notes)))),
        guesses=(*plan.guesses, *guesses(notes)),
    )
