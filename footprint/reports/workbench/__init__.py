"""The workbench: one page, without a server, in which footprints are painted by hand.

What each block adds to a figure stands in the page, so that every figure is summed there as the program sums
it, and is the same.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from footprint.model.version import VERSION
from footprint.reports.harmless import for_script

if TYPE_CHECKING:
    from collections.abc import Mapping

_SCRIPTS = ("measure.js", "files.js", "map.js", "bench.js")


def page(data: Mapping[str, Any]) -> str:
    """Return the page of a workbench; `data` is what `data.bench` made."""
    script = "\n".join(_text(name) for name in _SCRIPTS)
    return (
        _environment()
        .get_template("bench.html.j2")
        .render(
            data=data,
            json=for_script(data),
            style=_text("bench.css"),
            script=script,
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            version=VERSION,
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_text), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def _text(name: str) -> str:
    return (files("footprint.reports.workbench") / name).read_text(encoding="utf-8")
