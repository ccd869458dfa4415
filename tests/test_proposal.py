"""Proposed changes: what they do to a plan, what is wrong with them, and what differs afterwards."""

from __future__ import annotations

import functools
import hashlib
import json
import random
import re
import shutil
import textwrap
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from depth import tries
from documents import hold
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from maps import code, draw, grid_units, save
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.plan import derive
from footprint.plan.model import Plan
from footprint.plan.open import Options
from footprint.plan.proposal import apply
from footprint.read.proposalfile import read_proposal
from footprint.reports import board
from footprint.reports.lookup import lookup_table
from footprint.results.comparison import Comparison, compare
from footprint.results.run import compare_paths

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "data" / "south-yorkshire"
BASSETLAW = ROOT / "data" / "proposals" / "bassetlaw-2022"

DISTRICTS = "A A B B C C\nA A B B C C"
PLACES = "J J K K L L\nJ J K K L L"
SYSTEMS = "X X X X Y Y\nX X X X Y Y"
HEAD = 'title = "A change"\neffective_date = 2022-07-01\nbase = "../plan"\nlevel = "system"\n'


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A plan of twelve units in three districts, three places and two systems."""
    folder = tmp_path / "plan"
    folder.mkdir()
    units = grid_units(DISTRICTS)
    save(units[["LSOA21CD", "geometry"]], folder / "units.geojson")
    people = pd.DataFrame({"LSOA21CD": units["LSOA21CD"], "population": range(100, 112)})
    people.to_csv(folder / "people.csv", index=False)
    for key, drawing, geography in (
        ("lad", DISTRICTS, "LAD"),
        ("ccg", PLACES, "CCG"),
        ("ics", SYSTEMS, "ICS"),
    ):
        save(draw(drawing, geography), folder / f"{key}.geojson")
    layers = "".join(f'[layers.{key}]\npath = "{key}.geojson"\n' for key in ("lad", "ccg", "ics"))
    (folder / "footprint.toml").write_text(
        'title = "Base"\ndate = 2021-04-01\n'
        '[units]\npath = "units.geojson"\npopulation = { path = "people.csv" }\n'
        f'{layers}[levels]\nsystem = "ics"\nplace = "ccg"\n[bands]\nsystem = [1, 9999]\nplace = [1, 9999]\n'
        '[[align]]\nsource = "lad"\ntarget = "ics"\nmust = "nest"\n',
        encoding="utf-8",
    )
    return folder


Writer = Callable[..., Path]


@pytest.fixture
def propose(tmp_path: Path, base: Path) -> Writer:
    """Return a function that writes a proposal beside the plan."""

    def write(rows: str = "", toml: str = "", name: str = "proposal", head: str = HEAD) -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        (folder / "proposal.toml").write_text(head + toml, encoding="utf-8")
        if rows:
            (folder / "assignment.csv").write_text("code,area\n" + rows, encoding="utf-8")
        return tmp_path / name

    return write


def system(letter: str) -> str:
    return code(letter, "ICS")


def applied(base: Path, *proposals: Path) -> Plan:
    plan = footprint.load_plan(base)
    for each in proposals:
        plan = apply(plan, read_proposal(each))
    return plan


def compared(base: Path, *proposals: Path) -> Comparison:
    plan = footprint.load_plan(base)
    after = plan
    for each in proposals:
        after = apply(after, read_proposal(each))
    return compare(footprint.check(plan), footprint.check(after))


def changes(found: Comparison) -> dict[str, str]:
    table = found.areas[found.areas["change"] != "untouched"]
    return dict(zip(table["name"], table["change"], strict=True))


def run(*arguments: object, code_: int = 0) -> str:
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == code_, done.output
    assert "Traceback" not in done.output
    return done.output


# ── what a proposal does ────────────────────────────────────────────────────────────────────────


def test_a_whole_district_moves(base: Path, propose: Writer) -> None:
    found = compared(base, propose(f"{code('B')},{system('Y')}\n"))
    [move] = found.moves.to_dict("records")
    assert (move["from_name"], move["to_name"], move["units"]) == ("Area X", "Area Y", 4)
    # units 2, 3, 8 and 9 of the grid, from the south-west
    assert move["population"] == 102 + 103 + 108 + 109
    assert move["area_m2"] == 4 * 10_000**2
    assert changes(found) == {"Area X": "changed", "Area Y": "changed"}


def test_a_single_unit_moves_and_splits_its_district_and_place(base: Path, propose: Writer) -> None:
    found = compared(base, propose(f"E01000003,{system('Y')}\n"))
    assert found.moves["population"].tolist() == [103]
    new = {(f.rule, f.area.name if f.area else "") for f in found.new}
    assert new == {
        ("FP201", "Area B"), ("FP203", "Area K"), ("FP504", "Area K"),
        ("FP505", "Area B"), ("FP505", "Area K"),
    }  # fmt: skip
    assert all(f.location is not None and f.location.line == 2 for f in found.new)


def test_a_merger_joins_and_moves_nobody(base: Path, propose: Writer) -> None:
    toml = f'[[area]]\ncode = "E54009999"\nname = "All of it"\nwas = "{system("X")}"\n'
    found = compared(base, propose(f"{system('Y')},E54009999\n", toml))
    assert changes(found) == {"All of it": "changed", "Area Y": "abolished"}
    assert found.people_who_move == 0
    assert found.joins["population"].tolist() == [104 + 105 + 110 + 111]
    assert found.people_who_join == 104 + 105 + 110 + 111


def test_an_area_of_a_new_code_is_the_one_on_its_ground(base: Path, propose: Writer) -> None:
    # all of X under a code of its own, without a word of which area it was
    found = compared(
        base, propose(f"{system('X')},E54009999\n", '[[area]]\ncode = "E54009999"\nname = "West"\n')
    )
    assert changes(found) == {"West": "recoded"}
    assert (found.people_who_move, found.people_who_join) == (0, 0)
    assert (found.new, found.resolved) == ([], [])


def test_a_split_creates_an_area(base: Path, propose: Writer) -> None:
    found = compared(
        base, propose(f"{code('A')},E54009999\n", '[[area]]\ncode = "E54009999"\nname = "West"\n')
    )
    assert changes(found) == {"West": "created", "Area X": "changed"}
    assert found.people_who_move == 100 + 101 + 106 + 107


def test_a_new_name_changes_no_finding(base: Path, propose: Writer) -> None:
    found = compared(base, propose(toml=f'[[area]]\ncode = "{system("X")}"\nname = "The West"\n'))
    assert changes(found) == {"The West": "renamed"}
    assert (found.new, found.resolved, found.people_who_move) == ([], [], 0)


@pytest.mark.sampled
@pytest.mark.parametrize("way", ["stated", "by its units", "by its outline"])
def test_a_new_code_changes_no_finding_and_keeps_reasons(
    base: Path, propose: Writer, tmp_path: Path, way: str
) -> None:
    plan = (
        (base / "footprint.toml").read_text(encoding="utf-8").replace("system = [1, 9999]", "system = [1, 9]")
    )
    reason = f'[[accept]]\nrule = "FP302"\narea = "{system("X")}"\nreason = "known"\n'
    (base / "footprint.toml").write_text(plan + reason, encoding="utf-8")
    area = f'[[area]]\ncode = "{system("Z")}"\nname = "Area Z"\n'
    if way == "stated":
        proposal = propose(toml=f'{area}was = "{system("X")}"\n')
    elif way == "by its units":
        proposal = propose(f"{system('X')},{system('Z')}\n", area)
    else:
        save(draw(SYSTEMS.replace("X", "Z"), "ICS"), tmp_path / "new.geojson")
        proposal = propose(head=HEAD + '[boundary]\npath = "../new.geojson"\n')
    found = compared(base, proposal)
    assert changes(found) == {"Area Z": "recoded"}
    assert (found.new, found.resolved) == ([], [])
    assert [f.accepted for f in found.remaining if f.area and f.area.code == system("Z")] == ["known"]


def test_statutory_descriptions_name_districts_and_units_for_the_parts(base: Path, propose: Writer) -> None:
    found = compared(base, propose(f"{code('B')},{system('Y')}\nE01000000,{system('Y')}\n"))
    assert found.moves["units"].tolist() == [5]


def test_proposals_stack(base: Path, propose: Writer) -> None:
    first = propose(f"{code('B')},E54009999\n", '[[area]]\ncode = "E54009999"\nname = "Middle"\n', "first")
    second = propose(f"E54009999,{system('Y')}\n", name="second", head=HEAD.replace("../plan", "../first"))
    plan = applied(base, first, second)
    assigned = derive.assignment(plan, "ics")
    assert assigned is not None
    assert set(assigned.codes) == {system("X"), system("Y")}
    assert "Resolves 0, breaks 0, leaves 0; 422 people move" in run("compare", first, second)
    # the base of the second is the first, so it can be given alone; there the middle joins as a whole
    told = " ".join(run("compare", second).split())
    assert "nobody moves; 422 people come with an area that joins another" in told


def test_outlines_after_a_change_are_those_of_the_units(base: Path, propose: Writer) -> None:
    plan = applied(base, propose(f"{code('B')},{system('Y')}\n"))
    drawn = derive.outlines(plan, "ics")
    assert drawn is not None
    units = gpd.read_file(base / "units.geojson").set_index("LSOA21CD")
    assigned = derive.assignment(plan, "ics")
    assert assigned is not None
    expected = units.dissolve(assigned.codes.reindex(units.index).to_numpy())
    pd.testing.assert_index_equal(drawn.areas.index.sort_values(), expected.index, check_names=False)
    assert drawn.polygons.sort_index().geom_equals(expected.geometry).all()


def test_a_proposed_boundary_file(base: Path, propose: Writer, tmp_path: Path) -> None:
    save(draw(SYSTEMS.replace("X X X X Y Y", "X X Y Y Y Y"), "ICS"), tmp_path / "new.geojson")
    head = HEAD + '[boundary]\npath = "../new.geojson"\n'
    found = compared(base, propose(head=head))
    assert found.moves["population"].tolist() == [102 + 103 + 108 + 109]


@functools.cache
def checked(base: Path) -> footprint.Result:
    """Return the check of a plan, once for all changes to it."""
    return footprint.check(footprint.load_plan(base))


GRID = [f"E01{r:03d}{c:03d}" for r in (0, 1) for c in range(6)]


def test_a_changed_layer_says_which_file_it_is_from(base: Path, propose: Writer) -> None:
    proposal = propose(f"{code('B')},{system('Y')}\n")
    lookup = applied(base, proposal).layers["ics"].lookup
    assert lookup is not None
    # not the proposal.toml beside it
    file = proposal / "assignment.csv"
    assert (Path(lookup.source.path), lookup.source.role) == (file, "layers.ics")
    assert lookup.source.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


@tries(12)
@given(moves=st.dictionaries(st.sampled_from(GRID), st.sampled_from("XYZ"), min_size=1))
def test_a_proposal_and_its_reverse_give_the_plan_back(
    base: Path, propose: Writer, moves: dict[str, str]
) -> None:
    known = checked(base)
    plan = known.plan
    before = derive.assignment(plan, "ics")
    assert before is not None
    new = '[[area]]\ncode = "{}"\nname = "Area Z"\n'.format(system("Z")) if "Z" in moves.values() else ""
    there = propose("".join(f"{u},{system(s)}\n" for u, s in moves.items()), new, "there")
    after = apply(plan, read_proposal(there))
    assert after.proposal is not None
    assert after.proposal.faults == ()
    gone = set(before.codes) - set(derive.assignment(after, "ics").codes)  # type: ignore[union-attr]
    again = "".join(
        f'[[area]]\ncode = "{c}"\nname = "Area {"X" if c == system("X") else "Y"}"\n' for c in sorted(gone)
    )
    back = propose("".join(f"{u},{before.codes[u]}\n" for u in moves), again, "back")
    returned = apply(after, read_proposal(back))
    assert returned.proposal is not None
    assert returned.proposal.faults == ()
    pd.testing.assert_frame_equal(lookup_table(returned), lookup_table(plan))
    result = footprint.check(returned)
    assert result.summary == known.summary
    pd.testing.assert_frame_equal(result.population, known.population)
    moved = compare(known, footprint.check(after))
    assert moved.people_who_move == expected_moves(before.codes, moves)


def expected_moves(was: pd.Series, moves: dict[str, str]) -> int:
    """Return how many come to another area by themselves, counted unit by unit."""
    now = {u: system(moves[u]) if u in moves else str(was[u]) for u in GRID}
    people = {u: 100 + at for at, u in enumerate(GRID)}

    def living(*held: tuple[str, str]) -> int:
        return sum(people[u] for u in GRID if all((was if at == "was" else now)[u] == c for at, c in held))

    old, new = set(was), set(now.values())
    both = {(a, b): living(("was", a), ("now", b)) for a in old for b in new}
    same = {a: b for (a, b), n in both.items() if 2 * n > living(("was", a)) + living(("now", b)) - n}
    same |= {a: a for a in old & new if a not in same and a not in same.values()}
    joins = {a for a in old - set(same) if len({now[u] for u in GRID if was[u] == a}) == 1}
    return sum(people[u] for u in GRID if was[u] not in joins and same.get(was[u]) != now[u])


def test_shared_tables_are_those_of_the_base_and_touched_ones_are_not(base: Path, propose: Writer) -> None:
    plan = footprint.load_plan(base)
    footprint.check(plan)
    derive.overlap(plan, "lad", "ccg")
    after = apply(plan, read_proposal(propose(f"{code('B')},{system('Y')}\n")))
    assert derive.overlap(after, "lad", "ccg") is derive.overlap(plan, "lad", "ccg")
    assert derive.outlines(after, "lad") is derive.outlines(plan, "lad")
    assert derive.overlap(after, "lad", "ics") is not derive.overlap(plan, "lad", "ics")
    fresh = apply(footprint.load_plan(base), read_proposal(propose(f"{code('B')},{system('Y')}\n")))
    messages = [[f.message for f in footprint.check(p).findings] for p in (after, fresh)]
    assert messages[0] == messages[1]


# ── what is wrong with one ──────────────────────────────────────────────────────────────────────


def faults(plan: Plan) -> str:
    """Return rule, line, message and hint of each fault."""
    told = [
        f"{f.rule} line {f.location.line if f.location else 0}: {f.message.partition(';')[0]}. {f.hint}"
        for f in footprint.check(plan, ["FP5"]).findings
    ]
    return "\n".join(line for each in told for line in textwrap.wrap(each, 90))


def test_a_misspelt_code_names_its_line_and_the_nearest_one(base: Path, propose: Writer) -> None:
    plan = applied(base, propose(f"{code('B')},{system('Y')}\nE0100003,{system('Y')}\n"))
    assert faults(plan) == snapshot("""\
