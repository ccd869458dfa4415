"""Rows that are no unit: the sum of the others, or a nation as a whole."""

from __future__ import annotations

import re

from footprint.model.nations import NATIONS

_NATIONS = frozenset(
    {"united kingdom", "great britain", "uk", "england and wales", "england & wales"}
    | {n.name.casefold() for n in NATIONS.values()}
)
_SUMS = frozenset(
    {"total", "totals", "grand total", "sum", "all", "overall", "all areas", "all providers", "all trusts",
     "all units"}
)  # fmt: skip
# E92000001 is England, K04000001 England and Wales (ONS, Register of Geographic Codes).
_NATION = re.compile(r"[EWSN]92\d{6}|K0[1-5]\d{6}")
# "England total", "Total: England"
_TOTAL_OF = re.compile(r"^(grand |sub-?)?totals?\b[ :,-]*|[ :,-]*\b(sub-?)?totals?$")
# "All trusts (England)", "All LSOAs"; not "All other trusts", nor "All Saints"
_ALL_OF = re.compile(
    r"all (nhs |england |english )?(areas|units|providers|trusts|sites|hospitals|organisations|districts|"
    r"authorities|local authorities|lsoas|msoas|wards)\b(?! (except|but|other)).*"
)


def is_total(code: str) -> bool:
    """Return whether what stands in a column of codes says that its row is about all of them."""
    if _is_code(code):
        return _is_nation_code(code)
    bare = _bare(code)
    return bare in _SUMS or bool(_ALL_OF.fullmatch(bare)) or bare in _NATIONS


def is_nation(code: str) -> bool:
    """Return whether what stands in a column of codes is a whole nation, or several, by code or by name."""
    return _is_nation_code(code) if _is_code(code) else _bare(code) in _NATIONS


def _is_nation_code(code: str) -> bool:
    return _NATION.fullmatch(code) is not None


def _is_code(text: str) -> bool:
    """Return whether text is a code at a glance: one word that ends in a digit is no name of a sum."""
    return text.isalnum() and text[-1].isdecimal()


def _bare(code: str) -> str:
    plain = " ".join(code.casefold().split())
    if plain in _SUMS or not plain:
        return plain
    return _TOTAL_OF.sub("", plain) or "total"
