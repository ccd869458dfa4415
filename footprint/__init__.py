"""Define and check the geographic footprints of health and care in England.

import footprint

plan = footprint.load_plan("footprint.toml")
result = footprint.check(plan)          # .findings, .skipped, .overlap, .population
flows = footprint.measure_flows(plan)   # .tables["flows"]: localisation index and the rest
drawn = footprint.draw(plan, "place", within="ics")   # .table: options side by side
table = footprint.overlap("lad.shp", "ics.shp").table
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from footprint.model.version import VERSION

__version__ = VERSION

if TYPE_CHECKING:
    from footprint.drawing.run import draw
    from footprint.geometry.overlap import Overlap
    from footprint.model.errors import FootprintError, IncomparableError, InputError
    from footprint.model.finding import Finding, Severity, Skipped
    from footprint.model.layer import Layer
    from footprint.plan.bare import plan_from_layers
    from footprint.plan.load import load_plan
    from footprint.plan.model import Plan
    from footprint.read.boundary import read_layer
    from footprint.results.result import FlowResult, Result
    from footprint.results.run import check, measure_flows, overlap

# geopandas takes a second to import, so names are fetched when first used
_HOME = {
    "FootprintError": "model.errors",
    "IncomparableError": "model.errors",
    "InputError": "model.errors",
    "Finding": "model.finding",
    "Severity": "model.finding",
    "Skipped": "model.finding",
    "Layer": "model.layer",
    "read_layer": "read.boundary",
    "Overlap": "geometry.overlap",
    "Plan": "plan.model",
    "load_plan": "plan.load",
    "FlowResult": "results.result",
    "Result": "results.result",
    "check": "results.run",
    "draw": "drawing.run",
    "measure_flows": "results.run",
    "overlap": "results.run",
    "plan_from_layers": "plan.bare",
}

__all__ = [
    "Finding",
    "FlowResult",
    "FootprintError",
    "IncomparableError",
    "InputError",
    "Layer",
    "Overlap",
    "Plan",
    "Result",
    "Severity",
    "Skipped",
    "__version__",
    "check",
    "draw",
    "load_plan",
    "measure_flows",
    "overlap",
    "plan_from_layers",
    "read_layer",
]


def __getattr__(name: str) -> Any:
    """Fetch a public name from its module."""
    if name in _HOME:
        from importlib import import_module

        value = getattr(import_module(f"footprint.{_HOME[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'footprint' has no attribute '{name}'")


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
