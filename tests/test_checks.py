"""What all rules share: the catalogue, selections, accepted findings."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import footprint.checks
from footprint.checks import (
    NEEDS,
    Maker,
    _catalogue,
    catalogue,
    fits,
    fp104_empty_geometry,
    modules,
    rule,
    selected,
    vocabulary,
)
from footprint.checks._rule import described
from footprint.model.errors import InputError
from footprint.model.finding import Area, Evidence, Finding, Severity
from footprint.plan.parts import Accepted

FINDING = Finding(
    "FP201", "split-area", Severity.ERROR, "lad", Area("E07000171", "Bassetlaw"), "…", "…",
    Evidence("lookup"), (Area("E54000009", "South Yorkshire"), Area("E54000014", "Nottinghamshire")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "accepted"),
    [
        (Accepted("FP201", "known"), True),
        (Accepted("FP202", "known"), False),
        (Accepted("FP201", "known", area="E07000171"), True),
        (Accepted("FP201", "known", area="E07000172"), False),
        (Accepted("FP201", "known", layer="lad"), True),
        (Accepted("FP201", "known", layer="utla"), False),
        (Accepted("FP201", "known", other="E54000014"), True),
        (Accepted("FP201", "known", other="E54000015"), False),
        (Accepted("FP201", "known", area="E07000171", layer="lad", other="E54000009"), True),
    ],
)
def test_an_accepted_entry_has_to_fit_in_every_part(entry: Accepted, accepted: bool) -> None:
    assert fits(entry, FINDING) is accepted


def test_every_rule_explains_itself() -> None:
    for each in catalogue().values():
        assert each.summary.endswith("."), each.code
        assert "\n" not in each.summary, each.code
        assert len(each.why) > 60, each.code
        assert len(each.settle) > 30, each.code
        assert set(each.needs) <= set(NEEDS), each.code


def test_the_catalogue_says_what_the_modules_say() -> None:
    """If this fails, run `make readme`."""
    assert _catalogue.PATH.read_text(encoding="utf-8") == _catalogue.written(modules())
    for name, each in zip(modules(), catalogue().values(), strict=True):
        module = importlib.import_module(f"footprint.checks.{name}")
        assert replace(each, check=module.check) == described(module)


def test_a_rule_that_has_changed_since_is_asked_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = json.loads(_catalogue.PATH.read_text(encoding="utf-8"))
    stale["rules"]["fp104_empty_geometry"]["summary"] = "Old."
    stale["rules"]["fp105_duplicate_code"]["summary"] = "Kept."
    stale["sources"]["fp104_empty_geometry"] += 1
    monkeypatch.setattr(_catalogue, "PATH", tmp_path / "catalogue.json")

    def summaries() -> list[str]:
        _catalogue.PATH.write_text(json.dumps(stale), encoding="utf-8")
        return [r.summary for r in _catalogue.kept(["fp104_empty_geometry", "fp105_duplicate_code"])]

    monkeypatch.setattr(_catalogue, "_sources", lambda: sources)
    sources = dict(stale["sources"], fp104_empty_geometry=1)
    assert "Old." not in summaries()
    assert "Kept." in summaries()
    sources["fp999_new"] = 1
    assert "Kept." in summaries()
    sources["_rule"] = 1
    assert "Kept." not in summaries()


@pytest.mark.sampled
@pytest.mark.parametrize("words", ["--help", "--version", "rules", "explain FP201", "guide", "guide check"])
def test_what_the_program_says_of_itself_needs_no_library_of_data(words: str) -> None:
    heavy = (
        "numpy",
        "pandas",
        "geopandas",
        "shapely",
        "pyarrow",
        "duckdb",
        "footprint.read",
        "footprint.plan",
    )
    code = f"import sys\nfrom footprint.cli import app\napp({words.split()!r}, standalone_mode=False)\n"
    told = f"{code}print([m for m in {heavy!r} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


def test_rules_are_selected_by_code_name_and_family() -> None:
    assert [r.code for r in selected(["FP201"])] == ["FP201"]
    assert [r.code for r in selected(["split-area", "fp202"])] == ["FP201", "FP202"]
    assert {r.family for r in selected(["FP3"])} == {"population"}
    assert not {"FP301", "FP302"} & {r.code for r in selected([], ["FP301", "above-band"])}
    assert len(selected()) == len(catalogue())


def test_a_selection_that_fits_nothing_names_the_nearest_rule() -> None:
    with pytest.raises(InputError, match="there is no rule 'FP999'"):
        selected(["FP999"])
    with pytest.raises(InputError) as fault:
        rule("split-aera")
    assert "Did you mean 'split-area'?" in str(fault.value)
    with pytest.raises(InputError, match="no rule is left"):
        selected(["FP201"], ["FP2"])


def test_the_vocabulary_of_evidence_is_explained_and_used() -> None:
    declared = {name: r.evidence[name] for r in catalogue().values() for name in r.evidence}
    assert declared == vocabulary()
    assert all(declared.values())
    folder = Path(footprint.checks.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    assert [f for f in declared if not re.search(rf'\b{f}=[^"]|"{f}": |listed\(.*"{f}"', source)] == []


def test_a_field_of_evidence_means_the_same_whichever_rule_has_it() -> None:
    for each in catalogue().values():
        for name, meaning in each.evidence.items():
            assert vocabulary()[name] == meaning, (each.code, name)


def test_evidence_that_a_rule_does_not_declare_is_refused() -> None:
    maker = Maker(fp104_empty_geometry.__name__)
    with pytest.raises(ValueError, match="FP104 empty-geometry: EVIDENCE does not name colour, width_m"):
        maker.finding("lad", "…", "…", "geometry", width_m=3, colour="red")


def test_no_module_but_its_own_names_a_rule() -> None:
    """What is special about a rule stands in its module; elsewhere codes only show a reader where to look."""
    package = Path(footprint.__file__).parent
    to_readers = {
        "cli/rules.py", "plan/tomltext.py", "plan/draft.py", "read/lock.py",
        "checks/fp401_low_localisation.py",
    }  # fmt: skip
    endings = ("*.py", "*.j2", "*.js")
    named = {}
    for path in sorted(each for ending in endings for each in package.rglob(ending)):
        own = path.name[:5].upper() if path.parent.name == "checks" else ""
        found = set(re.findall(r"FP\d{3}", path.read_text(encoding="utf-8"))) - {own}
        if found:
            named[path.relative_to(package).as_posix()] = found
    assert set(named) == to_readers
    assert set().union(*named.values()) <= set(catalogue())
