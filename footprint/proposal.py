"""A proposed boundary change as data, and what a plan is like once it is applied.

A proposal is a `proposal.toml` (what, when, on which base plan, which areas are new or renamed) and
an `assignment.csv` (unit, or whole area of any layer, → its new area), or a proposed boundary file.
What it does not list stays as it is. Nothing is applied in part: a proposal with a fault leaves the
plan as it was, and rules FP501 to FP503 say what is wrong and on which line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.codes import is_in
from footprint.errors import InputError
from footprint.files import Source
from footprint.finding import Location
from footprint.geographies import Column
from footprint.plan import Accepted, Plan, PlanLayer
from footprint.tables import Lookup
from footprint.words import count, listing, nearest

if TYPE_CHECKING:
    from footprint.accountability import Accountability
    from footprint.flows.providers import Providers
    from footprint.layer import Layer

# Tables that hold for the proposed plan as well, if none of the layers that they are about is touched.
_BY_LAYERS = (
    "assignment",
    "overlap",
    "outlines",
    "faults",
    "detached",
    "drawn share",
    "flow parts",
    "area activity",
)
_BY_UNITS = ("spots", "activity", "membership")
_BY_HOSTS = ("hosts", "flow measures", "periphery")
_MOST_SUGGESTED = 20


@dataclass(frozen=True)
class NewArea:
    """An area that a proposal creates, renames or recodes."""

    code: str
    name: str
    was: str | None
    """The code that the same area had; None for one that is new or only renamed."""
    line: int | None
    """Line of proposal.toml."""


@dataclass(frozen=True, eq=False)
class Proposal:
    """A proposed change of one layer."""

    title: str
    effective_date: dt.date
    legislation_url: str
    consultation_url: str
    path: Path
    base: Path | None
    """The plan that it changes, or another proposal."""
    layer: str | None
    level: str | None
    """The layer that it changes, by its key or by its level."""
    areas: tuple[NewArea, ...]
    rows: pd.DataFrame
    """Columns code and area, as text; the index is the line of `rows_path`."""
    rows_path: Path | None
    complete: bool
    """True where it lists everything, so that what is not listed is left out by mistake."""
    drawn: Layer | None
    """The proposed boundary, instead of rows."""
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a proposal."""

    rule: str
    message: str
    hint: str
    location: Location | None
    codes: tuple[str, ...] = ()
    """Codes concerned, at most twenty."""
    units: int | None = None


