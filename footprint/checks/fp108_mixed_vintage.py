"""Areas that never existed together, or not on the date of the plan.

Boundaries of one year against codes of another give splits that nobody drew and areas without
people. Which codes were in force when is known for districts, counties and regions, CCGs and Sub-ICB
locations, systems and combined authorities, and their like in Wales, Scotland and Northern Ireland.

Settle: take all layers of one date, or the lookup between the two vintages; `footprint codes FILE`
says which dates a layer fits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from footprint.checks import Maker, evidence
from footprint.model.finding import AT_MOST, Area, Finding, Severity, Skipped
from footprint.model.history import SICBL_SINCE, name_on, period_of
from footprint.model.vintage import begun_after, ended_before, made_up, told, vintage_clash
from footprint.model.words import agree, count, day, listing

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.plan.parts import PlanLayer

SEVERITY = Severity.ERROR
EVIDENCE = evidence("count", year="year of the change", vintage="year that the layer states")
rule = Maker(__name__)


class _Areas(NamedTuple):
    """The areas of a layer, or the units of the plan."""

    key: str
    geography: str
    names: dict[str, str]
    """Code → name."""
    vintage: int | None
    """The year that its file states."""

    def area(self, code: str) -> Area:
        """Return one of them."""
        return Area(code, self.names[code])


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report clashes within a layer (error), and areas not in force on the plan's date (warning)."""
    for held in _all(plan):
        clash = vintage_clash(held.names)
        if clash is not None:
            old = [held.area(s.old) for s in clash.ended]
            born = [held.area(c) for c in clash.born]
            yield rule.finding(
                held.key,
                f"{held.key} holds {listing(born)}, which {agree(len(born), 'exists', 'exist')} from "
                f"{clash.year} on, and "
                f"{count(len(old), 'area')} that had ended by then: {listing(old)}",
                f"Take the whole layer of one year. {told(clash.ended)}",
                "lookup",
                others=[*born, *old],
                count=len(old),
                year=clash.year,
                vintage=held.vintage,
            )
        elif plan.date is not None and not made_up(held.names):
            yield from _ended(held, plan.date)
            yield from _to_come(held, _changed(plan, held.key) or plan.date)
            yield from _of_another_kind(held, plan.date)


def _all(plan: Plan) -> Iterator[_Areas]:
    for key, layer in plan.layers.items():
        names = {str(code): str(name) for code, name in layer.areas.items()}
        yield _Areas(key, layer.geography.key, names, _vintage(layer))
    if plan.units is not None:
        source = plan.units.source
        names = {str(code): str(name) for code, name in plan.units.names.items()}
        yield _Areas("units", plan.units.geography.key, names, None if source is None else source.vintage)


def _changed(plan: Plan, key: str) -> dt.date | None:
    """Return the day on which a proposal last changes a layer; its new areas may begin on that day."""
    if plan.proposal is None:
        return None
    if plan.proposal.layer == key:
        return plan.proposal.proposal.effective_date
    return _changed(plan.proposal.base, key)


def _ended(held: _Areas, date: dt.date) -> Iterator[Finding]:
    """Report the areas of a layer that had ended by a day."""
    if ended := ended_before(held.names, date):
        into = sorted({(s.new, name_on(s.new, s.date), s.year) for s in ended if s.new is not None})
        successors = listing(f"{name} ({code}, {since})" for code, name, since in into)
        alone = [s.old for s in ended if s.new is None] if into else []
        divided = f"; by no area as a whole: {listing(held.names[code] for code in alone)}" if alone else ""
        yield rule.finding(
            held.key,
            f"{count(len(ended), 'area')} of {held.key} had ended by the plan's date ({date}): "
            f"{listing(held.names[s.old] for s in ended)}"
            + (f"; succeeded by {successors}{divided}" if into else "; succeeded by no area as a whole"),
            f"Take the layer of the plan's date, or set the date back. {told(ended)}",
            "lookup",
            severity=Severity.WARNING,
            others=[held.area(s.old) for s in ended[:AT_MOST]],
            count=len(ended),
            year=max(s.year for s in ended),
            vintage=held.vintage,
        )


def _to_come(held: _Areas, date: dt.date) -> Iterator[Finding]:
    """Report the areas of a layer that were not there yet on a day."""
    if later := begun_after(held.names, date):
        begin = agree(len(later), "begins", "begin")
        yield rule.finding(
            held.key,
            f"{count(len(later), 'area')} of {held.key} {begin} only after the plan's date ({date}): "
            f"{listing(f'{held.names[code]} ({code}, {day(first)})' for code, first in later)}",
            "Take the layer of the plan's date, or set the date forward.",
            "lookup",
            severity=Severity.WARNING,
            others=[held.area(code) for code, _ in later[:AT_MOST]],
            count=len(later),
            year=min(first.year for _, first in later),
            vintage=held.vintage,
        )


def _of_another_kind(held: _Areas, date: dt.date) -> Iterator[Finding]:
    """Report E38 codes that are in force on a day, but as the other of CCGs and Sub-ICB locations."""
    kind = held.geography
    if kind not in ("CCG", "SICBL") or (kind == "SICBL") == (date >= SICBL_SINCE):
        return
    codes = [c for c in held.names if (p := period_of(c)) is not None and date in p]
    if codes:
        stated, other = (
            ("CCGs, which ended on 30 June 2022", "Sub-ICB locations")
            if kind == "CCG"
            else ("Sub-ICB locations, which began later", "CCGs")
        )
        yield rule.finding(
            held.key,
            f"{held.key} is said to hold {stated}; on the plan's date ({date}) its {len(codes):,} codes that "
            f"were in force were those of {other}: {listing(codes)}",
            "An E38 code is that of a CCG before 1 July 2022 and of a Sub-ICB location from then on: state "
            "the other geography for the layer, or another date.",
            "lookup",
            severity=Severity.WARNING,
            others=[held.area(code) for code in codes[:AT_MOST]],
            count=len(codes),
            year=SICBL_SINCE.year,
            vintage=held.vintage,
        )


def _vintage(layer: PlanLayer) -> int | None:
    if layer.drawn is not None and layer.drawn.vintage is not None:
        return layer.drawn.vintage
    return None if layer.lookup is None else layer.lookup.source.vintage
