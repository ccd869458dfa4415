"""Running rules over a plan: the one way in for the command line and for Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import pandas as pd

from footprint import checks, population
from footprint.errors import InputError
from footprint.finding import Finding, Severity, Skipped, counts
from footprint.layer import BRITISH_NATIONAL_GRID, Layer, adopt, read_layer
from footprint.load import build_plan
from footprint.locate import located
from footprint.overlay import COLUMNS, Overlap, by_geometry, tolerance
from footprint.plan import Missing, Plan

if TYPE_CHECKING:
    from footprint.flows.engines import Engine
    from footprint.proposal import Proposal

FailOn = Literal["error", "warning", "never"]
Gate = Literal["new", "all"]

# Outlines of units and areas that were drawn apart cut off less than this along a common border.
WHOLLY_INSIDE = 0.99


_BLOCKS = ("OA", "LSOA", "MSOA")
# Geographies that cannot have been meant: two files swapped would report every system as split.
_NEVER = {
    "la": (*_BLOCKS, "CCG", "SICBL", "ICS", "NHSER"),
    "ccg": (*_BLOCKS, "ICS", "NHSER"),
    "ics": (*_BLOCKS, "WARD", "LAD", "CCG", "SICBL"),
}


@dataclass(frozen=True, eq=False)
class Result:
    """What `check` found."""

    plan: Plan
    findings: list[Finding]
    """Sorted by rule, then gravest and largest first."""
    skipped: list[Skipped]
    """Rules, or parts of their work, that could not be done."""
    rules: list[str]
    """Codes of the rules that were run."""
    resolved: list[Finding] | None = None
    """Findings of the baseline that are gone; None where nothing was compared."""

    @property
    def summary(self) -> dict[str, int]:
        """Number of findings by severity, and of accepted ones."""
        return counts(self.findings)

    @property
    def unused_accepts(self) -> list[str]:
        """Entries of [[accept]] that fit no finding, although their rules were run."""
        known = checks.catalogue()
        return [
            str(entry)
            for entry in self.plan.accept
            if (entry.rule in self.rules or entry.rule not in known)
            and not any(checks.fits(entry, f) for f in self.findings)
        ]

    @property
    def wide_accepts(self) -> list[str]:
        """Entries of [[accept]] for one area that fit several findings, of other layers perhaps."""
        return [
            f"{entry} fits {fitting} findings"
            for entry in self.plan.accept
            if entry.area is not None and (fitting := sum(checks.fits(entry, f) for f in self.findings)) > 1
        ]

    @property
    def incomplete(self) -> bool:
        """True where input was refused as incomparable, so that a verdict is missing."""
        return any(s.refused for s in self.skipped)

    @cached_property
    def overlaps(self) -> list[Overlap]:
        """Every overlap that the plan compares, in its order."""
        from footprint.checks._alignment import pairs

        found = (self.plan.overlap(*pair) for pair in pairs(self.plan))
        return [o for o in found if not isinstance(o, Missing)]

    @cached_property
    def overlap(self) -> pd.DataFrame:
        """All overlaps in one frame, columns `overlay.COLUMNS`."""
        tables = [o.table for o in self.overlaps]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(COLUMNS))

    @cached_property
    def best_fit(self) -> pd.DataFrame:
        """Units that were assigned by best fit and do not lie wholly inside.

        Columns layer, unit, area, best_fit (share of the unit's area inside; NaN for points) and
        method.
        """
        return best_fit_table(self.plan)

    @cached_property
    def population(self) -> pd.DataFrame:
        """People and bands of every area, columns `population.COLUMNS`."""
        return self.plan.once(("population",), lambda: population.table(self.plan))

    @cached_property
    def flows(self) -> pd.DataFrame:
        """Flow measures of every area of every level, as they may be published (`flows.measures.COLUMNS`)."""
        return flow_tables(self.plan)["flows"]

    @cached_property
    def accountability(self) -> dict[str, pd.DataFrame]:
        """The functions and decisions map: frames by the names of `accountability.leads.TABLES`."""
        from footprint.accountability.leads import tables

        return tables(self.plan)

    def exit_code(self, fail_on: FailOn = "error", gate: Gate = "new") -> int:
        """Return 0 (nothing at or above `fail_on`), 1 (findings) or 2 (the check is incomplete).

        Where the run was compared with a baseline, `gate` says whether only what is new counts.
        """
        if self.incomplete:
            return 2
        limit = {"error": 0, "warning": 1, "never": -1}[fail_on]
        counted = (f for f in self.findings if f.accepted is None and (gate == "all" or f.new is not False))
        return int(any(f.severity.rank <= limit for f in counted))


@dataclass(frozen=True, eq=False)
class FlowResult:
    """What `flows` found."""

    plan: Plan
    tables: Mapping[str, pd.DataFrame]
    """By name (FLOW_TABLES), as they may be published."""
    findings: list[Finding]
    skipped: list[Skipped]


FLOW_TABLES = (
    "flows", "providers", "catchments", "catchment_areas", "periphery", "periphery_providers", "agreement",
)  # fmt: skip


def flow_tables(plan: Plan, names: Iterable[str] = ("flows",)) -> dict[str, pd.DataFrame]:
    """Return tables of patient flows by name, as they may be published; without flows they are empty."""
    from footprint.flows import catchments, measures, periphery
    from footprint.flows.suppression import publish

    def edge(part: Literal["summary", "table"]) -> pd.DataFrame:
        columns = periphery.SUMMARY_COLUMNS if part == "summary" else periphery.COLUMNS
        found = (periphery.periphery(plan, key) for key in plan.levels.values())
        frames = [getattr(one, part) for one in found if not isinstance(one, Missing)]
        filled = [frame for frame in frames if len(frame)]
        return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(columns))

    def areas() -> pd.DataFrame:
        found = (catchments.by_area(plan, key, catchments.METHODS) for key in plan.levels.values())
        frames = [one for one in found if not isinstance(one, Missing)]
        columns = list(catchments.AREA_COLUMNS)
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)

    makers: dict[str, Callable[[], pd.DataFrame]] = {
        "flows": lambda: measures.table(plan),
        "providers": lambda: measures.providers(plan),
        "catchments": lambda: catchments.catchments(plan),
        "catchment_areas": areas,
        "periphery": lambda: edge("summary"),
        "periphery_providers": lambda: edge("table"),
        "agreement": lambda: catchments.agreement(plan),
    }
    found = {}
    for name in names:
        least = measures.least_counts(plan) if name == "flows" and plan.suppress is not None else None
        found[name] = publish(name, makers[name](), plan.suppress, least)
    return found


def measure_flows(plan: Plan, tables: Iterable[str] = FLOW_TABLES) -> FlowResult:
    """Measure the patient flows of a plan.

    Parameters
    ----------
    plan : from `load_plan`, with [flows]
    tables : names of FLOW_TABLES

    Raises
    ------
    InputError : for a plan without flows, or whose flows cannot be measured

    """
    from footprint.flows.activity import activity

    held = activity(plan)
    if isinstance(held, Missing):
        remedy = "Add [flows], [units] and [providers] to the plan."
        if plan.flows is not None and plan.units is not None:
            remedy = "Add units.population to the plan."
        raise InputError(plan.path, held.reason, remedy)
    findings, skipped = checks.run(plan, checks.selected(["FP4"]))
    return FlowResult(plan, flow_tables(plan, tables), located(findings, plan), skipped)


def flow_polygons(plan: Plan) -> dict[str, gpd.GeoDataFrame]:
    """Return catchments, peripheries and providers of a plan as map layers by name, in EPSG:27700.

    Raises
    ------
    InputError : where the plan's units have no outlines

    """
    from footprint.flows import catchments, periphery
    from footprint.flows.suppression import hes_count

    found: dict[str, gpd.GeoDataFrame | Missing] = {
        f"catchments_{method}": catchments.outlines(plan, method) for method in catchments.WITH_EDGE
    }
    if plan.periphery_m is not None:
        found |= {f"periphery_{key}": periphery.outlines(plan, key) for key in plan.levels.values()}
    layers = {name: one for name, one in found.items() if not isinstance(one, Missing)}
    if not layers:
        reason = next(one.reason for one in found.values() if isinstance(one, Missing))
        raise InputError(plan.path, f"there are no polygons to write: {reason}", "Give the units a path.")
    if plan.providers is not None and plan.providers.layer is None:
        sites = plan.providers.sites
        names = [plan.providers.name(code) for code in sites["provider"]]
        layers["providers"] = gpd.GeoDataFrame(
            {"provider": sites["provider"], "provider_name": names, "weight": sites["weight"]},
            geometry=gpd.GeoSeries(sites["spot"], crs=BRITISH_NATIONAL_GRID),
        )
    if plan.suppress is not None:
        for layer in layers.values():
            for column in {"population", "people"} & set(layer.columns):
                layer[column] = [None if v is None else str(v) for v in layer[column].map(hes_count)]
    return layers


def best_fit_table(plan: Plan) -> pd.DataFrame:
    """Return the units of a plan that best fit has put into an area that does not hold all of them."""
    tables = []
    for key in plan.layers:
        assigned = plan.assignment(key)
        if assigned is None or assigned.fit is None or assigned.evidence != "units":
            continue
        fit = assigned.fit
        partly = fit[(fit["best_fit"] < WHOLLY_INSIDE) | (fit["method"] == "nearest")]
        tables.append(
            pd.DataFrame(
                {
                    "layer": key,
                    "unit": partly.index.to_numpy(),
                    "area": partly["code"].to_numpy(),
                    "best_fit": partly["best_fit"].to_numpy(),
                    "method": partly["method"].to_numpy(),
                }
            ).sort_values(["best_fit", "unit"])
        )
    columns = ["layer", "unit", "area", "best_fit", "method"]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)


def check(plan: Plan, select: Iterable[str] = (), ignore: Iterable[str] = ()) -> Result:
    """Run the rules over a plan.

    Parameters
    ----------
    plan : from `load_plan` or `plan_from_layers`
    select, ignore : codes ("FP201"), names ("split-area") or families ("FP2") of rules

    Raises
    ------
    InputError : for a selection that fits no rule

    """
    rules = checks.selected(select, ignore)
    findings, skipped = checks.run(plan, rules)
    return Result(plan, located(findings, plan), skipped, [r.code for r in rules])


def check_change(
    plan: Plan,
    proposals: Iterable[Proposal] = (),
    baseline: Iterable[Finding] | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
) -> Result:
    """Run the rules over a plan with proposed changes, and say of each finding whether it is new.

    Parameters
    ----------
    plan : the base plan
    proposals : changes, applied in their order
    baseline : findings of an earlier run; without them the base plan is checked as well
    select, ignore : as for `check`

    Raises
    ------
    InputError : as `check` and `proposal.apply`

    """
    from footprint.compare import compare, settle, successors
    from footprint.proposal import apply

    base = None if baseline is not None else check(plan, select, ignore)
    changed = plan
    for proposal in proposals:
        changed = apply(changed, proposal)
        if changed.proposal is not None and changed.proposal.faults:
            break
    after = check(changed, select, ignore)
    if changed.proposal is not None and changed.proposal.faults:
        # what was there before cannot be told from what is new until the proposal can be applied
        return replace(after, findings=[replace(f, new=True) for f in after.findings], resolved=[])
    if base is not None:
        compared = compare(base, after)
        return replace(compared.after, resolved=compared.resolved)
    return settle(baseline or (), after, plan, successors(plan, changed))[0]


def plan_from_layers(
    la: str | Path | None = None,
    ccg: str | Path | None = None,
    ics: str | Path | None = None,
    population: str | Path | None = None,
    units: str | Path | None = None,
    flows: str | Path | None = None,
    providers: str | Path | None = None,
    *,
    profile: str = "classic",
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
    from footprint.planfile import check_plan

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
    import datetime as dt

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
    profile: str = "classic",
    sliver_width_m: float | None = None,
    assume_crs: str | None = None,
) -> Plan:
    """Make a plan of one boundary file, for comparing it with another.

    Its layer is called "areas". With `units`, and `population` by unit, people can be told.

    Raises
    ------
    InputError : as `load_plan`

    """
    import datetime as dt

    from footprint.planfile import check_plan

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


def overlap(
    a: str | Path | Layer | gpd.GeoDataFrame,
    b: str | Path | Layer | gpd.GeoDataFrame,
    *,
    sliver_width_m: float | None = None,
    assume_crs: str | None = None,
) -> Overlap:
    """Compare two layers by their outlines, without a plan.

    Parameters
    ----------
    a, b : source and target: a boundary file, a layer from `read_layer`, or a GeoDataFrame with a
        column of codes
    sliver_width_m : width in metres that tells a split from a sliver; estimated if not given
    assume_crs : CRS of files that state none

    Returns
    -------
    Overlap : `.table` has a row a pair (columns `overlay.COLUMNS`: areas in square metres, widths
        in metres, shares named by their denominator), `.split()` and `.slivers()` parts of it.

    Raises
    ------
    InputError : for files that cannot be used
    IncomparableError : for layers too coarse to be compared

    """
    one, other = as_layer(a, "a", assume_crs), as_layer(b, "b", assume_crs)
    if one.key == other.key:
        one, other = replace(one, key=f"{one.key} (a)"), replace(other, key=f"{other.key} (b)")
    return by_geometry(one, other, tolerance(one, other, sliver_width_m))


def as_layer(given: str | Path | Layer | gpd.GeoDataFrame, key: str, assume_crs: str | None = None) -> Layer:
    """Return a layer from a file, from a frame (which is then called `key`), or as it is."""
    if isinstance(given, Layer):
        return given
    if isinstance(given, gpd.GeoDataFrame):
        return read_layer(key, key=key, features=adopt(given, key, assume_crs))
    return read_layer(given, assume_crs=assume_crs)


__all__ = [
    "FLOW_TABLES",
    "FailOn",
    "FlowResult",
    "Result",
    "Severity",
    "as_layer",
    "check",
    "check_change",
    "flow_polygons",
    "flow_tables",
    "measure_flows",
    "overlap",
    "plan_from_layers",
    "plan_of_boundary",
]