@dataclass(frozen=True, eq=False)
class Applied:
    """A proposal and the plan that it was applied to."""

    proposal: Proposal
    base: Plan
    layer: str
    """Key of the layer that it changes."""
    faults: tuple[Fault, ...]
    """Where there are any, nothing was applied."""
    successors: Mapping[str, str]
    """Code of an area → the code that the same area has now, where it differs."""
    lines: Mapping[str, int]
    """Code of an area that gains or loses units → the first line of the assignment that says so."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """Provenance of its files, and of those of the proposals that it builds on."""
        earlier = self.base.proposal
        return (*(earlier.sources if earlier is not None else ()), *self.proposal.sources)

    def cause(self, *codes: str) -> Location | None:
        """Return the line that first touches one of these areas, of this proposal or an earlier one."""
        earlier = self.base.proposal
        return self.line_of(*codes) or (earlier.cause(*codes) if earlier is not None else None)

    def line_of(self, *codes: str) -> Location | None:
        """Return the line of the assignment that first touches one of these areas."""
        path = self.proposal.rows_path
        lines = [self.lines[code] for code in codes if code in self.lines]
        if path is None or not lines:
            return None
        return Location(str(path), min(lines))


def apply(plan: Plan, proposal: Proposal) -> Plan:
    """Return the plan as it would be with the proposed change.

    Tables of layers that the change does not touch are those of `plan`: they are not computed again.

    Raises
    ------
    InputError : for a plan without units, without the layer that is to change, or of a later date

    """
    key = _layer_key(plan, proposal)
    earlier = plan.proposal.proposal.effective_date if plan.proposal is not None else None
    dates = {"the base plan's date": plan.date, "the proposal that it builds on,": earlier}
    for what, date in dates.items():
        if date is None or proposal.effective_date >= date:
            continue
        raise InputError(
            proposal.path,
            f"takes effect on {proposal.effective_date}, before {what} {date}",
            "Correct one of the two dates, or name the base plan that it changes.",
        )
    if plan.units is None:
        raise InputError(
            proposal.path, "changes a plan without units, so nobody knows what moves", "Add [units] to it."
        )
    before = plan.assignment(key)
    if before is None:
        raise InputError(
            proposal.path,
            f"changes {key}, of which nothing says which units lie in it",
            "Give the layer a lookup from the units, or the units outlines.",
        )
    if proposal.drawn is not None:
        return _redrawn(plan, proposal, key, proposal.drawn)
    layer = plan.layers[key]
    recoded = {a.was: a.code for a in proposal.areas if a.was is not None}
    faults = _declared(layer, proposal, recoded)
    names = _names(layer, proposal, recoded)
    unit, area, line = _expand(plan, proposal, names, recoded, faults)
    unit, area, line = _once_each(plan, proposal, unit, area, line, faults)
    codes = before.codes.map(lambda c: recoded.get(c, c)).to_numpy(dtype=object)
    codes[unit] = area
    _left_out(plan, proposal, unit, codes, faults)
    if faults:
        applied = Applied(proposal, plan, key, tuple(faults), {}, {})
        return replace(plan, proposal=applied)
    old = before.codes.to_numpy(dtype=object)
    return _changed(
        plan, proposal, key, old, codes, names, recoded, dict(zip(unit.tolist(), line.tolist(), strict=True))
    )


def _layer_key(plan: Plan, proposal: Proposal) -> str:
    if proposal.layer is not None:
        if proposal.layer not in plan.layers:
            raise InputError(
                proposal.path,
                f"changes the layer '{proposal.layer}', which the base plan does not define",
                f"{nearest(proposal.layer, plan.layers)}Defined: {listing(plan.layers, 12)}.",
            )
        return proposal.layer
    key = next((layer for level, layer in plan.levels.items() if str(level) == proposal.level), None)
    if key is None:
        raise InputError(
            proposal.path,
            f"changes the {proposal.level} level, which the base plan does not name",
            f"Its levels: {listing(plan.levels) or 'none'}.",
        )
    return key


# ── what is wrong with it ───────────────────────────────────────────────────────────────────────


def _declared(layer: PlanLayer, proposal: Proposal, recoded: Mapping[str, str]) -> list[Fault]:
    """Return the faults of the areas that a proposal declares."""
    faults = []
    for area in proposal.areas:
        if area.was is not None and area.was not in layer.codes:
            faults.append(
                Fault(
                    "FP501",
                    f"{area.code} is said to have been {area.was}, which is no area of {layer.key}",
                    f"{nearest(area.was, layer.codes)}Correct `was`.",
                    Location(str(proposal.path), area.line or 1),
                    (area.was,),
                )
            )
        elif area.was is not None and area.code in layer.codes and area.code not in recoded:
            faults.append(
                Fault(
                    "FP502",
                    f"{area.was} is given the code {area.code}, which another area of {layer.key} has",
                    "Choose a code that is free, or assign the area to the other one.",
                    Location(str(proposal.path), area.line or 1),
                    (area.was, area.code),
                )
            )
    return faults


def _names(layer: PlanLayer, proposal: Proposal, recoded: Mapping[str, str]) -> dict[str, str]:
    """Return every area that units can be given to, with its name."""
    names = {recoded.get(str(code), str(code)): str(name) for code, name in layer.names.items()}
    return names | {area.code: area.name or names.get(area.code, area.code) for area in proposal.areas}


Moves = tuple[NDArray[np.intp], NDArray[np.object_], NDArray[np.int64]]


def _expand(
    plan: Plan,
    proposal: Proposal,
    names: Mapping[str, str],
    recoded: Mapping[str, str],
    faults: list[Fault],
) -> Moves:
    """Return (position of the unit, its new area, line) for every unit that the rows speak of."""
    assert plan.units is not None
    rows, path = proposal.rows, str(proposal.rows_path)
    known = is_in(rows["area"], list(names))
    near = _Nearest(names)
    for line, area in rows.loc[~known, "area"].items():
        hint = f"{near(area)}Areas that are new are declared under [[area]] in proposal.toml."
        if area in recoded:
            hint = f"The proposal gives it the code {recoded[area]}."
        faults.append(
            Fault("FP501", f"there is no area {area}", hint, Location(path, int(str(line))), (area,))
        )
    rows = rows[known]
    at = plan.units.codes.get_indexer(pd.Index(rows["code"]))
    single = at >= 0
    twofold = _members(
        plan, {c for c in rows["code"][single] if any(c in x.codes for x in plan.layers.values())}
    )
    for line, code in rows["code"][single].items():
        if code in twofold and not np.array_equal(
            twofold[code], plan.units.codes.get_indexer(pd.Index([code]))
        ):
            words = f"{code} is a unit and an area of a layer, on different ground"
            place = Location(path, int(str(line)))
            faults.append(Fault("FP501", words, "List the units instead.", place, (code,)))
    units = [at[single]]
    areas = [rows["area"].to_numpy(dtype=object)[single]]
    lines = [rows.index.to_numpy(dtype=np.int64)[single]]
    whole = rows[~single]
    held = _members(plan, set(whole["code"])) if len(whole) else {}
    near = _Nearest(
        c for codes in (plan.units.codes, *(x.codes for x in plan.layers.values())) for c in codes
    )
    for line, code, area in zip(whole.index, whole["code"], whole["area"], strict=True):
        found = held.get(code)
        if found is None:
            words = f"{code} is no unit and no area of the base plan"
            faults.append(
                Fault("FP501", words, f"{near(code)}Correct the code.", Location(path, int(line)), (code,))
            )
        elif isinstance(found, str):
            faults.append(
                Fault("FP501", found, "List its units instead.", Location(path, int(line)), (code,))
            )
        else:
            units.append(found)
            areas.append(np.full(len(found), area, dtype=object))
            lines.append(np.full(len(found), line, dtype=np.int64))
    return np.concatenate(units), np.concatenate(areas), np.concatenate(lines)


class _Nearest:
    """Suggests codes, for as many misspelt ones as somebody may read: a search takes a while."""

    def __init__(self, codes: Iterable[str]) -> None:
        self._codes = codes
        self._listed: list[str] | None = None
        self._told: dict[str, str] = {}

    def __call__(self, code: str) -> str:
        """Return "Did you mean …? " or nothing."""
        if code not in self._told:
            if len(self._told) >= _MOST_SUGGESTED:
                return ""
            if self._listed is None:
                self._listed = list(self._codes)
            self._told[code] = nearest(code, self._listed)
        return self._told[code]


def _members(plan: Plan, codes: set[str]) -> dict[str, NDArray[np.intp] | str]:
    """Return the positions of the units in each whole area, or why they cannot be told."""
    found: dict[str, NDArray[np.intp] | str] = {}
    home: dict[str, str] = {}
    for name, layer in plan.layers.items():
        wanted = codes & set(layer.codes)
        if not wanted:
            continue
        assigned = plan.assignment(name)
        if assigned is None:
            for code in wanted - set(found):
                found[code] = f"{code} is an area of {name}, of which nothing says which units lie in it"
            continue
        groups = assigned.codes.groupby(assigned.codes.to_numpy()).indices
        for code in wanted:
            units = np.asarray(groups.get(code, []), dtype=np.intp)
            earlier = found.get(code)
            if isinstance(earlier, np.ndarray) and not np.array_equal(earlier, units):
                found[code] = f"{code} is an area of {home[code]} and of {name}, on different ground"
            elif not isinstance(earlier, np.ndarray):
                found[code], home[code] = units, name
    return found


def _once_each(
    plan: Plan,
    proposal: Proposal,
    unit: NDArray[np.intp],
    area: NDArray[np.object_],
    line: NDArray[np.int64],
    faults: list[Fault],
) -> Moves:
    """Return each unit once; a unit that is given to two areas is a fault."""
    assert plan.units is not None
    order = np.lexsort((line, unit))
    unit, area, line = unit[order], area[order], line[order]
    first = np.flatnonzero(np.diff(unit, prepend=-1))
    start = first[np.searchsorted(first, np.arange(len(unit)), "right") - 1]
    clash = np.flatnonzero(area != area[start])
    pairs = pd.DataFrame({"one": line[start[clash]], "other": line[clash], "unit": unit[clash]})
    for (one, other), group in pairs.groupby(["one", "other"]):
        codes = [str(c) for c in plan.units.codes[group["unit"].to_numpy()]]
        a, b = proposal.rows.loc[[one, other], "area"]
        faults.append(
            Fault(
                "FP502",
                f"{count(len(codes), 'unit')} given to {a} on line {one} and to {b} on line {other}: "
                f"{listing(codes)}",
                "Keep one of the two lines.",
                Location(str(proposal.rows_path), int(group["other"].iloc[0])),
                tuple(codes[:20]),
                len(codes),
            )
        )
    return unit[first], area[first], line[first]


def _left_out(
    plan: Plan, proposal: Proposal, unit: NDArray[np.intp], codes: NDArray[np.object_], faults: list[Fault]
) -> None:
    """Add a fault for units that a complete proposal does not list, and for areas that nobody is given to."""
    assert plan.units is not None
    if proposal.complete:
        listed = np.zeros(len(plan.units.codes), dtype=np.bool_)
        listed[unit] = True
        lost = [str(c) for c in plan.units.codes[~listed]]
        if lost:
            faults.append(
                Fault(
                    "FP503",
                    f"{count(len(lost), 'unit')} not listed, although the proposal is complete: "
                    f"{listing(lost)}",
                    "List them, or take `complete` out: then they stay where they are.",
                    Location(str(proposal.rows_path or proposal.path), 1),
                    tuple(lost[:20]),
                    len(lost),
                )
            )
    held = set(codes.tolist())
    for area in proposal.areas:
        if area.code not in held and not any(f.codes and f.codes[0] == area.was for f in faults):
            faults.append(
                Fault(
                    "FP503",
                    f"nobody is assigned to {area.name} ({area.code})",
                    "Assign units to it, or take it out.",
                    Location(str(proposal.path), area.line or 1),
                    (area.code,),
                )
            )


# ── the plan with it ────────────────────────────────────────────────────────────────────────────


def _changed(
    plan: Plan,
    proposal: Proposal,
    key: str,
    old: NDArray[np.object_],
    new: NDArray[np.object_],
    names: Mapping[str, str],
    recoded: Mapping[str, str],
    line: Mapping[int, int],
) -> Plan:
    assert plan.units is not None
    layer, assigned = plan.layers[key], plan.assignment(key)
    assert assigned is not None
    successors = _inferred(layer, old, new, recoded) | dict(recoded)
    was = np.array([successors.get(c, c) for c in old], dtype=object)
    moved = np.flatnonzero((new != was) & ~(pd.isna(new) & pd.isna(was)))
    lines: dict[str, int] = {}
    for at in moved.tolist():
        for code in (new[at], old[at], was[at]):
            if at in line and isinstance(code, str):
                lines[code] = min(line[at], lines.get(code, line[at]))
    held = [code for code in pd.unique(pd.Series(new)) if isinstance(code, str)]
    empty = layer.codes[~is_in(layer.codes, old)]  # as empty as they were before
    codes = pd.Series(new, index=plan.units.codes).dropna()
    source = replace(proposal.sources[-1], role=f"layers.{key}")
    lookup = Lookup(codes, pd.Series(dtype=str), Column("area", "code", layer.geography, None), source, ())
    named = pd.Series({c: names.get(c, c) for c in [*held, *empty]}, dtype=str).sort_index()
    touched = set(lines) | {c for at in moved.tolist() for c in (new[at], old[at], was[at])}
    if len(moved):
        kept = _kept(layer, touched, successors)
        proposed = PlanLayer(key, layer.geography, None, lookup, "units", named, assigned.evidence, kept)
    else:
        proposed = _relabelled(layer, named, successors)
    layers = _keyed(dict(plan.layers) | {key: proposed}, key, old, new, successors)
    applied = Applied(proposal, plan, key, (), successors, lines)
    accept = _accepted(plan, key, successors)
    providers = plan.providers
    notes = plan.notes
    if providers is not None and providers.layer == key:
        providers, told = _rehosted(providers, old, new, successors)
        notes = (*notes, *told)
    accountable, told = _accountable(plan, proposal, key, layers, successors)
    made = replace(
        plan,
        title=f"{plan.title}, with {proposal.title}",
        layers=layers,
        accept=accept,
        providers=providers,
        notes=(*notes, *told),
        accountability=accountable,
        proposal=applied,
    )
    _share(plan, made, key)
    return made


def _redrawn(plan: Plan, proposal: Proposal, key: str, drawn: Layer) -> Plan:
    """Return the plan with a proposed boundary file instead of the layer."""
    assert plan.units is not None
    layer, before = plan.layers[key], plan.assignment(key)
    assert before is not None
    proposed = PlanLayer(key, layer.geography, drawn, None, None, drawn.names.sort_index())
    made = replace(
        plan, title=f"{plan.title}, with {proposal.title}", layers=dict(plan.layers) | {key: proposed}
    )
    _share(plan, made, key)
    after = made.assignment(key)
    if after is None:
        raise InputError(
            drawn.source.path, made.refusal(key) or "says of no unit where it lies", "Give finer outlines."
        )
    old, new = (a.codes.to_numpy(dtype=object) for a in (before, after))
    lost = plan.units.codes[pd.notna(old) & pd.isna(new)]
    faults: tuple[Fault, ...] = ()
    if len(lost):
        faults = (
            Fault(
                "FP503",
                f"{count(len(lost), 'unit')} in no area of the proposed boundary: {listing(lost)}",
                "Complete the boundary.",
                Location(str(proposal.path), 1),
                tuple(str(c) for c in lost[:20]),
                len(lost),
            ),
        )
    successors = _inferred(layer, old, new, {})
    applied = Applied(proposal, plan, key, faults, successors, {})
    if faults:
        return replace(plan, proposal=applied)
    accept = _accepted(plan, key, successors)
    providers, notes = plan.providers, plan.notes
    if providers is not None and providers.layer == key:
        providers, told = _rehosted(providers, old, new, successors)
        notes = (*notes, *told)
    layers = _keyed(made.layers, key, old, new, successors)
    accountable, told = _accountable(plan, proposal, key, layers, successors)
    final = replace(
        made,
        layers=layers,
        proposal=applied,
        accept=accept,
        providers=providers,
        notes=(*notes, *told),
        accountability=accountable,
    )
    _share(plan, final, key)
    return final


def same_areas(old: NDArray[np.object_], new: NDArray[np.object_]) -> dict[str, str]:
    """Return code before → code now of areas that hold exactly the same units under another code."""
    pairs = pd.DataFrame({"old": old, "new": new}).dropna()
    joint = pairs.groupby(["old", "new"], sort=True).size().reset_index(name="units")
    whole_old, whole_new = pairs["old"].value_counts(), pairs["new"].value_counts()
    same = (joint["units"] == joint["old"].map(whole_old)) & (joint["units"] == joint["new"].map(whole_new))
    renamed = joint[same & (joint["old"] != joint["new"])]
    return dict(zip(renamed["old"], renamed["new"], strict=True))


def _kept(layer: PlanLayer, touched: set[str], successors: Mapping[str, str]) -> Layer | None:
    """Return the drawn outlines of the areas that stay as they are, under the codes that they have now."""
    drawn = layer.drawn or layer.kept
    if drawn is None:
        return None
    stays = [not {c, successors.get(c, c)} & touched for c in drawn.areas.index]
    areas = drawn.areas.loc[np.array(stays, dtype=np.bool_)]
    return replace(drawn, areas=areas.rename(index=dict(successors)))


def _relabelled(layer: PlanLayer, named: pd.Series, successors: Mapping[str, str]) -> PlanLayer:
    """Return a layer in which nobody moved, with new names and codes."""
    drawn, lookup = layer.drawn, layer.lookup
    if drawn is not None:
        areas = drawn.areas.rename(index=dict(successors))
        drawn = replace(drawn, areas=areas.assign(name=named.reindex(areas.index)))
    if lookup is not None:
        lookup = replace(lookup, codes=lookup.codes.map(lambda code: successors.get(code, code)))
    kept = layer.kept and replace(layer.kept, areas=layer.kept.areas.rename(index=dict(successors)))
    return replace(layer, drawn=drawn, lookup=lookup, names=named, kept=kept)


def _keyed(
    layers: Mapping[str, PlanLayer],
    key: str,
    old: NDArray[np.object_],
    new: NDArray[np.object_],
    successors: Mapping[str, str],
) -> dict[str, PlanLayer]:
    """Return layers with the lookups that are keyed by the changed one made to fit its new codes.

    A new area lies where all areas that its units came from lie, if that is one and the same.
    """
    found = dict(layers)
    came = pd.DataFrame({"old": old, "new": new}).dropna().groupby("new")["old"].unique()
    for name, above in layers.items():
        if above.base != key or above.lookup is None:
            continue
        before = above.lookup.codes
        keyed = before.rename(index=dict(successors))
        keyed = keyed[~keyed.index.duplicated()]
        for code in came.index.difference(keyed.index):
            upper = {before.get(each) for each in came[code]}
            if len(upper) == 1 and None not in upper:
                keyed[code] = upper.pop()
        found[name] = replace(above, lookup=replace(above.lookup, codes=keyed))
    return found


def _inferred(
    layer: PlanLayer, old: NDArray[np.object_], new: NDArray[np.object_], recoded: Mapping[str, str]
) -> dict[str, str]:
    """Return areas with the same units under a code that is new: one that another area had is no new one."""
    return {
        before: now
        for before, now in same_areas(old, new).items()
        if now not in layer.codes and before not in recoded and now not in recoded.values()
    }


def _accepted(plan: Plan, key: str, successors: Mapping[str, str]) -> tuple[Accepted, ...]:
    """Return accepted findings that keep their reasons where areas of the changed layer have new codes."""

    def shared(code: str | None) -> bool:
        return any(code in layer.codes for name, layer in plan.layers.items() if name != key)

    found: list[Accepted] = []
    for entry in plan.accept:
        area = successors.get(entry.area or "") if entry.layer in (None, key) else None
        other = successors.get(entry.other or "")
        if area is None and other is None:
            found.append(entry)
            continue
        found.append(replace(entry, area=area or entry.area, other=other or entry.other))
        # an area of another layer has the old code as well, and may be the one that is meant
        if (area and entry.layer is None and shared(entry.area)) or (other and shared(entry.other)):
            found.append(entry)
    return tuple(found)


def _rehosted(
    providers: Providers, old: NDArray[np.object_], new: NDArray[np.object_], successors: Mapping[str, str]
) -> tuple[Providers, list[str]]:
    """Return providers in the areas that they stand in now, as far as the area of each tells."""
    frame = pd.DataFrame({"old": old, "new": new}).dropna()
    pairs = frame.groupby("old")["new"]
    alone = pairs.nunique() == 1
    whole = pairs.first()[alone]
    moved: dict[str, str | None] = dict(zip(whole.index, whole, strict=True)) | dict(successors)
    divided = set(alone.index[~alone]) & set(providers.sites["area"])
    gone = {code for code in divided if moved.get(code, code) not in set(frame["new"])}
    # where the area is no more, its providers may be in any part of it
    moved |= dict.fromkeys(gone)
    sites = providers.sites.assign(area=[moved.get(a, a) for a in providers.sites["area"]])
    told = []
    if gone:
        told.append(
            f"providers of {listing(sorted(gone))}, which is divided up, may be in any part of it; give "
            "their coordinates"
        )
    if left := sorted(divided - gone):
        told.append(
            f"providers of {listing(left)} stay in it, as nothing says in which part they stand; give their "
            "coordinates"
        )
    return replace(providers, sites=sites), told


def _accountable(
    plan: Plan,
    proposal: Proposal,
    key: str,
    layers: Mapping[str, PlanLayer],
    successors: Mapping[str, str],
) -> tuple[Accountability | None, list[str]]:
    """Return who is accountable after the change, and what is to be said of that.

    A `bodies.csv` beside the proposal gives bodies of areas that are new, or other bodies of areas
    that are not.
    """
    from footprint.accountability.tables import BODIES, after_change, read_bodies, source
    from footprint.planfile import BodiesSpec

    given, path = plan.accountability, proposal.path.parent / BODIES
    if given is None:
        unread = [f"{path} is not read, as the plan has no [accountability]"] if path.exists() else []
        return None, unread
    areas = {name: layer.codes for name, layer in layers.items()}
    # a proposal may stand in the folder of its plan, whose own table of bodies may be called so too
    if path.exists() and path.resolve() not in {Path(s.path).resolve() for s in given.sources}:
        own, table = read_bodies(BodiesSpec(path=BODIES), path.parent, areas, plan.levels)
        given_by_it = source("proposal.bodies", table)
        made = after_change(given, key, areas[key], successors, own, given_by_it)
        if table.stated:
            made = replace(made, stated=(*made.stated, f"{path.name}: {table.stated}"))
    else:
        made = after_change(given, key, areas[key], successors)
    return made, [note for note in made.notes if note not in given.notes]


def _share(before: Plan, after: Plan, key: str) -> None:
    """Let a plan have the tables of another that a change of layer `key` does not touch."""
    touched = before.touched_by(key)
    hosted = before.providers is None or before.providers.layer not in touched
    levels = {layer for layer in before.levels.values() if layer in touched}
    for name, table in before._cache.items():
        about = set(name[1:])
        kind = name[0]
        keep = kind in _BY_UNITS or (kind in _BY_LAYERS and not about & touched)
        if kind in _BY_HOSTS:
            # the periphery names the parts of the levels below, too
            keep = hosted and not about & touched and not (kind == "periphery" and levels)
        if kind == "catchments":
            keep = not about & touched
        if keep:
            after._cache[name] = table
