"""What all tests share: where the real national data is, and plans written for a test."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Every test computes what it tests; what the cache does has tests of its own.
os.environ["FOOTPRINT_CACHE"] = "off"


def national_folder() -> Path | None:
    """Return the folder of the national data: $FOOTPRINT_DATA, or shared/data beside the checkout."""
    named = os.environ.get("FOOTPRINT_DATA")
    folder = (Path(named) if named else ROOT.parent / "shared" / "data") / "england-2021"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def england() -> Path:
    """Return the folder of the real boundaries of England, or skip."""
    folder = national_folder()
    if folder is None:
        pytest.skip("the national data is not here; set FOOTPRINT_DATA to its folder")
    return folder


@pytest.fixture
def plan_file(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that writes a plan file into the test's folder."""

    def write(text: str) -> Path:
        path = tmp_path / "footprint.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
