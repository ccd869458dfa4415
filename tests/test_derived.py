"""Tables that follow from a plan: each says what it rests on, and is kept where a change leaves that be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import footprint
from footprint.measure.flows import FLOW_TABLES
from footprint.measure.leads import tables
from footprint.plan import derive
from footprint.plan.model import Plan
from footprint.plan.once import Derived, carry_over, derived
from footprint.plan.proposal import apply
from footprint.read.proposalfile import read_proposal
from footprint.results.comparison import compare

pytestmark = pytest.mark.usefixtures("anew")
ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "data" / "south-yorkshire"
BASSETLAW = ROOT / "data" / "proposals" / "bassetlaw-2022" / "proposal.toml"


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The example, with every table of it that a command can ask for."""
    plan = footprint.load_plan(EXAMPLE)
    asked(plan)
    return plan


@pytest.fixture(scope="module")
def changed(plan: Plan) -> Plan:
    """The example with a proposal, and the tables that it kept."""
    return apply(plan, read_proposal(BASSETLAW))


def asked(plan: Plan) -> None:
    footprint.check(plan).population  # noqa: B018
    footprint.measure_flows(plan, FLOW_TABLES)
    tables(plan)
    for key in plan.layers:
        derive.outlines(plan, key)
        for other in plan.layers:
            derive.overlap(plan, key, other)


def name(key: tuple[Any, ...]) -> str:
    return f"{key[0].__name__} {' '.join(map(str, key[1:]))}"


def same(one: Any, other: Any) -> None:
    """Hold two tables to be equal, whatever they are made of."""
    assert type(one) is type(other)
    if isinstance(one, (pd.DataFrame, pd.Series, pd.Index)):
        assert one.equals(other)
    elif isinstance(one, np.ndarray):
        np.testing.assert_array_equal(one, other)
    elif isinstance(one, dict):
        assert one.keys() == other.keys()
        for key in one:
            same(one[key], other[key])
    elif hasattr(one, "__dataclass_fields__"):
        for field in fields(one):
            same(getattr(one, field.name), getattr(other, field.name))
    else:
        assert one == other or one is other


def test_what_a_proposal_keeps_is_what_would_be_computed_anew(plan: Plan, changed: Plan) -> None:
    kept = dict(changed.tables)
    assert {n.__name__ for n, *_ in kept} >= {
        "assignment", "overlap", "outlines", "spots", "activity", "parts", "membership", "faults", "detached",
    }  # fmt: skip
    anew = replace(changed)
    assert not anew.tables
    for (table, *about), made in kept.items():
        assert made is plan.tables[table, *about], "it is the very table of the base"
        same(made, table(anew, *about))


def test_a_proposal_keeps_no_table_of_what_it_touches(plan: Plan, changed: Plan) -> None:
    assert changed.proposal is not None
    touched = changed.proposal.layer
    lost = [key for key in plan.tables if key not in changed.tables]
    assert [name(key) for key in changed.tables if touched in key] == []
    # and drops nothing else but what is about all layers, or says where providers and bodies are
    other = {key[0].__name__ for key in lost if touched not in key}
    assert other <= {"table", "tables", "answering", "hosts", "area_table", "periphery", "faults", "detached"}


class Watched(Mapping[str, Any]):
    """The layers of a plan, and which of them were looked at."""

    def __init__(self, layers: Mapping[str, Any]) -> None:
        self.layers, self.seen = layers, set[str]()

    def __getitem__(self, key: str) -> Any:
        self.seen.add(key)
        return self.layers[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)


class WatchedPlan(Plan):
    """A plan that notes which of its parts are looked at."""

    def __getattribute__(self, part: str) -> Any:
        if part in Plan.__dataclass_fields__ and part not in ("tables", "layers"):
            object.__getattribute__(self, "tables").setdefault(("seen",), set()).add(part)
        return object.__getattribute__(self, part)


def test_every_table_states_all_that_it_looks_at(plan: Plan, changed: Plan) -> None:
    given = footprint.load_plan(EXAMPLE)
    for table, *about in {**plan.tables, **compared(plan, changed).tables}:
        layers = Watched(given.layers)
        parts = {f.name: getattr(given, f.name) for f in fields(Plan) if f.init}
        watched = WatchedPlan(**parts | {"layers": layers})
        watched.tables["seen",] = set()
        table.make(watched, *about)
        seen: Any = watched.tables["seen",]
        stated = {part.partition(".")[0] for part in table.parts}
        assert seen <= stated, f"{name((table, *about))} does not state {sorted(seen - stated)}"
        rests = {id(each) for each in table.grounds(given, about)}
        unstated = {key for key in layers.seen if id(given.layers[key]) not in rests}
        assert not unstated, f"{name((table, *about))} does not state {sorted(unstated)}"


def compared(plan: Plan, changed: Plan) -> Plan:
    compare(footprint.check(plan), footprint.check(changed))
    return changed


# ── a table of one's own ────────────────────────────────────────────────────────────────────────


@derived("periphery_m", "providers.names")
def made_up(plan: Plan, key: str) -> list[str]:
    return [key, str(plan.periphery_m)]


@derived(made_up, "layers of levels")
def of_levels(plan: Plan) -> list[str]:
    return [*plan.levels]


def kept_by(plan: Plan, **change: Any) -> set[str]:
    before = replace(plan)
    made_up(before, "lad"), of_levels(before)
    after = replace(before, **change)
    carry_over(before, after)
    return {name(key).strip() for key in after.tables}


def test_a_table_is_dropped_when_what_it_states_changes(plan: Plan) -> None:
    assert plan.providers is not None
    assert kept_by(plan) == {"made_up lad", "of_levels"}
    assert kept_by(plan, title="Another", units=None) == {"made_up lad", "of_levels"}
    assert kept_by(plan, periphery_m=1.0) == set()
    assert kept_by(plan, providers=replace(plan.providers, weighted=True)) == {"made_up lad", "of_levels"}
    assert kept_by(plan, providers=replace(plan.providers, names=plan.providers.names.copy())) == set()
    assert kept_by(plan, providers=None) == set()


@pytest.mark.parametrize(
    ("layer", "left"),
    [("lad", {"of_levels"}), ("ics", {"made_up lad"}), ("lsoa", {"made_up lad", "of_levels"})],
)
def test_a_table_is_dropped_when_a_layer_changes_that_it_is_about(
    plan: Plan, layer: str, left: set[str]
) -> None:
    layers = dict(plan.layers)
    layers[layer] = replace(layers.get(layer, layers["ccg"]))
    assert kept_by(plan, layers=layers) == left


def test_a_table_rests_on_the_layers_that_lookups_make_its_own_from(plan: Plan) -> None:
    keyed = {**plan.layers, "lad": replace(plan.layers["lad"], base="ccg")}
    before = replace(plan, layers=keyed)
    made_up(before, "lad")
    after = replace(before, layers={**keyed, "ccg": replace(keyed["ccg"])})
    carry_over(before, after)
    assert not after.tables


def test_a_table_names_only_parts_that_a_plan_has() -> None:
    with pytest.raises(TypeError, match=r"a plan has no unit$"):
        derived("unit")(made_up.make)


def test_a_table_is_computed_once(plan: Plan) -> None:
    assert isinstance(made_up, Derived)
    assert made_up(plan, "lad") is made_up(plan, "lad")
    assert made_up.__doc__ is None
