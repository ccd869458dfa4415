"""Codes that cannot be codes of the layer's geography, or of the area that a lookup puts them in.

A wrong code joins to nothing, or to the wrong area: a county among districts counts its people
twice, and a name typed into the code column loses them. A lookup that gives a district E07 to a
metropolitan district, instead of to its county, moves it across the country; an outline of one code
that lies in that of another kind has the wrong code, where the two layers are to line up.

Settle: correct the code or the lookup, remove the area from the layer, or state another geography
in the plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from footprint.checks import Maker, evidence
from footprint.model.codes import PROVISIONAL
from footprint.model.errors import Missing
from footprint.model.finding import AT_MOST, Area, Finding, Severity, Skipped
from footprint.model.geographies import looks_foreign
from footprint.model.history import KINDS, became, versions
from footprint.model.words import agree, count, listing
from footprint.plan import derive
from footprint.plan.naming import counted, many

if TYPE_CHECKING:
    from footprint.geometry.overlap import Evidence
    from footprint.plan.model import Plan

    # what holds districts, a layer of upper tiers, which of these each district lies in, and what says so
    _Tier = tuple[str, str, dict[str, str], Evidence]

SEVERITY = Severity.ERROR
EVIDENCE = evidence("count", "codes")
OWN_UPPER_TIER = ("E06", "E08", "E09")
TOGETHER = {"E06000053": "E06000052", "E09000001": "E09000012"}
"""The two smallest authorities, which statistics count with a neighbour: Scilly and the City of London."""
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report one finding for each layer with foreign codes, and one for each layer of upper tiers."""
    named = [(key, layer.geography, layer.names) for key, layer in plan.layers.items()]
    if plan.units is not None:
        codes = plan.units.codes.to_series()
        named.append(("units", plan.units.geography, codes))
    for key, geography, names in named:
        foreign = [str(c) for c in names.index.tolist() if looks_foreign(str(c), geography)]
        if plan.proposal is not None:
            # an area that is only proposed has no code of its geography yet
            foreign = [c for c in foreign if not c.startswith(PROVISIONAL)]
        if foreign:
            yield rule.finding(
                key,
                f"{len(foreign):,} of {count(len(names), 'code')} of {many(plan, key)} cannot be "
                f"{geography.key} codes ({', '.join(plan.nations.prefixes(geography.key))}): "
                f"{listing(foreign)}",
                "Correct them, or state another geography for the layer.",
                "lookup",
                others=[Area(c, str(names[c])) for c in foreign[:AT_MOST]],
                count=len(foreign),
                codes=foreign,
            )
    by_lookup: list[_Tier] = [(*tier, "lookup") for tier in _tiers(plan)]
    for lower, upper, pairs, by in (*by_lookup, *_drawn(plan, {tier[:2] for tier in by_lookup})):
        wrong = {a: b for a, b in pairs.items() if _impossible(a, b)}
        if wrong:
            below = plan.layers.get(lower)
            areas = [Area(a, below.name(a) if below is not None else a) for a in wrong]
            told = [
                f"{a} in {Area(b, plan.layers[upper].name(b))}"
                for a, b in zip(areas, wrong.values(), strict=True)
            ]
            told_of = count(len(wrong), "unit") if below is None else counted(plan, lower, len(wrong))
            says, puts, settle = "lookup", "puts", "the lookup"
            if by != "lookup":
                says, puts, settle = "outlines", "put", "a code or an outline"
            yield rule.finding(
                upper,
                f"{told_of} cannot lie where the {says} of {many(plan, upper)} "
                f"{puts} {agree(len(wrong), 'it', 'them')}: {listing(told)}",
                "A district E07 belongs to a county E10; a unitary authority, a metropolitan district or a "
                f"London borough is its own upper tier. Correct {settle}.",
                by,
                others=areas[:AT_MOST],
                count=len(wrong),
                codes=list(wrong),
            )


def _tiers(plan: Plan) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield what holds districts, a layer of upper tiers, and which of them each district lies in by lookups.

    Where both are made of units it is the one that has most of the district's, as a unit may lie astray.
    """
    for upper, layer in plan.layers.items():
        if layer.lookup is None or layer.geography.key not in ("LAD", "UTLA", "CTY"):
            continue
        codes = layer.lookup.codes
        if layer.base == "units" and plan.units is not None and plan.units.geography.key == "LAD":
            yield "units", upper, _as_text(codes)
        for lower, below in plan.layers.items():
            if lower == upper or below.geography.key != "LAD":
                continue
            if layer.base == lower:
                yield lower, upper, _as_text(codes)
            elif layer.geography.key != "LAD" and (districts := _districts(plan, lower, upper)) is not None:
                both = pd.DataFrame({"a": districts, "b": codes}).dropna()
                most = both.value_counts().reset_index().drop_duplicates("a")
                yield lower, upper, _as_text(most.set_index("a")["b"].sort_index())


def _districts(plan: Plan, lower: str, upper: str) -> pd.Series | None:
    """Return the district of each of what the upper tier is made of; None where nothing but outlines says it.

    A proposal makes an upper tier of units that districts had made before: those are still held against it.
    """
    below, root = plan.layers[lower], plan
    if below.lookup is not None:
        return below.lookup.codes if below.base == plan.layers[upper].base else None
    while root.proposal is not None:
        root = root.proposal.base
    if upper not in root.layers or root.layers[upper].base != lower:
        return None
    placed = derive.assignment(plan, lower)
    return None if placed is None else placed.codes


def _drawn(plan: Plan, known: set[tuple[str, str]]) -> Iterator[_Tier]:
    """Yield the same of layers that are to line up, by outlines, where no lookup is `known` to tell.

    Districts that are split are told as that.
    """
    for each in plan.align:
        kinds = [plan.layers[key].geography.key for key in (each.source, each.target)]
        if kinds[0] == "LAD" and kinds[1] in ("UTLA", "CTY") and (each.source, each.target) not in known:
            found = derive.overlap(plan, each.source, each.target)
            if not isinstance(found, Missing) and found.evidence != "lookup":
                nested = found.nested().set_index("source")["target"].sort_index()
                yield each.source, each.target, _as_text(nested), found.evidence


def _as_text(codes: pd.Series) -> dict[str, str]:
    return {str(a): str(b) for a, b in codes.items()}


def _impossible(district: str, upper: str) -> bool:
    """Return whether an area of the lower tier cannot lie in one of the upper tier, by the kind of codes."""
    if district == upper or upper[:3] not in KINDS or TOGETHER.get(district) == upper:
        return False
    if _later(district, upper) or _later(upper, district):
        return False  # two vintages of one ground
    if district[:3] == upper[:3] and not (versions(district) and versions(upper)):
        return False  # a code of one's own may be a new one for the same area
    if district[:3] == "E07":
        return upper[:3] in OWN_UPPER_TIER
    return district[:3] in OWN_UPPER_TIER and upper[:3] in ("E10", *OWN_UPPER_TIER)


def _later(old: str, new: str) -> bool:
    """Return whether ground of one area became part of another, sooner or later."""
    return any(c.new == new or _later(c.new, new) for c in became(old))
