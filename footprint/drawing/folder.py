"""Options as folders: each an ordinary proposal, and one table of all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from footprint.drawing.areas import UNITS
from footprint.drawing.blocks import Blocks
from footprint.drawing.drawn import Drawn, Option
from footprint.drawing.ground import CROSSINGS, crossing_table
from footprint.drawing.score import OPTIONS
from footprint.model.errors import InputError
from footprint.model.output import now
from footprint.model.scratch import scratch
from footprint.model.suppression import publish
from footprint.model.version import VERSION
from footprint.model.words import count
from footprint.plan import derive
from footprint.plan.model import Plan
from footprint.plan.tomltext import written
from footprint.read.files import sha256
from footprint.read.proposalfile import ASSIGNMENT, NAME

_SAID = {
    "title": "Drawn by `footprint draw`: {says} Codes are provisional, names say what areas hold; change "
    "both as you like. Who is in which area stands in assignment.csv; what it does not list stays as it is.",
    "effective_date": "The day of the plan; set the one that is proposed.",
    "base": "What it changes: the plan, or another proposal.",
    "level": "Which level changes.",
    "creates": "The plan has no areas of this level yet.",
    "area": "Areas that are new.",
    "drawn": "How it was drawn: the same seed, steps and inputs draw the same again.",
}


def require_room(folder: Path) -> None:
    """Raise InputError where options cannot be written without overwriting something."""
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError(
            folder, "holds files already", "Give the name of a new folder; nothing is overwritten."
        )
    if os.path.lexists(folder) and not folder.is_dir():
        raise InputError(folder, "is a file", "Give the name of a new folder.")
    above = next(parent for parent in folder.absolute().parents if os.path.lexists(parent))
    if not above.is_dir():
        raise InputError(folder, f"cannot be made, as {above} is a file", "Give the name of a new folder.")


def save(drawn: Drawn, folder: str | Path) -> Path:
    """Write options: a folder each (proposal.toml, assignment.csv), options.csv, and crossings.csv if any.

    All of it appears, or nothing.

    Raises
    ------
    InputError : for a folder that is not empty or cannot be written

    """
    folder = Path(folder)
    require_room(folder)
    home = folder.resolve()
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with scratch(home.parent) as inside:
            part = inside / "options"
            part.mkdir()
            for at, option in enumerate(drawn.options):
                _write_option(drawn, option, at, part / option.name, home / option.name)
            with (part / "options.csv").open("w", encoding="utf-8", newline="") as stream:
                OPTIONS.write_csv(every_option(drawn), stream)
            if drawn.terrain.crossings:
                with (part / "crossings.csv").open("w", encoding="utf-8", newline="") as stream:
                    CROSSINGS.write_csv(crossing_table(drawn.blocks, drawn.terrain.crossings), stream)
            if home.is_dir():
                home.rmdir()
            part.replace(home)
    except OSError as fault:
        told = fault.strerror or str(fault)
        raise InputError(folder, f"cannot be written ({told})", "Choose another place.") from None
    return folder


def every_option(drawn: Drawn) -> pd.DataFrame:
    """Return all divisions that there are, or those that were written, columns of OPTIONS, as published."""
    if drawn.every is None:
        return drawn.table
    every = drawn.every.copy()
    for option, row in zip(drawn.options, drawn.picked, strict=True):
        every.loc[row, ["option", "says"]] = option.name, drawn.full["says"].iloc[drawn.options.index(option)]
    today = drawn.full.iloc[len(drawn.options) :]
    every = pd.concat([every, today], ignore_index=True) if len(today) else every
    return publish(OPTIONS, every, drawn.plan.suppress)


def _write_option(drawn: Drawn, option: Option, at: int, part: Path, home: Path) -> None:
    """Write one option; `home` is where it will stand in the end."""
    part.mkdir()
    says = str(drawn.table["says"].iloc[at])
    said = _SAID | {"title": _SAID["title"].format(says=says)}
    (part / NAME).write_text(written(_spec(drawn, option, home), said, ()), encoding="utf-8", newline="\n")
    codes, area = _rows(drawn, option)
    rows = pd.DataFrame({"code": codes, "area": [option.codes[a] for a in area]})
    rows.to_csv(part / ASSIGNMENT, index=False, lineterminator="\n")


def _spec(drawn: Drawn, option: Option, home: Path) -> Mapping[str, Any]:
    plan, asked = drawn.plan, drawn.question
    earlier = plan.proposal.proposal.effective_date if plan.proposal is not None else plan.date
    level = str(asked.level)
    return {
        "title": f"{option.name.replace('-', ' ').capitalize()}: {count(len(option.codes), level)}",
        "effective_date": earlier or now().date(),
        "base": _base(drawn.base, home),
        "level": level,
        "creates": asked.level not in plan.levels,
        "area": [
            {"code": code, "name": name}
            for code, name, new in zip(option.codes, option.names, option.new, strict=True) if new
        ],
        "drawn": _how(drawn, home),
    }  # fmt: skip


def _base(base: Path | None, home: Path) -> str | None:
    """Return the path of the base as it is seen from a proposal's folder."""
    if base is None:
        return None
    try:
        return Path(os.path.relpath(base.resolve(), home)).as_posix()
    except ValueError:  # on another drive
        return base.resolve().as_posix()


