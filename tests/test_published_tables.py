"""Tables as publishers export them, of which a part says something else than it seems to.

Pivots whose labels stand once, sums of coarser areas among units, shares of the wrong whole, rates, kinds of
things that are no people, places with a mistake in all coordinates, and files of other formats.
"""

from __future__ import annotations

import datetime as dt
import gzip
import io
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from maps import draw, grid_units, write_plan

import footprint
from footprint.measure.hosts import Hosts, hosts
from footprint.model.errors import InputError
from footprint.model.geographies import GEOGRAPHIES
from footprint.plan.load import load_plan
from footprint.read.flows import read_flows
from footprint.read.population import read_population
from footprint.read.providers import read_providers
from footprint.read.specs import FlowsSpec, ProvidersSpec

PAIRS = [(f"E0100000{i}", p, 10 * i + n) for i in range(1, 5) for p, n in (("RHQ", 3), ("RFF", 6))]


def flows(
    folder: Path, heading: str, rows: list[str], **stated: str
) -> tuple[dict[tuple[str, str], float], str]:
    """Return the least activity by unit and provider, and all notes."""
    (folder / "flows.csv").write_text("\n".join([heading, *rows, ""]), encoding="utf-8")
    found = read_flows(FlowsSpec(path="flows.csv", **stated), folder, GEOGRAPHIES["LSOA"])  # type: ignore[arg-type]
    pairs = zip(found.units[found.unit], found.providers[found.provider], found.low, strict=True)
    return {(str(u), str(p)): float(n) for u, p, n in pairs}, " ".join(map(str, found.notes))


def counted(form: str = "{u},{p},{n}") -> list[str]:
    return [form.format(u=u, p=p, n=n) for u, p, n in PAIRS]


# ── flows ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("outer", ["unit", "provider"])
def test_labels_that_stand_once_above_blanks_are_no_unknown_codes(tmp_path: Path, outer: str) -> None:
    by = sorted(PAIRS) if outer == "unit" else sorted(PAIRS, key=lambda row: row[1])
    rows, last = [], ""
    for u, p, n in by:
        label = u if outer == "unit" else p
        shown = "" if label == last else label
        rows.append(f"{shown},{p},{n}" if outer == "unit" else f"{u},{shown},{n}")
        last = label
    with pytest.raises(InputError, match=f"has each {outer} in '.*' on one row and nothing below it"):
        flows(tmp_path, "LSOA21CD,provider,count", rows)


@pytest.mark.parametrize(
    "rows",
    [
        # each unit goes to one hospital, and of some patients nobody knows the unit
        ["E01000001,RHQ,5", "E01000002,RFF,6", ",RHQ,3", ",RFF,2"],
        # filled in, a pair would stand twice
        ["E01000001,RHQ,5", ",RHQ,3", "E01000002,RFF,6", ",RFF,2"],
        # below each unit stands the hospital that it has no patients in: pivots keep one order
        ["E01000001,RHQ,5", ",RFF,2", "E01000002,RFF,6", ",RHQ,3"],
        # no hospital comes again below another unit
        ["E01000001,R0A,9", ",RHQ,3", "E01000002,RXK,6", ",RFF,2"],
        ["E01000001,R0A,9", ",RHQ,3", ",RFF,2", ",RXK,2", ",RTE,2"],
    ],
)
def test_blanks_of_patients_from_nobody_knows_where_are_read(tmp_path: Path, rows: list[str]) -> None:
    found, _ = flows(tmp_path, "LSOA21CD,provider,count", rows)
    assert found["", "RHQ"] == 3
    assert found["", "RFF"] == 2


def test_blanks_of_hospitals_that_nobody_knows_are_read(tmp_path: Path) -> None:
    rows = ["E01000001,RHQ,5", "E01000002,,3", "E01000003,RFF,6", "E01000004,,2"]
    found, _ = flows(tmp_path, "LSOA21CD,provider,count", rows)
    assert found["E01000002", ""] == 3
    assert found["E01000004", ""] == 2


# RHQ has 13 + 23 + 33 + 43, RFF 16 + 26 + 36 + 46
SUMS = {"RHQ": 112, "RFF": 124}


