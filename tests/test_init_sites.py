"""A folder with headquarters and a list of sites: `init` says that both are guesses, and shows both."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from maps import draw, grid_units, save, write_csv
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.measure import localisation
from footprint.model.errors import InputError

UNITS = ["E01000000", "E01000001", "E01000002", "E01000003"]
X, Y = "E54000088", "E54000089"
TRUSTS = ["RHQ", "RFF", "RP5"]
SITES = {
    "ParentODSCode": ["RHQ", "RHQ", "RFF", "RFF", "RP5"],
    "OrganisationName": ["Hospital", "Clinic", "Hospital", "Laundry", "Hospital"],
    "SubType": ["Hospital", "Clinic", "Hospital", "Other", "Hospital"],
    "easting": [405_000, 435_000, 405_000, 415_000, 435_000],
    "northing": [305_000] * 5,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(grid_units("X X Y Y")[["LSOA21CD", "geometry"]], tmp_path / "units.gpkg")
    save(draw("X X Y Y", "ICS"), tmp_path / "ics.gpkg")
    write_csv(tmp_path / "people.csv", LSOA21CD=UNITS, population=[1000, 2000, 3000, 4000])
    write_csv(
        tmp_path / "flows.csv", LSOA21CD=UNITS, trust_code=["RHQ", "RFF", "RP5", "RHQ"],
        admissions=[51, 37, 43, 29],
    )  # fmt: skip
    return tmp_path


def init(folder: Path) -> tuple[str, str]:
    path = folder / "footprint.toml"
    done = CliRunner().invoke(app, ["init", str(folder), "-o", str(path), "--force"])
    assert done.exit_code == 0, done.output
    return " ".join(path.read_text(encoding="utf-8").replace("\n# ", " ").split()), done.stderr


def headquarters(folder: Path) -> None:
    write_csv(folder / "trusts.csv", trust_code=TRUSTS, trust_name=["a", "b", "c"], ICB23CD=[X, X, Y])


def test_sites_without_weights_beside_headquarters_are_both_shown(folder: Path) -> None:
    write_csv(folder / "sites.csv", **SITES)  # type: ignore[arg-type]
    headquarters(folder)
    plan, said = init(folder)
    for told in (plan, said):
        assert "sites.csv lists 5 sites without weights" in told
        assert "is a guess, whatever kind of site it is" in told
        assert "trusts.csv has headquarters instead, which the plan shows behind a #." in told
    assert "trusts.csv puts each provider wholly where its headquarters are, which is a guess as well" in plan
    shown = '#[providers] #path = "trusts.csv" #code = "trust_code" #name = "trust_name" #area = "ICB23CD"'
    assert shown in plan
    assert "neither is sure" in said


def test_the_lines_that_are_shown_work(folder: Path) -> None:
    write_csv(folder / "sites.csv", **SITES)  # type: ignore[arg-type]
    headquarters(folder)
    init(folder)
    path = folder / "footprint.toml"
    head, _, _ = path.read_text(encoding="utf-8").partition("[providers]")
    path.write_text(
        head
        + '[providers]\npath = "trusts.csv"\ncode = "trust_code"\nname = "trust_name"\narea = "ICB23CD"\n'
    )
    assert tomllib.loads(path.read_text(encoding="utf-8"))["providers"]["path"] == "trusts.csv"
    done = CliRunner().invoke(app, ["flows", str(folder)])
    assert done.exit_code == 0, done.output
    assert "shared out equally" not in done.stderr


def test_sites_alone_are_a_guess_too(folder: Path) -> None:
    write_csv(folder / "sites.csv", **SITES)  # type: ignore[arg-type]
    plan, said = init(folder)
    assert "sites.csv lists 5 sites without weights" in said
    assert "headquarters" not in plan


def test_one_site_each_is_no_guess(folder: Path) -> None:
    write_csv(folder / "sites.csv", **{name: held[::2] for name, held in SITES.items()})  # type: ignore[arg-type]
    headquarters(folder)
    plan, said = init(folder)
    assert "is a guess, whatever" not in plan + said


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("heading", "kinds"),
    [
        ({"ParentODSCode": "trust_code", "SubType": "Type"}, None),
        ({"ParentODSCode": "Provider Code", "easting": "X", "northing": "Y"}, None),
        ({"OrganisationName": "Site name"}, ["Acute", "Care home", "Acute", "Acute", "Acute"]),
    ],
)
def test_lists_of_sites_in_other_layouts_are_guesses_too(
    folder: Path, heading: dict[str, str], kinds: list[object] | None
) -> None:
    columns = {heading.get(name, name): held for name, held in SITES.items()}
    write_csv(folder / "sites.csv", **{**columns, **({"SubType": kinds} if kinds else {})})  # type: ignore[arg-type]
    headquarters(folder)
    plan, said = init(folder)
    for told in (plan, said):
        assert "sites.csv lists 5 sites without weights" in told
        assert "trusts.csv has headquarters instead, which the plan shows behind a #." in told
    assert "neither is sure" in said
    out = CliRunner().invoke(app, ["flows", str(folder)]).stdout
    row = next(line for line in out.splitlines() if line.strip().endswith("Area X"))
    assert row.split()[1:3] == ["42.0%", "100.0%"]


def test_the_least_stands_beside_the_figure(folder: Path) -> None:
    """RHQ has a site in each system: of X's 51 and 37 journeys 51 are inside or not."""
    write_csv(folder / "sites.csv", **SITES)  # type: ignore[arg-type]
    init(folder)
    out = CliRunner().invoke(app, ["flows", str(folder)]).stdout
    assert "at least" in out
    row = next(line for line in out.splitlines() if line.strip().endswith("Area X"))
    assert row.split()[:3] == ["71.0%", "42.0%", "100.0%"]


