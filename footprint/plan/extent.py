"""What a layer covers by its own statement: all the ground, or a part of it on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from footprint.model.geographies import covers_a_part
from footprint.plan.model import Plan
from footprint.plan.parts import PlanLayer

# A coast that is drawn more coarsely leaves one unit in a thousand off it; more units in no area lie on
# ground that the layer does not have. (A lookup may miss as many.)
FEW = 0.01
# One area alone is whole, so what lies beside it lies in none, but for single units off its coast.
MANY_BESIDE_ONE = 0.1


def declared(layer: PlanLayer) -> Literal["all", "part"] | None:
    """Return what the plan states of a layer, or else its kind; None where neither says."""
    if layer.covers is not None:
        return layer.covers
    return "part" if covers_a_part(layer.geography, layer.areas) else None


def leaves_ground_out(layer: PlanLayer) -> bool:
    """Return whether units may lie in none of a layer's areas, by statement, by kind or as it is one area."""
    return declared(layer) == "part" or (declared(layer) is None and len(layer.areas) == 1)


def land(layers: Mapping[str, PlanLayer]) -> list[str]:
    """Return the layers whose outlines may tell sea from land that another layer leaves out."""
    return [key for key, layer in layers.items() if layer.is_drawn and not leaves_ground_out(layer)]


def land_of(plan: Plan) -> list[str]:
    """Return the layers of `land`, if any layer of the plan is fitted by them."""
    fitted = [layer for layer in plan.layers.values() if layer.lookup is None and leaves_ground_out(layer)]
    return land(plan.layers) if fitted else []