@pytest.mark.parametrize(
    "sums",
    [
        ["E12000001,RHQ,112", "E12000001,RFF,124"],
        # three kinds of districts together, a region and the nation
        [
            *("E06000001,RHQ,12", "E07000001,RHQ,100", "E08000001,RFF,124"),
            *("E12000001,RHQ,112", "E12000001,RFF,124", "E92000001,RHQ,112", "E92000001,RFF,124"),
        ],
    ],
)
def test_sums_of_coarser_areas_are_not_journeys_of_nobody(tmp_path: Path, sums: list[str]) -> None:
    found, notes = flows(tmp_path, "LSOA21CD,provider,count", counted() + sums)
    assert found == {(u, p): float(n) for u, p, n in PAIRS}
    assert "of another kind" in notes
    assert "(236 journeys)" in notes


def test_people_of_elsewhere_with_as_many_journeys_are_no_sum(tmp_path: Path) -> None:
    alike = [f"E0100000{i},{p},51" for i in range(1, 5) for p in ("RHQ", "RFF")]
    other = ["E07000001,RHQ,204", "E07000001,RFF,204"]
    assert flows(tmp_path, "LSOA21CD,provider,count", alike + other)[0]["E07000001", "RFF"] == 204
    # what is of another nation adds up nothing
    wales = ["W06000001,RHQ,112", "W06000001,RFF,124"]
    assert flows(tmp_path, "LSOA21CD,provider,count", counted() + wales)[0]["W06000001", "RFF"] == 124


def test_areas_of_another_kind_that_add_up_nothing_stay(tmp_path: Path) -> None:
    found, notes = flows(
        tmp_path, "LSOA21CD,provider,count", [*counted(), "E07000001,RHQ,112", "E07000001,RFF,90"]
    )
    assert found["E07000001", "RFF"] == 90
    assert "of another kind" not in notes


def test_hidden_cells_do_not_hide_that_areas_are_sums(tmp_path: Path) -> None:
    hidden = [row if not row.endswith(",13") else "E01000001,RHQ,*" for row in counted()]
    # 99 are shown, and 1 to 7 hidden
    found, notes = flows(
        tmp_path, "LSOA21CD,provider,count", [*hidden, "E07000001,RHQ,103", "E07000001,RFF,124"]
    )
    assert ("E07000001", "RHQ") not in found
    assert "of another kind" in notes


@pytest.mark.parametrize(
    "heading",
    ["Admissions per 1000", "admissions_per_100k", "Attendances per head", "Standardised admissions"],
)
def test_what_is_per_head_is_no_count(tmp_path: Path, heading: str) -> None:
    with pytest.raises(InputError, match="has percentages or rates in column"):
        flows(tmp_path, f"LSOA21CD,provider,{heading}", counted())
    with pytest.raises(InputError, match="which are no journeys"):
        flows(tmp_path, "LSOA21CD,provider,Measure,count", counted(f"{{u}},{{p}},{heading},{{n}}"))


@pytest.mark.parametrize("heading", ["proportion_of_trust_patients", "Share of provider"])
def test_a_share_that_is_called_one_of_providers_is_none_of_units(tmp_path: Path, heading: str) -> None:
    rows = counted("{u},{p},0.{n}")
    with pytest.raises(InputError, match="has shares of providers' patients"):
        flows(tmp_path, f"LSOA21CD,provider,{heading}", rows)
    assert flows(tmp_path, f"LSOA21CD,provider,{heading}", rows, value=heading)[0]["E01000001", "RHQ"] == 0.13


@pytest.mark.parametrize("heading", ["provider_share", "trust share", "share_per_provider", "share by site"])
def test_a_share_that_is_called_one_for_each_provider_may_be_of_units(tmp_path: Path, heading: str) -> None:
    rows = [f"E0100000{i},{p},0.5" for i in range(1, 5) for p in ("RHQ", "RFF")]
    assert set(flows(tmp_path, f"LSOA21CD,provider,{heading}", rows)[0].values()) == {0.5}


