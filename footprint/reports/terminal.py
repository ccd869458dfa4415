"""The report that an analyst reads: verdict first, splits with their people, bands, provenance.

It has to read well in 80 columns, without colour, and in a log file, so every statement is made in
words; colour and bars only repeat it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from footprint.checks import catalogue, rule_codes
from footprint.model.finding import Finding, Severity, Skipped
from footprint.model.geographies import resolution_class
from footprint.model.words import clean, count, number, percent, short
from footprint.plan import derive
from footprint.plan.levels import level_pairs

if TYPE_CHECKING:
    import pandas as pd

    from footprint.geometry.overlap import Overlap
    from footprint.model.source import Source
    from footprint.plan.model import Alignment, Plan
    from footprint.results.result import Result

NARROWEST, WIDEST = 60, 110
BAR = 24
MOST_PER_RULE = 8
_COLOUR = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
# for terminals and logs that are not UTF-8
_PLAIN = str.maketrans({"·": "-", "–": "-", "²": "2", "×": "x", "…": "...", "±": "+/-"})
_HEADINGS = {
    "flow": "Flows and proposals",
    "proposal": "Flows and proposals",
    "layer": "Other findings",
    "alignment": "Other findings",
    "population": "Other findings",
    "accountability": "Accountability",
}
"""Family → the heading of its findings; another family has a heading of its own."""
_EVIDENCE = {"lookup": "by lookup", "units": "by units, best fit", "geometry": "by outlines"}


def console_for(stream: TextIO, held: TextIO) -> Console:
    """Return a console that writes to `held` as fits `stream`: 80 columns where that is no terminal."""
    outside = Console(file=stream)
    width = outside.width if stream.isatty() else 80
    return Console(
        file=held,
        force_terminal=outside.is_terminal,
        color_system=outside.color_system,  # type: ignore[arg-type]
        no_color=outside.no_color,
        highlight=False,
        markup=False,
        emoji=False,
        width=max(NARROWEST, min(WIDEST, width)),
    )


def write(result: Result, stream: TextIO) -> None:
    """Print the report."""
    show(stream, report(result, ascii_only=not draws(stream)))


def show(stream: TextIO, parts: Iterable[RenderableType]) -> None:
    """Print parts to a stream, without the blanks that fill up lines."""
    held = StringIO()
    console = console_for(stream, held)
    for part in parts:
        console.print(part)
    text = "".join(f"{line_.rstrip()}\n" for line_ in held.getvalue().splitlines())
    if not draws(stream):
        text = text.translate(_PLAIN).encode(stream.encoding, "replace").decode(stream.encoding)
    stream.write(text)


def draws(stream: TextIO) -> bool:
    """Return whether a stream can show bars and dials."""
    return (getattr(stream, "encoding", None) or "utf-8").lower().replace("-", "") in (
        "utf8",
        "utf16",
    )


def report(result: Result, ascii_only: bool = False) -> Iterator[RenderableType]:
    """Return the parts of the report, in order."""
    yield from _heading(result)
    yield from _verdicts(result)
    yield from _splits(result, ascii_only)
    yield from _bands(result, ascii_only)
    yield from _inside(result, ascii_only)
    if any("accountability" in catalogue()[code].needs for code in result.rules):
        yield from accountability_lines(result.plan, result.accountability["subsidiarity"], ascii_only)
    yield from _others(result)
    yield from _best_fit(result)
    yield from _slivers(result)
    yield from skipped_lines(result.skipped)
    yield from inputs_lines(result.plan.inputs)


def title(words: str) -> Text:
    """Return the heading of a section."""
    return Text(f"\n{words}", style="bold")


def line(*words: str | Text, indent: int = 2, style: str = "") -> RenderableType:
    """Return a paragraph that wraps under itself."""
    text = Text(style=style)
    for word in words:
        text.append_text(word if isinstance(word, Text) else Text(clean(word)))
    return Padding(text, (0, 0, 0, indent), expand=False)


def grid(*justify: str) -> Table:
    """Return an empty table without lines, one column for each of `justify`; "fold" columns wrap."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for how in justify:
        if how == "fold":
            table.add_column(overflow="fold")
        else:
            table.add_column(justify=how, no_wrap=True)  # type: ignore[arg-type]
    return table


