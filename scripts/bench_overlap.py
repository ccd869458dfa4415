"""Measure the overlap table side by side with geopandas, SedonaDB and mapshaper, where these are installed.

    python scripts/bench_overlap.py [--data FOLDER] [--runs N]

The table of `footprint` has areas, widths, what lies in none and verdicts, after a look at whether the layers
lie beside each other; the others give areas alone. All have the same valid outlines in memory, but for
mapshaper, which is a program of its own: its time is that of reading them and writing a table as well.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from bench import LAYERS, national_folder, side_by_side

from footprint.geometry.by_geometry import by_geometry
from footprint.geometry.pairs import pair_areas
from footprint.geometry.tolerance import tolerance
from footprint.model.layer import Layer
from footprint.read.boundary import read_layer

SQL = (
    "SELECT a.code AS source, b.code AS target, ST_Area(ST_Intersection(a.geometry, b.geometry)) AS area "
    "FROM a JOIN b ON ST_Intersects(a.geometry, b.geometry)"
)


def main() -> None:
    """Measure LSOAs and districts in CCGs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=national_folder())
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    os.environ["FOOTPRINT_CACHE"] = "off"  # what is measured is computed
    names = {key: LAYERS.get(key, "lsoa11_ew_bgc.gpkg") for key in ("lsoa", "lad", "ccg")}
    layers = {key: read_layer(options.data / name, key=key) for key, name in names.items()}
    for source in ("lsoa", "lad"):
        compare(layers[source], layers["ccg"], options.runs)


def compare(one: Layer, other: Layer, runs: int) -> None:
    """Measure one pair of layers, and hold the areas of all against those of geopandas."""
    with tempfile.TemporaryDirectory() as folder:
        actions: dict[str, Callable[[], pd.Series]] = {
            "footprint, verdicts and all": partial(verdicts, one, other),
            "footprint, areas alone": partial(areas, one, other),
            "geopandas.overlay": partial(overlay, one, other),
        }
        if find_spec("sedonadb"):
            actions["SedonaDB"] = partial(sedona, one, other)
        if shutil.which("mapshaper"):
            for layer in (one, other):
                plain(layer).to_file(Path(folder) / f"{layer.key}.shp")
            actions["mapshaper, as a process"] = partial(mapshaper, Path(folder), one.key, other.key)
        expected = actions["geopandas.overlay"]()
        seconds = side_by_side(runs, *actions.values())
        fastest = min(seconds[2:])
        print(f"{one.key} × {other.key}, {len(expected):,} pairs")
        for (name, action), took in zip(actions.items(), seconds, strict=True):
            found = action()
            apart = (found - expected.reindex(found.index)).abs()
            print(
                f"  {name:28} {took:6.2f} s   {took / fastest:5.2f} × the fastest of the others; "
                f"{len(found):,} pairs, areas within {apart.max():.0e} m² of those of geopandas"
            )
        for missing in {"SedonaDB", "mapshaper, as a process"} - set(actions):
            print(f"  {missing.partition(',')[0]} is not installed: not measured")


def plain(layer: Layer) -> gpd.GeoDataFrame:
    """Return code and outline of areas, as copies: geometries keep the indexes that were built for them."""
    shapes = shapely.from_wkb(shapely.to_wkb(layer.polygons.to_numpy()))
    return gpd.GeoDataFrame({"code": layer.polygons.index}, geometry=shapes, crs=layer.polygons.crs)


def verdicts(one: Layer, other: Layer) -> pd.Series:
    """Return the area of each pair, from the table of verdicts."""
    source, target = (
        replace(layer, areas=layer.areas.set_geometry(plain(layer).geometry.to_numpy(), crs=layer.areas.crs))
        for layer in (one, other)
    )
    table = by_geometry(source, target, tolerance(source, target)).table
    return summed(table["source"], table["target"], table["area_m2"])


def areas(one: Layer, other: Layer) -> pd.Series:
    """Return the area of each pair, as the table of verdicts has it."""
    found = pair_areas(*(plain(layer).set_index("code").geometry for layer in (one, other)))
    return summed(found["source"], found["target"], found["area_m2"])


def overlay(one: Layer, other: Layer) -> pd.Series:
    """Return the area of each pair, by geopandas."""
    found = gpd.overlay(plain(one), plain(other), how="intersection")
    return summed(found["code_1"], found["code_2"], found.area)


def sedona(one: Layer, other: Layer) -> pd.Series:
    """Return the area of each pair, by SedonaDB."""
    import sedonadb

    session = sedonadb.connect()
    for name, layer in (("a", one), ("b", other)):
        session.create_data_frame(plain(layer)).to_view(name, overwrite=True)
    found = session.sql(SQL).to_pandas()
    return summed(found["source"], found["target"], found["area"])


def mapshaper(folder: Path, one: str, other: str) -> pd.Series:
    """Return the area of each pair, by mapshaper: a mosaic of both layers."""
    subprocess.run(
        ["mapshaper", "-i", f"{one}.shp", f"{other}.shp", "combine-files",
         "-union", "name=both", "-each", "area = this.area", "-o", "both.csv"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    found = pd.read_csv(folder / "both.csv").dropna()
    return summed(found["code_1"], found["code_2"], found["area"])


def summed(source: Any, target: Any, area: Any) -> pd.Series:
    """Return the area of each pair that shares any."""
    frame = pd.DataFrame({"source": source, "target": target, "area_m2": area})
    found = frame.groupby(["source", "target"])["area_m2"].sum()
    return found[found > 0]


if __name__ == "__main__":
    main()