FP501 line 3: E0100003 is no unit and no area of the base plan. Did you mean 'E01001003'?
Correct the code.\
""")
    assert derive.assignment(plan, "ics") is not None


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (f"{code('A')},Area Y", f"no area Area Y. That is the name of {system('Y')}."),
        (
            f"area c,{system('X')}",
            f"area c is no unit and no area of the base plan. That is the name of {code('C')}.",
        ),
        (
            f"{code('A')},West",
            "no area West (and 1 more; list them with check --proposal). That is the name of E54000070.",
        ),
    ],
)
def test_a_name_where_a_code_belongs_is_told_its_code(propose: Writer, row: str, told: str) -> None:
    new = '[[area]]\ncode = "E54000070"\nname = "West"\n' if "West" in row else ""
    assert told in run("compare", propose(f"{row}\n", new), code_=2)


def test_an_unknown_area(base: Path, propose: Writer) -> None:
    assert faults(applied(base, propose(f"{code('B')},E5400008\n"))) == snapshot("""\
FP501 line 2: there is no area E5400008. Did you mean 'E54000089'? Areas that are new are
declared under [[area]] in proposal.toml.\
""")


def test_a_unit_given_twice(base: Path, propose: Writer) -> None:
    rows = f"{code('B')},{system('Y')}\nE01000003,{system('X')}\nE01000002,{system('Y')}\n"
    assert faults(applied(base, propose(rows))) == snapshot("""\
