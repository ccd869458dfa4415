"""Journeys whose unit nobody knows: in no area and in the bounds, never taken for people from elsewhere."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from depth import tries
from hypothesis import given
from hypothesis import strategies as st
from test_bounds import X, Y, bounds, msoa, world

import footprint
from footprint.measure import localisation

HOMES = [(0, X, 1000), (1, Y, 1000)]
KNOWN: list[tuple[str, str, object]] = [(msoa(0), "A", 81), (msoa(0), "B", 19), (msoa(1), "B", 97)]
SITES: list[tuple[str, str] | tuple[str, str, float]] = [("A", X), ("B", Y)]


def told(plan: footprint.Plan, rule: str) -> list[str]:
    return [f.message for f in footprint.check(plan).findings if f.rule == rule]


@pytest.mark.sampled
@pytest.mark.parametrize(
    "written",
    ["CLOSED", "closed", "NA", "N/A", "-", "unknown", "", "?", "Not known", "NULL", "#N/A", ".", "X"],
)
def test_what_says_nothing_is_unknown(tmp_path: Path, written: str) -> None:
    plan = world(tmp_path, HOMES, [*KNOWN, (written, "A", 11), (written, "B", 7)], SITES)
    # at worst the 7 at B are of X, at best the 11 at A
    assert bounds(plan, X) == (round(81 / 107, 6), 0.81, round(92 / 111, 6))
    [message] = told(plan, "FP406")
    assert message.startswith("18 of 215 in the flows (8.4%) without a unit")
    assert "the bounds say what they could change" in message
    assert told(plan, "FP405") == []
    row = localisation.table(plan).set_index("code").loc[X]
    # nor is it sure that those at A came from elsewhere
    contained = [float(row[f"provider_self_containment{end}"]) for end in ("_min", "", "_max")]
    assert contained == pytest.approx([81 / 92, 81 / 92, 1.0])


@pytest.mark.sampled
@pytest.mark.parametrize(
    "written", ["E02999998", "W02000001", "S02000001", "N00000001", "M99999999", "Wales"]
)
def test_a_code_of_elsewhere_stays_elsewhere(tmp_path: Path, written: str) -> None:
    plan = world(tmp_path, HOMES, [*KNOWN, (written, "A", 11), (written, "B", 7)], SITES)
    assert bounds(plan, X) == (0.81, 0.81, 0.81)
    assert told(plan, "FP406") == []
    [message] = told(plan, "FP405")
    assert "count as people from elsewhere" in message
    assert written in message


@pytest.mark.sampled
@pytest.mark.parametrize("written", ["E92000001", "E2000001", "e02000000", "Leeds 001A", "E99999999"])
def test_what_is_no_code_of_the_kind_is_anybodys_and_named(tmp_path: Path, written: str) -> None:
    plan = world(tmp_path, HOMES, [*KNOWN, (written, "A", 11), (written, "B", 7)], SITES)
    assert bounds(plan, X) == (round(81 / 107, 6), 0.81, round(92 / 111, 6))
    [message] = told(plan, "FP405")
    assert "no codes like the plan's; nobody knows whose journeys these are" in message
    assert written in message


def test_several_rows_of_unknown_units_are_of_several_units(tmp_path: Path) -> None:
    plan = world(tmp_path, HOMES, [*KNOWN, ("NA", "A", 6), ("NA", "A", 5), ("", "A", 1)], SITES)
    assert bounds(plan, X) == (0.81, 0.81, round(93 / 112, 6))
    [message] = told(plan, "FP406")
    assert "12 of 209 in the flows (5.7%) without a unit (blank, NA)" in message


def test_suppressed_journeys_of_unknown_units_are_up_to_seven(tmp_path: Path) -> None:
    plan = world(tmp_path, HOMES, [*KNOWN, ("CLOSED", "B", "*")], SITES)
    assert bounds(plan, X) == (round(81 / 107, 6), 0.81, 0.81)


def test_whether_a_threshold_is_reached_is_left_open(tmp_path: Path) -> None:
    extra = "[thresholds]\nlocalisation_index = { system = 0.8 }\n"
    plan = world(tmp_path, HOMES, [*KNOWN, ("NA", "B", 7)], SITES, extra=extra)
    [message] = told(plan, "FP404")
    assert "7.0% may be added by journeys whose unit nobody knows" in message


def test_a_plan_with_a_unit_called_x_has_it(tmp_path: Path) -> None:
    (tmp_path / "areas.csv").write_text(f"unit,ICB23CD\nX,{X}\nB1,{Y}\n")
    (tmp_path / "people.csv").write_text("unit,population\nX,1000\nB1,1000\n")
    rows = "X,A,81\nX,B,19\nB1,B,97\nB7,A,5\nCLOSED,A,9\n"
    (tmp_path / "flows.csv").write_text(f"unit,provider,count\n{rows}")
    (tmp_path / "providers.csv").write_text(f"provider,ICB23CD\nA,{X}\nB,{Y}\n")
    (tmp_path / "footprint.toml").write_text(
        'title = "Own codes"\ndate = 2024-04-01\n'
        '[units]\ngeography = "OTHER"\npopulation = { path = "people.csv", code = "unit" }\n'
        '[layers.ics]\nlookup = { path = "areas.csv", unit = "unit", code = "ICB23CD" }\n'
        '[levels]\nsystem = "ics"\n[flows]\npath = "flows.csv"\nunit = "unit"\nkind = "count"\n'
        '[providers]\npath = "providers.csv"\narea = "ICB23CD"\n'
    )
    plan = footprint.load_plan(tmp_path)
    assert bounds(plan, X) == (0.81, 0.81, round(90 / 109, 6))
    [elsewhere] = told(plan, "FP405")
    assert "B7" in elsewhere


@tries(25)
@given(seed=st.integers(0, 10**6))
def test_the_truth_lies_inside(tmp_path: Path, seed: int) -> None:
    """Of some journeys of residents and of others the unit is not written down."""
    rng = random.Random(seed)
    homes = [(i, rng.choice([X, Y]), 1000) for i in range(6)]
    inside, total = {X: 0, Y: 0}, {X: 0, Y: 0}
    rows: list[tuple[str, str, object]] = []
    for m, system, _ in homes:
        for provider, area in (("A", X), ("B", Y)):
            lost, written = rng.randrange(9), rng.randrange(1, 90)
            inside[system] += (lost + written) * (area == system)
            total[system] += lost + written
            rows += [(msoa(m), provider, written), (rng.choice(["NA", "CLOSED", "E0200"]), provider, lost)]
    rows = [(f"{code} {at}" if code == "E0200" else code, p, n) for at, (code, p, n) in enumerate(rows)]
    plan = world(tmp_path / str(seed), homes, rows, SITES)
    for area in {system for _, system, _ in homes}:
        least, _, most = bounds(plan, area)
        assert least - 1e-6 <= inside[area] / total[area] <= most + 1e-6
