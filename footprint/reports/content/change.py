"""A change in words: what it resolves, breaks and leaves, who moves, and both sides before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from footprint.checks import catalogue
from footprint.model.finding import Area, counts
from footprint.model.known import is_known
from footprint.model.words import agree, count, day
from footprint.plan.naming import many
from footprint.reports.content import findings, measures
from footprint.reports.content.message import message_of
from footprint.reports.content.message_change import summary
from footprint.reports.content.sides import both, layer_of
from footprint.reports.document import Figure, Grid, Head, Heading, Words, heads, lines, more, text
from footprint.reports.values import VERSION, apart, ends, finding, plan_record, records, skips
from footprint.results import dealing
from footprint.results.changes import sentences
from footprint.results.nearby import elsewhere, here
from footprint.results.tables import COMPARED

if TYPE_CHECKING:
    from footprint.model.proposal import Proposal
    from footprint.reports import Report
    from footprint.reports.document import Block, Cell
    from footprint.results.comparison import Comparison

MOST = 12
_CHANGES = ("created", "abolished", "changed", "renamed", "recoded", "untouched")


# ── what every report says of a change ──────────────────────────────────────────────────────────


def proposals(found: Comparison) -> list[Proposal]:
    """Return the proposals that lead from the one plan to the other, first to last."""
    steps: list[Proposal] = []
    plan = found.after.plan
    while plan.proposal is not None and plan is not found.before.plan:
        # a proposal that changes several layers is a step for each, and one proposal
        if not steps or steps[0].path != plan.proposal.proposal.path:
            steps.insert(0, plan.proposal.proposal)
        plan = plan.proposal.base
    return steps


def title(found: Comparison) -> str:
    """Return what a change is called."""
    named = "; ".join(p.title for p in proposals(found))
    return named or f"{found.before.plan.title} → {found.after.plan.title}"


def links(given: Proposal) -> list[str]:
    """Return where its legislation and its consultation stand."""
    return [url for url in (given.legislation_url, given.consultation_url) if url]


def steps(found: Comparison) -> list[str]:
    """Return the proposals of a change, each with its day and its links."""
    return [
        f"{p.title}, from {day(p.effective_date)}" + (f" ({'; '.join(links(p))})" if links(p) else "")
        for p in proposals(found)
    ]


def moves(found: Comparison, caption: str = "") -> Grid:
    """Return who moves from where to where."""
    every = records(found.moves)
    rows = [
        (
            many(found.after.plan, row["layer"]), one, other + _doubt(row),
            Figure(row["population"]), Figure(row["units"] or None), Figure(row["area_m2"], "area"),
        )
        for row, (one, other) in zip(every, ends(every), strict=True)
    ]  # fmt: skip
    columns = heads(
        ("Layer", 2), ("From", 4), ("To", 4), ("People", 2), ("Units", 1.5), ("Area", 2.5),
        right=("People", "Units", "Area"),
    )  # fmt: skip
    return Grid(columns, rows, caption=caption, sheet="Moves")


def nobody(found: Comparison) -> str:
    """Return what stands in the place of moves where there are none."""
    return "nobody" if found.people_who_move == 0 else "nobody can tell"


def _doubt(row: dict[str, Any]) -> str:
    return "" if row["certain"] else " (nobody can tell)"


def areas(found: Comparison, caption: str = "") -> Grid:
    """Return the areas that a change touches, before and after it."""
    touched, judged = _touched(found)
    rows = []
    for row in touched:
        was = f", was {row['before_name']}" if row["before_name"] not in (None, row["name"]) else ""
        kin = many(found.after.plan, row["layer"])
        rows.append((f"{Area(row['code'], row['name'])}{was}", kin, *_sides(row, judged)))
    index = [("Localisation index", 2.5)] if judged else []
    columns = heads(
        ("Area", 4), ("Layer", 2), ("Change", 2), ("People", 3.5), ("Band", 2.5), *index,
        right=("People", "Localisation index"),
    )  # fmt: skip
    return Grid(columns, rows, caption=caption, sheet="Before and after")


def _touched(found: Comparison) -> tuple[list[dict[str, Any]], bool]:
    """Return the areas that a change touches, and whether a localisation index is known of any."""
    touched = [row for row in records(found.areas) if row["change"] != "untouched"]
    known = (row[f"localisation_index_{side}"] for row in touched for side in ("before", "after"))
    return touched, any(value is not None for value in known)


def _sides(row: dict[str, Any], judged: bool) -> list[str]:
    """Return what becomes of an area: its people, band and localisation index before and after."""
    index = [both(row, "localisation_index", "share")] if judged else []
    return [row["change"], both(row, "population", "count"), both(row, "status").lower(), *index]


def untouched(found: Comparison) -> str:
    """Return how many areas a change leaves as they are, in words; "" where it leaves none."""
    many = int((found.areas["change"] == "untouched").sum())
    return f"{count(many, 'area stays as it is', 'areas stay as they are')}." if many else ""


def simpler(found: Comparison) -> str:
    """Return for how many bodies a change leaves fewer others to deal with, and for how many more."""
    return f"Bodies to deal with, as their areas share people: {dealing.for_whom(found.interfaces)}."


def dealings(found: Comparison) -> list[str]:
    """Return who has to deal with other bodies than before, a sentence each."""
    return dealing.sentences(found.after.plan, records(found.interfaces))


def agreement(found: Comparison, headings: Sequence[str], caption: str = "") -> Grid:
    """Return how well layers line up, before and after a change, under five headings."""
    rows = [
        (
            " in ".join(many(found.after.plan, row[side]) for side in ("source", "target")),
            *(both(row, name, "count") for name in ("nested", "split", "same")),
            both(row, "v_measure", "index"),
        )
        for row in records(found.agreement)
    ]
    first, *others = headings
    columns = heads((first, 3), *((heading, 2) for heading in others), right=others)
    return Grid(columns, rows, caption=caption)


# ── a comparison, in order ──────────────────────────────────────────────────────────────────────


def document(report: Report) -> Iterator[Block]:
    """Return what a change does, in order."""
    found: Comparison = report.found
    yield Heading(title(found), 1)
    for p in proposals(found):
        on = ", ".join([found.before.plan.title, *links(p)])
        yield text(f"from {day(p.effective_date)}, on {on}", depth=0)
    yield from (text(Words(told), depth=0) for told in message_of(found.after, found).sentences)
    yield text(summary(found).capitalize(), depth=0)
    yield from findings.assumed(found.after.plan.assumptions)
    plan = found.after.plan
    yield from _moves(found)
    yield from _answers(found)
    yield from _dealings(found)
    yield from _areas(found)
    yield from measures.changes(found)
    lined_up = agreement(found, ("", "nested", "split", "one to one", "V-measure"))
    if lined_up.rows:
        yield from (Heading("Do the boundaries line up? (before → after)"), lined_up)
    for rule in catalogue().values():
        if rule.repeats and (broken := [f for f in found.new if f.rule == rule.code]):
            yield from findings.listed(plan, f"{rule.repeats} ({rule.code})", broken)
    yield from findings.listed(plan, "Resolved", found.resolved)
    yield from findings.listed(plan, "New", [f for f in found.new if not f.repeats])
    yield from findings.listed(plan, "Remaining", here(found, found.remaining))
    if away := len(elsewhere(found)):
        told = f"{count(away, 'finding')} elsewhere {agree(away, 'is as it was', 'are as they were')}"
        yield text(f"{told}; see them with --format json", tone="quiet")
    yield from findings.foot(found.after.skipped, found.after.plan.inputs)


def _moves(found: Comparison) -> Iterator[Block]:
    yield Heading("Who moves")
    if found.moves.empty:
        yield text(nobody(found))
    rows: list[tuple[Cell, ...]] = []
    every = records(found.moves.head(MOST))
    for row, (one, other) in zip(every, ends(every), strict=True):
        units = count(row["units"], "unit") if row["units"] else ""
        ground = "" if row["area_m2"] is None else Figure(row["area_m2"], "area")
        people = Figure(row["population"], unit=" people")
        rows.append(
            (
                people,
                units,
                ground,
                f"{one} → {other}{layer_of(found, row)}{_doubt(row)}",
            )
        )
    yield lines("rrrw", rows)
    yield from more(len(found.moves) - MOST, "see them all with --format csv --table moves")


def _answers(found: Comparison) -> Iterator[Block]:
    if found.before.plan.accountability is None and found.after.plan.accountability is None:
        return
    yield Heading("Who is accountable (before → after)")
    told = sentences(found.accountability)
    yield from map(text, told[:MOST] or ["nobody's answer changes"])
    yield from more(len(told) - MOST, "see them all with --format csv --table accountability")


def _dealings(found: Comparison) -> Iterator[Block]:
    if found.interfaces.empty:
        return
    yield Heading("Who has to deal with whom (before → after)")
    yield text(simpler(found))
    told = dealings(found)
    yield from map(text, told[:MOST])
    yield from more(len(told) - MOST, "see them all with --format csv --table interfaces")


def _areas(found: Comparison) -> Iterator[Block]:
    tally = found.areas["change"].value_counts()
    yield Heading("Areas before and after")
    yield text(", ".join(f"{tally[c]:,} {c}" for c in _CHANGES if c in tally) or "nothing to compare")
    touched, judged = _touched(found)
    rows, names = [], apart(touched)
    for name, row in list(zip(names, touched, strict=True))[: 2 * MOST]:
        was = f" (was {row['before_name']})" if row["before_name"] not in (None, row["name"]) else ""
        rows.append((f"{name}{was}{layer_of(found, row)}", *_sides(row, judged)))
    columns = [Head(wraps=True), Head(), Head("people", "right"), Head("band")]
    yield Grid([*columns, *([Head("stays inside", "right")] if judged else [])], rows)
    yield from more(len(touched) - 2 * MOST)


# ── as values ───────────────────────────────────────────────────────────────────────────────────


def record(report: Report) -> dict[str, Any]:
    """Return a change as plain Python values (see `footprint schema compare`)."""
    found: Comparison = report.found
    groups = {"resolved": found.resolved, "new": found.new, "remaining": found.remaining}
    return {
        "version": VERSION,
        "before": plan_record(found.before.plan),
        "after": plan_record(found.after.plan),
        "proposals": [_proposal(p) for p in proposals(found)],
        "summary": {
            "sentence": summary(found),
            **{name: counts(group) for name, group in groups.items()},
            "people_who_move": _plain(found.people_who_move),
            "people_who_join": _plain(found.people_who_join),
        },
        **{name: [finding(f) for f in group] for name, group in groups.items()},
        "skipped": skips(found.after.skipped),
        "tables": {name: records(getattr(found, name)) for name in COMPARED},
    }


def _plain(value: float) -> float | None:
    return None if not is_known(value) else int(value) if value == int(value) else value


def _proposal(given: Proposal) -> dict[str, Any]:
    return {
        "title": given.title,
        "effective_date": given.effective_date.isoformat(),
        "legislation_url": given.legislation_url or None,
        "consultation_url": given.consultation_url or None,
        "path": str(given.path),
    }


def write_csv(report: Report, stream: TextIO) -> None:
    """Write one of the tables of COMPARED."""
    name = report.table or "areas"
    COMPARED[name].write_csv(getattr(report.found, name), stream)
