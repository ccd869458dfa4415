"""Rows of a boundary file without a code: left out and named beyond the plan's ground, a fault in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from maps import ORIGIN, boxes, draw, grid_units, save, write_csv
from shapely.geometry import box
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.model.errors import InputError

Plan = Callable[..., footprint.Plan]


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Return a function that loads a plan of districts A and B, each two units of 10 km, in one system."""

    def load(
        districts: gpd.GeoDataFrame, units: str | gpd.GeoDataFrame | None = "A A B B", more: str = ""
    ) -> footprint.Plan:
        save(districts, tmp_path / "lad.gpkg")
        save(boxes("ICS", X=(0, 0, 40_000, 10_000)), tmp_path / "ics.gpkg")
        head = ""
        if units is not None:
            drawn = grid_units(units) if isinstance(units, str) else units
            save(drawn[["LSOA21CD", "geometry"]], tmp_path / "units.gpkg")
            codes = list(drawn["LSOA21CD"].dropna())
            write_csv(tmp_path / "people.csv", LSOA21CD=codes, population=[1000] * len(codes))
            head = '[units]\npath = "units.gpkg"\npopulation = { path = "people.csv" }\n'
        (tmp_path / "footprint.toml").write_text(
            f'title = "T"\ndate = 2021-04-01\n{head}[layers.lad]\npath = "lad.gpkg"\n{more}\n'
            '[layers.ics]\npath = "ics.gpkg"\n[levels]\nsystem = "ics"\n'
            '[[align]]\nsource = "lad"\ntarget = "ics"\nmust = "nest"\n',
            encoding="utf-8",
        )
        return footprint.load_plan(tmp_path)

    return load


def with_row(written: str | None, *bounds: float) -> gpd.GeoDataFrame:
    """Return districts A and B side by side, and a row without a code on the ground of the bounds."""
    districts = draw("A A B B")
    x, y = ORIGIN
    shape = box(x + bounds[0], y + bounds[1], x + bounds[2], y + bounds[3])
    row = gpd.GeoDataFrame(
        {"LAD20CD": [written], "LAD20NM": ["The rest"]}, geometry=[shape], crs=districts.crs
    )
    districts.columns = ["LAD20CD", "LAD20NM", "geometry"]
    return gpd.GeoDataFrame(pd.concat([districts, row], ignore_index=True), crs=districts.crs)


@pytest.mark.sampled
@pytest.mark.parametrize("written", [None, "", "NA", " ", "NULL"])
@pytest.mark.parametrize("units", ["A A B B", None])
def test_the_rest_of_the_country_is_left_out_and_named(
    plan: Plan, written: str | None, units: str | None
) -> None:
    loaded = plan(with_row(written, 40_000, 0, 90_000, 20_000), units)
    assert [n for n in loaded.notes if "without a code" in n] == [
        "lad.gpkg: 1 row without a code in column 'LAD20CD' (row 3; 1,000.0 km²) left out: none of it is in "
        "the plan's ground"
    ]
    assert list(loaded.layers["lad"].codes) == ["E07000065", "E07000066"]
    result = footprint.check(loaded)
    assert [f.rule for f in result.findings if f.severity == "error"] == []
    assert next(s for s in result.plan.inputs if s.role == "layers.lad").features == 3


@pytest.mark.sampled
@pytest.mark.parametrize(
    "bounds",
    [
        (15_000, 0, 25_000, 10_000),
        (39_000, 0, 90_000, 10_000),
        (5_000, 5_000, 5_000.5, 5_000.5),
        (-1e4, -1e4, 9e4, 3e4),
    ],
)
@pytest.mark.parametrize("units", ["A A B B", None])
def test_in_the_plans_ground_it_is_a_fault(plan: Plan, bounds: tuple[float, ...], units: str | None) -> None:
    with pytest.raises(InputError) as refused:
        plan(with_row("", *bounds), units)
    told = str(refused.value)
    assert "1 row without a code in column 'LAD20CD' (row 3; " in told
    assert "in the plan's ground" in told
    assert "drop_null_codes = true" in told


def test_a_sliver_on_the_border_is_not_in_the_plans_ground(plan: Plan) -> None:
    loaded = plan(with_row(None, 39_999.5, 0, 90_000, 10_000))
    assert any("none of it is in the plan's ground" in n for n in loaded.notes)


