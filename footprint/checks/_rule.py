"""What a rule is, as its module describes it, and how it makes its findings."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from footprint.model.finding import (
    AT_MOST,
    COMMON_EVIDENCE,
    Area,
    Evidence,
    EvidenceKind,
    Finding,
    Location,
    Number,
    Piece,
    Severity,
    Skipped,
)
from footprint.model.known import is_known
from footprint.model.words import capital

if TYPE_CHECKING:
    from footprint.plan.model import Plan

FAMILIES = {
    "1": "layer",
    "2": "alignment",
    "3": "population",
    "4": "flow",
    "5": "proposal",
    "6": "accountability",
}
"""First digit of a code → family; the rules of another one say it themselves (FAMILY)."""

MODULE = re.compile(r"^(fp(\d)\d\d)_(\w+)$")
"""Name of a rule's module: its code, of which the first digit is the family, and its name."""


@dataclass(frozen=True)
class Rule:
    """One rule of the catalogue: fields with a default are constants that its module may hold."""

    code: str
    name: str
    severity: Severity
    """The gravest that a finding can be."""
    summary: str
    """What it finds, in one line."""
    why: str
    settle: str
    evidence: Mapping[str, str]
    """Fields of the evidence of its findings → what each means."""
    check: Callable[[Plan], Iterator[Finding | Skipped]]
    family: str = ""
    """By FAMILIES where the module says nothing."""
    needs: tuple[str, ...] = ()
    """Parts of a plan without which it is skipped, keys of NEEDS."""
    sections: tuple[str, ...] = ()
    """Sections of the plan file that its findings go back to, most telling first; else that of the layer."""
    align: Literal["nest", "match"] | None = None
    """The kind of [[align]] that its findings go back to."""
    of_outlines: Literal["file", "shape"] | None = None
    """What it examines of drawn outlines, so that where a proposal puts a layer together anew from units
    nothing is resolved: faults of the file, which such a layer cannot have, or the shape of areas, which
    nobody has examined then."""
    repeats: str = ""
    """Heading under which a comparison tells its findings, if others of the same run say them as well."""
    apart: tuple[str, ...] = ()
    """Fields of its evidence by which an area can have several findings of it: they say which is the same."""
    splits: bool = False
    """Whether its pieces are the areas that an area is split between: reports tell these as splits."""
    shown_in: Literal["bands", "inside", "periphery", "catchments"] | None = None
    """The table of reports that shows what it finds; a report with that table does not list it again."""
    verdict: str = ""
    """What that table calls it."""
    ground: Literal["gaps", "overlaps", "detached_parts", "misaligned_units"] | None = None
    """The kind of ground that maps draw of its findings; else it is the area, or its pieces."""


def described(module: ModuleType) -> Rule:
    """Return the rule of a module."""
    match = MODULE.match(module.__name__.rpartition(".")[2])
    assert match is not None, f"{module.__name__} is not called like a rule"
    summary, _, rest = inspect.cleandoc(module.__doc__ or "").partition("\n\n")
    why, _, settle = rest.partition("Settle:")
    constants = {
        field.name: getattr(module, field.name.upper(), field.default)
        for field in fields(Rule)
        if field.default is not MISSING
    }
    constants["family"] = constants["family"] or FAMILIES.get(match[2], f"family {match[2]}")
    return Rule(
        code=match[1].upper(),
        name=match[3].replace("_", "-"),
        severity=module.SEVERITY,
        summary=" ".join(summary.split()),
        why=_paragraphs(why),
        settle=capital(_paragraphs(settle)),
        evidence=getattr(module, "EVIDENCE", {}),
        check=module.check,
        **constants,
    )


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(p.split()) for p in text.strip().split("\n\n") if p.strip())


def evidence(*shared: str, **own: str) -> dict[str, str]:
    """Return the evidence of a rule: fields of COMMON_EVIDENCE, and those of its own with what they mean."""
    return {name: COMMON_EVIDENCE[name] for name in shared} | own


# evidence of which a finding lists the first only
_SHORTENED = {"codes", "functions"}


class Maker:
    """Makes the findings of one rule, by what its module says of it."""

    def __init__(self, module: str) -> None:
        self._module = module

    @cached_property
    def _rule(self) -> Rule:
        return described(sys.modules[self._module])

    def finding(
        self,
        layer: str,
        message: str,
        hint: str,
        kind: EvidenceKind,
        *,
        area: Area | None = None,
        others: Iterable[Area] = (),
        parts: Iterable[Piece] = (),
        level: str | None = None,
        severity: Severity | None = None,
        location: Location | None = None,
        **numbers: Any,
    ) -> Finding:
        """Return a finding; `numbers` are its evidence, by names of the rule's EVIDENCE.

        The areas of its pieces, `parts`, are the other areas, if there are any. Raises ValueError for
        evidence that the rule does not declare.
        """
        rule = self._rule
        if unknown := numbers.keys() - rule.evidence.keys():
            raise ValueError(f"{rule.code} {rule.name}: EVIDENCE does not name {', '.join(sorted(unknown))}")
        for key in _SHORTENED & numbers.keys():
            numbers[key] = list(numbers[key])[:AT_MOST]
        rests_on = Evidence(kind, {key: _plain(value) for key, value in numbers.items()})
        pieces = tuple(_plain_piece(part) for part in parts)
        return Finding(
            rule.code, rule.name, severity or rule.severity, layer, area, message, hint, rests_on,
            tuple(piece.area for piece in pieces) or tuple(others), level, location=location, pieces=pieces,
            repeats=bool(rule.repeats), splits=rule.splits,
        )  # fmt: skip

    def skip(
        self,
        reason: str,
        refused: bool = False,
        *,
        unasked: bool = False,
        layers: tuple[str, ...] = (),
        areas: Iterable[str] = (),
    ) -> Skipped:
        """Return a skip of this rule, whatever its words are.

        Parameters
        ----------
        unasked : whether the plan asks for nothing of the kind
        layers : key of the layer that was not looked at, or of two that are held against each other;
            none where it is all of them
        areas : codes of those of its areas that were not looked at, "" for what is about no single area; none
            where it is all of them

        """
        return Skipped(self._rule.code, reason, refused, unasked, (layers,) if layers else (), tuple(areas))


def _plain(value: Any) -> Number | list[Number]:
    """Return plain Python numbers for numpy ones, whole ones as int, and None for NaN."""
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]  # type: ignore[misc]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        if not is_known(value):
            return None
        return int(value) if value.is_integer() else round(value, 6)
    return value  # type: ignore[no-any-return]


def _plain_piece(piece: Piece) -> Piece:
    measures: dict[str, Any] = {name: _plain(value) for name, value in vars(piece).items() if name != "area"}
    return Piece(piece.area, **measures)
