"""Which column holds the figures, where nobody names it: a guess needs a test that could fail.

A column is taken only if it is the only one that fits by its name and by its values (METHODS,
"Guesses"). Where two fit, or a column of numbers is left that nothing explains, the candidates are
told, and the line of the plan that settles it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.words import listing
from footprint.read.columns import plain

# Numbers of other things than people or patients: identifiers, coordinates, lengths and areas as GIS
# programs and ONS add them, and what a row is about.
_ABOUT = re.compile(
    r"\b(id|fid|gid|key|index|row|objectid|globalid|uprn|code|cd|lat|latitude|lon|long|longitude|east|easting|"
    r"eastings|north|northing|northings|bng e|bng n|x|y|shape area|shape length|shape leng|st area.*|"
    r"st length.*|area|hectares|length|sort ?order|type ?code|offset|year|yr|time period|period|month|"
    r"quarter|week|day|date|age|sex|gender|imd|rank|decile|quintile)\b"
)
_SHARE = re.compile(r"proportion|share|fraction")
# Activity per 1,000 people is no number; per year, per unit or per hospital it is.
_PER_SO_MANY = (
    r"\bper (1[0 ,]*(k|m|thousand|million)?\b(?! ?(day|week|month|quarter|year)s?\b)|hundred|thousand|"
    r"million|head|capita|person|people|resident|inhabitant|population|patient|bed)|standardi[sz]ed"
)
_IN_THOUSANDS = re.compile(r"(?<!per )(?<!per 1,)\b(thousands?|000s?|millions?)\b")
_PER_CENT = re.compile(rf"per ?cent|%|pct|rate|{_PER_SO_MANY}")
# Whose patients a share is of: providers', and so of no unit.
_OF_PROVIDERS = re.compile(r"\bof (the |all |each )?(trust|provider|site)s?\b")
# Columns that say what each row counts, in words: "MEASURES_NAME", "Indicator Name", "VARIABLE".
_OF_WHAT = re.compile(
    r"(measure|variable|indicator|statistic|metric|cell)s?( ?(name|label|title|desc|description|text))?"
)
_NO_COUNTS = re.compile(rf"per ?cent|%|\bpct\b|\brates?\b|proportion|{_PER_SO_MANY}")
# Columns of units of measure, and what multiplies the numbers of their rows.
_UNIT = re.compile(r"units?( of measure(ment)?)?|measure(ment)? units?|uom|scale|multiplier|unit mult")
_MEASURED_IN = re.compile(
    r"(numbers?|no\.?|n|counts?|persons?|people|patients?|households?|admissions?|attendances?|years?|days?|hours?|"
    r"(per ?cent(age)?s?|%|pct|rates?|ratios?|index|indices|score|proportions?|gbp|\u00a3|pounds?)( .*)?)"
)
_MULTIPLE = re.compile(r"(in |\D{0,2})?(thousands?|000s?|'000s?|millions?|hundreds?|10\^\d|1,?000)( .*)?")
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}([,\s]\d{3})+)(\.\d*)?([eE][+-]?\d+)?|\.\d+")
_SUPPRESSED = re.compile(r"\*|#|<\s*\d+|")
# Marks of a publisher that nobody has listed: so few different ones among numbers are no column of words.
_MOST_MARKS = 3
# What people do: day cases are counted, an admission day is not.
_DONE = re.compile(
    r"admission|attendance|patient|spell|episode|activit|count|number|case|discharge|\bf[ac]es?\b|total|"
    r"referral|appointment|visit|contact|journey|stays?\b"
)
# Numbers that may be told of a unit and a provider and are no journeys: how long, how far, how dear, of how
# many, and the numbers by which patients and their care are known.
_NO_JOURNEYS = re.compile(
    r"bed ?days?|\bdays\b|\blos\b|length of|minutes|hours|weeks\b|wait|\btime\b|distance|\bkm\b|miles|"
    r"metres|cost|tariff|spend|price|£|income|population|\bpop\b|\bmean\b|median|average|expected|score|"
    r"ratio|index|\bbeds\b|death|key\b|hesid|\b(spell|patient|episode|nhs|record|case|visit|attendance) "
    r"?(no|num|number|ref)\b|\bref\b|meth\b|special|\bfunc|class"
)

# All words that the name of a column of all people may be made of, and of which it has one at least. Any
# other may say that it holds some of them only (students, over 65), or what they need, or their rank.
_PEOPLE = re.compile(
    r"pop(n|s|ulations?)?|tot(al)?s?|totpop|totalpop(ulation)?|all|allages?|persons?|people|residents?|inhabitants?|"
    r"registered|patients?|numbers?|n|counts?|headcount|estimate[sd]?|est|values?|obs|observations?|figures?|census|"
    r"(pop(ulation)?|mid|mye|sape|census|total|persons|people)?(19|20)\d\d|(mid|mye|sape)\d\d"
)
_AND_THEIRS = re.compile(
    r"ages?|usual|usually|living|list|size|of|mid|years?|midyear|mye|sape|ons|gp|gps|the|in|for|at|on|as|by|and|both|"
    r"sex|sexes|genders?|measures?|sum|rounded|lsoas?|msoas?|oas?|lads?|wards?|local|authority|district|jan|apr|june?|"
    r"july?|oct|january|april|october|\d\d?"
)
_MONTHS = frozenset(["jan", "apr", "jun", "june", "jul", "july", "oct", "january", "april", "october"])


def _named(column: str) -> str:
    """Return a name in small letters and with blanks: CatchmentYear is catchment year."""
    return plain(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column))


def _is_about(column: str) -> bool:
    """Return whether a name says that a column counts nothing."""
    name = _named(column)
    found = [match.end() for match in _ABOUT.finditer(name)]
    return bool(found) and not (_DONE.search(name) and found[-1] < len(name))


def says_what_is_counted(column: str) -> bool:
    """Return whether a column says in words what each row counts, by its name."""
    return bool(_OF_WHAT.fullmatch(" ".join(re.sub("[_-]", " ", column.casefold()).split())))


def are_units(column: str, kinds: Iterable[str]) -> bool:
    """Return whether a column holds units of measure: by its name, and by what stands in it.

    What is called "unit" may as well be a ward of a hospital.
    """
    if not _UNIT.fullmatch(" ".join(re.sub("[_-]", " ", column.casefold()).split())):
        return False
    return any(of.fullmatch(kind.strip().casefold()) for kind in kinds for of in (_MEASURED_IN, _MULTIPLE))


def in_units(columns: Mapping[str, Sequence[str]]) -> tuple[str, str] | None:
    """Return a column of units of measure, and one that multiplies its number, as thousands; or None."""
    for column, texts in columns.items():
        other = next((text for text in texts if _MULTIPLE.fullmatch(text.strip().casefold())), None)
        if other is not None and are_units(column, [other]):
            return column, other
    return None


def numeric(columns: Iterable[str], values: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the columns of numbers that count or measure something; some may be suppressed, by any mark."""
    found = []
    for column in columns:
        texts = [text.strip() for text in values.get(column, ())]
        numbers = [text for text in texts if _NUMBER.fullmatch(text)]
        rest = [text for text in texts if not _NUMBER.fullmatch(text)]
        marks = {text for text in rest if not _SUPPRESSED.fullmatch(text)}
        some = len(marks) <= _MOST_MARKS or len(numbers) >= len(rest)
        if numbers and some and not _is_about(column):
            found.append(column)
    return found


