"""The keys of `footprint.toml`, table by table, and what may stand in them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WrapValidator, model_validator

from footprint.model.levels import Level
from footprint.read.measure_spec import MeasureSpec
from footprint.read.spec import FileSpec, LayerKey, Metres, People, Spec


class PopulationSpec(FileSpec):
    """People of the units (or, without units, of the areas of a layer)."""

    path: str
    code: str | None = None
    value: str | None = None
    source: str = ""
    assumption: str = ""


class LookupSpec(FileSpec):
    """Which area each unit belongs to."""

    path: str
    unit: str | None = None
    code: str | None = None


class UnitsSpec(FileSpec):
    """The building blocks that carry a population."""

    geography: str = "LSOA"
    path: str | None = None
    layer: str | None = None
    code: str | None = None
    name: str | None = None
    assume_crs: str | None = None
    drop_null_codes: bool = False
    population: PopulationSpec | None = None


class LayerSpec(FileSpec):
    """One geography: a boundary file, a lookup, or both."""

    geography: str | None = None
    path: str | None = None
    layer: str | None = None
    code: str | None = None
    name: str | None = None
    assume_crs: str | None = None
    drop_null_codes: bool = False
    lookup: LookupSpec | None = None
    covers: Literal["all", "part"] | None = None

    @model_validator(mode="after")
    def _has_something(self) -> LayerSpec:
        if self.path is None and self.lookup is None:
            raise ValueError("needs a path, a lookup, or both")
        return self


class AlignSpec(Spec):
    """Two layers that must (error) or should (warning) line up."""

    source: str
    target: str
    must: Literal["nest", "match"] | None = None
    should: Literal["nest", "match"] | None = None

    @model_validator(mode="after")
    def _one_of(self) -> AlignSpec:
        if (self.must is None) == (self.should is None):
            raise ValueError('needs either must = "nest" (or "match") or should = "nest" (or "match")')
        return self


class AcceptSpec(Spec):
    """A finding that is known and accepted, with the reason that reports show."""

    rule: Annotated[str, Field(pattern=r"^FP\d{3}$")]
    area: str | None = None
    layer: str | None = None
    other: str | None = None
    reason: Annotated[str, Field(min_length=1)]


class PolicyAlignSpec(Spec):
    """A kind of area that a profile wants to nest in a level, or in another kind of area."""

    geography: str
    level: Level | None = None
    within: str | None = None
    must: Literal["nest"] | None = None
    should: Literal["nest"] | None = None

    @model_validator(mode="after")
    def _one_of(self) -> PolicyAlignSpec:
        if (self.must is None) == (self.should is None):
            raise ValueError('needs either must = "nest" or should = "nest"')
        if (self.level is None) == (self.within is None):
            raise ValueError('needs either a level or a kind of area in within = "…"')
        return self


class ProfileSpec(Spec):
    """A profile of policy tests of the plan's own."""

    extends: str | None = None
    source: str = ""
    date: str = ""
    bands: dict[str, tuple[People, People]] = {}
    """By level or kind of area."""
    align: list[PolicyAlignSpec] = []


Choice = str | int | float | bool


def plain_value(value: object) -> object:
    """Refuse what is no choice in words of the plan; pydantic would name its own types."""
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, Choice):
            raise ValueError("write text, a number, true or false, or a list of them")
    if value == []:
        raise ValueError("names no value")
    return value


Only = dict[str, Annotated[Choice | list[Choice], WrapValidator(lambda value, _: plain_value(value))]]


class FlowsSpec(FileSpec):
    """Patients from units to providers."""

    path: str
    unit: str | None = None
    provider: str | None = None
    value: str | None = None
    kind: Literal["count", "proportion", "record"] | None = None
    lookup: LookupSpec | None = None
    only: Only = {}
    repeated: Literal["sum"] | None = None
    source: str = ""
    assumption: str = ""
    dropped_below: Annotated[int, Field(ge=2, le=1000)] | None = None
    journeys_per_head: Literal["alike"] | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> FlowsSpec:
        if self.kind == "record" and self.value is not None:
            raise ValueError('kind = "record" counts rows, so it takes no value column')
        if self.kind == "proportion" and self.repeated is not None:
            raise ValueError("proportions cannot be summed over rows; choose rows with only = {…}")
        if self.kind in ("proportion", "record") and self.dropped_below is not None:
            raise ValueError(f'dropped_below is of counts, so it does not go with kind = "{self.kind}"')
        return self


