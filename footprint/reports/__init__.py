"""Reports: what was found, in words or as values (`content`), in any format of the registry."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, TextIO, cast

from footprint.reports.harmless import OWN_COMMANDS, Harmless
from footprint.reports.registry import named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from footprint.reports.document import Block


@dataclass(frozen=True)
class Report:
    """What is to be told: every format gets it, and takes from it what it is made of."""

    found: Any
    """A Result, FlowResult, Comparison or whatever else the kind is about."""
    of: str = "check"
    """The kind: a module of `content`, which has it in words (`document`) and as values (`record`)."""
    table: str | None = None
    """Of the tables the one that is meant, where a format holds one."""
    suppress: str | None = None
    """The rule by which small numbers are kept in, where what was found has them in full."""
    summary: bool = False
    """Whether only what matters is told, a line for each rule, where the kind of report can."""
    took: str = ""
    """How long it took, as "4.1 s"; "" where nobody waits at a terminal, so that bytes stay the same."""

    @property
    def _content(self) -> Any:
        return import_module(f"footprint.reports.content.{self.of}")

    def document(self) -> Iterable[Block]:
        """Return it in words."""
        blocks: Iterable[Block] = self._content.document(self)
        return blocks

    def record(self) -> Any:
        """Return all of it as plain Python values, the JSON of `footprint schema`."""
        return self._content.record(self)

    def write_csv(self, stream: TextIO) -> None:
        """Write one of its tables as CSV."""
        self._content.write_csv(self, stream)


def write(
    found: Any, name: str, stream: TextIO, of: str = "check", *, table: str | None = None,
    suppress: str | None = None, summary: bool = False, took: str = "",
) -> None:  # fmt: skip
    """Write what was found in the format called `name`, one of `registry.names(of)`.

    Parameters
    ----------
    found : a Result, or whatever the kind of report is about
    name : of the format
    stream : to write to
    of : the kind of report
    table : which one, where the format holds a single table
    suppress : the rule by which small numbers are kept in
    summary : tell only what matters, a line for each rule, where the kind of report can
    took : how long it took, for the closing line of a terminal

    """
    safe = stream if name == OWN_COMMANDS else cast("TextIO", Harmless(stream, name))
    import_module(f"footprint.reports.{named(name, of).module}").write(
        Report(found, of, table, suppress, summary, took), safe
    )
