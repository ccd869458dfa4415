"""Measure speed and memory, side by side in one run, and print ratios of medians.

    python scripts/bench.py [--data FOLDER] [--runs N]

The national data is looked for in $FOOTPRINT_DATA/england-2021, or in shared/data beside the
checkout. Without it only the start of the program is measured, and that is said.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLAN = ROOT / "tests" / "england.toml"


def main() -> None:
    """Run every measurement."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=national_folder())
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    start_up(options.runs)
    if not options.data.is_dir():
        print(f"no national data at {options.data}: overlaps and the check are not measured")
        return
    overlaps(options.data, options.runs)
    national_check(options.data, max(1, options.runs // 2))


def national_folder() -> Path:
    """Return where the national data should be."""
    named = os.environ.get("FOOTPRINT_DATA")
    return (Path(named) if named else ROOT.parent / "shared" / "data") / "england-2021"


def side_by_side(runs: int, *actions: Callable[[], object]) -> list[float]:
    """Run actions in turn, after one round that is not counted; return the median seconds of each."""
    seconds: list[list[float]] = [[] for _ in actions]
    for counted in range(runs + 1):
        for held, action in zip(seconds, actions, strict=True):
            begun = time.perf_counter()
            action()
            if counted:
                held.append(time.perf_counter() - begun)
    return [statistics.median(held) for held in seconds]


def start_up(runs: int) -> None:
    """Compare `footprint --help` with importing typer, which no command line can do without."""

    def run(*arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)

    mine, typer = side_by_side(
        max(runs, 9),
        lambda: run("-m", "footprint", "--help"),
        lambda: run("-c", "import typer"),
    )
    print(f"footprint --help            {mine:7.3f} s   {mine / typer:5.2f} × import typer ({typer:.3f} s)")


def overlaps(data: Path, runs: int) -> None:
    """Compare the overlap table with geopandas.overlay on the same valid geometry."""
    import geopandas as gpd
    import shapely

    from footprint.layer import Layer, read_layer
    from footprint.overlay import Overlap, by_geometry, tolerance

    layers = {
        key: read_layer(data / name, key=key)
        for key, name in (
            ("lad", "lad20_uk_bgc.shp"),
            ("ccg", "ccg21_en_bgc.shp"),
            ("lsoa", "lsoa11_ew_bgc.gpkg"),
        )
    }

    def fresh(layer: Layer) -> gpd.GeoDataFrame:
        # geometries remember the indexes that were built for them, so each run gets its own copies
        shapes = shapely.from_wkb(shapely.to_wkb(layer.polygons.to_numpy()))
        return layer.areas.set_geometry(shapes, crs=layer.areas.crs)

    def mine(source: Layer, target: Layer) -> Overlap:
        one, other = replace(source, areas=fresh(source)), replace(target, areas=fresh(target))
        return by_geometry(one, other, tolerance(one, other))

    def theirs(source: Layer, target: Layer) -> gpd.GeoDataFrame:
        one, other = fresh(source).reset_index(), fresh(target).reset_index()
        return gpd.overlay(one, other, how="intersection")

    for a, b in (("lsoa", "ccg"), ("lad", "ccg")):
        pair = (layers[a], layers[b])
        own, plain = side_by_side(runs, partial(mine, *pair), partial(theirs, *pair))
        found = mine(*pair).table.set_index(["source", "target"]).area_m2
        expected = theirs(*pair).assign(area=lambda f: f.area).groupby(["code_1", "code_2"]).area.sum()
        difference = (found - expected.rename_axis(["source", "target"])).abs()
        print(
            f"overlap {a:4} × {b} ({len(found):6,} pairs) {own:6.2f} s   geopandas.overlay {plain:.2f} s, "
            f"{plain / own:.2f} times as long; areas differ by at most {difference.max():.1e} m²"
            f"{'' if difference.notna().all() else ', AND PAIRS DIFFER'}"
        )


def national_check(data: Path, runs: int) -> None:
    """Run the whole check of England as a process of its own, and note its peak memory."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "footprint.toml"
        path.write_text(PLAN.read_text(encoding="utf-8").replace("{data}", str(data)), encoding="utf-8")
        command = [sys.executable, "-m", "footprint", "check", str(path), "--fail-on", "never"]
        geometry = [
            sys.executable, "-m", "footprint", "check", "--la", str(data / "lad20_uk_bgc.shp"),
            "--ccg", str(data / "ccg21_en_bgc.shp"), "--ics", str(data / "stp21_en_bgc.shp"),
            "--fail-on", "never",
        ]  # fmt: skip
        whole, three = side_by_side(
            runs,
            lambda: subprocess.run(command, check=True, capture_output=True),
            lambda: subprocess.run(geometry, check=True, capture_output=True),
        )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
    print(f"check of England            {whole:7.2f} s   with LSOAs, lookups and people, all rules")
    print(f"check of three files        {three:7.2f} s   outlines alone, all rules")
    print(f"peak memory of a check      {peak:7.2f} GiB")


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    main()