class ProvidersSpec(FileSpec):
    """Where providers stand: in an area of a layer, or at coordinates; several sites take weights."""

    path: str
    code: str | None = None
    name: str | None = None
    area: str | None = None
    layer: str | None = None
    latitude: str | None = None
    longitude: str | None = None
    easting: str | None = None
    northing: str | None = None
    weight: str | None = None
    only: Only = {}

    @model_validator(mode="after")
    def _one_place(self) -> ProvidersSpec:
        pairs = (("latitude", "longitude"), ("easting", "northing"))
        for one, other in pairs:
            if (getattr(self, one) is None) != (getattr(self, other) is None):
                raise ValueError(f"{one} and {other} go together")
        ways = [self.area is not None, *(getattr(self, one) is not None for one, _ in pairs)]
        if sum(ways) > 1:
            raise ValueError("give area, or latitude and longitude, or easting and northing, not several")
        if self.layer is not None and any(ways[1:]):
            raise ValueError("layer says what area holds, so it does not go with coordinates")
        return self


class ThresholdsSpec(Spec):
    """Limits that a plan sets for itself."""

    sliver_width_m: Metres | None = None
    localisation_index: dict[Level, Annotated[float, Field(ge=0, le=1)]] = {}
    periphery_m: Metres | None = None
    providers: dict[Level, Annotated[int, Field(ge=1, strict=True)]] = {}
    """How many providers are to stand in an area at least."""


def _path_alone(value: object) -> object:
    """Take a path for a table that names no columns."""
    return {"path": value} if isinstance(value, str) else value


class BodiesSpec(FileSpec):
    """Which body answers for which area: the file, and columns that are called otherwise."""

    path: str
    layer: str | None = None
    area: str | None = None
    body: str | None = None
    kind: str | None = None
    role: str | None = None
    start: str | None = Field(default=None, alias="from")
    end: str | None = Field(default=None, alias="to")


class FunctionsSpec(FileSpec):
    """Which function is led at which level, by what kind of body: the file, and its columns."""

    path: str
    function: str | None = None
    level: str | None = None
    lead: str | None = None
    delegated_from: str | None = None
    conditions: str | None = None
    share: str | None = None
    share_of: str | None = None
    start: str | None = Field(default=None, alias="from")
    end: str | None = Field(default=None, alias="to")


def _alone(value: object) -> object:
    """Take one letter for a list of it."""
    return [value] if isinstance(value, str) else value


class AccountabilitySpec(Spec):
    """The functions and decisions map."""

    bodies: Annotated[BodiesSpec, BeforeValidator(_path_alone, json_schema_input_type=str | BodiesSpec)]
    functions: Annotated[
        FunctionsSpec, BeforeValidator(_path_alone, json_schema_input_type=str | FunctionsSpec)
    ]


class PlanSpec(Spec):
    """All of `footprint.toml`."""

    title: str
    date: Annotated[dt.date, Field(strict=True)]
    nations: Annotated[list[str], BeforeValidator(_alone, json_schema_input_type=str | list[str])] | None = (
        None
    )
    """The nations that the plan is of: E, W, S, N; by its files where none are named."""
    profile: str | None = None
    """Of population bands; "classic" for England, and none for the other nations."""
    attribution: list[str] = []
    """Statements that licences ask for; reports and maps carry them."""
    units: UnitsSpec | None = None
    population: PopulationSpec | None = None
    layers: dict[LayerKey, LayerSpec]
    levels: dict[Level, str] = {}
    bands: dict[str, tuple[People, People]] = {}
    """By level or layer."""
    profiles: dict[str, ProfileSpec] = {}
    align: list[AlignSpec] = []
    flows: FlowsSpec | None = None
    providers: ProvidersSpec | None = None
    accountability: AccountabilitySpec | None = None
    measure: list[MeasureSpec] = []
    """Figures of the plan's own, added up for every area."""
    thresholds: ThresholdsSpec = ThresholdsSpec()
    accept: list[AcceptSpec] = []
