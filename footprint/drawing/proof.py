"""Why a parent cannot be divided: proofs in words, each with the smallest change that removes it.

What is said here is proved by arithmetic or by enumeration; of what was only sought in vain `run` says
"none found in N tries".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from footprint.drawing.graph import Graph, Range
from footprint.model.levels import Band
from footprint.model.schema import Column, Table
from footprint.model.words import count, listing, number

IMPOSSIBLE = Table(
    "impossible",
    "What cannot be divided",
    "A row for each parent of which no division was written: proved impossible, or none found.",
    (
        Column("code", kind="code", meaning="Of the parent; empty where there is none."),
        Column("name", "Parent"),
        Column("population", "People", "count"),
        Column("proved", type="boolean", meaning="No where none was found, which proves nothing."),
        Column(
            "by", values=("arithmetic", "component", "block", "areas", "enumeration", "search"),
            meaning="What the proof rests on.",
        ),
        Column("why"),
        Column("change", "Smallest change that removes the proof", nullable=True),
    ),
    "Everything could be divided.",
)  # fmt: skip


@dataclass(frozen=True)
class Proof:
    """That a parent cannot be divided, and why."""

    by: str
    why: str
    change: str | None = None


_WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def spelled(many: int) -> str:
    """Return a number as people write it: small ones in words."""
    return _WORDS[many] if many < len(_WORDS) else f"{many:,}"


def by_arithmetic(people: float, band: Band, asked: range | None = None) -> Proof | None:
    """Return the proof that so many people fit into no number of areas, if they do not.

    With `asked`, numbers of areas that are wanted, the change is one that makes so many possible.
    """
    low, high = band.low or 0, band.high
    most = int(people // low) if low else max(int(people), 1)
    least = max(-int(-people // high) if high else 1, 1)
    if least <= most:
        return None
    shown = number(people)
    wanted = asked or (most, least)
    floor = max((int(people // n) for n in wanted if n >= least), default=None)
    ceiling = min((-int(-people // n) for n in wanted if 0 < n <= most), default=None)
    if most == 0:
        beside = "" if asked is not None and 1 not in asked else ", or an area together with a neighbour"
        return Proof(
            "arithmetic", f"{shown} people are too few for one area of at least {low:,}",
            f"a floor of {floor:,} or less{beside}",
        )  # fmt: skip
    assert high is not None
    nearer = [] if floor is None else [f"a floor of {floor:,} or less"]
    nearer += [] if ceiling is None else [f"a ceiling of {ceiling:,} or more"]
    # the end of the band that has to move less, in proportion, comes first
    if floor is not None and ceiling is not None and (ceiling - high) / high < (low - floor) / max(low, 1):
        nearer.reverse()
    return Proof(
        "arithmetic",
        f"{shown} people are too many for {spelled(most)} and too few for {spelled(least)} "
        f"(at most {high:,} in an area, at least {low:,})",
        " or ".join(nearer),
    )


def by_graph(graph: Graph, names: Sequence[str], scale: int, band: Band) -> Proof | None:
    """Return the proof that rests on a single block, or on a part that is cut off from the others."""
    for block, alone in enumerate(graph.people):
        if band.high is not None and alone > band.high * scale:
            shown = number(alone / scale)
            return Proof(
                "block", f"{names[block]} alone has {shown} people, more than {band.high:,}",
                f"a ceiling of {-(-alone // scale):,} or more, or smaller blocks",
            )  # fmt: skip
    parts = graph.parts()
    if len(parts) < 2:
        return None
    for part in sorted(parts, key=len):
        people = sum(graph.people[b] for b in part) / scale
        found = by_arithmetic(people, band)
        if found is not None:
            held = listing((names[b] for b in part), 3)
            return Proof(
                "component", f"{held} hang together with no other block, and their {found.why}",
                f"a crossing to one of the others, or {found.change}",
            )  # fmt: skip
    return None


def possible_numbers(graph: Graph, band: Range) -> range:
    """Return into how many areas a graph could be divided, by arithmetic, part by part."""
    each = [band.numbers(sum(graph.people[b] for b in part)) for part in graph.parts()]
    return range(sum(r.start for r in each), sum(r.stop - 1 for r in each) + 1)


def by_number(people: float, possible: range, asked: range) -> Proof:
    """Return the proof that another number of areas was asked for than there can be."""
    can, wanted = (
        f"{r.start:,}" if len(r) == 1 else f"{r.start:,} to {r.stop - 1:,}" for r in (possible, asked)
    )
    return Proof(
        "areas", f"{number(people)} people make {can} areas of that size, not {wanted}",
        f"--areas {possible.start}" + (f"-{possible.stop - 1}" if len(possible) > 1 else ""),
    )  # fmt: skip


def by_enumeration(graph: Graph, unions: int, asked: range | None, found: Sequence[int]) -> Proof:
    """Return the proof that no choice of connected unions covers all blocks."""
    of = f"of {count(graph.size, 'block')} {count(unions, 'connected union')} lie in the band"
    if found and asked is not None:
        into = listing((f"{n:,}" for n in sorted(found)), 9)
        return Proof(
            "enumeration", f"{of}; every way to cover the ground was tried, and all have {into} areas",
            f"--areas {min(found)}" + (f"-{max(found)}" if len(found) > 1 else ""),
        )  # fmt: skip
    return Proof(
        "enumeration", f"{of}, and no choice of them covers every block once; all were tried",
        "a wider band, a crossing, or another parent",
    )  # fmt: skip
