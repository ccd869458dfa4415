"""Units or providers of the flows that the plan does not know, or cannot place.

Activity at a provider that nothing places counts in no footprint as inside, and flows of a unit of
another vintage count nowhere, so every measure that they belong to is too low.

Settle: add the providers to the table of providers, use flows of the plan's vintage, or accept the
finding where the flows are of people from beyond the plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.measure.activity import activity, strangers
from footprint.measure.figures import Figures, figures
from footprint.measure.hosts import headquarters
from footprint.model.errors import Missing
from footprint.model.finding import Area, Finding, Severity, Skipped
from footprint.model.organisations import sites_of
from footprint.model.vintage import explained, of_another_date
from footprint.model.words import agree, count, listing
from footprint.plan.naming import one

if TYPE_CHECKING:
    from footprint.measure.activity import Activity
    from footprint.plan.model import Plan

SEVERITY = Severity.WARNING
NEEDS = ("flows",)
EVIDENCE = evidence("count", "codes", "activity", "share")
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report providers without a place, providers beyond the plan, and units that the plan lacks."""
    held = activity(plan)
    if isinstance(held, Missing):
        yield rule.skip(held.reason)
        return
    told = figures(plan)
    yield from _units(plan, held, told)
    stand = headquarters(plan)
    if isinstance(stand, Missing):
        yield rule.skip(stand.reason)
        return
    key, host = stand
    codes = held.table.providers
    lost = [c for c, known in zip(codes, host.known, strict=True) if c and not known]
    sites = sites_of(lost, set(plan.providers.names.index)) if plan.providers is not None else {}
    yield from _providers(
        plan, held, told, lost, SEVERITY,
        "stand nowhere that is known", "stands nowhere that is known",
        "Add it to the table of providers; until then its activity counts in no footprint as inside.",
        sites,
    )  # fmt: skip
    yield from _providers(
        plan, held, told, list(host.beyond), Severity.INFO,
        f"stand in no {one(plan, key)} of the plan, so care there counts as outside",
        f"stands in no {one(plan, key)} of the plan, so care there counts as outside",
        "Nothing to do if the plan is of a part of the country; else check the codes or coordinates.",
    )  # fmt: skip


def _providers(
    plan: Plan,
    held: Activity,
    told: Figures,
    codes: list[str],
    severity: Severity,
    many: str,
    one: str,
    hint: str,
    sites: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Finding]:
    if not codes:
        return
    amounts = sorted((-held.at_provider(code), code) for code in codes)
    areas = [Area(code, plan.providers.name(code) if plan.providers else code) for _, code in amounts]
    together = -sum(less for less, _ in amounts)
    share = together / held.total if held.total else 0.0
    each = [
        f"{area} ({told.percent(-less / held.total if held.total else 0.0, -less)} of all activity"
        + (f"; a site code that begins with the trust's, {sites[area.code]})" if area.code in sites else ")")
        for area, (less, _) in zip(areas, amounts, strict=True)
    ]
    yield rule.finding(
        "providers",
        f"{count(len(codes), 'provider')} of the flows {agree(len(codes), one, many)}: {listing(each)}"
        + (f"; {told.percent(share, together)} together" if len(codes) > 1 else ""),
        hint,
        "flow",
        area=areas[0] if len(areas) == 1 else None,
        others=areas if len(areas) > 1 else (),
        severity=severity,
        count=len(codes),
        codes=[a.code for a in areas],
        activity=told.count(together),
        share=told.share(share, together),
    )


def _units(plan: Plan, held: Activity, told: Figures) -> Iterator[Finding]:
    abroad, lost, odd = strangers(held, plan.nations)
    there: set[str] = set() if plan.units is None else set(plan.units.codes)
    if plan.flow_lookup is not None:
        there = set(plan.flow_lookup.codes)
    changed = explained([*lost, *odd], there)
    dated = of_another_date(odd, there)
    odd = [code for code in odd if code not in dated]
    use = f"Use flows of the plan's vintage, or a lookup to their units. {changed}".strip()
    # proportions of a unit without people have no weight: then only the units can be counted
    weighed = held.table.kind != "proportion"
    for codes, severity, words, hint in (
        (
            abroad, Severity.INFO, "of other nations; their residents count as people from elsewhere",
            "Nothing to do.",
        ),
        (
            lost, SEVERITY, "that the plan does not have; their residents count as people from elsewhere",
            "Use flows of the plan's vintage, or accept this where the plan is of a part of the country. "
            f"{changed}".strip(),
        ),
        (dated, SEVERITY, "of another date; nobody knows whose journeys these are", use),
        (
            odd, SEVERITY, "that are no codes like the plan's; nobody knows whose journeys these are",
            "Correct the codes.",
        ),
    ):  # fmt: skip
        if not codes:
            continue
        part = held.of_units(codes)
        share = part / held.total if held.total else 0.0
        size = f", {told.percent(share, part)} of all activity" if weighed else ", of unknown weight"
        yield rule.finding(
            "flows",
            f"flows of {count(len(codes), 'unit')} {words}: {listing(codes)}{size}",
            hint,
            "flow",
            severity=severity,
            count=len(codes),
            codes=codes,
            activity=told.count(part) if weighed else None,
            share=told.share(share, part) if weighed else None,
        )
