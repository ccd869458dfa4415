"""What every report says of findings, of what could not be checked, and of the files that were read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.checks import catalogue
from footprint.model.finding import Finding, Piece, Skipped, identity
from footprint.model.geographies import resolution_class
from footprint.model.words import area_text, capital, count, short, shown
from footprint.plan.naming import many
from footprint.reports.content.severity import WORDS, word
from footprint.reports.document import Block, Heading, Span, Text, Tone, Words, text

if TYPE_CHECKING:
    from footprint.model.source import Source
    from footprint.plan.model import Plan
    from footprint.results.result import Result

MOST_PER_RULE, MOST_LISTED = 8, 12
CODE = re.compile(r" \(((?=[A-Z0-9-]*\d)[A-Z][A-Z0-9-]{3,11})\)")
"""A code behind a name, as messages have it."""


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by rule, then gravest and largest first; no tie is left to the order of rows."""
    return sorted(
        findings, key=lambda f: (f.rule, f.severity.rank, f.layer, -f.people, identity(f), f.message)
    )


# ── one finding ─────────────────────────────────────────────────────────────────────────────────


def without_codes(message: str) -> str:
    """Return a message without the codes of areas and providers, which tables and tooltips have."""
    return CODE.sub("", message)


def known(new: bool | None) -> str | None:
    """Return "new" or "known" of a finding; None where nothing was compared."""
    return {True: "new", False: "known"}.get(new)  # type: ignore[arg-type]


def mark(f: Finding) -> tuple[Span, ...]:
    """Return how grave a finding is, or that it is accepted, and whether it is new."""
    if f.accepted is not None:
        return (Words("accepted", "good"),)
    told = Words(word(f.severity), WORDS[f.severity])
    if f.inherited:
        return (Words("inherited "), told)
    return (Words("new "), told) if f.new else (told,)


def rule_of(f: Finding) -> str:
    """Return the rule of a finding, code and name."""
    return f"{f.rule} {f.name}"


def cause(f: Finding) -> str:
    """Return the line that has brought about what is new; of what is known the plan's sections are plain."""
    at = f.location if f.new else None
    return f" ({Path(at.path).name}:{at.line})" if at else ""


def people_of(f: Finding, before: str = ": ") -> str:
    """Return all the people of the area that a finding is about, where they are known."""
    total = f.evidence.numbers.get("total")
    return "" if total is None else f"{before}{shown(total, 'count')} people"


def measures(piece: Piece) -> str:
    """Return the people of a piece, or else its area; its share; its width where that was measured."""
    size = []
    if piece.people is not None:
        size.append(f"{shown(piece.people, 'count')} people")
    elif piece.area_m2 is not None:
        size.append(area_text(piece.area_m2))
    size += [] if piece.share is None else [shown(piece.share, "share")]
    size += [] if piece.width_m is None else [f"{piece.width_m:,.0f} m wide"]
    return ", ".join(size)


def piece_of(piece: Piece) -> str:
    """Return a piece: the area that it lies in, and what was measured."""
    size = measures(piece)
    return f"{piece.area}: {size}" if size else str(piece.area)


# ── several ─────────────────────────────────────────────────────────────────────────────────────


def tally(result: Result, *, new: bool = False) -> list[tuple[str, Tone]]:
    """Return how many findings there are of each severity, with `new` how many are, and how many accepted."""
    compared = new and any(f.new is not None for f in result.findings)
    told: list[tuple[str, Tone]] = []
    for severity, noun in WORDS.items():
        if found := result.summary[severity]:
            of_it = sum(bool(f.new) for f in result.findings if f.severity == severity and f.accepted is None)
            told.append((count(found, noun) + (f" ({of_it:,} new)" if compared else ""), noun))
    if accepted := result.summary["accepted"]:
        told.append((f"{accepted:,} accepted", "good"))
    return told


def tallied(findings: Iterable[Finding]) -> str:
    """Return how many findings there are: by severity, of these how many are new, and how many accepted."""
    held = list(findings)
    told = []
    for severity, noun in WORDS.items():
        open_ = [f for f in held if f.severity == severity and f.accepted is None]
        new = sum(f.new is True for f in open_)
        told += [count(len(open_), noun) + (f" ({new:,} new)" if new else "")] if open_ else []
    accepted = sum(f.accepted is not None for f in held)
    return ", ".join([*told, *([f"{accepted:,} accepted"] if accepted else [])])


def skipped_rules(skipped: Iterable[Skipped]) -> str:
    """Return how many rules were skipped, in words."""
    return f"{count(len({skip.rule for skip in skipped}), 'rule')} skipped in whole or in part"


def verdict(result: Result) -> str:
    """Return one line: findings by severity, how many are new and resolved, and what was skipped."""
    words = [told for told, _ in tally(result, new=True)]
    words += [] if result.resolved is None else [f"{len(result.resolved):,} resolved"]
    line = ", ".join(words) or "no findings"
    line += f"; {skipped_rules(result.skipped)}" if result.skipped else ""
    return f"INCOMPLETE: {line}" if result.incomplete else line


