"""Profiles: policy tests that a plan is judged by."""

from __future__ import annotations

from pathlib import Path

import pytest
from maps import draw, grid_units, save

import footprint
from footprint.model.errors import InputError
from footprint.model.levels import PROFILES, Level
from footprint.plan.parts import Alignment

PLAN = """
title = "Drawn"
date = 2021-04-01
[layers.lad]
path = "lad.geojson"
[layers.ics]
path = "ics.geojson"
[levels]
system = "ics"
"""
OWN = """
[profiles.local]
extends = "2025"
source = "Partnership board"
bands.place = [1, 2]
align = [{ geography = "LAD", level = "system", must = "nest" }]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(draw("A A B B"), tmp_path / "lad.geojson")
    save(draw("X X X Y", "ICS"), tmp_path / "ics.geojson")
    return tmp_path


def plan(folder: Path, more: str = "", **options: str) -> footprint.Plan:
    head = more if more.startswith("profile") else ""
    text = head + PLAN + (more if not head else "")
    (folder / "footprint.toml").write_text(text, encoding="utf-8")
    return footprint.load_plan(folder, **options)  # type: ignore[arg-type]


def test_every_profile_has_a_source_and_a_date() -> None:
    assert all(p.source and p.date for p in PROFILES.values())


def test_a_profile_adds_what_has_to_line_up(folder: Path) -> None:
    assert plan(folder).align == ()
    judged = plan(folder, profile="2025")
    assert judged.align == (Alignment("lad", "ics", "nest", False),)
    [finding] = footprint.check(judged, ["FP201"]).findings
    assert (finding.area.name if finding.area else "", finding.severity) == ("Area B", "warning")


def test_what_the_plan_states_goes_before_the_profile(folder: Path) -> None:
    stated = '[[align]]\nsource = "lad"\ntarget = "ics"\nmust = "nest"\n'
    assert plan(folder, stated, profile="2025").align == (Alignment("lad", "ics", "nest", True),)


def test_a_profile_of_the_plan_extends_another(folder: Path) -> None:
    judged = plan(folder, OWN, profile="local")
    assert str(judged.bands[Level.SYSTEM]) == "1,000,000 or more"
    assert str(judged.bands[Level.PLACE]) == "1 to 2"
    assert judged.profile == "local"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (OWN.replace('"2025"', '"2052"'), "Did you mean '2025'?"),
        (OWN.replace("profiles.local", "profiles.classic"), "which there is"),
        (OWN.replace("[1, 2]", "[2, 1]"), "is not a range"),
        (OWN.replace("extends", "extend"), "Did you mean 'extends'?"),
        (OWN.replace('"LAD"', '"LADD"'), "there is no geography 'LADD'"),
        (OWN.replace(', must = "nest"', ""), 'needs either must = "nest"'),
    ],
)
def test_bad_profiles(folder: Path, more: str, told: str) -> None:
    with pytest.raises(InputError, match=told.replace("?", r"\?")):
        plan(folder, more)


def test_units_do_not_hinder_a_profile(folder: Path) -> None:
    save(grid_units("A A B B")[["LSOA21CD", "geometry"]], folder / "units.geojson")
    judged = plan(folder, '[units]\npath = "units.geojson"\n', profile="2025")
    assert [f.rule for f in footprint.check(judged, ["FP201"]).findings] == ["FP201"]