@pytest.mark.parametrize("heading", ["Patients per provider", "count_per_lsoa", "Admissions per 12 months"])
def test_what_is_per_row_or_time_is_a_count(tmp_path: Path, heading: str) -> None:
    found, _ = flows(tmp_path, f"LSOA21CD,provider,{heading}", counted())
    assert found == {(u, p): float(n) for u, p, n in PAIRS}


@pytest.mark.parametrize(
    ("of_rhq", "of_rff", "refused"),
    [
        # of each provider's patients 94 in 100, and of each unit's 16
        (0.94 / 12, 0.94 / 12, True),
        # hardly anybody goes to either, and the rest elsewhere
        (0.05, 0.06, False),
        # half of each unit's patients go to one, 4 in 10 to the other
        (0.5, 0.4, False),
    ],
)
def test_shares_that_lack_some_patients_are_told_by_what_they_add_up_to(
    tmp_path: Path, of_rhq: float, of_rff: float, refused: bool
) -> None:
    rows = [f"E010000{i},{p},{n:.5f}" for i in range(10, 22) for p, n in (("RHQ", of_rhq), ("RFF", of_rff))]
    if refused:
        with pytest.raises(InputError, match="add up to 1 at most for each provider"):
            flows(tmp_path, "LSOA21CD,provider,share", rows)
    else:
        assert len(flows(tmp_path, "LSOA21CD,provider,share", rows)[0]) == 24


# ── people ──────────────────────────────────────────────────────────────────────────────────────

PEOPLE = {"E01000001": 1200, "E01000002": 900, "E01000003": 1500, "E01000004": 1100}


def people(path: Path) -> dict[str, float]:
    found = read_population(path, geography=GEOGRAPHIES["LSOA"])
    return {str(code): float(n) for code, n in found.people.items()}


def table(folder: Path, heading: str, form: str) -> Path:
    rows = [form.format(i=i, c=code, n=n) for i, (code, n) in enumerate(PEOPLE.items())]
    (folder / "people.csv").write_text("\n".join([heading, *rows, ""]), encoding="utf-8")
    return folder / "people.csv"


@pytest.mark.parametrize(
    ("heading", "kind"),
    [("Crime type", "Burglary"), ("Property type", "Flat"), ("Condition", "Diabetes"), ("Cause", "Cancer")],
)
def test_one_kind_of_anything_is_not_the_people(tmp_path: Path, heading: str, kind: str) -> None:
    with pytest.raises(InputError, match=f"has rows of {heading} = {kind}"):
        people(table(tmp_path, f"LSOA21CD,{heading},Count", f"{{c}},{kind},{{n}}"))
    assert people(table(tmp_path, f"LSOA21CD,{heading},population", f"{{c}},{kind},{{n}}")) == PEOPLE


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Area type", "LSOA"),
        ("Category", "Total"),
        ("Geography type", "2021 LSOA"),
        ("Zone type", "urban"),
        ("Level type", "LSOA"),
        ("Release type", "Final"),
        ("Topic", "TS001"),
        ("Category", "A"),
    ],
)
def test_kinds_of_areas_and_totals_are_of_people(tmp_path: Path, heading: str, kind: str) -> None:
    assert people(table(tmp_path, f"LSOA21CD,{heading},Value", f"{{c}},{kind},{{n}}")) == PEOPLE


NOMIS = (
    "DATE,DATE_NAME,DATE_TYPE,GEOGRAPHY,GEOGRAPHY_NAME,GEOGRAPHY_CODE,GEOGRAPHY_TYPECODE,"
    "GEOGRAPHY_SORTORDER,GENDER,GENDER_NAME,GENDER_TYPE,C_AGE,C_AGE_NAME,C_AGE_TYPE,MEASURES,MEASURES_NAME,"
    "OBS_VALUE,OBS_STATUS,RECORD_OFFSET,RECORD_COUNT"
)


def nomis(sex: str, age: str) -> str:
    return (
        f"2020,2020,date,12490{{i}}01,City {{i}},{{c}},298,{{i}},0,{sex},Gender,200,{age},Total Age,20100,"
        "value,{n},A,{i},4"
    )


def test_a_whole_download_of_nomis_is_read(tmp_path: Path) -> None:
    assert people(table(tmp_path, NOMIS, nomis("Total", "All Ages"))) == PEOPLE