FP502 line 3: 1 unit given to E54000089 on line 2 and to E54000088 on line 3: E01000003.
Keep one of the two lines.\
""")


def test_an_area_that_nobody_is_given_to(base: Path, propose: Writer) -> None:
    toml = '[[area]]\ncode = "E54009999"\nname = "Nowhere"\n'
    assert faults(applied(base, propose(f"{code('B')},{system('Y')}\n", toml))) == snapshot("""\
FP503 line 5: nobody is assigned to Nowhere (E54009999). Assign units to it, or take it
out.\
""")


def test_a_complete_proposal_that_leaves_units_out(base: Path, propose: Writer) -> None:
    plan = applied(base, propose(f"{code('A')},{system('X')}\n", "complete = true\n"))
    assert faults(plan) == snapshot("""\
FP503 line 1: 8 units not listed, although the proposal is complete: E01000002, E01000003,
E01000004, E01000005, E01001002 and 3 more. List them, or take `complete` out: then they
stay where they are.\
""")


def test_a_code_that_another_area_has(base: Path, propose: Writer) -> None:
    toml = f'[[area]]\ncode = "{system("Y")}"\nname = "Y"\nwas = "{system("X")}"\n'
    assert faults(applied(base, propose(toml=toml))) == snapshot("""\
FP502 line 5: E54000088 is given the code E54000089, which another area of ics has. Choose
a code that is free, or assign the area to the other one.\
""")


def test_an_old_code_that_nothing_had(base: Path, propose: Writer) -> None:
    toml = '[[area]]\ncode = "E54009999"\nname = "New"\nwas = "E54000099"\n'
    assert faults(applied(base, propose(toml=toml))) == snapshot("""\
