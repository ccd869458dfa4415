"""Bring what README and guide show up to date with the program: picture, pages, rules, options, tables.

    python scripts/readme.py            writes
    python scripts/readme.py --check    only says what is out of date, and exits with 1

The picture is the program's own report on the example plan. What the program can say itself stands in
the README and in the pages of the guide between `<!-- NAME -->` and `<!-- end -->`.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.terminal_theme import TerminalTheme

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
EXAMPLE = ROOT / "data" / "south-yorkshire"
PICTURE = EXAMPLE / "report.svg"
PAGES = ROOT / "footprint" / "guide"
SCHEMAS = ROOT / "footprint" / "reports"
WIDTH = 88
DOCUMENTS = {"findings": "check", "flows": "flows", "compare": "compare", "who": "who"}
"""Schema of an output → the command that prints it."""
KINDS = {
    "text": "text", "code": "code", "count": "number", "share": "share, 0 to 1", "index": "0 to 1",
    "ratio": "ratio", "m2": "m²", "metres": "metres", "year": "year", "date": "date",
}  # fmt: skip
"""How a column is shown → what the guide calls that."""

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
    """Return the help text of the program and of each command."""
    from footprint.cli import app

    os.environ |= {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
    names = [command.callback.__name__ for command in app.registered_commands if command.callback]
    texts = []
    for name in ("", *names):
        arguments = [name, "--help"] if name else ["--help"]
        with redirect_stdout(io.StringIO()) as held:
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


@dataclass(frozen=True)
class Declared:
    """A table of an output: its name there, its title, what a row is, and its columns."""

    name: str
    title: str
    rows: str
    columns: list[tuple[str, str, str, str]]
    """Name, heading, kind and meaning."""


def declared(document: str) -> list[Declared]:
    """Return the tables of an output, called as its schema is; the only place that knows where they stand."""
    from footprint.reports.columns import column, table

    fields = json.loads((SCHEMAS / f"{document}.v1.schema.json").read_text(encoding="utf-8"))["properties"]
    found = []
    for name, listed in fields.get("tables", {}).get("properties", fields).items():
        if "items" not in listed or name == "proposals":
            continue
        # the agreement of flows is of layers with catchments, and the answers of who have no titles
        called = {("compare", "agreement"): "change_agreement", ("who", "functions"): ""}.get(
            (document, name), name
        )
        columns = []
        for key, given in resolved(listed["items"], document).get("properties", {}).items():
            seen = column(key, called)
            values = ", ".join(f"`{v}`" for v in given.get("enum", ()) if v is not None)
            meaning = seen.meaning or given.get("description", "") or values
            columns.append((key, seen.heading, KINDS[seen.kind], capital(meaning)))
        about = table(called or name)
        rows = capital(listed.get("description", "")) if document == "who" else about.rows
        found += (
            [Declared(name, about.title if called else name.capitalize(), rows, columns)] if columns else []
        )
    return found


def resolved(schema: dict[str, Any], document: str) -> dict[str, Any]:
    """Return a part of a schema, or what it refers to, in this document or another."""
    if "$ref" not in schema:
        return schema
    file, _, path = schema["$ref"].partition("#/")
    document = file.partition(".")[0] or document
    found = json.loads((SCHEMAS / f"{document}.v1.schema.json").read_text(encoding="utf-8"))
    for part in path.split("/"):
        found = found[part]
    return resolved(found, document)


def capital(words: str) -> str:
    """Return a meaning as a sentence; values that it begins with stay as they are."""
    if not words.partition(" ")[0].endswith(":"):
        words = words[:1].upper() + words[1:]
    return words if not words or words.endswith((".", "`")) else f"{words}."


def tables() -> str:
    """Return the tables of every output, with what their columns mean, and the fields of the evidence."""
    from footprint.checks import vocabulary

    parts, told = [], dict[str, str]()
    for document, command in DOCUMENTS.items():
        file = f"{document}.v1.schema.json"
        parts.append(f"## Tables of `footprint {command}`\n\nThe schema is [{file}](../reports/{file}).\n")
        for each in declared(document):
            head = f"### {each.title}: `{each.name}`\n\n" + (f"{each.rows}\n\n" if each.rows else "")
            rows = "".join(f"| `{column[0]}` | {' | '.join(column[1:])} |\n" for column in each.columns)
            if told.get(each.name) == rows:
                parts.append(f"{head}The columns are those above.\n")
            else:
                told[each.name] = rows
                parts.append(
                    f"{head}| column | heading | kind | meaning |\n| --- | --- | --- | --- |\n{rows}"
                )
    fields = "".join(f"| `{name}` | {capital(meaning)} |\n" for name, meaning in vocabulary().items())
    parts.append("## Evidence of a finding\n\nIts `kind`, and those of these numbers that it rests on.\n")
    parts.append(f"| field | meaning |\n| --- | --- |\n{fields}")
    return "\n".join(parts)


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


BLOCKS: dict[str, Callable[[], str]] = {
    "guide": guide, "rules": rules, "profiles": profiles, "commands": commands, "json": tables,
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
