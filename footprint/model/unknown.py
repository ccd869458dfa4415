"""What stands in a column of codes that is none: nothing, a word for it, or a code of elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from footprint.model.nations import ENGLAND, GSS, NATIONS, Scope

if TYPE_CHECKING:
    from footprint.model.geographies import Geography

# What stands for a unit that nobody knows, signs aside: practices that closed, and blanks of all programs.
_UNKNOWN = frozenset(
    {"na", "n/a", "#n/a", "<na>", "nan", "null", "none", "nil", "x", "closed", "unknown", "unk", "not known",
     "not stated", "not recorded", "not available", "not applicable", "unspecified", "missing", "invalid",
     "unallocated", "unmatched", "no fixed abode"}
)  # fmt: skip


# What says that people are from beyond any plan; the names of the nations say it of plans of others.
_ELSEWHERE = frozenset(
    {"isle of man", "channel islands", "elsewhere", "abroad", "overseas", "outside uk"}
)  # fmt: skip


# Codes of no area, as in the ONS Postcode Directory: all nines or all noughts, behind a letter or none. Those
# with L and M are of the Channel Islands and the Isle of Man.
_PSEUDO = re.compile(r"[A-Z]?(9{6,}|0{6,})")
_ISLANDS = re.compile(r"[LM]9{8}")


def says_nothing(text: str) -> bool:
    """Return whether text in a column of codes says that the code is not known: blank, a sign, NA, CLOSED."""
    plain = " ".join(text.casefold().split())
    return plain in _UNKNOWN or not any(c.isalnum() for c in plain)


def of_elsewhere(
    code: str, known: frozenset[str], geography: Geography | None, nations: Scope = ENGLAND
) -> bool:
    """Return whether a code that is not among the plan's is one of elsewhere; else nobody knows whose it is.

    `known` are the forms of the plan's codes (see `forms`), `geography` what they are codes of, `nations`
    those of the plan.
    """
    if says_nothing(code):
        return False
    if not nations.holds(code) or _names_elsewhere(code.casefold(), nations) or _ISLANDS.fullmatch(code):
        return True
    prefixes = geography.prefixes if geography is not None else ()
    if _PSEUDO.fullmatch(code):
        return False
    return not known.isdisjoint(forms([code])) or (GSS.match(code) is not None and code[:3] in prefixes)


def _names_elsewhere(text: str, nations: Scope) -> bool:
    others = {n.name.casefold() for n in NATIONS.values() if n.letter not in nations.letters}
    return text in _ELSEWHERE | others or text == f"outside {nations}".casefold()


def forms(codes: Iterable[str]) -> frozenset[str]:
    """Return how codes are written: the first three signs of GSS codes, the kinds of signs of others."""
    is_gss = GSS.match  # looked up once: codes come by the ten thousand
    return frozenset(code[:3] if is_gss(code) else _signs(code) for code in codes)


def _signs(code: str) -> str:
    return re.sub(r"[a-z]+", "a", re.sub(r"[A-Z]+", "A", re.sub(r"\d", "9", code)))
