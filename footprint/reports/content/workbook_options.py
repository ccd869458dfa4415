"""Options side by side as tables of a workbook, and their summary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from footprint.model.schema import Column, Table
from footprint.model.version import VERSION
from footprint.reports.content import options, scorecard
from footprint.reports.content.workbook import Sheet
from footprint.reports.document import Words
from footprint.reports.tables import TABLES
from footprint.reports.values import plan_record, records

if TYPE_CHECKING:
    from footprint.reports.choice import Choice


@dataclass(frozen=True)
class _Card(Sheet):
    """The scorecard with a column for each option, which no other document has."""

    @property
    def table(self) -> Table:
        """What it is."""
        told = f"A row for each measure, a column for each option. {scorecard.LEGEND}"
        return Table("card", "Side by side", told, tuple(self.columns))

    @property
    def columns(self) -> list[Column]:
        """What is measured, and the options."""
        return [Column(name) for name in self.names]


def sheets(choice: Choice) -> Iterator[Sheet]:
    """Return the tables in the order of the workbook."""
    found = choice.found
    labels = [side.label for side in found.sides]
    rows = [
        {
            "Measure": first,
            **{n: c.text if isinstance(c, Words) else c for n, c in zip(labels, cells, strict=True)},
        }
        for differs in (True, False)
        for first, *cells in scorecard.grid(found, found.sides, differs=differs).rows
    ]
    yield _Card("card", ("Measure", *labels), rows, "Side by side")
    result = found.base.result
    assert result is not None
    tables = {name: records(frame) for name, frame in options.frames(found).items()}
    for key, table in (tables | {"inputs": plan_record(result.plan)["inputs"]}).items():
        yield Sheet(key, tuple(table[0]) if table else (), table, TABLES[key].title)


def summary(choice: Choice) -> Iterator[tuple[str, Any]]:
    """Return the lines of the summary: (label, value), and (heading, None)."""
    found = choice.found
    yield choice.subject, f"made by footprint {VERSION}"
    yield "Made (UTC)", choice.made
    yield "About", options.subtitle(found)
    yield "What each option wins and costs", None
    for side in found.options:
        yield side.title, options.sentence(found, side)
    for told in options.beaten(found):
        yield "Beaten", told
