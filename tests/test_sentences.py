"""Figures inside sentences: what a report says is what was counted by hand on a drawn map."""

from __future__ import annotations

import datetime as dt
import json
import math
from pathlib import Path

import geopandas as gpd
import pytest
from maps import COUNTED_FLOWS, boxes, code, draw, grid_units, save, write_plan
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.model.words import dated

HEAD = 'title = "T"\ndate = 2021-04-01\n'
UNITS = '[units]\npath = "units.geojson"\npopulation = { path = "people.csv" }\n'
LAYERS = '[layers.lad]\npath = "lad.geojson"\n[layers.ics]\npath = "ics.geojson"\n'
NEST = '[[align]]\nsource = "lad"\ntarget = "ics"\nmust = "nest"\n'
MATCH = '[[align]]\nsource = "lad"\ntarget = "ics"\nmust = "match"\n'


def run(*arguments: object, code_: int | None = None) -> str:
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert "Traceback" not in done.output
    assert code_ is None or done.exit_code == code_, done.output
    assert done.exit_code in (0, 1) or code_ == 2, done.output
    return done.stdout


def verdict(folder: Path, *options: object) -> list[str]:
    """Return the verdict of a boundary report, the headline first, without what was skipped."""
    run("report", folder, "-o", folder / "report.md", *options)
    lines = (folder / "report.md").read_text(encoding="utf-8").splitlines()
    # the message and its figures come before it
    figures = next(i for i, line in enumerate(lines) if line.startswith("| Of"))
    start = next(i for i, line in enumerate(lines) if i > figures and line.startswith("**"))
    bullets = []
    for line in lines[start + 2 :]:
        if not line.startswith("- "):
            break
        bullets.append(line[2:])
    return [lines[start].strip("*"), *(b for b in bullets if "skipped in whole" not in b)]


def messages(folder: Path, *rules: str) -> list[str]:
    """Return the messages of findings of some rules."""
    found = json.loads(run("check", folder, "--select", ",".join(rules), "--format", "json"))["findings"]
    return [f["message"] for f in found]


def with_units(
    folder: Path, lad: str, ics: str, people: list[int], plan: str = NEST, ccg: str | None = None
) -> Path:
    units = grid_units(lad)
    layers = LAYERS + ('[layers.ccg]\npath = "ccg.geojson"\n' if ccg else "")
    return write_plan(
        folder,
        HEAD + UNITS + layers + plan,
        units=units[["LSOA21CD", "geometry"]],
        people={"LSOA21CD": list(units["LSOA21CD"]), "population": list(people)},
        lad=draw(lad),
        ics=draw(ics, "ICS"),
        **({"ccg": draw(ccg, "CCG")} if ccg else {}),
    )


def outlines(folder: Path, lad: gpd.GeoDataFrame, ics: gpd.GeoDataFrame, plan: str = NEST) -> Path:
    return write_plan(folder, HEAD + LAYERS + plan, lad=lad, ics=ics)


# ── who is split, and how many people live on the smaller side ──────────────────────────────────


def test_people_outside_the_largest_piece_are_those_of_the_smaller_ones(tmp_path: Path) -> None:
    folder = with_units(tmp_path, "A A A B B C", "X X Y Y Y Y", [1000, 2000, 4000, 8000, 16, 32])
    assert verdict(folder) == [
        "The check has 1 finding: 1 must be settled.",
        "1 of 3 districts is split between systems; 3,000 people live outside the largest piece of theirs.",
    ]
    assert messages(folder, "FP201") == [
        "Area A (E07000065) is split between 2 systems: 3,000 of its 7,000 people in Area X (E54000088)"
    ]


def test_people_of_several_splits_are_added_up(tmp_path: Path) -> None:
    people = [1000, 2000, 4000, 8000, 16, 32, 64, 128]
    folder = with_units(tmp_path, "A A A B B C C C", "X X Y Y Z Z Y X", people)
    # 3,000 of A, 16 of B, 32 + 64 of C
    assert verdict(folder)[1] == (
        "3 of 3 districts are split between systems; 3,112 people live outside the largest piece of theirs."
    )
    assert messages(folder, "FP201") == [
        "Area A (E07000065) is split between 2 systems: 3,000 of its 7,000 people in Area X (E54000088)",
        "Area C (E07000067) is split between 3 systems: 64 of its 224 people in Area Y "
        "(E54000089); 32 of "
        "its 224 people in Area Z (E54000090)",
        "Area B (E07000066) is split between 2 systems: 16 of its 8,016 people in Area Z (E54000090)",
    ]


