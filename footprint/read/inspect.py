"""What is in a boundary file, before anybody trusts it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyogrio
import pyproj

from footprint.model.errors import InputError
from footprint.model.geographies import NamedColumn, looks_foreign, read_column
from footprint.model.history import Period
from footprint.model.layer import Layer
from footprint.model.nations import Scope
from footprint.model.source import split_layer
from footprint.model.vintage import together
from footprint.read.boundary import POINT_TABLES, read_layer
from footprint.read.bulk import read_parquet, unreadable
from footprint.read.crs import crs_name
from footprint.read.files import Opened, readable
from footprint.read.points import refuse_outlines_as_text
from footprint.read.records import load_fiona, opened_by
from footprint.read.table import read_table


@dataclass(frozen=True)
class Outline:
    """What a container says of one of its layers without reading it."""

    layer: str
    driver: str
    crs: str | None
    features: int
    geometry_type: str
    encoding: str
    columns: tuple[str, ...]

    @property
    def code_columns(self) -> tuple[NamedColumn, ...]:
        """The columns whose names say that they hold codes."""
        read = map(read_column, self.columns)
        return tuple(c for c in read if c is not None and c.kind == "code")


@dataclass(frozen=True)
class Inspection:
    """What one layer of a boundary file holds."""

    path: str
    outline: Outline
    problem: InputError | None
    """Why the layer cannot be used as it stands; None if it can."""
    read: Layer | None
    """The layer as `check` would use it; None where there is a problem."""

    @property
    def foreign(self) -> list[str]:
        """Codes that are not of the layer's geography."""
        if self.read is None:
            return []
        return [c for c in self.read.areas.index if looks_foreign(c, self.read.geography)]

    @property
    def period(self) -> Period | None:
        """The days on which all codes of the layer were in force, as far as known; None if there are none."""
        return Period(None, None) if self.read is None else together(self.read.areas.index)


def inspect(
    path: Path | str,
    *,
    layer: str | None = None,
    assume_crs: str | None = None,
    nations: Scope | None = None,
) -> list[Inspection]:
    """Look into a boundary file: at every layer of it, or at the one named.

    For `nations` see `read_layer`.
    Raises InputError where the file cannot be opened at all; what is wrong with one layer stands
    in its `problem`.
    """
    path, layer = split_layer(path, layer)
    if path.suffix.lower() in POINT_TABLES and path.is_file():
        refuse_outlines_as_text(read_table(path))
    with readable(path, layer) as opened:
        outlines = _outlines(opened, path)
    named = [o for o in outlines if opened.layer == o.layer]
    found = []
    for outline in named or outlines:
        choice = outline.layer if len(outlines) > 1 else layer
        problem, read = None, None
        try:
            read = read_layer(path, layer=choice, assume_crs=assume_crs, null_codes="keep", nations=nations)
        except InputError as fault:
            problem = fault
        found.append(Inspection(str(path), outline, problem, read))
    return found


def _outlines(opened: Opened, path: Path) -> list[Outline]:
    if opened.records is None:
        frame = read_parquet(opened.path, path)
        crs = None if frame.crs is None else crs_name(frame.crs)
        kinds = "/".join(sorted(frame.geom_type.dropna().unique()))
        columns = tuple(str(c) for c in frame.columns if c != frame.geometry.name)
        return [Outline(opened.path.stem, "Parquet", crs, len(frame), kinds, "UTF-8", columns)]
    fiona = load_fiona()
    try:
        layers = pyogrio.list_layers(opened.name)
        if not len(layers):
            raise InputError(path, "has no layers", "Fetch or export it again.")
        if fiona is not None:
            with suppress(Exception):  # what fiona cannot do, pyogrio says
                return [_by_fiona(fiona, opened, str(name)) for name, _ in layers]
        return [_by_pyogrio(opened, str(name), kind) for name, kind in layers]
    except InputError:
        raise
    except Exception as fault:  # whatever libraries raise for a file, the file is at fault
        raise unreadable(path, fault) from None


def _by_fiona(fiona: Any, opened: Opened, layer: str) -> Outline:
    """Look into a layer without reading a feature."""
    with opened_by(fiona, opened.path, layer) as records:
        kind = records.schema["geometry"]
        return Outline(
            layer,
            records.driver,
            crs_name(pyproj.CRS.from_wkt(records.crs_wkt)) if records.crs_wkt else None,
            len(records),
            f"{kind.removeprefix('3D ')} Z"
            if kind.startswith("3D ")
            else kind.replace("None", "no geometry"),
            # which of them says how its text is written, fiona keeps to itself
            str(pyogrio.read_info(opened.name, layer=layer)["encoding"]),
            tuple(records.schema["properties"]),
        )


def _by_pyogrio(opened: Opened, layer: str, kind: str | None) -> Outline:
    """Look into a layer where fiona is not installed, or does not know the format."""
    info = pyogrio.read_info(opened.name, layer=layer, force_feature_count=True)
    return Outline(
        layer,
        str(info["driver"]),
        crs_name(pyproj.CRS.from_user_input(info["crs"])) if info["crs"] else None,
        int(info["features"]),
        str(kind or "no geometry"),
        str(info["encoding"]),
        tuple(str(f) for f in info["fields"]),
    )
