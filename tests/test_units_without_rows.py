"""Units of the plan of which a flow file has no row: how much may be missing, and what nothing bounds.

The files are cut, or cover a part: the truth is known here, and the figures that bound it are worked out by
hand.
"""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest
from depth import tries
from hypothesis import given
from hypothesis import strategies as st
from test_bounds import OTHERS, X, Y, bounds, msoa, world

import footprint
from footprint.measure import localisation

Rows = list[tuple[str, str, object]]
SITES: list[tuple[str, str] | tuple[str, str, float]] = [("A", X), ("B", Y)]
# five units of X with about 90 journeys to A and 10 to B, the last with twice as many; and one of Y
USUAL: Rows = [
    (msoa(i), p, n)
    for i, at_a in enumerate((91, 89, 90, 90, 180))
    for p, n in (("A", at_a), ("B", 100 * (1 + (i == 4)) - at_a))
]
HOMES = [*((i, X, 1000) for i in range(6)), (6, Y, 1000)]
OF_Y: Rows = [(msoa(6), "B", 101)]


def told(plan: footprint.Plan) -> tuple[str, str]:
    """Return what the check says of units without flows, and its advice."""
    [found] = [f for f in footprint.check(plan).findings if "of the plan without flows" in f.message]
    return found.message, found.hint


def test_a_unit_without_a_row_may_have_as_many_as_the_busiest_and_anywhere(tmp_path: Path) -> None:
    plan = world(tmp_path, HOMES, [*USUAL, *OF_Y], SITES)
    # 540 of 600 stay; of the sixth unit up to 200, all at B or all at A
    assert bounds(plan, X) == (round(540 / 800, 6), 0.9, round(740 / 800, 6))
    message, hint = told(plan)
    assert message.endswith(
        f"{msoa(5).replace('E02', 'E01')}; what is missing, up to 200, may be inside or not"
    )
    assert "no bound holds" not in hint
    row = localisation.table(plan).set_index("code").loc[X, OTHERS]
    # up to 200 more at A, of 540; up to 200 more leave, beside 60
    assert row.tolist() == pytest.approx([1, 1, 0, 0, 0, 0])
    came = localisation.table(plan).set_index("code").loc[Y, OTHERS]
    # of the 161 at B 101 are of Y; and up to 200 more of X's may be
    assert came.tolist()[:4] == pytest.approx([101 / 361, 101 / 161, 60 / 161, 260 / 361])


def test_that_it_is_in_doubt_is_said_of_a_threshold(tmp_path: Path) -> None:
    extra = "[thresholds]\nlocalisation_index = { system = 0.8 }\n"
    found = footprint.check(world(tmp_path, HOMES, [*USUAL, *OF_Y], SITES, extra=extra)).findings
    [message] = [f.message for f in found if f.rule == "FP404"]
    assert "33.3% is missing of units with hardly any activity or none" in message


def test_half_a_unit_without_a_row_may_do_all_that_is_missing(tmp_path: Path) -> None:
    homes = [*HOMES[:5], (5, X, 500), (5, Y, 500), *HOMES[6:]]
    plan = world(tmp_path / "free", homes, [*USUAL, *OF_Y], SITES)
    assert bounds(plan, X) == (round(540 / 800, 6), 0.9, round(740 / 800, 6))
    assert bounds(plan, Y) == (round(101 / 301, 6), 1.0, 1.0)
    alike = world(tmp_path / "alike", homes, [*USUAL, *OF_Y], SITES, 'journeys_per_head = "alike"\n')
    assert bounds(alike, X) == (round(540 / 700, 6), 0.9, round(640 / 700, 6))
    assert bounds(alike, Y) == (round(101 / 201, 6), 1.0, 1.0)