def activity_column(
    path: Path,
    columns: Sequence[str],
    values: Mapping[str, Sequence[str]],
    named: str | None,
    pair: tuple[str, str],
) -> str | None:
    """Return the column of activity of a flow file that names none; None where rows are records.

    Parameters
    ----------
    path, columns : the file, and its columns
    values : text of the first rows, by column
    named : the column that is called like activity, if one is
    pair : the columns of units and of providers

    Raises
    ------
    InputError : where several columns of numbers could be meant, or the only one could be another thing

    """
    for column in filter(says_what_is_counted, columns):
        plainly = {text: plain(text) for text in values.get(column, ())}
        wrong = (t for t, low in plainly.items() if _NO_COUNTS.search(low) or _NO_JOURNEYS.search(low))
        if column not in pair and (told := next(wrong, None)) is not None:
            raise InputError(
                path,
                f"has rows of {column} = {told}, which are no journeys",
                'Choose others with only = {…}; or, if these are meant, name their column with value = "…".',
            )
    if (unit := in_units({c: values[c] for c in columns if c in values and c not in pair})) is not None:
        raise InputError(
            path, f"has rows of {unit[0]} = {unit[1]}, where counts of patients are needed",
            'Write them out; or, if these are counts, name their column with value = "…".',
        )  # fmt: skip
    left = [c for c in numeric(columns, values) if c not in pair]
    remedy = 'Name it with value = "…", or say kind = "record" if each row is one patient.'
    if (many := named or (left[0] if len(left) == 1 else None)) is not None and _IN_THOUSANDS.search(
        plain(many)
    ):
        raise InputError(
            path, f"has thousands in column '{many}', by its name, where counts are needed",
            f'Write them out; or, if these are counts, say so with value = "{many}".',
        )  # fmt: skip
    if named is not None:
        others = [c for c in left if c != named]
        if others:
            raise InputError(path, f"has several columns of numbers: {listing([named, *others])}", remedy)
        return named
    pairs = list(zip(*(values[c] for c in pair), strict=True))
    if not left:
        if len(set(pairs)) == len(pairs) > 1:
            raise InputError(
                path, "has no column recognised as a count or a share, and no unit and provider on two rows, "
                "as rows of single patients would have", remedy,
            )  # fmt: skip
        return None
    if len(left) > 1:
        raise InputError(path, f"has several columns of numbers: {listing(left)}", remedy)
    [only] = left
    if _PER_CENT.search(plain(only)):
        raise InputError(
            path, f"has percentages or rates in column '{only}', where counts or shares are needed",
            "Give counts, or shares between 0 and 1.",
        )  # fmt: skip
    if _SHARE.search(plain(only)) and _OF_PROVIDERS.search(plain(only)):
        raise InputError(
            path, f"has shares of providers' patients in column '{only}', by its name",
            "Give the share of each unit's patients that goes to a provider, or counts; if it is that, say "
            f'so with value = "{only}".',
        )  # fmt: skip
    whole = all(
        re.fullmatch(r"[\d,\s]*(\.0*)?|\D*|<=?\s*\d+|\d+ ?(-|to) ?\d+", text.strip()) for text in values[only]
    )
    counts = whole and len(set(pairs)) == len(pairs) and not _NO_JOURNEYS.search(_named(only))
    if not _SHARE.search(plain(only)) and not counts:
        raise InputError(
            path,
            f"has one column of numbers, '{only}', that may hold counts or something about each patient",
            remedy,
        )
    return only


