"""Plans of boundary files alone, without a plan file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.errors import InputError
from footprint.plan.load import build_plan
from footprint.read.planfile import check_plan

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.read.engine import Engine

_BLOCKS = ("OA", "LSOA", "MSOA", "DZ", "SDZ", "SOA", "IZ")


# Geographies that cannot have been meant: two files swapped would report every system as split.
_NEVER = {
    "la": (*_BLOCKS, "CCG", "SICBL", "ICS", "NHSER"),
    "ccg": (*_BLOCKS, "ICS", "NHSER"),
    "ics": (*_BLOCKS, "WARD", "LAD", "CCG", "SICBL"),
}


def plan_from_layers(
    la: str | Path | None = None,
    ccg: str | Path | None = None,
    ics: str | Path | None = None,
    population: str | Path | None = None,
    units: str | Path | None = None,
    flows: str | Path | None = None,
    providers: str | Path | None = None,
    *,
    profile: str | None = None,
    sliver_width_m: float | None = None,
    assume_crs: str | None = None,
    engine: Engine | None = None,
) -> Plan:
    """Make a plan from boundary files alone: authorities, places (CCGs) and systems.

    Authorities must nest in systems and should nest in CCGs; CCGs are the places and ICSs the
    systems. `population` may be that of any of the layers, or of `units`. `flows` are of `units`, and
    `providers` says where their providers stand; the columns of both are found by their names.

    Raises
    ------
    InputError : as `load_plan`

    """
    layers = {
        key: {"path": str(path), "assume_crs": assume_crs}
        for key, path in (("la", la), ("ccg", ccg), ("ics", ics))
        if path is not None
    }
    if not layers:
        raise InputError(None, "there is nothing to check", "Give a plan file, or --la, --ccg and --ics.")
    levels = {level: key for level, key in (("system", "ics"), ("place", "ccg")) if key in layers}
    align = [
        {"source": "la", "target": target, word: "nest"}
        for target, word in (("ics", "must"), ("ccg", "should"))
        if "la" in layers and target in layers
    ]
    raw: dict[str, object] = {
        "title": "Check of " + ", ".join(Path(str(spec["path"])).name for spec in layers.values()),
        "date": dt.date.today(),
        "profile": profile,
        "layers": layers,
        "levels": levels,
        "align": align,
    }
    people = None if population is None else {"path": str(population)}
    if units is not None:
        raw["units"] = {"path": str(units), "assume_crs": assume_crs, "population": people}
    elif people is not None:
        raw["population"] = people
    if sliver_width_m is not None:
        raw["thresholds"] = {"sliver_width_m": sliver_width_m}
    if flows is not None:
        raw["flows"] = {"path": str(flows)}
    if providers is not None:
        raw["providers"] = {"path": str(providers)}
    plan = build_plan(check_plan(raw, Path("command line")), None, dated=False, engine=engine)
    for role, layer in plan.layers.items():
        if layer.geography.key in _NEVER[role]:
            raise InputError(
                layers[role]["path"],
                f"was given as --{role}, but holds {layer.geography.plural} ({layer.geography.key})",
                "Were two files swapped?",
            )
    return plan


def plan_of_boundary(
    path: str | Path,
    units: str | Path | None = None,
    population: str | Path | None = None,
    *,
    profile: str | None = None,
    sliver_width_m: float | None = None,
    assume_crs: str | None = None,
) -> Plan:
    """Make a plan of one boundary file, for comparing it with another.

    Its layer is called "areas". With `units`, and `population` by unit, people can be told.

    Raises
    ------
    InputError : as `load_plan`

    """
    raw: dict[str, object] = {
        "title": Path(path).name,
        "date": dt.date.today(),
        "profile": profile,
        "layers": {"areas": {"path": str(path), "assume_crs": assume_crs}},
    }
    people = None if population is None else {"path": str(population)}
    if units is not None:
        raw["units"] = {"path": str(units), "assume_crs": assume_crs, "population": people}
    elif people is not None:
        raise InputError(population, "is of units, which are not given", "Give them with --units.")
    if sliver_width_m is not None:
        raw["thresholds"] = {"sliver_width_m": sliver_width_m}
    return build_plan(check_plan(raw, Path("command line")), None, dated=False)
