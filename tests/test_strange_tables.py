"""Tables of people and of flows whose columns, rows and marks say something else than what is wanted."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from footprint.model.errors import InputError
from footprint.model.geographies import GEOGRAPHIES
from footprint.read.flows import read_flows
from footprint.read.population import read_population
from footprint.read.proposalfile import read_assignment
from footprint.read.providers import read_providers
from footprint.read.specs import FlowsSpec, ProvidersSpec

LSOAS = {"E01000001": 1200, "E01000002": 900, "E01000003": 1500}


def people(folder: Path, heading: str, row: str, **stated: str) -> tuple[dict[str, float], list[str]]:
    """Return people by LSOA, and notes; in `row` {c} is a code and {n} its people."""
    body = [row.format(c=code, n=n) for code, n in LSOAS.items()]
    (folder / "people.csv").write_text("\n".join([heading, *body, ""]), encoding="utf-8")
    found = read_population(folder / "people.csv", geography=GEOGRAPHIES["LSOA"], **stated)  # type: ignore[arg-type]
    return dict(found.counts), [str(note) for note in found.notes]


@pytest.mark.parametrize(
    "heading",
    ["population_65plus", "over_65_population", "population_0_15", "Working age population",
     "student population", "weighted_population", "population_rank", "Population (%)", "population_k",
     "white_population",
     "pop65", "population_2043_projected", "number of practices", "total admissions", "dementia patients",
     "all crime", "Total area", "non-UK short-term residents"],
)  # fmt: skip
def test_a_name_with_a_word_that_all_people_do_not_need_is_refused(tmp_path: Path, heading: str) -> None:
    with pytest.raises(InputError, match=r'Name it with value = "…"'):
        people(tmp_path, f"LSOA21CD,{heading}", "{c},{n}")
    assert people(tmp_path, f"LSOA21CD,{heading}", "{c},{n}", value=heading)[0] == LSOAS


@pytest.mark.parametrize(
    "heading",
    ["Usual resident population", "population_mid2020", "Population at 30 June 2022", "Registered patients",
     "NumberOfPatients", "Census 2021 persons", "pop_est", "POP2021", "mid-2020 estimate", "Total: all ages"],
)  # fmt: skip
def test_a_name_of_words_for_all_people_is_taken(tmp_path: Path, heading: str) -> None:
    assert people(tmp_path, f"LSOA21CD,{heading}", "{c},{n}")[0] == LSOAS


@pytest.mark.parametrize(
    ("heading", "of"),
    [("LSOA21CD,SEX_NAME,OBS_VALUE", "Male"), ("LSOA_CODE,SEX,NUMBER_OF_PATIENTS", "FEMALE"),
     ("Area Code,Age,Value", "65+ yrs"), ("LSOA21CD,age_group,population", "0-15"),
     ("LSOA21CD,Age,population", "0"), ("LSOA21CD,single_year_age,population", "0"),
     ("LSOA21CD,5 year age band,population", "0-4"), ("LSOA21CD,Age-group,population", "15-24"),
     ("LSOA21CD,Ethnic group (6 categories),population", "White"), ("LSOA21CD,ageband,population", "65+"),
     ("LSOA21CD,Residence type,population", "Communal establishment")],
)  # fmt: skip
def test_rows_of_some_people_are_no_population(tmp_path: Path, heading: str, of: str) -> None:
    value = heading.split(",")[2]
    with pytest.raises(InputError, match="does not hold all people") as refused:
        people(tmp_path, heading, f"{{c}},{of},{{n}}")
    assert f'value = "{value}"' in str(refused.value)
    found, notes = people(tmp_path, heading, f"{{c}},{of},{{n}}", value=value)
    assert found == LSOAS
    assert any("these are not all people" in note for note in notes)


@pytest.mark.parametrize("of", ["Persons", "ALL", "Total", "Both sexes", "All people"])
def test_rows_of_everybody_are(tmp_path: Path, of: str) -> None:
    assert people(tmp_path, "LSOA21CD,Sex,Age,population", f"{{c}},{of},All ages,{{n}}")[0] == LSOAS


@pytest.mark.parametrize(
    ("heading", "of"),
    [("Ethnic group (6 categories)", "All categories: Ethnic group"), ("Residence type", "Total"),
     ("Age", "Total: All usual residents"), ("Tenure", "All tenures"), ("Stage", "Final"),
     ("Village", "Upper"), ("Coverage", "full")],
)  # fmt: skip
def test_rows_of_all_categories_are_of_everybody(tmp_path: Path, heading: str, of: str) -> None:
    assert people(tmp_path, f"LSOA21CD,{heading},population", f"{{c}},{of},{{n}}")[0] == LSOAS


@pytest.mark.parametrize(
    ("heading", "of"),
    [("LSOA21CD,sex,population", "1"), ("GEOGRAPHY_CODE,C_SEX,OBS_VALUE", "2"),
     ("LSOA21CD,Household deprivation (6 categories),Observation", "Household is not deprived"),
     ("LSOA21CD,Number of cars or vans (5 categories),Observation", "1 car or van"),
     ("LSOA21CD,household_composition,count", "Couples")],
)  # fmt: skip
def test_rows_of_one_category_are_no_population(tmp_path: Path, heading: str, of: str) -> None:
    with pytest.raises(InputError, match="does not hold all people"):
        people(tmp_path, heading, f"{{c}},{of},{{n}}")
    assert people(tmp_path, heading, f"{{c}},{of},{{n}}", value=heading.split(",")[2])[0] == LSOAS


@pytest.mark.parametrize(
    ("heading", "of"),
    [("GEOGRAPHY_CODE,MEASURES_NAME,OBS_VALUE", "Percent"), ("LSOA21CD,VARIABLE,OBS_VALUE", "Households"),
     ("Area Code,Indicator Name,Value", "Number of dwellings"), ("LSOA21CD,CELL_NAME,OBS_VALUE", "Females"),
     ("Area Code,Indicator Name,Value", "Residents aged 65 and over"), ("LSOA21CD,Unit,Persons", "Thousands"),
     ("LSOA21CD,Population group,Count", "Aged 65 to 74"), ("LSOA21CD,Type,Total", "Families"),
     ("LSOA21CD,Unit of measure,value", "per cent"), ("LSOA21CD,who,population", "Males")],
)  # fmt: skip
def test_rows_that_count_something_else_are_no_population(tmp_path: Path, heading: str, of: str) -> None:
    value = heading.split(",")[2]
    with pytest.raises(
        InputError, match=re.escape(f"= {of}, so '{value}' may hold something else")
    ) as refused:
        people(tmp_path, heading, f"{{c}},{of},{{n}}")
    assert f'value = "{value}"' in str(refused.value)
    found, notes = people(tmp_path, heading, f"{{c}},{of},{{n}}", value=value)
    assert found == LSOAS
    assert any("may be something else than people" in note for note in notes)


@pytest.mark.parametrize(
    ("heading", "of"),
    [("sex", "0"), ("SEX", "9"), ("GENDER_NAME", "Total"), ("MEASURES_NAME", "Value"),
     ("VARIABLE", "Population"), ("Indicator Name", "Resident population"),
     ("CELL_NAME", "All usual residents"),
     ("Variable", "All categories: Age"), ("Unit", "Persons"), ("unit_name", "Ward 7"), ("Type", "LSOA"),
     ("households", '"1,234"'), ("Measure", "Mid-year population estimate"), ("Region", "London")],
)  # fmt: skip
def test_rows_that_count_people_are_a_population(tmp_path: Path, heading: str, of: str) -> None:
    if heading == "households":
        with pytest.raises(InputError, match="several columns that may hold all people"):
            people(tmp_path, f"LSOA21CD,{heading},population", f"{{c}},{of},{{n}}")
    else:
        assert people(tmp_path, f"LSOA21CD,{heading},population", f"{{c}},{of},{{n}}")[0] == LSOAS


def test_an_empty_column_of_another_indicator_hides_nobody(tmp_path: Path) -> None:
    heading = "Indicator Name,Area Code,Area Name,Sex,Age,Time period,Value,Count,Denominator"
    found, _ = people(tmp_path, heading, "Resident population,{c},x,Persons,All ages,2022,{n},,")
    assert found == LSOAS


A, B = "E08000016", "E08000017"
COUNTS = {(A, "RFF"): 999.0, (A, "RP5"): 1.0, (B, "RFF"): 50.0}


def flows(folder: Path, heading: str, *rows: str, **stated: object) -> dict[tuple[str, str], float]:
    """Return journeys by unit and provider."""
    return journeys(folder, heading, *rows, **stated)[0]


def journeys(
    folder: Path, heading: str, *rows: str, **stated: object
) -> tuple[dict[tuple[str, str], float], tuple[str, ...]]:
    """Return journeys by unit and provider, and notes."""
    (folder / "flows.csv").write_text("\n".join([heading, *rows, ""]), encoding="utf-8")
    spec = FlowsSpec(path="flows.csv", **stated)  # type: ignore[arg-type]
    table = read_flows(spec, folder, GEOGRAPHIES["LAD"])
    pairs = zip(table.units[table.unit], table.providers[table.provider], table.low, strict=True)
    return {(str(u), str(p)): float(n) for u, p, n in pairs}, table.notes


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("below", "left_out"),
    [
        ("Source: HES,,", "'Source: HES'"),
        ("© Crown copyright 2023,,", "'© Crown copyright 2023'"),
        ("Notes,,\n* suppressed,,", "'* suppressed', 'Notes'"),
        (",Source: HES,", "'Source: HES'"),
        (
            ',"Contains licensed data",',
            "'Contains licensed data'",
        ),
        (",Note 1: rounded to 5,", "'Note 1: rounded to 5'"),
        (",* below 5,", "'* below 5'"),
        ("E08000018,,", ""),
        ("CLOSED,,", ""),
        ("X99,,", ""),
        (",RFF,", ""),
    ],
)
@pytest.mark.parametrize("kind", ["count", "record"])
def test_a_note_below_the_rows_is_no_journey(tmp_path: Path, below: str, left_out: str, kind: str) -> None:
    rows = [",".join([*pair, str(int(n))]) for pair, n in COUNTS.items()]
    heading = f"LAD24CD,provider,{'count' if kind == 'count' else 'month'}"
    found, notes = journeys(tmp_path, heading, *rows, below, kind=kind, unit="LAD24CD", provider="provider")
    assert (len(found) == len(COUNTS)) == bool(left_out)
    assert [note for note in notes if "below the rows" in note] == (
        [f"flows.csv: {told} below the rows: {left_out}"]
        if left_out and (told := _one_or_more(left_out))
        else []
    )


@pytest.mark.parametrize("below", ["{A},Notes: rounded to 5,12", "{A},Source: HES,", ",Source: HES,12"])
@pytest.mark.parametrize("kind", ["count", "record"])
def test_a_note_where_a_provider_is_needed_is_no_hospital(tmp_path: Path, below: str, kind: str) -> None:
    rows = [",".join([*pair, str(int(n))]) for pair, n in COUNTS.items()]
    heading = f"LAD24CD,provider,{'count' if kind == 'count' else 'month'}"
    with pytest.raises(InputError, match="where the code of a provider is needed"):
        flows(tmp_path, heading, *rows, below.format(A=A), kind=kind, unit="LAD24CD", provider="provider")


@pytest.mark.parametrize(
    "name", ["Other trusts", "Private", "Notting Hill Clinic", "Sourcewell Hospital", "The Notes", "RFF 2"]
)
@pytest.mark.parametrize("kind", ["count", "record"])
def test_a_provider_with_a_name_is_one(tmp_path: Path, name: str, kind: str) -> None:
    rows = [",".join([*pair, str(int(n))]) for pair, n in COUNTS.items()]
    heading = f"LAD24CD,provider,{'count' if kind == 'count' else 'month'}"
    stated = {"kind": kind, "unit": "LAD24CD", "provider": "provider"}
    found = flows(tmp_path, heading, *rows, f"{A},{name},12", **stated)
    assert found[A, name] == (12 if kind == "count" else 1)
    if kind == "record":
        assert flows(tmp_path, heading, *rows, f",{name},", **stated)["", name] == 1


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("heading", "cell", "said"),
    [("sex", "M", True), ("age_band", "65+", True), ("Ethnic group", "Asian", True),
     ("single_year_age", "0", True), ("sex", "Persons", False), ("age", "All ages", False),
     ("stage", "M", False), ("sex", "1", True), ("sex", "0", False), ("sex", "9", False)],
)  # fmt: skip
@pytest.mark.parametrize("many", [0, 3000])
def test_journeys_of_some_people_are_said_to_be_theirs(
    tmp_path: Path, heading: str, cell: str, said: bool, many: int
) -> None:
    rows = [",".join([*pair, cell, str(int(n))]) for pair, n in COUNTS.items()]
    rows += [f"E0700{i:04d},RFF,{cell},7" for i in range(many)]
    stated = {"unit": "LAD24CD", "provider": "provider", "value": "count", "kind": "count"}
    _, notes = journeys(tmp_path, f"LAD24CD,provider,{heading},count", *rows, **stated)
    told = [note for note in notes if "what is measured" in note]
    assert told == said * [f"flows.csv: all rows are of {heading} = {cell}; what is measured is theirs"]
    if many:
        rows[-1] = rows[-1].replace(f",{cell},", ",Others,")
        _, notes = journeys(tmp_path, f"LAD24CD,provider,{heading},count", *rows, **stated)
        assert not any("what is measured" in note for note in notes)


def _one_or_more(quoted: str) -> str:
    return "2 rows without journeys are notes" if ", " in quoted else "1 row without journeys is a note"


@pytest.mark.sampled
@pytest.mark.parametrize(
    "of", ["Percent", "% of patients", "Rate per 1,000", "Bed days", "Mean length of stay"]
)
@pytest.mark.parametrize("heading", ["measure", "MEASURE_NAME", "Indicator"])
def test_rows_that_measure_no_journeys_are_not_taken_for_counts(
    tmp_path: Path, heading: str, of: str
) -> None:
    rows = [",".join([*pair, of, str(int(n))]) for pair, n in COUNTS.items()]
    top = f"LAD24CD,provider,{heading},value"
    with pytest.raises(InputError, match="which are no journeys") as refused:
        flows(tmp_path, top, *[row.replace("1,000", "1000") for row in rows])
    assert f"has rows of {heading} = " in str(refused.value)
    if "," not in of:
        assert flows(tmp_path, top, *rows, value="value", kind="count") == COUNTS
        both = [*rows, *(row.replace(f",{of},", ",Admissions,") for row in rows)]
        assert flows(tmp_path, top, *both, only={heading: "Admissions"}) == COUNTS
    assert (
        flows(tmp_path, top, *[",".join([*p, "Admissions", f"{n:.0f}"]) for p, n in COUNTS.items()]) == COUNTS
    )


def test_a_note_may_stand_in_a_column_that_is_not_used(tmp_path: Path) -> None:
    rows = [",".join(["2023", *pair, str(int(n))]) for pair, n in COUNTS.items()]
    heading, total = "year,LAD24CD,provider,count", str(int(sum(COUNTS.values())))
    for below in (["Source: HES,,,"], [f"Total,,,{total}"], [f",,,{total}", "Source: HES,,,"]):
        assert flows(tmp_path, heading, *rows, *below, unit="LAD24CD", value="count", kind="count") == COUNTS
    # a suppressed count of 2023 is one, whoever it is of
    assert ("", "") in flows(tmp_path, heading, *rows, "2023,,,", unit="LAD24CD", value="count", kind="count")


@pytest.mark.parametrize("written", ["1.2E+03", "1.20e3", "1E+05", "1.23e+06"])
def test_a_count_that_has_lost_digits_is_refused(tmp_path: Path, written: str) -> None:
    told = "Scientific notation leaves digits out"
    with pytest.raises(InputError, match=told):
        flows(tmp_path, "LAD24CD,provider,count", f"{A},RFF,999", f"{A},RP5,{written}")
    with pytest.raises(InputError, match=rf"people\.csv: has '{re.escape(written)}'.* line 3 .*{told}"):
        people(tmp_path, "LSOA21CD,population", "{c},{n}\nE01000009," + written)


@pytest.mark.parametrize("written", ["1.234E+03", "1.000e3", "2.00E+01", "0.00E+00", "1e+05", "1.2e+07"])
def test_a_count_with_all_its_digits_is_read(tmp_path: Path, written: str) -> None:
    assert flows(tmp_path, "LAD24CD,provider,count", f"{A},RFF,{written}") == {(A, "RFF"): float(written)}
    assert people(tmp_path, "LSOA21CD,population", "{c}," + written)[0] == dict.fromkeys(
        LSOAS, float(written)
    )


@pytest.mark.parametrize("mark", ["[c]", "c", "-", "..", "<=7", "1 to 7", "suppressed", "[low]", "≤5"])
@pytest.mark.parametrize("heading", ["FCE", "admissions"])
def test_marks_that_nobody_has_listed_make_no_records(tmp_path: Path, heading: str, mark: str) -> None:
    with pytest.raises(
        InputError, match=f"where a count is needed.*suppressed ones are|'{heading}', that may"
    ):
        flows(tmp_path, f"LAD24CD,Provider,{heading}", f"{A},RFF,999", f"{A},RP5,{mark}")


def test_a_column_with_an_unknown_mark_is_still_one_of_two(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="several columns of numbers: FCE, days"):
        flows(tmp_path, "LAD24CD,Provider,FCE,days", f"{A},RFF,999,3", f"{A},RP5,[c],4")


@pytest.mark.parametrize(
    "heading",
    ["bed_days", "minutes", "distance_km", "cost", "population", "median_wait_weeks", "los",
     "expected_deaths", "epikey", "spell_number", "admimeth", "provider_rank", "year", "imd_decile",
     "admission_year"],
)  # fmt: skip
def test_numbers_about_a_pair_are_neither_journeys_nor_records(tmp_path: Path, heading: str) -> None:
    with pytest.raises(InputError, match=r'value = "…", or say kind = "record"'):
        flows(tmp_path, f"LAD24CD,Provider,{heading}", f"{A},RFF,24", f"{A},RP5,20", f"{B},RFF,3")


@pytest.mark.parametrize("heading", ["day_cases", "Day case admissions", "yearly total", "month total"])
def test_what_is_done_by_day_or_month_is_counted(tmp_path: Path, heading: str) -> None:
    rows = [f"{u},{p},{n:.0f}" for (u, p), n in COUNTS.items()]
    assert flows(tmp_path, f"LAD24CD,Provider,{heading}", *rows) == COUNTS


@pytest.mark.parametrize("called", ["Subtotal", "All trusts (England)", "All NHS providers", "Sub-total"])
def test_a_provider_that_adds_up_the_others_is_left_out(tmp_path: Path, called: str) -> None:
    rows = [f"{u},{p},{n:.0f}" for (u, p), n in COUNTS.items()]
    found = flows(tmp_path, "LAD24CD,Provider,FCE", *rows, f"{A},{called},1000", f"{B},{called},50")
    assert found == COUNTS


@pytest.mark.parametrize(
    ("column", "kinds"),
    [("Month", ("April", "May", "YTD")), ("type", ("Elective", "Emergency", "All")),
     ("Sex", ("Male", "Female", "Persons")), ("age", ("0-64", "65+", "All ages"))],
)  # fmt: skip
def test_rows_that_add_up_others_are_not_added_to_them(
    tmp_path: Path, column: str, kinds: tuple[str, ...]
) -> None:
    rows = [f"{A},RFF,{kind},{n}" for kind, n in zip(kinds, (99, 98, 197), strict=True)]
    heading = f"LAD24CD,Provider,{column},admissions"
    settled = f'only = {{ "{column}" = "{kinds[2]}" }}'
    for stated in ({}, {"repeated": "sum"}):
        with pytest.raises(InputError) as refused:
            flows(tmp_path, heading, *rows, **stated)
        assert settled in str(refused.value)
    assert flows(tmp_path, heading, *rows, only={column: kinds[2]}) == {(A, "RFF"): 197}


def test_commissioners_are_no_providers_and_trusts_are_not_their_sites(tmp_path: Path) -> None:
    rows = (f"{A},02P,RFF,999", f"{A},02P,RP5,1", f"{B},02P,RFF,50")
    assert flows(tmp_path, "LAD24CD,Org code,Provider code,FCE", *rows) == COUNTS
    with pytest.raises(InputError, match="no column recognised as a provider"):
        flows(tmp_path, "LAD24CD,Org code,treated by,FCE", *rows)
    rows = (f"{A},RFF,RFF01,999", f"{A},RP5,RP501,1", f"{B},RFF,RFF02,50")
    with pytest.raises(
        InputError, match="several columns that may hold the providers: trust_code, site_code"
    ):
        flows(tmp_path, "LAD24CD,trust_code,site_code,FCE", *rows)
    assert flows(tmp_path, "LAD24CD,trust_code,site_code,FCE", *rows, provider="trust_code") == COUNTS


@pytest.mark.parametrize(
    ("layer", "stands"),
    [("E54000052", "E54000063"), ("E54000063", "E54000052"), ("E06000063", "E07000026")],
)
def test_a_provider_in_an_area_of_another_date_is_not_put_outside(
    tmp_path: Path, layer: str, stands: str
) -> None:
    (tmp_path / "p.csv").write_text(f"trust_code,area\nRWE,{stands}\nRT5,{layer}\n", encoding="utf-8")
    spec = ProvidersSpec(path="p.csv", area="area")
    with pytest.raises(InputError, match=f"areas of another date in column 'area'.*{stands}") as refused:
        read_providers(spec, tmp_path, {"own": pd.Index([layer])}, {})
    assert "Write the codes that own has, or give coordinates" in str(refused.value)


def test_a_provider_in_an_area_of_elsewhere_is_outside(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("trust_code,area\nRWE,E54000008\nRT5,E54000063\n", encoding="utf-8")
    spec = ProvidersSpec(path="p.csv", area="area")
    found = read_providers(spec, tmp_path, {"own": pd.Index(["E54000063"])}, {})
    assert found.sites["area"].tolist() == ["E54000008", "E54000063"]


def test_an_assignment_with_other_headings_is_told_the_right_ones(tmp_path: Path) -> None:
    (tmp_path / "assignment.csv").write_text("LSOA21CD,ICB23CD\nE01000001,E54000063\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"has no columns 'code' and 'area'.*Call the column of units"):
        read_assignment(tmp_path / "assignment.csv")


@pytest.mark.parametrize(
    ("column", "years", "refused"),
    [
        ("year", ("2021", "2022"), True),
        ("Mid-year", ("mid-2020", "mid-2021"), True),
        ("time_period", ("2021/22", "2022/23"), True),
        ("year", ("2022", "2022"), False),
        # none of these says when people were counted
        ("year_established", ("2021", "2022"), False),
        ("updated", ("2021-05-01", "2022-05-01"), False),
        ("year", ("2021", ""), False),
    ],
)
def test_people_are_counted_in_one_year(
    tmp_path: Path, column: str, years: tuple[str, str], refused: bool
) -> None:
    path = tmp_path / "people.csv"
    rows = [f"{code},{year},1500" for code, year in zip(("E01000001", "E01000002"), years, strict=True)]
    path.write_text("\n".join([f"LSOA21CD,{column},population", *rows]), encoding="utf-8")
    # who names the column is told all the same
    [*_, note] = read_population(path, value="population").notes
    assert ("not the people of one time" in note) is refused
    if refused:
        with pytest.raises(InputError, match=f"has rows of {column} = {years[0]}, {years[1]}, so "):
            read_population(path)
    else:
        assert read_population(path).people.sum() == 3_000
