"""What all rules share: the catalogue, selections, accepted findings."""

from __future__ import annotations

from pathlib import Path

import pytest

import footprint.checks
from footprint.checks import NEEDS, catalogue, fits, rule, selected
from footprint.model.errors import InputError
from footprint.model.finding import EVIDENCE_FIELDS, Area, Evidence, Finding, Severity
from footprint.plan.model import Accepted

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
    folder = Path(footprint.checks.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    assert all(EVIDENCE_FIELDS.values())
    assert [f for f in EVIDENCE_FIELDS if f"{f}=" not in source and f'"{f}"' not in source] == []
