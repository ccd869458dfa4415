"""Bring what the README shows up to date with the program: picture, rules, options.

    python scripts/readme.py            writes
    python scripts/readme.py --check    only says what is out of date, and exits with 1

The picture is the program's own report on the example plan. Tables and help texts stand in the
README between `<!-- NAME -->` and `<!-- end -->`.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
EXAMPLE = ROOT / "data" / "south-yorkshire"
PICTURE = EXAMPLE / "report.svg"
WIDTH = 88
COMMANDS = ("check", "flows", "compare", "report", "export", "map", "who")
"""Commands whose help the README shows."""

# Contrast of at least 4.5 to 1 on the background for every colour that the report uses.
THEME = TerminalTheme(
    (255, 255, 255),
    (36, 41, 47),
    [
        (36, 41, 47), (179, 29, 40), (22, 99, 42), (122, 72, 0),
        (5, 80, 174), (102, 57, 186), (11, 94, 107), (87, 96, 106),
    ],
    [(87, 96, 106)] * 8,
)  # fmt: skip
# Rich's own frame fetches its font from the network; this one takes what the reader has.
FRAME = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; \
font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def picture() -> str:
    """Return the report on the example plan as SVG."""
    import footprint
    from footprint.reports.terminal import report

    result = footprint.check(footprint.load_plan(EXAMPLE))
    console = Console(
        record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="standard",
        highlight=False, markup=False, emoji=False, legacy_windows=False, _environ={},
    )  # fmt: skip
    for part in report(result):
        console.print(part)
    svg = console.export_svg(
        title="footprint check data/south-yorkshire", theme=THEME, code_format=FRAME, unique_id="report"
    )
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def rules() -> str:
    """Return the table of rules."""
    from footprint.reports.rules import markdown

    return markdown()


def commands() -> str:
    """Return the help text of the program and of its main commands."""
    from typer.testing import CliRunner

    from footprint.cli import app

    os.environ |= {"COLUMNS": "96", "NO_COLOR": "1", "TERM": "dumb"}
    texts = []
    for arguments in (["--help"], *([name, "--help"] for name in COMMANDS)):
        printed = CliRunner().invoke(app, arguments, prog_name="footprint").output
        texts.append("\n".join(line.rstrip() for line in printed.strip("\n").splitlines()))
    return "```text\n" + "\n\n".join(texts) + "\n```\n"


def profiles() -> str:
    """Return the table of profiles."""
    from footprint.model.levels import PROFILES, Level

    head = (
        "| profile | " + " | ".join(Level) + " | lines up | source |\n| --- | --- | --- | --- | --- | --- |\n"
    )
    rows = []
    for p in PROFILES.values():
        bands = [str(p.bands[level]) if level in p.bands else "–" for level in Level]
        nests = ", ".join(
            f"{a.geography} {'must' if a.must else 'should'} nest in {a.level}s" for a in p.align
        )
        rows.append(f"| `{p.key}` | {' | '.join(bands)} | {nests or '–'} | {p.source} ({p.date}) |\n")
    return head + "".join(rows)


BLOCKS: dict[str, Callable[[], str]] = {"rules": rules, "profiles": profiles, "commands": commands}


def updated(text: str) -> str:
    """Return the README with its blocks written anew."""
    for name, make in BLOCKS.items():
        head, found, rest = text.partition(f"<!-- {name} -->\n")
        _, end, tail = rest.partition("<!-- end -->")
        if not (found and end):
            raise SystemExit(f"README.md has no block <!-- {name} --> … <!-- end -->")
        text = f"{head}{found}\n{make()}\n{end}{tail}"
    return text


def outdated() -> dict[Path, str]:
    """Return the files that differ from what the program says now, with what they should hold."""
    wanted = {README: updated(README.read_text(encoding="utf-8")), PICTURE: picture()}
    return {
        path: text
        for path, text in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }


def main() -> int:
    """Write, or only check."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if out of date")
    options = parser.parse_args()
    for path, text in outdated().items():
        if options.check:
            print(f"{path.relative_to(ROOT)} is out of date: run scripts/readme.py")
        else:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    return int(options.check and bool(outdated()))


if __name__ == "__main__":
    sys.exit(main())
