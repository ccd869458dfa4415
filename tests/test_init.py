"""Drafted plans: what is found in a folder, that the plan runs, and what is said of the rest."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from inline_snapshot import snapshot
from maps import code, draw, grid_units, save, write_csv

import footprint
from footprint.plan.draft import Draft, draft, title

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "data" / "south-yorkshire"
TODAY = dt.date(2026, 5, 4)
MAP = "A A B B\nA A B B"


def drafted(folder: Path) -> tuple[Draft, footprint.Plan, footprint.Result]:
    """Draft a plan, and check that it can be run and is the same each time."""
    found = draft(folder, today=TODAY)
    (folder / "footprint.toml").write_text(found.text, encoding="utf-8")
    assert draft(folder, today=TODAY) == found
    plan = footprint.load_plan(folder)
    result = footprint.check(plan)
    assert result.exit_code() in (0, 1)
    return found, plan, result


@pytest.mark.parametrize(
    ("folder", "place"),
    [
        ("oldshire", "Oldshire"), ("_old-shire__2021 ", "Old Shire 2021"), ("OLDshire ", "OLDshire"),
        ("- _", "Footprint"), ("old\x1bshire", "Old\ufffdShire"),
    ],
)  # fmt: skip
def test_a_plan_is_called_by_its_folder_in_words(folder: str, place: str) -> None:
    kinds = {"a": {"geography": "LAD"}, "b": {"geography": "ICS"}, "c": {"geography": "OTHER"}}
    spec = {"date": TODAY, "layers": kinds}
    assert title(Path("/somewhere", folder), spec) == f"{place}: systems, districts, 4 May 2026"
    assert title(Path("/somewhere", folder), spec | {"layers": {}}) == f"{place}, 4 May 2026"


def unused(found: Draft) -> dict[str, str]:
    told = [note.removeprefix("not used: ").split(": ", 1) for note in found.notes if "not used: " in note]
    return dict(told)


def ics(folder: Path, drawing: str = "X X X Y\nX X X Y") -> None:
    save(draw(drawing, "ICS"), folder / "ics.gpkg")


@pytest.fixture
def shire(tmp_path: Path) -> Path:
    """A folder with a file of each kind, lookups to districts and to MSOAs, and a sub-folder."""
    folder = tmp_path / "Oldshire"
    (folder / "flows").mkdir(parents=True)
    ics(folder)
    save(draw(MAP), folder / "lad.shp")
    units = grid_units(MAP)
    save(units[["LSOA21CD", "geometry"]], folder / "lsoa.geojson")
    codes = list(units.LSOA21CD)
    msoa = ["E02000001", "E02000002"]
    write_csv(folder / "lsoa_lad.csv", LSOA21CD=codes, LAD21CD=[code(c) for c in units.letter])
    write_csv(folder / "lsoa_msoa.csv", LSOA21CD=codes, MSOA21CD=sorted(msoa * 4))
    write_csv(folder / "lad_utla.csv", LAD21CD=[code("A"), code("B")], UTLA21CD=["E10000001"] * 2)
    write_csv(folder / "people.csv", LSOA21CD=codes, LSOA21NM=codes, population=[1000] * 8)
    write_csv(folder / "flows" / "2021.csv", msoa21cd=msoa, trust_code=["RA1", "RB2"], admissions=[50, "*"])
    write_csv(folder / "sites.csv", trust_code=["RA1", "RB2"], x=[405_000, 435_000], y=[305_000] * 2)
    write_csv(folder / "ranks.csv", LSOA21CD=codes[:2], rank=[1, 2])
    return folder


def test_a_whole_plan(shire: Path) -> None:
    found, plan, _ = drafted(shire)
    assert found.text == snapshot("""\
# A first plan for the files of this folder, drafted by `footprint init`. The comments say what was
# guessed: read them, correct the plan, then run `footprint check`. Paths are relative to this file.
title = "Oldshire: systems, upper-tier authorities, districts, 1 April 2021"

# Codes that had ended by this day are reported. Guessed: 1 April of the newest vintage in use.
date = 2021-04-01

