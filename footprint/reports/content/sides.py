"""A value before and after a change, and which layer a row is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from footprint.model.words import shown
from footprint.plan.naming import one

if TYPE_CHECKING:
    from footprint.results.comparison import Comparison


def both(row: dict[str, Any], name: str, kind: str = "text") -> str:
    """Return a value before and after, or once where it stays."""
    one, other = (shown(row[f"{name}_{side}"], kind) for side in ("before", "after"))
    return one if one == other else f"{one} → {other}"


def layer_of(found: Comparison, row: dict[str, Any]) -> str:
    """Return the layer that a row is of, where a change touches several."""
    touched = found.areas["layer"][found.areas["change"] != "untouched"]
    return f" ({one(found.after.plan, row['layer'])})" if touched.nunique() > 1 else ""