def _how(drawn: Drawn, home: Path) -> dict[str, Any]:
    """Return the question, and the inputs by their hashes."""
    asked, band = drawn.question, drawn.band
    paths = {s.path: s.sha256 for s in drawn.plan.inputs} | {str(p): sha256(p) for p in drawn.terrain.sources}
    hashes = {
        json.dumps(_base(Path(path.partition("::")[0]), home) or path, ensure_ascii=False): digest
        for path, digest in paths.items()
    }
    told = {
        "version": VERSION,
        "of": drawn.blocks.layer,
        "within": drawn.blocks.within or "none",
        "band": f"{band.low or ''}-{band.high or ''}",
        "areas": f"{asked.areas.start}-{asked.areas.stop - 1}" if asked.areas is not None else "",
        "keep": [f"{each.layer}{'=hard' if each.hard else ''}" for each in asked.keep],
        "only": list(asked.only),
        "prefer": asked.prefer,
        "weights": {name: float(weight) for name, weight in asked.weights.items()},
        "options": asked.options,
        "seed": asked.seed,
        "steps": drawn.steps,
        "steps_done": drawn.steps_done,
        "restarts": asked.restarts or 0,
        "cut_short": drawn.cut_short,
        "enumerated": drawn.complete,
        "crossings_assumed": drawn.terrain.assumed,
        "inputs": hashes,
    }
    return {name: value for name, value in told.items() if value not in ("", [], {})}


def _rows(drawn: Drawn, option: Option) -> tuple[list[str], list[int]]:
    """Return codes, of whole blocks where these mean one thing, or else of units, and the area of each."""
    plan, blocks = drawn.plan, drawn.blocks
    assert plan.units is not None
    if blocks.layer == UNITS or not unambiguous(plan, blocks):
        at = blocks.unit
        here = (at >= 0) & (option.area[np.maximum(at, 0)] >= 0)
        return [str(c) for c in plan.units.codes[here]], option.area[at[here]].tolist()
    here = option.area >= 0
    return [c for c, one in zip(blocks.codes, here.tolist(), strict=True) if one], option.area[here].tolist()


def unambiguous(plan: Plan, blocks: Blocks) -> bool:
    """Return whether the code of each block is that of no other ground in another layer, nor of a unit."""
    assert plan.units is not None
    own = np.array([*blocks.codes, ""], dtype=object)[blocks.unit]
    known = set(blocks.codes)
    if known & {str(code) for code in plan.units.codes}:
        return False
    for key, layer in plan.layers.items():
        if key == blocks.layer or not known & {str(code) for code in layer.codes}:
            continue
        assigned = derive.assignment(plan, key)
        if assigned is None:
            return False
        other = assigned.codes.reindex(plan.units.codes).to_numpy(dtype=object)
        shared = known & {str(code) for code in layer.codes}
        if any((one in shared or two in shared) and one != two for one, two in zip(own, other, strict=True)):
            return False
    return True
