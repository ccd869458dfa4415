"""Where the residents of a few units get their care, from the flows of a plan.

From a plain CSV of counts or proportions the rows of these units are read, and nothing else is loaded;
any other flows are read as the plan reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.errors import InputError, Missing
from footprint.model.source import said
from footprint.plan.keys import key_flows
from footprint.read.table import read_table
from footprint.read.totals import is_total
from footprint.results.who.codes import Codes

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.read.specs import FlowsSpec, PlanSpec, ProvidersSpec


class NotPlainError(Exception):
    """Flows that only the engine that counts them may judge."""


MOST = 6
"""Providers that are told one by one."""


@dataclass(frozen=True)
class Care:
    """Activity of some residents at one provider."""

    provider: str
    """Its code; "" for activity at no provider that the flows name."""
    name: str
    area: str | None
    """Code of the area that it stands in, where its table says so."""
    activity: float
    """Patients; people's worth of care where flows are proportions; suppressed counts in the middle of
    what they can be."""
    share: float
    """Of all activity of these residents."""
    area_name: str | None = None


@dataclass(frozen=True)
class CareOf:
    """Where some residents get their care."""

    kind: str
    """"count", "proportion" or "record", as the plan's flows are."""
    source: str
    rows: tuple[Care, ...]
    """Most activity first."""
    notes: tuple[str, ...]
    inputs: tuple[tuple[str, str], ...] = ()
    """Role and path of the files that were read besides those of the codes."""
    told: tuple[str, ...] = ()
    """What was guessed, left out or changed in reading them."""


def care(codes: Codes, units: Iterable[str]) -> CareOf | None:
    """Return where residents of units get their care; None where the plan has no flows of theirs.

    Raises
    ------
    InputError : for flows that cannot be used

    """
    wanted, plan = list(units), codes.plan
    if plan.flows is not None:
        return _by_plan(plan, wanted)
    if plan.spec is None or plan.spec.flows is None:
        return None
    try:
        return _by_rows(codes, plan.spec, plan.spec.flows, wanted)
    except (NotPlainError, InputError):
        from footprint.plan.flows import with_flows

        # what counts records knows more, and says better what is wrong
        read = with_flows(plan)
        found = _by_plan(read, wanted)
        parts = (read.flows, read.flow_lookup, read.providers)
        inputs = tuple((part.source.role, part.source.path) for part in parts if part is not None)
        return found and replace(found, inputs=inputs, told=read.notes[len(plan.notes) :])


def _named(found: CareOf, areas: Mapping[str, str]) -> CareOf:
    """Return care with the names of the areas that providers stand in, by code."""
    return replace(found, rows=tuple(replace(row, area_name=areas.get(row.area or "")) for row in found.rows))


def _by_rows(codes: Codes, spec: PlanSpec, flows: FlowsSpec, units: list[str]) -> CareOf:
    """Read the rows of units; NotPlainError where more has to be known than they say."""
    plan, root = codes.plan, codes.plan.root
    path = root / flows.path
    if flows.only or flows.repeated or flows.kind not in ("count", "proportion") or path.suffix != ".csv":
        raise NotPlainError
    if not path.is_file():
        raise NotPlainError
    table = read_table(path)
    named = [str(name) for name in (flows.unit, flows.provider, flows.value)]
    if table.notes or any(name not in table for name in named):  # the engines read UTF-8 only
        raise NotPlainError
    keyed: Mapping[str, str] = {unit: unit for unit in codes.units}
    notes: list[str] = []
    if flows.lookup is not None and plan.units is not None:
        keyed = key_flows(flows.lookup, plan.units, root, notes, {}).areas
    asked = _asked(codes, units, keyed)
    proportion = flows.kind == "proportion"
    if proportion and codes.people is None:
        raise NotPlainError
    sums: dict[str, float] = {}
    given: dict[str, float] = {}
    seen: set[tuple[str, str]] = set()
    for unit, provider, text in zip(*(table[name] for name in named), strict=True):
        if unit not in asked:
            continue
        value = _value(text)
        if (unit, provider) in seen or (proportion and value > 1):
            raise NotPlainError
        seen.add((unit, provider))
        of = asked[unit]
        amount = value * of.share * (of.total if proportion else 1.0)
        sums[provider] = sums.get(provider, 0.0) + amount
        given[unit] = given.get(unit, 0.0) + value
    # whether the rows of a total are the sum of the others is seen from all rows
    if any(map(is_total, sums)):
        raise NotPlainError
    if proportion:
        if any(part > 1 + 1e-6 for part in given.values()):
            raise NotPlainError
        rest = sum(asked[unit].people * max(1 - part, 0.0) for unit, part in given.items())
        sums[""] = sums.get("", 0.0) + rest
    names, areas = _providers(root, spec.providers)
    files = [("flows", str(path))]
    if flows.lookup is not None:
        files.append(("flows.lookup", str(root / flows.lookup.path)))
    if spec.providers is not None:
        files.append(("providers", str(root / spec.providers.path)))
    told = _told(str(flows.kind), flows.source, sums, names, areas, ())
    layer = spec.providers.layer if spec.providers is not None else None
    return replace(_named(told, codes.names.get(layer or "", {})), inputs=tuple(files), told=said(notes))


