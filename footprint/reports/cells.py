"""Values and tables of the JSON in words, for pages that are read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from footprint.model.schema import Kind
from footprint.model.words import area_text, count, number, percent


def shown(value: Any, kind: Kind = "text") -> str:
    """Return a value of the JSON as text of its kind; an en dash where it is unknown."""
    if value is None or value == "":
        return "–"
    if isinstance(value, list):
        return "; ".join(shown(each, kind) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "date":
        day = dt.date.fromisoformat(value)
        return f"{day.day} {day:%B %Y}"
    if isinstance(value, str):
        return value
    if kind == "share":
        return percent(value)
    if kind in ("index", "ratio"):
        return f"{value:.{3 if kind == 'index' else 2}f}"
    if kind == "metres" and value < 10:
        return f"{value:.1f}"
    return str(value) if kind in ("year", "text", "code") else number(value)


@dataclass(frozen=True)
class Words:
    """A table in words, for pages that are read: not every column, and values as text."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str | list[str]]]
    """A cell is a text, or several, each a line of its own."""
    right: frozenset[int] = frozenset()
    """Places of columns of numbers."""


def moves_in_words(comparison: dict[str, Any]) -> Words:
    """Return who moves from where to where."""
    rows = [
        (
            row["layer"],
            row["from_name"],
            row["to_name"],
            shown(row["population"], "count"),
            shown(row["units"] or None, "count"),
            "–" if row["area_m2"] is None else area_text(row["area_m2"]),
        )
        for row in comparison["tables"]["moves"]
    ]
    return Words(("Layer", "From", "To", "People", "Units", "Area"), rows, frozenset((3, 4, 5)))


def areas_in_words(comparison: dict[str, Any]) -> Words:
    """Return the areas that a change touches, before and after it."""
    touched = [row for row in comparison["tables"]["areas"] if row["change"] != "untouched"]
    known = ("localisation_index_before", "localisation_index_after")
    judged = any(row[name] is not None for row in touched for name in known)
    rows = []
    for row in touched:
        renamed = row["before_name"] not in (None, row["name"])
        cells = [
            f"{row['name']} ({row['code']})" + (f", was {row['before_name']}" if renamed else ""),
            row["layer"],
            row["change"],
            _both(row, "population", "count"),
            _both(row, "status").lower(),
        ]
        rows.append((*cells, *([_both(row, "localisation_index", "share")] if judged else [])))
    headings = ("Area", "Layer", "Change", "People", "Band", *(("Localisation index",) if judged else ()))
    return Words(headings, rows, frozenset((3, 5)))


def agreement_in_words(comparison: dict[str, Any]) -> Words:
    """Return how well layers line up, before and after a change."""
    rows = [
        (
            f"{row['source']} in {row['target']}",
            *(_both(row, name, "count") for name in ("nested", "split", "same")),
            _both(row, "v_measure", "index"),
        )
        for row in comparison["tables"]["agreement"]
    ]
    headings = ("Layers", "Nested", "Split", "One to one", "V-measure")
    return Words(headings, rows, frozenset((1, 2, 3, 4)))


def subsidiarity_in_words(document: dict[str, Any]) -> Words:
    """Return how much is led at each level, beside what was expected; no rows without such a map."""
    rows = [
        (
            row["measure"],
            row["level"] or "no single level",
            number(row["functions"]),
            shown(row["share"], "share"),
            shown(row["expected"], "share"),
        )
        for row in document["tables"]["subsidiarity"]
    ]
    headings = ("Measure", "Led at", "Functions", "Share", "Expected in 2018")
    return Words(headings, rows, frozenset((2, 3, 4)))


def _both(row: dict[str, Any], name: str, kind: Kind = "text") -> str:
    """Return a value before and after, or once where it stays."""
    one, other = (shown(row[f"{name}_{side}"], kind) for side in ("before", "after"))
    return one if one == other else f"{one} → {other}"


def untouched(comparison: dict[str, Any]) -> str:
    """Return how many areas a change leaves as they are, in words; "" where it leaves none."""
    many = sum(row["change"] == "untouched" for row in comparison["tables"]["areas"])
    return f"{count(many, 'area stays as it is', 'areas stay as they are')}." if many else ""


def severity(finding: dict[str, Any]) -> str:
    """Return the severity of a finding of the JSON as reports call it: error, warning or note."""
    return {"info": "note"}.get(finding["severity"], str(finding["severity"]))


def change(finding: dict[str, Any]) -> str | None:
    """Return "new" or "known" for a finding of the JSON; None where nothing was compared."""
    return {True: "new", False: "known"}.get(finding["new"])