@pytest.mark.parametrize(
    ("sex", "age", "told"),
    [("Female", "All Ages", "GENDER_NAME = Female"), ("Total", "Aged 16-64", "C_AGE_NAME = Aged 16-64")],
)
def test_a_download_of_some_people_is_refused(tmp_path: Path, sex: str, age: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        people(table(tmp_path, NOMIS, nomis(sex, age)))


def test_text_of_parquet_that_is_not_said_to_be_text_is_text(tmp_path: Path) -> None:
    codes = pa.array([code.encode() for code in PEOPLE], pa.binary())
    outlines = pa.array([b"\x01\x80\xff"] * len(PEOPLE), pa.binary())
    held = {"LSOA21CD": codes, "population": list(PEOPLE.values()), "shape": outlines}
    pq.write_table(pa.table(held), tmp_path / "people.parquet")
    assert people(tmp_path / "people.parquet") == PEOPLE


# ── other formats ───────────────────────────────────────────────────────────────────────────────


def zipped(**entries: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (zipped(people="LSOA21CD,population\n"), "is a ZIP archive or a workbook"),
        (
            zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"),
            "is an OpenDocument spreadsheet",
        ),
        (gzip.compress(b"LSOA21CD,population\n", mtime=0), "is packed"),
        (b"\xd0\xcf\x11\xe0" + bytes(512), "is an old workbook"),
        (b'[\n {"LSOA21CD": "E01000001", "population": 1}]', "is JSON"),
        (b'{"LSOA21CD": "E01000001", "population": 1}\n', "is JSON"),
    ],
)
def test_a_file_of_another_format_is_called_what_it_is(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "table.dat").write_bytes(content)
    with pytest.raises(InputError, match=told):
        people(tmp_path / "table.dat")
    with pytest.raises(InputError, match=told):
        read_flows(FlowsSpec(path="table.dat"), tmp_path, GEOGRAPHIES["LSOA"])


# ── providers ───────────────────────────────────────────────────────────────────────────────────

PLAN = """\
title = "T"
date = 2021-04-01
[layers.ics]
path = "ics.geojson"
[units]
path = "units.geojson"
population.path = "people.csv"
[levels]
system = "ics"
[flows]
path = "flows.csv"
[providers]
path = "sites.csv"
"""


def placed(folder: Path, sites: dict[str, list[object]]) -> footprint.Plan:
    """Return a plan of two systems of three units, each 10 km, whose corner is at (400000, 300000)."""
    units = grid_units("X X X Y Y Y")
    return load_plan(
        write_plan(
            folder / "plan",
            PLAN,
            units=units.drop(columns="letter"),
            ics=draw("X X X Y Y Y", "ICS"),
            people={"LSOA21CD": list(units["LSOA21CD"]), "population": [1000] * 6},
            flows={"LSOA21CD": list(units["LSOA21CD"]), "provider": ["RHQ", "RFF"] * 3, "count": COUNTS},
            sites={"provider": ["RHQ", "RFF"], **sites},
        )
    )


COUNTS = [7, 8, 9, 9, 10, 11]
X: list[object] = [405_000, 445_000]
Y: list[object] = [305_000, 304_000]
WEST, NORTH = [-1.92754, -1.33640], [52.64272, 52.63146]


@pytest.mark.parametrize(
    "sites",
    [
        {"Eastings": X, "Northings": Y},
        {"oseast1m": X, "osnrth1m": Y},
        {"longitude": WEST, "latitude": NORTH},
    ],
)
def test_sites_stand_where_their_coordinates_say(tmp_path: Path, sites: dict[str, list[object]]) -> None:
    found = hosts(placed(tmp_path, sites), "ics")
    assert isinstance(found, Hosts)
    # RFF is the first provider by code, and stands in the second system
    assert list(zip(found.provider.tolist(), found.area.tolist(), strict=True)) == [(0, 1), (1, 0)]