@dataclass
class _Asked:
    """The people of a flow unit, of whom some are asked about; units where nobody knows how many they are."""

    total: float = 0.0
    people: float = 0.0
    units: int = 0
    units_asked: int = 0

    @property
    def share(self) -> float:
        """Which share of them is asked about."""
        return self.people / self.total if self.total > 0 else self.units_asked / self.units


def _asked(codes: Codes, units: list[str], keyed: Mapping[str, str]) -> dict[str, _Asked]:
    """Return by flow unit whom of it is asked about; `keyed` says in which each unit lies."""
    asked = set(units)
    found = {keyed[unit]: _Asked() for unit in units if unit in keyed}
    for unit, flow_unit in keyed.items():
        if (of := found.get(flow_unit)) is None:
            continue
        weight = 1.0 if codes.people is None else codes.people.get(unit, 0.0)
        of.total += weight
        of.units += 1
        if unit in asked:
            of.people += weight
            of.units_asked += 1
    return found


def _value(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise NotPlainError from None  # suppressed, perhaps
    if not 0 <= value < 1e10:
        raise NotPlainError
    return value


def _providers(root: Path, spec: ProvidersSpec | None) -> tuple[dict[str, str], dict[str, str]]:
    """Return names and areas of providers by code, as far as columns that the plan names say them."""
    if spec is None:
        return {}, {}
    table = read_table(root / spec.path)
    if spec.code is None or spec.code not in table or (spec.name is not None and spec.name not in table):
        raise NotPlainError
    codes = table[spec.code]
    names = table[spec.name] if spec.name is not None else codes
    areas = table.get(spec.area or "", [])
    # of several sites the first one gives the name; in several areas it stands in none
    held: dict[str, set[str]] = {}
    for code, area in zip(codes, areas, strict=False):
        held.setdefault(code, set()).add(area)
    return (
        dict(zip(reversed(codes), reversed(names), strict=True)),
        {code: next(iter(each)) for code, each in held.items() if len(each) == 1},
    )


def _by_plan(plan: Plan, units: list[str]) -> CareOf | None:
    """Return where residents of units get their care, from the flows of a plan that is loaded."""
    import pandas as pd

    from footprint.measure.activity import activity, sums

    held = activity(plan)
    if isinstance(held, Missing) or plan.units is None or plan.flows is None:
        return None
    at = plan.units.codes.get_indexer(pd.Index(units))
    at = at[at >= 0]
    flow_unit, share = held.unit_at[at], held.unit_share[at]
    found = flow_unit >= 0
    weight = sums(flow_unit[found], share[found], len(held.table.units))
    middle = held.middle * weight[held.table.unit]
    total = sums(held.table.provider, middle, len(held.table.providers))
    amounts = {
        str(code): float(amount)
        for code, amount in zip(held.table.providers, total, strict=True)
        if amount > 0
    }
    if rest := float((held.rest * weight).sum()):
        amounts[""] = amounts.get("", 0.0) + rest
    notes: tuple[str, ...] = ()
    if bool(((held.high > held.low) & (weight[held.table.unit] > 0)).any()):
        notes = ("suppressed counts are taken in the middle of what they can be",)
    names = {} if plan.providers is None else {str(c): str(n) for c, n in plan.providers.names.items()}
    areas: dict[str, str] = {}
    if plan.providers is not None and plan.providers.layer is not None:
        sites = plan.providers.sites
        alone = sites[~sites["provider"].duplicated(keep=False)]
        areas = dict(zip(alone["provider"].astype(str), alone["area"].astype(str), strict=True))
    told = _told(plan.flows.kind, plan.flows.stated_source, amounts, names, areas, notes)
    layer = plan.providers.layer if plan.providers is not None else None
    return _named(told, {} if layer is None else dict(plan.layers[layer].names))


def _told(
    kind: str,
    source: str,
    sums: Mapping[str, float],
    names: Mapping[str, str],
    areas: Mapping[str, str],
    notes: tuple[str, ...],
) -> CareOf:
    total = sum(sums.values())
    rows = [
        Care(
            code, names.get(code, code) if code else "elsewhere, or not stated", areas.get(code), amount,
            amount / total,
        )
        for code, amount in sums.items()
        if amount > 1e-9 * total
    ]  # fmt: skip
    rows.sort(key=lambda row: (row.provider == "", -row.activity, row.provider))
    return CareOf(kind, source, tuple(rows), notes)
