"""Catchments and periphery as map layers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from footprint.measure.polygons import flow_polygons
from footprint.model.errors import InputError
from footprint.model.output import is_part_of
from footprint.plan.model import Plan


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
    if any(is_part_of(path, name) for name in inputs):
        raise InputError(path, "is an input of this run", "Write to another file.")
    layers = flow_polygons(plan)
    try:
        with tempfile.TemporaryDirectory(dir=path.resolve().parent, prefix=".footprint-") as folder:
            part = Path(folder) / path.name
            for name, frame in layers.items():
                frame.to_file(part, layer=name, driver="GPKG", engine="pyogrio")
            part.replace(path)
    except OSError as fault:
        raise InputError(path, f"cannot be written ({fault.strerror})", "Choose another place.") from None
    return list(layers)
