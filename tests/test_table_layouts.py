"""Tables as offices publish them: read right, or refused with the line that settles it.

The layouts follow the offices' own files: small-area estimates of ONS (headings with blanks, single years
of age), downloads of Nomis (titles above, notes below), Fingertips (one row an indicator, with its
confidence limits), NHS Digital (measures by name) and OHID (catchments with totals and shares).
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from depth import tries
from hypothesis import given
from hypothesis import strategies as st
from maps import boxes, save

import footprint
from footprint.model.errors import InputError
from footprint.model.geographies import GEOGRAPHIES
from footprint.plan import derive
from footprint.read.boundary import read_layer
from footprint.read.flows import read_flows
from footprint.read.lookup import read_lookup
from footprint.read.population import read_population
from footprint.read.specs import FlowsSpec

PEOPLE = {"E01000001": 1500.0, "E01000002": 1600.0, "E01000003": 900.0}


def people(folder: Path, text: str) -> dict[str, float]:
    (folder / "people.csv").write_text(text, encoding="utf-8")
    found = read_population(folder / "people.csv", geography=GEOGRAPHIES["LSOA"])
    return {str(code): float(n) for code, n in found.people.items()}


def rows(form: str) -> str:
    return "".join(form.format(code=code, n=int(n), half=int(n) // 2) + "\n" for code, n in PEOPLE.items())


# ── population ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("heading", "form"),
    [
        ("Area Code,Area Name,All ages", "{code},x,{n}"),
        (" Area  Code ,Area Name, Population ", "{code},x,{n}"),
        ("LSOA Code,LSOA Name,Total", "{code},x,{n}"),
        (
            "LAD 2023 Code,LAD 2023 Name,LSOA 2021 Code,LSOA 2021 Name,Total,F0 to 15,M0 to 15",
            "E08000019,S,{code},x,{n},{half},{half}",
        ),
        ("sep=;\nLSOA21CD;population", "{code};{n}"),
        ('"sep=;"\nLSOA21CD;population', "{code};{n}"),
        ("sep=\t\nLSOA21CD\tpopulation", "{code}\t{n}"),
        ("LSOA21CD,population,,,", "{code},{n},,,"),
        (
            "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,"
            "Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,Count,Denominator",
            "1,Residents,E92000001,England,{code},x,LSOA,Persons,All ages,2022,{n},,,{n},",
        ),
        ("EXTRACT_DATE,LSOA_CODE,SEX,NUMBER_OF_PATIENTS", "01JAN2024,{code},ALL,{n}"),
        ("DATE_NAME,GEOGRAPHY_CODE,MEASURES_NAME,OBS_VALUE", "2022,{code},Value,{n}"),
    ],
)
def test_people_are_found_in_the_layouts_of_offices(tmp_path: Path, heading: str, form: str) -> None:
    assert people(tmp_path, f"{heading}\n{rows(form)}") == PEOPLE


NOMIS = (
    '"Population estimates - small area based"\n'
    '"ONS Crown Copyright Reserved [from Nomis]"\n\n"Date","2022"\n"Gender","Total"\n\n'
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            f'{NOMIS}"2021 super output area","mnemonic","2022"\n' + rows('"x","{code}",{n}'),
            "seems to be line 7 (2021 super output area, mnemonic, 2022). Delete lines 1 to 6",
        ),
        (
            "Mid-2022 estimates\nSource: ONS\nTable 3\nLSOA 2021 Code,Name,Total\n" + rows("{code},x,{n}"),
            "has 3 lines above its heading, which seems to be line 4 (LSOA 2021 Code, Name, Total). "
            "Delete lines 1 to 3",
        ),
        ("LSOA21CD,population\n" + rows("{code},{n}") + "\nSource: ONS\n", "delete line 6"),
        (
            "LSOA21CD,population\n" + rows("{code},{n}") + "Total,4100\n",
            "calls 4,100 'Total', but the other rows add up to 4,000",
        ),
        (
            "LSOA_CODE,SEX,NUMBER_OF_PATIENTS\n" + rows("{code},MALE,{half}") + rows("{code},FEMALE,{half}"),
            "has 3 codes on more than one row",
        ),
        (
            "Area Code,Time period,Value,Count,Denominator\n" + rows("{code},2022,12.5,30,{n}"),
            "has several columns that may hold all people: Count, Denominator",
        ),
    ],
)
def test_what_is_not_the_table_is_named_with_its_lines(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        people(tmp_path, text)
    assert told in str(refused.value)


def test_what_a_message_says_to_delete_is_all_there_is(tmp_path: Path) -> None:
    text = f'{NOMIS}"2021 super output area","mnemonic","2022"\n' + rows('"x","{code}",{n}')
    assert people(tmp_path, "\n".join(text.splitlines()[6:])) == PEOPLE


@pytest.mark.parametrize("word", ["Total", "TOTAL", "Grand total", "England"])
def test_a_sum_below_the_rows_is_left_out_and_said(tmp_path: Path, word: str) -> None:
    assert people(tmp_path, "LSOA21CD,population\n" + rows("{code},{n}") + f"{word},4000\n") == PEOPLE
    found = read_population(tmp_path / "people.csv", geography=GEOGRAPHIES["LSOA"])
    assert f"people.csv: '{word}' below the rows is their sum and was left out" in found.notes


# ── lookups ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("heading", "form"),
    [
        ("LSOA Code,LAD Code", "{code},E08000019"),
        ("LSOA code,Area Code,Area name", "{code},E08000019,Sheffield"),
        ("Area Code,LSOA code,LAD name", "E08000019,{code},Sheffield"),
        ("LSOA 2021 Code,LSOA 2021 Name,LAD 2023 Code,LAD 2023 Name", "{code},x,E08000019,Sheffield"),
        (
            "LSOA21CD,LSOA21NM,MSOA21CD,MSOA21NM,LAD23CD,LAD23NM,ObjectId",
            "{code},x,E02000001,y,E08000019,S,7",
        ),
        ("LAD23CD,LSOA21CD,,", "E08000019,{code},,"),
    ],
)
def test_units_and_areas_are_told_apart_by_headings_and_codes(
    tmp_path: Path, heading: str, form: str
) -> None:
    (tmp_path / "lookup.csv").write_text(f"{heading}\n{rows(form)}", encoding="utf-8")
    found = read_lookup(
        tmp_path / "lookup.csv", unit=None, code=None, unit_geography=GEOGRAPHIES["LSOA"],
        geography=GEOGRAPHIES["LAD"], role="lookup",
    )  # fmt: skip
    assert dict(found.areas) == dict.fromkeys(PEOPLE, "E08000019")


SURVEYED = ["E07000065", "E07000066"]


@pytest.mark.parametrize(
    ("columns", "kind", "found"),
    [
        # Boundary-Line of Ordnance Survey
        (
            {"NAME": ["a", "b"], "AREA_CODE": ["DIS", "DIS"], "NUMBER": [1, 2], "CODE": SURVEYED},
            "LAD",
            "CODE",
        ),
        ({"NAME": ["a", "b"], "AREA_CODE": ["DIS", "DIS"], "CODE": SURVEYED}, None, "CODE"),
        ({"code": ["x", "y"], "gss_code": SURVEYED, "name": ["a", "b"]}, "LAD", "gss_code"),
        # two that fit; one's own codes beside those of districts; both may be meant
        ({"code": SURVEYED, "gss_code": SURVEYED}, "LAD", None),
        ({"code": ["x", "y"], "gss_code": SURVEYED}, None, None),
        ({"code": ["x", "y"], "area_code": SURVEYED[:1] * 2}, "OTHER", None),
        ({"code": ["x", "y"], "area_code": SURVEYED[:1] * 2}, None, None),
    ],
)
def test_of_two_columns_of_codes_the_one_with_official_codes_is_taken_or_none(
    tmp_path: Path, columns: dict[str, list[object]], kind: str | None, found: str | None
) -> None:
    drawn = boxes(A=(0, 0, 20_000, 20_000), B=(20_000, 0, 40_000, 20_000))[["geometry"]].assign(**columns)
    path, geography = save(drawn, tmp_path / "lad.gpkg"), None if kind is None else GEOGRAPHIES[kind]
    if found is None:
        with pytest.raises(footprint.InputError, match="2 columns that could hold the codes"):
            read_layer(path, geography=geography)
    else:
        layer = read_layer(path, geography=geography)
        assert (layer.column, list(layer.names.index)) == (found, SURVEYED)


# ── flows ───────────────────────────────────────────────────────────────────────────────────────

COUNTS = {("E02000001", "RHQ"): 51.0, ("E02000001", "RFF"): 7.0, ("E02000002", "RHQ"): 33.0}


def flows(folder: Path, text: str, **stated: str) -> dict[tuple[str, str], float]:
    (folder / "flows.csv").write_text(text, encoding="utf-8")
    table = read_flows(FlowsSpec(path="flows.csv", **stated), folder, GEOGRAPHIES["MSOA"])  # type: ignore[arg-type]
    assert table.kind == "count"
    pairs = zip(table.units[table.unit], table.providers[table.provider], table.low, strict=True)
    return {(str(u), str(p)): float(n) for u, p, n in pairs}


def journeys(form: str) -> str:
    return "".join(form.format(u=u, p=p, n=int(n)) + "\n" for (u, p), n in COUNTS.items())


@pytest.mark.parametrize(
    ("heading", "form"),
    [
        ("MSOA Code,Provider Code,Admissions", "{u},{p},{n}"),
        ("sep=;\nMSOA21CD;provider_code;admissions", "{u};{p};{n}"),
        ("MSOA21CD,Provider Code,Admissions,,", "{u},{p},{n},,"),
        ("ORG_CODE,ORG_NAME,MSOA11CD,MEASURE_TYPE,MEASURE_VALUE", "{p},x,{u},FCE,{n}"),
        ("CatchmentYear,FinancialYear,MSOA11CD,TrustCode,TrustName,patients", "2020,2019/20,{u},{p},x,{n}"),
        ("Time period,MSOA21CD,Trust code,FCE", "2022,{u},{p},{n}"),
    ],
)
def test_journeys_are_found_in_the_layouts_of_offices(tmp_path: Path, heading: str, form: str) -> None:
    assert flows(tmp_path, f"{heading}\n{journeys(form)}") == COUNTS


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "MSOA11CD,TrustCode,CatchmentYear,patients,total_patients,proportion\n"
            + journeys("{u},{p},2020,{n},91,0.5"),
            "several columns of numbers: patients, total_patients, proportion",
        ),
        (
            "Admissions 2022\nSource: HES\nTable 3\nMSOA21CD,Provider Code,Admissions\n"
            + journeys("{u},{p},{n}"),
            "seems to be line 4 (MSOA21CD, Provider Code, Admissions). Delete lines 1 to 3",
        ),
        (
            "MSOA21CD,Provider Code,Admissions\n" + journeys("{u},{p},{n}") + "\nSource: HES\n",
            "delete notes below the rows",
        ),
        ("MSOA21CD,Provider Code,Admissions,\n" + journeys("{u},{p},{n},5"), "has no heading above column 4"),
    ],
)
def test_what_is_not_the_table_of_journeys_is_named(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        flows(tmp_path, text)
    assert told in str(refused.value)


EXTRA = {
    "OBJECTID": lambda i: str(i + 1),
    "ORG_NAME": lambda i: f"Hospital {i}",
    "CatchmentYear": lambda i: "2020",
    "LAT": lambda i: "53.4",
    "bed_days": lambda i: str(40 + i),
    "patients_total": lambda i: "91",
    "percent": lambda i: "12.5",
    "Category": lambda i: "",
}
UNIT, PROVIDER = (
    ("MSOA21CD", "MSOA Code", "msoa11_code", "area_code"),
    ("provider", "Trust code", "ORG_CODE", "site"),
)
ACTIVITY = ("admissions", "FCE", "NUMBER_OF_PATIENTS", "discharges", "MEASURE_VALUE", "Fälle")


@tries(60)
@given(st.integers(0, 10**6))
def test_columns_and_rows_in_any_order_under_any_name_give_the_journeys_or_a_refusal(
    tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    names = (rng.choice(UNIT), rng.choice(PROVIDER), rng.choice(ACTIVITY))
    more = rng.sample(list(EXTRA), rng.randrange(4))
    columns = [*names, *more]
    table = [
        [u, p, str(int(n)), *(EXTRA[c](i) for c in more)] for i, ((u, p), n) in enumerate(COUNTS.items())
    ]
    order = rng.sample(range(len(columns)), len(columns))
    rng.shuffle(table)
    text = "\n".join(",".join(row[i] for i in order) for row in [columns, *table])
    try:
        assert flows(tmp_path, text + "\n") == COUNTS
    except InputError:
        doubtful = True
    else:
        doubtful = False
    # another column of numbers may be meant as well; nothing else is a reason to ask
    assert doubtful == bool({"bed_days", "patients_total", "percent"} & {*more})
    assert flows(tmp_path, text + "\n", value=names[2], kind="count") == COUNTS


# ── points ──────────────────────────────────────────────────────────────────────────────────────

POINTS = {"E01000001": (405_000, 305_000), "E01000002": (415_000, 305_000), "E01000003": (425_000, 305_000)}


def degrees() -> dict[str, tuple[float, float]]:
    import pyproj

    shift = pyproj.Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    return {code: shift.transform(*spot) for code, spot in POINTS.items()}


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("heading", "form", "in_degrees"),
    [
        ("LSOA21CD,easting,northing", "{code},{x},{y}", False),
        ("FID,LSOA21CD,x,y", "1,{code},{x},{y}", False),
        ("LSOA21CD,x,y", "{code},{x:.6f},{y:.6f}", True),
        ("LSOA21CD,LAT,LONG", "{code},{y:.6f},{x:.6f}", True),
        ("lon;lat;LSOA Code", "{x:.6f};{y:.6f};{code}", True),
        ("LSOA21CD,LSOA21NM,BNG_E,BNG_N,,", "{code},x,{x},{y},,", False),
    ],
)
def test_units_are_read_as_points_from_a_table(
    tmp_path: Path, heading: str, form: str, in_degrees: bool
) -> None:
    spots = degrees() if in_degrees else POINTS
    text = "".join(form.format(code=code, x=x, y=y) + "\n" for code, (x, y) in spots.items())
    (tmp_path / "units.csv").write_text(f"{heading}\n{text}", encoding="utf-8")
    plan = of_points(tmp_path)
    assert plan.units is not None
    assert plan.units.are_points
    assert plan.units.shapes is not None
    for code, spot in POINTS.items():
        point = plan.units.shapes[code]
        assert (point.x, point.y) == pytest.approx(spot, abs=2)
    # the border between X and Y is at 20 km
    assert [n for n in plan.notes if "points read from columns" in n]
    assigned = derive.assignment(plan, "ics")
    assert assigned is not None
    assert list(assigned.areas.values()) == ["E54000088", "E54000088", "E54000089"]


def of_points(folder: Path) -> footprint.Plan:
    save(boxes("ICS", X=(0, 0, 20_000, 10_000), Y=(20_000, 0, 40_000, 10_000)), folder / "ics.gpkg")
    (folder / "people.csv").write_text("LSOA21CD,population\n" + rows("{code},{n}"))
    (folder / "footprint.toml").write_text(
        'title = "T"\ndate = 2024-04-01\n[units]\npath = "units.csv"\npopulation = { path = "people.csv" }\n'
        '[layers.ics]\npath = "ics.gpkg"\n[levels]\nsystem = "ics"\n'
    )
    return footprint.load_plan(folder)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("LSOA21CD,population\nE01000001,5\n", "is a table without geometry or coordinates"),
        ("LSOA21CD,easting,northing\nE01000001,305000,9405000\n", "not in the United Kingdom"),
        ("LSOA21CD,LAT,LONG\nE01000001,-1.4,53.3\n", "seem to be swapped"),
        ("LSOA21CD,easting,northing\nE01000001,400000,\nE01000002,1,2\nE01000003,x,5\n", "has 'x' in column"),
        ("LSOA21CD,easting,northing\nE01000001,400000,300000\nE01000002,,\n", "1 unit without a point"),
    ],
)
def test_a_table_of_points_that_is_none_is_refused(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "units.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        of_points(tmp_path)
    assert told in str(refused.value)
