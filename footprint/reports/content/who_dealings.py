"""Which bodies the body of an area has to deal with, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.model.words import listing
from footprint.plan.naming import counted, many
from footprint.reports.document import Block, Cell, Heading, lines

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.results.who.answer import Answer

_NAMED = 6


def blocks(plan: Plan, given: Answer) -> Iterator[Block]:
    """Return which bodies it has to deal with, a line a layer; nothing of a unit or a point."""
    if not given.dealings:
        return
    yield Heading("Which bodies it has to deal with, as they share people")
    rows: list[tuple[Cell, ...]] = []
    for key, names in _by_layer(given).items():
        rows.append((counted(plan, key, len(names)), listing(names, _NAMED)))
    yield lines("lw", rows)


def moved(plan: Plan, before: Answer, after: Answer) -> Iterator[str]:
    """Return of which layers it has to deal with other bodies."""
    was, now = _by_layer(before), _by_layer(after)
    for key in dict.fromkeys([*was, *now]):
        one, other = was.get(key, []), now.get(key, [])
        if set(one) != set(other):
            named = [listing(names, 3) or "nobody" for names in (one, other)]
            yield f"{many(plan, key)} that it has to deal with: {named[0]} → {named[1]}"


def _by_layer(given: Answer) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in given.dealings:
        found.setdefault(each.other_layer, []).append(each.other_name)
    return found
