"""Reports on the example and on the proposal for it, to the byte; `test_england` has those on England."""

from __future__ import annotations

from pathlib import Path

import golden
import pytest

import footprint
from footprint.results.comparison import Comparison
from footprint.results.run import compare_paths

EXAMPLE = golden.ROOT / "data" / "south-yorkshire"
PROPOSAL = golden.ROOT / "data" / "proposals" / "bassetlaw-2022"


@pytest.fixture(scope="module")
def change() -> Comparison:
    return compare_paths(EXAMPLE, [PROPOSAL])


def test_reports_on_the_example_are_the_same_bytes(change: Comparison, tmp_path: Path) -> None:
    golden.held("example", change.before, {"{root}": golden.ROOT}, tmp_path)


def test_reports_on_the_proposal_are_the_same_bytes(change: Comparison, tmp_path: Path) -> None:
    proposed = footprint.check(EXAMPLE, proposals=PROPOSAL)
    golden.held("proposal", proposed, {"{root}": golden.ROOT}, tmp_path)
    golden.held("change", change, {"{root}": golden.ROOT}, tmp_path)


def test_what_has_changed_is_named(change: Comparison, tmp_path: Path) -> None:
    places = {"{root}": golden.ROOT}
    before, after = (golden.parts(found, places, tmp_path) for found in (change.before, change.after))
    told = golden._changed(before, after)
    assert {"json", "csv", "sarif", "junit", "json findings FP201", "gpkg split_pieces"} <= {*told}
    assert "json version" not in told
    assert golden._changed(before, before) == []
