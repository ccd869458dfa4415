"""Codes of the nations: what a GSS code looks like, and which codes are out of scope."""

from __future__ import annotations

import re

GSS = re.compile(r"^[EWSNKJ]\d{8}$")


NATIONS = {"W": "Wales", "S": "Scotland", "N": "Northern Ireland"}


def nation_out_of_scope(code: str) -> str | None:
    """Return the nation of a GSS code outside England, or None. `footprint` covers England."""
    return NATIONS.get(code[:1]) if GSS.match(code) else None


def in_scope(code: str) -> bool:
    """Return whether a code is not known to be of another nation."""
    return code[:1] not in NATIONS or nation_out_of_scope(code) is None


def stands_for_none(code: str) -> bool:
    """Return whether ONS writes this code where there is no area: E99999999 for a district of no county."""
    return code[1:] == "99999999" and code[:1] in ("E", *NATIONS)