# What the licences of the files ask for. Outlines with these codes are published by the Office for
# National Statistics under the Open Government Licence v3.0; if yours are from there, take the #
# off and say of which year they are. Reports, maps and exports show it.
#attribution = [
#  "Source: Office for National Statistics licensed under the Open Government Licence v.3.0",
#  "Contains OS data © Crown copyright and database right",
#]

# The population bands to judge by: classic, 2022, 2025 or neighbourhood-health.
profile = "classic"

# Units: the building blocks that layers are put together from. The columns of the population were
# found by their names; say who counted, and when, with source = "…".
[units]
geography = "LSOA"
path = "lsoa.geojson"
code = "LSOA21CD"
population = { path = "people.csv", code = "LSOA21CD", value = "population" }

# Layers: one geography each, from a boundary file, from a lookup that says which units an area is
# made of, or from both. With both the lookup decides, and FP205 reports where outlines say
# otherwise.

# Districts of 2021.
[layers.lad]
geography = "LAD"
path = "lad.shp"
code = "LAD21CD"
lookup = { path = "lsoa_lad.csv", unit = "LSOA21CD", code = "LAD21CD" }

# Upper-tier authorities of 2021.
[layers.utla]
geography = "UTLA"
lookup = { path = "lad_utla.csv", unit = "LAD21CD", code = "UTLA21CD" }

# Systems of 2021.
[layers.ics]
geography = "ICS"
path = "ics.gpkg"
code = "ICS21CD"

# Which layer is which level, guessed from the geographies. Each area must lie within one of the
# next wider level (FP203), and should have a population within its band (FP301, FP302).
[levels]
system = "ics"
place = "utla"

# What has to line up, guessed: each area of the source within one of the target. `must` makes a
# fault an error, `should` a warning.
[[align]]
source = "utla"
target = "ics"
must = "nest"

[[align]]
source = "lad"
target = "ics"
must = "nest"

[[align]]
source = "lad"
target = "utla"
should = "nest"

# Patient flows: where the people of each unit are treated. Columns and kind were found by names, or
# by what they hold: "count" is a number of patients, "proportion" a share of the unit's patients,
# and with "record" each row is one patient.
[flows]
path = "flows/2021.csv"
unit = "msoa21cd"
provider = "trust_code"
value = "admissions"
kind = "count"
lookup = { path = "lsoa_msoa.csv", unit = "LSOA21CD", code = "MSOA21CD" }

# Where providers stand. The columns were found by names, or by what they hold. The sites of a
# provider count alike, unless weight = "…" names a column with their shares.
[providers]
path = "sites.csv"
code = "trust_code"
easting = "x"
northing = "y"

# Thresholds of your own: take the # off and put in your figures. No standard sets them. The
# localisation index is the share of an area's patients who are treated inside it (FP401); the
# periphery is the strip of an area up to so many metres from its border on land (FP402).
#[thresholds]
#localisation_index = { system = 0.9 }
#periphery_m = 5000