def one(f: Finding, among: str = "", depth: int = 1) -> Iterator[Text]:
    """Return one finding, among which areas it is, where it comes from, and the reason if it is accepted."""
    of = f" [{among}]" if among else ""
    yield text(*mark(f), f" {rule_of(f)}{of}: {f.message}{cause(f)}", depth=depth)
    if f.accepted is not None:
        yield text(f"accepted: {f.accepted}", depth=depth + 2)


def gravity(f: Finding) -> tuple[int, bool, float]:
    """Return what findings are sorted by where the gravest and largest come first, those accepted last."""
    return 3 if f.accepted is not None else f.severity.rank, f.new is False, -f.people


def listed(plan: Plan, heading: str, group: Iterable[Finding]) -> Iterator[Block]:
    """Return findings under a heading that says how many there are, gravest first; of many only the first."""
    every = sorted(group, key=lambda f: f.severity.rank)
    yield Heading(f"{heading}: {count(len(every), 'finding')}" if every else f"{heading}: none")
    for f in every[:MOST_LISTED]:
        yield from one(f, many(plan, f.layer))
    if (left := len(every) - MOST_LISTED) > 0:
        told = f"and {count(left, 'more finding')}; see them all with --format json"
        yield text(told, depth=3, tone="quiet")


def by_place(findings: Iterable[Finding], called: Callable[[str], str]) -> Iterator[Block]:
    """Return findings by the area that they are about, gravest and largest first; of a rule only so many.

    `called` says what the areas of a layer are called.
    """
    places: dict[tuple[str, str], list[Finding]] = {}
    for f in sorted(ordered(findings), key=gravity):
        places.setdefault((f.layer, f.area.code if f.area else ""), []).append(f)
    if places:
        yield Heading("Findings, place by place")
    told: Counter[str] = Counter()
    for (layer, _), group in places.items():
        shown = []
        for f in group:
            told[f.rule] += 1
            shown += [f] if told[f.rule] <= MOST_PER_RULE else []
        words, area = called(layer), group[0].area
        if shown:
            yield (
                text(Words(capital(words)))
                if area is None
                else text(Words(short(area.name)), f", of the {words}")
            )
        for f in shown:
            yield from one(f, depth=2)
    for rule, found in told.items():
        if found > MOST_PER_RULE:
            more = count(found - MOST_PER_RULE, "more finding")
            yield text(f"and {more} of {rule}; see them all with --format csv", tone="quiet")


# ── what they rest on ───────────────────────────────────────────────────────────────────────────


def assumed(assumptions: Iterable[str]) -> Iterator[Text]:
    """Return what was assumed, a line each."""
    for stated in assumptions:
        yield text(Words("Assumed:"), f" {stated}", depth=0)


def by_reason(skipped: Iterable[Skipped]) -> dict[str, list[str]]:
    """Return what could not be done: each reason, with the rules that it holds for."""
    found: dict[str, list[str]] = {}
    for skip in skipped:
        found.setdefault(skip.reason, []).append(skip.rule)
    return found


def reasons(skipped: Iterable[Skipped], *, runs: bool = False) -> list[str]:
    """Return a line for each reason, with its rules; with `runs` rules in a row by the first and the last."""
    rules = catalogue()
    told = []
    for reason, codes in by_reason(skipped).items():
        named = ", ".join(codes)
        if len(codes) == 1:
            named = f"{codes[0]} {rules[codes[0]].name}" if codes[0] in rules else codes[0]
        elif runs and _run(codes):
            named = f"{codes[0]} to {codes[-1]}"
        told.append(f"{named}: {reason}")
    return told


def _run(codes: Sequence[str]) -> bool:
    """Return whether three rules or more follow one another without a gap."""
    numbers = [int(code[2:]) for code in codes]
    return len(numbers) > 2 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def by_file(inputs: Iterable[Source]) -> list[list[Source]]:
    """Return inputs by the file that they were read from."""
    found: dict[tuple[str, str], list[Source]] = {}
    for source in inputs:
        found.setdefault((source.path, source.sha256), []).append(source)
    return list(found.values())


def roles(sources: Iterable[Source]) -> str:
    """Return what a file was read for."""
    return ", ".join(source.role.removeprefix("layers.") for source in sources)


def guessed(sources: Iterable[Source]) -> list[str]:
    """Return what was guessed of a file, and how to state it: a line for each use that differs."""
    return list(dict.fromkeys(source.guessed for source in sources if source.guessed))


def foot(skipped: Iterable[Skipped], inputs: Iterable[Source]) -> Iterator[Block]:
    """Return what could not be done, and the files that all rests on, a line each."""
    if told := reasons(skipped, runs=True):
        yield Heading("Skipped")
        yield from map(text, told)
    if files := by_file(inputs):
        yield Heading("Inputs")
    for sources in files:
        s = sources[0]
        facts = [count(s.features, "row" if s.crs is None else "feature")]
        facts += [s.crs] if s.crs else []
        facts += [f"vintage {s.vintage}"] if s.vintage and len(sources) == 1 else []
        facts += [f"outlines {resolution_class(s.resolution_m)}"] if s.resolution_m is not None else []
        facts.append(f"sha256 {s.sha256[:12]}")
        yield text(f"{Path(s.path).name} ({', '.join(facts)}): {roles(sources)}", tone="quiet")
        for guess in guessed(sources):
            yield text(f"guessed: {guess}", depth=2, tone="quiet")
