"""README and guide show what the program says, and what they show works."""

from __future__ import annotations

import importlib.util
import re
import shlex
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import BaseModel

ROOT = Path(__file__).parent.parent
PAGES = {path.stem: path for path in sorted((ROOT / "footprint" / "guide").glob("*.md"))}
EVERY = [ROOT / "README.md", *PAGES.values()]


def words(topic: str) -> str:
    return " ".join(PAGES[topic].read_text(encoding="utf-8").split())


def blocks(path: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)


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


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_the_plans_in_the_guide_are_plans() -> None:
    from footprint.read.planfile import check_plan
    from footprint.read.proposalfile import ProposalSpec

    plan, profile = blocks(PAGES["plan-file"], "toml")
    spec = check_plan(tomllib.loads(plan), Path("plan-file.md"))
    assert set(spec.layers) == {"lad", "utla", "ics"}
    drawn = "title = 'A'\ndate = 2021-04-01\n" + profile + "\n[layers.ics]\npath = 'ics.shp'\n"
    assert check_plan(tomllib.loads(drawn), Path("plan-file.md")).profile == "local"
    proposal, several = blocks(PAGES["proposals"], "toml")
    assert [c.layer for c in ProposalSpec.model_validate(tomllib.loads(several)).change] == ["lad", "utla"]
    stated = ProposalSpec.model_validate(tomllib.loads(proposal))
    assert (str(stated.effective_date), stated.area[0].was) == ("2022-07-01", "E54000014")


def test_the_guide_explains_every_key_of_a_plan_and_of_a_proposal() -> None:
    from footprint.read import measure_spec, proposalfile, specs

    def keys(module: ModuleType) -> set[str]:
        models = [m for m in vars(module).values() if isinstance(m, type) and issubclass(m, BaseModel)]
        own = [m for m in models if m.__module__ == module.__name__]
        return {field.alias or name for m in own for name, field in m.model_fields.items()}

    for module, topic in ((specs, "plan-file"), (proposalfile, "proposals"), (measure_spec, "measures")):
        named = set(re.findall(r"[a-z_]+", words(topic)))
        assert keys(module) - named == set()


def test_the_figures_of_the_proposal_in_the_guide_are_real() -> None:
    import footprint
    from footprint.plan.proposal import apply
    from footprint.read.proposalfile import read_proposal
    from footprint.reports.content.message_change import summary
    from footprint.results.comparison import compare

    plan = footprint.load_plan(ROOT / "data" / "south-yorkshire")
    after = apply(plan, read_proposal(ROOT / "data" / "proposals" / "bassetlaw-2022"))
    found = compare(footprint.check(plan), footprint.check(after))
    assert f'"{summary(found)}"' in words("proposals")
    table = found.areas.set_index("code")
    for code in ("E54000060", "E54000061"):
        before, now = table.loc[code, ["localisation_index_before", "localisation_index_after"]]
        assert f"{now:.1%} instead of {before:.1%}".replace("%", " %") in words("proposals")


def test_figures_of_the_method_are_those_of_the_code() -> None:
    from footprint.geometry.tolerance import BASE_TOLERANCE_M, TOLERANCE_PER_RESOLUTION, WIDEST_TOLERANCE_M

    assert f"{BASE_TOLERANCE_M:.0f} m plus {TOLERANCE_PER_RESOLUTION} times" in words("check")
    assert f"more than {WIDEST_TOLERANCE_M:,.0f} m is refused" in words("check")


@pytest.mark.parametrize("page", EVERY, ids=lambda path: path.stem)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", EVERY, ids=lambda path: path.stem)
def test_commands_that_are_shown_have_these_options_and_files(page: Path) -> None:
    import typer

    from footprint.cli import app

    program = typer.main.get_command(app)
    lines = [line for kind in ("sh", "yaml") for block in blocks(page, kind) for line in block.splitlines()]
    shown = [found[1] for line in lines if (found := re.match(r"[ -]*(?:script: )?footprint (\w.*)", line))]
    for line in shown:
        name, *arguments = shlex.split(line, comments=True)
        command = program.commands[name]  # type: ignore[attr-defined]
        command.make_context(name, arguments).close()
        missing = [a for a in arguments if a.startswith("data/") and not (ROOT / a).exists()]
        assert missing == [], line


def test_the_python_of_the_guide_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    seen: dict[str, object] = {}
    for block in blocks(PAGES["python"], "python"):
        exec(compile(block, "python.md", "exec"), seen)
    assert capsys.readouterr().out.startswith("no-such-folder")


def test_version_and_changelog_agree() -> None:
    import footprint

    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {footprint.__version__}" in changelog
