"""Whether a number is known: what nobody knows is NaN in every table."""

from __future__ import annotations


def is_known(number: object) -> bool:
    """Return whether something is no NaN; whatever is no number is known as it is.

    `pandas.notna` would say that None and NaT are unknown as well, and brings pandas to those who only ask
    what a rule is.
    """
    return bool(number == number)  # NaN equals nothing, itself included
