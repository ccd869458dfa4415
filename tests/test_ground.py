"""Where findings lie: every piece of ground in the map layers for a GIS, with its own numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pytest
import shapely
from maps import boxes, code, draw, grid_units, shapes, write_plan
from typer.testing import CliRunner

from footprint.cli import app

HEAD = 'title = "T"\ndate = 2021-04-01\n'
LAYERS = '[layers.lad]\npath = "lad.geojson"\n[layers.ics]\npath = "ics.geojson"\n'
NEST = '[[align]]\nsource = "lad"\ntarget = "ics"\nmust = "nest"\n'
ABOUT = ("finding", "rule", "severity", "layer", "code", "area")


def layers(folder: Path, *options: object) -> dict[str, gpd.GeoDataFrame]:
    path = folder / "findings.gpkg"
    done = CliRunner().invoke(app, ["report", str(folder), "-o", str(path), *map(str, options)])
    assert done.exit_code == 0, done.output
    return {str(name): gpd.read_file(path, layer=name) for name, _ in pyogrio.list_layers(path)}


def rows(frame: gpd.GeoDataFrame, *columns: str) -> list[tuple[Any, ...]]:
    """Return columns as tuples, None for what is unknown, numbers to whole ones or three digits."""
    found = []
    for row in frame[list(columns)].itertuples(index=False):
        told = [None if v != v else v for v in row]
        found.append(tuple(round(v) if isinstance(v, float) and v > 1 else v for v in told))
    return found


def corner(frame: gpd.GeoDataFrame) -> list[tuple[int, ...]]:
    """Return the bounds of each shape, in metres from the south-west corner of the map."""
    return [
        (round(w) - 400_000, round(s) - 300_000, round(e) - 400_000, round(n) - 300_000)
        for w, s, e, n in frame.bounds.to_numpy()
    ]


def test_pieces_slivers_overlaps_and_detached_parts(tmp_path: Path) -> None:
    # X takes half of a strip of A, a sliver of B and has an exclave in C; B and C overlap
    x = [shapely.box(0, 0, 8000, 10_000), shapely.box(8000, 0, 10_000.5, 5000)]
    x = shapely.union_all([*x, shapely.box(15_000, 8000, 16_000, 9000)])
    found = layers(
        write_plan(
            tmp_path,
            HEAD + LAYERS + NEST,
            lad=boxes(
                A=(0, 0, 10_000, 10_000), B=(10_000, 0, 20_000, 5000), C=(10_000, 4000, 20_000, 10_000)
            ),
            ics=shapes("ICS", X=x, Y=shapely.box(0, 0, 20_000, 10_000).difference(x)),
        )
    )
    a, c = ("E07000065", "Area A"), ("E07000067", "Area C")
    pieces = found["split_pieces"]
    assert rows(pieces, *ABOUT, "other_layer", "other_name", "people", "area_m2") == [
        (3, "FP201", "error", "lad", *a, "ics", "Area X", None, 90_000_000),
        (3, "FP201", "error", "lad", *a, "ics", "Area Y", None, 10_000_000),
        (4, "FP201", "error", "lad", *c, "ics", "Area Y", None, 58_999_500),
        (4, "FP201", "error", "lad", *c, "ics", "Area X", None, 1_000_500),
    ]
    assert pieces.share.tolist() == pytest.approx([0.9, 0.1, 0.983325, 0.016675])
    assert pieces.area.tolist() == pytest.approx(pieces.area_m2.tolist())
    assert pieces.width_m.tolist()[1::2] == pytest.approx([2000, 1000], rel=0.05)
    assert corner(pieces)[1] == (8000, 5000, 10_000, 10_000)
    assert rows(found["slivers"], "rule", "layer", "area", "other_name", "area_m2", "width_m") == [
        (None, "lad", "Area B", "Area X", 2500, 0.5)
    ]
    assert rows(found["overlaps"], *ABOUT, "beside", "area_m2") == [
        (
            1,
            "FP103",
            "error",
            "lad",
            "E07000066",
            "Area B",
            "Area B (E07000066), Area C (E07000067)",
            10_000_000,
        )
    ]
    assert corner(found["overlaps"]) == [(10_000, 4000, 20_000, 5000)]
    assert rows(found["detached_parts"], *ABOUT, "beside", "area_m2") == [
        (2, "FP106", "info", "ics", "E54000088", "Area X", "Area Y (E54000089)", 1_000_000)
    ]
    assert corner(found["detached_parts"]) == [(15_000, 8000, 16_000, 9000)]
    assert "gaps" not in found
    assert "areas" not in found


def test_gaps_wide_and_narrow_belong_to_their_findings(tmp_path: Path) -> None:
    ring = shapely.box(0, 0, 10_000, 10_000)
    holes = [
        shapely.box(x, 2000, x + w, 4000) for x, w in ((1000, 500), (3000, 0.5), (5000, 0.4), (7000, 900))
    ]
    folder = write_plan(
        tmp_path,
        HEAD + '[layers.lad]\npath = "lad.geojson"\n',
        lad=shapes(A=ring.difference(shapely.union_all(holes)), B=shapely.box(10_000, 0, 20_000, 10_000)),
    )
    found = layers(folder)
    gaps = found["gaps"].sort_values("area_m2", ascending=False)
    # the two narrow ones are counted in one finding, the last
    assert rows(gaps, "finding", "severity", "area_m2", "beside") == [
        (1, "warning", 1_800_000, "Area A (E07000065)"),
        (2, "warning", 1_000_000, "Area A (E07000065)"),
        (3, "info", 1000, "Area A (E07000065)"),
        (3, "info", 800, "Area A (E07000065)"),
    ]
    assert found["findings"].rule.tolist() == ["FP102"] * 3
    assert found["findings"].drawn_in.tolist() == ["gaps"] * 3
    narrow = found["findings"].message.iloc[2]
    assert narrow == "2 narrow gaps between districts, at most 0.5 m wide, 1,800 m² in all"


def with_units(
    folder: Path, points: bool = False, outlines: bool = True, only: tuple[str, ...] = ("lad", "ics")
) -> Path:
    units = grid_units("A A A B")[["LSOA21CD", "geometry"]]
    if points:
        units["geometry"] = units.geometry.centroid
    lookup: dict[str, list[object]] = {
        "LSOA21CD": list(units["LSOA21CD"]),
        "LAD21CD": [code(c) for c in "AAAB"],
        "ICS21CD": [code(c, "ICS") for c in "XXYY"],
    }
    path = 'path = "{0}.geojson"\n' if outlines else ""
    plan = HEAD + '[units]\npath = "units.geojson"\npopulation = { path = "people.csv" }\n'
    for key in ("lad", "ics"):
        plan += f'[layers.{key}]\ngeography = "{key.upper()}"\n{path.format(key) if key in only else ""}'
        plan += 'lookup = { path = "both.csv" }\n'
    return write_plan(
        folder,
        plan + NEST,
        units=units,
        both=lookup,
        people={"LSOA21CD": list(units["LSOA21CD"]), "population": [1000, 2000, 4000, 8000]},
        lad=draw("A A A B"),
        ics=draw("X X Y Y", "ICS"),
    )


@pytest.mark.sampled
@pytest.mark.parametrize(("points", "outlines"), [(False, True), (False, False), (True, True)])
def test_pieces_of_a_split_that_codes_tell_are_drawn_from_what_there_is(
    points: bool, outlines: bool, tmp_path: Path
) -> None:
    found = layers(with_units(tmp_path, points, outlines))["split_pieces"]
    assert rows(found, "area", "other_name", "people") == [
        ("Area A", "Area Y", 4000),
        ("Area A", "Area X", 3000),
    ] or (not outlines)
    assert corner(found) == [(20_000, 0, 30_000, 10_000), (0, 0, 20_000, 10_000)]
    assert found.share.tolist() == pytest.approx([4 / 7, 3 / 7])


def test_pieces_that_cannot_be_drawn_are_told_of(tmp_path: Path) -> None:
    found = layers(with_units(tmp_path, points=True, outlines=False))
    assert "split_pieces" not in found
    text = " ".join(found["about"].astype(str).to_numpy().ravel())
    assert "pieces of split districts in systems: neither units nor districts have outlines" in text


@pytest.mark.parametrize(("drawn", "lacks"), [("lad", "systems"), ("ics", "districts")])
def test_pieces_of_two_layers_of_which_one_has_outlines_are_told_of(
    drawn: str, lacks: str, tmp_path: Path
) -> None:
    found = layers(with_units(tmp_path, points=True, only=(drawn,)))
    assert "split_pieces" not in found
    text = " ".join(found["about"].astype(str).to_numpy().ravel())
    assert f"pieces of split districts in systems: neither units nor {lacks} have outlines" in text


def test_a_piece_in_an_area_without_an_outline_is_left_out_and_the_others_are_drawn(tmp_path: Path) -> None:
    folder = with_units(tmp_path, points=True)
    (folder / "ics.geojson").unlink()
    draw("X X . .", "ICS").to_file(folder / "ics.geojson", engine="pyogrio")
    found = layers(folder)["split_pieces"]
    assert rows(found, "area", "other_name", "people") == [("Area A", "Area X", 3000)]


def test_what_moves_is_drawn_with_its_people(tmp_path: Path) -> None:
    folder = with_units(tmp_path / "plan")
    change = tmp_path / "change"
    change.mkdir()
    (change / "proposal.toml").write_text(
        'title = "C"\neffective_date = 2022-07-01\nbase = "../plan"\nlayer = "ics"\n'
    )
    (change / "assignment.csv").write_text(
        f"code,area\nE01000002,{code('X', 'ICS')}\nE01000000,{code('Y', 'ICS')}\n"
    )
    found = layers(folder, "--proposal", change)["moves"]
    assert rows(found, "layer", "area", "other_name", "people", "units", "area_m2") == [
        ("ics", "Area Y", "Area X", 4000, 1.0, 100_000_000),
        ("ics", "Area X", "Area Y", 1000, 1.0, 100_000_000),
    ]
    assert corner(found) == [(20_000, 0, 30_000, 10_000), (0, 0, 10_000, 10_000)]


def test_a_finding_about_a_whole_area_or_about_units_is_drawn_as_these(tmp_path: Path) -> None:
    folder = with_units(tmp_path)
    plan = (folder / "footprint.toml").read_text()
    (folder / "footprint.toml").write_text(
        f'{plan}[levels]\nsystem = "ics"\n[bands]\nsystem = [5000, 9999]\n'
    )
    lines = (folder / "people.csv").read_text().splitlines()
    (folder / "people.csv").write_text("\n".join(lines[:-1]) + "\n")
    found = layers(folder)["areas"]
    told = dict(zip(found.rule, zip(found.area_m2, corner(found), found.people, strict=False), strict=True))
    assert told["FP301"][:2] == (2e8, (0, 0, 20_000, 10_000))
    assert told["FP301"][2] == 3000
    # a unit without a population, by the code in the evidence
    assert told["FP304"][:2] == (1e8, (30_000, 0, 40_000, 10_000))
