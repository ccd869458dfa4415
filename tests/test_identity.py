"""Which area is which before and after a change: by ground, whatever the codes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from footprint.geometry.identity import counterparts, joined


def held(text: str) -> np.ndarray:
    """Return the areas of units, a letter each; a dot is in none."""
    return np.array([None if letter == "." else letter for letter in text], dtype=object)


def same(before: str, after: str, weight: list[float] | None = None) -> dict[str, str]:
    return counterparts(held(before), held(after), np.array(weight or [1.0] * len(before)))


def test_new_codes_on_the_same_ground() -> None:
    assert same("AAABBB", "CCCDDD") == {"A": "C", "B": "D"}


def test_codes_that_change_places() -> None:
    assert same("AAABBB", "BBBAAA") == {"A": "B", "B": "A"}


def test_half_of_an_area_is_not_the_area() -> None:
    assert same("AAAA", "CCDD") == {}
    # 3 of 5 units, of 5: above a half
    assert same("AAAAA", "CCCDD") == {"A": "C"}


def test_people_count_and_not_units() -> None:
    assert same("AAA", "CCD") == {"A": "C"}
    assert same("AAA", "CCD", [10, 10, 100]) == {"A": "D"}


def test_ground_in_no_area_counts_against_a_pair() -> None:
    assert same("AAA", "C..") == {}
    assert same("AAA", "CC.") == {"A": "C"}


def test_a_merger_of_equals_has_no_counterpart_and_all_join() -> None:
    pairs = same("AABBCC", "MMMMMM")
    assert pairs == {}
    assert joined(held("AABBCC"), held("MMMMMM"), pairs) == {"A", "B", "C"}


def test_the_smaller_joins_the_larger() -> None:
    pairs = same("AAAAB", "MMMMM")
    assert pairs == {"A": "M"}
    assert joined(held("AAAAB"), held("MMMMM"), pairs) == {"B"}


def test_what_is_divided_or_left_out_joins_nothing() -> None:
    assert joined(held("AABB"), held("CDEE"), {}) == {"B"}
    assert joined(held("AABB"), held("C.EE"), {}) == {"B"}


@given(st.lists(st.tuples(st.sampled_from("AB."), st.sampled_from("CDE."), st.integers(0, 9)), max_size=30))
def test_a_pair_is_unique_to_both_areas(units: list[tuple[str, str, int]]) -> None:
    old, new, weight = (list(column) for column in zip(*units, strict=True)) if units else ([], [], [])
    pairs = counterparts(held("".join(old)), held("".join(new)), np.array(weight, dtype=float))
    assert len(set(pairs.values())) == len(pairs)
    for a, b in pairs.items():
        shared = sum(w for o, n, w in units if (o, n) == (a, b))
        either = sum(w for o, n, w in units if o == a or n == b)
        assert 2 * shared > either
