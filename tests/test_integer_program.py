"""Divisions by other means: counted by an integer program, and held together by scipy's components."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import grid, random_world

from footprint.drawing.anneal import ReadyGraph, anneal
from footprint.drawing.bits import Bits
from footprint.drawing.cover import covers
from footprint.drawing.graph import Range
from footprint.drawing.seed import seed
from footprint.drawing.wanted import Wanted

pytest.importorskip("scipy", reason="scipy is not installed")

from integer_program import count_divisions, pieces


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4), st.booleans())
def test_an_integer_program_counts_the_same_divisions(chance: int, areas: int, wide: bool) -> None:
    world = random_world(chance, 7)
    total = sum(world.people)
    band = Range(max(total // (2 * areas), 1), total if wide else max(total // areas, 1) + 2)
    want = covers(world, band).counts()
    fewest, most = (1, world.size) if wide else (areas, areas)
    ways = sum(n for number, n in want.items() if fewest <= number <= most)
    assert count_divisions(world, band.low, band.high, fewest, most) == ways


def test_an_integer_program_counts_dominoes() -> None:
    assert count_divisions(grid(4, 3), 2, 2, 6, 6) == 11


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 7))
def test_each_area_is_one_component(chance: int, areas: int) -> None:
    world = random_world(chance, 60)
    total = sum(world.people)
    band = Range(max(total // (2 * areas), 1), max(2 * total // areas, 1))
    first = seed(world, band, areas, Bits(chance), 60)
    if first is None:
        return
    assert pieces(world, first) == areas
    found = anneal(
        ReadyGraph(world), band, first, Wanted([float(m) for *_, m in world.edges]), 4000, Bits(chance)
    )
    assert pieces(world, found.area) == len(set(found.area)) == areas


def test_pieces_are_counted() -> None:
    assert pieces(grid(3, 1), [0, 1, 0]) == 3
    assert pieces(grid(3, 1), [0, 0, 1]) == 2
