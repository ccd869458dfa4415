"""Columns that say which people a row is about, by sex, age or year: of some, or the sum of others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from footprint.model.errors import InputError
from footprint.read.columns import plain
from footprint.read.guesses import all_people, are_units, in_units, says_what_is_counted
from footprint.read.periods import several, told
from footprint.read.totals import is_nation, is_total

if TYPE_CHECKING:
    from footprint.read.table import Table

# Also "Single year of age", "5 year age band", "Ethnic group (6 categories)", "Residence type".
_OF_PEOPLE = re.compile(
    r"((c|cell|patients?|persons?|residents?|broad|single|quinary|five|ten|\d+|years?|of) )*"
    r"(sex|gender|age|ethnic|ethnicity|religion|disability|tenure|marital status|residence type|nationality"
    r"|country of birth|household type|accommodation type|general health|economic activity)s?"
    r"( ?(group|band|range|category|categories|grp|status|years?|in years|in single years|\(years\)))?s?"
    r"( \(\d+ categories\))?( ?(name|label|desc|description))?"
    # what a census divides by, whatever it is: "Household deprivation (6 categories)"
    r"|.+ \(\d+[a-z]? categories\)|(type of )?(household|dwelling)s?( \w+)*"
)
_NUMBERS = re.compile(r"[\d,.\s]+")
# One sex in any list of codes: of the NHS, of ONS (the other way round) and, 5 and 6, of Nomis.
_OF_ONE_SEX = frozenset({"1", "2", "5", "6"})
_COUNTED = re.compile(
    r"all|number|value|count|england|wales|uk|based|areas?|small|single|level|official|gss|code"
)
# What is said of every row in any other column, and means other things than people, some of them, or parts.
_NOT_COUNTED = re.compile(
    r"(in )?(thousands?|000s|'000s?|millions?|per ?cent(age)?s?|%|rates?|proportions?|shares?)( (of|per) .*)?"
    r"|(number of )?(households|dwellings|families|homes|properties|males?|females?|men|women)( only)?"
    r"|aged (?!0\b).+"
)
# What a table is divided by, so that each kind of it may have a row for every area: "Crime type".
_DIVIDES = re.compile(
    r"(?!(area|geo\w*|organi[sz]ation|org|record|data|file|unit|value|date|estimate|boundary|settlement|"
    r"rural|urban|population|location|level|zone|place|ward|district|region|lsoa|msoa|system|statistics?|"
    r"release|source|publication|census|count|measure)\b)((\w+ )+(type|kind|category)|"
    r"(\w+ )*(condition|cause|diagnosis|disease|offence|tenure|speciality|specialty))"
)
# Numbers of anything: the name says nothing of people.
_OF_ANYTHING = re.compile(
    r"(number|numbers|n|count|counts|value|values|total|totals|obs|observations?|figures?|estimates?|of|the|"
    r"patients?)"
)
# What rows of everybody are called in such columns.
_EVERYBODY = frozenset(
    {"persons", "people", "all people", "all persons", "both", "both sexes", "all sexes", "all genders",
     "m+f", "male and female", "male & female", "males and females", "female and male", "all ages", "allages",
     "all age", "all age groups", "any age", "0+", "0 +", "0 and over", "0 plus", "aged 0+", "0+ yrs", "ytd",
     "year to date", "whole year", "full year", "all types", "all methods"}
)  # fmt: skip
# What a census calls the row of everybody: "All categories: Ethnic group", "Total: All usual residents".
_OF_ALL = re.compile(r"(total: ?)?all (categories\b.*|(usual )?residents)|total: all.*")
_EVERYBODY_IN_SHORT = frozenset({"p", "t", "person", "any"})


def _everybody(text: str) -> bool:
    plain = " ".join(text.casefold().replace("_", " ").split())
    return plain in _EVERYBODY or bool(_OF_ALL.fullmatch(plain)) or (is_total(text) and not is_nation(text))


def of_people(column: str) -> bool:
    """Return whether a column says whom a row is about, by its name."""
    return bool(_OF_PEOPLE.fullmatch(_bare_name(column)))


def _groups(column: str, texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return who stands in a column of sexes, ages and so on, as (some people, everybody); else nobody."""
    name = " ".join(re.sub("[_-]", " ", column.casefold()).split())
    if not _OF_PEOPLE.fullmatch(name):
        return [], []
    kinds = [text for text in dict.fromkeys(map(str.strip, texts)) if text]
    short = {*_EVERYBODY_IN_SHORT, f"all {name}s"}
    every = [text for text in kinds if _everybody(text) or text.casefold() in short]
    some = [text for text in kinds if text not in every]
    if ("sex" in name or "gender" in name) and some and _OF_ONE_SEX.issuperset(some):
        return some, every
    # a number in a column of ages is an age; in another one it may be the key of everybody, or a count
    numbers = sum(bool(_NUMBERS.fullmatch(text)) for text in some)
    keys = "age" not in name.split("(")[0] and 2 * numbers > len(some)
    return ([], every) if keys else (some, every)


