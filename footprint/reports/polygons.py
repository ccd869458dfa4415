"""Catchments and periphery as map layers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from footprint.measure.polygons import flow_polygons
from footprint.model.errors import InputError
from footprint.model.output import written_whole
from footprint.plan.model import Plan
from footprint.reports.as_boundary import require_written, written


def write_polygons(plan: Plan, path: Path, inputs: Iterable[str]) -> list[str]:
    """Write catchments, periphery and providers as a GeoPackage; returns the names of its layers.

    The file appears only when it has been written whole.

    Raises
    ------
    InputError : for another ending than .gpkg, a path that is one of `inputs` or cannot be written,
        and a plan without outlines of its units

    """
    if path.suffix.lower() != ".gpkg":
        raise InputError(path, "is no GeoPackage", "Give a name that ends in .gpkg.")
    layers = flow_polygons(plan)
    with written_whole(path, inputs, force=True) as part:
        for name, frame in layers.items():
            with written(part):
                frame.to_file(part, layer=name, driver="GPKG", engine="pyogrio")
            require_written(part, name, frame, str(frame.columns[0]))
    return list(layers)
