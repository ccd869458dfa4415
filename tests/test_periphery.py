"""Who lives at the edge: on either side of its distance, over rivers, and where nobody can tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from maps import boxes, code, write_plan
from typer.testing import CliRunner

from footprint.cli import app

PLAN = """\
title = "T"
date = 2021-04-01
[units]
{units}geography = "LSOA"
population = {{ path = "people.csv" }}
[layers.ics]
geography = "ICS"
{ics}lookup = {{ path = "lookup.csv" }}
[levels]
system = "ics"
[flows]
path = "flows.csv"
unit = "unit"
provider = "provider"
value = "count"
kind = "count"
[providers]
path = "providers.csv"
code = "provider"
area = "ics"
layer = "ics"
"""
UNITS = ["E01000000", "E01000001", "E01000002"]
X, Y = code("X", "ICS"), code("Y", "ICS")


def run(
    folder: Path,
    metres: float | None = 5000,
    gap: float = 0,
    units: str = 'path = "units.geojson"\n',
    ics: str = 'path = "ics.geojson"\n',
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Check X, whose two units stand 1,000 and 5,000 m from its east edge, and Y beyond a gap."""
    points = [
        shapely.Point(405_000, 305_000),
        shapely.Point(409_000, 305_000),
        shapely.Point(419_000, 305_000),
    ]
    threshold = "" if metres is None else f"[thresholds]\nperiphery_m = {metres}\n"
    write_plan(
        folder,
        PLAN.format(units=units, ics=ics) + threshold,
        units=gpd.GeoDataFrame({"LSOA21CD": UNITS}, geometry=points, crs="EPSG:27700"),
        people={"LSOA21CD": UNITS, "population": [10, 20, 40]},
        lookup={"LSOA21CD": UNITS, "ICS21CD": [X, X, Y]},
        ics=boxes("ICS", X=(0, 0, 10_000, 10_000), Y=(10_000 + gap, 0, 20_000, 10_000)),
        flows={"unit": UNITS, "provider": ["PY", "PY", "PY"], "count": [9, 9, 9]},
        providers={"provider": ["PY"], "ics": [Y]},
    )
    done = CliRunner().invoke(app, ["check", str(folder), "--select", "FP402", "--format", "json"])
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    return document["findings"], {s["rule"]: s["reason"] for s in document["skipped"]}


@pytest.mark.sampled
@pytest.mark.parametrize(("metres", "people"), [(999, None), (1000, 20), (4999, 20), (5000, 30), (1e6, 30)])
def test_a_unit_is_at_the_edge_up_to_the_stated_distance(
    metres: float, people: int | None, tmp_path: Path
) -> None:
    found, _ = run(tmp_path, metres)
    assert [f["evidence"]["people"] for f in found] == ([] if people is None else [people])
    assert [f["area"]["code"] for f in found] == ([] if people is None else [X])


@pytest.mark.parametrize(("gap", "edge"), [(0, True), (299, True), (301, False)])
def test_a_river_of_up_to_300_m_is_a_border_and_an_estuary_is_none(
    gap: float, edge: bool, tmp_path: Path
) -> None:
    found, _ = run(tmp_path, 5000, gap)
    assert [f["evidence"]["total"] for f in found] == [30] * edge


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"metres": None}, "the plan sets no thresholds.periphery_m"),
        ({"units": ""}, "a periphery needs units with outlines or points"),
        ({"ics": ""}, "the systems have no outlines, so their borders are not known"),
    ],
)
def test_an_edge_that_nobody_can_tell_is_skipped(
    changes: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    found, skipped = run(tmp_path, **changes)
    assert found == []
    assert skipped == {"FP402": f"systems: {reason}"}