def some_only(table: Table) -> tuple[str, str, str] | None:
    """Return a column of sexes or ages, who its rows are of if not of everybody, and what it calls everybody.

    None where nothing says so; "" where no row is of everybody. A number says nothing without a list of them,
    but for those that are one sex in every list; in a column of ages it is an age.
    """
    names = set(map(plain, table.columns))
    for column in table.columns:
        # a key has its words beside it
        keys = f"{plain(column)} name" in names and all(map(_NUMBERS.fullmatch, filter(None, table[column])))
        some, every = ([], []) if keys else _groups(column, table[column])
        if some:
            return column, some[0], every[0] if every else ""
    return None


def not_people(table: Table, code: str, people: str) -> tuple[str, str] | None:
    """Return a column that says what its rows count, and what that is, if it is not people; or None.

    `code` and `people` are the columns of codes and of people. Where the name of the second is of people, a
    kind of anything in another column says nothing.
    """
    but, names = (code, people), set(map(plain, table.columns))
    says_people = not all(map(_OF_ANYTHING.fullmatch, plain(people).replace("_", " ").split()))
    for column in table.columns:
        texts = [text for text in dict.fromkeys(table[column]) if text] if column not in but else []
        name = plain(column)
        # the type of what has a name beside it is told of the list that this is from
        divides = f"{name.rpartition(' ')[0]} name" not in names and _DIVIDES.fullmatch(name) is not None
        divides &= len(texts) == 1 and not says_people
        if says_what_is_counted(column) or divides:
            other = [text for text in texts if not _NUMBERS.fullmatch(text) and not _counts_people(text)]
        else:
            # a word that stands on every row is about the table, not about a row
            whole = len(texts) == 1 and "" not in table[column] and len(table[column]) > 1
            other = [text for text in texts if whole and _NOT_COUNTED.fullmatch(text.casefold())]
        if other:
            return column, other[0]
    return None


def several_kinds(columns: Mapping[str, Sequence[str]]) -> str:
    """Return the first column by which rows are of several times, people, measures or units; "" for none."""
    if times := several(columns):
        return times
    for column, texts in columns.items():
        kinds = sorted({text.strip() for text in texts} - {""})
        some, every = _groups(column, kinds)
        of_kind = some or says_what_is_counted(column) or are_units(column, kinds)
        # a number may be the mean age of an area
        words = not all(map(_NUMBERS.fullmatch, kinds))
        if of_kind and words and len(kinds) > 1 and (not some or len(some) + len(every) > 1):
            return told(column, kinds)
    return ""


def _bare_name(column: str) -> str:
    return " ".join(re.sub("[_-]", " ", column.casefold()).split())


def _counts_people(text: str) -> bool:
    """Return whether what is measured, in words, is people, or is only said to be a number."""
    words = [word for word in re.findall(r"[^\W_]+|[%£]", text) if not _COUNTED.fullmatch(word.casefold())]
    return not words or all_people(" ".join(words)) or _everybody(text)


@dataclass(frozen=True)
class Doubt:
    """Why a column does not hold all people, unless somebody says that it is meant."""

    note: str
    fault: InputError


def not_all_people(table: Table, code: str, column: str) -> Doubt | None:
    """Return what rows say that they are of, where a column beside that of codes does not hold all people."""
    stated = f'if these are meant, say so with value = "{column}".'
    if (part := some_only(table)) is not None:
        whose = f"has rows of {part[0]} = {part[1]}"
        remedy = f"Keep the rows of {part[0]} = {part[2]}."
        return Doubt(
            f"{whose}, so these are not all people",
            InputError(
                table.path, f"{whose}, so '{column}' does not hold all people",
                remedy if part[2] else f"Give a table of all people; or, {stated}",
            ),
        )  # fmt: skip
    beside = {name: table[name] for name in table if name not in (code, column)}
    if (counted := not_people(table, code, column) or in_units(beside)) is not None:
        whose = f"has rows of {counted[0]} = {counted[1]}"
        return Doubt(
            f"{whose}, so these may be something else than people",
            InputError(
                table.path, f"{whose}, so '{column}' may hold something else than people",
                f"Keep the rows of people; or, {stated}",
            ),
        )  # fmt: skip
    if times := several(beside):
        whose = f"has rows of {times}"
        return Doubt(
            f"{whose}, so these are not the people of one time",
            InputError(
                table.path, f"{whose}, so '{column}' does not hold the people of one time",
                f"Keep the rows of one; or, {stated}",
            ),
        )  # fmt: skip
    return None


def of_some(columns: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Return columns of sexes, ages and so on in which all rows are of the same people, not of everybody."""
    held = {column: _groups(column, texts) for column, texts in columns.items()}
    return [(column, some[0]) for column, (some, every) in held.items() if len(some) == 1 and not every]


def sum_among(columns: Mapping[str, Sequence[str]]) -> tuple[str, str] | None:
    """Return a column that divides rows, and what stands in it where a row adds up others; or None."""
    for column, texts in columns.items():
        kinds = list(dict.fromkeys(text.strip() for text in texts))
        sums = [kind for kind in kinds if _everybody(kind)]
        if sums and len(sums) < len(kinds):
            return column, sums[0]
    return None
