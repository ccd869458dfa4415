"""Define and check the geographic footprints of health and care in England.

import footprint

plan = footprint.load_plan("footprint.toml")
result = footprint.check(plan)          # .findings, .skipped, .overlap, .population
flows = footprint.measure_flows(plan)   # .tables["flows"]: localisation index and the rest
table = footprint.overlap("lad.shp", "ics.shp").table
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from footprint.errors import FootprintError, IncomparableError, InputError
    from footprint.finding import Finding, Severity, Skipped
    from footprint.layer import Layer, read_layer
    from footprint.load import load_plan
    from footprint.overlay import Overlap
    from footprint.plan import Plan
    from footprint.run import FlowResult, Result, check, measure_flows, overlap, plan_from_layers

# geopandas takes a second to import, so names are fetched when first used
_HOME = {
    "FootprintError": "errors",
    "IncomparableError": "errors",
    "InputError": "errors",
    "Finding": "finding",
    "Severity": "finding",
    "Skipped": "finding",
    "Layer": "layer",
    "read_layer": "layer",
    "Overlap": "overlay",
    "Plan": "plan",
    "load_plan": "load",
    "FlowResult": "run",
    "Result": "run",
    "check": "run",
    "measure_flows": "run",
    "overlap": "run",
    "plan_from_layers": "run",
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
