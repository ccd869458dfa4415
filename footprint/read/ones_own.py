"""Columns that may hold the codes of areas of one's own, which no heading gives away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from footprint.model.geographies import Column, read_column

# Text that is no code: Welsh names, keys of databases, and the NHS's own codes.
_NO_CODES = re.compile(r"nmw$|globalid|cdh$", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?[\d.,]+(e[-+]?\d+)?", re.IGNORECASE)


def of_ones_own(
    columns: Sequence[str], found: Column, values: Callable[[str], Iterable[str]]
) -> list[Column]:
    """Return columns of text that may be meant in the place of the one found, which is of another kind.

    Neighbourhoods have a column of their district: by it they would be put together to districts.
    None where each code stands on one row, or no other column holds text. `values(column)` gives a sample.
    """
    held = list(values(found.name))
    if found.geography is None or not found.geography.prefixes or len(set(held)) == len(held):
        return []
    rest = [c for c in columns if read_column(c) is None and not _NO_CODES.search(c)]
    texts = {c: {value for value in values(c) if value} for c in rest}
    return [Column(c, "code", None, None) for c in rest if not all(map(_NUMBER.fullmatch, texts[c]))]
