"""`footprint codes`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Optional

import typer

from footprint.cli.options import Output, TableFormat
from footprint.cli.running import destination, guarded, notes, utf8


@guarded
def codes(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="CODE…|FILE",
            help="GSS codes, or one table or boundary file with a column of them.",
            show_default=False,
        ),
    ],
    column: Annotated[Optional[str], typer.Option(help="Column of codes in FILE.")] = None,
    to: Annotated[
        Optional[str],
        typer.Option("--to", metavar="DATE", help="Follow the rows of FILE to the areas of this date."),
    ] = None,
    sums: Annotated[
        Optional[list[str]],
        typer.Option(
            "--sum", help="With --to: a column of counts, added where areas became one; repeatable."
        ),
    ] = None,
    format: Annotated[TableFormat, typer.Option(help="How to report.")] = TableFormat("terminal"),
    output: Output = None,
) -> int:
    """Say what codes are, when they were in force, and what became of them.

    For several codes, or those of a file: on which dates all were in force together. With --to: the table
    at the areas of another date, where that is exact; rows that cannot be followed are named and left out.

    Exit codes: 0 told; 1 a code is not known, codes were never in force together, or rows could not be
    followed; 2 no code is known, or the file cannot be used.
    """
    from footprint.model.errors import InputError
    from footprint.model.history import versions
    from footprint.model.vintage import vintage_clash
    from footprint.reports import write

    inputs: list[str] = []
    if len(words) == 1 and _is_file(words[0]):
        from footprint.read.codes import read_codes

        given = read_codes(Path(words[0]), column)
        inputs, every = [words[0]], list(dict.fromkeys(given.codes))
        notes(given.notes)
    elif column is not None or to is not None or sums:
        raise InputError(None, "--column, --to and --sum are for a file", "Name a table.")
    else:
        given, every = None, list(dict.fromkeys(word.strip().upper() for word in words))
    utf8(format)
    if given is not None and to is not None:
        from footprint.measure.following import follow_table

        followed = follow_table(given, _date(to), sums or ())
        notes(followed.notes[len(given.notes) :])
        if format.value == "csv":
            notes(f"left out: {code}: {reason}" for code, reason in followed.refused.items())
        with destination(output, inputs) as stream:
            write(followed, format.value, stream, "followed")
        return 1 if followed.refused else 0
    if sums:
        raise InputError(None, "--sum is for a table that is followed", "Give --to DATE too.")
    known = [code for code in every if versions(code)]
    if not known:
        raise InputError(
            inputs[0] if inputs else None,
            f"the history knows none of the codes ({', '.join(every[:5])})",
            "Give GSS codes of districts, counties, regions, CCGs, Sub-ICB locations, systems, or health "
            "boards.",
        )
    with destination(output, inputs) as stream:
        write(every, format.value, stream, "codes")
    return 1 if len(known) < len(every) or vintage_clash(known) else 0


def _is_file(word: str) -> bool:
    path = Path(word)
    return path.exists() or "::" in word or bool(path.suffix) or len(path.parts) > 1


def _date(text: str) -> dt.date:
    from footprint.model.errors import InputError

    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InputError(None, f"'{text}' is no date", "Write it as 2023-04-01.") from None