def test_evidence_of_a_split_is_counted_in_people_units_and_ground(tmp_path: Path) -> None:
    folder = with_units(tmp_path, "A A A A B", "X X Y Y Y", [1000, 2000, 4000, 8000, 16])
    [split] = json.loads(run("check", folder, "--format", "json"))["findings"]
    assert split["evidence"] == {
        "kind": "units",
        "pieces": 2,
        "shares_of_source": [0.8, 0.2],
        "denominator": "people of the source",
        "areas_m2": [2e8, 2e8],
        "people": 3000,
        "people_in_pieces": [12_000, 3000],
        "total": 15_000,
        "units": 4,
        "tolerance_m": 1,
        "tolerance_reason": "both layers are drawn square, so they are exact",
    }


@pytest.mark.parametrize(
    ("lad", "ics", "told"),
    [
        ("A A B C", "X X X Y", "Each of the 3 districts lies wholly inside one of the systems."),
        ("A A B B", "X X X X", "Each of the 2 districts lies wholly inside one of the systems."),
        (
            "A A A A",
            "X X X X",
            "The one area of districts lies wholly inside one of the systems.",
        ),
    ],
)
def test_what_lies_wholly_inside_is_counted(lad: str, ics: str, told: str, tmp_path: Path) -> None:
    expected = ["The check has no findings.", told]
    assert verdict(with_units(tmp_path / "units", lad, ics, [1, 2, 4, 8])) == expected
    assert verdict(outlines(tmp_path / "outlines", draw(lad), draw(ics, "ICS"))) == expected


def test_without_people_the_ground_outside_the_largest_piece_is_told(tmp_path: Path) -> None:
    folder = outlines(tmp_path, draw("A A A B B B C"), draw("X X Y X X Y Y", "ICS"))
    assert verdict(folder)[1] == (
        "2 of 3 districts are split between systems; 200.0 km² lie outside the largest piece of theirs."
    )
    assert messages(folder, "FP201")[0] == (
        "Area A (E07000065) is split between 2 systems: 33.3% of its area in Area Y "
        "(E54000089), 10,000 m wide"
    )


def test_units_without_people_are_counted_as_units(tmp_path: Path) -> None:
    folder = write_plan(
        tmp_path,
        HEAD + '[units]\npath = "units.geojson"\n' + LAYERS + NEST,
        units=grid_units("A A A B")[["LSOA21CD", "geometry"]],
        lad=draw("A A A B"),
        ics=draw("X X Y Y", "ICS"),
    )
    assert messages(folder, "FP2") == [
        "Area A (E07000065) is split between 2 systems: 1 of its 3 units in Area Y (E54000089)"
    ]
    assert "100.0 km² lie outside" in verdict(folder)[1]


def test_units_in_no_area_are_told_with_their_people(tmp_path: Path) -> None:
    folder = with_units(tmp_path, "A A A B C", "X X . Y .", [1000, 2000, 4000, 8000, 9])
    assert messages(folder, "FP204", "FP303") == [
        "2 units, with 4,009 people, lie in no integrated care system: E01000002, E01000004",
        "the 2 systems have 11,000 people, not the 15,009 of the population: 4,009 live in units "
        "outside the systems",
    ]
    found = json.loads(run("check", folder, "--select", "FP303", "--format", "json"))["findings"]
    numbers = found[0]["evidence"]
    assert (numbers["people"], numbers["total"], numbers["difference"]) == (4009, 15_009, -4009)


def test_areas_in_no_area_of_the_other_layer_are_told_with_their_ground(tmp_path: Path) -> None:
    folder = outlines(tmp_path, draw("A A A B C"), draw("X X . Y .", "ICS"))
    assert messages(folder, "FP204") == [
        "Area C (E07000067) lies in no integrated care system",
        "Area A (E07000065) has 100.0 km² in no integrated care system: water, or land that it leaves out",
    ]


