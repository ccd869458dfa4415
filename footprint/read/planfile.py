"""`footprint.toml` read and checked: its keys, and the files that it names."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from footprint.model.errors import InputError
from footprint.model.finding import NO_LAYERS
from footprint.model.levels import PROFILES
from footprint.model.nations import scope
from footprint.model.source import split_layer
from footprint.model.words import listing, nearest, short
from footprint.read.formats import BOUNDARY_ENDINGS, other_format
from footprint.read.measure_spec import MeasureSpec
from footprint.read.specs import (
    AcceptSpec,
    AccountabilitySpec,
    AlignSpec,
    BodiesSpec,
    FlowsSpec,
    FunctionsSpec,
    LayerSpec,
    LookupSpec,
    PlanSpec,
    PolicyAlignSpec,
    PopulationSpec,
    ProfileSpec,
    ProvidersSpec,
    ThresholdsSpec,
    UnitsSpec,
)


def read_plan_file(path: Path) -> PlanSpec:
    """Read and check the form of a plan file.

    Raises InputError for TOML that cannot be parsed, for unknown keys (naming the nearest known
    one), for values of the wrong kind, and for layers that are named but not defined.
    """
    if path.suffix.lower() in (*BOUNDARY_ENDINGS, ".zip"):
        raise InputError(path, "is no plan file", "Check boundary files with --la, --ccg and --ics.")
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as fault:
        if path.suffix.lower() != ".toml":
            if (other := other_format(path)) is not None:
                raise other from None
            raise InputError(
                path,
                "is neither a plan, a proposal nor a boundary file",
                "Give footprint.toml or its folder, a proposal.toml, or a boundary file.",
            ) from None
        if isinstance(fault, UnicodeDecodeError):
            raise InputError(path, "is not UTF-8 text", "Save it as UTF-8.") from None
        raise InputError(path, f"is not valid TOML: {toml_fault(fault)}", "Mend that line.") from None
    except RecursionError:
        raise InputError(path, "is not a plan: its TOML is nested too deeply", "Write it flat.") from None
    return check_plan(raw, path)


def toml_fault(fault: ValueError) -> str:
    """Return what is wrong with TOML; a number that Python refuses is no TOMLDecodeError."""
    known = isinstance(fault, tomllib.TOMLDecodeError)
    return str(fault) if known else "it holds a number of more digits than Python reads"


def check_plan(raw: dict[str, Any], path: Path) -> PlanSpec:
    """Check the form of a plan that has been parsed already; raises as `read_plan_file` does."""
    try:
        spec = PlanSpec.model_validate(raw)
    except ValidationError as fault:
        raise plan_error(path, fault, PlanSpec, _TABLES) from None
    _require_layers(spec, path)
    _require_pairs(spec, path)
    if spec.providers is not None and spec.flows is None:
        raise InputError(path, "has [providers] but no [flows]", "Add [flows], or leave [providers] out.")
    _require_limits(spec, path)
    _require_ranges(spec, path)
    _require_profiles(spec, path)
    if spec.nations is not None:
        _require_nations(spec.nations, path)
    if spec.profile is not None and spec.profile not in (profiles := [*PROFILES, *spec.profiles]):
        raise InputError(
            path,
            f"there is no profile '{spec.profile}'",
            f"{nearest(spec.profile, profiles)}Known: {', '.join(profiles)}.",
        )
    if spec.units is not None and spec.units.population is not None and spec.population is not None:
        raise InputError(path, "states a population twice", "Keep units.population or population.")
    return spec


def _require_layers(spec: PlanSpec, path: Path) -> None:
    """Refuse a plan without layers, a layer called like a section, and names of layers that it lacks."""
    keys = list(spec.layers)
    if not keys:
        raise InputError(path, "has no layers", "Add a [layers.NAME] for each boundary file.")
    if taken := [key for key in keys if key in NO_LAYERS]:
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
        if key not in spec.layers and not (place.startswith("accept") and key in NO_LAYERS):
            raise InputError(
                path,
                f"{place} names the layer '{key}', which the plan does not define",
                f"{nearest(key, keys)}Defined: {listing(keys, 12)}.",
            )


def _require_pairs(spec: PlanSpec, path: Path) -> None:
    """Refuse a layer that is to be held against itself, and one that is two levels."""
    for number, align in enumerate(spec.align, 1):
        if align.source == align.target:
            raise InputError(
                path, f"align {number} holds '{align.source}' against itself", "Name two layers."
            )
    for level, key in spec.levels.items():
        twin = next(other for other, held in spec.levels.items() if held == key)
        if twin != level:
            raise InputError(path, f"levels: '{key}' is both {twin} and {level}", "Give each its own layer.")


def _require_limits(spec: PlanSpec, path: Path) -> None:
    """Refuse limits for levels that the plan lacks."""
    limits = [("localisation_index", level) for level in spec.thresholds.localisation_index]
    limits += [("providers", level) for level in spec.thresholds.providers]
    for limit, level in limits:
        if level not in spec.levels:
            raise InputError(
                path,
                f"thresholds.{limit} is set for {level}, which is no level of the plan",
                f'Name its layer under [levels]: {level} = "…".',
            )


def _require_ranges(spec: PlanSpec, path: Path) -> None:
    """Refuse population bands that are no ranges."""
    banded = {"bands": spec.bands} | {f"profiles.{k}.bands": p.bands for k, p in spec.profiles.items()}
    for where, bands in banded.items():
        for name, (low, high) in bands.items():
            if not 0 <= low <= high:
                told = f"{where}.{name} = [{low}, {high}] is not a range"
                raise InputError(path, told, "Write [low, high].")


def _require_profiles(spec: PlanSpec, path: Path) -> None:
    """Refuse a profile of a name that is taken, and one that extends none that stands before it."""
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


def _require_nations(letters: list[str], path: Path) -> None:
    try:
        scope(letters)
    except InputError as fault:
        raise InputError(path, f"{fault.where}: {fault.fault}", fault.remedy) from None


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
    "measure": MeasureSpec,
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


def named_in(path: Path) -> Iterator[str]:
    """Return the files that a plan or a proposal names, read or not; folders and patterns as they stand."""
    left: list[tuple[str, object]] = [("", tomllib.loads(path.read_text(encoding="utf-8-sig")))]
    while left:
        key, held = left.pop()
        if isinstance(held, dict):
            left += held.items()
        elif isinstance(held, list):
            left += [(key, each) for each in held]
        elif isinstance(held, str):
            place = str(path.parent / held)
            # titles and reasons are texts as well, and may be too long for a path
            with suppress(OSError, ValueError):
                if key == "path" or split_layer(place)[0].is_file():
                    yield place
