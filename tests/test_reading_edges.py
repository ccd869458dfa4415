"""The numbers on which the reading of a table turns: just below, on and just above each of them.

Functions are called with a few drawn cells, and the least that decides is changed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyproj
import pytest
import shapely

from footprint.checks.fp304_unit_without_population import rule as populations
from footprint.checks.fp601_no_accountable_body import rule as bodies
from footprint.model.errors import InputError
from footprint.model.geographies import GEOGRAPHIES
from footprint.read.boundary import read_features
from footprint.read.crs import are_abroad, crs_trouble, require_uk
from footprint.read.engine import Files
from footprint.read.flow_divisions import _alike
from footprint.read.flow_files import find_files
from footprint.read.flow_parts import refuse_sums
from footprint.read.flow_shares import refuse_above_one, refuse_of_providers
from footprint.read.flow_table import table_of
from footprint.read.flow_totals import total_cells
from footprint.read.functions import read_functions
from footprint.read.groups import not_all_people, not_people, of_some, some_only, sum_among
from footprint.read.guesses import explained, numeric
from footprint.read.labels import refuse_lone_labels
from footprint.read.numbers import read_numbers, value_column
from footprint.read.points import coordinate_columns, refuse_two_places, spots
from footprint.read.specs import FlowsSpec, FunctionsSpec, ProvidersSpec
from footprint.read.table import Table
from footprint.results.run import as_layer

FILES = Files("flows.csv", (Path("flows.csv"),), False, ("unit", "provider", "value"))


def table(**columns: Sequence[object]) -> Table:
    """Return a table called t.csv, whose heading stands on line 1."""
    held = {name.replace("_", " "): [str(value) for value in column] for name, column in columns.items()}
    rows = len(next(iter(held.values())))
    return Table(Path("t.csv"), held, range(2, 2 + rows))


def told(run: Callable[[], object]) -> str:
    """Return what is wrong, as the error says it; "" where nothing is."""
    try:
        run()
    except InputError as error:
        return error.fault
    return ""


# ── rows of boundary files ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("parts", "taken"),
    [
        # a line there and back has no ground, and nothing is left of it when it is mended
        (["square", "line"], True),
        (["line", "square", "square"], True),
        (["line", "line"], False),
        # of a row without an outline nobody knows what it is
        (["square", "nothing"], False),
    ],
)
def test_a_part_without_ground_is_a_part_all_the_same(parts: list[str], taken: bool) -> None:
    drawn = {
        "square": lambda at: shapely.box(400_000 + 5_000 * at, 300_000, 401_000 + 5_000 * at, 301_000),
        "line": lambda at: shapely.Polygon([(400_000, 310_000), (400_500, 310_500 + at), (400_000, 310_000)]),
        "nothing": lambda _: None,
    }
    frame = gpd.GeoDataFrame(
        {"LAD21CD": ["E07000066"] * len(parts), "LAD21NM": ["Area A"] * len(parts)},
        geometry=[drawn[part](at) for at, part in enumerate(parts)],
        crs=27700,
    )
    if not taken:
        assert told(lambda: as_layer(frame, "lad")).startswith("has 1 code on more than one row")
        return
    layer = as_layer(frame, "lad")
    assert layer.polygons.area.to_list() == [1e6 * parts.count("square")]
    assert layer.merged.to_dict() == {"E07000066": len(parts)}
    assert layer.repairs["area_after_m2"].to_list() == [0.0]


# ── numbers of people ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0", 0), ("10000000000", 1e10), ("1,234", 1234), ("1 234 567.5", 1234567.5), ("+1,234,567", 1234567),
        ("1.500E+03", 1500), ("1.5e1", 15), ("1e+05", 1e5),
    ],
)  # fmt: skip
def test_a_number_of_people_is_read(written: str, meant: float) -> None:
    assert read_numbers(table(n=["7", written]), "n").tolist() == [7, meant]


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("10000000001", "'10000000001'"), ("-1", "'-1'"), ("0,123", "'0,123'"), ("1,23", "'1,23'"),
        ("1,234 567", "'1,234 567'"), ("", "nothing"), ("inf", "'inf'"),
    ],
)  # fmt: skip
def test_what_is_no_number_of_people_is_named_with_its_line_and_how_many_there_are(
    written: str, what: str
) -> None:
    fault = f"has {what} in column 'n' on line 3, where a number of people is needed (2 such rows)"
    assert told(lambda: read_numbers(table(n=["7", written, "8", written]), "n")) == fault


@pytest.mark.parametrize("written", ["1.5E+03", "1E+05", "1.25e3", "1e+04"])
def test_a_number_whose_exponent_is_more_than_its_digits_has_lost_some(written: str) -> None:
    assert told(lambda: read_numbers(table(n=["7", "1e0", written]), "n")) == (
        f"has '{written}' in column 'n' on line 4 (1 such row)"
    )


def test_evidence_lists_twenty_codes_and_functions_and_rounds_to_six_digits() -> None:
    codes = [f"u{i:02}" for i in range(25)]
    numbers = populations.finding("units", "m", "h", "population", codes=codes, count=25).evidence.numbers
    assert numbers == {"codes": codes[:20], "count": 25}
    found = bodies.finding("ics", "m", "h", "lookup", functions=codes, share=np.float64(1 / 3), people=np.nan)
    assert found.evidence.numbers == {"functions": codes[:20], "share": 0.333333, "people": None}
    assert bodies.skip("r", layers=("lad", "ics")).layers == (("lad", "ics"),)
    assert bodies.skip("r").layers == ()


def test_points_are_refused_only_where_all_could_part_thousands() -> None:
    assert told(lambda: read_numbers(table(n=["5", "1.234", "12.345.678"]), "n")) == (
        "has '1.234' in column 'n' on line 3, where the point may separate thousands or decimals"
    )
    assert read_numbers(table(n=["1.234", "5.5"]), "n").tolist() == [1.234, 5.5]


@pytest.mark.parametrize(
    ("people", "beside", "refused"),
    [
        # half of those who usually live in an area, and twice as many
        ([20, 20, 40, 40], 15, True), ([20, 20, 40, 40], 14, False),
        ([20, 20, 40, 40], 60, True), ([20, 20, 40, 40], 61, False),
        # of three areas all may have as many by chance
        ([20, 30, 40], 61, True),
    ],
)  # fmt: skip
def test_one_number_in_all_rows_is_people_only_where_areas_have_about_as_many(
    people: list[int], beside: int, refused: bool
) -> None:
    held = table(code="abcd"[: len(people)], population=people, k=[beside] * len(people))
    fault = "has several columns that may hold all people: population, k" if refused else ""
    assert told(lambda: value_column(held, held.columns, None, "code", [])) == fault


def test_one_number_in_all_rows_is_people_if_it_is_called_so() -> None:
    held = table(code="abcd", population=[20, 20, 40, 40], usual_residents=[900] * 4)
    fault = "has several columns that may hold all people: population, usual residents"
    assert told(lambda: value_column(held, held.columns, None, "code", [])) == fault


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        ({"k": [1.5, 2.5]}, "population"), ({"k": [1, -2]}, "population"), ({"k": ["x", 900]}, "population"),
        ({"k": [9, 9], "k_name": "ab"}, "population"), ({"k": [9, 9]}, None),
        ({"males": [9, 9]}, "population"), ({"k": [1, 0], "m": [1, 4]}, "population"),
        ({"k": [1, 0], "m": [1, 9]}, None),
    ],
)  # fmt: skip
def test_what_no_people_can_be_leaves_no_doubt(columns: dict[str, list[object]], named: str | None) -> None:
    held = table(code="ab", population=[2, 4], **columns)
    if named is None:
        assert told(lambda: value_column(held, held.columns, None, "code", [])).startswith("has several")
    else:
        notes: list[str] = []
        assert value_column(held, held.columns, None, "code", notes) == named
        assert notes == ["t.csv: population read from column 'population'"]


UNCERTAIN = "has no column that is certain to hold all people:"


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ({"population": [2.5, 4]}, "has parts of people in column 'population' (2.5)"),
        ({"population": ["1.234", "4.000"]}, ""),
        ({"population_2020": [2, 4]}, ""), ({"male_population": [2, 4]}, f"{UNCERTAIN} male population"),
        (
            {"population_2019": [2, 4], "population_2020": [3, 4]},
            f"{UNCERTAIN} population 2019, population 2020",
        ),
        ({"population_2019": [2, 4], "male_population": [1, 2]}, ""),
    ],
)  # fmt: skip
def test_a_column_is_of_all_people_by_its_name_if_no_other_is(
    columns: dict[str, list[object]], fault: str
) -> None:
    held = table(code="ab", **columns)
    assert told(lambda: value_column(held, held.columns, None, "code", [])) == fault


def test_the_remedy_for_rows_of_some_people_names_those_of_everybody() -> None:
    found = not_all_people(table(code="ab", Sex=["F", "Persons"], n=[1, 2]), "code", "n")
    assert found is not None
    assert found.note == "has rows of Sex = F, so these are not all people"
    assert found.fault.fault == "has rows of Sex = F, so 'n' does not hold all people"
    assert found.fault.remedy == "Keep the rows of Sex = Persons."
    found = not_all_people(table(code="ab", Sex=["F", "M"], n=[1, 2]), "code", "n")
    assert found is not None
    stated = 'if these are meant, say so with value = "n".'
    assert found.fault.remedy == f"Give a table of all people; or, {stated}"
    found = not_all_people(table(code="ab", measure=["Homes", "Homes"], n=[1, 2]), "code", "n")
    assert found is not None
    assert found.note == "has rows of measure = Homes, so these may be something else than people"
    assert found.fault.remedy == f"Keep the rows of people; or, {stated}"


@pytest.mark.parametrize(
    ("whole", "parts", "left"),
    [
        # people of 100 in two groups, which are rounded each
        (100, (50, 51), []), (100, (50, 49), []), (100, (50, 48), ["a", "b"]), (100, (50, 52), ["a", "b"]),
        (10_000_000, (9_000_000, 1_000_010), []), (10_000_000, (9_000_000, 1_000_011), ["a", "b"]),
        (100, (100, 0), []), (100, (101, -1), ["a", "b"]), (100, (101, 0), ["a", "b"]),
    ],
)  # fmt: skip
def test_parts_that_add_up_to_the_people_are_explained(
    whole: float, parts: tuple[float, float], left: list[str]
) -> None:
    values = {"all": [whole, 0], "a": [parts[0], 0], "b": [parts[1], 0]}
    assert explained(values, "all", values, re.compile("nothing")) == left


@pytest.mark.parametrize(
    ("texts", "counts"),
    [
        (["1", "?", "x", "!"], True), (["1", "?", "x", "!", "~"], False),
        (["1", "2", "3", "4", "?", "x", "!", "~"], True), (["1", "2", "3", "?", "x", "!", "~"], False),
        (["1", "*", "#", "<5", "< 5", ""], True), (["*", "#"], False), (["?"], False), ([".5", "1e3"], True),
    ],
)  # fmt: skip
def test_three_marks_of_a_publisher_make_no_words_of_numbers(texts: list[str], counts: bool) -> None:
    assert numeric(["n"], {"n": texts}) == ["n"][: int(counts)]


# ── whom a row is of ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("column", "texts", "found"),
    [
        ("Sex", ["F", "F", ""], [("Sex", "F")]), ("Sex", ["F", "M"], []), ("Sex", ["F", "Persons"], []),
        ("Sex", ["All sexes"], []), ("Sex", ["1"], [("Sex", "1")]), ("Sex", ["3"], []),
        ("Ethnic group", ["1"], []), ("Age", ["5"], [("Age", "5")]),
        ("Age_group", ["0-4"], [("Age_group", "0-4")]),
        ("Age", ["any"], []), ("Colour", ["red"], []), ("Gender", ["all genders", "x"], []),
    ],
)  # fmt: skip
def test_a_file_is_of_some_people_where_all_its_rows_are_of_the_same(
    column: str, texts: list[str], found: list[tuple[str, str]]
) -> None:
    assert of_some({column: texts}) == found


def test_numbers_are_keys_of_groups_where_they_are_more_than_the_words() -> None:
    assert some_only(table(Ethnic_group=["1", "White"])) == ("Ethnic group", "1", "")
    assert some_only(table(Ethnic_group=["1", "2", "White"])) is None
    assert some_only(table(Age=["1", "2", "all ages"])) == ("Age", "1", "all ages")
    assert some_only(table(Sex=["8", "9"], Sex_name=["Male", "Persons"])) == ("Sex name", "Male", "Persons")
    # a column with a word in it is no column of keys
    assert some_only(table(Sex=["Male", "9"], Sex_name=["Persons"] * 2)) == ("Sex", "Male", "")
    assert some_only(table(Sex=["1", "2"], Sex_label=["Male", "Female"])) == ("Sex", "1", "")


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"measure": ["Persons", "Persons"]}, None),
        ({"measure": ["Homes", "Persons"]}, ("measure", "Homes")),
        ({"measure": ["20100", ""]}, None), ({"note": ["thousands", "thousands"]}, ("note", "thousands")),
        ({"note": ["thousands", ""]}, None), ({"note": ["thousands", "units"]}, None),
        ({"crime_type": ["Fraud", "Fraud"]}, ("crime type", "Fraud")),
        ({"crime_type": ["Fraud", "Arson"]}, None),
        ({"crime_type": ["Fraud", "Fraud"], "crime_name": "ab"}, None),
        ({"area_type": ["LSOA", "LSOA"]}, None),
    ],
)  # fmt: skip
def test_what_is_counted_is_said_by_a_column_of_words(
    columns: dict[str, list[str]], found: tuple[str, str] | None
) -> None:
    assert not_people(table(code="ab", n=[1, 2], **columns), "code", "n") == found


def test_what_divides_rows_says_nothing_where_the_figures_are_called_people() -> None:
    held = table(code="ab", n=[1, 2], population=[1, 2], crime_type=["Fraud", "Fraud"])
    assert not_people(held, "code", "population") is None
    assert not_people(held, "code", "n") == ("crime type", "Fraud")
    # nor does a word on the only row of a table, and the columns asked about are none that say it
    assert not_people(table(code=["a"], n=[1], note=["thousands"]), "code", "n") is None
    assert not_people(table(measure=["Homes"], n=[1]), "measure", "n") is None


@pytest.mark.parametrize(
    ("texts", "found"),
    [(["F", "M", "All "], ("k", "All")), (["All"], None), (["F", "M"], None), (["All", "Persons"], None)],
)
def test_a_kind_is_the_sum_of_others_by_its_name_where_there_are_others(
    texts: list[str], found: tuple[str, str] | None
) -> None:
    assert sum_among({"j": ["x"], "k": texts}) == found


# ── cells of a table of flows ───────────────────────────────────────────────────────────────────

Cell = tuple[str, str, float] | tuple[str, str, float, float]


def totals(cells: Sequence[Cell], kind: str | None = None) -> tuple[list[int], list[str]]:
    """Return which cells are left out as sums of others, by position, and the notes; a cell may be hidden."""
    unit, units = pd.factorize(np.array([c[0] for c in cells], dtype=object), sort=True)
    provider, providers = pd.factorize(np.array([c[1] for c in cells], dtype=object), sort=True)
    bounds = (np.array([float(c[2]) for c in cells]), np.array([float(c[-1]) for c in cells]))
    notes: list[str] = []
    geography = None if kind is None else GEOGRAPHIES[kind]
    out = total_cells(
        "flows.csv", unit, provider, pd.Index(units), pd.Index(providers), bounds, notes, geography
    )
    return np.flatnonzero(out).tolist(), notes


@pytest.mark.parametrize(("amount", "left_out"), [(98, 0), (99, 1), (101, 1), (102, 0)])
def test_a_row_of_nobody_at_no_provider_is_a_sum_within_one_percent(amount: float, left_out: int) -> None:
    out, notes = totals([("", "", amount), ("u", "p", 40), ("v", "p", 30), ("w", "p", 30)])
    assert out == [0][:left_out]
    assert (
        notes
        == [
            "flows.csv: the row without a unit and a provider is the sum of the others, and was left out "
            f"({amount} journeys)"
        ][:left_out]
    )


def test_a_row_of_nobody_beside_two_others_may_be_as_much_by_chance() -> None:
    assert totals([("", "", 100), ("u", "p", 60), ("v", "p", 40)]) == ([], [])
    assert totals([("", "", 0), ("u", "p", 0), ("v", "p", 0), ("w", "p", 0)]) == ([], [])


@pytest.mark.parametrize(
    ("unit", "provider", "what"), [("Total", "p", "unit"), ("u", "All trusts", "provider")]
)
def test_a_total_is_at_least_99_percent_of_the_others(unit: str, provider: str, what: str) -> None:
    others: list[Cell] = [("u", "p", 60), ("v", "q", 40)]
    name = "Total" if what == "unit" else "All trusts"
    assert totals([*others, (unit, provider, 99)]) == (
        [2],
        [
            f"flows.csv: the rows of {what} '{name}' are the sum of the others, and were left out "
            "(99 journeys)"
        ],
    )  # fmt: skip
    fault = f"has rows of {what} '{name}' with 98 journeys, less than the others together (100)"
    assert told(lambda: totals([*others, (unit, provider, 98)])) == fault


def test_the_sum_of_everything_is_left_out_once_and_people_of_a_nation_stay() -> None:
    cells: list[Cell] = [("u", "p", 60), ("v", "p", 40), ("Total", "Total", 100)]
    out, notes = totals(cells)
    assert (out, len(notes)) == ([2], 1)
    assert totals([*cells[:2], ("E92000001", "p", 98)]) == ([], [])
    assert totals([*cells[:2], ("E92000001", "p", 99)])[0] == [2]
    assert totals([("Total", "p", 5)]) == ([], [])


def districts(least: float, *, units: int = 5, hidden: float = 0) -> list[Cell]:
    """Return LSOAs with 10, 11, 12 … journeys at p, and their district with a share of these."""
    own: list[Cell] = [(f"E0100000{i}", "p", 10 + i) for i in range(units)]
    whole = sum(cell[2] for cell in own) * least
    return [*own, ("E07000001", "p", whole, whole + hidden)]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (districts(1.0), True), (districts(0.9901), True), (districts(0.9899), False),
        (districts(1.0100), True), (districts(1.0102), False), (districts(0.95, hidden=4), True),
        # of four different numbers the district may have the sum by chance
        (districts(1.0, units=4), False),
        # another provider at which the district has nothing, or the units nothing
        ([*districts(1.0), ("E01000000", "q", 3)], False), ([*districts(1.0), ("E07000001", "q", 3)], False),
        # of another nation, or a nation
        ([*districts(1.0)[:5], ("S12000001", "p", 60)], False),
    ],
)  # fmt: skip
def test_areas_of_another_kind_are_sums_if_they_have_as_much_at_every_provider(
    cells: list[Cell], found: bool
) -> None:
    out, notes = totals(cells, "LSOA")
    assert out == [5][: int(found)]
    assert len(notes) == int(found)
    if found:
        assert notes[0].startswith(
            "flows.csv: the rows of 1 unit of another kind (E07000001) are the sums of the others, and were "
            "left out ("
        )


def test_what_is_said_of_districts_among_units_counts_a_hidden_cell_by_its_middle() -> None:
    _, notes = totals(districts(0.95, hidden=4), "LSOA")
    assert notes[0].endswith("left out (59 journeys)")  # 0.95 × 60 = 57 to 61
    assert totals(districts(1.0))[0] == []
    assert totals(districts(1.0), "OTHER")[0] == []


def trusts(alike: int, off: int = 0, each: float = 10) -> list[Cell]:
    """Return a trust beside its two sites: the sum of them in so many units, and one more in others."""
    cells: list[Cell] = []
    for i in range(alike + off):
        extra = 0 if i < alike else 1
        cells += [
            (f"u{i:02}", "RAB", each + extra),
            (f"u{i:02}", "RAB01", each - 4),
            (f"u{i:02}", "RAB02", 4),
        ]
    return cells


@pytest.mark.parametrize(
    ("cells", "refused"),
    [
        (trusts(3), True), (trusts(2, each=50), False), (trusts(5, each=6), True), (trusts(4, each=7), False),
        (trusts(9, 1), True), (trusts(8, 1), False),
        # a unit that only the sites have counts as one that differs; one that only the trust has does not
        ([*trusts(8), ("v", "RAB01", 4)], False), ([*trusts(9), ("v", "RAB01", 4)], True),
        ([*trusts(3), ("v", "RAB", 9), ("w", "RAB", 9)], True),
    ],
)  # fmt: skip
def test_a_trust_beside_its_sites_counts_twice_where_nine_units_in_ten_have_their_sum(
    cells: list[Cell], refused: bool
) -> None:
    fault = (
        "has rows of provider 'RAB' that are the sum of those of RAB01, RAB02, so each journey would count "
        "twice"
    )
    assert told(lambda: totals(cells)) == (fault if refused else "")


# ── shares ──────────────────────────────────────────────────────────────────────────────────────


def test_shares_pass_one_by_a_millionth_at_most() -> None:
    def run(last: float, code: str = "u") -> str:
        unit, shares = np.array([0, 0, 1, 1]), np.array([0.5, last, 0.5, last + 0.1])
        return told(lambda: refuse_above_one(FILES, unit, shares, pd.Index([code, code])))

    assert run(0.3) == run(0.4 + 9e-7) == ""
    assert run(0.4 + 2e-6) == "has shares that add up to more than 1 in 1 unit: u to 1.0000"
    assert run(0.6) == "has shares that add up to more than 1 in 2 units: u to 1.2000"
    assert run(0.6, "unknown") == ""


def of_providers(shares: Sequence[Sequence[float]]) -> str:
    """Return what is said of shares, a row for each unit and a column for each provider."""
    held = np.array(shares, dtype=float)
    unit, provider = np.nonzero(held)
    units, providers = (
        pd.Index([f"{k}{i}" for i in range(n)]) for k, n in zip("up", held.shape, strict=True)
    )
    return told(lambda: refuse_of_providers(FILES, unit, provider, held[unit, provider], units, providers))


def test_shares_that_are_whole_for_each_provider_are_of_its_patients() -> None:
    fault = (
        "has shares that add up to 1 for each provider, as of p0 (1.0000), and not for each unit "
        "(u0: 0.7000): they are of providers' patients"
    )
    assert of_providers([[0.3, 0.4], [0.7, 0.6]]) == fault
    assert of_providers([[0.3, 0.4], [0.7, 0.609]]) != ""
    assert of_providers([[0.3, 0.4], [0.7, 0.611]]) == of_providers([[0.3, 0.4], [0.7, 0.589]]) == ""
    # of units as well, to a hundredth
    assert of_providers([[0.3, 0.709], [0.7, 0.291]]) == ""
    assert of_providers([[0.3, 0.715], [0.7, 0.285]]) != ""
    # one provider, or one unit at each of several
    assert of_providers([[0.3], [0.7]]) == of_providers([[1, 0, 1], [0, 1, 0]]) == ""


@pytest.mark.parametrize(
    ("units", "providers", "most", "refused"),
    [
        (10, 2, 0.95, True), (9, 2, 0.95, False), (12, 4, 0.95, True), (11, 4, 0.95, False),
        (10, 2, 0.90, True),
        (10, 2, 0.899, False), (10, 2, 1.02, False),
    ],
)  # fmt: skip
def test_shares_of_many_units_that_are_one_at_most_for_each_provider_are_of_its_patients(
    units: int, providers: int, most: float, refused: bool
) -> None:
    shares = np.zeros((units, providers))
    shares[0], shares[1] = 0.5, most - 0.5
    fault = f"has shares that add up to 1 at most for each provider, as of p0 ({most:.4f}), and not for each "
    assert of_providers(shares.tolist()).startswith(fault if refused else "")
    assert bool(of_providers(shares.tolist())) is refused


# ── counts ──────────────────────────────────────────────────────────────────────────────────────


def counted(
    counts: Sequence[float], high: Sequence[float] | None = None, cells: int = 1, **stated: object
) -> tuple[list[float], list[float], list[str]]:
    """Return the bounds of counts of as many units at one provider, and the notes."""
    n = len(counts)
    found = pa.table(
        {"unit": [f"u{i:02}" for i in range(n)], "provider": ["p"] * n, "cells": [cells] * n,
         "low": [float(c) for c in counts], "high": [float(c) for c in high or counts],
         "suppressed": [int(high is not None)] * n, "bad": [0] * n, "example": pa.nulls(n, pa.string())}
    )  # fmt: skip
    notes: list[str] = []
    spec = FlowsSpec(path="flows.csv", **stated)  # type: ignore[arg-type]
    held = table_of(found, "count", spec, FILES, {"unit": "unit"}, "", notes)
    return held.low.tolist(), held.high.tolist(), notes


def test_ten_multiples_of_five_are_rounded_counts_and_nine_are_not() -> None:
    note = "flows.csv: all counts are multiples of 5; each is taken as 2 more or less"
    assert counted([5] * 10) == ([3] * 10, [7] * 10, [note])
    assert counted([5] * 9)[:2] == ([5] * 9, [5] * 9)
    # zeros say nothing, and one that was added up of several rows is off by 2 for each
    assert counted([0, *[5] * 9])[0] == [0, *[5] * 9]
    assert counted([0, *[5] * 10]) == ([0, *[3] * 10], [2, *[7] * 10], [note])
    assert counted([10] * 10, cells=3, repeated="sum")[:2] == ([4] * 10, [16] * 10)
    assert counted([5] * 10 + [6])[0] == [5] * 10 + [6]
    # what is hidden is no number that could be one
    assert counted([5] * 10 + [1], [5] * 10 + [7])[:2] == ([3] * 10 + [0], [7] * 10 + [9])


@pytest.mark.parametrize(("least", "said"), [(4, False), (5, True), (11, True), (12, False)])
def test_a_least_count_of_5_to_11_may_be_that_of_the_publisher(least: int, said: bool) -> None:
    note = (
        f"flows.csv: no count below {least} occurs; if the publisher left smaller ones out, say so with "
        f"dropped_below = {least}"
    )
    assert counted([least, 13, 0])[2] == [note][: int(said)]
    assert counted([least, 13], dropped_below=4)[2] == []
    assert counted([least, 13], [least, 14])[2] == []


def test_counts_that_were_left_out_are_not_there() -> None:
    note = (
        "flows.csv: 2 counts below 8 are there (5 of u01 at p), although dropped_below says that such pairs "
        "were left out; the bounds allow for it all the same"
    )
    assert counted([13, 5, 7, 8, 0], dropped_below=8)[2] == [note]
    assert counted([13, 5, 8], dropped_below=8)[2][0].startswith("flows.csv: 1 count below 8 is there (5 of")
    # of what is hidden nobody knows how much it is, and none is no count
    assert counted([13, 8, 0, 1], [13, 8, 0, 7], dropped_below=8)[2] == []


# ── rows that add up others ─────────────────────────────────────────────────────────────────────


@functools.cache
def engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


@pytest.fixture(autouse=True, scope="module")
def _ended() -> Iterator[None]:
    yield
    engine().close()
    engine.cache_clear()


def sums(rows: Sequence[tuple[str, str, str, str]]) -> str:
    """Return what is said of rows of a unit, a provider, a kind and an amount, as text."""
    names = ("unit", "provider", "kind", "amount")
    held = pa.table({name: [row[i] for row in rows] for i, name in enumerate(names)})

    def ask(view: Mapping[str, str], query: str) -> pa.Table:
        flows = pa.table({name: held[column] for name, column in view.items()})
        return engine().register("flows", flows).sql(query).to_arrow_table()

    wanted = {"unit": "unit", "provider": "provider", "value": "amount"}
    files = Files("flows.csv", (Path("flows.csv"),), False, names)
    return told(lambda: refuse_sums(files, wanted, (), ask))


ADDED = "has rows that add up others ('{}' in column 'kind'), so repeated = \"sum\" would count people twice"


def kinds(units: int, *, off: int = 0, hidden: int = 0) -> list[tuple[str, str, str, str]]:
    """Return rows of kinds a, b and c in so many units; c is the sum, but for those that are `off` by 1."""
    rows = []
    for i in range(units):
        c = "*" if i < hidden else str(2 * i + 11 + (i >= units - off))
        rows += [(f"u{i}", "p", "a", str(i + 1)), (f"u{i}", "p", "b", str(i + 10)), (f"u{i}", "p", "c", c)]
    return rows


def test_one_of_three_kinds_is_the_sum_where_it_is_so_in_three_pairs() -> None:
    assert sums(kinds(3)) == ADDED.format("c")
    assert sums(kinds(2)) == ""
    assert sums(kinds(4, off=1)) == ""
    # where a cell is hidden nobody can tell, and three of the pairs are left
    assert sums(kinds(30, hidden=1)) == ADDED.format("c")
    assert sums(kinds(3, hidden=1)) == ""
    # a kind by its name is one of any number of pairs, and with any sums
    named = [(u, p, {"c": "All", "a": "x", "b": "y"}[k], n) for u, p, k, n in kinds(2, off=1)]
    assert sums(named) == ADDED.format("All")


@pytest.mark.parametrize(
    ("kind", "more", "refused"), [("b", 8, True), ("b", 9, False), ("c", 8, True), ("c", 9, False)]
)
def test_the_sum_has_about_half_of_everything(kind: str, more: int, refused: bool) -> None:
    # c has 39 of 78; of a unit with a hidden cell nobody can tell what adds up, and its others count
    rest = [("w", "p", "a", "*"), ("w", "p", kind, f"{more}")]
    assert sums([*kinds(3), *rest]) == (ADDED.format("c") if refused else "")


@pytest.mark.parametrize(
    ("pairs", "different", "even", "refused"),
    [(10, 4, 0, True), (9, 4, 0, False), (10, 3, 0, False), (10, 4, 1, False)],
)
def test_one_of_two_kinds_is_the_sum_where_ten_pairs_have_fewer_rows_of_it(
    pairs: int, different: int, even: int, refused: bool
) -> None:
    held = []
    for i in range(pairs):
        whole = 10 * (i % different + 1)
        held += [(f"u{i}", "p", "tree", f"{whole}")]
        held += [(f"u{i}", "p", "leaf", f"{whole // 2}")] * 2
    # a pair with as many rows of both: as many women as men
    held += [("v", "p", kind, "5") for kind in ("tree", "tree", "leaf", "leaf")] * even
    assert sums(held) == (ADDED.format("tree") if refused else "")


def test_a_column_of_very_many_kinds_divides_nothing() -> None:
    def run(kinds: int) -> str:
        rows = [(f"u{i % 3}", "p", f"k{i:03}", "1") for i in range(kinds - 1)]
        each = [sum(row[0] == f"u{i}" for row in rows) for i in range(3)]
        return sums([*rows, *((f"u{i}", "p", "whole", str(n)) for i, n in enumerate(each))])

    assert run(400) == ADDED.format("whole")
    assert run(401) == ""


SEXES = ("Males", "Females")


def twice(pairs: int, parts: Sequence[str], *, off: int = 0) -> list[tuple[str, str, str, str]]:
    """Return rows of two sexes, and below each other of parts that have as many people, but for `off`."""
    rows = []
    for i in range(pairs):
        each = [20 + (7 * i + at * i * i) % 19 for at, _ in enumerate(parts, 1)]
        men = 5 + 3 * i % 13
        amounts = zip((*SEXES, *parts), (men, sum(each) - men, *each), strict=True)
        rows += [(f"u{i}", "p", kind, str(n + (off if kind == "Males" else 0))) for kind, n in amounts]
    return rows


TWICE = (
    "has rows that divide the same people twice ({} and, again, {} in column 'kind'), so repeated = \"sum\" "
    "would count people twice"
)


@pytest.mark.parametrize("ages", [("0-15", "16+"), ("aged 0 to 15", "16 and over"), ("under 16", "over 15")])
def test_sexes_and_ages_in_one_column_are_people_twice_whatever_their_numbers(ages: tuple[str, str]) -> None:
    named = ", ".join(f"'{age}'" for age in sorted(ages))
    assert sums(twice(2, ages, off=1)) == TWICE.format("'Females', 'Males'", named)
    assert sums([row for row in twice(2, ages) if row[2] not in SEXES]) == ""
    # children of both sexes, and grown-ups by sex
    assert sums([row for row in twice(2, ages) if row[2] != ages[1]]) == ""


def test_kinds_that_add_up_to_others_everywhere_are_people_twice() -> None:
    ways = ("Elective", "Emergency", "Transfer")
    rows = twice(9, ways)
    assert sums(rows) == TWICE.format("'Elective', 'Emergency', 'Transfer'", "'Females', 'Males'")
    assert sums([*rows[:-1], (*rows[-1][:3], "1")]) == ""
    assert sums(twice(6, ways)) == ""  # so few may be alike by chance
    # of what is hidden nobody can tell, and the other pairs are left
    assert sums([*rows, ("w", "p", "Males", "*"), ("w", "p", "Transfer", "1")]) != ""
    # a part that is divided again, beside one that is not
    again = [(u, p, {"Males": "x1", "Females": "x2"}.get(k, k), n) for u, p, k, n in rows]
    assert sums([*again, *((u, p, "else", str(31 + int(u[1:]) ** 2)) for u, p, k, _ in rows if k == ways[0])])


@pytest.mark.parametrize("amounts", [(5, 5, 5, 5), (10, 20, 10, 20), (1, 2, 3, 4)])
def test_numbers_that_are_in_one_proportion_everywhere_say_nothing(amounts: tuple[int, ...]) -> None:
    ways = ("a", "b", "c", "d")
    for more in (0, 1):
        each = [
            (f"u{i}", way, n * (1 + more * i))
            for i in range(20)
            for way, n in zip(ways, amounts, strict=True)
        ]
        assert sums([(unit, "p", way, str(n)) for unit, way, n in each]) == ""


def three_and_one(*amounts: tuple[int, int, int]) -> str:
    """Return what is said of rows in which `z` is the sum of two kinds, beside a fourth kind."""
    rows = [
        (f"u{i}", "p", kind, str(n))
        for i, (one, two, other) in enumerate(amounts)
        for kind, n in (("one", one), ("two", two), ("x", other), ("z", one + two))
    ]
    return sums(rows)


def test_a_kind_that_is_the_sum_of_two_others_is_people_twice() -> None:
    # of three kinds five mixes are asked for, two more than there are kinds, and two units have the same one
    five = [(1, 2, 9), (3, 1, 2), (1, 1, 7), (2, 7, 4), (5, 3, 1)]
    assert three_and_one(*five, (10, 6, 3)) == TWICE.format("'z'", "'one', 'two'")
    assert three_and_one(*five[:4], (4, 14, 5), (6, 2, 8)) == ""


def test_two_kinds_that_are_the_same_everywhere_say_nothing() -> None:
    amounts = [(i * i % 11, 3 + i, 5 * i % 7) for i in range(12)]
    rows = [
        (f"u{i}", "p", kind, str(n))
        for i, (one, two, three) in enumerate(amounts)
        for kind, n in (("a", one), ("b", one), ("c", two), ("d", three))
    ]
    assert sums(rows) == ""


def test_a_multiple_of_a_kind_is_no_sum_of_kinds() -> None:
    one, two = np.array([1, 2, 3, 5, 8, 13, 2]), np.array([4, 1, 6, 2, 9, 3, 7])
    for added, found in ((one + two, [([2], [0, 1])]), (2 * one + two, []), (one / 2 + two, [])):
        assert _alike(np.column_stack([one, two, added]).astype(float)) == found


def test_a_few_mixes_of_kinds_that_places_share_say_nothing() -> None:
    """Counts worked out from rates: in town and country the first kind is the sum of two others by chance."""
    mixes = [(3, 1, 2, 5), (7, 5, 2, 1)]
    rows = [
        (f"u{i}", "p", way, str(n * (i + 1)))
        for i in range(20)
        for way, n in zip("abcd", mixes[i % 2], strict=True)
    ]
    assert sums(rows) == ""


def test_columns_of_flows_that_differ_in_case_alone_are_named_without_the_others(tmp_path: Path) -> None:
    (tmp_path / "flows.csv").write_text("unit,provider,Unit,n\nu,p,v,1\n", encoding="utf-8")
    assert told(lambda: find_files("flows.csv", tmp_path)) == "has two columns called Unit, unit"


def test_a_share_is_of_what_its_row_says(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(
        "function,level,lead,share,share_of\nA,system,x,10%,Activity\nB,system,x,0.25,spend\nC,system,x,,\n",
        encoding="utf-8",
    )
    found, _ = read_functions(FunctionsSpec(path="f.csv"), tmp_path)
    assert [(f.share, f.share_of) for f in found] == [(0.1, "activity"), (0.25, "spend"), (None, None)]


# ── labels of pivot tables ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("labels", "beside", "refused"),
    [
        ("u--v--", "pqrpqr", True), ("u--v--", "pqrprq", False), ("u--v--", "pqpprq", False),
        # a code that stands twice, no blank, none above the first, and nothing that comes again
        ("u--u--", "pqrpqr", False), ("uvwxyz", "pqrpqr", False), ("-u-v--", "pqrpqr", False),
        ("u--v--", "pqrstu", False),
        # blanks that stand together, at the end, are codes that nobody knows: one more than codes at most
        ("uvw----", "pqppqrs", False), ("u---", "pqrp", False), ("uv---", "ppqrs", False),
        ("uv----", "ppqrst", True),
    ],
)  # fmt: skip
def test_blanks_below_a_label_stand_for_it_where_what_is_beside_comes_again_in_one_order(
    labels: str, beside: str, refused: bool
) -> None:
    sample = {"unit": list(labels.replace("-", " ")), "provider": list(beside)}
    fault = "has each unit in 'unit' on one row and nothing below it, as pivot tables are exported"
    wanted = {"unit": "unit", "provider": "provider"}
    assert told(lambda: refuse_lone_labels(FILES, wanted, sample)) == (fault if refused else "")


# ── coordinates ─────────────────────────────────────────────────────────────────────────────────

PLACES = ProvidersSpec(path="t.csv", easting="x", northing="y")
DEGREES = ("lon", "lat", True)
METRES = ("e", "n", False)


@pytest.mark.parametrize(
    ("pair", "x", "y"),
    [
        (DEGREES, (-9.0, 2.5), (49.0, 61.5)),
        (METRES, (-100_000, 800_000), (4_000, 1_300_000)),
    ],
)
def test_places_lie_within_the_united_kingdom_its_ends_included(
    pair: tuple[str, str, bool], x: tuple[float, float], y: tuple[float, float]
) -> None:
    def run(east: float, north: float) -> str:
        return told(lambda: spots(table(**{pair[0]: [east], pair[1]: [north]}), pair, [], "site"))

    middle = (sum(x) / 2, sum(y) / 2)
    step = 0.01 if pair[2] else 1
    for at in (0, 1):
        out = step if at else -step
        assert run(x[at], middle[1]) == run(middle[0], y[at]) == ""
        assert "not in the United Kingdom (1 such row)" in run(x[at] + out, middle[1])
        assert "not in the United Kingdom (1 such row)" in run(middle[0], y[at] + out)


def test_places_without_coordinates_are_counted_and_what_is_none_is_named() -> None:
    notes: list[str] = []
    found = spots(
        table(e=["400000", "", "400000", "NA"], n=["300000", "300000", "", "NA"]), METRES, notes, "site"
    )
    assert [None if p is None else (p.x, p.y) for p in found] == [(400_000, 300_000), None, None, None]
    assert notes == ["t.csv: 3 sites without coordinates are not used (line 3, 4, 5)"]
    assert told(lambda: spots(table(e=["4", "x"], n=["5", "6"]), METRES, [], "site")) == (
        "has 'x' in column 'e' on line 3, where a coordinate is needed"
    )


@pytest.mark.parametrize(
    ("lat", "lon", "remedy"),
    [(-1.5, 53.0, "Latitude and longitude seem to be swapped."), (70.0, 10.0, "Correct it."),
     (-9.1, 53.0, "Correct it."), (-1.5, 61.6, "Correct it.")],
)  # fmt: skip
def test_places_are_swapped_if_they_lie_in_the_united_kingdom_the_other_way_round(
    lat: float, lon: float, remedy: str
) -> None:
    with pytest.raises(InputError) as error:
        spots(table(lon=[-1.5, lon], lat=[53.0, lat]), DEGREES, [], "site")
    assert error.value.remedy == remedy
    assert error.value.fault == (
        f"has latitude {lat:g} and longitude {lon:g} on line 3, which is not in the United Kingdom "
        "(1 such row)"
    )


@pytest.mark.parametrize(("metres", "refused"), [(990, False), (1_010, True), (1_600, True)])
def test_two_places_of_a_site_are_apart_from_a_kilometre_on(metres: float, refused: bool) -> None:
    # 400,000 of the grid is 2° west, on its central meridian
    held = table(longitude=[-2.0], latitude=[53.0], easting=[400_000 + metres], northing=[344_834.9])
    pair = coordinate_columns(held)
    assert pair == ("longitude", "latitude", True)
    found = spots(held, pair, [], "site")
    assert abs(found.iloc[0].x - 400_000) < 120
    metres_off = found.iloc[0].distance(shapely.Point(400_000 + metres, 344_834.9))
    fault = (
        f"puts line 2 into two places, {metres_off / 1000:,.0f} km apart: by latitude and longitude, and by "
    )
    assert told(lambda: refuse_two_places(held, pair, found)).startswith(fault) is (metres_off > 1000)
    assert bool(told(lambda: refuse_two_places(held, pair, found))) is (metres_off > 1000)


@pytest.mark.parametrize(("metres", "refused"), [(0, False), (900, False), (3_000, True)])
def test_units_as_points_stand_in_one_place(metres: float, refused: bool, tmp_path: Path) -> None:
    path, east = tmp_path / "points.csv", 400_000 + metres
    path.write_text(f"LSOA21CD,BNG_E,BNG_N,LONG,LAT\nE01000001,{east:.0f},344835,-2,53\n", encoding="utf-8")
    if not refused:
        assert len(read_features(path).frame) == 1
        return
    with pytest.raises(InputError) as error:
        read_features(path)
    twice = "puts line 2 into two places, 3 km apart: by LAT and LONG, and by BNG_E and BNG_N"
    assert error.value.fault == twice
    assert "delete those that are not meant" in error.value.remedy


def test_a_site_without_coordinates_is_in_no_two_places() -> None:
    held = table(longitude=[-2.0, ""], latitude=[53.0, ""], easting=[400_000, ""], northing=[344_834, ""])
    pair = coordinate_columns(held)
    assert pair is not None
    found = spots(held, pair, [], "site")
    assert found.iloc[1] is None
    refuse_two_places(held, pair, found)


@pytest.mark.parametrize(
    ("columns", "pair"),
    [
        ({"x": [-1.5], "y": [53.0]}, ("x", "y", True)), ({"x": [400_000], "y": [300_000]}, ("x", "y", False)),
        ({"x": [-1.5, 2.6], "y": [53, 53]}, ("x", "y", False)), ({"x": [""], "y": [53]}, ("x", "y", False)),
        ({"easting": [-1.5], "northing": [53.0]}, ("easting", "northing", False)),
        ({"x": [1], "lat": [2]}, None), ({"lat": [53], "lng": [1]}, ("lng", "lat", True)),
    ],
)  # fmt: skip
def test_columns_called_x_and_y_hold_what_their_numbers_look_like(
    columns: dict[str, list[object]], pair: tuple[str, str, bool] | None
) -> None:
    assert coordinate_columns(table(**columns)) == pair
    # one that says where its areas are, or names one of the two, means no others
    assert coordinate_columns(table(**columns), ProvidersSpec(path="t.csv", area="a")) is None


# ── countries around the United Kingdom ─────────────────────────────────────────────────────────

IRELAND = """
..........................
..........................
..........#########.......
.......##########.........
....###########...........
..############............
..############....#.......
..##################.#....
..#####################...
..#####################...
..#####################...
..#####################...
..#####################...
..#####################...
..#####################...
..#####################...
..#################.......
..#########...............
..##......................
..........................
"""
"""Each quarter of a degree, from 11.47° west and 55.77° north."""
CONTINENT = """
...................############
....###########################
..#############################
..#############################
..#############################
..#############################
..#############################
..#############################
..#############################
.........................######
..........................#####
..........................#####
...........................####
...........................####
...........................####
............................###
............................###
............................###
............................###
............................###
............................###
...#####....................###
#######.....................###
#######.#....#..............###
###########.................###
###########.................###
###########.................###
###########.................###
######.....................####
..........................#####
.........................######
.......................########
...............################
..........#####################
..........#####################
..........#####################
..........###############......
..........##...................
...............................
"""
"""Each half of a degree, from 10.9° west and 65.6° north; the Isle of Man is a mark by itself."""


@functools.cache
def to_the_grid() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)


def on_the_grid(lon: Sequence[float], lat: Sequence[float]) -> np.ndarray:
    return np.column_stack(to_the_grid().transform(lon, lat))


@pytest.mark.parametrize(
    ("drawn", "west", "north", "step"), [(IRELAND, -11.47, 55.77, 0.25), (CONTINENT, -10.9, 65.6, 0.5)]
)
def test_other_countries_are_where_they_are(drawn: str, west: float, north: float, step: float) -> None:
    lines = drawn.split()
    at = [(west + step * j, north - step * i) for i, line in enumerate(lines) for j in range(len(line))]
    found = ["#" if each else "." for each in are_abroad(on_the_grid(*map(list, zip(*at, strict=True))))]
    width = len(lines[0])
    assert ["".join(found[i : i + width]) for i in range(0, len(found), width)] == lines


def test_towns_are_abroad_or_not() -> None:
    home = {
        "Newry": (-6.34, 54.18), "Armagh": (-6.65, 54.35), "Enniskillen": (-7.63, 54.34),
        "Castlederg": (-7.60, 54.71), "Londonderry": (-7.32, 55.00), "Magilligan": (-6.96, 55.17),
        "Lerwick": (-1.14, 60.15), "Dover": (1.31, 51.13), "Scilly": (-6.30, 49.92),
        "Lowestoft": (1.75, 52.48), "Whithorn": (-4.41, 54.73),
    }  # fmt: skip
    away = {
        "Dundalk": (-6.40, 54.00), "Monaghan": (-6.97, 54.25), "Cavan": (-7.36, 53.99),
        "Bundoran": (-8.28, 54.48), "Letterkenny": (-7.73, 54.95), "Malin Head": (-7.37, 55.38),
        "Calais": (1.86, 50.95), "Cherbourg": (-1.62, 49.64), "St Helier": (-2.11, 49.19),
        "Douglas": (-4.48, 54.15), "Bergen": (5.32, 60.39), "Torshavn": (-6.77, 62.01),
    }  # fmt: skip
    towns = home | away
    found = are_abroad(on_the_grid(*map(list, zip(*towns.values(), strict=True))))
    assert [name for name, abroad in zip(towns, found, strict=True) if abroad] == list(away)


def square(x: float, y: float, half: float = 1.0, crs: str | None = "EPSG:27700") -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[shapely.box(x - half, y - half, x + half, y + half)], crs=crs)


@pytest.mark.parametrize(
    ("x", "y", "outside"),
    [
        (-299_999, 7e5, False), (-300_000, 7e5, True), (899_999, 7e5, False), (900_000, 7e5, True),
        (3e5, -199_999, False), (3e5, -200_000, True), (3e5, 1_499_999, False), (3e5, 1_500_000, True),
    ],
)  # fmt: skip
def test_no_part_of_a_map_lies_far_from_the_grid(x: float, y: float, outside: bool) -> None:
    fault = "lies outside the United Kingdom when read as EPSG:27700" if outside else ""
    both = pd.concat([square(4e5, 3e5), square(x, y)], ignore_index=True)
    assert told(lambda: list(require_uk(both, Path("a.gpkg"), "EPSG:27700"))) == fault


def test_areas_abroad_are_counted_and_their_rows_named() -> None:
    home, away = square(400_000, 300_000), square(*on_the_grid([-6.40], [54.00])[0])
    nothing = gpd.GeoDataFrame(geometry=[None, shapely.Polygon()], crs="EPSG:27700")

    def run(*frames: gpd.GeoDataFrame) -> list[str]:
        return list(require_uk(pd.concat(frames, ignore_index=True), Path("a.gpkg"), "EPSG:27700"))

    assert run(home, home) == run(nothing) == []
    assert run(nothing, home, away) == ["a.gpkg: 1 feature lies outside the United Kingdom (row 4)"]
    assert run(away, home, away) == ["a.gpkg: 2 features lie outside the United Kingdom (row 1, 3)"]
    assert "outside" in told(lambda: run(nothing, away))


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        (square(-1.5, 53, 0.1, None), "states no coordinate reference system"), (square(4e5, 3e5), None),
        (square(-1.5, 53, 0.1, "EPSG:4326"), None), (square(0, 0, 90, "EPSG:4326"), None),
        (square(0, 0.1, 90, "EPSG:4326"), "says EPSG:4326, which is in degrees"),
        (square(0, -0.1, 90, "EPSG:4326"), "says EPSG:4326, which is in degrees"),
        (square(90.1, 0, 90, "EPSG:4326"), "says EPSG:4326, which is in degrees"),
        (square(-90.1, 0, 90, "EPSG:4326"), "says EPSG:4326, which is in degrees"),
        (square(-1.5, 53, 14.9), "says EPSG:27700, which is in metres"), (square(-1.5, 53, 15), None),
    ],
)  # fmt: skip
def test_a_reference_system_is_doubted_by_the_size_of_its_coordinates(
    frame: gpd.GeoDataFrame, fault: str | None
) -> None:
    found = crs_trouble(frame)
    assert (found is None) if fault is None else (found is not None and found.fault.startswith(fault))


def test_the_remedy_names_the_system_that_the_coordinates_seem_to_be_of() -> None:
    def remedy(frame: gpd.GeoDataFrame, **columns: str) -> str:
        found = crs_trouble(frame.assign(**columns))
        assert found is not None
        return found.remedy

    assert remedy(square(4e5, 3e5, 1, None)) == (
        "Its coordinates are x 399,999 to 400,001, y 299,999 to 300,001; if that is EPSG:27700, say so with "
        '--assume-crs EPSG:27700 (in a plan: assume_crs = "EPSG:27700").'
    )
    assert remedy(square(-1.5, 53, 0.1, None)).endswith('(in a plan: assume_crs = "EPSG:4326").')
    assert remedy(square(4e5, 3e5, 1, "EPSG:4326")) == (
        "If they are metres of the National Grid, say so with --assume-crs EPSG:27700."
    )
    # Belfast, in metres of Irish Grid, by the nation of the codes beside it
    belfast = square(333_500, 374_000, 1, "EPSG:4326")
    assert remedy(belfast, lgd="N09000003") == (
        "If they are metres of TM75 / Irish Grid (EPSG:29903), say so with --assume-crs EPSG:29903."
    )
    assert remedy(belfast, lgd="Belfast") == remedy(square(4e5, 3e5, 1, "EPSG:4326"), lgd="N09000003")
    assert remedy(square(-1.5, 53, 0.1)) == "If they are degrees, say so with --assume-crs EPSG:4326."
