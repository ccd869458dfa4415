"""Damaged files of every format: a message or all of their rows, never anything else.

FOOTPRINT_FUZZ says how many times as many; `scripts/torture.py` does this, and more, by the thousand.
"""

from __future__ import annotations

import importlib.util
import os
import random
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from footprint.model.errors import InputError
from footprint.read.boundary import read_layer
from footprint.read.flows import read_flows
from footprint.read.specs import FlowsSpec
from footprint.read.table import read_table

TIMES = int(os.environ.get("FOOTPRINT_FUZZ", "1"))


def torture() -> ModuleType:
    path = Path(__file__).parent.parent / "scripts" / "torture.py"
    spec = importlib.util.spec_from_file_location("torture", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["torture"] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


TORTURE = torture()


def fuzzed(sound: Path, many: int, read: Callable[[Path], int], rows: int) -> None:
    """Damage a file, or one of its parts, many times; all rows have to be there, or an error."""
    assert read(sound) == rows
    chance = random.Random(f"fuzz {sound.name}")
    parts = sorted(p for p in sound.rglob("*") if p.is_file() and p.stat().st_size) if sound.is_dir() else (
        sorted(sound.parent.glob(f"{sound.stem}.*"))
    )  # fmt: skip
    for number in range(many * TIMES):
        part = chance.choice(parts)
        before = part.read_bytes()
        data, kind = TORTURE.damaged(before, chance)
        part.write_bytes(data)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = read(sound)
        except InputError:
            pass
        else:
            # of text that makes one line of two, as many rows are left as there are lines
            there = min(rows, TORTURE.lines_of(data) - 1) if part.suffix in (".csv", ".txt") else rows
            assert found >= there, f"{kind} in {part.name}, number {number}: {found} of {there} rows"
        part.write_bytes(before)


def count_areas(path: Path) -> int:
    crs = "EPSG:4326" if path.suffix == ".topojson" else None
    layer = read_layer(path, assume_crs=crs)
    left = sum("deleted" in note for note in layer.notes)
    return layer.source.features + 4 * left


@pytest.mark.sampled
@pytest.mark.parametrize("ending", TORTURE.LAYERS)
def test_damaged_outlines_are_told_or_read_whole(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"lad{ending}"
    TORTURE.save_layer(TORTURE.squares([f"E0700000{i}" for i in range(4)], "LAD21", 2), path)
    fuzzed(path, 40, count_areas, 4)


@pytest.mark.parametrize("ending", TORTURE.TABLES)
def test_damaged_tables_are_told_or_read_whole(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"people{ending}"
    TORTURE.save_table(
        pd.DataFrame({"code": [f"E010000{i:02d}" for i in range(20)], "people": range(20)}), path
    )
    fuzzed(path, 40, lambda p: len(read_table(p).lines), 20)


@pytest.mark.sampled
@pytest.mark.parametrize("ending", TORTURE.FLOWS)
def test_damaged_flows_are_told_or_read_whole(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"flows{ending}"
    rows = {
        "unit": [f"E010000{i:02d}" for i in range(20)],
        "provider": ["RAA", "RBB"] * 10,
        "count": range(20),
    }
    TORTURE.save_table(pd.DataFrame(rows), path)
    spec = FlowsSpec(path=path.name, unit="unit", provider="provider", value="count", kind="count")
    fuzzed(path, 25, lambda p: int(read_flows(spec, p.parent, None).source.features), 20)
