"""Columns of boundary files and tables: which one holds what, and what it holds as text and numbers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from operator import ne
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.errors import InputError
from footprint.model.geographies import Geography, NamedColumn, geography_of_codes, read_column
from footprint.model.known import is_known
from footprint.model.organisations import are_ods
from footprint.model.source import Guess
from footprint.model.words import count, listing, nearest
from footprint.read.candidates import of_ones_own, of_the_kind, same_kind
from footprint.read.encoding import bare

if TYPE_CHECKING:
    import pandas as pd

# What stands in a cell that holds nothing: nothing, or what pandas, R and databases write for it.
_NOTHING = frozenset({"", "nan", "None", "<NA>", "NULL", "null", "NA", "#N/A"})


# ICB23CDH: the organisation's code beside that of its area.
_ODS_COLUMN = re.compile(r"cdh$|ods|org", re.IGNORECASE)


SAMPLE = 2000
"""Rows of a file that tell what its columns hold."""
NULL_CODES = "Give each area its code, or delete the rows."


# A heading that is a code: the file has none, and its first row would be lost.
_CODE = re.compile(r"[A-Z]\d{8}")


# An official code in small letters, as some databases return it; nothing would be found under it.
_SMALL = re.compile(r"[a-z]\d{8}")


# What is short and made of words may be the name of a column; a code or a number, a row in its place.
_HEADING = re.compile(r"#|[\d.,]{1,12}|[^\W\d][\w .,()%/&'’£–-]{0,63}")


# ── which column ────────────────────────────────────────────────────────────────────────────────


def plain(name: str) -> str:
    """Return a name in small letters, with single blanks for blanks and underscores."""
    return " ".join(name.replace("_", " ").split()).casefold()


def its_columns(columns: Iterable[str]) -> str:
    """Return "Its columns: a, b." for a message; how many there are where they do not look like headings.

    Of a file that is no table the first line may be anything, and is not told.
    """
    every = [str(column) for column in columns]
    heads = all(map(_HEADING.fullmatch, every))
    if len(every) == 1:  # a word alone may be a password; a title has several
        heads = heads and (read_column(every[0]) is not None or " " in every[0])
    return f"Its columns: {listing(every, 12)}." if heads else f"It has {count(len(every), 'column')}."


def by_word(columns: Sequence[str], words: Iterable[str], but: str = "") -> str | None:
    """Return the column that is called like the first of `words` that any is called like, or None.

    Names are compared in any case, with blanks for underscores.
    """
    named = {plain(c): c for c in reversed(columns) if c != but}
    return next((named[plain(w)] for w in words if plain(w) in named), None)


def find_column(columns: Sequence[str], wanted: str, path: Path) -> str:
    """Return the column called `wanted`: exactly, or else in another case or with blanks for underscores.

    Raises InputError where there is none, or where several could be meant.
    """
    if wanted in columns:
        return wanted
    alike = [c for c in columns if plain(c) == plain(wanted)]
    if len(alike) == 1:
        return alike[0]
    raise InputError(
        path,
        f"has no column '{wanted}'",
        f"{nearest(wanted, columns)}{its_columns(columns)}",
    )


def find_named(
    columns: Sequence[str], wanted: str | None, names: Sequence[str], path: Path, key: str, needed: bool
) -> str | None:
    """Return the column that a plan calls `wanted`, or else the first that is called one of `names`.

    None where there is none and it is not `needed`; `key` is the key of the plan that names it.

    Raises
    ------
    InputError : for a wanted column that is not there, and for a needed one that nothing is called

    """
    if wanted is not None:
        return find_column(columns, wanted, path)
    found = by_word(columns, names)
    if found is None and needed:
        raise InputError(
            path,
            f"has no column '{names[0]}'",
            f'Add it, or name the one that is meant with {key} = "…" in the plan. {its_columns(columns)}',
        )
    return found


def choose_code_column(
    columns: Sequence[str],
    wanted: str | None,
    geography: Geography | None,
    path: Path,
    values: Callable[[str], Iterable[str]],
    key: str = "code",
) -> NamedColumn:
    """Choose the code column among `columns`; `values(column)` gives a sample of its text.

    `key` is the key of the plan by which the user can name the column.
    """
    choose = f'Name the one that is meant, with {key} = "…" in a plan.'
    if wanted is not None:
        name = find_column(columns, wanted, path)
        read = read_column(name)
        return read if read is not None and read.kind == "code" else NamedColumn(name, "code", None, None)
    named = [c for c in map(read_column, columns) if c is not None and c.kind == "code"]
    fitting = [
        c
        for c in named
        if c.geography is not None and (geography is None or same_kind(c.geography, geography))
    ]
    plainly = [
        c
        for c in named
        if c.geography is None and not _of_another_kind(geography_of_codes(values(c.name)), geography)
    ]
    candidates = fitting or of_the_kind(plainly, geography, values)
    if not candidates:
        # no ONS name: a column whose values are codes of the geography will do, and is noted
        for column in columns:
            found = geography_of_codes(values(column))
            if found is not None and (geography is None or same_kind(found, geography)):
                candidates.append(NamedColumn(column, "code", found, None))
    if geography is not None and geography.key == "OTHER" and len(candidates) == 1:
        candidates += of_ones_own(columns, candidates[0], values)
    if len(candidates) == 1:
        if _CODE.fullmatch(candidates[0].name):
            raise InputError(
                path,
                f"has no heading: its first line holds the code {candidates[0].name}",
                "Name the columns on a line above it.",
            )
        return candidates[0]
    if candidates:
        raise InputError(
            path,
            f"has {len(candidates)} columns that could hold the codes: {listing(c.name for c in candidates)}",
            choose,
        )
    kind = f"{geography.key} codes" if geography is not None and geography.prefixes else "codes"
    if small := [c for c in columns if any(_SMALL.fullmatch(v.strip()) for v in values(c))]:
        choose = f"{listing(small)} holds codes in small letters: write them in capitals. {choose}"
    if ods := [c for c in columns if _ODS_COLUMN.search(c) and are_ods({v for v in values(c) if v})]:
        choose = (
            f"{listing(ods)} holds NHS organisation (ODS) codes: add a column of the official codes. {choose}"
        )
    raise InputError(
        path,
        f"has no column recognised as {kind}",
        f"{choose} {its_columns(columns)}",
    )


def _of_another_kind(found: Geography | None, wanted: Geography | None) -> bool:
    """Return whether a column called `code` holds codes of another kind than the wanted one."""
    return (
        found is not None
        and wanted is not None
        and bool(wanted.prefixes)
        and not (same_kind(found, wanted) or set(found.prefixes) & set(wanted.prefixes))
    )


def code_guess(column: NamedColumn, role: str, key: str = "code") -> Guess:
    """Return the note on a column of codes that was found by its heading or its values."""
    kind = f", read as {column.geography.key}" if column.geography is not None else ""
    kind += f" of {column.vintage}" if column.vintage else ""
    what = f"{'units' if key == 'unit' else 'codes'} from column '{column.name}'{kind}"
    return Guess(f"{role}: {what}", role, what, f'{key} = "{column.name}"', quiet=True)


def find_name_column(columns: Sequence[str], wanted: str | None, code: NamedColumn, path: Path) -> str | None:
    """Return the column of a boundary file that names what `code` is the code of, or None.

    Raises InputError for a wanted column that is not there.
    """
    if wanted is not None:
        return find_column(columns, wanted, path)
    read = [c for c in map(read_column, columns) if c is not None and c.kind == "name"]
    own = [c for c in read if c.geography == code.geography and c.vintage == code.vintage]
    # LAD20NMW is the Welsh name; the pattern does not take it, so `own` is the English one
    plain = [c for c in read if c.geography is None]
    return (own or plain)[0].name if own or plain else None


# ── what it holds ───────────────────────────────────────────────────────────────────────────────


def clean_codes(
    values: pd.Series, path: Path, column: str, notes: list[str], row_word: str = "row"
) -> pd.Series:
    """Return codes as text without surrounding blanks.

    The index of `values` counts the rows as the user sees them; InputError names those without a code.
    """
    import pandas as pd

    codes = cleaned(as_text(values).tolist(), values.index, path, column, notes, row_word)
    return pd.Series(codes, index=values.index, name=values.name, dtype=str)


def cleaned(
    text: Sequence[str], rows: Iterable[object], path: Path, column: str, notes: list[str], row_word: str
) -> list[str]:
    """Return codes without surrounding blanks; `rows` and `row_word` tell users which row has none."""
    whole = "".join(text)  # looked at once, it tells of nearly all columns that there is nothing to mend
    codes = list(text)
    if not whole.isalnum():
        codes = [bare(code) for code in text]
    if not _NOTHING.isdisjoint(codes):
        empty = [row for row, code in zip(rows, codes, strict=True) if code in _NOTHING]
        rows_told = f"{row_word} {listing(empty)}"
        raise InputError(
            path,
            f"has {count(len(empty), row_word)} without a code in column '{column}' ({rows_told})",
            NULL_CODES,
        )
    small = []
    if whole != whole.upper():
        small = [(row, code) for row, code in zip(rows, codes, strict=True) if _SMALL.fullmatch(code)]
    official = (each for each in small if geography_of_codes([each[1].upper()]) is not None)
    if (first := next(official, None)) is not None:
        row, code = first
        raise InputError(
            path,
            f"has {count(len(small), 'code')} in small letters in column '{column}' "
            f"({code} on {row_word} {row})",
            f"Official codes are written in capitals: {code.upper()}.",
        )
    if mended := sum(map(ne, codes, text)):
        notes.append(f"{path.name}: blanks around {count(mended, 'code')} in '{column}' were taken off")
    return codes


def has_code(values: pd.Series) -> pd.Series:
    """Return which rows of a column hold something."""
    return ~as_text(values).map(bare).isin(_NOTHING)


def is_nothing(text: str | None) -> bool:
    """Return whether a cell holds nothing, or what programs write for it."""
    return text is None or text.strip() in _NOTHING


def as_text(values: pd.Series) -> pd.Series:
    """Return values as text, as `text_of`."""
    if values.dtype == "str" and not values.hasnans:
        return values
    return values.astype("object").where(values.notna(), None).map(text_of)


def text_of(value: object) -> str:
    """Return a value as text: nothing as "", 1234.0, which went through a spreadsheet, as "1234".

    Days are written as in ISO 8601, and midnight is left out.
    """
    if value is None or not is_known(value):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value)
