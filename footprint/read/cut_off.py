"""What a file says of itself where a server left the rest of it out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TRANSFER_LIMIT = "exceededTransferLimit"
"""What ArcGIS writes, at the top of the JSON or under its `properties`."""

_TOTALS = ("numberMatched", "totalFeatures")
"""How many features there are in all, as web feature services and OGC API Features say it."""


def in_json(document: Any) -> str:
    """Return the word by which a document of JSON says that it was cut off; "" where it does not.

    ArcGIS says so outright. Others state a total that is more than what is there, or where to go on (`next`).
    """
    if not isinstance(document, dict):
        return ""
    tops = [document, document.get("properties")]
    if any(isinstance(top, dict) and top.get(TRANSFER_LIMIT) in (True, "true") for top in tops):
        return TRANSFER_LIMIT
    features = document.get("features")
    if not isinstance(features, list):
        return ""
    links = document.get("links")
    if isinstance(links, list) and any(
        isinstance(link, dict) and link.get("rel") == "next" for link in links
    ):
        return "next"
    return _more_matched(document, len(features))


def in_xml(root: Mapping[str, str]) -> str:
    """Return the word by which a root element says it: `next`, or more than were returned."""
    if root.get("next"):
        return "next"
    returned = root.get("numberReturned", "")
    return _more_matched(root, int(returned)) if returned.isdecimal() else ""


def _more_matched(said: Mapping[str, Any], there: int) -> str:
    for word in _TOTALS:
        total = str(said.get(word, ""))
        if total.isdecimal() and int(total) > there:
            return word
    return ""