FP501 line 5: E54009999 is said to have been E54000099, which is no area of ics. Did you
mean 'E54000089'? Correct `was`.\
""")


def test_a_boundary_that_leaves_units_out(base: Path, propose: Writer, tmp_path: Path) -> None:
    save(draw("X X X X Y .\nX X X X Y Y", "ICS"), tmp_path / "new.geojson")
    plan = applied(base, propose(head=HEAD + '[boundary]\npath = "../new.geojson"\n'))
    assert faults(plan) == snapshot("""\
FP503 line 1: 1 unit in no area of the proposed boundary: E01001005. Complete the
boundary.\
""")


@pytest.mark.parametrize("level", ["place", "neighbourhood"])
def test_a_level_that_there_is_or_a_layer_of_its_name_is_not_created(
    base: Path, propose: Writer, level: str
) -> None:
    # places are a level under another name, and neighbourhoods a layer that is no level
    text = (base / "footprint.toml").read_text(encoding="utf-8")
    text = text.replace("[levels]", '[layers.neighbourhood]\npath = "lad.geojson"\n[levels]')
    (base / "footprint.toml").write_text(text, encoding="utf-8")
    head = HEAD.replace('"system"', f'"{level}"') + "creates = true\n"
    told = " ".join(run("check", propose("E01000000,N1\n", head=head), code_=2).split())
    assert f"creates the {level} level, which the base plan has already. Take `creates` out." in told


def test_nothing_is_applied_in_part(base: Path, propose: Writer) -> None:
    plan = applied(base, propose(f"{code('B')},{system('Y')}\nE01999999,{system('Y')}\n"))
    assert lookup_table(plan).equals(lookup_table(footprint.load_plan(base)))
    result = footprint.check(plan)
    assert {f.rule for f in result.findings} == {"FP501"}
    assert all(s.reason == "the proposal was not applied" for s in result.skipped if s.rule < "FP5")


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("head", "rows", "told"),
    [
        ("effective_date = 2022-07-01\nlevel = 'system'\n", "", "'title' is missing"),
        (HEAD.replace("2022-07-01", "2021-03-31"), "E01000003,X\n", "before the base plan's date 2021-04-01"),
        (HEAD.replace('level = "system"', ""), "E01000003,X\n", 'needs either layer = "…" or level = "…"'),
        (HEAD.replace("system", "neighbourhood"), "E01000003,X\n", "which the base plan does not name"),
        (HEAD.replace('level = "system"', 'layer = "isc"'), "E01000003,X\n", "Did you mean 'ics'?"),
        (HEAD.replace("../plan", "../plam"), "E01000003,X\n", "names a base plan that does not exist"),
        (HEAD.replace('base = "../plan"\n', ""), "E01000003,X\n", "names no base plan"),
        (HEAD, "", "changes nothing"),
        (HEAD + "titel = 1\n", "E01000003,X\n", "Did you mean 'title'?"),
        (HEAD, "E01000003\n", "line 2 has 1 field"),
        (HEAD, "E01000003,\n", "without a code in column 'area'"),
        (HEAD + "[[area]]\ncode = 'a'\n[[area]]\ncode = 'a'\n", "", "has two [[area]] with code a"),
        (HEAD + "level = \n", "", "is not valid TOML"),
    ],
)
def test_bad_proposals_are_told_in_one_line(propose: Writer, head: str, rows: str, told: str) -> None:
    text = run("check", "--proposal", propose(rows, head=head), code_=2)
    assert told in text
    assert text.count("error:") == 1


@pytest.mark.sampled
@pytest.mark.parametrize("form", ["{}", "\ufeff{}", "{}\r\n"])
def test_files_of_spreadsheets(base: Path, propose: Writer, form: str) -> None:
    folder = propose("x,y\n")
    rows = f"code,area\nE01000003, {system('Y')} \n"
    text = form.format(rows.replace("\n", "\r\n") if "\r" in form else rows)
    (folder / "assignment.csv").write_text(text, encoding="utf-8", newline="")
    assert compared(base, folder).moves["units"].tolist() == [1]


def test_a_hundred_thousand_lines(base: Path, propose: Writer) -> None:
    rows = "".join(f"E09{i:06d},{system('Y')}\n" for i in range(99_999)) + f"E01000003,{system('Y')}\n"
    plan = applied(base, propose(rows))
    assert plan.proposal is not None
    assert len(plan.proposal.faults) == 99_999


def test_lines_that_say_the_same_twice_are_no_fault(base: Path, propose: Writer) -> None:
    rows = f"{code('B')},{system('Y')}\nE01000003,{system('Y')}\n"
    assert faults(applied(base, propose(rows))) == ""


# ── the gate ────────────────────────────────────────────────────────────────────────────────────


def test_a_clean_proposal_passes_a_bad_one_fails_a_broken_one_cannot_be_checked(
    base: Path, propose: Writer
) -> None:
    run("check", "--proposal", propose(f"{code('B')},{system('Y')}\n", name="clean"))
    run("check", "--proposal", propose(f"E01000003,{system('Y')}\n", name="bad"), code_=1)
    run("check", "--proposal", propose(f"E01000099,{system('Y')}\n", name="misspelt"), code_=1)
    run("check", "--proposal", propose("E01000003\n", name="broken"), code_=2)


def test_what_was_there_before_fails_nothing(base: Path, propose: Writer, tmp_path: Path) -> None:
    plan = (base / "footprint.toml").read_text(encoding="utf-8").replace('target = "ics"', 'target = "ccg"')
    (base / "footprint.toml").write_text(plan.replace("lad.geojson", "other.geojson"), encoding="utf-8")
    save(draw("A A A B B C\nA A A B B C", "LAD"), base / "other.geojson")
    clean = propose(toml=f'[[area]]\ncode = "{system("X")}"\nname = "West"\n')
    run("check", base, code_=1)
    run("check", "--proposal", clean)
    run("check", "--proposal", clean, "--gate", "all", code_=1)
    run("check", base, "--format", "json", "-o", tmp_path / "known.json", code_=1)
    run("check", base, "--baseline", tmp_path / "known.json")
    run("check", base, "--proposal", clean, "--baseline", tmp_path / "known.json")


def test_findings_say_whether_they_are_new(base: Path, propose: Writer) -> None:
    bad = propose(f"E01000003,{system('Y')}\n")
    done = CliRunner().invoke(app, ["check", "--proposal", str(bad), "--format", "json"])
    document = json.loads(done.stdout)
    assert {f["rule"] for f in document["findings"] if f["new"]} >= {"FP201", "FP203", "FP504"}
    [split] = [f for f in document["findings"] if f["rule"] == "FP201"]
    assert split["location"] == {"path": str(bad / "assignment.csv"), "line": 2}
    assert document["resolved"] == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 1}', '{"version": 2, "findings": []}'])
def test_bad_baselines(base: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "known.json").write_text(text, encoding="utf-8")
    assert "known.json" in run("check", base, "--baseline", tmp_path / "known.json", code_=2)


# ── the report ──────────────────────────────────────────────────────────────────────────────────


def test_the_change_of_2022_makes_nottinghamshire_whole(tmp_path: Path) -> None:
    text = run("compare", EXAMPLE, BASSETLAW)
    start = text.index("Bassetlaw moves")
    assert text[start : text.index("\nDo the boundaries")] == snapshot("""\
