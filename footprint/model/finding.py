"""What a rule says: findings, with the evidence they rest on, and what could not be checked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal

from footprint.model.words import short

EvidenceKind = Literal["lookup", "units", "geometry", "population", "flow"]


Number = int | float | str | bool | None


COMMON_EVIDENCE = {
    "pieces": "number of pieces, or the areas that a source lies in",
    "shares_of_source": "share of the source in each piece, in the order of `others`",
    "denominator": "what the shares are shares of",
    "people": "people concerned",
    "people_in_pieces": "people in each piece, in the order of `others`",
    "units": "units concerned",
    "area_m2": "area concerned, square metres",
    "areas_m2": "area of each piece, square metres, in the order of `others`",
    "width_m": "width, metres: twice the radius of the largest circle inside",
    "widths_m": "width of each piece, metres, in the order of `others`",
    "tolerance_m": "width below which an overlap counts as a sliver, metres",
    "tolerance_reason": "where the tolerance comes from",
    "count": "how many there are",
    "features": "features of the file",
    "total": "people in all",
    "codes": "codes concerned, at most twenty",
    "localisation_index": "share of the residents' activity that stays inside",
    "localisation_index_min": "the least that it can be, with all that is unknown outside",
    "localisation_index_max": "the most that it can be, with all that is unknown inside",
    "threshold": "the least that the plan asks for",
    "activity": "activity concerned (patients; people's worth of care where flows are proportions)",
    "inside": "activity of residents at providers inside",
    "share": "share concerned, of all activity or of all people in the periphery",
    "method": "how catchments are drawn",
    "functions": "functions concerned, at most twenty",
    "kind_of_body": "the kind of body that is lacking, or that leads",
    "lines": "lines of the table that say so",
}
"""Evidence of several rules: name of the field → what it means. What one rule alone has stands there."""


AT_MOST = 20
"""Codes, functions or areas that a finding lists where there may be very many."""


LISTED = {
    "shares_of_source": "share",
    "people_in_pieces": "people",
    "areas_m2": "area_m2",
    "widths_m": "width_m",
}
"""Evidence that lists a number for each piece, in the order of `others` → what a piece calls it."""


class Severity(StrEnum):
    """How grave a finding is: a broken `must`, a broken `should`, or something to know."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for error, 1 for warning, 2 for info."""
        return list(Severity).index(self)


@dataclass(frozen=True)
class Area:
    """An area by its code and its name."""

    code: str
    name: str

    def __str__(self) -> str:
        name = short(self.name)
        return name if self.name == self.code else f"{name} ({short(self.code)})"


@dataclass(frozen=True)
class Piece:
    """A part of what a finding is about: the area that it lies in, and what was measured; None if unknown."""

    area: Area
    people: Number = None
    """A count; text where small counts are kept in."""
    share: Number = None
    """Of what the evidence names as its `denominator`; text where small counts are kept in."""
    area_m2: float | None = None
    width_m: float | None = None
    units: int | None = None
    """Where people are not known."""


def listed(pieces: Sequence[Piece], *names: str) -> dict[str, Any]:
    """Return evidence that lists a number for each piece, by names of LISTED."""
    return {name: [getattr(piece, LISTED[name]) for piece in pieces] for name in names}


def listed_with(others: Sequence[Any], numbers: Mapping[str, Any]) -> list[str]:
    """Return the names of the lists among `numbers` that have a number for each of `others`."""
    return [
        name
        for name in LISTED
        if others and isinstance(held := numbers.get(name), list) and len(held) == len(others)
    ]


