"""Marks by which programs keep a spreadsheet from taking text for a number: ="00123", or '00123.

They are written into CSV files so that a spreadsheet keeps a code as it is, and are no part of the code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import ne
from typing import TYPE_CHECKING

from footprint.model.words import count

if TYPE_CHECKING:
    import pyarrow as pa

GUARDED = """text that is kept from a spreadsheet (="…", '…)"""
WITHOUT_MARKS = """read without the marks that keep a spreadsheet from changing text (="…", '…)"""

# An apostrophe guards a code or a number. A name may begin with one ('s-Gravenhage), and what is quoted
# ends with one.
_CELL = re.compile(r"""="([^"]*)"|'([A-Z0-9][A-Z0-9.]*)""")


MAY_GUARD = r"^\s*[=']"
"""How a cell with such a mark begins."""


def unguarded(cell: str) -> str:
    """Return the text of a cell without the marks of a spreadsheet around it: ="E01000001" as E01000001."""
    plain = cell.strip()
    found = _CELL.fullmatch(plain) if plain[:1] in ("=", "'") else None
    return cell if found is None else found[1] or found[2] or ""


def without_guards(
    columns: Sequence[list[str] | pa.ChunkedArray],
) -> tuple[list[list[str] | pa.ChunkedArray], str]:
    """Return the columns of a table without such marks, and what has to be noted of it; "" for nothing.

    A column of pyarrow has none (`large_text`).
    """
    found: list[list[str] | pa.ChunkedArray] = []
    many = 0
    for column in columns:
        plain = list(map(unguarded, column)) if isinstance(column, list) else column
        many += sum(map(ne, column, plain)) if isinstance(column, list) else 0
        found.append(plain)
    return found, f"{count(many, 'value was', 'values were')} {WITHOUT_MARKS}" if many else ""