Bassetlaw moves to Nottingham and Nottinghamshire
from 1 July 2022, on South Yorkshire and Bassetlaw, and Nottingham and
Nottinghamshire
Nottinghamshire becomes whole.
117,800 people in Bassetlaw come under another system.
Care inside Nottingham and Nottinghamshire falls from 94% to 85%.
4 findings elsewhere are as they were.
Resolves 1, breaks 1, leaves 12; 117,800 people move
Assumed: each district's Census 2021 total is spread evenly over its LSOAs, so
figures below districts are estimates
Assumed: journeys are modelled, not recorded: every stroke admission of
2017–2019 is sent to the acute stroke unit that is nearest by travel time
Assumed: functions.csv: This table illustrates the format. It is not the
published functions and decisions map of either system.

Who moves
  117,800 people  70 units  639.3 km²  South Yorkshire and Bassetlaw →
                                       Nottingham and Nottinghamshire

Who is accountable (before → after)
  for 117,800 people in Bassetlaw the system lead moves from South Yorkshire and
  Bassetlaw Integrated Care System to Nottingham and Nottinghamshire Integrated
  Care System (4 functions: Strategy for health services; Oversight of finance
  and performance; Workforce planning; Shared care records)

Who has to deal with whom (before → after)
  Bodies to deal with, as their areas share people: fewer for 2 bodies, more for
  1 body, others for 2 bodies.
  NHS Bassetlaw CCG (place) with 1 system as before; now also Nottingham and
  Nottinghamshire; no longer South Yorkshire and Bassetlaw
  Nottingham and Nottinghamshire (system) with 2 places instead of 1; now also
  NHS Bassetlaw CCG
  Nottingham and Nottinghamshire (system) with 8 districts instead of 7; now
  also Bassetlaw
  South Yorkshire (system) with 4 places instead of 5; no longer NHS Bassetlaw
  CCG
  South Yorkshire (system) with 4 districts instead of 5; no longer Bassetlaw
  South Yorkshire (system) with 4 upper-tier authorities instead of 5; no longer
  Nottinghamshire
  Bassetlaw (local authority district) with 1 system as before; now also
  Nottingham and Nottinghamshire; no longer South Yorkshire and Bassetlaw
  Nottinghamshire (upper-tier local authority) with 1 system instead of 2; no
  longer South Yorkshire and Bassetlaw

Areas before and after
  2 changed, 88 untouched
                                                 people  band     stays inside
  Nottingham and         changed  1,030,658 → 1,148,458  within  93.9% → 84.6%
  Nottinghamshire
  South Yorkshire (was   changed  1,492,778 → 1,374,978  within  85.4% → 88.1%
  South Yorkshire and
  Bassetlaw)

stroke admissions, 2017 to 2019 (before → after)
  4,311 → 4,802    Nottingham and Nottinghamshire
  7,147 → 6,656    South Yorkshire
