"""Measures of a plan's own in words: what each area has, and how far areas are apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from footprint.model.words import count, short, shown
from footprint.plan.naming import many
from footprint.reports.content.sides import both, layer_of
from footprint.reports.document import Block, Figure, Grid, Heading, Words, heads, lines, more, text
from footprint.reports.values import records

if TYPE_CHECKING:
    from footprint.model.measure import Measure
    from footprint.reports.document import Cell, Tone
    from footprint.results.comparison import Comparison
    from footprint.results.result import Result

# Of a layer with more areas the largest and the smallest are named, and those outside a range.
_MOST = 12
_STATUS = {"WITHIN": "within", "BELOW": "BELOW", "ABOVE": "ABOVE"}


def told(result: Result) -> Iterator[Block]:
    """Return every measure at every level of a plan, for a terminal."""
    plan = result.plan
    for measure in plan.measures:
        yield Heading(heading(measure))
        for key in _layers(result, measure):
            rows = _rows(result, measure, key)
            yield text(Words(many(plan, key)), f": {apart(result, measure, key)}{_judged(rows)}")
            shown_ = rows if len(rows) <= _MOST else [row for row in rows if _outside(row)]
            if shown_:
                yield lines("rlw", [_cells(measure, row) for row in shown_], depth=2)


def tables(result: Result) -> Iterator[Grid]:
    """Return tables of each measure: layers with few areas in one, others by themselves."""
    for measure in result.plan.measures:
        by_layer = {key: _rows(result, measure, key) for key in _layers(result, measure)}
        if few := [row for rows in by_layer.values() if len(rows) <= _MOST for row in rows]:
            yield _table(measure, few, heading(measure))
        for key, rows in by_layer.items():
            if len(rows) > _MOST:
                yield _table(measure, rows, f"{heading(measure)}: {many(result.plan, key)}")


def _table(measure: Measure, rows: list[dict[str, Any]], caption: str) -> Grid:
    ranged, deprived = bool(measure.ranges), measure.most_deprived is not None
    made: list[tuple[Cell, ...]] = []
    for row in rows:
        cells: list[Cell] = [row["name"], str(row["level"] or row["layer"]), value(measure, row)]
        cells += [Figure(row["rank"])]
        cells += [Figure(row["most_deprived_fifth"], "share")] if deprived else []
        cells += [_status(row)] if ranged else []
        made.append(tuple(cells))
    columns = [("Area", 5.0), ("Level or layer", 2.0), ("Figure", 4.0), ("Rank", 1.0)]
    columns += [("Most deprived fifth", 2.0)] if deprived else []
    columns += [("Range", 2.0)] if ranged else []
    named = heads(*columns, right=("Rank", "Most deprived fifth"))
    return Grid(named, made, caption=caption, sheet="Measures")


def heading(measure: Measure) -> str:
    """Return what a measure is called, what it is measured in and whose figures it has."""
    unit = f"{measure.unit}; " if measure.unit else ""
    return f"{measure.name} ({unit}{measure.stated_source or 'source not stated'})"


def value(measure: Measure, row: dict[str, Any]) -> str:
    """Return the figure of an area, or between which figures it lies and for how many people it is known."""
    if row["value"] is not None:
        return shown(row["value"], measure.kind)
    least, most, known = (shown(row[name], measure.kind) for name in ("least", "most", "where_known"))
    if row["least"] is not None and row["most"] is not None:
        return f"unknown: {least} to {most}"
    if row["least"] is not None:
        return f"unknown: at least {least}"
    if row["where_known"] is None:
        return "unknown"
    people = ""
    if row["people_known"] is not None and row["population"]:
        people = f" for {shown(row['people_known'] / row['population'], 'share')} of the people"
    return f"unknown: {known}{people}, the rest is not known"


def apart(result: Result, measure: Measure, key: str) -> str:
    """Return how far the areas of a layer are apart, in words."""
    table = result.measure_balance
    row = records(table[(table["layer"] == key) & (table["measure"] == measure.name)])[0]
    areas = count(row["areas"], "area")
    if row["largest"] is None:
        return f"{areas}, not known for all"
    if row["areas"] == 1:
        return areas
    ends = [f"{shown(row[end], measure.kind)} ({row[f'{end}_name']})" for end in ("largest", "smallest")]
    ratio = "" if row["ratio"] is None else f", {shown(row['ratio'], 'ratio')} times as much"
    return f"{areas}, from {ends[1]} to {ends[0]}{ratio}"


def _layers(result: Result, measure: Measure) -> list[str]:
    """Return the layers that are levels or have a range, in the order of the plan."""
    plan = result.plan
    known = set(result.measures["layer"])
    wanted = [*plan.levels.values(), *measure.ranges]
    return [key for key in dict.fromkeys(wanted) if key in known]


def _rows(result: Result, measure: Measure, key: str) -> list[dict[str, Any]]:
    table = result.measures
    table = table[(table["layer"] == key) & (table["measure"] == measure.name)]
    return records(table.sort_values(["value", "code"], ascending=[False, True]))


def _outside(row: dict[str, Any]) -> bool:
    return row["range_low"] is not None and row["status"] != "WITHIN"


def _judged(rows: list[dict[str, Any]]) -> str:
    """Return how many areas are within their range and how many not; "" without one."""
    if not rows or rows[0]["range_low"] is None:
        return ""
    by = [_status(row) for row in rows]
    words = [f"{by.count(each):,} {each.lower()}" for each in (*_STATUS.values(), "unknown") if each in by]
    return f"; {', '.join(words)}"


def _status(row: dict[str, Any]) -> str:
    return "–" if row["range_low"] is None else _STATUS.get(row["status"], "unknown")


def _cells(measure: Measure, row: dict[str, Any]) -> tuple[Cell, ...]:
    fifth = row["most_deprived_fifth"]
    said = _status(row) if row["range_low"] is not None else ""
    said += (
        "" if fifth is None else f"{'; ' if said else ''}{shown(fifth, 'share')} in the most deprived fifth"
    )
    tone: Tone = "warning" if _outside(row) else ""
    return value(measure, row), Words(said, tone), short(row["name"])


# ── of a change ─────────────────────────────────────────────────────────────────────────────────


def changed(found: Comparison, caption: str = "") -> Grid:
    """Return the measures of the areas that a change touches, before and after it."""
    kinds = {measure.name: measure.kind for measure in found.after.plan.measures}
    rows = []
    for row in records(found.measures):
        if row["change"] != "untouched":
            value = both(row, "value", kinds[row["measure"]])
            rows.append(
                (
                    row["name"],
                    many(found.after.plan, row["layer"]),
                    row["measure"],
                    value,
                    both(row, "status").lower(),
                )
            )
    ranged = any(row[-1] != "–" for row in rows)
    named = [("Area", 4), ("Layer", 2), ("Measure", 4), ("Figure", 3), *([("Range", 2)] if ranged else [])]
    cells = rows if ranged else [row[:-1] for row in rows]
    return Grid(heads(*named, right=("Figure",)), cells, caption=caption, sheet="Measures of the change")


def changes(found: Comparison) -> Iterator[Block]:
    """Return the measures of the areas that a change touches, for a terminal."""
    for measure in found.after.plan.measures:
        rows: list[tuple[Cell, ...]] = [
            (
                both(row, "value", measure.kind),
                both(row, "status").lower().replace("–", ""),
                f"{row['name']}{layer_of(found, row)}",
            )
            for row in records(found.measures)
            if row["change"] != "untouched" and row["measure"] == measure.name
        ]
        if rows:
            yield Heading(f"{measure.name} (before → after)")
            yield lines("rlw", rows[: 2 * _MOST])
            yield from more(len(rows) - 2 * _MOST, "see them all with --format csv --table measures")
