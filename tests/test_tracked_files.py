"""What is in the repository: a known top level, and nothing that was downloaded or built."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = {"data", "footprint", "scripts", "tests"}
FILES = {
    "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "action.yml", "constraints.txt", "pyproject.toml",
}  # fmt: skip


@pytest.fixture(scope="module")
def tracked() -> list[PurePosixPath]:
    if not (ROOT / ".git").exists():
        pytest.skip("no checkout")
    try:
        run = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as fault:
        pytest.skip(f"git does not list the files: {fault}")
    return [PurePosixPath(name) for name in run.stdout.split("\0") if name]


def test_the_top_level_is_known(tracked: list[PurePosixPath]) -> None:
    top = {(path.parts[0], len(path.parts) > 1) for path in tracked}
    known = {(name, True) for name in FOLDERS} | {(name, False) for name in FILES}
    assert {(name, inside) for name, inside in top if not name.startswith(".")} == known


def test_nothing_binary_lies_outside_the_data(tracked: list[PurePosixPath]) -> None:
    files = [path for path in tracked if path.parts[0] != "data" and (ROOT / path).is_file()]
    assert [str(path) for path in files if b"\0" in (ROOT / path).read_bytes()[:8192]] == []
    assert [str(path) for path in files if path.suffix in (".whl", ".gz", ".zip", ".pyc", ".so")] == []