def pieces_of(others: Sequence[Area], numbers: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Return the pieces that a finding of the JSON lists; none where no list goes with its `others`."""
    lists = {LISTED[name]: numbers[name] for name in listed_with(others, numbers)}
    if not lists:
        return ()
    return tuple(Piece(area, **{k: v[i] for k, v in lists.items()}) for i, area in enumerate(others))


@dataclass(frozen=True)
class Evidence:
    """What a finding rests on: the kind of evidence, and named numbers, as the rule declares them."""

    kind: EvidenceKind
    numbers: Mapping[str, Number | list[Number]] = field(default_factory=dict)


@dataclass(frozen=True)
class Location:
    """Where in a file the cause of a finding stands."""

    path: str
    line: int


@dataclass(frozen=True)
class Finding:
    """One thing that a rule has found."""

    rule: str
    name: str
    severity: Severity
    layer: str
    area: Area | None
    message: str
    hint: str
    evidence: Evidence
    others: tuple[Area, ...] = ()
    """Other areas concerned: those of the pieces, where there are any."""
    level: str | None = None
    accepted: str | None = None
    """The reason why this finding is accepted; None where it is not."""
    location: Location | None = None
    new: bool | None = None
    """True where it was not there before a change, False where it was; None where nothing is compared."""
    inherited: bool = False
    """Whether a change only hands it on: the same people are parted, under another name."""
    pieces: tuple[Piece, ...] = ()
    """Parts of what it is about, in the order of `others`, largest first."""
    repeats: bool = False
    """Whether another finding of the same run says it too, so that no summary counts it twice."""
    splits: bool = False
    """Whether it is split between the areas of its pieces; findings of other rules have their message."""

    @property
    def divided(self) -> bool:
        """Whether it is about an area whose ground lies in several others, with the share of each."""
        return self.splits and len(self.pieces) > 1 and not self.repeats

    @property
    def people(self) -> float:
        """People concerned, for sorting; 0 where unknown."""
        value = self.evidence.numbers.get("people")
        return float(value) if isinstance(value, (int, float)) else 0.0


@dataclass(frozen=True)
class Skipped:
    """A rule, or a part of its work, that could not be done, and why."""

    rule: str
    reason: str
    refused: bool = False
    """True where input was refused as incomparable, so that the check is incomplete."""
    unasked: bool = False
    """True where the plan asks for nothing of the kind, which settles what was found when it did."""
    layers: tuple[tuple[str, ...], ...] = ()
    """Keys of what was not looked at: each a layer, or two that are held against each other; () for all."""
    areas: tuple[str, ...] = ()
    """Codes of the areas of these layers that were not looked at, "" for none by itself; () for all."""

    @property
    def told(self) -> tuple[str, str, bool]:
        """What reports tell of it: skips that are alike in this are one."""
        return self.rule, self.reason, self.refused

    def with_also(self, other: Skipped) -> Skipped:
        """Return one skip for two that are told alike, which leaves open what either of them does."""
        return replace(
            self,
            unasked=self.unasked and other.unasked,
            # one that names none is of all
            layers=(*self.layers, *other.layers) if self.layers and other.layers else (),
            areas=(*self.areas, *other.areas) if self.areas and other.areas else (),
        )

    def leaves_open(self, layer: str, area: str | None, beside: Collection[str]) -> bool:
        """Return whether nobody has looked for what there may be to find on an area of a layer.

        Parameters
        ----------
        layer, area : key and code; no code for what is about no single area
        beside : keys of the layers that the other areas concerned can be of; empty where there are none

        """
        if self.unasked or (self.areas and area is not None and area not in self.areas):
            return False
        held = [set(keys) - {layer} for keys in self.layers if layer in keys]
        return not self.layers or any(not rest or not beside or rest & set(beside) for rest in held)


NO_LAYERS = ("units", "flows", "providers", "bodies", "functions")
"""What a finding may be about besides a layer: no layer is called so."""


@dataclass(frozen=True)
class KnownAreas:
    """Which areas the plan of a run has, as far as is known."""

    layers: Mapping[str, Collection[str]]
    """Key of each layer → codes of its areas."""
    levels: Mapping[str, str]
    """Level → key of its layer."""

    @property
    def every_kind(self) -> set[str]:
        """All that the other areas of a finding can be of: keys of layers, and levels."""
        return {*self.layers, *map(_level, self.levels)}

    def kinds(self, finding: Finding) -> set[str]:
        """Return the layers, and the levels, that the other areas of a finding are of; none if unknown."""
        others = [area.code for area in finding.others]
        keys = {key for key, codes in self.layers.items() if any(code in codes for code in others)}
        return keys | {_level(level) for level, key in self.levels.items() if key in keys}

    def beside(self, other: KnownAreas) -> KnownAreas:
        """Return them with those of another plan, for what nothing tells of their own."""
        keys = dict.fromkeys([*self.layers, *other.layers])
        layers = {key: {*self.layers.get(key, ()), *other.layers.get(key, ())} for key in keys}
        return KnownAreas(layers, {**other.levels, **self.levels})


def _level(level: str) -> str:
    """Return what a level is called among keys of layers."""
    return f"{level} level"


def areas_in(findings: Iterable[Finding]) -> dict[str, set[str]]:
    """Return the layers that findings are about → codes of the areas that they name."""
    held: dict[str, set[str]] = {}
    for f in findings:
        if f.layer not in NO_LAYERS:
            held.setdefault(f.layer, set()).update([] if f.area is None else [f.area.code])
    return held


def identity(finding: Finding, successors: Mapping[str, Mapping[str, str]] | None = None) -> tuple[str, ...]:
    """Return what makes a finding of one run the same as one of another: its rule and what it is about.

    Numbers and names may differ. `successors` maps, by layer, codes of areas that were only given a
    new code: one code may be that of areas of two layers.
    """
    renamed = successors or {}
    own = renamed.get(finding.layer, {})
    # the others may be of any layer, and of its own first
    every = {old: new for codes in renamed.values() for old, new in codes.items()} | dict(own)
    # an area whose code is another one's now is no more
    gone = {code: f"{code} before" for code in own.values() if code not in own}
    area = "" if finding.area is None else (dict(own) | gone).get(finding.area.code, finding.area.code)
    others = ",".join(sorted((every | gone).get(other.code, other.code) for other in finding.others))
    return finding.rule, finding.layer, finding.level or "", area, others


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """Return the number of findings by severity, and of accepted ones, which count nowhere else."""
    tally = {"error": 0, "warning": 0, "info": 0, "accepted": 0}
    for finding in findings:
        tally["accepted" if finding.accepted is not None else str(finding.severity)] += 1
    return tally