def _heading(result: Result) -> Iterator[RenderableType]:
    plan = result.plan
    when = f" · {plan.date.day} {plan.date:%B %Y}" if plan.date else ""
    yield Text(clean(plan.title) + when, style="bold")
    s = result.summary
    words = [
        (s["error"], count(s["error"], "error"), "bold red"),
        (s["warning"], count(s["warning"], "warning"), "yellow"),
        (s["info"], count(s["info"], "note"), "cyan"),
        (s["accepted"], f"{s['accepted']:,} accepted", "green"),
    ]
    verdict = (
        Text(", ").join(Text(w, style=c) for n, w, c in words if n) if any(n for n, *_ in words) else None
    )
    if verdict is None:
        verdict = Text("no findings", style="green")
    if result.skipped:
        rules = len({s.rule for s in result.skipped})
        verdict.append(f"; {count(rules, 'rule')} skipped in whole or in part")
    if result.incomplete:
        yield line(
            Text("INCOMPLETE: ", style="bold red"),
            "layers were refused as incomparable; see below",
            indent=0,
        )
    yield verdict
    if result.resolved is not None:
        new = sum(f.new is True for f in result.findings)
        yield line(
            f"compared with the baseline: {new:,} new, {len(result.findings) - new:,} known, "
            f"{len(result.resolved):,} resolved",
            indent=0,
        )
    for assumption in plan.assumptions:
        yield line(Text("Assumed: ", style="bold"), assumption, indent=0)


# ── coterminosity ───────────────────────────────────────────────────────────────────────────────


def _verdicts(result: Result) -> Iterator[RenderableType]:
    plan = result.plan
    if not result.overlaps:
        return
    yield title("Do the boundaries line up?")
    table = grid("left", "fold", "left")
    levels = set(level_pairs(plan))
    stated = {(a.source, a.target): a for a in plan.align}
    for overlap in result.overlaps:
        pair = (overlap.source, overlap.target)
        align = stated.get(pair)
        word = _must(align) if align else "must nest" if pair in levels else ""
        table.add_row(
            Text(f"{overlap.source} {'and' if align and align.kind == 'match' else 'in'} {overlap.target}"),
            _verdict(plan, overlap, word),
            Text(_EVIDENCE[overlap.evidence], style="bright_black"),
        )
    yield Padding(table, (0, 0, 0, 2), expand=False)


def _must(align: Alignment) -> str:
    return f"{'must' if align.must else 'should'} {align.kind}"


def _verdict(plan: Plan, overlap: Overlap, word: str) -> Text:
    table = overlap.table
    split = table[table["verdict"] == "split"]["source"].drop_duplicates()
    whole = table[table["verdict"].isin(("nested", "same"))]["source"]
    same = table[table["verdict"] == "same"]["source"]
    of = len(split) + len(whole)
    if "match" in word:
        others = table[table["verdict"] != "sliver"]["target"].nunique()
        text = Text(
            f"{len(same):,} match one to one, of {of:,} {overlap.source} and {others:,} {overlap.target}"
        )
    else:
        text = Text(f"{len(whole):,} of {of:,} nest")
        if len(same):
            text.append(f" ({len(same):,} one to one)")
    if len(split):
        names = [short(plan.layers[overlap.source].name(c)) for c in _widest(overlap, list(split))]
        more = "" if len(names) <= 3 else f" and {len(names) - 3:,} more"
        text.append(f", {len(split):,} split: ", style="bold")
        text.append(clean("; ".join(names[:3])) + more)
    gone = int(overlap.outside["whole"].sum())
    if gone:
        text.append(f", {gone:,} in none", style="bold")
    if word:
        text.append(f" ({word})", style="bright_black")
    return text


def _widest(overlap: Overlap, codes: list[str]) -> list[str]:
    """Sort split areas by the people (or else the ground) outside their largest piece, most first."""
    table = overlap.split()
    size = table["population"].where(table["population"].notna(), table["area_m2"])
    lost = size.groupby(table["source"]).agg(lambda s: s.sum() - s.max())
    return sorted(codes, key=lambda c: (-lost[c], c))


def _splits(result: Result, ascii_only: bool) -> Iterator[RenderableType]:
    shown = [f for f in result.findings if f.divided]
    for rule, layer, target in dict.fromkeys((f.rule, f.layer, _target(result, f)) for f in shown):
        group = [f for f in shown if (f.rule, f.layer, _target(result, f)) == (rule, layer, target)]
        group.sort(key=_outside_largest, reverse=True)
        head = group[0]
        yield title(f"{count(len(group), 'split')} of {layer} between {target} ({rule} {head.name})")
        for f in group:
            yield line(_mark(f), f" {f.area}{_whole(f)}")
            yield Padding(_pieces(f, ascii_only), (0, 0, 0, 6), expand=False)
            if f.accepted is not None:
                yield line(f"accepted: {f.accepted}", indent=6)


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