def test_rows_for_codes_that_the_plan_lacks_are_told_with_their_people(tmp_path: Path) -> None:
    folder = with_units(tmp_path, "A A", "X X", [1000, 2000])
    with (folder / "people.csv").open("a") as stream:
        # one of them is of Wales, which no plan of England is to add up to
        stream.write("E01999998,5\nE01999999,7\nW01000001,100\n")
    assert messages(folder, "FP303") == []
    [told] = [note for note in footprint.load_plan(folder).notes if "not counted" in note]
    assert told == (
        "people.csv: 3 rows for codes that units does not have are not counted: 100 people (W01000001) are "
        "outside England; 12 people (E01999998, E01999999) lie where nothing in the plan says"
    )


# ── coterminous ─────────────────────────────────────────────────────────────────────────────────


LAD, ICS = "local authority district", "integrated care system"


def test_the_closest_counterpart_is_told_by_people_in_common(tmp_path: Path) -> None:
    people = [1000, 2000, 4000, 8000, 16, 32, 64, 128]
    folder = with_units(tmp_path, "A A A B B C D E", "X X Y Y Y Z Z V", people, MATCH)
    # A has 7,000 people and X 3,000 of them; B 8,016 of the 12,016 of Y; D 64 and C 32 of the 96 of Z
    assert set(messages(folder, "FP202")) == {
        f"{area} is not coterminous with any {told} of the people of both in common"
        for area, told in {
            "Area A (E07000065)": f"{ICS}: it lies in 2 systems; closest is Area X (E54000088), with 42.9%",
            "Area B (E07000066)": f"{ICS}: it lies in Area Y (E54000089), together with 1 "
            f"other {LAD}; closest is Area Y (E54000089), with 66.7%",
            "Area C (E07000067)": f"{ICS}: it lies in Area Z (E54000090), together with 1 "
            f"other {LAD}; closest is Area Z (E54000090), with 33.3%",
            "Area D (E07000068)": f"{ICS}: it lies in Area Z (E54000090), together with 1 "
            f"other {LAD}; closest is Area Z (E54000090), with 66.7%",
            "Area X (E54000088)": f"{LAD}: it lies in Area A (E07000065), together with 1 "
            f"other {ICS}; closest is Area A (E07000065), with 42.9%",
            "Area Y (E54000089)": f"{LAD}: it lies in 2 districts; closest is Area B (E07000066), with 66.7%",
            "Area Z (E54000090)": f"{LAD}: it lies in 2 districts; closest is Area D (E07000068), with 66.7%",
        }.items()
    }


def test_a_counterpart_that_has_all_people_in_common_is_not_told_to_be_the_closest(tmp_path: Path) -> None:
    # nobody lives in the unit that A has beyond X
    folder = with_units(tmp_path, "A A B", "X Y Y", [1000, 0, 3000], MATCH)
    assert set(messages(folder, "FP202")) == {
        f"{area} is not coterminous with any {told}"
        for area, told in {
            "Area A (E07000065)": f"{ICS}: it lies in 2 systems",
            "Area B (E07000066)": f"{ICS}: it lies in Area Y (E54000089), together with 1 other {LAD}",
            "Area X (E54000088)": f"{LAD}: it lies in Area A (E07000065), together with 1 other {ICS}",
            "Area Y (E54000089)": f"{LAD}: it lies in 2 districts",
        }.items()
    }


def test_without_people_the_closest_counterpart_is_told_by_ground(tmp_path: Path) -> None:
    folder = outlines(tmp_path, draw("A A A B B C D E"), draw("X X Y Y Y Z Z V", "ICS"), MATCH)
    told = {m.split(" is not ")[0]: m.split(", with ")[-1] for m in messages(folder, "FP202")}
    assert told == {
        "Area A (E07000065)": "66.7% of the area of both in common",
        "Area B (E07000066)": "66.7% of the area of both in common",
        "Area C (E07000067)": "50.0% of the area of both in common",
        "Area D (E07000068)": "50.0% of the area of both in common",
        "Area X (E54000088)": "66.7% of the area of both in common",
        "Area Y (E54000089)": "66.7% of the area of both in common",
        "Area Z (E54000090)": "50.0% of the area of both in common",
    }


# ── bands ───────────────────────────────────────────────────────────────────────────────────────

BANDS = '[levels]\nsystem = "ics"\nplace = "ccg"\n[bands]\nsystem = [100, 200]\nplace = [10, 20]\n'


