"""Files that say that a server left the rest of them out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.parsers import expat

TRANSFER_LIMIT = "exceededTransferLimit"
"""What ArcGIS writes, at the top of the JSON or under its `properties`."""

_TOTALS = ("numberMatched", "totalFeatures")
"""How many features there are in all, as web feature services and OGC API Features say it."""

_HEAD = 1 << 16
"""Bytes in which the root element of XML ends."""


def says_cut_off(opened: Path) -> str:
    """Return the word by which a file says that a server left the rest of it out; "" where it does not.

    ArcGIS says so outright. Others state a total that is more than what is there, or where to go on (`next`).
    """
    ending = opened.suffix.lower()
    if ending == ".gml":
        return _of_xml(opened)
    if ending not in (".geojson", ".json"):
        return ""
    text = opened.read_bytes()
    # to parse all takes long, and hardly any file has one of the words in it
    if not any(word.encode() in text for word in (TRANSFER_LIMIT, *_TOTALS, '"next"')):
        return ""
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    tops = [held, held.get("properties")] if isinstance(held, dict) else []
    if any(isinstance(top, dict) and top.get(TRANSFER_LIMIT) in (True, "true") for top in tops):
        return TRANSFER_LIMIT
    if not tops or not isinstance(held.get("features"), list):
        return ""
    return _of_page(held, len(held["features"]), held.get("links"))


def _of_page(said: dict[str, Any], there: int, links: Any) -> str:
    """Return by which word a page of features says that it is not all of them, if it does."""
    if any(isinstance(link, dict) and link.get("rel") == "next" for link in links or ()):
        return "next"
    for word in _TOTALS:
        total = str(said.get(word, ""))
        if total.isdecimal() and int(total) > there:
            return word
    return ""


def _of_xml(opened: Path) -> str:
    """Return what the root element of a response says: `next`, or more matched than returned."""
    root: dict[str, str] = {}

    def first(_: str, attributes: dict[str, str]) -> None:
        root.update(attributes)
        parser.StartElementHandler = None

    parser = expat.ParserCreate()
    parser.StartElementHandler = first
    with opened.open("rb") as stream:
        try:
            parser.Parse(stream.read(_HEAD), False)
        except (expat.ExpatError, LookupError, ValueError):
            return ""
    if root.get("next"):
        return "next"
    returned = root.get("numberReturned", "")
    return _of_page(root, int(returned), None) if returned.isdecimal() else ""