def _mark(f: Finding) -> Text:
    if f.accepted is not None:
        return Text("accepted", style="green")
    text = Text("new " if f.new else "", style="bold")
    return text.append({"info": "note"}.get(f.severity, str(f.severity)), style=_COLOUR[f.severity])


def _whole(f: Finding) -> str:
    total = f.evidence.numbers.get("total")
    return f": {number(float(total))} people" if isinstance(total, (int, float)) else ""


def _pieces(f: Finding, ascii_only: bool) -> Table:
    by_width = any(piece.width_m is not None for piece in f.pieces)
    table = grid("right", "right", "right" if by_width else "left", "fold")
    for piece in f.pieces:
        share = _float(piece.share)
        size = number(_float(piece.people))
        if piece.people is None and piece.area_m2:
            size = f"{piece.area_m2 / 1e6:,.1f} km²"
        third = Text(bar(share, 12, ascii_only), style="blue")
        if by_width:
            third = Text(f"{_float(piece.width_m):,.0f} m wide")
        table.add_row(Text(size), Text(percent(share)), third, Text(clean(str(piece.area))))
    return table


def _float(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else float("nan")


def bar(share: float, width: int, ascii_only: bool) -> str:
    """Return a bar for a share between 0 and 1; a share above 0 shows at least one mark."""
    if share != share:
        return ""
    filled = max(round(share * width), 1 if share > 0 else 0)
    full, empty = ("#", ".") if ascii_only else ("█", "░")
    return full * filled + empty * (width - filled)


# ── population ──────────────────────────────────────────────────────────────────────────────────


def _bands(result: Result, ascii_only: bool) -> Iterator[RenderableType]:
    plan, table = result.plan, result.population
    judged = table[table["level"].notna()]
    banded = rule_codes(shown_in="bands")
    if judged.empty or not set(result.rules) & set(banded):
        return
    who = plan.people.stated_source if plan.people and plan.people.stated_source else "source not stated"
    yield title(f"Population bands (profile {plan.profile}; {clean(who)})")
    accepted = {
        (f.layer, f.area.code)
        for f in result.findings
        if f.accepted is not None and f.area and f.rule in banded
    }
    for level, key in plan.levels.items():
        rows = judged[judged["level"] == str(level)]
        band = plan.bands.get(level)
        if rows.empty or band is None:
            continue
        tally = rows["status"].value_counts()
        words = [f"{tally[s]:,} {s.lower()}" for s in ("WITHIN", "BELOW", "ABOVE") if s in tally]
        unknown = int(rows["status"].isna().sum())
        words += [f"{unknown:,} unknown"] if unknown else []
        yield line(Text(str(level), style="bold"), f" ({key}), {band} people: {', '.join(words)}")
        shown = rows if len(rows) <= 12 else rows[rows["status"] != "WITHIN"]
        yield Padding(
            _band_table(shown, float(rows["population"].max()), accepted, ascii_only),
            (0, 0, 0, 4),
            expand=False,
        )
        if 0 < len(shown) < len(rows):
            yield line(f"and {len(rows) - len(shown):,} within the band", indent=4, style="bright_black")
        for f in result.findings:
            if f.accepted is not None and f.area and f.rule in banded and f.layer == key:
                yield line(f"accepted, {f.area.name}: {f.accepted}", indent=4)


def _band_table(
    rows: pd.DataFrame, largest: float, accepted: set[tuple[str, str]], ascii_only: bool
) -> Table:
    out = grid("right", "left", "left", "fold")
    order = rows.sort_values(["population", "code"], ascending=[False, True])
    for row in order.to_dict("records"):
        status = row["status"] if isinstance(row["status"], str) else "unknown"
        style = "" if status == "WITHIN" else "yellow"
        told = {"WITHIN": "within", "BELOW": "BELOW", "ABOVE": "ABOVE"}.get(status, status)
        if (row["layer"], row["code"]) in accepted:
            told += " (accepted)"
        out.add_row(
            Text(number(row["population"])),
            Text(dial(row["population"], row["band_low"], row["band_high"], largest, ascii_only)),
            Text(told, style=style),
            Text(clean(short(row["name"]))),
        )
    return out


def dial(value: float, low: int | None, high: int | None, largest: float, ascii_only: bool) -> str:
    """Return a scale from 0 to the largest value with the band drawn as a line and the value as a dot."""
    if value != value:
        return ""
    end = max(largest, 1.15 * (high or low or 1)) or 1.0

    def at(v: float) -> int:
        return min(BAR - 1, max(0, round(v / end * (BAR - 1))))

    outside, inside, left, right, dot = (".", "-", "[", "]", "o") if ascii_only else ("·", "─", "├", "┤", "●")
    first, last = at(low or 0), at(high if high is not None else end)
    scale = [inside if first <= i <= last else outside for i in range(BAR)]
    if low is not None:
        scale[first] = left
    if high is not None:
        scale[last] = right
    spot = at(value)
    # rounding must not put the dot on the wrong side of an end of the band
    if low is not None and value < low:
        spot = min(spot, max(first - 1, 0))
    elif high is not None and value > high:
        spot = max(spot, min(last + 1, BAR - 1))
    elif low is not None or high is not None:
        spot = max(first, min(last, spot))
    scale[spot] = dot
    return "".join(scale)


# ── flows ───────────────────────────────────────────────────────────────────────────────────────


def _inside(result: Result, ascii_only: bool) -> Iterator[RenderableType]:
    """Show how much care stays inside, at the levels that the plan sets a threshold for."""
    from footprint.reports.flows import inside_lines

    plan, rules = result.plan, rule_codes(shown_in="inside")
    if not (set(result.rules) & set(rules) and plan.localisation_index and plan.flows):
        return
    judged = result.flows[result.flows["level"].isin([str(level) for level in plan.localisation_index])]
    yield from inside_lines(plan, judged, ascii_only)
    for f in result.findings:
        if f.rule in rules and f.accepted is not None and f.area is not None:
            yield line(f"accepted, {f.area.name}: {f.accepted}", indent=4)


# ── accountability ──────────────────────────────────────────────────────────────────────────────


def accountability_lines(
    plan: Plan, subsidiarity: pd.DataFrame, ascii_only: bool
) -> Iterator[RenderableType]:
    """Return at which level functions are led, beside what was expected in 2018: a figure, no verdict."""
    given = plan.accountability
    if given is None or subsidiarity.empty:
        return
    yield title("Who is accountable: at which level functions are led")
    yield from accountability_rows(subsidiarity, ascii_only)
    kinds = len({body.kind.casefold() for body in given.bodies})
    yield line(
        f"{count(len(given.bodies), 'body', 'bodies')} of {count(kinds, 'kind')}; who answers where: "
        "footprint who CODE"
    )


def accountability_rows(subsidiarity: pd.DataFrame, ascii_only: bool) -> Iterator[RenderableType]:
    """Return the table of the levels at which functions are led."""
    what = {"functions": "functions", "spend": "of spend", "activity": "of activity"}
    table = grid("left", "right", "left", "fold")
    for row in subsidiarity.to_dict("records"):
        counted = row["measure"] == "functions"
        level = row["level"] if isinstance(row["level"], str) else "no single level"
        amount = count(row["functions"], "function") if counted else what[row["measure"]]
        known = row["expected"] == row["expected"] and row["expected"] is not None
        table.add_row(
            Text(f"{level}: {amount}"),
            Text(percent(row["share"])),
            Text(bar(_float(row["share"]), 12, ascii_only), style="blue"),
            Text(f"expected in 2018: {percent(row['expected'])}" if known else "", style="bright_black"),
        )
    yield Padding(table, (0, 0, 0, 2), expand=False)


# ── the rest ────────────────────────────────────────────────────────────────────────────────────


def _others(result: Result) -> Iterator[RenderableType]:
    shown = (*rule_codes(shown_in="bands"), *rule_codes(shown_in="inside"))
    yield from finding_lines([f for f in result.findings if not f.divided and f.rule not in shown])


def finding_lines(findings: Iterable[Finding]) -> Iterator[RenderableType]:
    """Return findings by family and rule, gravest first."""
    headed: dict[str, list[Finding]] = {heading: [] for heading in _HEADINGS.values()}
    rules = catalogue()
    for f in findings:
        family = rules[f.rule].family if f.rule in rules else "other findings"
        headed.setdefault(_HEADINGS.get(family, family.capitalize()), []).append(f)
    for words, group in headed.items():
        if not group:
            continue
        yield title(words)
        for rule in dict.fromkeys(f.rule for f in group):
            of_rule = [f for f in group if f.rule == rule]
            of_rule.sort(key=lambda f: f.severity.rank)
            for f in of_rule[:MOST_PER_RULE]:
                yield from finding_line(f)
            if len(of_rule) > MOST_PER_RULE:
                more = count(len(of_rule) - MOST_PER_RULE, "more finding")
                yield line(
                    f"and {more} of {rule}; see them all with --format csv", indent=6, style="bright_black"
                )


def finding_line(f: Finding) -> Iterator[RenderableType]:
    """Return one finding, where it comes from, and the reason if it is accepted."""
    # of what is new the cause is of interest, of what is known the plan's sections are plain
    shown = f.location is not None and f.new
    place = f" ({Path(f.location.path).name}:{f.location.line})" if f.location and shown else ""
    yield line(_mark(f), f" {f.rule} {f.name} [{f.layer}]: {f.message}{place}")
    if f.accepted is not None:
        yield line(f"accepted: {f.accepted}", indent=6)


def _best_fit(result: Result) -> Iterator[RenderableType]:
    from footprint.measure.bestfit import WHOLLY_INSIDE

    plan = result.plan
    fits = {key: derive.assignment(plan, key) for key in plan.layers}
    fitted = {key: a.fit for key, a in fits.items() if a is not None and a.fit is not None}
    if not fitted:
        return
    yield title("Best fit (each unit put into one area)")
    for key, fit in fitted.items():
        share = fit["best_fit"].dropna()
        if share.empty:
            yield line(f"{key}: {count(len(fit), 'unit')} by the point given for each")
            continue
        partly = share[share < WHOLLY_INSIDE]
        least = (
            f", the smallest share is {percent(float(share.min()))} ({share.idxmin()})" if len(partly) else ""
        )
        yield line(
            f"{key}: {len(share) - len(partly):,} of {count(len(share), 'unit')} lie wholly inside{least}"
        )


def _slivers(result: Result) -> Iterator[RenderableType]:
    found = [o for o in result.overlaps if o.tolerance is not None]
    if not found:
        return
    yield title("Slivers (narrow false overlaps, not counted as splits)")
    for overlap in found:
        yield line(sliver_line(overlap))


def sliver_line(overlap: Overlap) -> str:
    """Return one sentence on the slivers of an overlap, and how clearly they stand apart from splits."""
    slivers, split = overlap.slivers(), overlap.split()
    assert overlap.tolerance is not None
    told = (
        f"{count(len(slivers), 'overlap')} of {overlap.source} and {overlap.target}, the widest "
        f"{slivers['width_m'].max():,.0f} m, {slivers['area_m2'].sum() / 1e6:,.1f} km² in all"
        if len(slivers)
        else f"none between {overlap.source} and {overlap.target}"
    )
    narrowest = (
        f"; the narrowest piece of a split is {split['width_m'].min():,.0f} m wide" if len(split) else ""
    )
    return f"{told}{narrowest}; tolerance {overlap.tolerance.metres:,.0f} m ({overlap.tolerance.why})"


def skipped_lines(skipped: Iterable[Skipped]) -> Iterator[RenderableType]:
    """Return what could not be done, and why; rules with one reason share a line."""
    by_reason: dict[str, list[str]] = {}
    for skip in skipped:
        by_reason.setdefault(skip.reason, []).append(skip.rule)
    if not by_reason:
        return
    yield title("Skipped")
    names = {code: rule.name for code, rule in catalogue().items()}
    for reason, rules in by_reason.items():
        told = f"{rules[0]} {names.get(rules[0], '')}"
        if len(rules) > 1:
            told = f"{rules[0]} to {rules[-1]}" if _run(rules) else ", ".join(rules)
        yield line(f"{told}: {reason}")


def _run(rules: list[str]) -> bool:
    """Return whether three rules or more follow one another without a gap."""
    numbers = [int(rule[2:]) for rule in rules]
    return len(numbers) > 2 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def inputs_lines(inputs: Iterable[Source]) -> Iterator[RenderableType]:
    """Return the provenance of files, one line each."""
    every = list(inputs)
    if not every:
        return
    yield title("Inputs")
    by_file: dict[tuple[str, str], list[Source]] = {}
    for source in every:
        by_file.setdefault((source.path, source.sha256), []).append(source)
    for sources in by_file.values():
        s = sources[0]
        facts = [f"{s.features:,} rows" if s.crs is None else f"{s.features:,} features"]
        facts += [s.crs] if s.crs else []
        facts += [f"vintage {s.vintage}"] if s.vintage and len(sources) == 1 else []
        facts += [f"outlines {resolution_class(s.resolution_m)}"] if s.resolution_m is not None else []
        facts.append(f"sha256 {s.sha256[:12]}")
        roles = ", ".join(source.role.removeprefix("layers.") for source in sources)
        yield line(f"{Path(s.path).name} ({', '.join(facts)}): {roles}", style="bright_black")


__all__ = [
    "accountability_lines",
    "accountability_rows",
    "bar",
    "dial",
    "draws",
    "finding_line",
    "finding_lines",
    "grid",
    "inputs_lines",
    "line",
    "report",
    "show",
    "skipped_lines",
    "sliver_line",
    "title",
    "write",
]
