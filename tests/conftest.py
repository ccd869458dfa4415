"""What all tests share: where the real national data is, and plans written for a test."""

from __future__ import annotations

import atexit
import functools
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import depth
import forked
import pytest
import readonce
import typer.main
import typer.testing

import footprint

ROOT = Path(__file__).parent.parent
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Every test computes what it tests; what the cache does has tests of its own. Those of all England share
# what one of them computed, as mending its outlines takes longer than most of them: a folder for each run,
# whose name the workers have from the process that starts them.
if "FOOTPRINT_TEST_CACHE" not in os.environ:
    os.environ["FOOTPRINT_TEST_CACHE"] = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, os.environ["FOOTPRINT_TEST_CACHE"], ignore_errors=True)
# Where Python may not keep what it compiles, each program that a test starts compiles all modules again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Typer makes all commands anew from their signatures each time that a test calls one.
typer.testing._get_command = functools.cache(typer.main.get_command)  # type: ignore[attr-defined]
# Looking for circles among all that is imported takes a fifth of the time of the tests.
gc.set_threshold(50_000, 20, 50)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put files with the national data first: a file is tested by one worker, and these take longest."""
    items[:], left = depth.part(items)
    config.hook.pytest_deselected(items=left)
    national = {item.path for item in items if item.get_closest_marker("national")}
    items.sort(key=lambda item: item.path not in national)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Number tests of bytes: packed bytes hold the time, and workers have to know tests by one name."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let a test, and what it is the first to ask for, keep results between tests or not."""
    if item.get_closest_marker("national"):
        os.environ["FOOTPRINT_CACHE"] = os.environ["FOOTPRINT_TEST_CACHE"]
        os.environ["FOOTPRINT_CACHE_KEY"] = "tests"
    else:
        os.environ["FOOTPRINT_CACHE"] = "off"
        os.environ.pop("FOOTPRINT_CACHE_KEY", None)
    readonce.begin(item)


def pytest_collection_finish() -> None:
    """Leave out of the search for circles what is there to stay."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """End what runs beside the tests, and let go of what was to stay."""
    forked.end()
    # DuckDB complains at the end of types that nobody frees
    gc.unfreeze()


def national_folder() -> Path | None:
    """Return the folder of the national data: $FOOTPRINT_DATA, or shared/data beside the checkout."""
    folder = readonce.national_data() / "england-2021"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def anew() -> None:
    """Let a test read plans and compute tables for itself (see `readonce`)."""


@pytest.fixture(scope="session")
def england() -> Path:
    """Return the folder of the real boundaries of England, or skip."""
    folder = national_folder()
    if folder is None:
        pytest.skip("the national data is not here; set FOOTPRINT_DATA to its folder")
    return folder


@pytest.fixture(scope="session")
def nation(england: Path, tmp_path_factory: pytest.TempPathFactory) -> footprint.Result:
    """Return the national plan, checked once for all who ask."""
    folder = tmp_path_factory.mktemp("england")
    text = (ROOT / "tests" / "england.toml").read_text(encoding="utf-8")
    (folder / "footprint.toml").write_text(text.replace("{data}", str(england)), encoding="utf-8")
    return footprint.check(footprint.load_plan(folder))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return a headless Chromium, or skip; a process can start the driver once only."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("there is no Chromium here")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=program, args=SWITCHES)
        yield found
        found.close()


@pytest.fixture
def plan_file(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that writes a plan file into the test's folder."""

    def write(text: str) -> Path:
        path = tmp_path / "footprint.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
