"""Columns of which only the first row of each group says what it is of, as pivot tables are exported."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from footprint.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from footprint.read.engine import Files


def refuse_lone_labels(files: Files, wanted: Mapping[str, str], sample: Mapping[str, Sequence[str]]) -> None:
    """Raise InputError where blank units or providers stand for the code above them.

    Parameters
    ----------
    wanted : `unit`, `provider` and `value` → column
    sample : the first values of each column, in the order of the file

    """
    for role, other in (("unit", "provider"), ("provider", "unit")):
        labels, beside = sample.get(wanted[role], ()), sample.get(wanted[other], ())
        if len(labels) == len(beside) and _are_lone([*map(str.strip, labels)], [*map(str.strip, beside)]):
            raise InputError(
                files.name,
                f"has each {role} in '{wanted[role]}' on one row and nothing below it, as pivot tables are "
                "exported",
                "Fill the codes in on every row ('Repeat all item labels'); where nobody knows one, write "
                "'unknown'.",
            )


def _are_lone(labels: Sequence[str], beside: Sequence[str]) -> bool:
    """Return whether each label stands once, above blanks, and no pair stands twice if these repeat it.

    Where nobody knows some codes, they are blank as well: then they stand together, and are few.
    """
    held = [label for label in labels if label]
    blanks = len(labels) - len(held)
    if not blanks or not labels[0] or len(set(held)) < len(held):
        return False
    runs = sum(bool(now) and not after for now, after in pairwise(labels))
    if runs < 2 and blanks <= len(held) + 1:
        return False
    filled, last = [], ""
    for label, of in zip(labels, beside, strict=True):
        last = label or last
        filled.append((last, of))
    return len(set(filled)) == len(filled)