# Found, but not used:
# - ranks.csv: adds nothing that fits the plan; its codes: LSOA21CD (25% of the units).
""")
    assert found.notes == (
        "units: lsoa.geojson",
        "units.population: people.csv",
        "layers.lad: lad.shp",
        "layers.lad.lookup: lsoa_lad.csv",
        "layers.utla.lookup: lad_utla.csv",
        "layers.ics: ics.gpkg",
        "flows: flows/2021.csv",
        "flows.lookup: lsoa_msoa.csv",
        "providers: sites.csv",
        "not used: ranks.csv: adds nothing that fits the plan; its codes: LSOA21CD (25% of the units).",
    )
    assert plan.people is not None
    assert plan.people.people.sum() == 8000
    assert plan.layers["utla"].base == "lad"
    assert plan.flow_lookup is not None


# a draft is made from what files there are: one example of each set of them
KINDS = {
    tuple(sorted(file.name for file in folder.iterdir() if file.suffix != ".toml")): folder
    for folder in sorted((ROOT / "tests/examples").glob("[!m]*/*"))  # those of one kind of fault or of none
}


@pytest.mark.sampled
@pytest.mark.parametrize("folder", KINDS.values(), ids=lambda p: p.name)
def test_drafts_for_all_examples_run(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy", ignore=shutil.ignore_patterns("footprint.toml")))
    drafted(copy)


def test_the_draft_for_the_example_finds_what_its_own_plan_names(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(EXAMPLE, tmp_path / "copy", ignore=shutil.ignore_patterns("footprint.toml")))
    found, plan, result = drafted(copy)
    stated = footprint.load_plan(EXAMPLE)
    assert set(plan.layers) == set(stated.layers)
    assert {k: o.base for k, o in plan.layers.items()} == {k: o.base for k, o in stated.layers.items()}
    assert plan.levels == stated.levels
    assert plan.date == stated.date
    assert plan.flows is not None
    assert stated.flows is not None
    assert plan.flows.low.sum() == stated.flows.low.sum()
    # who is accountable for what is not drafted
    assert list(unused(found)) == ["bodies.csv", "functions.csv"]
    (split,) = [f for f in result.findings if f.rule == "FP201"]
    assert split.area is not None
    assert split.area.name == "Nottinghamshire"


def test_tables_alone_make_a_plan(tmp_path: Path) -> None:
    units = [f"E0100000{i}" for i in range(6)] + ["W01000001"]
    lads, systems = [code(c) for c in "AABBCC"], [code(c, "ICS") for c in "XXXYYY"]
    write_csv(
        tmp_path / "lsoa.csv",
        LSOA21CD=units,
        LAD21CD=[*lads, "W06000001"],
        ICB23CD=[*systems, "W11000001"],
        ObjectId=list(range(7)),  # numbers, but not of people
    )
    found, plan, result = drafted(tmp_path)
    assert plan.levels == {"system": "ics", "place": "lad"}
    assert plan.date == dt.date(2023, 4, 1)
    assert plan.people is None
    assert [f.area.code for f in result.findings if f.area] == [code("B")]
    assert found.notes == ("layers.lad.lookup: lsoa.csv", "layers.ics.lookup: lsoa.csv")


def test_areas_of_ones_own_take_the_column_that_holds_their_codes(tmp_path: Path) -> None:
    units = grid_units("A A B B")
    save(units[["LSOA21CD", "geometry"]], tmp_path / "units.geojson")
    hubs = draw("A A B B")[["geometry"]].assign(code=["Hub 1", "Hub 2"])
    save(hubs, tmp_path / "hubs.geojson")
    write_csv(
        tmp_path / "lookup.csv",
        LSOA21CD=list(units["LSOA21CD"]),
        LAD21CD=[code(letter) for letter in "AABB"],
        ward=["Hub 1", "Hub 2", "Elm", "Oak"],
        hub=["Hub 1", "Hub 1", "Hub 2", "Hub 2"],
    )
    _, plan, _ = drafted(tmp_path)
    assert list(plan.layers) == ["lad", "hubs"]
    own = plan.layers["hubs"].lookup
    assert own is not None
    assert own.areas == dict(zip(units["LSOA21CD"], ["Hub 1", "Hub 1", "Hub 2", "Hub 2"], strict=True))


def test_the_newest_of_two_vintages_is_the_place(tmp_path: Path) -> None:
    ics(tmp_path, "X X X Y")
    save(draw("A A B B", "CCG", column="CCG20"), tmp_path / "a.shp")
    save(draw("A A A B", "CCG"), tmp_path / "b.shp")
    save(draw("A A A B", "CCG"), tmp_path / "c.shp")
    found, plan, _ = drafted(tmp_path)
    assert {key: layer.drawn.source.vintage for key, layer in plan.layers.items() if layer.drawn} == {
        "ccg": 2021,
        "ics": 2021,
    }
    assert plan.levels == {"system": "ics", "place": "ccg"}
    assert unused(found) == {
        "a.shp": "[layers.ccg20], which rests on it, is commented out as older.",
        "c.shp": "holds CCGs of 2021, as b.shp does, which is used.",
    }


def test_what_is_commented_out_can_be_put_in_force(shire: Path) -> None:
    save(draw("A A B B\nA A B B", "CCG", column="CCG20"), shire / "ccg20.shp")
    save(draw("A A A B\nA A A B", "CCG"), shire / "ccg.shp")
    write_csv(shire / "seats.csv", trust_code=["RA1", "RB2"], ICS21CD=[code("X", "ICS"), code("Y", "ICS")])
    write_csv(
        shire / "sites.csv", trust_code=["RA1", "RB2", "RB2"], x=[405_000, 435_000, 415_000], y=[305_000] * 3
    )
    found, plan, _ = drafted(shire)
    assert sorted(plan.layers) == ["ccg", "ics", "lad", "utla"]
    assert plan.attribution == ()
    assert "the place of the lines above" in " ".join(found.text.split("\n# ")).replace("# ", "")
    head, _, instead = found.text.partition("#[providers]\n")
    before, _, rest = head.partition("\n[providers]\n")
    whole = f"{before}\n#[providers]\n{instead}\n{rest[rest.index(chr(10) * 2) :]}"
    (shire / "footprint.toml").write_text(re.sub(r"^#(?=\S|  \")", "", whole, flags=re.M), encoding="utf-8")
    again = footprint.load_plan(shire)
    assert sorted(again.layers) == ["ccg", "ccg20", "ics", "lad", "utla"]
    assert again.attribution[1] == "Contains OS data © Crown copyright and database right"
    assert again.localisation_index == {"system": 0.9}
    assert again.providers is not None
    assert Path(again.providers.source.path).name == "seats.csv"


def test_older_districts_stay_where_others_rest_on_them(shire: Path) -> None:
    """Authorities that are put together from districts of the year before need those."""
    codes = list(grid_units(MAP).LSOA21CD)
    old = [f"E070099{letter:02d}" for letter in (1, 1, 2, 2) * 2]
    write_csv(shire / "lsoa_lad20.csv", LSOA21CD=codes, LAD20CD=old)
    (shire / "lad_utla.csv").unlink()
    write_csv(shire / "lad20_utla20.csv", LAD20CD=sorted(set(old)), UTLA20CD=["E10000001"] * 2)
    _, plan, _ = drafted(shire)
    assert plan.layers["utla"].base == "lad20"
    assert "lad20" in plan.layers


def test_codes_without_a_year_are_dated_by_the_day(tmp_path: Path) -> None:
    for geography in ("CCG", "ICS"):
        frame = draw("A A B B", geography)
        save(frame.set_axis(["code", "name", "geometry"], axis=1), tmp_path / f"{geography}.gpkg")
    found, plan, _ = drafted(tmp_path)
    assert plan.levels == {"system": "ics", "place": "sicbl"}
    assert plan.date == TODAY
    assert "today, as no file says its year" in found.text


def test_what_cannot_be_used_is_told_of_and_stops_nothing(tmp_path: Path) -> None:
    ics(tmp_path)
    lad = save(draw(MAP), tmp_path / "lad.shp")
    (tmp_path / "bad.shp").write_bytes(lad.read_bytes()[:200])
    shutil.copy(lad.with_suffix(".dbf"), tmp_path / "bad.dbf")
    (tmp_path / "notes.json").write_text("{}")
    (tmp_path / "book.xlsx").write_bytes(b"PK")
    wales = draw("A B")
    wales["LAD21CD"] = ["W06000001", "W06000002"]
    save(wales, tmp_path / "wales.gpkg")
    units = grid_units(MAP)
    save(units[["LSOA21CD", "geometry"]], tmp_path / "lsoa.gpkg")
    codes = list(units.LSOA21CD)
    write_csv(tmp_path / "half.csv", LSOA21CD=codes[:4], LAD21CD=[code("A")] * 4)
    write_csv(tmp_path / "twice.csv", LSOA21CD=[*codes, codes[0]], population=list(range(9)))
    write_csv(tmp_path / "sites.csv", site=["a"], name=["b"])
    write_csv(tmp_path / "men.csv", LSOA21CD=codes, male_population=[1] * 8, female_population=[1] * 8)
    write_csv(tmp_path / "united.csv", LSOA21CD=codes, population=[1] * 8)
    write_csv(tmp_path / "united22.csv", LSOA21CD=codes, population=[2] * 8)
    write_csv(tmp_path / "thousands.csv", LSOA21CD=codes, population_thousands=[1.5] * 8)
    found, plan, _ = drafted(tmp_path)
    assert set(plan.layers) == {"lad", "ics"}
    assert {name: reason.split(". ")[0][:70] for name, reason in unused(found).items()} == snapshot(
        {
            "bad.shp": "is cut off: it has 200 of the 500 bytes that its header states",
            "book.xlsx": "is a spreadsheet that cannot be opened (File is not a zip file)",
            "half.csv": "adds nothing that fits the plan; its codes: LSOA21CD (50% of the units",
            "men.csv": "has no column that is certain to hold all people: male_population, fem",
            "notes.json": "cannot be read as a boundary file (it has no type, which is none of Ge",
            "sites.csv": "has no column of codes that footprint knows.",
            "thousands.csv": "has no column that is certain to hold all people: population_thousands",
            "twice.csv": "has 1 code on more than one row; E01000000 on lines 2, 10",
            "united22.csv": "holds people ('population'), as united.csv does, which is used.",
            "wales.gpkg": "has no area in England: all 2 are in Wales",
        }
    )
    for name in unused(found):
        assert f"# - {name}: " in found.text


def test_layers_that_cannot_be_compared_are_not_aligned(tmp_path: Path) -> None:
    ics(tmp_path)
    units = [f"E0100000{i}" for i in range(4)]
    write_csv(tmp_path / "lsoa.csv", LSOA21CD=units, LAD21CD=[code(c) for c in "AABB"])
    found, plan, _ = drafted(tmp_path)
    assert plan.align == ()
    assert list(unused(found)) == ["[[align]] lad in ics"]


def test_odd_names_are_quoted(tmp_path: Path) -> None:
    inner = tmp_path / "sub folder" / "deep"
    inner.mkdir(parents=True)
    save(draw(MAP), tmp_path / 'the "lad" of\\Côte #1.gpkg')
    ics(tmp_path)
    (tmp_path / "ics.gpkg").rename(tmp_path / " ics's.gpkg")
    save(draw(MAP, "CCG"), inner.parent / "a::b.gpkg")
    save(draw(MAP, "CCG", column="CCG20"), inner / "too deep.gpkg")
    own = draw("P Q").set_axis(["code", "name", "geometry"], axis=1)
    own["code"] = ["p", "q"]
    save(own, tmp_path / "2 neighbourhoods.gpkg")
    _, plan, _ = drafted(tmp_path)
    assert set(plan.layers) == {"lad", "ccg", "ics", "areas_2_neighbourhoods"}
    assert plan.levels["neighbourhood"] == "areas_2_neighbourhoods"


def test_points_and_zips_are_read(tmp_path: Path) -> None:
    units = grid_units(MAP)
    units["geometry"] = units.centroid
    save(units[["LSOA21CD", "geometry"]], tmp_path / "points.geojson")
    made = tmp_path / "made"
    made.mkdir()
    save(draw(MAP), made / "lad.shp")
    with zipfile.ZipFile(tmp_path / "lad.zip", "w") as archive:
        for part in sorted(made.iterdir()):
            archive.write(part, part.name)
    shutil.rmtree(made)
    ics(tmp_path)
    _, plan, result = drafted(tmp_path)
    assert plan.units is not None
    assert plan.units.are_points
    assert [f.rule for f in result.findings if f.severity == footprint.Severity.ERROR] == ["FP203"]


def test_people_of_districts_serve_where_there_are_no_units(tmp_path: Path) -> None:
    save(draw(MAP), tmp_path / "lad.gpkg")
    ics(tmp_path, "X X Y Y\nX X Y Y")
    write_csv(tmp_path / "people.csv", LAD21CD=[code("A"), code("B")], total=["1,000", "2,000"])
    _, plan, _ = drafted(tmp_path)
    assert plan.people_of == "lad"


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"sex": ["Male"] * 2, "population": [500, 900]}, "has rows of sex = Male, so"),
        ({"sex": ["1"] * 2, "population": [500, 900]}, "has rows of sex = 1, so"),
        ({"VARIABLE": ["Households"] * 2, "OBS_VALUE": [500, 900]},
         "has rows of VARIABLE = Households, so 'OBS_VALUE' may hold something else than people"),
        ({"year": [2021, 2022], "population": [500, 900]}, "has rows of year = 2021, 2022, so"),
        ({"Males": [500, 900], "Females": [510, 880]}, "has no column recognised as a population. Name it"),
        ({"list_size": [500, 900], "weighted_list_size": [510, 880]}, "has no column recognised"),
        ({"unit": ["Thousands"] * 2, "population": [500, 900]}, "has rows of unit = Thousands"),
    ],
)  # fmt: skip
def test_a_table_of_some_people_is_not_that_of_the_plan(
    tmp_path: Path, columns: dict[str, list[object]], told: str
) -> None:
    save(draw(MAP), tmp_path / "lad.gpkg")
    ics(tmp_path, "X X Y Y\nX X Y Y")
    write_csv(tmp_path / "some.csv", LAD21CD=[code("A"), code("B")], **columns)
    found, plan, _ = drafted(tmp_path)
    assert plan.people is None
    assert any(note.startswith(f"not used: some.csv: {told}") for note in found.notes), found.notes
    write_csv(tmp_path / "some.csv", LAD21CD=[code("A"), code("B")], population=[1000, 2000])
    assert drafted(tmp_path)[1].people_of == "lad"


# a table of 2043 is a projection
@pytest.mark.sampled
@pytest.mark.parametrize(("newest", "other"), [("b2020", "a2011"), ("a2020", "b2011"), ("b2019", "a2043")])
def test_of_several_tables_of_people_the_newest_is_used(tmp_path: Path, newest: str, other: str) -> None:
    save(draw(MAP), tmp_path / "lad.gpkg")
    ics(tmp_path, "X X Y Y\nX X Y Y")
    for name in (newest, other):
        write_csv(tmp_path / f"{name}.csv", LAD21CD=[code("A"), code("B")], population=[1000, 2000])
    found, plan, _ = drafted(tmp_path)
    assert plan.people is not None
    assert Path(plan.people.source.path).stem == newest
    assert (
        f"not used: {other}.csv: holds people ('population'), as {newest}.csv does, which is used."
        in found.notes
    )


def test_paths_are_relative_to_where_the_plan_stands(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "plans").mkdir()
    ics(tmp_path / "data")
    found = draft(tmp_path / "data", today=TODAY, beside=tmp_path / "plans")
    (tmp_path / "plans" / "footprint.toml").write_text(found.text)
    assert 'path = "../data/ics.gpkg"' in found.text
    footprint.load_plan(tmp_path / "plans")


def test_a_folder_without_layers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(footprint.InputError, match="is no folder"):
        draft(tmp_path / "nowhere")
    with pytest.raises(footprint.InputError, match="is no folder"):
        draft(tmp_path, beside=tmp_path / "nowhere")
    with pytest.raises(footprint.InputError) as empty:
        draft(tmp_path)
    assert empty.value.fault == "has no boundary file or lookup that makes a layer"
    write_csv(tmp_path / "people.csv", LSOA21CD=["E01000001"], population=[5])
    with pytest.raises(footprint.InputError) as alone:
        draft(tmp_path)
    assert "people.csv: adds nothing that fits the plan" in str(alone.value)


@pytest.mark.national
def test_the_national_data(england: Path, tmp_path: Path) -> None:
    for file in england.iterdir():
        (tmp_path / file.name).symlink_to(file)
    found = draft(tmp_path, today=TODAY)
    (tmp_path / "footprint.toml").write_text(found.text, encoding="utf-8")
    plan = footprint.load_plan(tmp_path)
    assert {key: (layer.drawn is not None, layer.base) for key, layer in plan.layers.items()} == {
        "lad": (False, "units"),
        "utla": (False, "lad"),
        "ccg": (True, "units"),
        "ics": (True, "units"),
    }
    assert plan.levels == {"system": "ics", "place": "ccg"}
    assert plan.date == dt.date(2021, 4, 1)
    assert plan.people is not None
    assert plan.people.people.sum() == 56_550_138
    assert plan.flows is not None
    assert plan.flows.kind == "proportion"
    assert plan.flow_lookup is not None
    assert plan.providers is not None
    assert plan.flows.providers.isin(plan.providers.names.index).all()
    older = ["lad20_uk_bgc.shp", "lookup_lsoa11_ltla20.csv", "lookup_ltla20_utla20.csv"]
    assert list(unused(found)) == [*older, "population_msoa11_mid2020.csv", "trusts.csv"]
    result = footprint.check(plan)
    assert result.exit_code() == 1
    splits = [(f.layer, str(f.severity)) for f in result.findings if f.rule == "FP201"]
    assert splits.count(("lad", "error")) == 15
    assert splits.count(("lad", "warning")) == 32
