"""What commands and functions are given in the place of a plan: a path, or what was read before."""

from __future__ import annotations

from pathlib import Path
from typing import TypeGuard

from footprint.model.proposal import Proposal
from footprint.model.source import split_layer
from footprint.plan.model import Plan
from footprint.read.formats import BOUNDARY_ENDINGS
from footprint.read.proposalfile import is_proposal, read_proposal

Given = Path | Plan | Proposal
"""A path; or, from Python, a plan or a proposal."""


def is_boundary(given: Given) -> TypeGuard[Path]:
    """Return whether a path names a boundary file, or a layer of one (FILE::LAYER), by its ending."""
    if not isinstance(given, Path):
        return False
    file, _ = split_layer(given)
    return file.suffix.lower() in (*BOUNDARY_ENDINGS, ".zip") and not file.is_dir()


def is_change(given: Given | None) -> TypeGuard[Path | Proposal]:
    """Return whether something is a proposal, or a path to one, rather than a plan."""
    return isinstance(given, Proposal) or (isinstance(given, Path) and is_proposal(given))


def as_proposal(given: Path | Proposal) -> Proposal:
    """Return a proposal, read from its path where it was not read before."""
    return given if isinstance(given, Proposal) else read_proposal(given)


def place_of(given: Given) -> Path:
    """Return where something was read from; its title where it has no file."""
    return given if isinstance(given, Path) else given.path or Path(given.title)