@pytest.mark.parametrize(
    ("sites", "told"),
    [
        ({"easting": Y, "northing": X}, "easting and northing swapped"),
        ({"longitude": [-x for x in WEST], "latitude": NORTH}, "longitudes without their sign"),
    ],
)
def test_a_mistake_in_all_coordinates_is_no_care_outside(
    tmp_path: Path, sites: dict[str, list[object]], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        hosts(placed(tmp_path, sites), "ics")


def test_hospitals_that_are_all_far_away_are_outside(tmp_path: Path) -> None:
    found = hosts(placed(tmp_path, {"easting": [530_000, 531_000], "northing": [180_000, 181_000]}), "ics")
    assert isinstance(found, Hosts)
    assert found.area.tolist() == [-1, -1]


@pytest.mark.parametrize(
    ("heading", "cells", "told"),
    [
        ("Close Date", ["", "2015-03-31"], "by 'Close Date' 1 row is not in force"),
        ("OrganisationStatus", ["Visible", "Closed"], "by 'OrganisationStatus' 1 row is not in force"),
        ("Close Date", ["", ""], ""),
        ("Open Date", ["", "2015-03-31"], ""),
    ],
)
def test_closed_sites_count_with_a_word(tmp_path: Path, heading: str, cells: list[str], told: str) -> None:
    columns: dict[str, object] = {"easting": X, "northing": Y, heading: cells}
    sites = pd.DataFrame({"provider": ["RHQ", "RHQ"], **columns})
    sites.to_csv(tmp_path / "sites.csv", index=False)
    day = dt.date(2021, 4, 1)
    found = read_providers(ProvidersSpec(path="sites.csv"), tmp_path, {}, {}, date=day)
    assert len(found.sites) == 2
    assert any("not in force" in str(note) for note in found.notes) == bool(told)
    assert told in " ".join(map(str, found.notes))


def test_codes_in_other_letters_are_told_as_such(tmp_path: Path) -> None:
    placed(tmp_path, {"easting": X, "northing": Y})
    with (tmp_path / "plan" / "flows.csv").open("a", encoding="utf-8") as stream:
        stream.write("e01000001,RHQ,5\nE01000001,rhq,5\nunknown,RHQ,5\nE01000001,R0A,5\n")
    told = [note for note in load_plan(tmp_path / "plan").notes if "other letters" in note]
    assert told == [
        "flows.csv: 1 unit is written in other letters than in the plan (e01000001, there E01000001), and so "
        "unknown: write codes alike",
        "flows.csv: 1 provider is written in other letters than in [providers] (rhq, there RHQ), and so "
        "unknown: write codes alike",
    ]


@pytest.mark.parametrize(
    ("providers", "more", "refused"),
    [
        (["Y63"], COUNTS, True),
        (["Y63", "QF7"], COUNTS, True),
        # another hospital, which nothing places, with as much in all units but one
        (["R0A"], [6, *COUNTS[1:]], False),
    ],
)
def test_boards_and_regions_among_hospitals_are_sums(
    tmp_path: Path, providers: list[str], more: list[int], refused: bool
) -> None:
    placed(tmp_path, {"easting": X, "northing": Y})
    with (tmp_path / "plan" / "flows.csv").open("a", encoding="utf-8") as stream:
        stream.writelines(f"E0100000{u},{p},{n}\n" for p in providers for u, n in enumerate(more))
    if refused:
        with pytest.raises(InputError, match="add up those of the other providers in each unit"):
            load_plan(tmp_path / "plan")
    else:
        plan = load_plan(tmp_path / "plan")
        assert plan.flows is not None
        assert plan.flows.low.sum() == sum(COUNTS) + sum(more)


def test_a_hospital_with_half_of_units_that_are_alike_is_no_sum(tmp_path: Path) -> None:
    placed(tmp_path, {"easting": X, "northing": Y})
    rows = [f"E0100000{u},{p},53\n" for u in range(6) for p in (("RHQ", "RFF")[u % 2], "R0A")]
    (tmp_path / "plan" / "flows.csv").write_text("".join(["LSOA21CD,provider,count\n", *rows]))
    plan = load_plan(tmp_path / "plan")
    assert plan.flows is not None
    assert plan.flows.low.sum() == 636


def test_half_of_what_few_sizes_of_units_have_is_no_sum(tmp_path: Path) -> None:
    placed(tmp_path, {"easting": X, "northing": Y})
    few = [11, 53, 97, 11, 53, 97]
    rows = [f"E0100000{u},{p},{n}\n" for u, n in enumerate(few) for p in (("RHQ", "RFF")[u % 2], "R0A")]
    (tmp_path / "plan" / "flows.csv").write_text("".join(["LSOA21CD,provider,count\n", *rows]))
    plan = load_plan(tmp_path / "plan")
    assert plan.flows is not None
    assert plan.flows.low.sum() == 644


@pytest.mark.parametrize(
    ("named", "other", "left"),
    [
        ("population", "batch", True),
        ("population", "residents", False),
        # as many as there may be people
        ("population", "registered", False),
        ("population", "population_2011", False),
    ],
)
def test_one_number_in_every_row_is_no_people_unless_it_is_called_so(
    tmp_path: Path, named: str, other: str, left: bool
) -> None:
    codes = [f"E0100000{i}" for i in range(6)]
    frame = pd.DataFrame(
        {"LSOA21CD": codes, named: range(1500, 1506), other: 1500 if other == "registered" else 700}
    )
    frame.to_csv(tmp_path / "people.csv", index=False)
    if left:
        assert sum(people(tmp_path / "people.csv").values()) == 9_015
    else:
        with pytest.raises(InputError, match=other):
            people(tmp_path / "people.csv")


def test_a_name_beside_people_makes_them_no_key(tmp_path: Path) -> None:
    codes = [f"E0100000{i}" for i in range(4)]
    frame = pd.DataFrame({"LSOA21CD": codes, "residents name": "x", "residents": [5, 6, 7, 8]})
    frame.assign(population=[4, 9, 7, 3]).to_csv(tmp_path / "people.csv", index=False)
    with pytest.raises(InputError, match="residents"):
        people(tmp_path / "people.csv")


def test_of_two_columns_with_one_number_in_every_row_neither_is_taken(tmp_path: Path) -> None:
    codes = [f"E0100000{i}" for i in range(6)]
    pd.DataFrame({"LSOA21CD": codes, "population": 1500, "batch": 700}).to_csv(
        tmp_path / "people.csv", index=False
    )
    with pytest.raises(InputError, match="batch"):
        people(tmp_path / "people.csv")


@pytest.mark.parametrize(("pairs", "refused"), [(5, True), (4, False)])
def test_two_levels_of_one_tree_are_not_added_up(tmp_path: Path, pairs: int, refused: bool) -> None:
    # a chapter, and the two blocks that it is made of; of few pairs two kinds may be alike by chance
    rows = [
        row
        for i in range(pairs)
        for p in ("RHQ", "RFF")
        for row in (
            f"E0100000{i},{p},chapter,{7 + i}",
            f"E0100000{i},{p},block,3",
            f"E0100000{i},{p},block,{4 + i}",
        )
    ]
    if refused:
        with pytest.raises(InputError, match="'chapter' in column 'level'"):
            flows(tmp_path, "LSOA21CD,provider,level,count", rows, repeated="sum")
    else:
        assert len(flows(tmp_path, "LSOA21CD,provider,level,count", rows, repeated="sum")[0]) == 8


def test_two_kinds_with_as_much_are_no_sum_of_each_other(tmp_path: Path) -> None:
    rows = [
        f"E0100000{i},{p},{sex},{quarter},{7 + i}"
        for i in range(6)
        for p in ("RHQ", "RFF")
        for sex in ("Male", "Female")
        for quarter in ("Q1", "Q2")
    ]
    found, _ = flows(tmp_path, "LSOA21CD,provider,sex,quarter,count", rows, repeated="sum")
    assert sum(found.values()) == 4 * 2 * sum(range(7, 13))


def test_one_number_for_two_halves_is_no_sum(tmp_path: Path) -> None:
    kinds = (("Elective", 52), ("Emergency", 26), ("Emergency", 26))
    rows = [f"E0100000{i},{p},{kind},{n}" for i in range(6) for p in ("RHQ", "RFF") for kind, n in kinds]
    found, _ = flows(tmp_path, "LSOA21CD,provider,pod,count", rows, repeated="sum")
    assert set(found.values()) == {104}
