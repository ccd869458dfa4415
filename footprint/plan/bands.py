"""Profiles that a plan may be judged by, and the population bands of its levels and layers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.geographies import ALIASES, GEOGRAPHIES, geography
from footprint.model.levels import PROFILES, Band, Level, PolicyAlignment, Profile
from footprint.model.words import listing, nearest
from footprint.plan.parts import Alignment, PlanLayer
from footprint.read.specs import PlanSpec

_LEVELS = {str(level): level for level in Level}


def profiles(spec: PlanSpec, path: Path | None) -> dict[str, Profile]:
    """Return the profiles that there are, with those of the plan, by name.

    Raises InputError for a band of a profile that is of no level and no kind of area.
    """
    found = dict(PROFILES)
    for key, own in spec.profiles.items():
        base = found.get(own.extends or "")
        source = "; extending ".join(s for s in (own.source, base.source if base else "") if s)
        levels, kinds = {}, {}
        for name, band in own.bands.items():
            if name in _LEVELS:
                levels[_LEVELS[name]] = Band(*band)
            elif ALIASES.get(name, name) in GEOGRAPHIES:
                kinds[geography(name).key] = Band(*band)
            else:
                known = [*_LEVELS, *GEOGRAPHIES]
                raise InputError(
                    path,
                    f"profiles.{key}.bands: '{name}' is neither a level nor a kind of area",
                    f"{nearest(name, known)}Known: {listing(known, 30)}.",
                )
        found[key] = Profile(
            key,
            (dict(base.bands) if base else {}) | levels,
            source or "the plan",
            own.date,
            (
                *(base.align if base else ()),
                *(
                    PolicyAlignment(
                        geography(a.geography, f"profiles.{key}").key,
                        a.level,
                        a.must is not None,
                        geography(a.within, f"profiles.{key}").key if a.within else "",
                    )
                    for a in own.align
                ),
            ),
            (dict(base.kinds) if base else {}) | kinds,
            base.providers if base else {},
        )
    return found


def bands(
    spec: PlanSpec, profile: Profile, layers: Mapping[str, PlanLayer], path: Path | None
) -> tuple[dict[Level, Band], dict[str, Band]]:
    """Return the bands by level, and those by the key of a layer, which go before that of its level.

    What the plan states goes before the profile. A name that is a level's means the level.

    Raises
    ------
    InputError : for a name that is no level and no layer, and for a layer that has one band under its own
        name and another one as a level

    """
    by_level, by_layer = dict(profile.bands), {}
    stated = {spec.levels[level]: level for level in Level if level in spec.levels and level in spec.bands}
    for key, layer in layers.items():
        if layer.geography.key in profile.kinds and key not in stated:
            by_layer[key] = profile.kinds[layer.geography.key]
    for name, band in spec.bands.items():
        if name in _LEVELS:
            by_level[_LEVELS[name]] = Band(*band)
        elif name not in layers:
            known = [*_LEVELS, *layers]
            raise InputError(
                path,
                f"[bands] names '{name}', which is no level and no layer of the plan",
                f"{nearest(name, known)}Known: {listing(known, 12)}.",
            )
        elif name in stated:
            raise InputError(
                path, f"has bands for {stated[name]} and for {name}, which is its layer", "Keep one of them."
            )
        else:
            by_layer[name] = Band(*band)
    return by_level, by_layer


def alignments(spec: PlanSpec, profile: Profile, layers: Mapping[str, PlanLayer]) -> tuple[Alignment, ...]:
    """Return what has to line up: what the plan states, then what the profile adds to it."""
    stated = [
        Alignment(a.source, a.target, a.must or a.should or "nest", a.must is not None) for a in spec.align
    ]
    pairs = {(a.source, a.target) for a in stated if a.kind == "nest"}
    for wanted in profile.align:
        targets = [key for key, layer in layers.items() if layer.geography.key == wanted.within]
        if wanted.level is not None:
            targets = [spec.levels[wanted.level]] if wanted.level in spec.levels else []
        sources = [key for key, layer in layers.items() if layer.geography.key == wanted.geography]
        for pair in ((source, target) for target in targets for source in sources if source != target):
            if pair not in pairs:
                pairs.add(pair)
                stated.append(Alignment(*pair, "nest", wanted.must))
    return tuple(stated)
