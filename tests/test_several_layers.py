"""A proposal that changes several layers at once: a unitary that replaces a county and its districts."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from documents import hold
from maps import DRAWN_UNITS, code, draw, grid_units, rows, write_plan

import footprint
from footprint.model.errors import InputError
from footprint.model.finding import Finding
from footprint.plan.proposal import apply
from footprint.read.proposalfile import read_proposal
from footprint.reports import Report, write
from footprint.results.comparison import Comparison
from footprint.results.options import side_by_side
from footprint.results.run import check, check_change, compare_paths

DISTRICTS = "A A B B C C D D"
COUNTIES = "U U U U U U V V"
SYSTEMS = "X X X X Y Y Y Y"
UNITS = list(grid_units(DISTRICTS)["LSOA21CD"])
U, V, P, Q = "E10000021", "E10000022", "E06000081", "E06000082"
PLAN = f"""\
title = "Two counties"
{DRAWN_UNITS}[layers.utla]
geography = "UTLA"
lookup = {{ path = "counties.csv", unit = "lad", code = "utla" }}
[layers.ics]
path = "ics.geojson"
[levels]
system = "ics"
place = "utla"
[[align]]
source = "lad"
target = "ics"
must = "nest"
[accountability]
bodies = "bodies.csv"
functions = "functions.csv"
"""
HEAD = 'title = "Unitaries"\neffective_date = 2022-04-01\nbase = "../plan"\n'
AREAS = f"""
[[change.area]]
code = "{P}"
name = "Unitary P"
[[change.area]]
code = "{Q}"
name = "Unitary Q"
"""
CHANGE = '[[change]]\nlayer = "{}"\nassignment = "unitaries.csv"\n'
BOTH = HEAD + CHANGE.format("lad") + AREAS + CHANGE.format("utla") + AREAS
# A and B make P, C makes Q; they are named as the base plan has them in both changes
LINES = f"code,area\n{code('A')},{P}\n{code('B')},{P}\n{code('C')},{Q}\n"
BODIES = (
    f"layer,area_code,body,kind,role\nutla,{U},Council U,council,chief\nutla,{V},Council V,council,chief\n"
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("counties")
    county = dict(zip(rows(DISTRICTS)[0], rows(COUNTIES)[0], strict=True))
    write_plan(
        folder / "plan", PLAN, units=grid_units(DISTRICTS)[["LSOA21CD", "geometry"]], lad=draw(DISTRICTS),
        ics=draw(SYSTEMS, "ICS"), people={"LSOA21CD": UNITS, "population": [10, 20, 30, 40, 50, 60, 70, 80]},
        counties={
            "lad": [code(letter) for letter in county],
            "utla": [{"U": U, "V": V}[letter] for letter in county.values()],
        },
        bodies=BODIES, functions="function,level,lead\nCare,place,council\n",
    )  # fmt: skip
    return folder


def written(folder: Path, text: str = BOTH, lines: str = LINES, name: str = "both", bodies: str = "") -> Path:
    made = folder / name
    made.mkdir(exist_ok=True)
    (made / "proposal.toml").write_text(text)
    (made / "unitaries.csv").write_text(lines)
    if bodies:
        (made / "bodies.csv").write_text(bodies)
    return made


@pytest.fixture(scope="module")
def change(world: Path) -> Comparison:
    return compare_paths(world / "plan", [written(world)])


def test_one_comparison_tells_both_layers(change: Comparison) -> None:
    areas = change.areas[change.areas["change"] != "untouched"]
    assert {(r.layer, r.name, r.change) for r in areas.itertuples()} == {
        ("lad", "Unitary P", "changed"), ("lad", "Unitary Q", "recoded"), ("lad", "Area A", "abolished"),
        ("utla", "Unitary P", "created"), ("utla", "Unitary Q", "changed"),
    }  # fmt: skip
    # B is more than half of P, and A joins it as a whole; C is Q; of county U more than half goes on as Q
    assert change.moves[["layer", "from_code", "to_code", "population"]].to_numpy().tolist() == [
        ["utla", U, P, 100]
    ]
    assert change.joins[["layer", "from_code", "to_code", "population"]].to_numpy().tolist() == [
        ["lad", code("A"), P, 30]
    ]


def test_it_is_the_same_as_two_changes_one_after_the_other(world: Path, change: Comparison) -> None:
    one = HEAD.replace("Unitaries", "One") + 'layer = "lad"\nassignment = "unitaries.csv"\n'
    areas = AREAS.replace("change.", "")
    first = written(world, one + areas, name="first")
    units = {
        u: P if letter in "AB" else Q
        for u, letter in zip(UNITS, rows(DISTRICTS)[0], strict=True)
        if letter != "D"
    }
    lines = "code,area\n" + "".join(f"{u},{a}\n" for u, a in units.items())
    second = written(
        world,
        one.replace("One", "Two").replace("../plan", "../first").replace("lad", "utla") + areas,
        lines,
        "second",
    )
    stacked = compare_paths(world / "plan", [second])
    assert [p.name for p in (first, second)] == ["first", "second"]
    for table in ("areas", "moves", "agreement"):
        pd.testing.assert_frame_equal(getattr(stacked, table), getattr(change, table))
    assert {f.message for f in stacked.new} == {f.message for f in change.new}


def test_it_is_told_as_one_proposal(change: Comparison) -> None:
    assert change.after.plan.title == "Two counties, with Unitaries"
    document = json.loads(json.dumps(Report(change, "change").record()))
    hold(document, "compare")
    assert [p["title"] for p in document["proposals"]] == ["Unitaries"]
    roles = [i["role"] for i in document["after"]["inputs"]]
    assert roles.count("proposal") == roles.count("proposal.assignment") == 1
    stream = io.StringIO()
    write(change, "terminal", stream, "change")
    told = " ".join(stream.getvalue().split())
    assert "Unitary P (place)" in told
    assert "Unitary P (was Area B)" in told
    assert "authority district)" in told


def test_it_is_an_option(world: Path) -> None:
    found = side_by_side(world / "plan", [written(world)])
    assert [side.fault for side in found.options] == [""]
    assert set(found.changed) == {"lad", "utla"}
    keys = {row.first.key for row in found.rows}
    assert {"lad.areas", "place.areas", "other_body.lad", "other_body.utla"} <= keys


def test_rules_on_proposals_look_at_each_layer(world: Path) -> None:
    # the systems change too, and cut the new unitary P in two; U was cut before, and goes on as Q
    text = BOTH + '[[change]]\nlevel = "system"\nassignment = "systems.csv"\n'
    folder = written(world, text, name="three")
    (folder / "systems.csv").write_text(f"code,area\n{code('B')},{code('Y', 'ICS')}\n")
    result = check_change(footprint.load_plan(world / "plan"), [read_proposal(folder)], select=["FP5"])
    [broken] = [f for f in result.findings if f.rule == "FP504"]
    assert broken.message.startswith("Unitary P (E06000081) is split between 2 systems")
    assert broken.message.endswith("it is new with the change")
    assert broken.location is not None
    assert Path(broken.location.path).name == "systems.csv"


@pytest.mark.parametrize(
    ("text", "lines", "told", "layer", "line"),
    [
        (BOTH, LINES.replace(code("C"), "E07009999"), "FP501", "lad", 4),
        (BOTH, LINES + f"{code('A')},{Q}\n", "FP502", "lad", 5),
        (BOTH.replace('layer = "utla"\n', 'layer = "utla"\ncomplete = true\n'), LINES, "FP503", "utla", 1),
        (BOTH + '[[change.area]]\ncode = "E06000099"\n', LINES, "FP503", "utla", 24),
    ],
)
def test_with_a_fault_in_one_layer_nothing_is_applied(
    world: Path, text: str, lines: str, told: str, layer: str, line: int
) -> None:
    folder = written(world, text, lines, f"fault-{told}-{line}")
    plan = footprint.load_plan(world / "plan")
    made = apply(plan, read_proposal(folder))
    assert made.layers == plan.layers
    result = check(made, ["FP5"])
    found = [f for f in result.findings if f.rule == told]
    assert [(f.layer, f.location.line if f.location else None) for f in found][:1] == [(layer, line)]


def test_districts_that_stay_in_a_county_that_becomes_unitaries_are_found(world: Path) -> None:
    """The districts are drawn: what made the county was its lookup, which the proposal takes the place of."""
    alone = HEAD + CHANGE.format("utla") + AREAS
    found = check(
        apply(footprint.load_plan(world / "plan"), read_proposal(written(world, alone, name="alone")))
    )
    [fault] = [f for f in found.findings if f.rule == "FP107"]
    assert (fault.layer, fault.evidence.numbers["codes"]) == ("utla", [code("A"), code("B"), code("C")])
    assert f"Area A ({code('A')}) in Unitary P ({P})" in fault.message
    both = check(apply(footprint.load_plan(world / "plan"), read_proposal(written(world, name="both"))))
    assert not [f for f in both.findings if f.rule == "FP107"]


def test_bodies_beside_it_are_those_after_all_changes(world: Path) -> None:
    bodies = (
        BODIES.splitlines()[0] + f"\nutla,{P},Council P,council,chief\nutla,{Q},Council Q,council,chief\n"
    )
    made = apply(
        footprint.load_plan(world / "plan"), read_proposal(written(world, name="bodies", bodies=bodies))
    )
    assert made.accountability is not None
    assert {b.body for b in made.accountability.bodies} == {"Council P", "Council Q", "Council V"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD + 'layer = "lad"\n' + CHANGE.format("utla"), "has [[change]], so layer goes into one of these"),
        (BOTH + CHANGE.format("lad") + AREAS, "changes lad twice (change 3)"),
        (HEAD + '[[change]]\nlayer = "lad"\n', "the change of lad changes nothing"),
        (HEAD + '[[change]]\nassignment = "unitaries.csv"\n', "needs either layer"),
        (HEAD + '[[change]]\nlayers = "lad"\n', "unknown key 'layers' in [change.1]"),
        (HEAD + CHANGE.format("lads"), "changes the layer 'lads'"),
        (
            BOTH + CHANGE.format("utla").replace("layer", "level").replace("utla", "place") + AREAS,
            "changes utla twice (change 3)",
        ),
    ],
)
def test_bad_changes_are_refused(world: Path, text: str, told: str) -> None:
    with pytest.raises(InputError) as fault:
        apply(footprint.load_plan(world / "plan"), read_proposal(written(world, text, name="bad")))
    assert told in str(fault.value)


@pytest.mark.parametrize(
    "change",
    [
        f'[[change]]\nlayer = "utla"\n[[change.area]]\ncode = "{U}"\nname = "New"\n',
        'layer = "utla"\n[boundary]\npath = "../plan/ics.geojson"\n',
    ],
)
def test_an_assignment_that_nothing_reads_is_told(world: Path, change: str) -> None:
    """A list beside the proposal, by the name that one is read by, where only a new name or a map is read."""
    folder = written(world, HEAD + change, name="unread")
    (folder / "unitaries.csv").rename(folder / "assignment.csv")
    with pytest.raises(
        InputError, match=r"assignment.csv: is (read by no \[\[change|not read beside a \[bound)"
    ):
        read_proposal(folder)
    named = HEAD + '[[change]]\nlayer = "lad"\nassignment = "assignment.csv"\n' + AREAS + change
    if "boundary" not in change:
        (folder / "proposal.toml").write_text(named, encoding="utf-8")
        assert len(read_proposal(folder).changes) == 2


# ── which finding is which ──────────────────────────────────────────────────────────────────────

PLACES_OF = 'title = "T"\n' + DRAWN_UNITS + (
    '[layers.ccg]\npath = "ccg.geojson"\n[layers.ics]\npath = "ics.geojson"\n'
    '[levels]\nsystem = "ics"\nplace = "ccg"\n[bands]\nsystem = [1, 9999]\nplace = [1, 9999]\n'
    '[[align]]\nsource = "lad"\ntarget = "ics"\nmust = "nest"\n'
    '[[align]]\nsource = "lad"\ntarget = "ccg"\nmust = "nest"\n'
)  # fmt: skip


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("places", "remaining"),
    [
        # A stays split between places, of which K becomes L
        ("J J K K L L", [("FP201", ("J", "L"))]),
        # A was whole in its place and is split now: another finding than the one of systems
        ("J J J J L L", []),
    ],
)
def test_what_parts_an_area_in_one_layer_is_not_what_parts_it_in_another(
    tmp_path: Path, places: str, remaining: list[tuple[str, tuple[str, str]]]
) -> None:
    units = grid_units("A A A A B B")
    write_plan(
        tmp_path / "plan", PLACES_OF, units=units[["LSOA21CD", "geometry"]], lad=draw("A A A A B B"),
        ccg=draw(places, "CCG"), ics=draw("X X Y Y Y Y", "ICS"),
        people={"LSOA21CD": list(units["LSOA21CD"]), "population": [10, 20, 30, 40, 50, 60]},
    )  # fmt: skip
    made = tmp_path / "p"
    made.mkdir()
    head = 'title = "P"\neffective_date = 2022-07-01\nbase = "../plan"\n'
    changes = "".join(f'[[change]]\nlayer = "{key}"\nassignment = "{key}.csv"\n' for key in ("ics", "ccg"))
    (made / "proposal.toml").write_text(head + changes)
    (made / "ics.csv").write_text(f"code,area\n{code('A')},{code('X', 'ICS')}\n")
    (made / "ccg.csv").write_text(
        "code,area\n" + "".join(f"E0100000{at},{code('L', 'CCG')}\n" for at in (2, 3))
    )
    found = compare_paths(made)

    def parted(findings: list[Finding]) -> list[tuple[str, tuple[str, ...]]]:
        held = [f for f in findings if f.rule == "FP201" and f.area and f.area.code == code("A")]
        return [(f.rule, tuple(sorted(o.name.removeprefix("Area ") for o in f.others))) for f in held]

    assert parted(found.resolved) == [("FP201", ("X", "Y"))]
    assert parted(found.remaining) == remaining
    assert parted(found.new) == ([] if remaining else [("FP201", ("J", "L"))])
