"""Do the boundaries line up, and what is that verdict made of?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from footprint.measure.bestfit import WHOLLY_INSIDE
from footprint.model.known import is_known
from footprint.model.words import agree, area_text, count, percent, short
from footprint.plan import derive
from footprint.plan.coverage import told
from footprint.plan.levels import level_pairs
from footprint.plan.naming import counted, many, one
from footprint.reports.document import Heading, Text, Words, lines, text

if TYPE_CHECKING:
    from footprint.geometry.overlap import Overlap
    from footprint.plan.model import Plan
    from footprint.plan.parts import Alignment
    from footprint.reports.document import Block, Cell, Span
    from footprint.results.result import Result

_EVIDENCE = {"lookup": "by lookup", "units": "by units, best fit", "geometry": "by outlines"}


def alignments(result: Result) -> Iterator[Block]:
    """Return how the areas of each pair of layers lie, a line each."""
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
        rows.append(
            (
                f"{many(plan, overlap.source)} {of} {many(plan, overlap.target)}",
                _aligned(plan, overlap, word),
                evidence,
            )
        )
    yield lines("lwl", rows)


def _must(align: Alignment) -> str:
    return f"{'must' if align.must else 'should'} {align.kind}"


def _aligned(plan: Plan, overlap: Overlap, word: str) -> Text:
    table = overlap.table
    split = table[table["verdict"] == "split"]["source"].drop_duplicates()
    whole, partly = overlap.nested()["source"], overlap.partly()
    unsure = overlap.unsure()
    same = table[(table["verdict"] == "same") & ~table["source"].isin(unsure)]["source"]
    of = len(split) + len(whole) + len(partly) + len(unsure)
    if "match" in word:
        others = table[table["verdict"] != "sliver"]["target"].nunique()
        told = f"{len(same):,} match one to one, of {counted(plan, overlap.source, of)} and "
        told += counted(plan, overlap.target, others)
    else:
        alike = len(set(whole) & set(same))
        told = f"{len(whole):,} of {of:,} nest" + (f" ({alike:,} one to one)" if alike else "")
    spans: list[Span] = [told]
    if len(split):
        names = [short(plan.layers[overlap.source].name(c)) for c in _widest(overlap, list(split))]
        spans += [Words(f", {len(split):,} split: "), _three(names)]
    if len(partly):
        order = partly.sort_values(["population", "area_m2", "source"], ascending=[False, False, True])
        spans += [
            Words(f", {len(partly):,} partly outside: "),
            _three([_partly(plan, overlap.source, row) for row in order.to_dict("records")]),
        ]
    if unsure:
        names = [short(plan.layers[overlap.source].name(code)) for code in unsure]
        spans += [Words(f", of {len(unsure):,} nobody can tell: "), _three(names)]
    gone = int(overlap.outside["whole"].sum())
    spans += [Words(f", {gone:,} in none")] if gone else []
    if alone := overlap.without_source(plan.layers[overlap.target].codes):
        target = plan.layers[overlap.target]
        spans += [
            Words(f", {counted(plan, overlap.target, len(alone))} without any {one(plan, overlap.source)}: "),
            _three([short(target.name(code)) for code in alone]),
        ]
    spans += [Words(f" ({word})", "quiet")] if word else []
    return text(*spans)


def _three(names: list[str]) -> str:
    return "; ".join(names[:3]) + ("" if len(names) <= 3 else f" and {len(names) - 3:,} more")


def _partly(plan: Plan, key: str, row: dict[Any, Any]) -> str:
    """Return an area that is partly outside, with its people in none, or else its ground."""
    name = short(plan.layers[key].name(row["source"]))
    if is_known(row["population"]):
        return f"{name} ({count(round(row['population']), 'person', 'people')})"
    return f"{name} ({area_text(row['area_m2'])})" if is_known(row["area_m2"]) else name


def _widest(overlap: Overlap, codes: list[str]) -> list[str]:
    """Sort split areas by the people (or else the ground) outside their largest piece, most first."""
    table = overlap.split()
    size = table["population"].where(table["population"].notna(), table["area_m2"])
    lost = size.groupby(table["source"]).agg(lambda s: s.sum() - s.max())
    return sorted(codes, key=lambda c: (-lost[c], c))


def coverage(result: Result) -> Iterator[Block]:
    """Return which layers cover a part, how that is known, and what lies in none of their areas."""
    sentences = list(told(result.plan))
    if sentences:
        yield Heading("Layers that cover a part")
        yield from map(text, sentences)


def best_fit(result: Result) -> Iterator[Block]:
    """Return how units were put into one area each."""
    plan = result.plan
    fits = {key: derive.assignment(plan, key) for key in plan.layers}
    fitted = {key: a.fit for key, a in fits.items() if a is not None and a.fit is not None}
    if not fitted:
        return
    yield Heading("Best fit (each unit put into one area)")
    for key, fit in fitted.items():
        share = fit["best_fit"].dropna()
        if share.empty:
            yield text(f"{many(plan, key)}: {count(len(fit), 'unit')} by the point given for each")
            continue
        partly = share[share < WHOLLY_INSIDE]
        least = (
            f", the smallest share is {percent(float(share.min()))} ({share.idxmin()})" if len(partly) else ""
        )
        yield text(
            f"{many(plan, key)}: {len(share) - len(partly):,} of {count(len(share), 'unit')} "
            f"{agree(len(share), 'lies', 'lie')} wholly inside{least}"
        )


def slivers(result: Result) -> Iterator[Block]:
    """Return what was not counted as a split, pair by pair."""
    found = [o for o in result.overlaps if o.tolerance is not None]
    if found:
        yield Heading("Slivers (narrow false overlaps, not counted as splits)")
        for overlap in found:
            pair = (many(result.plan, key) for key in (overlap.source, overlap.target))
            yield text(slivers_of(overlap, *pair))


def slivers_of(overlap: Overlap, source: str, target: str) -> str:
    """Return one sentence on the slivers of an overlap of two layers, and how clearly they are no splits."""
    narrow, split = overlap.slivers(), overlap.split()
    assert overlap.tolerance is not None
    told = f"none between {source} and {target}"
    if len(narrow):
        # what was not measured is known to be no wider than that
        widest, most = narrow["width_m"].max(), narrow["width_at_most_m"].max()
        measured = widest >= most or not is_known(most)
        wide = f"the widest {widest:,.0f} m" if measured else f"at most {most:,.0f} m wide"
        told = (
            f"{count(len(narrow), 'overlap')} of {source} and {target}, {wide}, "
            f"{area_text(narrow['area_m2'].sum())} in all"
        )
    narrowest = (
        f"; the narrowest piece of a split is {split['width_m'].min():,.0f} m wide" if len(split) else ""
    )
    return f"{told}{narrowest}; tolerance {overlap.tolerance.metres:,.0f} m ({overlap.tolerance.why})"
