"""A grid of trials: England's districts in its systems and CCGs, with one side altered at a time.

Districts are simplified and displaced; which of them are split is known from the lookups. For each
trial: splits that are none, splits that were missed, and districts of which nobody could tell.

    python scripts/trials.py FOLDER [--markdown]

FOLDER holds the national data (see tests/conftest.py).
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd

import footprint

SIMPLIFIED = (0, 50, 200, 500)
SHIFTS = ((0, 0), (25, 0), (0, 25), (50, 0), (0, 50), (110, 0), (0, 110), (250, 0), (0, 250))


def truth(folder: Path, column: str) -> set[str]:
    """Return the districts that lie in several areas, by lookup."""
    districts = pd.read_csv(folder / "lookup_lsoa11_ltla20.csv").set_index("lsoa11_code")["ltla20_code"]
    areas = pd.read_csv(folder / "lookup_lsoa11_ccg21_stp21_ltla21.csv").set_index("lsoa11_code")[column]
    pairs = pd.DataFrame({"district": districts, "area": areas}).dropna().drop_duplicates()
    return {str(code) for code in pairs["district"][pairs["district"].duplicated()]}


def simplified(layer: gpd.GeoDataFrame, metres: float, method: str) -> gpd.GeoDataFrame:
    """Return outlines with fewer corners: left out where they matter little, or rounded to a grid."""
    if not metres:
        return layer
    if method == "rounded":
        return layer.set_geometry(layer.geometry.set_precision(metres).make_valid())
    return layer.set_geometry(layer.geometry.simplify(metres).make_valid())


def trials(folder: Path) -> Iterator[dict[str, object]]:
    """Run every trial."""
    districts = gpd.read_file(folder / "lad20_uk_bgc.shp")[["LAD20CD", "LAD20NM", "geometry"]].to_crs(27700)
    districts = districts[districts["LAD20CD"].str.startswith("E")]
    targets = {
        "systems": (gpd.read_file(folder / "stp21_en_bgc.shp"), "stp21_code"),
        "CCGs": (gpd.read_file(folder / "ccg21_en_bgc.shp"), "ccg21_code"),
    }
    for name, (target, column) in targets.items():
        known = truth(folder, column)
        for metres in SIMPLIFIED:
            for method in ("simplified", "rounded") if metres else ("as distributed",):
                drawn = simplified(districts, metres, method)
                for shift in SHIFTS:
                    moved = drawn.set_geometry(drawn.geometry.translate(*shift))
                    row: dict[str, object] = {
                        "target": name, "simplified": metres, "method": method, "east": shift[0],
                        "north": shift[1],
                    }  # fmt: skip
                    begun = time.perf_counter()
                    try:
                        overlap = footprint.overlap(moved, target)
                    except footprint.InputError as refusal:
                        yield row | {"refused": str(refusal)[:60]}
                        continue
                    split = set(overlap.split()["source"])
                    unsure = set(overlap.too_small) | set(overlap.unclear["source"])
                    slivers = overlap.slivers()["width_m"].max()
                    yield row | {
                        "false": len(split - known), "missed": len(known - split - unsure),
                        "cannot_tell": len(unsure), "widest_sliver": slivers,
                        "narrowest_part": overlap.split()["width_m"].min(),
                        "tolerance": overlap.tolerance.metres if overlap.tolerance else None,
                        "shift": overlap.shift.metres if overlap.shift else None,
                        "noise": overlap.shift.noise_m if overlap.shift else None,
                        "seconds": time.perf_counter() - begun,
                    }  # fmt: skip


def main() -> None:
    """Print the table of trials."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    rows = []
    for row in trials(options.folder):
        rows.append(row)
        if not options.markdown:
            print({k: round(v, 1) if isinstance(v, float) else v for k, v in row.items()}, flush=True)
    if options.markdown:
        print(pd.DataFrame(rows).to_markdown(index=False, floatfmt=",.0f"))


if __name__ == "__main__":
    main()
