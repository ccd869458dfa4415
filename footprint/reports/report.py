"""A report of something that was found: in words, as values, or as one of its tables."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from footprint.reports.document import Block


@dataclass(frozen=True)
class Report:
    """What is to be told: every format gets it, and takes from it what it is made of."""

    found: Any
    """A Result, FlowResult, Comparison or whatever else the kind is about."""
    of: str = "check"
    """The kind: modules of this name in `content` (in words) and `records` (values, tables)."""
    table: str | None = None
    """Of the tables the one that is meant, where a format holds one."""
    suppress: str | None = None
    """The rule by which small numbers are kept in, where what was found has them in full."""

    def document(self) -> Iterable[Block]:
        """Return it in words."""
        found: Iterable[Block] = import_module(f"footprint.reports.content.{self.of}").document(self)
        return found

    def record(self) -> Any:
        """Return all of it as plain Python values, the JSON of `footprint schema`."""
        return import_module(f"footprint.reports.records.{self.of}").record(self)

    def write_csv(self, stream: TextIO) -> None:
        """Write one of its tables as CSV."""
        import_module(f"footprint.reports.records.{self.of}").write_csv(self, stream)
