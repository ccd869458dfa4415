"""Hatched ground of a map: pieces of split areas, and what moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import shapely

from footprint.model.words import area_text, clean, number
from footprint.results.nearby import here, moved_place

if TYPE_CHECKING:
    from footprint.model.finding import Piece
    from footprint.reports.board import Board


@dataclass(frozen=True, eq=False)
class Patch:
    """Hatched ground with a number or a letter, and what it is."""

    kind: str
    """"split_pieces" or "moves": see `palette.MARKS`."""
    label: str
    """A number, from 1 by people, or that of the finding within a report; a letter for what moves."""
    text: str
    shape: Any
    """Polygons in EPSG:27700."""
    place: str = ""
    """What the ground is called, of what moves; "" where nobody can tell."""
    size: float = 0.0
    """People on it, or where these are not known a part of one, the larger the more ground."""

    @property
    def tag(self) -> str:
        """What stands on it: its label, and its name where it has one."""
        return f"{self.label} {self.place}".rstrip()


def patches(board: Board, keys: set[str], *, within: bool = False) -> Iterator[Patch]:
    """Return what moves, then the pieces of split areas, as far as layers of `keys` are concerned.

    A map `within` a report has the numbers of its findings; one by itself counts from 1, most people first.
    """
    yield from _moves(board, keys)
    found = list(_splits(board, keys))
    if within:
        yield from found
        return
    # two layers may be split on the same ground
    apart = {patch.text: patch for patch in reversed(found)}
    order = sorted(apart.values(), key=lambda patch: (-patch.size, int(patch.label)))
    yield from (replace(patch, label=f"{n}") for n, patch in enumerate(order, start=1))


def _splits(board: Board, keys: set[str]) -> Iterator[Patch]:
    """Return the pieces of split areas, but the largest of each, if a layer on the map splits them.

    Of a change only those that it concerns.
    """
    ground = board.ground.layers.get("split_pieces")
    if ground is None:
        return
    near = None if board.change is None else {id(f) for f in here(board.change, board.result.findings)}
    rows = ground.groupby("finding").indices
    shapes, layers, codes = (ground[name].to_numpy() for name in ("geometry", "other_layer", "other_code"))
    for at, finding in board.numbered():
        if not finding.divided or finding.area is None or not (near is None or id(finding) in near):
            continue
        first, *smaller = finding.pieces
        pieces = [row for row in rows.get(at, ()) if codes[row] != first.area.code]
        if not keys & set(layers[pieces]):
            continue
        text = f"{finding.area.name}: {'; '.join(map(_in_words, smaller))}"
        known = [piece.people for piece in smaller]
        size = sum(n for n in known if isinstance(n, (int, float)))
        if not size:
            size = 1 - 1 / (1 + sum(piece.area_m2 or 0 for piece in smaller) / 1e6)
        yield Patch("split_pieces", f"{at}", clean(text), shapely.union_all(shapes[pieces]), size=size)


def _in_words(piece: Piece) -> str:
    """Return who lives in a piece, or what ground it is, and where it lies."""
    size = "a part"
    if piece.people is not None:
        size = _people(piece.people)
    elif piece.area_m2 is not None:
        size = area_text(piece.area_m2)
    return f"{size} in {piece.area.name}"


def _people(value: Any) -> str:
    """Return people, also where small counts are kept in and the value is text."""
    return f"{value} people" if isinstance(value, str) else f"{number(value)} people"


def _moves(board: Board, keys: set[str]) -> Iterator[Patch]:
    """Return the ground that changes hands in a layer on the map, largest numbers of people first."""
    ground = board.ground.layers.get("moves")
    if ground is None or board.comparison is None or board.change is None:
        return
    told = [row for row in board.comparison["tables"]["moves"] if row["layer"] in keys]
    for at, row in enumerate(told):
        pieces = ground[
            (ground["layer"] == row["layer"])
            & (ground["code"].isna() if row["from_code"] is None else ground["code"] == row["from_code"])
            & (
                ground["other_code"].isna()
                if row["to_code"] is None
                else ground["other_code"] == row["to_code"]
            )
        ]
        if pieces.empty:
            continue
        who = _people(row["population"]) if row["population"] is not None else area_text(row["area_m2"] or 0)
        verb = "moves" if row["population"] is None else "move"
        origin, target = (row[name] or "no area" for name in ("from_name", "to_name"))
        text = clean(f"{who} {verb} from {origin} to {target}")
        place = clean(moved_place(board.change, row["layer"], row["from_code"], row["to_code"]))
        yield Patch("moves", _letter(at), text, shapely.union_all(pieces.geometry), place)


def _letter(at: int) -> str:
    """Return A to Z, then AA, AB …"""
    return (_letter(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)