def test_bands_are_counted_and_their_distance_told(tmp_path: Path) -> None:
    people = [50, 60, 1, 9, 200, 1]
    folder = with_units(tmp_path, "A A A A A A", "X X Y Y Z Z", people, BANDS, "J K L M N O")
    assert verdict(folder) == [
        "The check has 8 findings: 8 should be settled.",
        "Each of the 6 places lies wholly inside one of the systems.",
        "Of 3 systems, 1 is within the band of 100 to 200 people, 1 below it, 1 above it.",
        "Of 6 places, 0 are within the band of 10 to 20 people, 3 below it, 3 above it.",
    ]
    assert messages(folder, "FP301", "FP302") == [
        "Area M (E38000077) has 9 people, 1 fewer than the 10 of a place",
        "Area L (E38000076) has 1 people, 9 fewer than the 10 of a place",
        "Area O (E38000079) has 1 people, 9 fewer than the 10 of a place",
        "Area Y (E54000089) has 10 people, 90 fewer than the 100 of a system",
        "Area N (E38000078) has 200 people, 180 more than the 20 of a place",
        "Area K (E38000075) has 60 people, 40 more than the 20 of a place",
        "Area J (E38000074) has 50 people, 30 more than the 20 of a place",
        "Area Z (E54000090) has 201 people, 1 more than the 200 of a system",
    ]


def test_levels_without_a_band_are_not_judged(tmp_path: Path) -> None:
    # the profile of 2025 has no band for places
    levels = '[levels]\nsystem = "ics"\nplace = "ccg"\n[bands]\nsystem = [100, 200]\n'
    folder = with_units(tmp_path, "A A A A", "X X Y Y", [50, 60, 70, 500], levels, "J J K K")
    text = (folder / "footprint.toml").read_text()
    (folder / "footprint.toml").write_text(f'profile = "2025"\n{text}')
    assert [told for told in verdict(folder) if "band" in told] == [
        "Of 2 systems, 1 is within the band of 100 to 200 people, 1 above it."
    ]
    document = json.loads(run("check", folder, "--select", "FP30", "--format", "json"))
    reasons = {s["rule"]: s["reason"] for s in document["skipped"]}
    assert reasons["FP301"] == reasons["FP302"] == "the profile '2025' has no band for place"
    assert [(f["rule"], f["area"]["name"]) for f in document["findings"]] == [("FP302", "Area Y")]


def test_bands_of_one_and_of_all(tmp_path: Path) -> None:
    one = with_units(tmp_path / "one", "A A A", "X X X", [10, 20, 80], BANDS, "J K L")
    assert verdict(one)[2:] == [
        "Of 1 system, 1 is within the band of 100 to 200 people.",
        "Of 3 places, 2 are within the band of 10 to 20 people, 1 above it.",
    ]
    every = with_units(tmp_path / "every", "A A A A", "X X Y Y", [50, 60, 70, 80], BANDS, "J J K K")
    assert verdict(every)[2:] == [
        "Both systems are within the band of 100 to 200 people.",
        "Of 2 places, 0 are within the band of 10 to 20 people, 2 above it.",
    ]


@pytest.mark.parametrize("word", ["must", "should", None])
def test_a_level_that_only_should_nest_is_a_warning(word: str | None, tmp_path: Path) -> None:
    stated = f'[[align]]\nsource = "ccg"\ntarget = "ics"\n{word} = "nest"\n' if word else ""
    # districts that should nest in systems make nothing milder for places
    stated += NEST.replace("must", "should")
    people = [10, 20, 40, 80]
    folder = with_units(tmp_path, "A A B B", "X Y Y Y", people, BANDS + stated, "J J K K")
    findings = json.loads(run("check", folder, "--format", "json"))["findings"]
    told = {f["rule"]: (f["severity"], f["level"]) for f in findings if f["rule"][:3] == "FP2"}
    assert told == {
        "FP201": ("warning", None),
        "FP203": ("warning" if word == "should" else "error", "place"),
    }


# ── care inside ─────────────────────────────────────────────────────────────────────────────────

