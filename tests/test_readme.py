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
    from footprint.planfile import check_plan

    text = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert text is not None
    spec = check_plan(tomllib.loads(text[1]), Path("README.md"))
    assert set(spec.layers) == {"lad", "utla", "ics"}


def test_figures_of_the_method_are_those_of_the_code() -> None:
    from footprint.overlay import BASE_TOLERANCE_M, TOLERANCE_PER_RESOLUTION, WIDEST_TOLERANCE_M

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
