"""The README shows what the program says."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("readme_script", ROOT / "scripts" / "readme.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_picture_and_tables_are_those_of_the_program(script: ModuleType) -> None:
    """If this fails, run `make readme` and read the difference."""
    assert [path.name for path in script.outdated()] == []


def test_the_picture_fetches_nothing(script: ModuleType) -> None:
    assert not re.search(r"url\(['\"]?http|@import|@font-face|<script", script.picture())


def test_the_plan_in_the_readme_is_a_plan() -> None:
    from footprint.read.planfile import check_plan
    from footprint.read.proposalfile import ProposalSpec

    proposal, plan, profile = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    spec = check_plan(tomllib.loads(plan), Path("README.md"))
    assert set(spec.layers) == {"lad", "utla", "ics"}
    drawn = "title = 'A'\ndate = 2021-04-01\n" + profile + "\n[layers.ics]\npath = 'ics.shp'\n"
    assert check_plan(tomllib.loads(drawn), Path("README.md")).profile == "local"
    stated = ProposalSpec.model_validate(tomllib.loads(proposal))
    assert (str(stated.effective_date), stated.area[0].was) == ("2022-07-01", "E54000014")


def test_the_figures_of_the_proposal_in_the_readme_are_real() -> None:
    import footprint
    from footprint.plan.proposal import apply
    from footprint.read.proposalfile import read_proposal
    from footprint.reports.comparison import summary
    from footprint.results.comparison import compare

    plan = footprint.load_plan(ROOT / "data" / "south-yorkshire")
    after = apply(plan, read_proposal(ROOT / "data" / "proposals" / "bassetlaw-2022"))
    found = compare(footprint.check(plan), footprint.check(after))
    words = " ".join(README.split())
    assert f'"{summary(found)}"' in words
    table = found.areas.set_index("code")
    for code in ("E54000060", "E54000061"):
        before, now = table.loc[code, ["localisation_index_before", "localisation_index_after"]]
        assert f"{now:.1%} instead of {before:.1%}".replace("%", " %") in words


def test_figures_of_the_method_are_those_of_the_code() -> None:
    from footprint.geometry.tolerance import BASE_TOLERANCE_M, TOLERANCE_PER_RESOLUTION, WIDEST_TOLERANCE_M

    words = " ".join(README.split())
    assert f"{BASE_TOLERANCE_M:.0f} m plus {TOLERANCE_PER_RESOLUTION} times" in words
    assert f"more than {WIDEST_TOLERANCE_M:,.0f} m is refused" in words


def test_links_within_the_project_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_version_and_changelog_agree() -> None:
    import footprint

    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {footprint.__version__}" in changelog