def test_shares_of_a_unit_without_a_row_are_those_of_its_people(tmp_path: Path) -> None:
    world(tmp_path, [(0, X, 1000), (1, X, 500), (2, Y, 700)], USUAL, SITES)
    rows = [(msoa(0), "A", 0.8), (msoa(0), "B", 0.2), (msoa(2), "B", 1.0)]
    pd.DataFrame(rows, columns=["MSOA21CD", "provider", "count"]).to_csv(tmp_path / "flows.csv", index=False)
    text = (tmp_path / "footprint.toml").read_text(encoding="utf-8")
    text = text.replace('kind = "count"', 'kind = "proportion"')
    (tmp_path / "footprint.toml").write_text(text, encoding="utf-8")
    plan = footprint.load_plan(tmp_path)
    assert bounds(plan, X) == (round(800 / 1500, 6), 0.8, round(1300 / 1500, 6))
    assert "what is missing, up to 500, may be inside or not" in told(plan)[0]


@pytest.mark.parametrize("people", [True, False])
def test_what_nothing_bounds_is_said(tmp_path: Path, people: bool) -> None:
    homes, rows = (HOMES[:4], USUAL[:6]) if people else (HOMES, [*USUAL, *OF_Y])
    plan = world(tmp_path, homes, rows, SITES)
    if not people:
        text = (tmp_path / "footprint.toml").read_text(encoding="utf-8")
        (tmp_path / "footprint.toml").write_text(
            text.replace('population = { path = "people.csv" }\n', ""), encoding="utf-8"
        )
        plan = footprint.load_plan(tmp_path)
    assert bounds(plan, X) == (0.9, 0.9, 0.9)
    message, hint = told(plan)
    assert "may be inside or not" not in message
    assert hint.endswith("Nothing bounds the journeys: no figure and no bound holds for them.")


def test_a_unit_without_people_in_the_population_is_bounded_by_nothing(tmp_path: Path) -> None:
    world(tmp_path, HOMES, [*USUAL, *OF_Y], SITES)
    lines = (tmp_path / "people.csv").read_text().splitlines()
    (tmp_path / "people.csv").write_text("\n".join(lines[:6] + lines[7:]))
    plan = footprint.load_plan(tmp_path)
    assert bounds(plan, X) == (0.9, 0.9, 0.9)
    assert "no bound holds for them" in told(plan)[1]


def test_where_few_are_expected_none_may_be_chance(tmp_path: Path) -> None:
    rows: Rows = [(msoa(i), "A", 4) for i in range(5)]
    plan = world(tmp_path, HOMES, [*rows, *OF_Y], SITES)
    assert bounds(plan, X) == (1.0, 1.0, 1.0)
    assert "may be inside or not" not in told(plan)[0]


def test_a_unit_without_a_row_may_be_cut_off_though_pairs_were_left_out(tmp_path: Path) -> None:
    plan = world(tmp_path, HOMES, [*USUAL, *OF_Y], [*SITES, ("C", Y)], "dropped_below = 10\n")
    # nine of each unit at C, of the one without a row at A and at B too; and up to 200 in no small pairs
    assert bounds(plan, X) == (round(540 / (600 + 54 + 9 + 200), 6), 0.9, round(803 / 863, 6))


def test_journeys_of_nobody_may_be_hidden_at_a_provider_of_which_there_is_no_row(tmp_path: Path) -> None:
    homes = [(0, X, 1000), (1, Y, 1000)]
    rows: Rows = [(msoa(0), "A", 90), (msoa(0), "B", 10), (msoa(1), "B", 50), ("CLOSED", "A", 20)]
    plan = world(tmp_path, homes, rows, [*SITES, ("C", Y)], "dropped_below = 10\n")
    # of CLOSED up to 9 at B and 9 at C, beside 9 of the unit's own at C
    assert bounds(plan, X)[0] == round(90 / (100 + 9 + 9 + 9), 6)
    [share] = (
        footprint.measure_flows(plan, tables=["catchments"])
        .tables["catchments"]
        .query("method == 'first_past_the_post' and provider == 'A'")["uncertain_population"]
    )
    assert share == 0


