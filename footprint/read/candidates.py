"""Columns that may hold the codes, told apart by what they hold where their headings leave it open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from footprint.model.geographies import Geography, NamedColumn, geography_of_codes, read_column

# Text that is no code: Welsh names, keys of databases, and the NHS's own codes.
_NO_CODES = re.compile(r"nmw$|globalid|cdh$", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?[\d.,]+(e[-+]?\d+)?", re.IGNORECASE)


def of_ones_own(
    columns: Sequence[str], found: NamedColumn, values: Callable[[str], Iterable[str]]
) -> list[NamedColumn]:
    """Return columns of text that may be meant in the place of the one found, which is of another kind.

    Neighbourhoods have a column of their district: by it they would be put together to districts.
    None where each code stands on one row, or no other column holds text. `values(column)` gives a sample.
    """
    held = list(values(found.name))
    if found.geography is None or not found.geography.prefixes or len(set(held)) == len(held):
        return []
    rest = [c for c in columns if read_column(c) is None and not _NO_CODES.search(c)]
    texts = {c: {value for value in values(c) if value} for c in rest}
    return [NamedColumn(c, "code", None, None) for c in rest if not all(map(_NUMBER.fullmatch, texts[c]))]


def same_kind(a: Geography, b: Geography) -> bool:
    """Return whether codes of one kind of area may be those of another."""
    # E38 is a CCG or a Sub-ICB location, and OTHER takes any code
    return a == b or "OTHER" in (a.key, b.key) or {a.key, b.key} == {"CCG", "SICBL"}


def of_the_kind(
    candidates: list[NamedColumn], geography: Geography | None, values: Callable[[str], Iterable[str]]
) -> list[NamedColumn]:
    """Return the one of several columns called `code` or alike that holds official codes, or all of them.

    Ordnance Survey has AREA_CODE (DIS for all districts) beside CODE. Where no kind is stated, the codes must
    stand on one row each, and those of the other columns on several.
    """
    if len(candidates) == 1 or (geography is not None and not geography.prefixes):
        return candidates
    fitting = []
    for column in candidates:
        found = geography_of_codes(values(column.name))
        if found is not None and (geography is None or same_kind(found, geography)):
            fitting.append(column)
    if len(fitting) != 1:
        return candidates
    alone = {c.name: len(set(held := list(values(c.name)))) == len(held) for c in candidates}
    apart = alone.pop(fitting[0].name) and not any(alone.values())
    return fitting if geography is not None or apart else candidates
