"""Interfaces, and the shape of areas: by hand, and against counting pairs of units."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import shapely
from depth import tries
from hypothesis import given
from hypothesis import strategies as st
from maps import DRAWN_UNITS, code, draw, grid_units, write_plan

import footprint
from footprint.measure.compactness import border_m, compactness
from footprint.measure.interfaces import interfaces
from footprint.plan.model import Plan
from footprint.plan.naming import many, one
from footprint.plan.proposal import apply
from footprint.read.proposalfile import read_proposal
from footprint.results.comparison import compare
from footprint.results.dealing import dealings, for_whom, sentences
from footprint.results.run import check, check_change
from footprint.results.who.answer import answer
from footprint.results.who.codes import codes_of
from footprint.results.who.subject import find_subject

PLAN = f"""\
title = "Interfaces"
{DRAWN_UNITS}[layers.ics]
path = "ics.geojson"
[levels]
system = "ics"
[[align]]
source = "lad"
target = "ics"
should = "nest"
"""


def plan_of(folder: Path, councils: str, systems: str, people: list[int] | None = None) -> Plan:
    units = grid_units(councils)
    write_plan(
        folder, PLAN, units=units[["LSOA21CD", "geometry"]], lad=draw(councils), ics=draw(systems, "ICS"),
        people={"LSOA21CD": list(units["LSOA21CD"]), "population": people or [100] * len(units)},
    )  # fmt: skip
    return footprint.load_plan(folder)


def test_each_interface_is_told_from_both_sides(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "A A B B", "X X X Y")
    told = [
        (row.code, row.other_code, row.population)
        for row in interfaces(plan).itertuples()
    ]  # fmt: skip
    a, b, x, y = code("A"), code("B"), code("X", "ICS"), code("Y", "ICS")
    assert sorted(told) == sorted(
        [(a, x, 200), (b, x, 100), (b, y, 100), (x, a, 200), (x, b, 100), (y, b, 100)]
    )


def test_ground_without_people_is_no_interface(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "A A B B", "X X X Y", [100, 100, 0, 100])
    assert len(interfaces(plan)) == 2 * 2


@tries(15)
@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from("XYZ")), min_size=6, max_size=6))
def test_interfaces_are_the_pairs_that_units_lie_in(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]]
) -> None:
    councils, systems = (" ".join(c[i] for c in cells) for i in (0, 1))
    plan = plan_of(tmp_path_factory.mktemp("p"), councils, systems)
    found = interfaces(plan)
    pairs = {(code(a), code(x, "ICS")) for a, x in cells}
    assert {tuple(p) for p in found[found["layer"] == "lad"][["code", "other_code"]].to_numpy()} == pairs
    assert len(found) == 2 * len(pairs)


def test_a_change_names_who_has_to_deal_with_more(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", "A A B B", "X X X Y")
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "proposal.toml").write_text(
        'title = "P"\neffective_date = 2022-01-01\nlevel = "system"\n', encoding="utf-8"
    )
    x, y = code("X", "ICS"), code("Y", "ICS")

    def more(rows: list[str]) -> list[tuple[str, object, object]]:
        (tmp_path / "p" / "assignment.csv").write_text("\n".join(["code,area", *rows, ""]))
        result = check_change(plan, [read_proposal(tmp_path / "p")])
        return [
            (f.area.code, f.evidence.numbers["interfaces_before"], f.evidence.numbers["interfaces"])
            for f in result.findings
            if f.rule == "FP505" and f.area is not None
        ]

    assert more([f"E01000001,{y}"]) == [(code("A"), 1, 2)]
    assert more([f"E01000002,{y}"]) == []  # B has to deal with fewer
    assert more([f"E01000003,{x}", f"E01000002,{y}"]) == []  # as many as before, though others live there


def test_nobody_has_to_deal_with_more_of_a_level_that_there_was_not(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", "A A B B", "X X Y Y")
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "proposal.toml").write_text(
        'title = "P"\neffective_date = 2022-01-01\nlevel = "neighbourhood"\ncreates = true\n'
        '[[area]]\ncode = "N1"\n[[area]]\ncode = "N2"\n',
        encoding="utf-8",
    )
    rows = "".join(f"E0100000{i},N{1 + i // 2}\n" for i in range(4))
    (tmp_path / "p" / "assignment.csv").write_text(f"code,area\n{rows}")
    result = check_change(plan, [read_proposal(tmp_path / "p")])
    assert not [f for f in result.findings if f.rule == "FP505"]
    assert [s.reason for s in result.skipped if s.rule == "FP505"] == [
        "the plan has no neighbourhoods before the change"
    ]
    assert (one(plan, "neighbourhood"), many(plan, "neighbourhood")) == ("neighbourhood", "neighbourhoods")


def test_an_area_of_a_created_level_is_broken_by_the_change_above_it(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", "A A B B", "X X Y Y")
    levels = {
        "one": 'level = "neighbourhood"\ncreates = true\n[[area]]\ncode = "N1"\n[[area]]\ncode = "N2"\n',
        "two": 'level = "system"\n',
    }
    rows = {
        "one": "".join(f"E0100000{i},N{1 + i // 2}\n" for i in range(4)),
        "two": f"E01000001,{code('Y', 'ICS')}\n",
    }
    for name, text in levels.items():
        (tmp_path / name).mkdir()
        head = f'title = "{name}"\neffective_date = 2022-01-01\n'
        (tmp_path / name / "proposal.toml").write_text(head + text, encoding="utf-8")
        (tmp_path / name / "assignment.csv").write_text(f"code,area\n{rows[name]}")
    result = check_change(plan, [read_proposal(tmp_path / name) for name in levels])
    # the first neighbourhood was whole until its second unit came under another system
    (broken,) = [f for f in result.findings if f.rule == "FP504"]
    assert broken.area is not None
    assert broken.location is not None
    assert (broken.area.code, Path(broken.location.path).parent.name) == ("N1", "two")
    assert not [
        f for f in check_change(plan, [read_proposal(tmp_path / "one")]).findings if f.rule == "FP504"
    ]


def test_people_whom_nobody_has_counted_are_not_left_out_of_a_sum(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", "A A B B", "X X X Y")
    held = (tmp_path / "plan" / "people.csv").read_text().splitlines()
    (tmp_path / "plan" / "people.csv").write_text("\n".join([*held[:2], *held[3:], ""]))  # without the second
    plan = footprint.load_plan(tmp_path / "plan")
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "proposal.toml").write_text(
        'title = "P"\neffective_date = 2022-01-01\nlevel = "system"\n', encoding="utf-8"
    )
    (tmp_path / "p" / "assignment.csv").write_text(f"code,area\nE01000001,{code('Y', 'ICS')}\n")
    result = check_change(plan, [read_proposal(tmp_path / "p")])
    (found,) = [f for f in result.findings if f.rule == "FP505"]
    assert found.evidence.numbers["people"] is None


def test_a_comparison_names_who_deals_with_others(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", "A A B B", "X X X Y")
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "proposal.toml").write_text(
        'title = "P"\neffective_date = 2022-01-01\nlevel = "system"\n[[area]]\n'
        f'code = "E54000099"\nname = "New Y"\nwas = "{code("Y", "ICS")}"\n', encoding="utf-8",
    )  # fmt: skip
    (tmp_path / "p" / "assignment.csv").write_text(
        f"code,area\nE01000002,E54000099\n{code('Y', 'ICS')},E54000099\n"
    )
    before = check(plan)
    found = compare(before, check(apply(plan, read_proposal(tmp_path / "p"))))
    rows = {
        row.code: (row.interfaces_before, row.interfaces_after, row.gained, row.lost)
        for row in found.interfaces.itertuples()
    }
    names = {
        letter: plan.layers[key].name(code(letter, of))
        for letter, key, of in (("B", "lad", "LAD"), ("X", "ics", "ICS"))
    }
    # Y has a new code and deals with B as before; B is whole now
    assert rows == {code("B"): (2, 1, "", names["X"]), code("X", "ICS"): (2, 1, "", names["B"])}
    assert for_whom(found.interfaces) == "fewer for 2 bodies"
    assert sentences(found.after.plan, found.interfaces.to_dict("records")) == [
        f"{names['X']} (system) with 1 local authority district instead of 2; no longer {names['B']}",
        f"{names['B']} (local authority district) with 1 system instead of 2; no longer {names['X']}",
    ]
    assert dealings(plan, plan, {}).empty


def test_who_names_the_same_bodies_as_a_check(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "A A B B C", "X X X Y Y", [100, 100, 0, 100, 50])
    table = interfaces(plan)
    codes = codes_of(plan)
    for layer, code_ in dict.fromkeys(zip(table["layer"], table["code"], strict=True)):
        want = table[(table["layer"] == layer) & (table["code"] == code_)]
        told = answer(codes, find_subject(codes, code_)).dealings
        assert [(d.other_layer, d.other_code, d.other_name, d.population) for d in told] == list(
            want[["other_layer", "other_code", "other_name", "population"]].itertuples(index=False, name=None)
        )
    assert answer(codes, find_subject(codes, "E01000000")).dealings == ()


def test_a_plan_without_a_proposal_has_no_more_interfaces(tmp_path: Path) -> None:
    result = check(plan_of(tmp_path, "A A B B", "X X X Y"))
    assert not [f for f in result.findings if f.rule == "FP505"]
    assert [s.reason for s in result.skipped if s.rule == "FP505"] == ["no proposal is checked"]


# ── shape ───────────────────────────────────────────────────────────────────────────────────────


def test_shape_of_squares(tmp_path: Path) -> None:
    """A is a square of two by two with X; B lies in two parts."""
    plan = plan_of(tmp_path, "A A B\nA A C\nB C C", "X X X\nX X X\nX X X")
    table = compactness(plan, "lad").set_index("code")
    a = table.loc[code("A")]
    assert (a["area_m2"], a["perimeter_m"], a["border_m"]) == (4e8, 80_000, 40_000)
    assert a["polsby_popper"] == pytest.approx(math.pi / 4)
    assert a["reock"] == pytest.approx(2 / math.pi)
    assert table["parts"].to_dict() == {code("A"): 1, code("B"): 2, code("C"): 1}
    assert border_m(plan, "lad", plan.layers["lad"].codes) == 60_000
    assert border_m(plan, "lad", plan.layers["lad"].codes[:1]) == 40_000


@tries(10)
@given(st.lists(st.sampled_from("ABC"), min_size=9, max_size=9))
def test_shape_is_that_of_the_union(tmp_path_factory: pytest.TempPathFactory, cells: list[str]) -> None:
    drawing = "\n".join(" ".join(cells[at : at + 3]) for at in (0, 3, 6))
    plan = plan_of(tmp_path_factory.mktemp("p"), drawing, "\n".join(["X X X"] * 3))
    units = grid_units(drawing)
    for row in compactness(plan, "lad").itertuples():
        union = shapely.union_all(units.geometry[[code(i) == row.code for i in units["letter"]]].to_numpy())
        assert row.perimeter_m == pytest.approx(union.length)
        assert row.polsby_popper == pytest.approx(4 * math.pi * union.area / union.length**2)
        assert row.reock == pytest.approx(
            union.area / (math.pi * shapely.minimum_bounding_radius(union) ** 2)
        )
        # two squares that meet at a corner are two parts
        assert row.parts == len(shapely.get_parts(shapely.buffer(union, -1)))


def test_an_area_without_units_has_no_shape(tmp_path: Path) -> None:
    units = grid_units("A A B C C")
    units = units[units["letter"] != "B"]
    write_plan(
        tmp_path, PLAN, units=units[["LSOA21CD", "geometry"]], lad=draw("A A B C C"),
        ics=draw("X X X X X", "ICS"), people={"LSOA21CD": list(units["LSOA21CD"]), "population": [100] * 4},
    )  # fmt: skip
    table = compactness(footprint.load_plan(tmp_path), "lad").set_index("code")
    assert table["reock"].to_dict() == pytest.approx(
        {code(letter): 2e8 / (math.pi * (10_000**2 + 5_000**2)) for letter in "AC"}
    )


def test_shape_of_outlines_alone(tmp_path: Path) -> None:
    plan = PLAN.partition("[units]")[0] + "[layers.lad]" + PLAN.partition("[layers.lad]")[2]
    write_plan(tmp_path, plan, lad=draw("A A B"), ics=draw("X X X", "ICS"))
    table = compactness(footprint.load_plan(tmp_path), "lad").set_index("code")
    assert table["border_m"].tolist() == [10_000, 10_000]
    assert table.loc[code("A"), "perimeter_m"] == 60_000


def test_a_changed_plan_is_measured_anew(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "plan", "A A B B", "X X X Y")
    before = compactness(plan, "ics")
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "proposal.toml").write_text(
        'title = "P"\neffective_date = 2022-01-01\nlevel = "system"\n', encoding="utf-8"
    )
    (tmp_path / "p" / "assignment.csv").write_text(f"code,area\nE01000002,{code('Y', 'ICS')}\n")
    after = compactness(apply(plan, read_proposal(tmp_path / "p")), "ics")
    assert before["area_m2"].tolist() == [3e8, 1e8]
    assert after["area_m2"].tolist() == [2e8, 2e8]
