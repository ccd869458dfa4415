"""JSON Schemas of the files that users write, made from what the program takes, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from footprint.model.output import written_whole
from footprint.model.schema import DIALECT
from footprint.read.proposalfile import ProposalSpec
from footprint.read.spec import Spec
from footprint.read.specs import PlanSpec

FORMS: dict[str, type[Spec]] = {"plan": PlanSpec, "proposal": ProposalSpec}
"""By the name of the schema."""
BESIDE = ".footprint.schema.json"
"""The schema of a plan, beside it. A hidden file, so that nothing takes it for data."""
DIRECTIVE = f"#:schema ./{BESIDE}"
"""The first line of a plan by which editors with Taplo (VS Code, Neovim, Helix …) find its schema."""


def file_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of `footprint.toml` ("plan") or of `proposal.toml` ("proposal")."""
    return {"$schema": DIALECT, **FORMS[name].model_json_schema(), "title": f"{name} of footprint"}


def write_beside(plan: Path) -> None:
    """Write the schema of a plan into its folder, for the directive to point at."""
    text = json.dumps(file_schema("plan"), ensure_ascii=False, indent=1)
    with written_whole(plan.parent / BESIDE, force=True) as part:
        part.write_text(f"{text}\n", encoding="utf-8", newline="\n")
