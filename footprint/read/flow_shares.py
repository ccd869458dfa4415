"""Shares of a flow file: of the patients of each unit they add up to 1 at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.model.errors import InputError
from footprint.model.unknown import says_nothing
from footprint.model.words import count, short

if TYPE_CHECKING:
    from footprint.read.engine import Files


# Shares are published with 15 digits at most, so sums may pass 1 by as little as this.
ROUNDING = 1e-6
# Shares with two digits add up to all to about this.
WHOLE = 0.01
# Shares of units' patients add up to more than 1 at some provider where there are so many units, in all and
# for each provider. Where they do not, and add up to so much on average, they are of providers' patients.
LEAST_UNITS, UNITS_FOR_EACH, MOST_OF_IT = 10, 3, 0.9


def refuse_above_one(
    files: Files, unit: NDArray[np.intp], shares: NDArray[np.float64], units: pd.Index
) -> None:
    """Raise InputError for shares of one unit that add up to more than 1."""
    total = np.bincount(unit, shares, len(units))
    known = np.array([not says_nothing(code) for code in units], dtype=np.bool_)
    above = np.flatnonzero((total > 1 + ROUNDING) & known)
    if len(above):
        worst = int(above[np.argmax(total[above])])
        raise InputError(
            files.name,
            f"has shares that add up to more than 1 in {count(len(above), 'unit')}: "
            f"{short(units[worst])} to {total[worst]:.4f}",
            'Mend them, or say kind = "count".',
        )


def refuse_of_providers(
    files: Files,
    unit: NDArray[np.intp],
    provider: NDArray[np.intp],
    shares: NDArray[np.float64],
    units: pd.Index,
    providers: pd.Index,
) -> None:
    """Raise InputError for shares of the patients of a provider, which are whole there and not here."""
    of_units, of_providers = np.bincount(unit, shares, len(units)), np.bincount(provider, shares)
    each = np.bincount(provider)
    several = len(each) > 1 and each.max() > 1
    whole = (abs(of_providers - 1) <= WHOLE).all() and (abs(of_units - 1) > WHOLE).any()
    # of shares that lack some patients, those of many units add up to 1 at most at no provider of several
    many = len(of_units) >= max(LEAST_UNITS, UNITS_FOR_EACH * len(each))
    most = bool((of_providers <= 1 + WHOLE).all()) and float(of_providers.mean()) >= MOST_OF_IT
    if several and (whole or (many and most)):
        short_of = int(np.argmin(of_units))
        raise InputError(
            files.name,
            f"has shares that add up to {'1' if whole else '1 at most'} for each provider, as of "
            f"{short(providers[0])} ({of_providers[0]:.4f}), and not for each unit "
            f"({short(units[short_of])}: {of_units[short_of]:.4f}): they are of providers' patients",
            "Give the share of each unit's patients that goes to a provider, or counts.",
        )
