"""A code that several layers share: the one of the plan's levels and date answers, the others are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from maps import draw, grid_units, save
from test_who import document, fault, who

A = "E07000065"


def plan(
    folder: Path, layers: dict[str, tuple[str, str]], levels: dict[str, str], date: str = "2021-04-01"
) -> Path:
    """Write a plan of four units in a row; layers are a heading of codes and a drawing."""
    save(grid_units("A A B B")[["LSOA21CD", "geometry"]], folder / "units.gpkg")
    text = f'title = "T"\ndate = {date}\n[units]\npath = "units.gpkg"\n'
    for key, (heading, drawing) in layers.items():
        areas = draw(drawing)
        areas.columns = [heading, heading.replace("CD", "NM").replace("code", "name"), "geometry"]
        save(areas, folder / f"{key}.gpkg")
        text += f'[layers.{key}]\npath = "{key}.gpkg"\n'
    if levels:
        text += "[levels]\n" + "".join(f'{level} = "{key}"\n' for level, key in levels.items())
    (folder / "footprint.toml").write_text(text, encoding="utf-8")
    return folder


VINTAGES = {"lad19": ("LAD19CD", "A B B B"), "lad21": ("LAD21CD", "A A B B"), "lad23": ("LAD23CD", "A A A B")}


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("date", "levels", "chosen", "units"),
    [
        ("2021-04-01", {}, "lad21", 2),
        ("2022-12-31", {}, "lad21", 2),
        ("2020-04-01", {}, "lad19", 1),
        ("2024-04-01", {}, "lad23", 3),
        ("2018-04-01", {}, "lad19", 1),
        ("2021-04-01", {"place": "lad23"}, "lad23", 3),
        ("2024-04-01", {"place": "lad19", "system": "lad21"}, "lad21", 2),
    ],
)
def test_the_layer_of_the_plans_levels_and_date_answers(
    tmp_path: Path, date: str, levels: dict[str, str], chosen: str, units: int
) -> None:
    folder = plan(tmp_path, VINTAGES, levels, date)
    subject = document(A, folder)["subject"]
    assert (subject["layer"], subject["units"]) == (chosen, units)
    said = who(A, folder).stderr
    assert f"note: {A} is taken for the area of {chosen}; there is also " in said
    assert all(f"{A} (Area A, {key})" in said for key in VINTAGES if key != chosen)


def test_a_layer_that_is_named_answers_without_a_word(tmp_path: Path) -> None:
    folder = plan(tmp_path, VINTAGES, {})
    for key, units in (("lad19", 1), ("lad21", 2), ("lad23", 3)):
        assert document(A, folder, "--layer", key)["subject"]["units"] == units
        assert "there is also" not in who(A, folder, "--layer", key).stderr


def test_a_district_and_an_authority_of_one_code_and_other_ground(tmp_path: Path) -> None:
    folder = plan(
        tmp_path, {"utla": ("CTYUA21CD", "A B B B"), "lad": ("LAD21CD", "A A B B")}, {"place": "lad"}
    )
    assert document(A, folder)["subject"]["layer"] == "lad"
    # in any case, and by the name that both have
    assert document(A.lower(), folder)["subject"]["layer"] == "lad"
    assert document("Area A", folder)["subject"]["layer"] == "lad"


def test_without_dates_the_first_in_the_plan_answers(tmp_path: Path) -> None:
    folder = plan(tmp_path, {"one": ("code", "A B B B"), "two": ("area_code", "A A B B")}, {})
    assert document(A, folder)["subject"]["layer"] == "one"


def test_a_name_of_several_codes_is_still_refused(tmp_path: Path) -> None:
    areas = draw("A A B B")
    areas[next(c for c in areas.columns if c.endswith("NM"))] = "Town"
    folder = plan(tmp_path, {"lad21": ("LAD21CD", "A A B B")}, {})
    areas.columns = ["LAD21CD", "LAD21NM", "geometry"]
    save(areas, folder / "lad21.gpkg")
    assert "'Town' fits several" in fault("Town", folder)
