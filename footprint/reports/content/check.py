"""A check in words: verdict first, splits with their people, bands, provenance."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from footprint.checks import catalogue, rule_codes
from footprint.measure.people import POPULATION
from footprint.model.words import count, dated
from footprint.plan.naming import many
from footprint.reports.content import findings, firmness, measures
from footprint.reports.content.accountability import led_at
from footprint.reports.content.alignment import alignments, best_fit, coverage, slivers
from footprint.reports.content.flows import inside
from footprint.reports.content.message import message_of
from footprint.reports.content.message_parts import names
from footprint.reports.document import Bar, Figure, Grid, Heading, Scale, Text, Words, lines, text
from footprint.reports.values import VERSION, Tables, apart, finding, plan_record, skips, write_rows

if TYPE_CHECKING:
    import pandas as pd

    from footprint.model.finding import Finding, Piece
    from footprint.reports import Report
    from footprint.reports.document import Block, Cell, Span, Tone
    from footprint.results.result import Result

# Of a level with more areas only those outside their band are shown.
MOST_AREAS = 12
_STATUS = {"WITHIN": "within", "BELOW": "BELOW", "ABOVE": "ABOVE"}


def document(report: Report) -> Iterator[Block]:
    """Return what the check has found, in order; in a summary a line for each rule instead."""
    result: Result = report.found
    yield from _head(result)
    if report.summary:
        yield from _by_rule(result)
        yield from _closing(report)
        return
    yield from _compared(result)
    yield from alignments(result)
    yield from _splits(result)
    yield from _bands(result)
    yield from _inside(result)
    yield from firmness.told(result)
    yield from measures.told(result)
    if any("accountability" in catalogue()[code].needs for code in result.rules):
        yield from led_at(result.plan, result.accountability["subsidiarity"])
    shown = (*rule_codes(shown_in="bands"), *rule_codes(shown_in="inside"))
    yield from findings.by_place(
        (f for f in result.findings if not f.divided and f.rule not in shown), partial(many, result.plan)
    )
    yield from coverage(result)
    yield from best_fit(result)
    yield from slivers(result)
    yield from findings.foot(result.skipped, result.plan.inputs)
    yield from _closing(report)


def _head(result: Result) -> Iterator[Block]:
    plan = result.plan
    yield Heading(dated(plan.title, plan.date), 1)
    if result.incomplete:
        told = "layers were refused as incomparable; see below"
        yield text(Words("INCOMPLETE: ", "error"), told, depth=0)
    yield from (text(Words(told), depth=0) for told in message_of(result).sentences)
    tally = findings.tally(result) or [("no findings", "good")]
    spans: list[Span] = [span for words in tally for span in (", ", Words(*words))][1:]
    spans += [f"; {findings.skipped_rules(result.skipped)}"] if result.skipped else []
    yield text(*spans, depth=0)
    if result.resolved is not None:
        new = sum(f.new is True for f in result.findings)
        yield text(
            f"compared with before: {new:,} new, {len(result.findings) - new:,} known, "
            f"{len(result.resolved):,} resolved"
            + (f", {result.unexamined:,} not looked for" if result.unexamined else ""),
            depth=0,
        )
    yield from findings.assumed(plan.assumptions)


def _compared(result: Result) -> Iterator[Block]:
    """Name what is new and what is gone, which the counts at the head do not, and a gate fails on."""
    for heading, group in (
        ("New", [f for f in result.findings if f.new]),
        ("Resolved", result.resolved or ()),
    ):
        if group:
            yield from findings.listed(result.plan, heading, group)


def _closing(report: Report) -> Iterator[Block]:
    """Say at the end, where a terminal stands, how much there is, how long it took and how to read on."""
    result: Result = report.found
    took = f" in {report.took}" if report.took else ""
    open_ = [f for f in result.findings if f.accepted is None]
    if open_:
        first = min(open_, key=lambda f: (f.severity.rank, f.new is False, f.rule))
        told = ", ".join(words for words, _ in findings.tally(result))
        yield text("")
        yield text(f"{told}{took}; explain one with footprint explain {first.rule}", depth=0, tone="strong")
    elif took:
        yield text("")
        yield text(f"nothing to be settled{took}", depth=0, tone="strong")


def _by_rule(result: Result) -> Iterator[Block]:
    """Return a line for each rule that has found something, gravest first: how many, and in which areas."""
    groups: dict[str, list[Finding]] = {}
    for f in sorted(result.findings, key=lambda f: (f.accepted is not None, f.severity.rank, f.rule)):
        groups.setdefault(f.rule, []).append(f)
    rows: list[tuple[Cell, ...]] = [
        (
            Words(group[0].rule),
            group[0].name,
            findings.tallied(group),
            names(f.area.name for f in group if f.area),
        )
        for group in groups.values()
    ]
    if rows:
        yield Heading("By rule")
        yield lines("llww", rows)


# ── splits ──────────────────────────────────────────────────────────────────────────────────────


def _splits(result: Result) -> Iterator[Block]:
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for f in result.findings:
        if f.divided:
            groups.setdefault((f.rule, f.layer, _target(result, f)), []).append(f)
    for (rule, layer, target), group in groups.items():
        group.sort(key=_outside_largest, reverse=True)
        of, between = (many(result.plan, key) for key in (layer, target))
        yield Heading(f"{count(len(group), 'split')} of {of} between {between} ({rule} {group[0].name})")
        for f in group:
            yield text(*findings.mark(f), f" {f.area}{findings.people_of(f)}")
            by_width = any(piece.width_m is not None for piece in f.pieces)
            rows = [_piece(piece, by_width) for piece in f.pieces]
            yield lines("rrrw" if by_width else "rrlw", rows, depth=3)
            if f.accepted is not None:
                yield text(f"accepted: {f.accepted}", depth=3)


def _target(result: Result, f: Finding) -> str:
    """Return the layer that a split finding is about: the one that has all its pieces."""
    codes = {o.code for o in f.others}
    for overlap in result.overlaps:
        if overlap.source == f.layer and codes <= set(result.plan.layers[overlap.target].codes):
            return overlap.target
    return ""


def _outside_largest(f: Finding) -> tuple[float, float]:
    known = [piece.area_m2 for piece in f.pieces if piece.area_m2 is not None]
    return f.people, sum(known) - max(known, default=0)


def _piece(piece: Piece, by_width: bool) -> tuple[Cell, ...]:
    size = Figure(piece.people)
    if piece.people is None and piece.area_m2:
        size = Figure(piece.area_m2, "area")
    third: Cell = Bar(piece.share)
    if by_width:
        third = "" if piece.width_m is None else Figure(piece.width_m, unit=" m wide")
    return size, Figure(piece.share, "share"), third, str(piece.area)


# ── population and flows ────────────────────────────────────────────────────────────────────────


def _bands(result: Result) -> Iterator[Block]:
    plan, table = result.plan, result.population
    banded = rule_codes(shown_in="bands")
    if table.empty or not plan.banded or not set(result.rules) & set(banded):
        return
    source = plan.people.stated_source if plan.people and plan.people.stated_source else "source not stated"
    yield Heading(f"Population bands (profile {plan.profile}; {source})")
    accepted = [f for f in result.findings if f.accepted is not None and f.area and f.rule in banded]
    for key, band in plan.banded.items():
        rows = table[table["layer"] == key]
        if rows.empty:
            continue
        tally = rows["status"].value_counts()
        words = [f"{tally[s]:,} {s.lower()}" for s in _STATUS if s in tally]
        unknown = int(rows["status"].isna().sum())
        words += [f"{unknown:,} unknown"] if unknown else []
        yield text(Words(many(plan, key)), f", {band} people: {', '.join(words)}")
        shown = rows if len(rows) <= MOST_AREAS else rows[rows["status"] != "WITHIN"]
        here = [f for f in accepted if f.layer == key]
        yield _band_table(shown, float(rows["population"].max()), {f.area.code for f in here if f.area})
        if 0 < len(shown) < len(rows):
            yield text(f"and {len(rows) - len(shown):,} within the band", depth=2, tone="quiet")
        yield from _accepted(here)


def _band_table(rows: pd.DataFrame, largest: float, accepted: set[str]) -> Grid:
    cells: list[tuple[Cell, ...]] = []
    order = rows.sort_values(["population", "code"], ascending=[False, True])
    every = order.to_dict("records")
    for name, row in zip(apart(every), every, strict=True):
        status = _STATUS.get(row["status"], "unknown") if isinstance(row["status"], str) else "unknown"
        told = status + (" (accepted)" if row["code"] in accepted else "")
        scale = Scale(row["population"], row["band_low"], row["band_high"], largest)
        tone: Tone = "" if status == "within" else "warning"
        cells.append((Figure(row["population"]), scale, Words(told, tone), name))
    return lines("rllw", cells, depth=2)


def _inside(result: Result) -> Iterator[Block]:
    """Show how much care stays inside, at the levels that the plan sets a threshold for."""
    plan, rules = result.plan, rule_codes(shown_in="inside")
    if not (set(result.rules) & set(rules) and plan.localisation_index and plan.flows):
        return
    judged = result.flows[result.flows["level"].isin([str(level) for level in plan.localisation_index])]
    yield from inside(plan, judged)
    yield from _accepted(f for f in result.findings if f.rule in rules and f.accepted is not None)


def _accepted(accepted: Iterable[Finding]) -> Iterator[Text]:
    for f in accepted:
        if f.area is not None:
            yield text(f"accepted, {f.area.name}: {f.accepted}", depth=2)


# ── as values ───────────────────────────────────────────────────────────────────────────────────


COLUMNS = (
    "rule", "name", "severity", "accepted", "layer", "level", "area_code", "area_name", "other_codes",
    "other_names", "people", "message", "hint", "evidence", "evidence_fields",
)  # fmt: skip


def record(report: Report) -> dict[str, Any]:
    """Return a check as plain Python values (see `footprint schema findings`)."""
    found = on_demand(report.found)
    return found | {"tables": dict(found["tables"])}


def on_demand(result: Result) -> dict[str, Any]:
    """Return what `record` does; each of its tables is made when it is first asked for."""
    frames: dict[str, Callable[[], pd.DataFrame]] = {
        "overlap": lambda: result.overlap,
        "population": lambda: result.population[POPULATION.names],
        "best_fit": lambda: result.best_fit,
        "flows": lambda: result.flows,
        "interfaces": lambda: result.interfaces,
        "compactness": lambda: result.compactness,
        "firmness": lambda: result.firmness,
        "measures": lambda: result.measures,
        "measure_balance": lambda: result.measure_balance,
        **{name: partial(result.accountability.__getitem__, name) for name in result.accountability},
    }
    return {
        "version": VERSION,
        "plan": plan_record(result.plan),
        "summary": result.summary,
        "findings": [finding(f) for f in result.findings],
        "resolved": None if result.resolved is None else [finding(f) for f in result.resolved],
        "skipped": skips(result.skipped),
        "tables": Tables(frames),
    }


def write_csv(report: Report, stream: TextIO) -> None:
    """Write the findings, a row each; the fields of the evidence stand in the last column as JSON."""
    write_rows(COLUMNS, map(_row, report.found.findings), stream)


def _row(f: Finding) -> tuple[Any, ...]:
    numbers = dict(f.evidence.numbers)
    people = numbers.get("people")
    return (
        f.rule, f.name, str(f.severity), f.accepted or "", f.layer, f.level or "",
        f.area.code if f.area else "", f.area.name if f.area else "",
        ";".join(o.code for o in f.others), ";".join(o.name for o in f.others),
        "" if people is None else people, f.message, f.hint, f.evidence.kind,
        json.dumps(numbers, ensure_ascii=False),
    )  # fmt: skip
