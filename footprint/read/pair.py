"""Two boundary files that are to be compared: with areas of the same nations."""

from __future__ import annotations

from collections.abc import Callable

from footprint.model.layer import Layer
from footprint.model.nations import ENGLAND, Scope, common, nations_in


def read_pair(
    first: Callable[[Scope | None], Layer], second: Callable[[Scope | None], Layer]
) -> tuple[Layer, Layer]:
    """Read two layers, given as functions of the nations that are kept: England, or those of both.

    Raises
    ------
    OutOfScopeError : where one has areas of England only and the other none

    """
    pair = first(None), second(None)
    held = [nations_of(layer) for layer in pair]
    nations = common(held) or ENGLAND
    one, other = (
        layer if not has or common([has]) == nations else read(nations)
        for layer, has, read in zip(pair, held, (first, second), strict=True)
    )
    return one, other


def nations_of(layer: Layer) -> frozenset[str]:
    """Return the nations that a file has areas in, kept or left out."""
    return nations_in([*layer.areas.index, *(layer.out_of_scope["code"] if len(layer.out_of_scope) else ())])
