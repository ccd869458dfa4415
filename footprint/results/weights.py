"""Weights of rows of a scorecard, as the user gives them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from footprint.model.errors import InputError
from footprint.model.words import listing, nearest


def read_weights(judged: Sequence[str], given: Sequence[str]) -> dict[str, float]:
    """Return weights by the keys of rows.

    Parameters
    ----------
    judged : keys of the rows that are better or worse
    given : "ROW=NUMBER", where ROW is a key, or its last or first part

    Raises
    ------
    InputError : for a weight of no row, one that is no number above 0, and a row that is weighed twice

    """
    weights: dict[str, float] = {}
    for text in given:
        name, equals, number = text.partition("=")
        try:
            weight = float(number) if equals else math.nan
        except ValueError:
            weight = math.nan
        if not 0 < weight < math.inf:
            raise InputError(None, f"--weight {text} is no row with a number above 0", "Write border_km=2.")
        name = name.strip()
        fits = [key for key in judged if name in (key, *key.split(".")[:1], *key.split(".")[-1:])]
        if not fits:
            raise InputError(
                None,
                f"--weight {name}: the scorecard has no such row that is better or worse",
                f"{nearest(name, judged)}It has {listing(judged, 40)}.",
            )
        if twice := [key for key in fits if key in weights]:
            raise InputError(None, f"--weight {name} weighs {twice[0]} again", "Weigh each row once.")
        weights |= dict.fromkeys(fits, weight)
    return weights
