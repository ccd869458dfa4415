"""Columns of which only the first row of each group says what it is of, as pivot tables are exported."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
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

    Where nobody knows some codes, they are blank as well: then they stand together, and are few. What a pivot
    has beside its labels comes again below other labels, and in one order; only then is it surely one.
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
    if len(set(filled)) < len(filled) or len(set(beside)) == len(beside):
        return False
    below: dict[str, dict[str, None]] = {}
    for label, of in filled:
        below.setdefault(label, {})[of] = None
    return all(_in_one_order(one, other) for one, other in combinations(map(list, below.values()), 2))


def _in_one_order(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether what two lists have in common stands in both in the same order."""
    return [each for each in one if each in other] == [each for each in other if each in one]
