"""A grid of trials: England's districts in its systems and CCGs, with one side altered at a time.

Districts, or what they lie in, are simplified and displaced; which districts are split is known from the
lookups. For each trial: splits that are none, splits that were missed, and districts of which nobody could
tell, by outlines alone and by units that are put into both layers as points or as outlines.

    python scripts/trials.py FOLDER RESULTS [--altered targets] [--evidence outlines] [--target systems]
    python scripts/trials.py FOLDER RESULTS --markdown

FOLDER holds the national data (see tests/conftest.py). RESULTS is a file of a JSON object a line: what
stands there is not run again, so that a run that was broken off goes on. `--markdown` prints it as the
table of the guide.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
import warnings
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

import footprint
from footprint.model.errors import Missing
from footprint.plan import derive

SIMPLIFIED = (0, 50, 200, 500)
METHODS = ("simplified", "rounded")
SHIFTS = (0, 25, 50, 110, 250)
EVIDENCE = ("outlines", "points", "units")
TARGETS = {"systems": ("stp21_en_bgc.shp", "stp21_code"), "CCGs": ("ccg21_en_bgc.shp", "ccg21_code")}
ALTERED = ("districts", "targets")
KEY = ("altered", "target", "evidence", "simplified", "method", "east", "north")

PLAN = """\
title = "Trial"
date = 2021-04-01
[units]
geography = "LSOA"
path = "{units}"
code = "LSOA11CD"
[layers.lad]
path = "{districts}"
[layers.area]
path = "{target}"
"""


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
        rounded = layer.geometry.set_precision(metres, mode="pointwise")
        # rings that cross themselves after rounding keep their ground
        return layer.set_geometry(rounded.make_valid(method="structure", keep_collapsed=False))
    return layer.set_geometry(layer.geometry.simplify(metres).make_valid())


def grid(
    altered: list[str], evidence: list[str], targets: list[str], shifts: list[int]
) -> Iterator[dict[str, Any]]:
    """Return what is to be tried, quick and likely things first."""
    for side, kind, target, metres in product(altered, evidence, targets, shifts):
        for east, north in ((metres, 0), (0, metres)) if metres else ((0, 0),):
            for detail in SIMPLIFIED:
                for method in METHODS if detail else ("as distributed",):
                    values = (side, target, kind, detail, method, east, north)
                    yield dict(zip(KEY, values, strict=True))


class Grounds:
    """The layers of the trials, read once."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self.folder, self.scratch = folder, scratch
        districts = gpd.read_file(folder / "lad20_uk_bgc.shp")[["LAD20CD", "LAD20NM", "geometry"]]
        districts = districts.to_crs(27700)
        self.districts = districts[districts["LAD20CD"].str.startswith("E")]
        self.drawn: dict[tuple[str, int, str], gpd.GeoDataFrame] = {}
        self.known = {name: truth(folder, column) for name, (_, column) in TARGETS.items()}
        self.targets = {name: gpd.read_file(folder / file) for name, (file, _) in TARGETS.items()}

    def sides(self, trial: dict[str, Any]) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
        """Return the districts and what they lie in, one of the two as a trial alters it."""
        districts, target = self.districts, self.targets[trial["target"]]
        if trial["altered"] == "districts":
            return self.altered("districts", districts, trial), target
        return districts, self.altered(trial["target"], target, trial)

    def altered(self, name: str, layer: gpd.GeoDataFrame, trial: dict[str, Any]) -> gpd.GeoDataFrame:
        """Return a layer as a trial has it."""
        how = (trial["simplified"], trial["method"])
        drawn = self.drawn.setdefault((name, *how), simplified(layer, *how))
        return drawn.set_geometry(drawn.geometry.translate(trial["east"], trial["north"]))

    def units(self, kind: str) -> Path:
        """Return the file of the units, as outlines or as points in them."""
        path = self.folder / "lsoa11_ew_bgc.gpkg"
        if kind == "units":
            return path
        points = self.scratch / "points.gpkg"
        if not points.exists():
            frame = gpd.read_file(path)[["LSOA11CD", "geometry"]]
            frame = frame[frame["LSOA11CD"].str.startswith("E")]
            frame.set_geometry(frame.geometry.representative_point()).to_file(points)
        return points

    def overlap(self, trial: dict[str, Any]) -> Any:
        """Return how the altered districts lie in the target, on the evidence of the trial."""
        districts, target = self.sides(trial)
        if trial["evidence"] == "outlines":
            return footprint.overlap(districts, target)
        districts.to_file(self.scratch / "districts.gpkg")
        target.to_file(self.scratch / "target.gpkg")
        plan = self.scratch / "footprint.toml"
        plan.write_text(
            PLAN.format(
                units=self.units(trial["evidence"]),
                districts=self.scratch / "districts.gpkg",
                target=self.scratch / "target.gpkg",
            ),
            encoding="utf-8",
        )
        found = derive.overlap(footprint.load_plan(plan), "lad", "area")
        if isinstance(found, Missing):
            raise footprint.InputError(plan, found.reason, "")
        return found