@pytest.mark.parametrize("units", ["A A B B", None])
def test_the_plan_may_say_that_it_goes(plan: Plan, units: str | None) -> None:
    loaded = plan(with_row(None, 15_000, 0, 25_000, 10_000), units, "drop_null_codes = true")
    assert [n for n in loaded.notes if "without a code" in n] == [
        "lad.gpkg: 1 row without a code in column 'LAD20CD' (row 3; 100.0 km²) left out, as drop_null_codes "
        "says"
    ]


def test_a_unit_without_a_code_is_left_out_only_beyond_all_layers(plan: Plan) -> None:
    units = grid_units("A A B B C")
    units.loc[4, "LSOA21CD"] = None
    assert len(plan(draw("A A B B"), units).units.codes) == 4  # type: ignore[union-attr]
    units = grid_units("A A B B C")
    units.loc[1, "LSOA21CD"] = None
    with pytest.raises(InputError, match="in the plan's ground"):
        plan(draw("A A B B"), units)


def test_a_file_without_any_code_and_one_read_by_itself_are_refused(plan: Plan, tmp_path: Path) -> None:
    districts = with_row(None, 40_000, 0, 90_000, 10_000)
    save(districts, tmp_path / "alone.gpkg")
    with pytest.raises(InputError, match="1 row without a code"):
        footprint.read_layer(tmp_path / "alone.gpkg")
    districts["LAD20CD"] = None
    with pytest.raises(InputError, match="code"):
        plan(districts)


def test_a_layer_of_areas_and_nothing_else_has_no_ground_to_be_beyond(tmp_path: Path) -> None:
    save(with_row(None, 40_000, 0, 90_000, 10_000), tmp_path / "lad.gpkg")
    with pytest.raises(InputError, match=r"1 row without a code .* drop_null_codes"):
        footprint.plan_from_layers(la=tmp_path / "lad.gpkg")


@pytest.fixture
def beside(tmp_path: Path) -> Callable[..., list[str]]:
    """Return a function that writes districts with a row without a code, and the system of the others."""

    def write(*bounds: float) -> list[str]:
        save(with_row(None, *bounds), tmp_path / "lad.gpkg")
        save(boxes("ICS", X=(0, 0, 40_000, 10_000)), tmp_path / "ics.gpkg")
        return [str(tmp_path / "lad.gpkg"), str(tmp_path / "ics.gpkg")]

    return write


BEYOND, WITHIN = (40_000, 0, 90_000, 10_000), (15_000, 0, 25_000, 10_000)


@pytest.mark.parametrize("turned", [False, True])
def test_two_files_that_are_compared_leave_it_out_as_a_plan_of_them_does(
    beside: Callable[..., list[str]], turned: bool
) -> None:
    files = beside(*BEYOND)
    told = CliRunner().invoke(app, ["overlap", *(files[::-1] if turned else files), "--format", "csv"])
    assert told.exit_code == 0
    assert (
        "lad.gpkg: 1 row without a code in column 'LAD20CD' (row 3; 500.0 km²) left out: none of it is on "
        "areas of the other file" in told.stderr
    )
    found = footprint.overlap(*files).table
    assert set(zip(found["source"], found["target"], strict=True)) == {
        ("E07000065", "E54000088"), ("E07000066", "E54000088"),
    }  # fmt: skip


def test_two_files_that_are_compared_refuse_it_on_the_ground_of_the_other(
    beside: Callable[..., list[str]],
) -> None:
    files = beside(*WITHIN)
    told = CliRunner().invoke(app, ["overlap", *files])
    assert told.exit_code == 2
    assert (
        "lad.gpkg: has 1 row without a code in column 'LAD20CD' (row 3; 100.0 km²) on areas of the other "
        "file. Give each area its code, or delete the rows." in told.stderr
    )
    assert "drop_null_codes" not in told.stderr
    with pytest.raises(InputError, match="on areas of the other file"):
        footprint.overlap(*files)


@pytest.mark.parametrize("bounds", [BEYOND, WITHIN])
def test_a_file_that_is_inspected_shows_it_beside_what_can_be_used(
    beside: Callable[..., list[str]], bounds: tuple[float, ...]
) -> None:
    file, other = beside(*bounds)
    told = CliRunner().invoke(app, ["inspect", file, other, "--format", "json"])
    assert told.exit_code == 0
    layers = json.loads(told.stdout)["layers"]
    assert [(one["areas"], one["without_code"], one["problem"]) for one in layers] == [
        (2, 1, None), (1, 0, None),
    ]  # fmt: skip
    shown = " ".join(CliRunner().invoke(app, ["inspect", file]).stdout.split())
    size = "500.0" if bounds == BEYOND else "100.0"
    assert f"1 row without a code in column 'LAD20CD' (row 3; {size} km²), which `check` refuses" in shown
