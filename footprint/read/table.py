"""The reader of tables: a file → columns of text, whatever its format.

A new format is one row of `_READERS`. pandas is loaded only where a frame is asked for: that takes
longer than reading.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.errors import InputError
from footprint.model.geographies import Geography, NamedColumn
from footprint.model.memory import TABLE, require_for
from footprint.model.source import Source, split_layer
from footprint.read.columns import SAMPLE, choose_code_column, cleaned
from footprint.read.delimited import read_delimited
from footprint.read.files import require_file
from footprint.read.formats import PARQUET
from footprint.read.grid import Grid
from footprint.read.parquet import read_parquet
from footprint.read.workbook import WORKBOOKS, read_workbook

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True, eq=False)
class Table(Mapping[str, list[str]]):
    """A table as text: the name of a column → its values, without the blanks around them."""

    path: Path
    """The file; not the sheet in it."""
    held: Mapping[str, list[str] | pa.ChunkedArray]
    """Columns as they stand in the file."""
    lines: Sequence[int]
    """The line of the file that each row starts on; its row where the format has no lines."""
    row_word: str = "line"
    """"line" or "row", for messages."""
    notes: tuple[str, ...] = ()
    """What was done to read it."""
    stated: str = ""
    """What the comment at its top says, on one line."""
    sha256: str = ""
    """Of the bytes that were read; "" for a part of a file."""
    _made: dict[str, list[str]] = field(default_factory=dict, init=False, repr=False)

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in their order."""
        return list(self.held)

    def __getitem__(self, name: str) -> list[str]:
        if name not in self._made:
            self._made[name] = list(map(str.strip, self.raw(name)))
        return self._made[name]

    def raw(self, name: str) -> Sequence[str]:
        """Return a column as it stands in the file."""
        column = self.held[name]
        return column if isinstance(column, list) else column.to_pylist()

    def __iter__(self) -> Iterator[str]:
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.held)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The columns as they stand in the file; the index is the line that a row starts on."""
        import pandas as pd

        columns = {n: c if isinstance(c, list) else c.to_pandas() for n, c in self.held.items()}
        return pd.DataFrame(columns, dtype=str).set_axis(pd.Index(self.lines), axis=0)

    def source(self, role: str, vintage: int | None = None) -> Source:
        """Return the provenance of the table."""
        return Source(role, str(self.path), self.sha256, len(self.lines), None, vintage)

    def fault(self, line: int, fault: str, remedy: str) -> InputError:
        """Return the error for a line of the file."""
        return InputError(f"{self.path}:{line}", fault, remedy)

    def chosen(self, rows: Sequence[bool]) -> Table:
        """Return the table of some of its rows, without the blanks around values."""
        held = {name: list(compress(self[name], rows)) for name in self}
        return replace(self, held=held, lines=list(compress(self.lines, rows)))

    def code_column(
        self, wanted: str | None, geography: Geography | None, key: str = "code", but: str = ""
    ) -> NamedColumn:
        """Return the column of codes: the one wanted, or the one that its heading or values give away.

        `key` is the key of the plan that names it, `but` a column that holds something else. InputError
        where none or several could be meant.
        """
        columns = [name for name in self if name != but]
        return choose_code_column(
            columns, wanted, geography, self.path, lambda name: self[name][:SAMPLE], key
        )

    def code_list(self, column: str, notes: list[str]) -> list[str]:
        """Return a column of codes as clean text; what was mended is added to `notes`.

        InputError names the rows without a code.
        """
        return cleaned(self.raw(column), self.lines, self.path, column, notes, self.row_word)

    def codes(self, column: str, notes: list[str]) -> pd.Series:
        """Return a column of codes as `code_list` does; the index is the line that a row starts on."""
        import pandas as pd

        return pd.Series(self.code_list(column, notes), index=pd.Index(self.lines), name=column, dtype=str)


# By the ending of the file; what has none of these is delimited text. Each gets the file, its bytes and the
# sheet that was named with FILE::SHEET.
_READERS: dict[str, Callable[[Path, bytes, str | None], Grid]] = {
    **dict.fromkeys(PARQUET, read_parquet),
    **dict.fromkeys(WORKBOOKS, read_workbook),
}


READ_WHOLE = tuple(ending for ending in _READERS if ending not in PARQUET)
"""Endings of tables of which no first rows can be read alone: neither delimited text nor Parquet."""


def is_text(path: Path) -> bool:
    """Return whether a table is delimited text, by its ending."""
    return split_layer(path)[0].suffix.lower() not in _READERS


def read_table(path: Path | str, what: str = "table") -> Table:
    """Read a table as text.

    Delimited text is read in any common encoding, with comma, semicolon, tab or bar, behind `sep=;`
    and comments (`#`); of a workbook its first sheet, or FILE::SHEET.

    Parameters
    ----------
    what : what to call it where it is missing

    Raises
    ------
    InputError : for a file that is missing, empty or not what its ending says; for rows with another
        number of fields than the heading, and headings that are missing or stand twice

    """
    path, sheet = split_layer(path)
    require_file(path, what)
    require_for(path, TABLE)
    data = path.read_bytes()
    grid = read_delimited(path, data) if is_text(path) else _READERS[path.suffix.lower()](path, data, sheet)
    held = dict(zip(grid.heading, grid.columns, strict=True))
    digest = hashlib.sha256(data).hexdigest()
    return Table(path, held, grid.lines, grid.row_word, grid.notes, grid.stated, digest)
