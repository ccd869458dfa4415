"""A check in words: verdict first, splits with their people, bands, provenance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from footprint.checks import catalogue, rule_codes
from footprint.measure.bestfit import WHOLLY_INSIDE
from footprint.model.words import area_text, count, dated, percent, short
from footprint.plan import derive
from footprint.plan.levels import level_pairs
from footprint.reports.content import findings
from footprint.reports.content.accountability import led_at
from footprint.reports.content.flows import inside
from footprint.reports.document import Bar, Figure, Grid, Heading, Scale, Text, Words, lines, text

if TYPE_CHECKING:
    import pandas as pd

    from footprint.geometry.overlap import Overlap
    from footprint.model.finding import Finding, Piece
    from footprint.plan.model import Alignment, Plan
    from footprint.reports import Report
    from footprint.reports.document import Block, Cell, Span, Tone
    from footprint.results.result import Result

# Of a level with more areas only those outside their band are shown.
MOST_AREAS = 12
_EVIDENCE = {"lookup": "by lookup", "units": "by units, best fit", "geometry": "by outlines"}
_STATUS = {"WITHIN": "within", "BELOW": "BELOW", "ABOVE": "ABOVE"}


def document(report: Report) -> Iterator[Block]:
    """Return what the check has found, in order."""
    result: Result = report.found
    yield from _head(result)
    yield from _alignments(result)
    yield from _splits(result)
    yield from _bands(result)
    yield from _inside(result)
    if any("accountability" in catalogue()[code].needs for code in result.rules):
        yield from led_at(result.plan, result.accountability["subsidiarity"])
    shown = (*rule_codes(shown_in="bands"), *rule_codes(shown_in="inside"))
    yield from findings.by_family(f for f in result.findings if not f.divided and f.rule not in shown)
    yield from _best_fit(result)
    yield from _slivers(result)
    yield from findings.foot(result.skipped, result.plan.inputs)


def _head(result: Result) -> Iterator[Block]:
    plan = result.plan
    yield Heading(dated(plan.title, plan.date), 1)
    if result.incomplete:
        told = "layers were refused as incomparable; see below"
        yield text(Words("INCOMPLETE: ", "error"), told, depth=0)
    tally = findings.tally(result) or [("no findings", "good")]
    spans: list[Span] = [span for words in tally for span in (", ", Words(*words))][1:]
    spans += [f"; {findings.skipped_rules(result.skipped)}"] if result.skipped else []
    yield text(*spans, depth=0)
    if result.resolved is not None:
        new = sum(f.new is True for f in result.findings)
        yield text(
            f"compared with the baseline: {new:,} new, {len(result.findings) - new:,} known, "
            f"{len(result.resolved):,} resolved",
            depth=0,
        )
    yield from findings.assumed(plan.assumptions)


# ── coterminosity ───────────────────────────────────────────────────────────────────────────────


def _alignments(result: Result) -> Iterator[Block]:
    plan = result.plan
    if not result.overlaps:
        return
    yield Heading("Do the boundaries line up?")
    levels = set(level_pairs(plan))
    stated = {(a.source, a.target): a for a in plan.align}
    rows: list[tuple[Cell, ...]] = []
    for overlap in result.overlaps:
        pair = (overlap.source, overlap.target)
        align = stated.get(pair)
        word = _must(align) if align else "must nest" if pair in levels else ""
        of = "and" if align and align.kind == "match" else "in"
        evidence = Words(_EVIDENCE[overlap.evidence], "quiet")
        rows.append((f"{overlap.source} {of} {overlap.target}", _aligned(plan, overlap, word), evidence))
    yield lines("lwl", rows)


def _must(align: Alignment) -> str:
    return f"{'must' if align.must else 'should'} {align.kind}"


def _aligned(plan: Plan, overlap: Overlap, word: str) -> Text:
    table = overlap.table
    split = table[table["verdict"] == "split"]["source"].drop_duplicates()
    whole = table[table["verdict"].isin(("nested", "same"))]["source"]
    same = table[table["verdict"] == "same"]["source"]
    of = len(split) + len(whole)
    if "match" in word:
        others = table[table["verdict"] != "sliver"]["target"].nunique()
        told = f"{len(same):,} match one to one, of {of:,} {overlap.source} and {others:,} {overlap.target}"
    else:
        told = f"{len(whole):,} of {of:,} nest" + (f" ({len(same):,} one to one)" if len(same) else "")
    spans: list[Span] = [told]
    if len(split):
        names = [short(plan.layers[overlap.source].name(c)) for c in _widest(overlap, list(split))]
        more = "" if len(names) <= 3 else f" and {len(names) - 3:,} more"
        spans += [Words(f", {len(split):,} split: "), "; ".join(names[:3]) + more]
    gone = int(overlap.outside["whole"].sum())
    spans += [Words(f", {gone:,} in none")] if gone else []
    spans += [Words(f" ({word})", "quiet")] if word else []
    return text(*spans)


def _widest(overlap: Overlap, codes: list[str]) -> list[str]:
    """Sort split areas by the people (or else the ground) outside their largest piece, most first."""
    table = overlap.split()
    size = table["population"].where(table["population"].notna(), table["area_m2"])
    lost = size.groupby(table["source"]).agg(lambda s: s.sum() - s.max())
    return sorted(codes, key=lambda c: (-lost[c], c))


def _splits(result: Result) -> Iterator[Block]:
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for f in result.findings:
        if f.divided:
            groups.setdefault((f.rule, f.layer, _target(result, f)), []).append(f)
    for (rule, layer, target), group in groups.items():
        group.sort(key=_outside_largest, reverse=True)
        yield Heading(f"{count(len(group), 'split')} of {layer} between {target} ({rule} {group[0].name})")
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
    judged = table[table["level"].notna()]
    banded = rule_codes(shown_in="bands")
    if judged.empty or not set(result.rules) & set(banded):
        return
    source = plan.people.stated_source if plan.people and plan.people.stated_source else "source not stated"
    yield Heading(f"Population bands (profile {plan.profile}; {source})")
    accepted = [f for f in result.findings if f.accepted is not None and f.area and f.rule in banded]
    for level, key in plan.levels.items():
        rows = judged[judged["level"] == str(level)]
        band = plan.bands.get(level)
        if rows.empty or band is None:
            continue
        tally = rows["status"].value_counts()
        words = [f"{tally[s]:,} {s.lower()}" for s in _STATUS if s in tally]
        unknown = int(rows["status"].isna().sum())
        words += [f"{unknown:,} unknown"] if unknown else []
        yield text(Words(str(level)), f" ({key}), {band} people: {', '.join(words)}")
        shown = rows if len(rows) <= MOST_AREAS else rows[rows["status"] != "WITHIN"]
        here = [f for f in accepted if f.layer == key]
        yield _band_table(shown, float(rows["population"].max()), {f.area.code for f in here if f.area})
        if 0 < len(shown) < len(rows):
            yield text(f"and {len(rows) - len(shown):,} within the band", depth=2, tone="quiet")
        yield from _accepted(here)


def _band_table(rows: pd.DataFrame, largest: float, accepted: set[str]) -> Grid:
    cells: list[tuple[Cell, ...]] = []
    order = rows.sort_values(["population", "code"], ascending=[False, True])
    for row in order.to_dict("records"):
        status = _STATUS.get(row["status"], "unknown") if isinstance(row["status"], str) else "unknown"
        told = status + (" (accepted)" if row["code"] in accepted else "")
        scale = Scale(row["population"], row["band_low"], row["band_high"], largest)
        tone: Tone = "" if status == "within" else "warning"
        cells.append((Figure(row["population"]), scale, Words(told, tone), short(row["name"])))
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


# ── how it was decided ──────────────────────────────────────────────────────────────────────────


def _best_fit(result: Result) -> Iterator[Block]:
    plan = result.plan
    fits = {key: derive.assignment(plan, key) for key in plan.layers}
    fitted = {key: a.fit for key, a in fits.items() if a is not None and a.fit is not None}
    if not fitted:
        return
    yield Heading("Best fit (each unit put into one area)")
    for key, fit in fitted.items():
        share = fit["best_fit"].dropna()
        if share.empty:
            yield text(f"{key}: {count(len(fit), 'unit')} by the point given for each")
            continue
        partly = share[share < WHOLLY_INSIDE]
        least = (
            f", the smallest share is {percent(float(share.min()))} ({share.idxmin()})" if len(partly) else ""
        )
        yield text(
            f"{key}: {len(share) - len(partly):,} of {count(len(share), 'unit')} lie wholly inside{least}"
        )


def _slivers(result: Result) -> Iterator[Block]:
    found = [o for o in result.overlaps if o.tolerance is not None]
    if found:
        yield Heading("Slivers (narrow false overlaps, not counted as splits)")
        yield from (text(slivers(overlap)) for overlap in found)


def slivers(overlap: Overlap) -> str:
    """Return one sentence on the slivers of an overlap, and how clearly they stand apart from splits."""
    narrow, split = overlap.slivers(), overlap.split()
    assert overlap.tolerance is not None
    told = (
        f"{count(len(narrow), 'overlap')} of {overlap.source} and {overlap.target}, the widest "
        f"{narrow['width_m'].max():,.0f} m, {area_text(narrow['area_m2'].sum())} in all"
        if len(narrow)
        else f"none between {overlap.source} and {overlap.target}"
    )
    narrowest = (
        f"; the narrowest piece of a split is {split['width_m'].min():,.0f} m wide" if len(split) else ""
    )
    return f"{told}{narrowest}; tolerance {overlap.tolerance.metres:,.0f} m ({overlap.tolerance.why})"
