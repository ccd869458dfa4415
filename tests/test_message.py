"""The message of a report: what a board reads first, counted by hand on drawn maps."""

from __future__ import annotations

from pathlib import Path

import pytest
from boards import example, proposed
from maps import code, draw, grid_units, write_plan

import footprint
from footprint.reports.content.message import message_of
from footprint.reports.content.message_parts import Told, names, whole
from footprint.results.inherited import parted
from footprint.results.nearby import concerned, elsewhere, here
from footprint.results.run import compare_paths


def test_the_message_of_a_change_names_what_matters() -> None:
    board = proposed()
    told = message_of(board.result, board.change)
    assert told.sentences[:3] == (
        "Nottinghamshire becomes whole.",
        "117,800 people in Bassetlaw come under another system.",
        "Care inside Nottingham and Nottinghamshire falls from 94% to 85%.",
    )
    assert Told("Areas split", "0", "1") in told.figures
    assert Told("Care inside Nottingham and Nottinghamshire", "85%", "94%") in told.figures
    assert len(told.figures) == 3


def test_the_message_of_a_check_names_who_is_split() -> None:
    told = message_of(example().result)
    assert told.sentences[1] == "117,800 people live outside its largest part."
    assert told.sentences[0].startswith("Nottinghamshire is split between ")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "A"], "A and B"),
        (["X and Y", "B"], "X and Y, and B"), (["A", "B", "C", "D", "E"], "A, B, C and 2 more"),
    ],
)  # fmt: skip
def test_names_read_as_a_sentence(given: list[str], told: str) -> None:
    assert names(given) == told


@pytest.mark.parametrize(
    ("share", "limit", "told"),
    [
        (0.846, 0.9, "85%"),
        (0.898, 0.9, "89.8%"),
        (0.899999, 0.9, "90.0%"),
        (0.9, 0.9, "90%"),
        (1.0, None, "100.0%"),
    ],
)
def test_a_share_is_never_rounded_over_its_limit(share: float, limit: float | None, told: str) -> None:
    assert whole(share, limit) == told


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two plans of ten units: district A is split, and then it is called N; nothing else differs."""
    folder = tmp_path_factory.mktemp("inherited")
    plan = (
        'title = "{}"\ndate = 2021-04-01\n[units]\npath = "units.geojson"\n'
        'population = {{ path = "people.csv" }}\n[layers.lad]\npath = "lad.geojson"\n'
        '[layers.ics]\npath = "ics.geojson"\n[[align]]\nsource = "lad"\ntarget = "ics"\nmust = "nest"\n'
    )
    units = grid_units("A A A B B C C D D D")
    for name, lad in (("old", "A A A B B C C D D D"), ("new", "N N B B B C C D D D")):
        write_plan(
            folder / name,
            plan.format(name),
            units=units[["LSOA21CD", "geometry"]],
            people={"LSOA21CD": list(units["LSOA21CD"]), "population": [10, 30, 50, 1, 1, 7, 5, 2, 3, 4]},
            lad=draw(lad),
            ics=draw("X Y Y Y Y Z Y Y Y Y", "ICS"),
        )
    return folder


def test_a_split_of_the_same_people_under_another_name_is_inherited(worlds: Path) -> None:
    change = compare_paths(worlds / "old", [worlds / "new"])
    held = [f for f in change.after.findings if f.inherited]
    assert [f.area.code for f in held if f.area] == [code("N", "LAD")]
    assert held[0].new is False
    assert parted(change.after.plan, held[0]) == {"E01000000"}
    assert not [f for f in (*change.resolved, *change.new) if f.rule == "FP201"]
    told = message_of(change.after, change).sentences
    assert "Area N: the split is inherited (the same people, another name)." in told


def test_what_is_elsewhere_is_as_it_was(worlds: Path) -> None:
    change = compare_paths(worlds / "old", [worlds / "new"])
    near = concerned(change)
    assert ("lad", code("B", "LAD")) in near
    assert ("lad", code("C", "LAD")) not in near
    away = elsewhere(change)
    assert [f.area.code for f in away if f.area and f.rule == "FP201"] == [code("C", "LAD")]
    assert len(here(change, change.remaining)) + len(away) == len(change.remaining)
    assert footprint.check(change.before.plan).findings
