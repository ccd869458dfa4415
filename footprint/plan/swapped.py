"""Refusal of files whose easting and northing have changed places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footprint.model.errors import InputError
from footprint.plan.parts import PlanLayer, Units

if TYPE_CHECKING:
    from numpy.typing import NDArray

_REMEDY = "Export it again with the easting first; and give points their columns by name."


def require_same_axes(layers: Mapping[str, PlanLayer], units: Units | None) -> None:
    """Raise InputError where files of a plan lie on each other only if the axes of one are swapped."""
    drawn = [layer.drawn for layer in layers.values() if layer.is_read and layer.drawn is not None]
    shapes = {layer.source.path: layer.areas.geometry.to_numpy() for layer in drawn}
    if units is not None and units.is_read and units.shapes is not None and units.source is not None:
        shapes[units.source.path] = units.shapes.to_numpy()
    require_axes_of(shapes)


def require_axes_of(shapes: Mapping[str, NDArray[Any]]) -> None:
    """Raise InputError where outlines or points, by their file, lie on each other only with axes swapped."""
    if len(shapes) < 2:
        return
    from footprint.geometry.swapped import are_swapped

    pairs = [pair for pair in combinations(shapes, 2) if are_swapped(shapes[pair[0]], shapes[pair[1]])]
    if not pairs:
        return
    most, times = Counter(path for pair in pairs for path in pair).most_common(1)[0]
    if len(pairs) > 1 and times == len(pairs):
        raise InputError(
            most,
            f"has easting and northing swapped: only then does it lie on the other {len(pairs)} files",
            _REMEDY,
        )
    one, other = pairs[0]
    raise InputError(
        one,
        f"lies on {Path(other).name} only if easting and northing of one of the two are swapped",
        f"Find out which of them it is. {_REMEDY}",
    )
