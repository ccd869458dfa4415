"""Tables that follow from a plan are computed once, and say what they rest on.

A table is a function of a plan and of what it is about, with `@derived(…)` above it. There it states
the parts of the plan that it rests on; the layers that it is about, and those that lookups make them
from, go without saying. A changed plan keeps the tables that rest on nothing that was changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import update_wrapper
from typing import Concatenate, Generic, ParamSpec, Protocol, TypeVar

from footprint.plan.extent import land_of
from footprint.plan.model import Plan

P = ParamSpec("P")


T = TypeVar("T")


_LAYERS_OF: Mapping[str, Callable[[Plan], Iterable[str | None]]] = {
    "layers": lambda plan: plan.layers,
    "land": land_of,
    "layers of levels": lambda plan: plan.levels.values(),
    # what a part says of the areas of layers means something else when these have changed
    "providers": lambda plan: [plan.providers.layer if plan.providers is not None else None],
    "accountability": lambda plan: (
        [b.layer for b in plan.accountability.bodies] if plan.accountability else []
    ),
}
"""Parts that a table may name which mean layers → the keys of these layers."""


class Resting(Protocol):
    """Anything that rests on parts of a plan."""

    parts: frozenset[str]


class Derived(Generic[P, T]):
    """A table that follows from a plan."""

    def __init__(self, make: Callable[Concatenate[Plan, P], T], rests: Iterable[str | Resting]) -> None:
        self.make = make
        self.parts = frozenset().union(*({r} if isinstance(r, str) else r.parts for r in rests))
        """Names of parts of a plan, those that the tables that it is made of rest on among them."""
        known = {*Plan.__dataclass_fields__, *_LAYERS_OF}
        if unknown := sorted(part for part in self.parts if part.partition(".")[0] not in known):
            raise TypeError(f"a plan has no {', '.join(unknown)}")
        update_wrapper(self, make)

    def __call__(self, plan: Plan, *about: P.args, **named: P.kwargs) -> T:
        """Return the table, computed the first time that it is asked for."""
        key = (self, *(tuple(a) if isinstance(a, list) else a for a in (*about, *named.values())))
        if key not in plan.tables:
            plan.tables[key] = self.make(plan, *about, **named)
        found: T = plan.tables[key]
        return found

    def grounds(self, plan: Plan, about: Iterable[object]) -> list[object]:
        """Return all that the table rests on in a plan; what it is about is a layer's key, or itself data."""
        found: list[object] = []
        layers = {key for key in about if isinstance(key, str)}
        for part in sorted(self.parts):
            if part in _LAYERS_OF:
                layers |= {key for key in _LAYERS_OF[part](plan) if key is not None}
            if part.partition(".")[0] in Plan.__dataclass_fields__ and part != "layers":
                held: object = plan
                for name in part.split("."):
                    held = getattr(held, name, None)
                found.append(held)
        for layer in map(plan.layers.get, sorted(layers)):
            while layer is not None:
                found.append(layer)
                layer = plan.layers.get(layer.base or "")
        return found


def derived(*rests: str | Resting) -> Callable[[Callable[Concatenate[Plan, P], T]], Derived[P, T]]:
    """Make a function of a plan a table of it, which is computed once.

    Parameters
    ----------
    rests : the parts of the plan that it rests on, by the names of their fields ("units",
        "providers.names") or as keys of _LAYERS_OF, and the tables that it is made of. The layers that it
        is given the keys of need not be named.

    """
    return lambda make: Derived(make, rests)


def carry_over(before: Plan, after: Plan) -> None:
    """Let a plan have the tables of another that rest on nothing in which the two differ."""
    for key, made in before.tables.items():
        table, *about = key
        one, other = table.grounds(before, about), table.grounds(after, about)
        if len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True)):
            after.tables.setdefault(key, made)
