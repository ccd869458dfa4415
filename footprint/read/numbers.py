"""Columns of numbers: which one holds people, and its text as counts; thousands marks are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footprint.model.errors import InputError
from footprint.model.source import Guess
from footprint.model.words import count, listing
from footprint.read.columns import by_word, find_column, its_columns, plain
from footprint.read.grid import LOST_DIGITS
from footprint.read.groups import not_all_people
from footprint.read.guesses import all_people, explained

if TYPE_CHECKING:
    from footprint.read.table import Table


POPULATION_WORDS = (
    "population", "total_population", "totalpopulation", "pop", "total", "all_ages", "allages",
    "all ages", "persons", "people", "count", "number_of_patients", "observation", "obs_value", "value",
)  # fmt: skip


# What stands beside people and is none of them, or some: for a unit of ground, in thousands, as a share.
_NOT_PEOPLE = re.compile(
    r"^\d+ ?([-–+]|to\b|and\b|under\b|over\b)|densit|thousand|000s|male|\bwom[ae]n|\bmen\b|adult|child|aged|"
    r"per ?cent|\bpct\b|%|share|\brate|change|growth|\bper\b"
)


# Whose number it is, of all people or of some.
_OF_PEOPLE = re.compile(r"pop|people|person|resident|patient|male|\bwom[ae]n|\bmen\b|adult|child|\bage")


# Rows from which on one number in all of them is told of the table; it may be of people all the same where
# the people of most areas are at most so many times as many, or as few.
_ALIKE, _AS_MANY = 4, 2.0


# More people than there are: a slip of columns or of units.
_MOST_PEOPLE = 1e10


# The same mark between all groups of three digits: a comma, or a blank of any width. A 0 does not lead
# a group, so that 0,123 stays a decimal.
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([,\s])\d{3}(\1\d{3})*(\.\d*)?")


_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.(\d*))?([eE])\+?(\d{1,3})")


def value_column(
    table: Table, columns: Sequence[str], wanted: str | None, code: str, notes: list[str]
) -> str:
    """Return the column of people: the one wanted, or one that is called so, or the only one of numbers.

    Raises InputError where there is none, or where several could be meant.
    """
    if wanted is not None:
        return find_column(columns, wanted, table.path)
    # what is empty in every row holds nobody: sites of statistics leave columns for other indicators
    others = [c for c in columns if c != code and any(table[c])]
    named = by_word(others, POPULATION_WORDS)
    if named is None:
        about = [c for c in others if "population" in plain(c)]
        people = [c for c in about if all_people(c)]
        if len(people) > 1 or (about and not people):
            raise InputError(
                table.path,
                f"has no column that is certain to hold all people: {listing(people or about)}",
                f'Name it with value = "…". {its_columns(columns)}',
            )
        named = people[0] if people else _only_numbers(table, others)
    if named is None:
        raise InputError(
            table.path,
            "has no column recognised as a population",
            f'Name it with value = "…". {its_columns(columns)}',
        )
    _require_alone(table, others, named)
    notes.append(
        Guess(
            f"{table.path.name}: population read from column '{named}'", "population",
            f"people from column '{named}'", f'value = "{named}"',
        )
    )  # fmt: skip
    return named


def _require_alone(table: Table, columns: Sequence[str], named: str) -> None:
    """Raise InputError where another column of whole numbers could be the people as well."""
    values: dict[str, list[float]] = {}
    constant: list[str] = []
    keys = {name[:-5] for name in map(plain, columns) if name.endswith((" name", " code"))}
    for column in columns:
        # what has a name or a code beside it, as in downloads of Nomis, is a key, but for people
        people = plain(column) in map(plain, POPULATION_WORDS) or all_people(column)
        if column != named and plain(column) in keys and not people:
            continue
        text = table.frame[column].str.strip().str.replace(",", "")
        numbers = pd.to_numeric(text, errors="coerce").to_numpy(dtype=float)
        if not len(numbers) or not np.isfinite(numbers).all() or (numbers < 0).any():
            continue
        if len(numbers) >= _ALIKE and np.ptp(numbers) == 0:
            constant.append(column)
        if not (numbers % 1).any():
            values[column] = numbers.tolist()
        elif column == named and not text.str.fullmatch(r"\d{1,3}(\.\d{3})+").all():
            raise InputError(
                table.path,
                f"has parts of people in column '{named}' ({text[numbers % 1 != 0].iloc[0]})",
                f'Name the column of people with value = "…". {its_columns([str(c) for c in table.columns])}',
            )
    if named in values and named not in constant:
        # as many people in every area there are hardly, unless it is of people by its name or by how many
        usual = float(np.median(values[named]))
        values = {
            c: held
            for c, held in values.items()
            if c not in constant
            or _OF_PEOPLE.search(plain(c))
            or usual / _AS_MANY <= held[0] <= usual * _AS_MANY
        }
    if named in values and (left := explained(values, named, values, _NOT_PEOPLE)):
        raise InputError(
            table.path,
            f"has several columns that may hold all people: {listing([named, *left])}",
            f'Name it with value = "…". {its_columns([str(c) for c in table.columns])}',
        )


def people_column(table: Table, columns: Sequence[str], code: str) -> str:
    """Return the one of `columns` that holds all people, beside the column of codes.

    Raises InputError where none or several could be meant, or where rows are of some people or of something
    else; codes on several rows are left to `read_population`.
    """
    column = value_column(table, columns, None, code, [])
    if (doubt := not_all_people(table, code, column)) is not None:
        raise doubt.fault
    return column


def _only_numbers(table: Table, columns: Sequence[str]) -> str | None:
    """Return the column of numbers, if there is just one."""
    found = [
        c
        for c in columns
        if pd.to_numeric(table.frame[c].head(200).str.replace(",", ""), errors="coerce").notna().all()
    ]
    if len(found) != 1:
        return None
    return found[0] if all_people(found[0]) else None


def _loses_digits(written: str) -> bool:
    """Return whether a number in scientific notation has fewer digits than its exponent needs.

    Where the whole number would be longer (1e+05) a program like R has written the shortest form, which has
    lost none; spreadsheets have a capital E.
    """
    found = _SCIENTIFIC.fullmatch(written)
    if found is None or int(found[3]) <= len(found[1] or ""):
        return False
    return found[2] == "E" or len(written) > int(found[3])


def read_numbers(table: Table, column: str, what_for: str = "a number of people") -> np.ndarray:
    """Return a column of counts (zero or more) as floats; InputError names the first row that is none."""
    text = table.frame[column].str.strip()
    # a point between groups of three digits would be 1,234 to one reader and 1.234 to another, so a
    # column that has only such points is refused
    points = text[text.str.contains(".", regex=False)]
    if len(points) and points.str.fullmatch(r"\d{1,3}(\.\d{3})+").all():
        raise InputError(
            table.path,
            f"has '{points.iloc[0]}' in column '{column}' on {table.row_word} {points.index[0]}, where the "
            "point may separate thousands or decimals",
            "Write 1234 or 1,234.",
        )
    numbers = pd.to_numeric(text, errors="coerce").to_numpy(dtype=float).copy()
    for at in np.flatnonzero(~np.isfinite(numbers)):
        if _THOUSANDS.fullmatch(text.iloc[at]):
            numbers[at] = float(re.sub(r"[,\s]", "", text.iloc[at]))
    wrong = ~np.isfinite(numbers) | (numbers < 0) | (numbers > _MOST_PEOPLE)
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        held = text.iloc[first]
        what = "nothing" if held == "" else f"'{held}'"
        raise InputError(
            table.path,
            f"has {what} in column '{column}' on {table.row_word} {table.lines[first]}, where "
            f"{what_for} is needed ({count(int(wrong.sum()), 'such row')})",
            "Give a number of zero or more, and of at most ten billion.",
        )
    scientific = np.flatnonzero(text.str.contains("e", case=False, regex=False)).tolist()
    lost = [at for at in scientific if _loses_digits(text.iloc[at])]
    if lost:
        raise InputError(
            table.path,
            f"has '{text.iloc[lost[0]]}' in column '{column}' on {table.row_word} {table.lines[lost[0]]} "
            f"({count(len(lost), 'such row')})",
            LOST_DIGITS,
        )
    return numbers