""")


def test_a_check_names_what_is_new_and_what_is_resolved() -> None:
    """Care inside has a section of its own, which tells no finding: what is new was only counted."""
    told = run("check", "--proposal", BASSETLAW)
    head, new = told.split("\nNew: 1 finding\n  new warning FP401 low-localisation [systems]: 84.6% of the")
    assert "compared with before: 1 new, 20 known, 1 resolved" in head
    assert "Resolved" not in head
    assert new.index("\nResolved: 1 finding\n  error FP201 split-area") < new.index("\nDo the boundaries")


def test_a_check_has_no_heading_for_what_is_not_there(base: Path, propose: Writer) -> None:
    told = run("check", "--proposal", propose(toml=f'[[area]]\ncode = "{system("X")}"\nname = "West"\n'))
    assert "compared with before: 0 new" in told
    assert not re.search("^(New|Resolved)", told, re.MULTILINE)


def test_the_trade_off_of_2022(tmp_path: Path) -> None:
    run("compare", EXAMPLE, BASSETLAW, "--format", "csv", "-o", tmp_path / "areas.csv")
    table = pd.read_csv(tmp_path / "areas.csv").set_index("before_code")
    flows = pd.read_csv(EXAMPLE / "flows_stroke.csv")
    lookup = pd.read_csv(EXAMPLE / "lookup_lsoa11.csv").set_index("LSOA11CD")
    here = {"DN25LT": "E54000009", "S102JF": "E54000009", "NG174JL": "E54000014", "NG72UH": "E54000014"}
    for column, home in (
        ("localisation_index_before", lookup["STP21CD"]),
        ("localisation_index_after", lookup["STP21CD"].where(lookup["LAD21NM"] != "Bassetlaw", "E54000014")),
    ):
        residents = flows.assign(home=flows["LSOA11CD"].map(home), host=flows["unit"].map(here)).dropna(
            subset="home"
        )
        inside = residents[residents["home"] == residents["host"]].groupby("home")["admissions"].sum()
        expected = inside / residents.groupby("home")["admissions"].sum()
        assert (table.loc[expected.index, column] - expected).abs().max() < 1e-9


def test_json_of_a_comparison_holds_to_its_schema(base: Path, propose: Writer) -> None:
    for arguments in ([EXAMPLE, BASSETLAW], [propose(f"E01000003,{system('Y')}\n")]):
        document = json.loads(
            CliRunner().invoke(app, ["compare", *map(str, arguments), "--format", "json"]).stdout
        )
        hold(document, "compare")
        # only the example says who is accountable
        empty = [name for name, rows in document["tables"].items() if not rows]
        assert empty == ([] if EXAMPLE in arguments else ["accountability", "measures"])


def test_a_comparison_prints_the_same_bytes_twice(base: Path, propose: Writer) -> None:
    rows = [f"{u},{system('Y')}" for u in GRID[:7]]
    first = propose("\n".join(rows) + "\n")
    texts = [run("compare", first, "--format", form) for form in ("terminal", "json", "csv") for _ in (1, 2)]
    assert texts[0::2] == texts[1::2]


def test_the_order_of_lines_changes_nothing_but_their_numbers(base: Path, propose: Writer) -> None:
    rows = [f"{u},{system('Y')}" for u in GRID[:7]]
    text = run("compare", propose("\n".join(rows) + "\n"), "--format", "json")
    random.Random(1).shuffle(rows)
    other = run("compare", propose("\n".join(rows) + "\n"), "--format", "json")

    def plain(report: str) -> str:
        return re.sub(r'"line": \d+|"sha256": "[0-9a-f]+"', "", report)

    assert plain(other) == plain(text)


def test_two_boundary_files_with_units_and_without(base: Path, tmp_path: Path) -> None:
    save(draw("X X Y Y Y Y\nX X X X Y Y", "ICS"), tmp_path / "after.geojson")
    pair = (base / "ics.geojson", tmp_path / "after.geojson")
    assert "200.0 km² move" in run("compare", *pair)
    people = ("--units", base / "units.geojson", "--population", base / "people.csv")
    assert "217 people move" in run("compare", *pair, *people)


def test_two_plans(base: Path, propose: Writer, tmp_path: Path) -> None:
    other = shutil.copytree(base, tmp_path / "other")
    save(draw("X X Y Y Y Y\nX X X X Y Y", "ICS"), other / "ics.geojson")
    assert "breaks 2" in run("compare", base, other)


def test_the_lookup_of_a_proposal(base: Path, propose: Writer, tmp_path: Path) -> None:
    bad = propose(f"E01000003,{system('Y')}\n")
    run("export", "--lookup", "--proposal", bad, "-o", tmp_path / "lookup.csv")
    table = pd.read_csv(tmp_path / "lookup.csv").set_index("unit")
    assert list(table.columns[:4]) == ["system_code", "system_name", "place_code", "place_name"]
    assert table.loc["E01000003", ["system_code", "place_code"]].tolist() == [system("Y"), code("K", "CCG")]
    assert (table["system_code"] == system("Y")).sum() == 5


# ── England ─────────────────────────────────────────────────────────────────────────────────────


def of_nation(nation: footprint.Result, folder: Path, rows: str, toml: str = "") -> Comparison:
    (folder / "proposal.toml").write_text(HEAD + toml, encoding="utf-8")
    if rows:
        (folder / "assignment.csv").write_text("code,area\n" + rows, encoding="utf-8")
    return compare(nation, footprint.check(apply(nation.plan, read_proposal(folder))))


def people_of(england: Path, column: str, value: str) -> int:
    areas = pd.read_csv(england / "lookup_lsoa11_ccg21_stp21_ltla21.csv").set_index("lsoa11_code")
    people = pd.read_csv(england / "population_lsoa11_mid2020.csv").set_index("lsoa11_code")[
        "total_population"
    ]
    return int(people[areas[column] == value].sum())


@pytest.mark.thorough
@pytest.mark.national
def test_england_merging_two_systems(nation: footprint.Result, england: Path, tmp_path: Path) -> None:
    # Surrey Heartlands and Sussex become one
    toml = '[[area]]\ncode = "E54009999"\nname = "Surrey and Sussex"\n'
    found = of_nation(nation, tmp_path, "E54000052,E54009999\nE54000053,E54009999\n", toml)
    assert changes(found) == {
        "Surrey and Sussex": "changed",
        "Surrey Heartlands Health and Care Partnership": "abolished",
    }
    surrey = people_of(england, "stp21_code", "E54000052")
    both = surrey + people_of(england, "stp21_code", "E54000053")
    # more than half of the new system is Sussex, so it goes on; Surrey joins it as a whole
    assert (found.people_who_move, found.people_who_join) == (0, surrey)
    row = found.areas.set_index("code").loc["E54009999"]
    assert (row["population_after"], row["status_after"]) == (both, "WITHIN")


@pytest.mark.thorough
@pytest.mark.national
def test_england_moving_one_lsoa(nation: footprint.Result, england: Path, tmp_path: Path) -> None:
    people = pd.read_csv(england / "population_lsoa11_mid2020.csv").set_index("lsoa11_code")[
        "total_population"
    ]
    areas = pd.read_csv(england / "lookup_lsoa11_ccg21_stp21_ltla21.csv").set_index("lsoa11_code")
    unit = str(areas.index[areas["ltla21_name"] == "Bassetlaw"][0])
    found = of_nation(nation, tmp_path, f"{unit},E54000014\n")
    assert found.people_who_move == people[unit]
    assert ("FP201", "Bassetlaw") in {(f.rule, f.area.name) for f in found.new if f.area}
    assert ("FP504", "NHS Bassetlaw CCG") in {(f.rule, f.area.name) for f in found.new if f.area}


@pytest.mark.national
def test_england_moving_a_district(nation: footprint.Result, england: Path, tmp_path: Path) -> None:
    found = of_nation(nation, tmp_path, "E07000171,E54000014\n")
    assert found.people_who_move == people_of(england, "ltla21_code", "E07000171")
    assert [(f.rule, f.area.name) for f in found.resolved if f.area] == [("FP201", "Nottinghamshire")]
    assert found.new == []
    size = found.areas.set_index("code")["population_after"]
    assert size["E54000014"] == people_of(england, "stp21_code", "E54000014") + found.people_who_move


@pytest.mark.thorough
@pytest.mark.national
def test_england_renaming_moves_nobody(nation: footprint.Result, tmp_path: Path) -> None:
    found = of_nation(nation, tmp_path, "", '[[area]]\ncode = "E54000009"\nname = "South Yorkshire"\n')
    assert changes(found) == {"South Yorkshire": "renamed"}
    assert (found.new, found.resolved, len(found.moves)) == ([], [], 0)
    assert len(found.remaining) == len(nation.findings)


@pytest.mark.national
def test_england_a_typing_error(nation: footprint.Result, tmp_path: Path) -> None:
    found = of_nation(nation, tmp_path, "E07000171,E54000014\nE0700171,E54000014\n")
    [fault] = [f for f in found.after.findings if f.rule == "FP501"]
    assert fault.location is not None
    assert fault.location.line == 3
    assert "Did you mean 'E07000171'?" in fault.hint


@pytest.mark.national
def test_england_everything_untouched_is_computed_once(
    nation: footprint.Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    touched: list[str] = []
    monkeypatch.setattr("footprint.geometry.coverage.coverage_faults", lambda *_: touched.append("gaps"))
    monkeypatch.setattr("footprint.geometry.coverage.detached_parts", lambda *_: touched.append("parts"))
    monkeypatch.setattr("footprint.geometry.bestfit.agreement", lambda *_: touched.append("drawn share"))
    monkeypatch.setattr("footprint.geometry.by_geometry.pair_areas", lambda *_: touched.append("overlap"))
    found = of_nation(nation, tmp_path, "E07000171,E54000014\n")
    assert touched == []
    assert np.isfinite(found.people_who_move)


# ── codes of several layers, chains, layers above ───────────────────────────────────────────────


def test_a_new_code_in_one_layer_says_nothing_of_another_with_the_same_codes(propose: Writer) -> None:
    toml = '[[area]]\ncode = "E08000099"\nwas = "E08000019"\n'
    head = HEAD.replace('level = "system"', 'layer = "lad"').replace("../plan", str(EXAMPLE))
    plan = footprint.load_plan(EXAMPLE)
    after = apply(plan, read_proposal(propose(toml=toml, head=head)))
    found = compare(footprint.check(plan), footprint.check(after))
    assert changes(found) == {"Sheffield": "recoded"}
    assert (len(found.moves), found.new, found.resolved) == (0, [], [])


def test_an_exchange_of_all_people_is_an_exchange_of_codes(base: Path, propose: Writer) -> None:
    found = compared(base, propose(f"{system('X')},{system('Y')}\n{system('Y')},{system('X')}\n"))
    assert found.people_who_move == 0
    assert found.successors["ics"] == {system("X"): system("Y"), system("Y"): system("X")}


def test_a_code_used_again_further_on_is_another_area(base: Path, propose: Writer) -> None:
    one = propose(toml=f'[[area]]\ncode = "N"\nname = "N"\nwas = "{system("X")}"\n', name="one")
    toml = f'[[area]]\ncode = "{system("X")}"\nname = "New X"\n'
    two = propose(f"{code('A')},{system('X')}\n", toml, "two", HEAD.replace("../plan", "../one"))
    toml = f'[[area]]\ncode = "M"\nname = "M"\nwas = "{system("X")}"\n'
    three = propose(toml=toml, name="three", head=HEAD.replace("../plan", "../two"))
    found = compared(base, one, two, three)
    assert changes(found) == {"N": "changed", "M": "created"}
    assert found.moves[["from_code", "to_code"]].to_numpy().tolist() == [[system("X"), "M"]]


def test_what_a_proposal_builds_on_is_applied_although_the_plan_is_given(base: Path, propose: Writer) -> None:
    one = propose(f"E01000003,{system('Y')}\n", name="one")
    toml = f'[[area]]\ncode = "{system("Y")}"\nname = "Why"\n'
    two = propose(toml=toml, name="two", head=HEAD.replace("../plan", "../one"))
    for arguments in ([base, "--proposal", two], ["--proposal", two], ["--proposal", one, "--proposal", two]):
        assert "FP504" in run("check", *arguments, "--select", "FP5", code_=1)
    assert "103 people move" in run("compare", base, two)
    document = json.loads(
        CliRunner().invoke(app, ["compare", str(base), str(two), "--format", "json"]).stdout
    )
    assert {Path(f["location"]["path"]).resolve() for f in document["new"]} == {one / "assignment.csv"}
    assert one / "assignment.csv" in {Path(i["path"]).resolve() for i in document["after"]["inputs"]}


def test_a_proposal_takes_effect_after_the_one_that_it_builds_on(base: Path, propose: Writer) -> None:
    propose(f"E01000003,{system('Y')}\n", name="one")
    head = HEAD.replace("../plan", "../one").replace("2022-07-01", "2022-06-30")
    text = run("check", "--proposal", propose(f"E01000002,{system('Y')}\n", name="two", head=head), code_=2)
    assert "before the proposal that it builds on, 2022-07-01" in text


REGIONS = '[layers.region]\nlookup = {{ path = "region.csv", unit = "ICS21CD", code = "region" }}\n'


@pytest.mark.sampled
@pytest.mark.parametrize("letters", ["XX", "XY"])
def test_the_layer_above_holds_a_new_area_that_came_from_one_of_its_areas(
    base: Path, propose: Writer, letters: str
) -> None:
    rows = pd.DataFrame({"ICS21CD": [system("X"), system("Y")], "region": ["R1", "R2"]})
    rows.to_csv(base / "region.csv", index=False)
    plan = (
        (base / "footprint.toml")
        .read_text(encoding="utf-8")
        .replace("[levels]", REGIONS.format() + "[levels]")
    )
    (base / "footprint.toml").write_text(plan, encoding="utf-8")
    codes = {"XX": ("E01000000", "E01000001"), "XY": ("E01000000", "E01000005")}[letters]
    toml = '[[area]]\ncode = "E54009999"\nname = "New"\n'
    found = compared(base, propose("".join(f"{c},E54009999\n" for c in codes), toml))
    upper = derive.assignment(found.after.plan, "region")
    assert upper is not None
    # where its parts were of two regions, nobody can say of which it is
    assert upper.codes[list(codes)].isna().all() == (letters == "XY")


def test_the_layer_above_follows_a_drawn_boundary_with_new_codes(
    base: Path, propose: Writer, tmp_path: Path
) -> None:
    rows = pd.DataFrame({"ICS21CD": [system("X"), system("Y")], "region": ["R1", "R2"]})
    rows.to_csv(base / "region.csv", index=False)
    plan = (
        (base / "footprint.toml")
        .read_text(encoding="utf-8")
        .replace("[levels]", REGIONS.format() + "[levels]")
    )
    (base / "footprint.toml").write_text(plan, encoding="utf-8")
    save(draw(SYSTEMS.replace("X", "Z"), "ICS"), tmp_path / "new.geojson")
    found = compared(base, propose(head=HEAD + '[boundary]\npath = "../new.geojson"\n'))
    assert (len(found.moves), found.new, found.resolved) == (0, [], [])
    assert changes(found) == {"Area Z": "recoded"}


def test_outlines_that_are_not_examined_are_not_in_order(base: Path, propose: Writer) -> None:
    save(draw("X X Y X Y Y\nX X X X Y Y".replace("Y X Y", "Y X Y"), "ICS"), base / "ics.geojson")
    known = [f.rule for f in footprint.check(footprint.load_plan(base)).findings if f.rule == "FP106"]
    found = compared(base, propose(f"E01000005,{system('X')}\n"))
    assert [f.rule for f in found.after.findings if f.rule == "FP106" and f.new is False] == known
    assert [f for f in found.resolved if f.rule == "FP106"] == []
    assert any("their outlines are not examined" in s.reason for s in found.after.skipped)
    renamed = compared(base, propose("", f'[[area]]\ncode = "{system("Y")}"\nname = "Why"\n', "name"))
    assert (renamed.new, renamed.resolved) == ([], [])
    assert not any("not examined" in s.reason for s in renamed.after.skipped)


def test_providers_of_an_area_that_is_divided_up_may_stand_anywhere_in_it(
    base: Path, propose: Writer
) -> None:
    pd.DataFrame({"unit": GRID, "provider": "PX", "count": 10}).to_csv(base / "flows.csv", index=False)
    pd.DataFrame({"provider": ["PX"], "ICS21CD": [system("X")]}).to_csv(base / "providers.csv", index=False)
    with (base / "footprint.toml").open("a", encoding="utf-8") as stream:
        stream.write(
            '[flows]\npath = "flows.csv"\nunit = "unit"\nprovider = "provider"\n'
            'value = "count"\nkind = "count"\n'
            '[providers]\npath = "providers.csv"\ncode = "provider"\narea = "ICS21CD"\nlayer = "ics"\n'
            "[thresholds]\nlocalisation_index = { system = 0.5 }\n"
        )
    toml = '[[area]]\ncode = "E54009998"\nname = "One"\n[[area]]\ncode = "E54009999"\nname = "Two"\n'
    found = compared(base, propose(f"{code('A')},E54009998\n{code('B')},E54009999\n", toml))
    verdicts = {
        (f.rule, f.area.name) for f in found.after.findings if f.area and f.rule in ("FP401", "FP404")
    }
    assert verdicts == {("FP404", "One"), ("FP404", "Two"), ("FP404", "Area Y")}
    assert any("may be in any part of it" in note for note in found.after.plan.notes)


def test_a_new_name_moves_nobody_although_some_units_lie_in_no_area(base: Path, propose: Writer) -> None:
    save(draw("X X X X Y .\nX X X X Y Y", "ICS"), base / "ics.geojson")
    found = compared(base, propose(toml=f'[[area]]\ncode = "{system("X")}"\nname = "West"\n'))
    assert changes(found) == {"West": "renamed"}
    assert (found.new, found.resolved, len(found.moves)) == ([], [], 0)
    assert not any("not examined" in s.reason for s in found.after.skipped)


def test_a_change_keeps_small_numbers_in_as_well(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    flows = tmp_path / "data" / "south-yorkshire" / "flows_stroke.csv"
    # one patient from each of a few units: whatever is made of them is small
    few = pd.read_csv(flows).head(6).assign(admissions=1)
    few.to_csv(flows, index=False)
    proposal = tmp_path / "data" / "proposals" / "bassetlaw-2022"
    found = CliRunner().invoke(app, ["compare", str(proposal), "--format", "json", "--suppress", "hes"])
    assert found.exit_code == 0, found.output
    hidden = {row["localisation_index_after"] for row in json.loads(found.stdout)["tables"]["areas"]}
    assert "*" in hidden
    assert hidden <= {"*", None, 0, 1}
    change = compare_paths(proposal, [], Options(suppress="hes"))
    for ending in (".html", ".xlsx", ".docx", ".md", ".gpkg"):
        board.save(board.Board(change.after, change), tmp_path / f"out{ending}")