def explained(
    columns: Iterable[str], chosen: str, values: Mapping[str, Sequence[float]], other: re.Pattern[str]
) -> list[str]:
    """Return the columns of numbers that nothing explains beside the chosen column of people.

    A part of the people, or what is no number of people by its name (`other`), is explained; and so are
    columns that add up to the chosen one.
    """
    whole = values[chosen]
    rest = [c for c in columns if c != chosen and not _is_about(c) and not other.search(plain(c))]
    parts = [c for c in rest if all(0 <= part <= of for part, of in zip(values[c], whole, strict=True))]
    sums = [sum(row) for row in zip(*(values[c] for c in parts), strict=True)] if parts else []
    if sums and all(abs(total - of) <= max(1.0, 1e-6 * of) for total, of in zip(sums, whole, strict=True)):
        rest = [c for c in rest if c not in parts]
    return rest


def all_people(column: str) -> bool:
    """Return whether a name says that a column holds all people: it has no word that says anything else."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).casefold()
    words = re.findall(r"[^\W_]+|[%£+<>≥]", parted)
    # 30 is a day of June, else the age of somebody
    day = not _MONTHS.isdisjoint(words)
    fits = all(_PEOPLE.fullmatch(w) or (_AND_THEIRS.fullmatch(w) and (day or not w.isdigit())) for w in words)
    return fits and any(map(_PEOPLE.fullmatch, words))
