"""Tables of measures: a figure by unit; an empty or suppressed cell is unknown, and nothing else is."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.errors import InputError
from footprint.model.measure import Measure
from footprint.model.words import agree, count, listing, short
from footprint.read.columns import code_guess, find_column, is_nothing
from footprint.read.groups import several_kinds
from footprint.read.table import Table, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from footprint.model.geographies import Geography
    from footprint.read.measure_spec import MeasureSpec

# What publishers write for a figure that is suppressed, unreliable or not there (Government Analysis
# Function, "Symbols in tables", and older tables of ONS and NHS England).
_UNKNOWN = re.compile(r"[*#:–—-]|\.\.|n/?a|[cuxz]|\[(c|u|x|z|low|note ?\d*)\]|<\s?\d+", re.IGNORECASE)
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
# The same mark between all groups of three digits, as in numbers of people.
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}([,\s])\d{3}(\1\d{3})*(\.\d*)?")


def read_measure(
    spec: MeasureSpec,
    root: Path,
    geography: Geography | None,
    ranges: Mapping[str, tuple[float, float]],
) -> Measure:
    """Read a measure.

    Parameters
    ----------
    spec : the plan's [[measure]]
    root : folder that its path is relative to
    geography : of the units
    ranges : by the key of a layer, what its areas should have

    Raises
    ------
    InputError : for a column that is missing or holds text, a code on two rows, a negative part of a
        share, and a part that is more than its whole

    """
    table = read_table(root / spec.path, "table of a measure")
    notes = list(table.notes)
    role = f"measure.{spec.name}"
    code = table.code_column(spec.code, geography)
    if spec.code is None:
        notes.append(code_guess(code, role))
    codes = table.code_list(code.name, notes)
    if len(set(codes)) < len(codes):
        twice = next(each for each, many in Counter(codes).items() if many > 1)
        rows = [line for line, each in zip(table.lines, codes, strict=True) if each == twice]
        raise InputError(
            table.path, f"has {twice} on {table.row_word}s {listing(rows)} (measure '{spec.name}')",
            "Keep one row for each code.",
        )  # fmt: skip
    values = _figures(table, codes, spec.column, spec, notes)
    wholes = None if spec.of is None else _figures(table, codes, spec.of, spec, notes)
    beside = {name: table[name] for name in table if name not in (code.name, spec.column, spec.of)}
    if kinds := several_kinds(beside):
        notes.append(f"{table.path.name}: has rows of {kinds}; '{spec.name}' puts them together")
    if spec.adds == "share" and (part := _no_count(values, wholes)) is not None:
        notes.append(
            f"{table.path.name}: has {part:g} in column '{spec.column}', which is no count; if these are "
            'shares or percentages already, say adds = "mean"'
        )
    if wholes is not None:
        _require_parts(table, codes, values, wholes, spec)
    return Measure(
        spec.name, spec.adds, spec.unit, values, wholes, dict(ranges), table.source(role, code.vintage),
        spec.source, spec.range_source or spec.source, spec.assumption, spec.most_deprived,
        spec.fifth_ends_at, tuple(notes),
    )  # fmt: skip


def _no_count(parts: Mapping[str, float], wholes: Mapping[str, float] | None) -> float | None:
    """Return a part that is no whole number, where parts may be shares or percentages already; or None.

    What is more than 100 is neither; and what a plan has the whole of in fractions may be ground or hours.
    """
    fractions = wholes is not None and any(whole % 1 for whole in wholes.values())
    if fractions or max(parts.values(), default=0.0) > 100:
        return None
    return next((part for part in parts.values() if part % 1), None)


def _figures(
    table: Table, codes: list[str], wanted: str, spec: MeasureSpec, notes: list[str]
) -> dict[str, float]:
    """Return a column of figures by code; cells that say that nobody knows are left out, and noted."""
    column = find_column(table.columns, wanted, table.path)
    found: dict[str, float] = {}
    marks: Counter[str] = Counter()
    for line, code, text in zip(table.lines, codes, table[column], strict=True):
        if is_nothing(text) or _UNKNOWN.fullmatch(text):
            marks["" if is_nothing(text) else text] += 1
            continue
        plain = re.sub(r"[,\s]", "", text) if _THOUSANDS.fullmatch(text) else text
        if not _PLAIN.fullmatch(plain):
            raise table.fault(
                line, f"has '{short(text)}' in column '{column}', where a figure of '{spec.name}' is needed",
                "Write numbers alone (0.125 for 12.5%); leave a cell empty where nobody knows.",
            )  # fmt: skip
        found[code] = float(plain)
        if found[code] < 0 and spec.adds == "share":
            raise table.fault(
                line, f"has {text} in column '{column}', of which '{spec.name}' is a share",
                "Give counts of zero or more.",
            )  # fmt: skip
        if abs(found[code]) == float("inf"):
            raise table.fault(line, f"has {text} in column '{column}', which is no figure", "Mend it.")
    if not found:
        raise InputError(
            table.path, f"has no figure in column '{column}' (measure '{spec.name}')", "Name another column."
        )
    if marks:
        written = listing(f"'{mark}'" if mark else "nothing" for mark in marks)
        notes.append(
            f"{table.path.name}: {count(sum(marks.values()), 'cell')} of column '{column}' "
            f"{agree(sum(marks.values()), 'holds', 'hold')} {written}: taken as unknown, not as zero"
        )
    return found


def _require_parts(
    table: Table,
    codes: list[str],
    parts: Mapping[str, float],
    wholes: Mapping[str, float],
    spec: MeasureSpec,
) -> None:
    """Raise InputError for a part that is more than its whole."""
    for line, code in zip(table.lines, codes, strict=True):
        if parts.get(code, 0.0) > wholes.get(code, float("inf")):
            raise table.fault(
                line, f"has {parts[code]:,g} in column '{spec.column}' but {wholes[code]:,g} in '{spec.of}', "
                f"of which '{spec.name}' is a share",
                "Mend the row, or name other columns.",
            )  # fmt: skip
