"""Codes of organisations (ODS), which the NHS writes beside, or instead of, the official codes of areas."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from footprint.model.words import listing

# NHS England, "ODS code formats": boards QF7, regions Y63, Sub-ICB locations and CCGs 02X and A3A8R.
_ODS = re.compile(r"Q[A-Z0-9]{2}|Y\d{2}|\d{2}[A-Z]|[A-Z]\d[A-Z]\d[A-Z]")


# Sites are the code of their trust and two signs more; some lists have three.
_LEAST_TRUST, _MOST_SITE = 3, 3


def are_ods(codes: Collection[str]) -> bool:
    """Return whether codes are those of NHS organisations that areas are named by, by their form."""
    return bool(codes) and all(_ODS.fullmatch(code) for code in codes)


def settled(codes: Iterable[str], pairs: Mapping[str, str]) -> str:
    """Return what settles ODS codes where the plan needs those of areas; `pairs` are ODS code → area."""
    known = [f"{code} is {pairs[code]}" for code in dict.fromkeys(codes) if code in pairs]
    told = f"By the plan's own lookups {listing(known, 2)}: " if known else ""
    return f"{told}{'a' if told else 'A'}dd a column of the official codes (E…), and name it."


def sites_of(codes: Iterable[str], known: Collection[str]) -> dict[str, str]:
    """Return each of `codes` that begins with a known code as the code of a site does → that code."""
    found = {}
    for code in codes:
        starts = (code[:size] for size in range(len(code) - 1, len(code) - _MOST_SITE - 1, -1))
        trust = next((start for start in starts if len(start) >= _LEAST_TRUST and start in known), None)
        if trust is not None:
            found[code] = trust
    return found
