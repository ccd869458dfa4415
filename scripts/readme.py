"""Bring what README, guide and the catalogue of rules hold up to date with the program.

    python scripts/readme.py            writes
    python scripts/readme.py --check    only says what is out of date, and exits with 1

The picture is the program's own report on the example plan. What the program can say itself stands in
the README and in the pages of the guide between `<!-- NAME -->` and `<!-- end -->`.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from footprint.checks import modules, vocabulary
from footprint.checks._catalogue import PATH as CATALOGUE
from footprint.checks._catalogue import written
from footprint.model.schema import Column, Table

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
EXAMPLE = ROOT / "data" / "south-yorkshire"
PICTURE = EXAMPLE / "report.svg"
PAGES = ROOT / "footprint" / "guide"
WIDTH = 88

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
    from footprint.reports import Report
    from footprint.reports.as_terminal import parts

    result = footprint.check(footprint.load_plan(EXAMPLE))
    console = Console(
        record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="standard",
        highlight=False, markup=False, emoji=False, legacy_windows=False, _environ={},
    )  # fmt: skip
    for part in parts(Report(result).document(), WIDTH):
        console.print(part)
    svg = console.export_svg(
        title="footprint check data/south-yorkshire", theme=THEME, code_format=FRAME, unique_id="report"
    )
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def rules() -> str:
    """Return the table of rules."""
    from footprint.checks import catalogue
    from footprint.reports.content.severity import word

    rows = [f"| {r.code} | {r.name} | {word(r.severity)} | {r.summary} |\n" for r in catalogue().values()]
    return "| rule | name | severity | what it finds |\n| --- | --- | --- | --- |\n" + "".join(rows)


def commands() -> str:
    """Return the help text of the program and of each command."""
    from footprint.cli import app

    names = [command.callback.__name__ for command in app.registered_commands if command.callback]
    texts = []
    for name in ("", *names):
        arguments = [name, "--help"] if name else ["--help"]
        plain = {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
        with mock.patch.dict(os.environ, plain), redirect_stdout(io.StringIO()) as held:
            app(arguments, prog_name="footprint", standalone_mode=False)
        lines = "\n".join(line.rstrip() for line in held.getvalue().strip("\n").splitlines())
        heading = f"## footprint {name}\n\n" if name else ""
        texts.append(f"{heading}```text\n{lines}\n```\n")
    return "\n".join(texts)


def guide() -> str:
    """Return the table of the pages of the guide."""
    from footprint.cli.guide import pages

    rows = [f"| [{p.title}](footprint/guide/{p.topic}.md) | {p.about} |\n" for p in pages()]
    return "| page | what it says |\n| --- | --- |\n" + "".join(rows)


def capital(words: str) -> str:
    """Return a meaning as a sentence; values that it begins with stay as they are."""
    if not words.partition(" ")[0].endswith(":"):
        words = words[:1].upper() + words[1:]
    return words if not words or words.endswith((".", "`")) else f"{words}."


def tables() -> str:
    """Return the tables of every output, with what their columns mean, and the fields of the evidence."""
    from footprint.reports.schemas import DOCUMENTS

    parts, told = [], list[Table]()
    for document in DOCUMENTS.values():
        parts.append(
            f"## Tables of `footprint {document.command}`\n\n"
            f"The schema of the output: `footprint schema {document.name}`.\n"
        )
        for name, each in document.tables.items():
            head = f"### {each.title}: `{name}`\n\n{each.rows}\n\n"
            if each in told:
                parts.append(f"{head}The columns are those above.\n")
                continue
            told.append(each)
            rows = "".join(f"| `{c.name}` | {c.heading} | {c.unit} | {_meaning(c)} |\n" for c in each.columns)
            parts.append(f"{head}| column | heading | unit | meaning |\n| --- | --- | --- | --- |\n{rows}")
    fields = "".join(f"| `{name}` | {capital(meaning)} |\n" for name, meaning in vocabulary().items())
    parts.append("## Evidence of a finding\n\nIts `kind`, and those of these numbers that it rests on.\n")
    parts.append(f"| field | meaning |\n| --- | --- |\n{fields}")
    return "\n".join(parts)


def _meaning(column: Column) -> str:
    """Return what a column means, or what may stand in it."""
    return capital(column.meaning or ", ".join(f"`{value}`" for value in column.values))


def profiles() -> str:
    """Return the table of profiles."""
    from footprint.model.levels import PROFILES, Level

    head = "| profile | " + " | ".join(Level) + " | also | source |\n| --- | --- | --- | --- | --- | --- |\n"
    rows = []
    for p in PROFILES.values():
        bands = [str(p.bands[level]) if level in p.bands else "–" for level in Level]
        also = [f"{kind}: {band} people" for kind, band in p.kinds.items()]
        also += [f"{a.geography} {'must' if a.must else 'should'} nest in {a.target}" for a in p.align]
        also += [f"at least {least} providers in a {level}" for level, least in p.providers.items()]
        rows.append(
            f"| `{p.key}` | {' | '.join(bands)} | {', '.join(also) or '–'} | {p.source} ({p.date}) |\n"
        )
    return head + "".join(rows)


def nations() -> str:
    """Return the table of kinds of area, with what their codes begin with in each nation."""
    from footprint.model.geographies import GEOGRAPHIES
    from footprint.model.nations import NATIONS

    names = " | ".join(f"`{n.letter}` {n.name}" for n in NATIONS.values())
    rows = []
    for g in GEOGRAPHIES.values():
        if g.prefixes:
            begins = " | ".join(", ".join(n.kinds.get(g.key, ())) or "–" for n in NATIONS.values())
        else:
            begins = " | ".join(["codes of their own" if g.pattern else "any codes"] * len(NATIONS))
        rows.append(f"| {g.key} | {g.name} | {begins} |\n")
    return f"| key | kind of area | {names} |\n| --- | --- |{' --- |' * len(NATIONS)}\n{''.join(rows)}"


def frames() -> str:
    """Return the tables of every result that Python has, with their columns."""
    from footprint.reports.schemas import DOCUMENTS

    of = {
        "findings": "Result", "compare": "Comparison", "options": "SideBySide", "flows": "FlowResult",
        "draw": "Drawn", "who": "Who",
    }  # fmt: skip
    rows = "".join(
        f"| `{kind}` | `{name}` | {', '.join(f'`{column}`' for column in table.names)} |\n"
        for document, kind in of.items()
        for name, table in DOCUMENTS[document].tables.items()
    )
    return f"| of a | table | columns |\n| --- | --- | --- |\n{rows}"


BLOCKS: dict[str, Callable[[], str]] = {
    "guide": guide, "rules": rules, "profiles": profiles, "commands": commands, "json": tables,
    "frames": frames, "nations": nations,
}  # fmt: skip
_BLOCK = re.compile(r"<!-- ([a-z]+) -->\n(?:\n.*?)?<!-- end -->", re.DOTALL)


def updated(text: str) -> str:
    """Return a page with its blocks written anew."""
    return _BLOCK.sub(lambda block: f"<!-- {block[1]} -->\n\n{BLOCKS[block[1]]()}\n<!-- end -->", text)


def outdated() -> dict[Path, str]:
    """Return the files that differ from what the program says now, with what they should hold."""
    wanted = {
        page: updated(page.read_text(encoding="utf-8")) for page in (README, *sorted(PAGES.glob("*.md")))
    }
    wanted[PICTURE] = picture()
    wanted[CATALOGUE] = written(modules())
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
