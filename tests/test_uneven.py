"""Layers of which a part is drawn far more coarsely than the rest."""

from __future__ import annotations

import string
from pathlib import Path

import numpy as np
import pytest
import shapely
from maps import DRAWN_UNITS, boxes, code, draw, shapes, write_plan

import footprint

SYSTEMS = '[layers.ics]\npath = "ics.geojson"\n[[align]]\nsource = "lad"\ntarget = "ics"\nmust = "nest"\n'
SIDE, SWING, WAVES = 10_000.0, 300.0, 4
"""Of an area and how far its borders swing to either side, metres; how many waves a border has."""


def border(x: float, step: float) -> list[tuple[float, float]]:
    """Return a border from south to north around a line, with a corner every so many metres."""
    north = np.arange(0, SIDE + 1, step)
    return [(x + SWING * np.sin(2 * np.pi * WAVES * y / SIDE), y) for y in north]


def between(west: float, east: float, step: float = 50.0) -> shapely.Polygon:
    """Return the ground between two borders; a long step leaves swings out."""
    return shapely.Polygon(border(west, step) + border(east, step)[::-1])


def layers(coarse: float | None, turn: float = 30_000.0) -> tuple[object, object]:
    """Return districts A to G in a row, C and D perhaps coarse, and systems X and Y beside a line."""
    lads = {c: between(i * SIDE, (i + 1) * SIDE) for i, c in enumerate("ABCDEFG")}
    if coarse is not None:
        lads |= {c: between(i * SIDE, (i + 1) * SIDE, coarse) for i, c in enumerate("ABCD") if c in "CD"}
    return shapes(**lads), shapes("ICS", X=between(0, turn), Y=between(turn, 7 * SIDE))


def split(found: footprint.Overlap) -> set[str]:
    return set(found.table[found.table["verdict"] == "split"]["source"])


def test_all_of_one_detail_is_judged_as_before() -> None:
    found = footprint.overlap(*layers(None))
    assert split(found) == set()
    assert found.unclear.empty


def test_of_an_area_that_is_drawn_more_coarsely_nobody_can_tell() -> None:
    # C and D have a corner every 2,000 m of their borders, which swing every 2,500 m: what either takes there
    # from the other is as wide as the swings
    found = footprint.overlap(*layers(2_000.0))
    assert split(found) == set()
    assert {(str(s), str(t)) for s, t in found.unclear[["source", "target"]].to_numpy()} == {
        (code("C"), code("Y", "ICS")), (code("D"), code("X", "ICS")),
    }  # fmt: skip
    assert found.unclear["width_m"].between(250, 600).all()


@pytest.mark.parametrize("coarse", [None, 2_000.0])
def test_a_wide_part_of_it_is_a_split_all_the_same(coarse: float | None) -> None:
    assert split(footprint.overlap(*layers(coarse, turn=33_000.0))) == {code("D")}


def test_an_area_of_a_few_straight_lines_is_not_coarse() -> None:
    # F ends, and G begins, at a straight line; the system of F goes on 700 m into G
    lads = {c: between(i * SIDE, (i + 1) * SIDE) for i, c in enumerate("ABCDE")}
    lads["F"] = shapely.Polygon([*border(50_000, 50.0), (62_000, SIDE), (60_000, 0)])
    lads["G"] = shapely.Polygon([(60_000, 0), (70_000, 0), (72_000, SIDE), (62_000, SIDE)])
    systems = {c: lads[c] for c in "ABCDE"}
    systems["F"] = shapely.Polygon([*border(50_000, 50.0), (62_700, SIDE), (60_700, 0)])
    systems["G"] = shapely.Polygon([(60_700, 0), (70_000, 0), (72_000, SIDE), (62_700, SIDE)])
    found = footprint.overlap(shapes(**lads), shapes("ICS", **systems))
    assert split(found) == {code("G")}
    assert found.unclear.empty


def test_a_tolerance_that_is_stated_is_believed() -> None:
    assert split(footprint.overlap(*layers(2_000.0), sliver_width_m=200.0)) == {code("C"), code("D")}


