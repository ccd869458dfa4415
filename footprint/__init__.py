"""Define and check the geographic footprints of health and care in England.

import footprint

plan = footprint.load_plan("footprint.toml")
result = footprint.check(plan)          # .findings, .skipped, .overlap, .population, .plot()
change = footprint.compare(plan, "proposal.toml")     # .resolved, .new, .moves
flows = footprint.measure_flows(plan)   # .tables["flows"]: localisation index and the rest
drawn = footprint.draw(plan, "place", within="ics")   # .table: options side by side
table = footprint.overlap("lad.shp", "ics.shp").table
footprint.report(change, "change.html")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from footprint.model.shown import show_by
from footprint.model.version import VERSION

__version__ = VERSION

if TYPE_CHECKING:
    from footprint.drawing.drawn import Drawn
    from footprint.geometry.overlap import Overlap
    from footprint.model.errors import FootprintError, IncomparableError, InputError
    from footprint.model.finding import Finding, Severity, Skipped
    from footprint.model.layer import Layer
    from footprint.model.proposal import Proposal
    from footprint.model.shown import Shower
    from footprint.plan.bare import plan_from_layers
    from footprint.plan.load import load_plan
    from footprint.plan.model import Plan
    from footprint.plan.proposed import propose
    from footprint.python.asking import codes, draw, inspect, who
    from footprint.python.checking import apply, check, columns, compare, measure_flows, options
    from footprint.python.handing_on import export, report, workbench
    from footprint.python.handing_on import map as map
    from footprint.read.boundary import read_layer
    from footprint.read.proposalfile import read_proposal
    from footprint.reports.maps.picture import Picture
    from footprint.results.comparison import Comparison
    from footprint.results.options import SideBySide
    from footprint.results.result import FlowResult, Result
    from footprint.results.run import overlap
    from footprint.results.who.question import Who

# geopandas takes a second to import, so names are fetched when first used
_HOME = {
    "Comparison": "results.comparison",
    "Drawn": "drawing.drawn",
    "Finding": "model.finding",
    "FlowResult": "results.result",
    "FootprintError": "model.errors",
    "IncomparableError": "model.errors",
    "InputError": "model.errors",
    "Layer": "model.layer",
    "Overlap": "geometry.overlap",
    "Picture": "reports.maps.picture",
    "Plan": "plan.model",
    "Proposal": "model.proposal",
    "Result": "results.result",
    "Severity": "model.finding",
    "SideBySide": "results.options",
    "Skipped": "model.finding",
    "Who": "results.who.question",
    "apply": "python.checking",
    "check": "python.checking",
    "codes": "python.asking",
    "columns": "python.checking",
    "compare": "python.checking",
    "draw": "python.asking",
    "export": "python.handing_on",
    "inspect": "python.asking",
    "load_plan": "plan.load",
    "map": "python.handing_on",
    "measure_flows": "python.checking",
    "options": "python.checking",
    "overlap": "results.run",
    "plan_from_layers": "plan.bare",
    "propose": "plan.proposed",
    "read_layer": "read.boundary",
    "read_proposal": "read.proposalfile",
    "report": "python.handing_on",
    "who": "python.asking",
    "workbench": "python.handing_on",
}

# without `map`: that of Python has to outlive an import of everything
__all__ = [
    "Comparison",
    "Drawn",
    "Finding",
    "FlowResult",
    "FootprintError",
    "IncomparableError",
    "InputError",
    "Layer",
    "Overlap",
    "Picture",
    "Plan",
    "Proposal",
    "Result",
    "Severity",
    "SideBySide",
    "Skipped",
    "Who",
    "__version__",
    "apply",
    "check",
    "codes",
    "columns",
    "compare",
    "draw",
    "export",
    "inspect",
    "load_plan",
    "measure_flows",
    "options",
    "overlap",
    "plan_from_layers",
    "propose",
    "read_layer",
    "read_proposal",
    "report",
    "who",
    "workbench",
]


def __getattr__(name: str) -> Any:
    """Fetch a public name from its module."""
    if name in _HOME:
        from importlib import import_module

        value = getattr(import_module(f"footprint.{_HOME[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'footprint' has no attribute '{name}'")


def _notebook() -> Shower:
    """Fetch what shows results in a notebook."""
    from footprint.reports import notebook

    return notebook


show_by(_notebook)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted([*_HOME, "__version__"])
