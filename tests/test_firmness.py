"""How firm verdicts are: margins by hand, a second table of people, and other weights of sites."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from documents import hold
from maps import COUNTED_FLOWS, code, draw, grid_units, write_csv, write_plan
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.model.errors import InputError
from footprint.plan.open import Options, open_plan
from footprint.results.options import side_by_side

SYSTEMS = "X X Y Y Z Z"
UNITS = list(grid_units(SYSTEMS)["LSOA21CD"])
PEOPLE = [500, 520, 400, 400, 1500, 480]
PLAN = f"""\
title = "Three systems"
date = 2021-04-01
[units]
path = "units.geojson"
code = "LSOA21CD"
population.path = "people.csv"
[layers.ics]
path = "ics.geojson"
[levels]
system = "ics"
[bands]
system = [1_000, 2_000]
{COUNTED_FLOWS}area = "ics"
layer = "ics"
weight = "weight"
[thresholds]
localisation_index = {{ system = 0.70 }}
"""
# P stands in X with two thirds, and in Y; everybody in X goes there, and R is wholly in Z
SITES: dict[str, list[object]] = {
    "provider": ["P", "P", "Q", "R"],
    "ics": [code(letter, "ICS") for letter in "XYYZ"],
    "weight": [0.75, 0.25, 1, 1],
}
FLOWS: dict[str, list[object]] = {
    "unit": UNITS, "provider": ["P", "P", "Q", "Q", "R", "R"], "count": [100] * 6,
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = write_plan(
        tmp_path_factory.mktemp("firm") / "plan", PLAN, units=grid_units(SYSTEMS)[["LSOA21CD", "geometry"]],
        ics=draw(SYSTEMS, "ICS"), people={"LSOA21CD": UNITS, "population": PEOPLE}, flows=FLOWS,
        providers=SITES,
    )  # fmt: skip
    write_csv(made / "later.csv", LSOA21CD=UNITS, population=[480, 500, 600, 600, 1500, 600])
    write_csv(made / "part.csv", LSOA21CD=UNITS[:5], population=[480, 500, 600, 600, 1500])
    write_csv(made / "other.csv", LSOA21CD=["E01999999"], population=[1])
    return made


def firm(folder: Path, verdict: str, second: str | None = None, **options: Any) -> dict[str, dict[str, Any]]:
    """Return the rows of one kind of verdict by the letter of the system."""
    of = None if second is None else folder / second
    table = footprint.check(open_plan(folder, Options(population_of=of, **options)), ["FP301"]).firmness
    rows = table[table["verdict"] == verdict].to_dict("records")
    return {row["name"][-1]: row for row in rows}


def test_margins_in_people_and_growth_by_hand(folder: Path) -> None:
    rows = firm(folder, "band")
    x, y, z = (rows[letter] for letter in "XYZ")
    assert (x["status"], x["limit"], x["margin_people"], x["growth"]) == ("WITHIN", 1000, -20, -20 / 1020)
    assert (x["firm"], x["turns_if"]) == (False, "its people shrink by 2.0% (20)")
    assert (y["status"], y["margin_people"], y["growth"], y["firm"]) == ("BELOW", 200, 0.25, True)
    assert (z["limit"], z["margin_people"]) == (2000, 20)
    assert z["turns_if"] == "its people grow by 1.0% (20)"


def test_a_second_table_of_people_turns_verdicts(folder: Path) -> None:
    rows = firm(folder, "band", "later.csv")
    assert {key: row["other_status"] for key, row in rows.items()} == {
        "X": "BELOW",
        "Y": "WITHIN",
        "Z": "ABOVE",
    }
    assert rows["Y"]["turns_if"] == "people are as in later.csv (1,200, within)"
    assert rows["X"]["turns_if"].endswith("; or people are as in later.csv (980, below)")
    assert not any(row["firm"] for row in rows.values())


def test_a_second_table_of_people_turns_an_index(tmp_path: Path) -> None:
    # by proportions: of X the first unit goes to S in X and the second to Q in Y; the others stay
    flows: dict[str, list[object]] = {
        "unit": UNITS, "provider": ["S", "Q", "Q", "Q", "R", "R"], "count": [1.0] * 6,
    }  # fmt: skip
    made = write_plan(
        tmp_path / "plan", PLAN.replace('kind = "count"', 'kind = "proportion"'),
        units=grid_units(SYSTEMS)[["LSOA21CD", "geometry"]], ics=draw(SYSTEMS, "ICS"), flows=flows,
        people={"LSOA21CD": UNITS, "population": [800, 200, 400, 400, 1500, 480]},
        providers={"provider": list("SQR"), "ics": [code(x, "ICS") for x in "XYZ"], "weight": [1, 1, 1]},
    )  # fmt: skip
    write_csv(made / "later.csv", LSOA21CD=UNITS, population=[600, 400, 400, 400, 1500, 480])
    rows = firm(made, "localisation_index", "later.csv")
    assert {
        key: (row["status"], row["other_status"], row["firm"], row["turns_if"]) for key, row in rows.items()
    } == {
        "X": ("reached", "below", False, "people are as in later.csv (below)"),
        "Y": ("reached", "reached", True, None),
        "Z": ("reached", "reached", True, None),
    }


def test_people_that_the_second_table_lacks_are_not_zero(folder: Path) -> None:
    plan = open_plan(folder, Options(population_of=folder / "part.csv"))
    assert any(f"no people for 1 code of units ({UNITS[-1]})" in note for note in plan.notes)
    assert [s.role for s in plan.inputs if s.path.endswith("part.csv")] == ["population_of"]
    z = firm(folder, "band", "part.csv")["Z"]
    assert z["other_status"] is None
    assert z["other_population"] != z["other_population"]


def test_a_table_of_other_codes_is_refused(folder: Path) -> None:
    with pytest.raises(InputError, match="has people for none of the plan's units"):
        open_plan(folder, Options(population_of=folder / "other.csv"))
    asked = CliRunner().invoke(app, ["check", str(folder), "--population-of", str(folder / "none.csv")])
    assert asked.exit_code == 2
    lacking = write_plan(folder.parent / "nobody", PLAN.replace("population.path", "# people"),
        units=grid_units(SYSTEMS)[["LSOA21CD", "geometry"]], ics=draw(SYSTEMS, "ICS"), flows=FLOWS,
        providers=SITES)  # fmt: skip
    with pytest.raises(InputError, match="has no population that another one could be held against"):
        open_plan(lacking, Options(population_of=folder / "later.csv"))


def test_other_weights_of_sites_may_turn_an_index(folder: Path) -> None:
    rows = firm(folder, "localisation_index")
    x, z = rows["X"], rows["Z"]
    assert (x["status"], x["margin_index"]) == ("reached", pytest.approx(0.05))
    # with all of P in Y nothing stays in X, with all of it in X everything does
    assert (x["index_least"], x["index_most"], x["firm"]) == (0, 1, False)
    assert x["turns_if"] == "sites weigh otherwise (0.0% to 100.0% inside)"
    assert (z["index_least"], z["index_most"], z["firm"]) == (1, 1, True)


def test_small_numbers_stay_in(folder: Path) -> None:
    rows = firm(folder, "localisation_index", suppress="hes")
    assert rows["X"]["margin_index"] == pytest.approx(0.05)
    few = (folder / "flows.csv").read_text().replace(",100", ",3")
    (folder / "few.csv").write_text(few)
    hidden = (folder / "footprint.toml").read_text().replace("flows.csv", "few.csv")
    (folder / "few.toml").write_text(hidden)
    rows = firm(folder / "few.toml", "localisation_index", suppress="hes")
    assert {row["status"] for row in rows.values()} == {None}


def test_reports_and_json_say_what_turns(folder: Path) -> None:
    arguments = [
        "check",
        str(folder),
        "--population-of",
        str(folder / "later.csv"),
        "--select",
        "FP301,FP401",
    ]
    text = CliRunner().invoke(app, arguments).stdout
    assert "How firm is it?" in text
    assert "turns if its people shrink by 2.0% (20)" in " ".join(text.split())
    document = json.loads(CliRunner().invoke(app, [*arguments, "--format", "json"]).stdout)
    hold(document, "findings")
    assert len(document["tables"]["firmness"]) == 6


def test_the_scorecard_says_firm_or_turns_if(folder: Path) -> None:
    for name, title, line in (("a", "All of Y to Z", "Y"), ("b", "All of Z to Y", "Z")):
        option = folder.parent / name
        option.mkdir()
        (option / "proposal.toml").write_text(
            f'title = "{title}"\neffective_date = 2022-04-01\nbase = "../plan"\nlevel = "system"\n'
        )
        other = code({"Y": "Z", "Z": "Y"}[line], "ICS")
        (option / "assignment.csv").write_text(f"code,area\n{code(line, 'ICS')},{other}\n")
    found = side_by_side(folder, [folder.parent / "a", folder.parent / "b"])
    table = found.scorecard.set_index(["measure", "option"])["firmness"]
    today = table["system.outside_band", "Today"]
    assert today == "turns if Area Z: its people grow by 1.0% (20)"
    # 2,780 people are far above the band
    assert table["system.outside_band", "A"] == "firm"
    assert table["system.areas", "A"] is None
