"""How well two ways to divide the same people agree, as single numbers for a whole map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class Indices:
    """Indices between two partitions A and B of the same people."""

    homogeneity: float
    """1 − H(A|B) ÷ H(A): 1 where each part of B lies in one part of A."""
    completeness: float
    """1 − H(B|A) ÷ H(B): 1 where each part of A lies in one part of B."""
    v_measure: float
    """Their harmonic mean."""
    variation_of_information: float
    """H(A|B) + H(B|A), in nats; 0 where the partitions are the same."""
    people: float
    """People that both partitions place."""


def indices(a: pd.Series, b: pd.Series, people: NDArray[np.float64]) -> Indices:
    """Compare two partitions.

    Parameters
    ----------
    a, b : which part each unit belongs to (None for none), in one order
    people : people of each unit

    Sources: Rosenberg & Hirschberg 2007 (V-measure, here with β = 1); Nowosad & Stepinski 2018 (its
    use for maps). A partition with one part has no entropy and counts as agreed with.

    """
    placed = a.notna().to_numpy() & b.notna().to_numpy() & (people > 0)
    if not placed.any():
        nothing = float("nan")
        return Indices(nothing, nothing, nothing, nothing, 0.0)
    one, names_a = pd.factorize(a[placed])
    other, names_b = pd.factorize(b[placed])
    table = np.bincount(one * len(names_b) + other, people[placed], len(names_a) * len(names_b))
    joint = table.reshape(len(names_a), len(names_b)) / table.sum()
    h_a, h_b, h_both = (_entropy(p) for p in (joint.sum(axis=1), joint.sum(axis=0), joint.ravel()))
    a_given_b, b_given_a = max(h_both - h_b, 0.0), max(h_both - h_a, 0.0)
    homogeneity = 1.0 if h_a == 0 else 1 - a_given_b / h_a
    completeness = 1.0 if h_b == 0 else 1 - b_given_a / h_b
    both = homogeneity + completeness
    v = 2 * homogeneity * completeness / both if both > 0 else 0.0
    return Indices(homogeneity, completeness, v, a_given_b + b_given_a, float(people[placed].sum()))


def _entropy(shares: NDArray[np.float64]) -> float:
    some = shares[shares > 0]
    return float(-(some * np.log(some)).sum()) + 0.0
