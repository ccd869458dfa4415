"""`footprint.toml` as data: which keys there are, and what may stand in them.

Only the form is checked here; files are opened by `plan.load_plan`.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WrapValidator,
    model_validator,
)

from footprint.errors import InputError
from footprint.files import BOUNDARY_ENDINGS
from footprint.geographies import PROFILES, Level
from footprint.words import listing, nearest, short

_FORM = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
LayerKey = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
Metres = Annotated[float, Field(gt=0, strict=True, allow_inf_nan=False)]
People = Annotated[int, Field(strict=True)]


# What findings are about besides layers.
_NO_LAYERS = ("units", "flows", "providers", "bodies", "functions")


class Spec(BaseModel):
    """A table of a file that users write: unknown keys are refused."""

    model_config = _FORM


class FileSpec(Spec):
    """A table of the plan that names a file."""

    licence: str = ""
    """Under which the file may be used; reports name it."""


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
    population: PopulationSpec | None = None


class LayerSpec(FileSpec):
    """One geography: a boundary file, a lookup, or both."""

    geography: str | None = None
    path: str | None = None
    layer: str | None = None
    code: str | None = None
    name: str | None = None
    assume_crs: str | None = None
    lookup: LookupSpec | None = None

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
    """A kind of area that a profile wants to nest in a level."""

    geography: str
    level: Level
    must: Literal["nest"] | None = None
    should: Literal["nest"] | None = None

    @model_validator(mode="after")
    def _one_of(self) -> PolicyAlignSpec:
        if (self.must is None) == (self.should is None):
            raise ValueError('needs either must = "nest" or should = "nest"')
        return self


class ProfileSpec(Spec):
    """A profile of policy tests of the plan's own."""

    extends: str | None = None
    source: str = ""
    date: str = ""
    bands: dict[Level, tuple[People, People]] = {}
    align: list[PolicyAlignSpec] = []


Choice = str | int | float | bool


def _plain(value: object) -> object:
    """Refuse what is no choice in words of the plan; pydantic would name its own types."""
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, Choice):
            raise ValueError("write text, a number, true or false, or a list of them")
    if value == []:
        raise ValueError("names no value")
    return value


Only = dict[str, Annotated[Choice | list[Choice], WrapValidator(lambda value, _: _plain(value))]]


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

    @model_validator(mode="after")
    def _fits_together(self) -> FlowsSpec:
        if self.kind == "record" and self.value is not None:
            raise ValueError('kind = "record" counts rows, so it takes no value column')
        if self.kind == "proportion" and self.repeated is not None:
            raise ValueError("proportions cannot be summed over rows; choose rows with only = {…}")
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


class AccountabilitySpec(Spec):
    """The functions and decisions map."""

    bodies: Annotated[BodiesSpec, BeforeValidator(_path_alone)]
    functions: Annotated[FunctionsSpec, BeforeValidator(_path_alone)]


class PlanSpec(Spec):
    """All of `footprint.toml`."""

    title: str
    date: Annotated[dt.date, Field(strict=True)]
    profile: str = "classic"
    attribution: list[str] = []
    """Statements that licences ask for; reports and maps carry them."""
    units: UnitsSpec | None = None
    population: PopulationSpec | None = None
    layers: dict[LayerKey, LayerSpec]
    levels: dict[Level, str] = {}
    bands: dict[Level, tuple[People, People]] = {}
    profiles: dict[str, ProfileSpec] = {}
    align: list[AlignSpec] = []
    flows: FlowsSpec | None = None
    providers: ProvidersSpec | None = None
    accountability: AccountabilitySpec | None = None
    thresholds: ThresholdsSpec = ThresholdsSpec()
    accept: list[AcceptSpec] = []


def read_plan_file(path: Path) -> PlanSpec:
    """Read and check the form of a plan file.

    Raises InputError for TOML that cannot be parsed, for unknown keys (naming the nearest known
    one), for values of the wrong kind, and for layers that are named but not defined.
    """
    if path.suffix.lower() in (*BOUNDARY_ENDINGS, ".zip"):
        raise InputError(path, "is no plan file", "Check boundary files with --la, --ccg and --ics.")
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as fault:
        raise InputError(path, f"is not valid TOML: {fault}", "Mend that line.") from None
    except UnicodeDecodeError:
        raise InputError(path, "is not UTF-8 text", "Save it as UTF-8.") from None
    except RecursionError:
        raise InputError(path, "is not a plan: its TOML is nested too deeply", "Write it flat.") from None
    return check_plan(raw, path)


