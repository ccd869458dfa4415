"""What an option is worth: border, people, moves, journeys and lower areas that it cuts.

Options are scored together, as many as there are: by the areas that they are made of, of which each is
looked at once, however many options it is part of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.drawing.areas import Positions
from footprint.drawing.blocks import Blocks
from footprint.drawing.ground import Terrain
from footprint.drawing.journeys import Journeys
from footprint.geometry.identity import SAME_ABOVE
from footprint.measure.activity import Floats, sums
from footprint.measure.bounds import ratio
from footprint.measure.localisation import INDEX
from footprint.model.columns import PEOPLE
from footprint.model.schema import Column, Share, Table

_LEAST_INDEX = INDEX.but(
    name="localisation_index_least", heading="Localisation index, worst area",
    meaning="Of the area that keeps least.",
    suppressed=Share(("inside_least", "activity_least", "left_least"), "activity_least"),
)  # fmt: skip


def _activity(name: str, heading: str) -> Column:
    return Column(name, heading, "count", suppressed="count")


OPTIONS = Table(
    "options",
    "Options",
    "A row for each option, and one for today's map; of every division that there is in options.csv.",
    (
        Column("option", meaning="The name of its folder; today; empty where it has none.", nullable=True),
        Column("areas", "Areas", "count", type="integer"),
        Column("population_least", "People, smallest area", "count"),
        Column("population_most", "People, largest area", "count"),
        Column("spread", "Spread", "share", "Standard deviation of people, over their mean.", open=True),
        Column("outside_band", "Outside the band", "count", type="integer"),
        Column("border_km", "Border, km", "count", "Between areas; outer edges left out.", unit="km"),
        Column("cut_edges", "Neighbours parted", "count", "Pairs of neighbouring blocks in different areas.",
               type="integer"),
        Column("moved", "People who move", "count",
               "Out of the area that goes on from today's, unless their area joins another as a whole; "
               "unknown where there is no map of today."),
        Column("kept_cut", "Lower areas cut", "count", "Of the layer that is rather kept whole."),
        _activity("activity", "Residents' activity"),
        _activity("inside", "Of it inside"),
        INDEX,
        _activity("activity_least", "Residents' activity, worst area"),
        _activity("inside_least", "Of it inside, worst area"),
        _LEAST_INDEX,
        Column("made_of", "Made of", meaning="Blocks by area, where there are few.", nullable=True),
        Column("says", "In words", nullable=True),
    ),
    "There is no option.",
    {"left": ("activity", "inside"), "left_least": ("activity_least", "inside_least")},
)  # fmt: skip
AREAS = Table(
    "drawn_areas",
    "Areas of the options",
    "A row for each area of each option that was written.",
    (
        Column("option"),
        Column("code", kind="code", meaning="Provisional, but of an area that goes on from today's."),
        Column("name"),
        Column("parent", kind="code", meaning="The area that it lies within.", nullable=True),
        Column("goes_on", "Goes on from", "code", "The same area today, if there is one.", nullable=True),
        Column("blocks", "Blocks", "count", type="integer"),
        PEOPLE,
        _activity("activity", "Residents' activity"),
        _activity("inside", "Of it inside"),
        INDEX,
    ),
    "There is no option.",
    {"left": ("activity", "inside")},
)  # fmt: skip
SMALLER = ("border_km", "spread", "moved", "kept_cut")
LARGER = ("localisation_index", "localisation_index_least")
"""Measures by which options are told apart, and which way is better."""


@dataclass(frozen=True, eq=False)
class Scales:
    """What options are measured against."""

    blocks: Blocks
    terrain: Terrain
    journeys: Journeys | None
    size_today: Floats
    """People of each area of today, also of what is not drawn anew."""


@dataclass(frozen=True, eq=False)
class Pieces:
    """Areas that options are made of, with what is known of each."""

    people: Floats
    metres: Floats
    """Of border to other areas, and so twice in an option."""
    cut: Floats
    """Pairs of neighbours that it parts; twice in an option too."""
    goes_on: Positions
    """The area of today that it goes on as; −1 for none."""
    stay: Floats
    """Its people who are in that area today, or whose area joins it as a whole: that moves nobody."""
    activity: Floats
    inside: Floats
    kept: list[NDArray[np.intp]]
    """By piece: the kept areas that it holds anything of."""


def pieces(scales: Scales, block: Positions, piece: Positions, number: int) -> Pieces:
    """Return what is known of pieces of ground.

    Parameters
    ----------
    block, piece : a row for each block of each piece
    number : of pieces

    """
    blocks, terrain = scales.blocks, scales.terrain
    size = len(blocks.codes)
    order = np.argsort(piece * size + block, kind="stable")
    block, piece = block[order], piece[order]
    key = piece * size + block
    block_order = np.argsort(block, kind="stable")
    starts = np.searchsorted(block[block_order], np.arange(size + 1))

    def rows_of(at: Positions) -> tuple[Positions, Positions]:
        """Return the rows of the pieces that hold each block, and which of `at` they are of."""
        length = starts[at + 1] - starts[at]
        of = np.repeat(np.arange(len(at)), length)
        return block_order[np.arange(len(of)) - (np.cumsum(length) - length)[of] + starts[at][of]], of

    def holds(of_piece: Positions, what: Positions) -> NDArray[np.bool_]:
        wanted = of_piece * size + what
        at = np.searchsorted(key, wanted).clip(max=max(len(key) - 1, 0))
        return np.asarray(key[at] == wanted) if len(key) else np.zeros(len(wanted), dtype=np.bool_)

    people = sums(piece, blocks.people[block], number)
    metres, cut = np.zeros(number), np.zeros(number)
    for here, there in ((terrain.one, terrain.other), (terrain.other, terrain.one)):
        row, edge = rows_of(here)
        leaves = ~holds(piece[row], there[edge])
        metres += sums(piece[row][leaves], terrain.metres[edge][leaves].astype(float), number)
        cut += sums(piece[row][leaves], np.ones(int(leaves.sum())), number)
    goes_on, stay = _going_on(scales, block, piece, people, number)
    activity, inside = np.full(number, np.nan), np.full(number, np.nan)
    if scales.journeys is not None:
        went = scales.journeys
        activity = sums(piece, went.total[block], number)
        row, journey = rows_of(went.block)
        home = holds(piece[row], went.home[journey])
        inside = sums(piece[row][home], went.amount[journey][home], number)
    lower = blocks.kept[block]
    pairs = np.unique(np.stack([piece, lower], axis=1)[lower >= 0], axis=0)
    kept = np.split(pairs[:, 1], np.searchsorted(pairs[:, 0], np.arange(1, number)))
    return Pieces(people, metres, cut, goes_on, stay, activity, inside, kept)


def _going_on(
    scales: Scales, block: Positions, piece: Positions, people: Floats, number: int
) -> tuple[Positions, Floats]:
    """Return the area of today that each piece goes on as, and the people who do not move.

    It goes on as the area of which both hold most of what either holds. Those stay, and so do the people of
    areas that it holds as a whole: they join it.
    """
    today, areas = scales.blocks.today, len(scales.blocks.areas_today)
    goes_on, stay = np.full(number, -1), np.zeros(number)
    known = today[block] >= 0
    pairs, at = np.unique(piece[known] * max(areas, 1) + today[block[known]], return_inverse=True)
    both = sums(at, scales.blocks.people[block[known]], len(pairs))
    of, was = np.divmod(pairs, max(areas, 1))
    same = both > SAME_ABOVE * (people[of] + scales.size_today[was] - both) if areas else np.zeros(0, bool)
    goes_on[of[same]] = was[same]
    if areas:
        held = np.bincount(at, minlength=len(pairs)) == np.bincount(today[today >= 0], minlength=areas)[was]
        # blocks that lie in several areas of today, and ground that is not drawn anew, are in no pair
        same |= held & np.isclose(both, scales.size_today[was], rtol=1e-9, atol=0)
    stay += sums(of[same], both[same], number)
    return goes_on, stay


def scored(
    scales: Scales, found: Pieces, options: Sequence[Sequence[int]], band: tuple[float, float]
) -> pd.DataFrame:
    """Return the measures of options, columns of OPTIONS.

    Parameters
    ----------
    options : the numbers of the pieces that each is made of
    band : least and most people of an area

    """
    number = len(options)
    length = np.array([len(each) for each in options], dtype=np.intp)
    at = np.fromiter((p for each in options for p in each), dtype=np.intp, count=int(length.sum()))
    of = np.repeat(np.arange(number), length)
    start = np.cumsum(length) - length
    people = found.people[at]
    mean = ratio(sums(of, people, number), length.astype(float))
    variance = ratio(sums(of, (people - mean[of]) ** 2, number), length.astype(float))
    index = ratio(found.inside[at], found.activity[at])
    worst = _least(index, of, start)
    whole = {name: sums(of, getattr(found, name)[at], number) for name in ("activity", "inside")}
    kept = np.full(number, np.nan)
    if scales.blocks.kept_areas:
        kept = np.array([_cut(found, each) for each in options], dtype=float)
    outside = (people < band[0]) | (people > band[1])
    rows = pd.DataFrame(
        {
            "option": None,
            "areas": length,
            "population_least": np.minimum.reduceat(people, start),
            "population_most": np.maximum.reduceat(people, start),
            "spread": np.sqrt(variance) / mean,
            "outside_band": np.bincount(of[outside], minlength=number),
            "border_km": np.round(sums(of, found.metres[at], number) / 2000, 3),
            "cut_edges": (sums(of, found.cut[at], number) / 2).astype(int),
            "moved": sums(of, people - found.stay[at], number) if scales.blocks.areas_today else np.nan,
            "kept_cut": kept,
            **whole,
            "localisation_index": ratio(whole["inside"], whole["activity"]),
            "activity_least": np.where(worst >= 0, found.activity[at[worst]], np.nan),
            "inside_least": np.where(worst >= 0, found.inside[at[worst]], np.nan),
            "localisation_index_least": np.where(worst >= 0, index[worst], np.nan),
            "made_of": None,
            "says": None,
        }
    )
    return rows[OPTIONS.names]


def _least(index: Floats, of: Positions, start: Positions) -> Positions:
    """Return the row of the worst area of each option; −1 where no index is known."""
    order = np.lexsort((np.nan_to_num(index, nan=np.inf), of))
    worst = order[start]
    return np.where(np.isnan(index[worst]), -1, worst)


def _cut(found: Pieces, option: Sequence[int]) -> int:
    """Return how many kept areas lie in several areas of an option."""
    held = np.concatenate([found.kept[p] for p in option])
    return int((np.unique(held, return_counts=True)[1] > 1).sum())


def area_rows(
    scales: Scales, option: str, area: Positions, codes: Sequence[str], names: Sequence[str]
) -> pd.DataFrame:
    """Return the areas of an option, columns of AREAS; `area` is that of each block."""
    blocks = scales.blocks
    here = np.flatnonzero(area >= 0)
    found = pieces(scales, here, area[here], len(codes))
    parent = np.zeros(len(codes), dtype=np.intp)
    parent[area[here]] = blocks.parent[here]
    return pd.DataFrame(
        {
            "option": option, "code": codes, "name": names,
            "parent": [blocks.parents[p][0] or None for p in parent.tolist()],
            "goes_on": [blocks.areas_today[t] if t >= 0 else None for t in found.goes_on.tolist()],
            "blocks": np.bincount(area[here], minlength=len(codes)),
            "population": found.people, "activity": found.activity, "inside": found.inside,
            "localisation_index": ratio(found.inside, found.activity),
        }
    )  # fmt: skip
