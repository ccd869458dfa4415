"""What the areas of a layer are called in a sentence: keys are for the plan file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from footprint.model.levels import Level
from footprint.model.words import count

if TYPE_CHECKING:
    from footprint.plan.model import Plan


def one(plan: Plan, key: str) -> str:
    """Return what an area of a layer is called: "system", "local authority district"."""
    return _told(plan, key)[0]


def many(plan: Plan, key: str) -> str:
    """Return what the areas of a layer are called: "systems", "districts"."""
    return _told(plan, key)[1]


def counted(plan: Plan, key: str, how_many: int) -> str:
    """Return "1 system" or "2 systems"."""
    return count(how_many, *_told(plan, key))


def _told(plan: Plan, key: str) -> tuple[str, str]:
    """Return the singular and the plural; the key is with them only where two layers have the same areas."""
    names = _names(plan, key)
    alike = any(other != key and _names(plan, other) == names for other in plan.layers)
    if not alike:
        return names
    return f"{names[0]} ({key})", f"{names[1]} ({key})"


def _names(plan: Plan, key: str) -> tuple[str, str]:
    """Return what an area and what areas are called: by the level, or else by the geography.

    What is no layer, as units or flows, is called by its name; so is a level that a proposal creates.
    """
    if key not in plan.layers:
        return key.removesuffix("s"), f"{key}s" if key in set(Level) else key
    level, geography = plan.level_of(key), plan.layers[key].geography
    if level is not None:
        return str(level), f"{level}s"
    if geography.key == "OTHER":
        return f"area of {key}", f"areas of {key}"
    return geography.name, geography.plural
