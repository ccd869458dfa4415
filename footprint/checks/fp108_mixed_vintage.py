"""Areas that never existed together, or had ended by the date of the plan.

Boundaries of one year against codes of another give splits that nobody drew and areas without
people. Successions are known for the reorganisations of districts since 2019 and for the systems
of 2022 and 2023.

Settle: take all layers of one date, or the lookup between the two vintages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.model.finding import Area, Finding, Severity, Skipped
from footprint.model.successions import ended_before, vintage_clash
from footprint.model.words import count, listing

if TYPE_CHECKING:
    from footprint.plan.model import Plan, PlanLayer

SEVERITY = Severity.ERROR
EVIDENCE = evidence("count", year="year of the change", vintage="year that the layer states")
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report clashes within a layer (error), and areas that ended before the plan's date (warning)."""
    for key, layer in plan.layers.items():
        codes = [str(c) for c in layer.codes]
        clash = vintage_clash(codes)
        if clash is not None:
            old = [Area(s.old, layer.name(s.old)) for s in clash.ended]
            born = [Area(c, layer.name(c)) for c in clash.born]
            yield rule.finding(
                key,
                f"{key} holds {listing(born)}, which exist from {clash.year} on, and "
                f"{count(len(old), 'area')} that had ended by then: {listing(old)}",
                "Take the whole layer of one year.",
                "lookup",
                others=[*born, *old],
                count=len(old),
                year=clash.year,
                vintage=_vintage(layer),
            )
            continue
        year = None if plan.date is None else plan.date.year - (plan.date.month < 4)
        ended = () if year is None else ended_before(codes, year)
        if ended:
            into = sorted({(s.new, s.name, s.year) for s in ended})
            yield rule.finding(
                key,
                f"{count(len(ended), 'area')} of {key} had ended by the plan's date ({plan.date}): "
                f"{listing(layer.name(s.old) for s in ended)}; succeeded by "
                f"{listing(f'{name} ({code}, {since})' for code, name, since in into)}",
                "Take the layer of the plan's date, or set the date back.",
                "lookup",
                severity=Severity.WARNING,
                others=[Area(s.old, layer.name(s.old)) for s in ended[:20]],
                count=len(ended),
                year=max(s.year for s in ended),
                vintage=_vintage(layer),
            )


def _vintage(layer: PlanLayer) -> int | None:
    if layer.drawn is not None and layer.drawn.vintage is not None:
        return layer.drawn.vintage
    return None if layer.lookup is None else layer.lookup.source.vintage
