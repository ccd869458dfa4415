"""Options side by side in a file: what every format of it is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.output import require_ending, written_whole
from footprint.model.words import day
from footprint.reports.content import options
from footprint.reports.registry import endings

if TYPE_CHECKING:
    from footprint.reports.document import Block
    from footprint.results.options import SideBySide


@dataclass(frozen=True, eq=False)
class Choice:
    """Options side by side, as they are handed to a board."""

    found: SideBySide
    made: dt.datetime = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
    """When it was made, UTC."""
    subject = "Options side by side"

    @property
    def title(self) -> str:
        """What it is called."""
        return options.title(self.found)

    @property
    def subtitle(self) -> str:
        """What it is about, and when it was made."""
        return f"{options.subtitle(self.found)} · made on {day(self.made)}"

    def document(self) -> Iterator[Block]:
        """Return it in words, with maps; the title is the first block and the subtitle the second."""
        return options.blocks(self.found, maps=True)


def save(choice: Choice, path: Path, inputs: Iterable[str] = (), *, force: bool = False) -> None:
    """Write options side by side in the format that the ending of `path` names, whole or not at all.

    Raises
    ------
    InputError : for an unknown ending, a file that is there already or cannot be written

    """
    formats = endings("choice")
    module = import_module(f"footprint.reports.{formats[require_ending(path, formats)].module}")
    with written_whole(path, inputs, force=force) as part:
        module.save_choice(choice, part)
