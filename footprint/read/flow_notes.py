"""Rows of a flow file that are no journeys: notes below the table, and rows without anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from footprint.model.errors import InputError
from footprint.model.unknown import forms, says_nothing
from footprint.model.words import agree, count, listing, short

if TYPE_CHECKING:
    import pyarrow as pa

    from footprint.read.engine import Files


# "Source: NHS England", "Notes: rounded to 5", "* below 5", "© Crown copyright"
_NOTE = re.compile(
    r"(foot)?notes?\s*(\d+\s*)?[:.\u2013-]|(data )?sources?\s*[:\u2013-]|\N{COPYRIGHT SIGN}"
    r"|(crown )?copyright\b|contains\b.*\b(licen[cs]ed|data|information)\b|[*\u2020\u2021]\s*\w+\s",
    re.IGNORECASE,
)


# Where it stands among the columns that are asked for.
_PROVIDER = 1


def journeys(
    found: pa.Table,
    files: Files,
    wanted: Mapping[str, str],
    sample: Mapping[str, list[str]],
    ask: Callable[[Mapping[str, str], str], pa.Table],
    notes: list[str],
) -> tuple[Mapping[str, str], str] | None:
    """Return the columns and the source of the rows that are journeys; None where all rows are.

    A note is a row with one value only, which is words in a column of codes or numbers. Most files have no
    row that could be one, so only then all columns are asked for.

    Parameters
    ----------
    found : what an engine has counted, by unit and provider
    sample : the first values of each column
    ask : counts rows, given the columns of a view `flows` (name in it → column) and SQL over it
    notes : what is left out is added

    """
    lone, held = [], []
    for column, other in (("unit", "provider"), ("provider", "unit")):
        blank = pc.equal(pc.utf8_trim_whitespace(pc.fill_null(found[other], "")), "")
        bare = blank if "value" not in wanted else pc.and_(blank, pc.greater(found["suppressed"], 0))
        lone.append(found[column].filter(bare))
        held.append(found[column].filter(pc.invert(blank)))
    if not any(map(len, lone)):
        return None
    known = [*map(_texts, held)]
    if not any(
        text == "" or _is_note(text) or _are_words(text, others)
        for column, others in zip(lone, known, strict=True)
        for text in _texts(column)
    ):
        return None
    rest = [c for c in files.columns if c not in wanted.values() and c not in files.partitions]
    columns = {**wanted, **{f"other_{i}": column for i, column in enumerate(rest)}}
    cells = [f"COALESCE(TRIM(CAST({name} AS STRING)), '')" for name in columns]
    filled = [f"CASE WHEN {cell} = '' THEN 0 ELSE 1 END" for cell in cells]
    at = " + ".join(f"{i} * {each}" for i, each in enumerate(filled))
    words, alone = " || ".join(cells), f"{' + '.join(filled)} <= 1"
    names, told = list(columns.values()), []
    rows = ask(columns, f"SELECT DISTINCT {at} AS at, {words} AS words FROM flows WHERE {alone}").to_pylist()
    for text, column in sorted((row["words"], row["at"]) for row in rows if row["words"]):
        # what stands with a code of the other kind is no note, whatever it looks like
        others = known[column] if column < len(known) else set(sample.get(names[column], ())) - {"", text}
        # a spell of which only the hospital is known is one all the same, by whatever name
        named = column == _PROVIDER and "value" not in wanted
        told += [text] if _is_note(text) or (not named and _are_words(text, others)) else []
    if told:
        quoted = listing(f"'{short(each)}'" for each in told)
        are = agree(len(told), "is a note below the rows", "are notes below the rows")
        notes.append(f"{Path(files.name).name}: {count(len(told), 'row')} without journeys {are}: {quoted}")
    # a record of which nothing is known is one all the same
    words_of = ["", *told] if "value" in wanted else told
    if not words_of:
        return None
    # text in SQL would have to be quoted as each engine has it
    left_out = ", ".join(f"'{text.encode().hex().upper()}'" for text in words_of)
    return columns, f"(SELECT * FROM flows WHERE NOT ({alone} AND HEX({words}) IN ({left_out}))) AS kept"


def _texts(column: pa.ChunkedArray) -> set[str]:
    return {(text or "").strip() for text in pc.unique(column).to_pylist()}


def refuse_notes(found: pa.Table, files: Files) -> None:
    """Raise InputError for journeys at a provider that is a note: of nobody, or of a unit in the same row."""
    for text in pc.unique(found["provider"]).to_pylist():
        if _is_note(text or ""):
            raise InputError(
                files.name,
                f"has '{short(text.strip())}' where the code of a provider is needed",
                "Delete the row if it is a note; else write the provider's code.",
            )


def _is_note(text: str) -> bool:
    """Return whether text begins as notes do below tables, and no name of a provider does."""
    return _NOTE.match(text.strip()) is not None


def _are_words(text: str, others: Collection[str]) -> bool:
    """Return whether text is no code or number like the others of its column, but words."""
    if not others or says_nothing(text) or not forms([text]).isdisjoint(forms(others)):
        return False
    blank = any(c.isspace() for c in text) and not any(c.isspace() for other in others for c in other)
    return blank or (
        not any(c.isdigit() for c in text) and all(any(c.isdigit() for c in other) for other in others)
    )
