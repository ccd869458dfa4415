"""Profiles: policy tests that a plan is judged by."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from maps import draw, grid_units, save
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.model.errors import InputError
from footprint.model.levels import PROFILES, Level
from footprint.plan.parts import Alignment
from footprint.reports.as_html import page as html
from footprint.reports.board import Board

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


# ── bands of layers ─────────────────────────────────────────────────────────────────────────────


def peopled(folder: Path, more: str, **options: str) -> footprint.Plan:
    """Return the plan with 100 people in A and 300 in B, of whom 250 live in X and 150 in Y."""
    units = grid_units("A A B B")
    save(units[["LSOA21CD", "geometry"]], folder / "units.geojson")
    counts = dict(zip(units["LSOA21CD"], (50, 50, 150, 150), strict=True))
    lines = [f"{code},{people}" for code, people in counts.items()]
    (folder / "people.csv").write_text("\n".join(["code,people", *lines, ""]))
    stated = '[units]\npath = "units.geojson"\n'
    stated += 'population = { path = "people.csv", code = "code", value = "people" }\n'
    return plan(folder, stated + more, **options)


def status(judged: footprint.Plan) -> dict[str, object]:
    table = footprint.check(judged, ["FP30"]).population
    return dict(zip(table["name"], table["status"], strict=True))


def test_a_layer_that_is_no_level_has_a_band_by_its_key(folder: Path) -> None:
    judged = peopled(folder, "[bands]\nsystem = [100, 300]\nlad = [150, 250]\n")
    assert status(judged) == {"Area A": "BELOW", "Area B": "ABOVE", "Area X": "WITHIN", "Area Y": "WITHIN"}
    found = {f.rule: f for f in footprint.check(judged, ["FP301", "FP302"]).findings}
    assert (
        found["FP301"].message
        == "Area A (E07000065) has 100 people, 50 fewer than the 150 of a local authority district"
    )
    assert (found["FP302"].layer, found["FP302"].level) == ("lad", None)
    text = CliRunner().invoke(app, ["check", str(folder)]).stdout
    assert "districts, 150 to 250 people: 1 below, 1 above" in text
    page = re.sub(r"<[^>]+>", "", html(Board(footprint.check(judged))))
    assert re.search(r"^ *Districts, band 150 to 250 people$", page, re.M)


def test_a_band_of_a_layer_goes_before_that_of_the_profile(folder: Path) -> None:
    assert status(peopled(folder, "[bands]\nics = [1, 200]\n"))["Area X"] == "ABOVE"
    assert status(peopled(folder, ""))["Area X"] == "BELOW"


def test_a_profile_has_bands_of_kinds_of_area(folder: Path) -> None:
    own = "[profiles.own]\nbands.LAD = [200, 400]\nbands.system = [1, 400]\n"
    judged = peopled(folder, own, profile="own")
    assert status(judged) == {"Area A": "BELOW", "Area B": "WITHIN", "Area X": "WITHIN", "Area Y": "WITHIN"}
    stated = peopled(folder, own + "[bands]\nlad = [1, 100]\n", profile="own")
    assert status(stated)["Area A"] == "WITHIN"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("[bands]\nlads = [1, 2]\n", "Did you mean 'lad'?"),
        ("[bands]\nics = [1, 2]\nsystem = [1, 2]\n", "has bands for system and for ics, which is its layer"),
        ("[bands]\nlad = [2, 1]\n", "bands.lad = [2, 1] is not a range"),
        ("[profiles.own]\nbands.LADD = [1, 2]\n", "'LADD' is neither a level nor a kind of area"),
    ],
)
def test_bands_of_what_there_is_not_are_refused(folder: Path, more: str, told: str) -> None:
    with pytest.raises(InputError) as fault:
        peopled(folder, more)
    assert told in str(fault.value)


# ── the tests of 2025 and 2026 ──────────────────────────────────────────────────────────────────


def test_boards_want_a_million_people_whole_authorities_and_two_trusts(folder: Path) -> None:
    judged = plan(folder, profile="boards-2025")
    assert str(judged.bands[Level.SYSTEM]) == "1,000,000 or more"
    assert judged.align == (Alignment("lad", "ics", "nest", False),)
    assert judged.least_providers == {Level.SYSTEM: 2}
    stated = plan(folder, "[thresholds]\nproviders = { system = 3 }\n", profile="boards-2025")
    assert stated.least_providers == {Level.SYSTEM: 3}
    with pytest.raises(InputError, match="providers is set for place, which is no level"):
        plan(folder, "[thresholds]\nproviders = { place = 3 }\n")


def test_councils_want_half_a_million_people_and_whole_districts(folder: Path) -> None:
    utla = draw("U U U V").rename(columns={"LAD21CD": "UTLA21CD", "LAD21NM": "UTLA21NM"})
    save(utla, folder / "utla.geojson")
    more = '[layers.utla]\npath = "utla.geojson"\ngeography = "UTLA"\ncode = "UTLA21CD"\nname = "UTLA21NM"\n'
    judged = peopled(folder, more, profile="councils-2025")
    assert {(a.source, a.target, a.must) for a in judged.align} == {
        ("lad", "utla", False), ("utla", "ics", False),
    }  # fmt: skip
    found = footprint.check(judged, ["FP201", "FP301"])
    assert {(f.rule, f.layer, f.area.name) for f in found.findings if f.area} == {
        ("FP201", "lad", "Area B"), ("FP301", "utla", "Area U"), ("FP301", "utla", "Area V"),
    }  # fmt: skip
    assert not [f for f in found.findings if f.layer == "ics"]


def test_sources_say_where_only_a_commentary_was_read() -> None:
    told = {key: profile.source for key, profile in PROFILES.items()}
    assert all("commentary" in told[key] for key in ("boards-2025", "councils-2025", "neighbourhood-health"))
    assert "9 September 2025" in told["boards-2025"]
    assert "4 November 2025" in told["councils-2025"]


def test_a_kind_of_area_nests_in_a_level_or_in_another_kind(folder: Path) -> None:
    own = '[profiles.own]\nalign = [{ geography = "LAD", within = "ICS", must = "nest" }]\n'
    assert plan(folder, own, profile="own").align == (Alignment("lad", "ics", "nest", True),)
    for wrong in (own.replace(', within = "ICS"', ""), own.replace("within", 'level = "system", within')):
        with pytest.raises(InputError, match="needs either a level or a kind of area"):
            plan(folder, wrong)


def test_a_provider_that_nobody_can_place_leaves_it_open() -> None:
    folder = Path(__file__).parent / "examples" / "fail" / "fp408-few-providers"
    held = footprint.load_plan(folder)
    assert held.providers is not None
    sites = held.providers.sites
    lost = replace(held.providers, sites=sites.assign(area=sites["area"].where(sites["provider"] != "RZ")))
    found = footprint.check(replace(held, providers=lost), ["FP408"])
    assert found.findings == []
    assert [s.reason for s in found.skipped] == [
        "systems: 1 provider that nobody can place could stand in Area X, Area Y"
    ]
