"""Outlines that are read when they are needed: what is known of them before is what reading them says."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from maps import code, draw, save

import footprint
from footprint.model.geographies import GEOGRAPHIES
from footprint.model.later import changed, is_made, is_none, later, lazy, plain, series
from footprint.plan import derive
from footprint.plan.load import load_plan
from footprint.plan.model import Plan
from footprint.read.attributes import Areas, read_areas
from footprint.read.boundary import read_layer

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "data" / "south-yorkshire"


def agrees(path: Path, layer: str | None = None, **columns: str) -> Areas:
    """Hold what is read without outlines against what is read with them; returns it."""
    found = read_areas(path, layer, columns.get("code"), columns.get("name"), None)
    assert found is not None
    drawn = read_layer(path, layer=layer, **columns)  # type: ignore[arg-type]
    assert found == Areas(drawn.geography, drawn.vintage, dict(drawn.names))
    assert list(found.names) == list(drawn.areas.index)
    return found


def left(path: Path, layer: str | None = None, **columns: str) -> bool:
    return read_areas(path, layer, columns.get("code"), columns.get("name"), None) is None


# ── codes and names of boundary files ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["lad.shp", "ccg.shp", "ics.shp"])
def test_a_shapefile_tells_its_codes_without_outlines(name: str) -> None:
    agrees(EXAMPLE / name)


@pytest.mark.parametrize("layer", ["lsoa", None])
def test_a_geopackage_tells_the_codes_of_the_layer_that_is_meant(layer: str | None) -> None:
    path = EXAMPLE / "boundaries.gpkg"
    several = len(gpd.list_layers(path)) > 1
    assert left(path, layer) if layer is None and several else agrees(path, layer).names
    assert left(path, "no such layer")


@pytest.mark.parametrize("ending", ["shp", "gpkg"])
@pytest.mark.parametrize(
    "edit",
    [
        lambda frame: frame,
        lambda frame: frame.assign(LAD21NM=["Ynys Môn", " Kingston ", ""]),
        lambda frame: frame.assign(LAD21NM=["Area A", None, "Area C"]),
        lambda frame: frame.assign(LAD21CD=["W06000001", "E07000002", "E07000001"]),
        lambda frame: frame.drop(columns="LAD21NM"),
        lambda frame: frame.rename(columns={"LAD21CD": "code", "LAD21NM": "name"}),
        lambda frame: frame.assign(people=[1, 2, 3], share=[0.5, 1.0, 2.0]),
    ],
    ids=["plain", "accents", "nameless", "welsh", "no names", "own headings", "numbers"],
)
def test_codes_and_names_are_those_that_the_outlines_come_with(
    tmp_path: Path, ending: str, edit: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]
) -> None:
    agrees(save(edit(draw("A B C")), tmp_path / f"lad.{ending}"))


@pytest.mark.parametrize("ending", ["shp", "gpkg"])
@pytest.mark.parametrize(
    "edit",
    [
        lambda frame: frame.assign(LAD21CD=["E07000001", "E07000001", "E07000002"]),
        lambda frame: frame.assign(LAD21CD=["E07000001", " E07000003", "E07000002"])[[*frame][::-1]],
        lambda frame: frame.assign(LAD21CD=["E07000001", None, "E07000002"]),
        lambda frame: frame.assign(LAD21CD=[1, 2, 3]),
        lambda frame: frame.assign(LAD21CD=["W06000001", "W06000002", "S12000005"]),
        lambda frame: frame.assign(LAD20CD=frame["LAD21CD"]),
        lambda frame: frame[["geometry"]],
    ],
    ids=["twice", "blanks", "none", "numbers", "abroad", "two columns", "no column"],
)
def test_what_is_not_plain_is_left_to_the_reader_of_outlines(
    tmp_path: Path, ending: str, edit: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]
) -> None:
    path = save(edit(draw("A B C")).set_geometry("geometry").set_crs(27700), tmp_path / f"lad.{ending}")
    # a shapefile keeps no blanks around text
    assert left(path) or (ending == "shp" and agrees(path))


def test_files_that_cannot_be_looked_into_are_left_to_the_reader_of_outlines(tmp_path: Path) -> None:
    whole = save(draw("A B"), tmp_path / "lad.shp").with_suffix(".dbf")
    assert left(tmp_path / "none.shp")
    assert left(save(draw("A B"), tmp_path / "lad.geojson"))
    data = bytearray(whole.read_bytes())
    whole.write_bytes(data[:-5])
    assert left(tmp_path / "lad.shp"), "cut off"
    deleted = data.copy()
    deleted[int.from_bytes(data[8:10], "little")] = ord("*")
    whole.write_bytes(deleted)
    assert left(tmp_path / "lad.shp"), "a record that is deleted"
    whole.write_bytes(data.replace(b"Area A", "Aré A".encode("latin-1") + b" "))
    (tmp_path / "lad.cpg").unlink(missing_ok=True)
    assert left(tmp_path / "lad.shp"), "an encoding that nothing states"
    whole.unlink()
    assert left(tmp_path / "lad.shp"), "no table"
    (tmp_path / "lad.gpkg").write_text("no database")
    assert left(tmp_path / "lad.gpkg")
    sqlite3.connect(tmp_path / "empty.gpkg").close()
    assert left(tmp_path / "empty.gpkg")


def test_a_stated_geography_and_stated_columns_are_kept(tmp_path: Path) -> None:
    frame = draw("A B").rename(columns={"LAD21CD": "own", "LAD21NM": "called"})
    path = save(frame, tmp_path / "own.gpkg")
    found = read_areas(path, None, "own", "called", GEOGRAPHIES["OTHER"])
    assert found == Areas(GEOGRAPHIES["OTHER"], None, {code("A"): "Area A", code("B"): "Area B"})
    assert left(path, code="other")
    assert left(path, code="own", name="other")


# ── the plan ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def plans() -> tuple[Plan, Plan]:
    """The example as it is read at once, and with its outlines left unread."""
    return load_plan(EXAMPLE), load_plan(EXAMPLE, lazy=True)


def test_a_plan_with_unread_outlines_is_the_same_plan(plans: tuple[Plan, Plan]) -> None:
    eager, unread = plans
    assert not any(layer.is_read for layer in unread.layers.values() if layer.is_drawn)
    assert {s.role for s in unread.inputs} < {s.role for s in eager.inputs}
    for key, layer in eager.layers.items():
        other = unread.layers[key]
        assert (layer.geography, layer.base, dict(layer.areas)) == (
            other.geography, other.base, dict(other.areas),
        )  # fmt: skip
        one, two = derive.assignment(eager, key), derive.assignment(unread, key)
        assert one is not None
        assert two is not None
        assert dict(one.areas) == dict(two.areas)
    assert eager.units is not None
    assert unread.units is not None
    assert dict(eager.units.names) == dict(unread.units.names)
    assert eager.units.codes.equals(unread.units.codes)
    assert not unread.units.is_read


def test_unread_outlines_are_read_for_a_check(plans: tuple[Plan, Plan]) -> None:
    eager, unread = (footprint.check(plan) for plan in plans)
    assert [f.message for f in unread.findings] == [f.message for f in eager.findings]
    assert unread.plan.inputs == eager.plan.inputs
    pd.testing.assert_frame_equal(unread.population, eager.population)
    pd.testing.assert_frame_equal(unread.overlap, eager.overlap)


# ── values that are made later ──────────────────────────────────────────────────────────────────


@lazy("codes", "drawn")
@dataclass(frozen=True)
class Thing:
    name: str
    codes: pd.Series
    drawn: str | None


def test_a_value_is_made_once_and_when_it_is_asked_for() -> None:
    made: list[str] = []
    thing = Thing("a", series({"x": 1}), later(lambda: made.append("drawn") or "outline"))
    renamed = changed(thing, name="b")
    assert (made, is_made(thing, "drawn"), is_none(thing, "drawn")) == ([], False, False)
    assert (renamed.name, renamed.drawn, thing.drawn) == ("b", "outline", "outline")
    assert (made, is_made(thing, "drawn")) == (["drawn"], True)
    assert is_none(Thing("c", series({}), None), "drawn")


def test_a_series_is_a_mapping_until_it_is_needed_and_after() -> None:
    thing = Thing("a", series({"x": 1, "y": 2}), None)
    assert plain(thing, "codes") == {"x": 1, "y": 2}
    assert not is_made(thing, "codes")
    pd.testing.assert_series_equal(thing.codes, pd.Series([1, 2], index=["x", "y"]))
    own = Thing("b", pd.Series(["p", None], index=["x", "y"], dtype=object), None)
    assert plain(own, "codes") == {"x": "p", "y": None}
    assert Thing("c", series({}), None).codes.empty