FLOWS = (
    """\
[levels]
system = "ics"
"""
    + COUNTED_FLOWS
    + """\
area = "ics"
layer = "ics"
[thresholds]
localisation_index = { system = 0.9 }
"""
)


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ([90, 91, 100], "3 of 3 systems keep at least 90% of their residents' care inside."),
        ([90, 89, 20], "1 of 3 systems keeps at least 90% of its residents' care inside, 2 do not."),
        ([90, 95, 89], "2 of 3 systems keep at least 90% of their residents' care inside, 1 does not."),
        ([0, 89, 20], "None of 3 systems keeps at least 90% of its residents' care inside."),
    ],
)
def test_systems_that_keep_care_inside_are_counted(inside: list[int], told: str, tmp_path: Path) -> None:
    units = ["E01000000", "E01000001", "E01000002"]
    folder = with_units(tmp_path, "A B C", "X Y Z", [1000, 1000, 1000], FLOWS)
    rows = []
    for unit, own, other, kept in zip(units, "XYZ", "YZX", inside, strict=True):
        rows += [(unit, f"P{own}", kept), (unit, f"P{other}", 100 - kept)]
    text = "\n".join(f"{u},{p},{n}" for u, p, n in rows if n)
    (folder / "flows.csv").write_text(f"unit,provider,count\n{text}\n")
    (folder / "providers.csv").write_text(
        "provider,ics\n" + "".join(f"P{letter},{code(letter, 'ICS')}\n" for letter in "XYZ")
    )
    assert verdict(folder)[-1] == told
    # just 90 % is enough
    low = [m for m in messages(folder, "FP401") if "stays inside" in m]
    assert len(low) == sum(share < 90 for share in inside)


# ── changes ─────────────────────────────────────────────────────────────────────────────────────

CHANGE = 'title = "C"\neffective_date = 2022-07-01\nbase = "../plan"\nlayer = "ics"\n'


def changed(tmp_path: Path, rows: str, people: list[int], lad: str = "A A A B", ics: str = "X X Y Y") -> Path:
    with_units(tmp_path / "plan", lad, ics, people, NEST)
    (tmp_path / "change").mkdir()
    (tmp_path / "change" / "proposal.toml").write_text(CHANGE)
    (tmp_path / "change" / "assignment.csv").write_text(f"code,area\n{rows}\n")
    return tmp_path / "change"


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("unit", "area", "people", "told"),
    [
        (2, "X", [1, 2, 4000, 8000], "resolves 1, breaks 0, leaves 0; 4,000 people move"),
        (2, "X", [1, 2, 1, 8], "resolves 1, breaks 0, leaves 0; 1 person moves"),
        (1, "Y", [1, 2, 4, 8], "resolves 0, breaks 0, leaves 1; 2 people move"),
        (1, "X", [1, 2, 4, 8], "resolves 0, breaks 0, leaves 1; nobody moves"),
        (2, "X", [1, 2, 0, 8], "resolves 1, breaks 0, leaves 0; 100.0 km² move, where nobody lives"),
    ],
)
def test_a_change_is_told_in_one_sentence(
    unit: int, area: str, people: list[int], told: str, tmp_path: Path
) -> None:
    folder = changed(tmp_path, f"E0100000{unit},{code(area, 'ICS')}", people)
    document = json.loads(run("compare", folder, "--format", "json"))
    assert document["summary"]["sentence"] == told
    report = verdict(tmp_path / "plan", "--proposal", folder)
    assert report[0] == f"The change {told}."
    assert report[1].startswith("After it there ")


def v_measure(cells: list[list[float]]) -> float:
    """Return 2 · I / (H of rows + H of columns), from people by district and system."""
    total = sum(map(sum, cells))
    rows, columns = [sum(row) / total for row in cells], [sum(c) / total for c in zip(*cells, strict=True)]
    entropies = [-sum(p * math.log(p) for p in ps if p) for ps in (rows, columns)]
    mutual = sum(
        p / total * math.log(p / total / rows[i] / columns[j])
        for i, row in enumerate(cells)
        for j, p in enumerate(row)
        if p
    )
    return 2 * mutual / sum(entropies)


def test_how_well_boundaries_line_up_before_and_after(tmp_path: Path) -> None:
    # A has 1 + 2 people in X and 4 in Y, B 8 in Y; then all 7 of A are in X
    folder = changed(tmp_path, f"E01000002,{code('X', 'ICS')}", [1, 2, 4, 8])
    [row] = json.loads(run("compare", folder, "--format", "json"))["tables"]["agreement"]
    assert {k: v for k, v in row.items() if k.rsplit("_", 1)[0] in ("nested", "split", "same")} == {
        "nested_before": 1, "nested_after": 2, "split_before": 1, "split_after": 0, "same_before": 0,
        "same_after": 2,
    }  # fmt: skip
    assert row["v_measure_before"] == pytest.approx(v_measure([[3, 4], [0, 8]]))
    assert row["v_measure_after"] == pytest.approx(1)
    assert row["variation_of_information_after"] == pytest.approx(0)


