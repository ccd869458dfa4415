"""What the commands that compare and answer say of plans in which much is wrong at once, line by line.

`answers.txt` in a folder below examples/many holds commands, each after a "$", and below each what its report
says, but for what it says of the plan. To accept what the program says
now, run `python tests/test_answers.py` and read the difference.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from footprint.cli import app

FOLDERS = sorted(p.parent for p in (Path(__file__).parent / "examples" / "many").glob("*/answers.txt"))


def lines(name: str, value: Any) -> Iterator[str]:
    """Yield a document of JSON as lines: a figure after its name, a table as its heading and its rows."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from lines(f"{name} {key}".strip(), each)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        heading: list[str] = []
        for row in value:
            if heading != list(row):
                heading = list(row)
                yield f"{name}: {', '.join(heading)}"
            yield f"    {', '.join(map(str, row.values()))}"
    else:
        yield f"{name}: {value}"


def answer(folder: Path, command: str) -> str:
    """Return what a command says in its folder; PLAN stands for the plan there."""
    words = [word.replace("PLAN", str(folder)) for word in shlex.split(command)]
    done = CliRunner().invoke(app, [*words, "--format", "json", "-q"])
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout.replace(f"{folder}/", "").replace(str(folder), "."))
    for part in ("version", "plan"):
        document.pop(part, None)
    for side in ("before", "after"):
        document.get(side, {}).pop("inputs", None)
    return "".join(f"{line}\n" for line in lines("", document))


def held(folder: Path) -> Iterator[tuple[Path, str, str]]:
    """Yield each command of a folder, with what it has to say."""
    for part in (folder / "answers.txt").read_text(encoding="utf-8").split("$ ")[1:]:
        command, _, said = part.partition("\n")
        yield folder, command, said


ASKED = [each for folder in FOLDERS for each in held(folder)]


@pytest.mark.parametrize(
    ("folder", "command", "said"), ASKED, ids=[f"{folder.name}: {command}" for folder, command, _ in ASKED]
)
def test_a_command_says_what_is_expected(folder: Path, command: str, said: str) -> None:
    assert answer(folder, command) == said


if __name__ == "__main__":
    for each in FOLDERS:
        written = [f"$ {command}\n{answer(each, command)}" for _, command, _ in held(each)]
        (each / "answers.txt").write_text("".join(written), encoding="utf-8")
