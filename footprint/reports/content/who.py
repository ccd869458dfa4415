"""Who is accountable somewhere, in words: where it lies, who leads what there, where its care takes place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from footprint.model.errors import InputError
from footprint.model.finding import Area
from footprint.model.suppression import SUPPRESSED
from footprint.model.words import count, dated, listing, number, percent
from footprint.plan.naming import one
from footprint.read.files import sha256
from footprint.reports.content import findings, who_dealings
from footprint.reports.content.accountability import functions_map
from footprint.reports.content.who_values import (
    care,
    dealings,
    flat,
    footprints,
    functions,
    headings,
    in_order,
    plain_row,
    subject,
    why_not,
)
from footprint.reports.document import Block, Cell, Figure, Heading, Words, lines, more, text
from footprint.reports.values import VERSION, records, write_rows

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.reports import Report
    from footprint.results.who.answer import Answer, Footprint, Lead
    from footprint.results.who.care import CareOf
    from footprint.results.who.question import Who

MOST = 6
"""Providers, and areas of a layer, that are told one by one."""


def document(report: Report) -> Iterator[Block]:
    """Return the answer, in order."""
    found: Who = report.found
    codes, given = found.codes, found.answer
    plan = dated(codes.title, codes.date)
    yield Heading(plan if given is None else _subject(found, given), 1)
    if given is not None:
        yield text(plan, depth=0)
    yield from findings.assumed(codes.assumptions)
    if found.map is not None:
        yield from functions_map(found.map)
    if given is not None:
        yield from _footprints(codes.plan, given)
        yield from _functions(found, given)
        yield from who_dealings.blocks(codes.plan, given)
        if found.care is not None:
            yield from _care(found.care, report.suppress)
        yield from _edges(found, given)
    if found.changes is not None:
        yield from _changes(found)


def _subject(found: Who, given: Answer) -> str:
    s = given.subject
    named = str(Area(s.code, s.name))
    if s.kind == "point":
        named = f"{s.easting:.0f},{s.northing:.0f} (easting, northing), in {named}"
    people = "" if s.people is None else f": {number(s.people)} people"
    units = f", {count(len(s.units), 'unit')}" if s.kind == "area" and found.codes.units else ""
    return f"{named}{people}{units}"


# ── where it lies ───────────────────────────────────────────────────────────────────────────────


def _footprints(plan: Plan, given: Answer) -> Iterator[Block]:
    yield Heading("Where it lies")
    rows: list[tuple[Cell, ...]] = []
    for key in dict.fromkeys(f.layer for f in given.footprints):
        here = [f for f in given.footprints if f.layer == key]
        held = [f for f in here if f.relation == "holds"]
        told = [f for f in here if f.relation != "holds"]
        # of many small areas inside only the number is told; of a few their names
        if len(held) > MOST:
            named = f"holds {len(held):,} areas: {listing((f.name for f in held), 3)}"
            rows.append((one(plan, key), "", named))
        else:
            told += held
        for f in told:
            part = "" if f.relation in ("in", "same") else Figure(f.share, "share")
            rows.append((one(plan, key), part, f"{Area(f.code, f.name)}{_relation(f)}"))
    yield lines("lrw", rows)
    yield from (text(f"not known: {told}") for told in given.unknown)


def _relation(f: Footprint) -> str:
    return {
        "same": ", the same ground",
        "in": "",
        "holds": ", all of it" if f.share_of_area is not None else "",
        "part": "" if f.share_of_area is None else f", {percent(f.share_of_area)} of it",
    }[f.relation]


# ── who leads what ──────────────────────────────────────────────────────────────────────────────


def _functions(found: Who, given: Answer) -> Iterator[Block]:
    yield Heading("Who is accountable")
    if found.codes.accountability is None:
        yield text("the plan does not say ([accountability])")
        return
    for level in dict.fromkeys(each.level for each in given.functions):
        yield text(Words(f"led at {level}"))
        yield from _led([each for each in given.functions if each.level == level])
    if not given.functions:
        yield text("no function is led at a level of the plan")
    leading = {each.body for each in given.functions}
    answering = [(f, b) for f in given.footprints for b in f.bodies if f.relation != "holds"]
    others = [(f, b) for f, b in answering if b.body not in leading]
    if others:
        yield text(Words("other bodies"))
    for f, b in others:
        role = f", {b.role}" if b.role else ""
        part = f" for {percent(f.share)}" if f.relation == "part" else ""
        yield text(f"{b.body} ({b.kind}{role}){part}", depth=2)


def _led(leads: Iterable[Lead]) -> Iterator[Block]:
    """Return who leads the functions of a level; those with one answer are told together."""
    by_function: dict[str, list[Lead]] = {}
    for each in leads:
        by_function.setdefault(each.function, []).append(each)
    groups: dict[tuple[tuple[str | None, str], ...], list[list[Lead]]] = {}
    for rows in by_function.values():
        groups.setdefault(tuple((r.body, _leader(r)) for r in rows), []).append(rows)
    for answers, together in groups.items():
        yield text("; ".join(_function(rows[0]) for rows in together), depth=2)
        for body, leader in answers[:MOST]:
            yield text(leader, depth=4, tone="error" if body is None else "")
        yield from more(len(answers) - MOST, "", depth=4, tone="quiet")
        beside = [each.body or "" for each in together[0] if each.beside]
        if beside:
            told = f"{listing(beside)} answer for the same people: no single one is accountable"
            yield text(told, depth=4, tone="error")


def _leader(each: Lead) -> str:
    whom = f" for {percent(each.share)}" if each.share < 1 else ""
    body = "nobody" if each.body is None else f"{each.body} ({each.role})" if each.role else each.body
    return f"{body}{whom}"


def _function(each: Lead) -> str:
    return each.function + (f" (delegated from {each.delegated_from})" if each.delegated_from else "")


# ── care, edges, changes ────────────────────────────────────────────────────────────────────────


def _care(given: CareOf, suppress: str | None) -> Iterator[Block]:
    yield Heading("Where its residents' care takes place" + (f" ({given.source})" if given.source else ""))
    if suppress:
        yield text(f"{SUPPRESSED} (HES).")
    published = care(given, suppress)
    if not published:
        yield text("the flows have no activity of these residents")
        return
    rows: list[tuple[Cell, ...]] = []
    for row, each in zip(published[:MOST], given.rows, strict=False):
        home = f", in {each.area_name or each.area}" if each.area else ""
        amount = "" if given.kind == "proportion" else Figure(row["activity"], unit=" patients")
        rows.append((Figure(row["share"], "share"), amount, f"{row['name']}{home}"))
    yield lines("rrw", rows)
    yield from more(len(published) - MOST, "see them all with --format csv --table care")
    yield from (text(note, tone="quiet") for note in given.notes)


def _edges(found: Who, given: Answer) -> Iterator[Block]:
    if found.edges is None:
        if given.subject.kind != "area":
            yield text("", depth=0)
            told = "How far the nearest edge is: add --edge (outlines are read then)."
            yield text(told, depth=0, tone="quiet")
        return
    yield Heading("How far the nearest edge is")
    rows = []
    for e in found.edges:
        far, beyond = "–", "no other area near"
        if e.distance_m is not None and e.beyond is not None and e.beyond_name is not None:
            far = f"{e.distance_m / 1000:,.1f} km" if e.distance_m >= 1000 else f"{e.distance_m:,.0f} m"
            beyond = f"to {Area(e.beyond, e.beyond_name)}"
        rows.append((one(found.codes.plan, e.layer), far, beyond))
    yield lines("lrw", rows)


def _changes(found: Who) -> Iterator[Block]:
    # pandas, which no other answer needs
    from footprint.results.changes import sentences

    assert found.changes is not None
    yield Heading("What changes with " + "; ".join(p.title for p in found.proposals))
    if found.answer is not None and found.proposed is not None:
        yield from map(text, _moved(found.codes.plan, found.answer.footprints, found.proposed.footprints))
        yield from map(text, who_dealings.moved(found.codes.plan, found.answer, found.proposed))
    told = sentences(found.changes)
    yield from map(text, told)
    if not told and found.codes.accountability is None:
        yield text("which bodies answer the plan does not say ([accountability])")
    elif not told:
        yield text("the same bodies answer as before")


def _moved(plan: Plan, before: Iterable[Footprint], after: Iterable[Footprint]) -> Iterator[str]:
    """Return the layers in which the subject lies elsewhere, or in an area of another name."""
    was, now = _areas(before), _areas(after)
    for key in dict.fromkeys([*was, *now]):
        old, new = was.get(key, []), now.get(key, [])
        if old != new:
            yield f"{one(plan, key)}: {listing(old, 3) or 'no area'} → {listing(new, 3) or 'no area'}"


def _areas(footprints: Iterable[Footprint]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for f in footprints:
        found.setdefault(f.layer, [])
        if f.relation != "holds":
            found[f.layer].append(str(Area(f.code, f.name)))
    return found


# ── as values ───────────────────────────────────────────────────────────────────────────────────


def record(report: Report) -> dict[str, Any]:
    """Return everything as plain Python values (see `footprint schema who`)."""
    found: Who = report.found
    codes, given = found.codes, found.answer
    inputs = in_order([*codes.inputs, *(found.care.inputs if found.care is not None else ())])
    return {
        "version": VERSION,
        "plan": {
            "title": codes.title,
            "date": codes.date and codes.date.isoformat(),
            "population_source": codes.people_source or None,
            "flow_source": (found.care.source or None) if found.care is not None else None,
            "assumptions": list(codes.assumptions),
            "notes": list(found.notes),
            "inputs": [
                {"role": role, "path": path, "sha256": sha256(Path(path.split("::")[0]))}
                for role, path in inputs
                if Path(path.split("::")[0]).is_file()
            ],
        },
        "suppression": report.suppress,
        "subject": None if given is None else subject(given),
        "footprints": [] if given is None else footprints(given),
        "functions": [] if given is None else functions(given),
        "unknown": [] if given is None else list(given.unknown),
        "care": None if found.care is None else care(found.care, report.suppress),
        "edges": None if found.edges is None else [plain_row(asdict(each)) for each in found.edges],
        "interfaces": [] if given is None else dealings(given),
        "proposals": [
            {"title": p.title, "effective_date": p.effective_date.isoformat(), "path": str(p.path)}
            for p in found.proposals
        ],
        "proposed": None
        if found.proposed is None
        else {
            "footprints": footprints(found.proposed),
            "functions": functions(found.proposed),
            "interfaces": dealings(found.proposed),
        },
        "changes": None if found.changes is None else records(found.changes),
        "map": None if found.map is None else {name: records(frame) for name, frame in found.map.items()},
    }


def write_csv(report: Report, stream: TextIO) -> None:
    """Write one of its tables; InputError for one that the question has no answer in."""
    found = report.found
    table = report.table
    held = record(report)
    if table is None:
        table = "footprints" if found.answer is not None else "functions" if found.map else "changes"
    if found.map is not None:
        rows = held["map"].get(table)
    else:
        rows = held.get(table) if found.answer is not None or table == "changes" else None
    if rows is None:
        raise InputError(None, f"this answer has no table '{table}'", why_not(found, table))
    if table == "footprints":
        rows = [flat(row) for row in rows]
    write_rows(rows[0] if rows else headings(found, table), (row.values() for row in rows), stream)