# ── numbers beside sites that nobody has called weights ─────────────────────────────────────────

SPOTS = {"trust_code": ["RHQ", "RHQ", "RFF", "RP5"], "easting": [405_000, 435_000, 405_000, 435_000],
         "northing": [305_000] * 4}  # fmt: skip
BEDS = [75, 25, 40, 10]


def told_of_sites(folder: Path, **columns: Sequence[object]) -> tuple[str, str]:
    """Return the note on equal shares, and what stands of it under Inputs."""
    write_csv(folder / "sites.csv", **SPOTS, **columns)  # type: ignore[arg-type]
    loaded = footprint.load_plan(folder)
    [note] = [note for note in loaded.notes if "shared out equally" in note]
    [source] = [source for source in loaded.inputs if source.role == "providers"]
    return note, source.guessed


@pytest.mark.sampled
@pytest.mark.parametrize("column", ["weight", "beds", "Beds (G&A)", "share", "attendances_2020"])
def test_a_column_of_numbers_that_is_not_used_is_named(folder: Path, column: str) -> None:
    write_csv(folder / "sites.csv", **SPOTS, **{column: BEDS})  # type: ignore[arg-type]
    _, said = init(folder)
    assert f'weight = "{column}" shares it out by that column instead' in said
    assert "without weights" not in said
    note, guess = told_of_sites(folder, **{column: BEDS})
    assert f"column '{column}' of numbers is not used: weight = \"{column}\" would share it out by" in note
    assert f"column '{column}' of numbers is not used (state it with weight = \"{column}\")" in guess
    # the line that is told settles it: of the 80 journeys to RHQ three quarters are at its site in X
    path = folder / "footprint.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[providers]\n", f'[providers]\nweight = "{column}"\n'), encoding="utf-8")
    loaded = footprint.load_plan(folder)
    assert not [note for note in loaded.notes if "shared out equally" in note]
    found = localisation.table(loaded).set_index("code")["localisation_index"]
    assert found[X] == pytest.approx((51 * 0.75 + 37) / 88)


def test_of_several_columns_of_numbers_all_are_named(folder: Path) -> None:
    write_csv(folder / "sites.csv", **SPOTS)  # type: ignore[arg-type]
    init(folder)
    note, _ = told_of_sites(folder, beds=BEDS, name=["a", "b", "c", "d"], theatres=[1, 2, 3, 4])
    assert "columns 'beds', 'theatres' of numbers are not used" in note
    assert 'weight = "beds" or weight = "theatres"' in note


@pytest.mark.sampled
@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"OBJECTID": [1, 2, 3, 4]},
        {"year": [2020] * 4},
        {"kind": ["a"] * 4},
        {"lat": [53.1, 53.2, 53, 53]},
    ],
)
def test_identifiers_years_and_words_are_no_weights(folder: Path, columns: dict[str, list[object]]) -> None:
    write_csv(folder / "sites.csv", **SPOTS)  # type: ignore[arg-type]
    init(folder)
    note, guess = told_of_sites(folder, **columns)
    assert "not used" not in note + guess
    assert 'equal shares of the sites of 1 provider (state it with weight = "…")' in guess


def test_two_areas_without_weights_are_refused_with_the_column_that_may_hold_them(folder: Path) -> None:
    write_csv(folder / "sites.csv", **SPOTS)  # type: ignore[arg-type]
    init(folder)
    areas = {"trust_code": SPOTS["trust_code"], "ICB23CD": [X, Y, X, Y], "beds": BEDS}
    write_csv(folder / "sites.csv", **areas)  # type: ignore[arg-type]
    path = folder / "footprint.toml"
    head, _, _ = path.read_text(encoding="utf-8").partition("[providers]")
    path.write_text(f'{head}[providers]\npath = "sites.csv"\narea = "ICB23CD"\n', encoding="utf-8")
    with pytest.raises(InputError, match=r'shared out, with weight = "beds", or keep one row'):
        footprint.load_plan(folder)
