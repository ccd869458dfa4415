"""Some options of many: those that no other beats, chosen to differ, and what each wins and costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.drawing.score import LARGER, SMALLER
from footprint.geometry.agreement import indices
from footprint.model.known import is_known
from footprint.model.words import number, percent

_AIM_OF = {
    "border": "border_km", "edges": "cut_edges", "equal": "spread", "stay": "moved", "keep": "kept_cut",
    "flows": "localisation_index",
}  # fmt: skip
# More options that no other beats are thinned out, evenly from the shortest border to the longest.
_MOST_COMPARED = 400


def measures(table: pd.DataFrame) -> NDArray[np.float64]:
    """Return what options are told apart by (option × measure), less being better; what is unknown is out."""
    columns = [table[name].to_numpy(float) for name in SMALLER] + [
        -table[name].to_numpy(float) for name in LARGER
    ]
    # figures that differ by rounding are alike
    known = [np.round(column, 9) for column in columns if len(column) and not np.isnan(column).any()]
    return np.stack(known, axis=1) if known else np.zeros((len(table), 1))


def unbeaten(values: NDArray[np.float64]) -> list[int]:
    """Return the rows that no other beats: none is as good in every measure and better in one."""
    alike, of = np.unique(values, axis=0, return_inverse=True)
    stays = np.zeros(len(alike), dtype=np.bool_)
    front = np.empty((0, values.shape[1]))
    # in this order nothing that comes later can beat what came before
    for at, row in enumerate(alike):
        if not (front <= row).all(axis=1).any():
            stays[at] = True
            front = np.vstack([front, row])
    return np.flatnonzero(stays[of.ravel()]).tolist()


def preferred(table: pd.DataFrame, aims: Mapping[str, float]) -> NDArray[np.float64]:
    """Return, by option, how far it is from the best in all that is wanted, by weight; less is better."""
    total = np.zeros(len(table))
    for aim, weight in aims.items():
        values = table[_AIM_OF[aim]].to_numpy(float) * (-1 if aim == "flows" else 1)
        width = np.ptp(values) if len(values) else 0.0
        if width > 0:  # nothing to choose by where all are alike, or unknown
            total += weight * (values - values.min()) / width
    return np.round(total, 9)


def chosen(
    table: pd.DataFrame, aims: Mapping[str, float], wanted: int, area: Callable[[int], Sequence[int]],
    people: NDArray[np.float64],
) -> list[int]:  # fmt: skip
    """Return the rows of a table of options to be written, the one that is preferred first.

    Of those that no other beats: the best by each measure, and then those that differ most from all that
    are chosen already, by variation of information.

    Parameters
    ----------
    area : the row of an option → the area of each block
    people : by block

    """
    values = measures(table)
    front = unbeaten(values)
    by_wish = preferred(table, aims)
    first = min(range(len(table)), key=lambda row: (by_wish[row], *values[row].tolist(), row))
    if len(front) > _MOST_COMPARED:
        extremes = [min(front, key=lambda row: (values[row, m], row)) for m in range(values.shape[1])]
        at = sorted(front, key=lambda row: (values[row, 0], row))
        step = len(at) / _MOST_COMPARED
        front = sorted({*extremes, *(at[int(i * step)] for i in range(_MOST_COMPARED))})
    found = [first]
    made = {first: pd.Series(area(first))}
    nearest = {row: np.inf for row in front if row != first}

    def taking(row: int) -> None:
        found.append(row)
        del nearest[row]

    def measure(newest: int) -> None:
        for row in nearest:
            held = made.setdefault(row, pd.Series(area(row)))
            differs = indices(made[newest], held, people).variation_of_information
            nearest[row] = min(nearest[row], round(differs, 9))

    measure(first)
    best = {min(front, key=lambda row: (values[row, m], row)) for m in range(values.shape[1])} - {first}
    for pool in (best, set(front)):
        while len(found) < wanted and (left := [row for row in nearest if row in pool and nearest[row] > 0]):
            row = min(left, key=lambda row: (-nearest[row], row))
            taking(row)
            measure(row)
    return found


# ── in words ────────────────────────────────────────────────────────────────────────────────────


def _km(value: float) -> str:
    return f"{value:,.0f} km" if value >= 100 else f"{value:,.1f} km"


_TOLD: dict[str, tuple[str, str, Callable[[float], str]]] = {
    "border_km": ("the shortest border", "of border", _km),
    "spread": ("the most equal areas", "spread of people", percent),
    "moved": ("the fewest people who move", "people who move", number),
    "kept_cut": ("the fewest lower areas cut", "lower areas cut", number),
    "localisation_index": ("the most journeys inside", "of journeys inside", percent),
    "localisation_index_least": (
        "the most journeys inside in its worst area", "of journeys inside in the worst area", percent,
    ),
}  # fmt: skip


def sentences(options: pd.DataFrame, today: dict[Any, Any] | None, alone: bool = True) -> list[str]:
    """Return, for each option, what it wins and what it costs beside the others and beside today's map.

    Figures are those that may be published: what is hidden is compared with nothing.

    Parameters
    ----------
    alone : whether a single option is the only one that there is, and not one of many

    """
    only = "The only option." if alone else "The only one of the options that is written."
    rows = options.to_dict("records")
    told = []
    for row in rows:
        others = [each for each in rows if each is not row]
        parts = [_beside(row, others)] if others else []
        if today is not None:
            parts.append(_since(row, today))
        told.append(" ".join(filter(None, parts)) or only)
    return told


def _known(*values: Any) -> bool:
    return all(isinstance(v, int | float) and is_known(v) for v in values)


def _beside(row: dict[Any, Any], others: list[dict[Any, Any]]) -> str:
    wins, costs = [], []
    for name, (best, of, shown) in _TOLD.items():
        rest = [each[name] for each in others if _known(each[name])]
        if not _known(row[name]) or not rest:
            continue
        sign = 1 if name in SMALLER else -1
        mine, least, most = sign * row[name], min(sign * v for v in rest), max(sign * v for v in rest)
        if mine < least or (mine == least < most):
            wins.append(f"{best} ({shown(row[name])})")
        elif mine > least:
            whole = max(most, mine) - least
            costs.append(((mine - least) / whole if whole else 0.0, f"{shown(row[name])} {of} "
                         f"where {shown(abs(least))} can be had"))  # fmt: skip
    if not wins and not costs:
        return "Is like the others in everything that is measured."
    parts = []
    if wins:
        parts.append(f"Wins {_listed(wins)}.")
    worst = [words for far, words in sorted(costs, reverse=True)[:2] if far > 0.05]
    if worst:
        parts.append(f"Costs {_listed(worst)}.")
    return " ".join(parts) if parts else "Lies between the others in everything."


def _since(row: dict[Any, Any], today: dict[Any, Any]) -> str:
    parts = []
    for name, less, more in (
        ("border_km", "less border", "more border"),
        ("localisation_index", "fewer journeys inside", "more journeys inside"),
    ):
        if _known(row[name], today[name]) and row[name] != today[name]:
            change = row[name] - today[name]
            size = _km(abs(change)) if name == "border_km" else f"{abs(change) * 100:.1f} points"
            # "0.0 points more" is no difference that anybody could see
            parts += [] if size.startswith("0.0 ") else [f"{size} {less if change < 0 else more}"]
    if _known(row["moved"]):
        moved = number(row["moved"])
        parts.append("nobody moves" if moved == "0" else f"{moved} people move")
    if _known(today["outside_band"]) and today["outside_band"]:
        areas = f"{today['outside_band']:,} of {today['areas']:,} areas"
        parts.append(f"no area outside the band where today {areas} are")
    return f"Beside today's map: {_listed(parts)}." if parts else ""


def _listed(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