def test_a_change_of_outlines_alone_is_told_by_its_ground(tmp_path: Path) -> None:
    before, after = (
        write_plan(tmp_path / name, HEAD + '[layers.ics]\npath = "ics.geojson"\n', ics=draw(drawing, "ICS"))
        for name, drawing in (("before", "X X Y"), ("after", "X Y Y"))
    )
    document = json.loads(run("compare", before, after, "--format", "json"))
    assert document["summary"]["sentence"] == (
        "resolves 0, breaks 0, leaves 0; 100.0 km² move, with people that nobody has counted"
    )
    assert document["summary"]["people_who_move"] is None
    [move] = document["tables"]["moves"]
    assert (move["from_name"], move["to_name"], move["area_m2"]) == ("Area X", "Area Y", 1e8)


@pytest.mark.parametrize(("tolerance", "splits"), [("900", 1), ("1100", 0)])
def test_a_stated_tolerance_holds_for_boundary_files_alone(
    tolerance: str, splits: int, tmp_path: Path
) -> None:
    la = save(boxes(A=(0, 0, 11_000, 10_000), B=(11_000, 0, 30_000, 10_000)), tmp_path / "la.geojson")
    frame = boxes("ICS", X=(0, 0, 10_000, 10_000), Y=(10_000, 0, 30_000, 10_000))
    ics = save(frame, tmp_path / "ics.geojson")
    text = run("check", "--la", la, "--ics", ics, "--tolerance", tolerance, "--format", "json")
    assert [f["rule"] for f in json.loads(text)["findings"]] == ["FP201"] * splits


@pytest.mark.parametrize(("tolerance", "moves"), [("900", 1), ("1100", 0)])
def test_what_moves_between_outlines_is_wider_than_the_tolerance(
    tolerance: str, moves: int, tmp_path: Path
) -> None:
    paths = []
    for name, edge in (("before", 10_000), ("after", 11_000)):
        frame = boxes("ICS", X=(0, 0, edge, 10_000), Y=(edge, 0, 30_000, 10_000))
        paths.append(save(frame, tmp_path / f"{name}.geojson"))
    document = json.loads(run("compare", *paths, "--tolerance", tolerance, "--format", "json"))
    assert [m["area_m2"] for m in document["tables"]["moves"]] == [1e7] * moves


def test_a_file_of_one_area_or_row_is_not_said_to_have_several(tmp_path: Path) -> None:
    la = save(boxes("LAD", A=(0, 0, 10_000, 10_000)), tmp_path / "lad.geojson")
    ics = save(boxes("ICS", X=(0, 0, 10_000, 10_000)), tmp_path / "ics.geojson")
    people = tmp_path / "people.csv"
    people.write_text(f"LAD21CD,population\n{code('A')},300000\n", encoding="utf-8")
    for told in (
        run("check", "--la", la, "--ics", ics, "--population", people, "--fail-on", "never"),
        run("overlap", la, ics),
    ):
        assert "lad.geojson (1 feature," in told
        assert "people.csv (1 row," in told or "people.csv" not in told


def test_what_must_and_what_should_be_settled_is_counted_apart(tmp_path: Path) -> None:
    # two gaps in a layer: one wide, one that is left over from drawing; a split; a part cut off
    accept = '[[accept]]\nrule = "FP201"\narea = "E07000066"\nreason = "known"\n'
    folder = outlines(tmp_path, draw("A A B B C"), draw("X Y Y X Y", "ICS"), NEST + accept)
    assert verdict(folder)[0] == (
        "The check has 4 findings: 1 must be settled, 2 to be aware of, 1 accepted with a reason."
    )


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("My Plan: districts, 1 April 2021", "My Plan: districts, 1 April 2021"),
        ("England, April 2021", "England, April 2021 · 1 April 2021"),
        ("As of 11 April 2021", "As of 11 April 2021 · 1 April 2021"),
        ("1 April 2021, drawn anew", "1 April 2021, drawn anew · 1 April 2021"),
    ],
)
def test_a_date_that_a_title_ends_with_is_not_told_twice(title: str, told: str) -> None:
    """`footprint init` ends the title of its drafts with the date."""
    assert dated(title, dt.date(2021, 4, 1)) == told
    assert dated(title, None) == title