def run(trial: dict[str, Any], grounds: Grounds) -> dict[str, Any]:
    """Run one trial."""
    known = grounds.known[trial["target"]]
    begun = time.perf_counter()
    try:
        overlap = grounds.overlap(trial)
    except footprint.InputError as refusal:
        return trial | {"refused": str(refusal)[:200]}
    split, unsure = set(map(str, overlap.split()["source"])), set(overlap.unsure())
    return trial | {
        "false": sorted(split - known),
        "missed": sorted(known - split - unsure),
        "cannot_tell": sorted(unsure),
        "areas": len(grounds.districts),
        "widest_sliver": float(overlap.slivers()["width_m"].max()),
        "narrowest_part": float(overlap.split()["width_m"].min()),
        "tolerance": overlap.tolerance.metres if overlap.tolerance else None,
        "shift": overlap.shift.metres if overlap.shift else None,
        "seconds": round(time.perf_counter() - begun, 1),
    }


def markdown(rows: list[dict[str, Any]]) -> str:
    """Return the trials as a table: the worst of all ways to draw what is altered and of both directions."""
    frame = pd.DataFrame(rows)
    frame["shift_m"] = frame["east"] + frame["north"]
    shifts = sorted(frame["shift_m"].unique())
    lines = [
        "| altered | in | by | trials | "
        + " | ".join(f"{s:,} m" for s in shifts)
        + " | widest sliver | narrowest part |",
        "|---|---|---|--:|" + "---|" * len(shifts) + "--:|--:|",
    ]
    for (side, kind, target), trials in frame.groupby(["altered", "evidence", "target"], sort=False):
        cells = [_cell(trials[trials["shift_m"] == s].to_dict("records")) for s in shifts]
        sliver, part = trials["widest_sliver"].max(), trials["narrowest_part"].min()
        lines.append(
            f"| {side if side == 'districts' else target} | {target} | {kind} | {len(trials)} | "
            f"{' | '.join(cells)} | {sliver:,.0f} m | {part:,.0f} m |"
        )
    return "\n".join(lines)


def _cell(trials: list[dict[str, Any]]) -> str:
    """Return splits that are none / splits missed / districts of which nobody can tell."""
    if not trials:
        return ""
    if any(isinstance(trial.get("refused"), str) for trial in trials):
        return "refused"
    worst = [max(len(trial[word]) for trial in trials) for word in ("false", "missed", "cannot_tell")]
    return " / ".join(map(str, worst))


def main() -> None:
    """Run what has not been run, or print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--altered", default=",".join(ALTERED))
    parser.add_argument("--evidence", default=",".join(EVIDENCE))
    parser.add_argument("--target", default=",".join(TARGETS))
    parser.add_argument("--shifts", default=",".join(map(str, SHIFTS)))
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    lines = options.results.read_text(encoding="utf-8").splitlines() if options.results.exists() else []
    rows: list[dict[str, Any]] = [json.loads(line) for line in lines]
    if options.markdown:
        print(markdown(rows))
        return
    warnings.simplefilter("ignore")
    done = {tuple(row[key] for key in KEY) for row in rows}
    shifts = [int(metres) for metres in options.shifts.split(",")]
    with tempfile.TemporaryDirectory() as scratch, options.results.open("a", encoding="utf-8") as out:
        grounds = Grounds(options.folder, Path(scratch))
        altered, evidence, targets = (
            each.split(",") for each in (options.altered, options.evidence, options.target)
        )
        for trial in grid(altered, evidence, targets, shifts):
            if tuple(trial.values()) not in done:
                print(json.dumps(run(trial, grounds)), file=out, flush=True)


if __name__ == "__main__":
    main()