@tries(40)
@given(
    seed=st.integers(0, 10**6),
    doubts=st.sets(st.sampled_from(["divided", "dropped", "nobodys", "suppressed", "unseen"])),
)
def test_the_truth_lies_inside(tmp_path: Path, seed: int, doubts: set[str]) -> None:
    """A file of which the rows of some units are cut off; these are no busier than the busiest that is left.

    Units lie in two systems, small counts are hidden or left out, and of some rows nobody knows the unit.
    """
    rng = random.Random(seed)
    divided = "divided" in doubts
    where = [rng.choice([X, Y]) for _ in range(10)]
    homes = [(i // 2, where[i if divided else i // 2], rng.choice([800, 1500, 3000])) for i in range(10)]
    homes += [(5 + i, rng.choice([X, Y]), rng.choice([1000, 2500])) for i in range(5)]
    units = sorted({m for m, *_ in homes})
    cut = set(rng.sample(units, rng.randint(1, 4)))
    hosts = {"A": X, "B": Y, "C": X}
    heads = {m: sum(people for n, _, people in homes if n == m) for m in units}
    inside, total, at = ({X: 0, Y: 0} for _ in range(3))
    counts: dict[tuple[str, str], int] = {}
    made = dict.fromkeys(units, 0)
    for m, system, people in homes:
        for provider, host in hosts.items():
            journeys = int(people * rng.choice([0.001, 0.01, 0.03, 0.08]))
            inside[system] += journeys * (host == system)
            total[system] += journeys
            at[host] += journeys
            made[m] += journeys
            if m not in cut:
                lost = "nobodys" in doubts and rng.random() < 0.1
                key = ("NA" if lost else msoa(m), provider)
                counts[key] = counts.get(key, 0) + journeys
    shown: Rows = []
    for (m, provider), n in counts.items():
        if "suppressed" in doubts and 1 <= n <= 7:
            shown.append((m, provider, "*"))
        elif n and not ("dropped" in doubts and n < 10):
            shown.append((m, provider, n))
    # the assumption that the bounds state
    known = {
        m: sum(n if isinstance(n, int) else 1 for c, _, n in shown if c == msoa(m)) / heads[m] for m in units
    }
    if any(made[m] / heads[m] > max(known.values()) for m in cut):
        return
    sites = [*hosts.items(), *([("D", Y)] if "unseen" in doubts else [])]
    stated = "dropped_below = 10\n" if "dropped" in doubts else ""
    if {m for m, *_ in shown} - {"NA"} == set():
        return
    plan = world(tmp_path / f"{seed}{'-'.join(sorted(doubts))}", homes, shown, sites, stated)
    rows = localisation.table(plan).set_index("code")
    for area in {system for _, system, _ in homes}:
        row = rows.loc[area]
        truths = {
            "localisation_index": inside[area] / total[area],
            "provider_self_containment": inside[area] / at[area] if at[area] else None,
            "net_patient_flow": (at[area] - inside[area]) / (total[area] - inside[area])
            if total[area] > inside[area]
            else None,
        }
        for name, truth in truths.items():
            if truth is not None:
                assert not row[f"{name}_min"] - 1e-6 > truth, name
                assert not truth > row[f"{name}_max"] + 1e-6, name


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ([], True),
        ([("NA", "A", 7)], True),
        ([("E92000001", "A", 7)], True),
        ([(msoa(99), "A", 7)], False),
        ([("W02000001", "A", 7)], False),
    ],
)
def test_a_file_of_the_plans_people_alone_does_not_say_who_comes(
    tmp_path: Path, extra: Rows, said: bool
) -> None:
    plan = world(tmp_path, HOMES, [*USUAL, *OF_Y, *extra], SITES)
    found = [note for note in plan.notes if "from beyond the plan" in note]
    assert found == said * [
        "flows.csv: no row is of people from beyond the plan, so nobody knows who comes from there: provider "
        "self-containment, import share and net patient flow, their bounds too, are of the plan's people "
        "alone; flows of everybody at these providers settle it"
    ]
