"""A provider whose care is counted in one place, although it is given in several.

Tables of trusts say where the headquarters is. A trust with a hospital on the other side of a line
then takes the people who use it out of their own footprint, on paper only. Reported are providers
that stand in one area and are the main provider of 100,000 people or more of another, as many as a
small acute hospital serves; and providers with sites in several areas among which nothing says how
their activity is shared out.

Settle: give the sites of the provider with a weight for each (its share of beds or activity).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.measure.activity import activity
from footprint.measure.figures import figures
from footprint.measure.hosts import TRACE, Hosts, headquarters
from footprint.measure.providers import suspects
from footprint.model.errors import Missing
from footprint.model.finding import Area, Finding, Piece, Severity, Skipped, listed
from footprint.model.words import listing
from footprint.plan.naming import one

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.WARNING
NEEDS = ("flows", "providers", "population")
EVIDENCE = evidence(
    "people",
    "localisation_index",
    "shares_of_source",
    "denominator",
    "activity",
    "method",
    localisation_index_if_local="what it would be if a provider's care were given where people live",
)
SECTIONS = ("providers",)
rule = Maker(__name__)

# The acute hospitals with the fewest people serve about this many; in England in 2018, nine trusts
# with one headquarters had as many in another system, six of them with a hospital there.
OWN_HOSPITAL_PEOPLE = 100_000
HINT = 'Give its sites, with a weight for each (weight = "…" in [providers]).'


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report providers that seem to have sites where the table of providers has none, or no weights."""
    stand = headquarters(plan)
    if isinstance(stand, Missing):
        yield rule.skip(stand.reason)
        return
    key, host = stand
    yield from _single(plan, key)
    yield from _guessed(plan, key, host)


def _single(plan: Plan, key: str) -> Iterator[Finding | Skipped]:
    told, layer = figures(plan), plan.layers[key]
    assert plan.providers is not None
    for row in suspects(plan, key, OWN_HOSPITAL_PEOPLE).to_dict("records"):
        provider = Area(row["provider"], plan.providers.name(row["provider"]))
        home = Area(row["host"], layer.name(row["host"]))
        other = Area(row["code"], layer.name(row["code"]))
        index, local = row["localisation_index"], row["localisation_index_if_local"]
        yield rule.finding(
            key,
            f"{provider} is counted wholly in {home}, but is the main provider of "
            f"{told.text(row['population'])} people of {other}; were their care there given there, the "
            f"localisation index of {other.name} would be {told.percent(local)} instead of "
            f"{told.percent(index)}",
            HINT,
            "flow",
            area=provider,
            others=(home, other),
            level=_level(plan, key),
            people=told.count(row["population"]),
            localisation_index=told.share(index),
            localisation_index_if_local=told.share(local),
            method="first_past_the_post",
        )


def _guessed(plan: Plan, key: str, host: Hosts) -> Iterator[Finding]:
    held = activity(plan)
    if isinstance(held, Missing) or plan.providers is None:
        return
    told, layer = figures(plan), plan.layers[key]
    for p in host.guessed.nonzero()[0].tolist():
        rows = host.provider == p
        found = zip(host.area[rows].tolist(), host.share[rows].tolist(), strict=True)
        inside = [(Area(layer.codes[a], layer.name(layer.codes[a])), share) for a, share in found if a >= 0]
        pieces = [Piece(area, share=share) for area, share in inside]
        beyond, lost = 1 - host.unplaced[p] - sum(share for _, share in inside), host.unplaced[p]
        code = str(held.table.providers[p])
        provider = Area(code, plan.providers.name(code))
        told_in = [f"{share:.0%} in {area}" for area, share in inside]
        named = listing(
            [
                *told_in,
                *([f"{beyond:.0%} in no {one(plan, key)} of the plan"] if beyond > TRACE else []),
                *([f"{lost:.0%} nowhere that is known"] if lost else []),
            ]
        )
        yield rule.finding(
            key,
            f"the activity of {provider} is shared out equally among its "
            f"{plan.providers.stated[code]} sites, as nothing says how: {named}",
            HINT,
            "flow",
            area=provider,
            parts=pieces,
            level=_level(plan, key),
            **listed(pieces, "shares_of_source"),
            denominator="sites of the provider",
            activity=told.count(held.at_provider(code)),
        )


def _level(plan: Plan, key: str) -> str | None:
    level = plan.level_of(key)
    return None if level is None else str(level)
