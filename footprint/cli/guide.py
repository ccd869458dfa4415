"""`footprint guide`: the pages of the manual, which lie in footprint/guide and are found by being there.

A page starts with a line `<!-- NUMBER -->`, its place in the list, then its title; the first sentence
says in the list what it is about.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib.resources import files
from io import TextIOWrapper
from textwrap import wrap
from typing import Annotated, Optional

import typer

from footprint.cli.running import guarded

_PAGE = re.compile(r"<!-- (\d+) -->\n\n# (.+)\n\n((?:.+\n)+)")
_SENTENCE = re.compile(r".+?\.(?=\s|$)")
_LINK = re.compile(r"!?\[([^]]+)\]\(([^)]+)\)")
WIDEST = 100


@dataclass(frozen=True, order=True)
class Page:
    """A page of the manual."""

    order: int
    topic: str
    """What it is asked for by, and its file is called: "plan-file"."""
    title: str
    about: str
    """Its first sentence."""
    text: str
    """All of it, as Markdown, without the line that orders it."""


def pages() -> list[Page]:
    """Return every page, in order."""
    found = []
    for file in (files("footprint") / "guide").iterdir():
        if file.name.endswith(".md"):
            text = file.read_text(encoding="utf-8")
            start = _PAGE.match(text)
            assert start is not None, f"{file.name} does not start with <!-- NUMBER -->, a title and words"
            about = _SENTENCE.match(" ".join(start[3].split()))
            assert about is not None, f"the first sentence of {file.name} has no end"
            topic = file.name.removesuffix(".md")
            found.append(Page(int(start[1]), topic, start[2], about[0], text.partition("\n\n")[2]))
    return sorted(found)


def _topics() -> list[str]:
    return [page.topic for page in pages()]


@guarded
def guide(
    topic: Annotated[
        Optional[str],
        typer.Argument(
            metavar="[topic]", help="A page; all are listed if not given.", autocompletion=_topics
        ),
    ] = None,
) -> None:
    """Show the manual, a page a topic."""
    from footprint.model.errors import InputError
    from footprint.model.words import nearest

    known = {page.topic: page for page in pages()}
    terminal = sys.stdout.isatty()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding=None if terminal else "utf-8", errors="replace")
    if topic is None:
        _list(known)
        return
    page = known.get(topic.strip().lower().removesuffix(".md"))
    if page is None:
        hint = f"{nearest(topic, known)}List them with 'footprint guide'."
        raise InputError(None, f"the guide has no page '{topic}'", hint)
    if terminal:
        _render(page.text)
    else:
        sys.stdout.write(page.text)


def _list(known: dict[str, Page]) -> None:
    from footprint.model.terminal import by_words, width_of

    widest, width = max(map(len, known)), width_of(sys.stdout) or 80
    for page in known.values():
        first, *rest = wrap(
            page.about.replace("`", ""), max(12, min(80, width) - widest - 2), break_on_hyphens=False
        )
        lines = [f"{page.topic:{widest}}  {first}", *(f"{'':{widest}}  {more}" for more in rest)]
        sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.write("\n" + by_words("Read one with: footprint guide TOPIC", width) + "\n")


def _render(text: str) -> None:
    """Print a page as fits a terminal: colours of the terminal itself, and links as commands."""
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.theme import Theme

    # rich would put both on black, whatever the terminal's own ground is
    console = Console(theme=Theme({"markdown.code": "bold cyan", "markdown.code_block": "cyan"}))
    shown = Markdown(_LINK.sub(_link, text), code_theme="ansi_dark", hyperlinks=False)
    console.print(shown, width=min(WIDEST, console.width))


def _link(link: re.Match[str]) -> str:
    """Return a link to another page as the command that shows it, and one to a file by its address."""
    words, target = link[1], link[2].partition("#")[0]
    if target.endswith(".md") and "/" not in target:
        return f"{words} (`footprint guide {target.removesuffix('.md')}`)"
    return words if target in words else f"{words} ({link[2].removeprefix('../../')})"
