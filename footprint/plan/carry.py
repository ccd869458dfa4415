"""What a changed plan carries over under new codes: lookups, accepted findings, providers and bodies."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.geometry.identity import counterparts
from footprint.model.accountability import Accountability, Body, folded
from footprint.model.source import Source
from footprint.model.words import agree, count, listing
from footprint.plan.model import Plan
from footprint.plan.parts import Accepted, PlanLayer
from footprint.read.accountability import BODIES, read_bodies
from footprint.read.specs import BodiesSpec

if TYPE_CHECKING:
    from footprint.model.proposal import Proposal
    from footprint.model.rows import Providers


def after_change(
    given: Accountability,
    layer: str,
    codes: Collection[str],
    successors: Mapping[str, str],
    bodies: tuple[Body, ...] = (),
    source: Source | None = None,
) -> Accountability:
    """Return who is accountable after a change of one layer.

    A body stays with its area; where the area has a new code, the body goes with it; where the area
    is no more, its bodies go, and that is noted.

    Parameters
    ----------
    given : before the change
    layer, codes : the layer that changes, and the codes that its areas have now
    successors : code of an area → the code that the same area has now, where it differs
    bodies, source : given by the proposal itself, and where they stand

    """
    kept: list[Body] = []
    gone: list[str] = []
    called = now_called(successors)
    for body in given.bodies:
        if body.layer != layer:
            kept.append(body)
            continue
        now = called(body.area)
        if now is not None and now in codes:
            kept.append(replace(body, area=now))
        else:
            gone.append(f"{body.body} ({body.area})")
    notes = list(given.notes)
    if gone:
        told = count(len(gone), "body goes with its area", "bodies go with their areas")
        notes.append(f"accountability: {told}, which the proposal abolishes: {listing(gone)}")
    # what the proposal says of an area takes the place of what the plan says of it
    replaced = {(b.layer, b.area, folded(b.kind)) for b in bodies}
    kept = [b for b in kept if (b.layer, b.area, folded(b.kind)) not in replaced] + list(bodies)
    sources = given.sources if source is None else (*given.sources, source)
    return replace(given, bodies=tuple(kept), sources=sources, notes=tuple(notes))


def rekeyed(
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
        codes = [*map(now_called(successors), before.index)]
        keyed = before.set_axis(codes)[[code is not None for code in codes]]
        for code in came.index.difference(keyed.index):
            upper = {before.get(each) for each in came[code]}
            if len(upper) == 1 and None not in upper:
                keyed[code] = upper.pop()
        found[name] = replace(above, lookup=replace(above.lookup, codes=keyed))
    return found


def now_called(successors: Mapping[str, str]) -> Callable[[str], str | None]:
    """Return what tells the code that an area has now; None where another area has its code."""
    taken = set(successors.values())
    return lambda code: successors.get(code, None if code in taken else code)


def same_areas(
    plan: Plan, old: NDArray[np.object_], new: NDArray[np.object_], recoded: Mapping[str, str]
) -> dict[str, str]:
    """Return code before → code now of areas that go on under another code, which no line says.

    They are those with exactly the same units; and those that are the same area by their people, if the code
    that they have now was another area's, most of whose people are elsewhere now.

    Parameters
    ----------
    plan : before the change
    old, new : the area of each unit before and now; None where it is in none
    recoded : what the proposal says itself

    """
    held = pd.DataFrame({"old": old, "new": new})
    # units that are in no area before, or now, make an area another one
    whole_old, whole_new = held["old"].value_counts(), held["new"].value_counts()
    joint = held.dropna().groupby(["old", "new"], sort=True).size().reset_index(name="units")
    whole = (joint["units"] == joint["old"].map(whole_old)) & (joint["units"] == joint["new"].map(whole_new))
    found = dict(zip(joint["old"][whole], joint["new"][whole], strict=True))
    people = plan.unit_people()
    weight = np.ones(len(held)) if people is None or not people.sum() else people.fillna(0.0).to_numpy(float)
    stays = pd.Series(weight).where(held["old"] == held["new"], 0.0).groupby(held["old"]).sum()
    left = stays <= pd.Series(weight).groupby(held["old"]).sum() / 2
    alike = counterparts(old, new, weight)
    found |= {before: now for before, now in alike.items() if left.get(now, False)}
    stated = {*recoded.values()}
    return {
        before: now
        for before, now in found.items()
        if before != now and before not in recoded and now not in stated
    }


def accepted_after(
    plan: Plan, key: str, successors: Mapping[str, str]
) -> tuple[tuple[Accepted, ...], list[str]]:
    """Return accepted findings that keep their reasons where areas of the changed layer have new codes.

    And what is to be said of those that do not, as another area has the code of theirs.
    """
    called = now_called(successors)

    def carried(code: str | None) -> str | None:
        # "" where only another area has it now; None for no code
        return None if code is None else called(code) or ""

    def elsewhere(code: str | None) -> list[str]:
        return [name for name, layer in plan.layers.items() if name != key and code in layer.codes]

    found: list[Accepted] = []
    told: list[str] = []
    for entry in plan.accept:
        area = entry.area if entry.layer not in (None, key) else carried(entry.area)
        other = carried(entry.other)
        # an area of another layer that has the old code as well may be the one that is meant
        areas, others = [(area, entry.layer)], [other]
        if area != entry.area:
            areas = [(area, key), *((entry.area, name) for name in elsewhere(entry.area) if not entry.layer)]
        if other != entry.other and elsewhere(entry.other):
            others.append(entry.other)
        kept = [
            replace(entry, area=area, layer=layer, other=other)
            for area, layer in areas
            for other in others
            if area != "" and other != ""
        ]
        if not kept:
            told.append(
                f"[[accept]] {entry}: what has this code now is another area, of which it says nothing"
            )
        found += kept
    return tuple(found), told


def rehosted(
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


def accountable_after(
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
    given, path = plan.accountability, proposal.path.parent / BODIES
    if not proposal.gives_bodies:
        made = given and after_change(given, key, layers[key].codes, successors)
        return made, [note for note in made.notes if note not in given.notes] if made and given else []
    if given is None:
        unread = [f"{path} is not read, as the plan has no [accountability]"] if path.exists() else []
        return None, unread
    areas = {name: layer.codes for name, layer in layers.items()}
    # a proposal may stand in the folder of its plan, whose own table of bodies may be called so too
    if path.exists() and path.resolve() not in {Path(s.path).resolve() for s in given.sources}:
        day = proposal.effective_date
        own, table, gone, over = read_bodies(BodiesSpec(path=BODIES), path.parent, areas, plan.levels, day)
        made = after_change(given, key, areas[key], successors, own, table.source("proposal.bodies"))
        # one of the plan that has ended by then, as the proposal says
        left = (b for b in made.bodies if (b.layer, b.area, folded(b.body), folded(b.kind)) not in over)
        made = replace(made, bodies=tuple(left))
        made = replace(made, notes=(*made.notes, *table.notes, *gone))
        if table.stated:
            made = replace(made, stated=(*made.stated, f"{path.name}: {table.stated}"))
    else:
        made = after_change(given, key, areas[key], successors)
    return made, [note for note in made.notes if note not in given.notes] + _ended(made, proposal)


def _ended(made: Accountability, proposal: Proposal) -> list[str]:
    """Return the note on bodies that have ended by the day of a change, by the plan's table; none without."""
    day = proposal.effective_date
    over = [b for b in made.bodies if b.end is not None and b.end < day]
    if not over:
        return []
    named = listing(f"{b.body} ({b.area})" for b in over)
    return [
        f"accountability: {count(len(over), 'body', 'bodies')} in force on the plan's date "
        f"{agree(len(over), 'has', 'have')} ended by the day of the change ({day}) and "
        f"{agree(len(over), 'answers', 'answer')} before and after it: {named}; name those of that day in "
        f"{BODIES} beside the proposal"
    ]