def test_units_in_a_piece_prove_nothing_there(tmp_path: Path) -> None:
    lads, systems = layers(2_000.0)
    # two units of 200 m in what D has taken of X
    places = [(x, 4_500, 500) for x in range(1_000, 69_000, 2_000)] + [
        (30_001, 576, 200),
        (29_937, 3_008, 200),
    ]
    squares = [shapely.box(x, y, x + side, y + side) for x, y, side in places]
    units = shapes("LSOA", **dict(zip(string.ascii_letters, squares, strict=False)))
    folder = write_plan(
        tmp_path / "plan", f"title = 'drawn'\n{DRAWN_UNITS}{SYSTEMS}", lad=lads, ics=systems, units=units,
        people={"LSOA21CD": list(units["LSOA21CD"]), "people": [1_000] * len(units)},
    )  # fmt: skip
    result = footprint.check(folder)
    assert [f for f in result.findings if f.rule == "FP201"] == []
    [skipped] = [s.reason for s in result.skipped if s.rule == "FP201"]
    assert "an area is drawn far more coarsely than the rest of its layer" in skipped


# ── cells of a raster ───────────────────────────────────────────────────────────────────────────


def cells(lines: list[float], side: float, start: float = 0.0) -> dict[str, shapely.Geometry]:
    """Return areas of the cells of a raster whose middles lie between slanting lines.

    A line goes 1 m to the east for each 3 m to the north, 90 km far.
    """
    middle = np.arange(start, 120_000, side) + side / 2
    x, y = np.meshgrid(middle, np.arange(start, 90_000, side) + side / 2)
    found = {}
    for name, west, east in zip("ABCDEFG", lines, lines[1:], strict=False):
        inside = (x - y / 3 >= west) & (x - y / 3 < east)
        found[name] = shapely.union_all(
            shapely.box(x - side / 2, y - side / 2, x + side / 2, y + side / 2)[inside]
        )
    return found


LINES = [0.0, 20_000.0, 40_000.0, 60_000.0, 80_000.0]


def slanting(west: float, east: float) -> shapely.Polygon:
    """Return the ground between two lines."""
    return shapely.Polygon([(west, 0), (east, 0), (east + 30_000, 90_000), (west + 30_000, 90_000)])


@pytest.mark.sampled
@pytest.mark.parametrize(("side", "start"), [(400.0, 0.0), (500.0, 100.0)])
def test_cells_of_two_rasters_make_no_splits(side: float, start: float) -> None:
    halves = cells([LINES[0], LINES[2], LINES[4]], side, start)
    systems = shapes("ICS", X=halves["A"], Y=halves["B"])
    found = footprint.overlap(shapes(**cells(LINES, side)), systems)
    assert split(found) == set()
    # cells of one raster are exact; of two, a line lies up to 0.7 of a side beside either
    assert (found.tolerance.metres == 1.0) == (start == 0.0)


@pytest.mark.thorough
def test_cells_of_one_raster_are_exact() -> None:
    systems = cells([LINES[0], LINES[2] + 600, LINES[4]], 500.0)
    found = footprint.overlap(shapes(**cells(LINES, 500.0)), shapes("ICS", X=systems["A"], Y=systems["B"]))
    assert split(found) == {code("C")}


def test_a_map_of_large_squares_is_exact_though_its_borders_go_in_steps() -> None:
    # ten bands of squares of 3 km from the north-west to the south-east, and halves 400 m beside the middle
    side, wide = 3_000.0, 30
    bands = "\n".join(" ".join("ABCDEFGHIJ"[(x + y) // 6] for x in range(wide)) for y in range(wide))
    middle, end = side * wide / 2 + 400, side * wide
    halves = boxes("ICS", X=(0, 0, middle, end), Y=(middle, 0, end, end))
    found = footprint.overlap(draw(bands, size=side), halves)
    assert found.tolerance.metres == 1.0
    # the north-west corner is A, the south-east corner J: neither reaches the middle
    assert split(found) == {code(c) for c in "CDEFGH"}
    assert found.unclear.empty