def check_plan(raw: dict[str, Any], path: Path) -> PlanSpec:
    """Check the form of a plan that has been parsed already; raises as `read_plan_file` does."""
    try:
        spec = PlanSpec.model_validate(raw)
    except ValidationError as fault:
        raise plan_error(path, fault, PlanSpec, _TABLES) from None
    keys = list(spec.layers)
    if not keys:
        raise InputError(path, "has no layers", "Add a [layers.NAME] for each boundary file.")
    if taken := [key for key in keys if key in _NO_LAYERS]:
        raise InputError(
            path, f"calls a layer '{taken[0]}', which [{taken[0]}] is called", "Rename the layer."
        )
    named = [(f"levels.{level}", key) for level, key in spec.levels.items()]
    for number, align in enumerate(spec.align, 1):
        named += [(f"align {number}, source", align.source), (f"align {number}, target", align.target)]
    named += [(f"accept {n}, layer", a.layer) for n, a in enumerate(spec.accept, 1) if a.layer]
    if spec.providers is not None and spec.providers.layer is not None:
        named.append(("providers.layer", spec.providers.layer))
    for place, key in named:
        if key not in spec.layers and not (place.startswith("accept") and key in _NO_LAYERS):
            raise InputError(
                path,
                f"{place} names the layer '{key}', which the plan does not define",
                f"{nearest(key, keys)}Defined: {listing(keys, 12)}.",
            )
    for number, align in enumerate(spec.align, 1):
        if align.source == align.target:
            raise InputError(
                path, f"align {number} holds '{align.source}' against itself", "Name two layers."
            )
    for level, key in spec.levels.items():
        twin = next(other for other, held in spec.levels.items() if held == key)
        if twin != level:
            raise InputError(path, f"levels: '{key}' is both {twin} and {level}", "Give each its own layer.")
    if spec.providers is not None and spec.flows is None:
        raise InputError(path, "has [providers] but no [flows]", "Add [flows], or leave [providers] out.")
    for level in spec.thresholds.localisation_index:
        if level not in spec.levels:
            raise InputError(
                path,
                f"thresholds.localisation_index is set for {level}, which is no level of the plan",
                f'Name its layer under [levels]: {level} = "…".',
            )
    banded = {"bands": spec.bands} | {f"profiles.{k}.bands": p.bands for k, p in spec.profiles.items()}
    for where, bands in banded.items():
        for level, (low, high) in bands.items():
            if not 0 <= low <= high:
                told = f"{where}.{level} = [{low}, {high}] is not a range"
                raise InputError(path, told, "Write [low, high].")
    profiles = [*PROFILES, *spec.profiles]
    for key, own in spec.profiles.items():
        if key in PROFILES:
            raise InputError(path, f"calls a profile '{key}', which there is", "Give it another name.")
        # a profile may extend one that stands before it, so that none can extend itself
        known = [*PROFILES, *list(spec.profiles)[: list(spec.profiles).index(key)]]
        if own.extends is not None and own.extends not in known:
            raise InputError(
                path,
                f"profiles.{key} extends '{own.extends}', which there is not, or not before it",
                f"{nearest(own.extends, known)}Known: {', '.join(known)}.",
            )
    if spec.profile not in profiles:
        raise InputError(
            path,
            f"there is no profile '{spec.profile}'",
            f"{nearest(spec.profile, profiles)}Known: {', '.join(profiles)}.",
        )
    if spec.units is not None and spec.units.population is not None and spec.population is not None:
        raise InputError(path, "states a population twice", "Keep units.population or population.")
    return spec


def plan_error(
    path: Path, fault: ValidationError, model: type[BaseModel], tables: Mapping[str, type[BaseModel]]
) -> InputError:
    """Say the first thing that is wrong, in the words of the file; `tables` are those below `model`."""
    # a misspelt key is missing under its right name too: the misspelling is what helps
    first = min(fault.errors(), key=lambda e: e["type"] != "extra_forbidden")
    place = _place(first["loc"])
    if first["type"] == "extra_forbidden":
        key = str(first["loc"][-1])
        known = _known_keys(first["loc"][:-1], model, tables)
        where = _place(first["loc"][:-1])
        inside = f" in [{where}]" if where else ""
        return InputError(
            path,
            f"unknown key '{short(key)}'{inside}",
            f"{nearest(key, known)}Known keys: {', '.join(known)}.",
        )
    if first["type"] == "missing":
        remedy = (
            f"Every {'proposal' if 'effective_date' in model.model_fields else 'plan'} needs it."
            if len(first["loc"]) == 1
            else "Add it."
        )
        return InputError(path, f"'{place}' is missing", remedy)
    told = str(first["msg"]).removeprefix("Value error, ")
    return InputError(path, f"{place or 'the plan'}: {told[:1].lower()}{told[1:]}", "Mend that value.")


def _place(loc: tuple[int | str, ...]) -> str:
    words = [
        f"{int(part) + 1}" if isinstance(part, int) else short(str(part)) for part in loc if part != "[key]"
    ]
    return ".".join(words)


_TABLES: dict[str, type[BaseModel]] = {
    "units": UnitsSpec,
    "population": PopulationSpec,
    "layers": LayerSpec,
    "align": AlignSpec,
    "accept": AcceptSpec,
    "thresholds": ThresholdsSpec,
    "profiles": ProfileSpec,
    "flows": FlowsSpec,
    "providers": ProvidersSpec,
    "accountability": AccountabilitySpec,
}


def _known_keys(
    loc: tuple[int | str, ...], top: type[BaseModel], tables: Mapping[str, type[BaseModel]]
) -> list[str]:
    """Return the keys that may stand at a place in the file."""
    if not loc:
        return list(top.model_fields)
    model = tables.get(str(loc[0]), top)
    # below a layer's own key, or within [units], the tables of the layer or of the units
    inner: dict[str, type[BaseModel]] = {"lookup": LookupSpec, "population": PopulationSpec}
    if loc[0] == "accountability":
        inner = {"bodies": BodiesSpec, "functions": FunctionsSpec}
    if loc[0] == "profiles":
        inner = {"align": PolicyAlignSpec}
    below = loc[2:] if loc[0] in ("layers", "profiles") else loc[1:]
    if below:
        model = inner.get(str(below[0]), model)
    return [field.alias or name for name, field in model.model_fields.items()]
