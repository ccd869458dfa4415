"""`proposal.toml` and `assignment.csv`: reading them, and what their form may be."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, ValidationError, model_validator

from footprint.model.errors import InputError
from footprint.model.levels import Level
from footprint.model.nations import EVERYWHERE
from footprint.model.proposal import NewArea, Proposal
from footprint.model.source import Source
from footprint.read.columns import find_column, its_columns, plain
from footprint.read.confined import require_base_inside, require_inside
from footprint.read.files import require_file
from footprint.read.planfile import plan_error, toml_fault
from footprint.read.spec import Spec
from footprint.read.table import read_table

if TYPE_CHECKING:
    import pandas as pd

NAME = "proposal.toml"


ASSIGNMENT = "assignment.csv"


class AreaSpec(Spec):
    """An area that is created, renamed (its code exists), or recoded (`was`)."""

    code: Annotated[str, Field(min_length=1)]
    name: str = ""
    was: Annotated[str, Field(min_length=1)] | None = None


class BoundarySpec(Spec):
    """A proposed boundary file."""

    path: str
    layer: str | None = None
    code: str | None = None
    name: str | None = None
    assume_crs: str | None = None


class ChangeSpec(Spec):
    """The change of one layer."""

    layer: str | None = None
    level: Level | None = None
    assignment: str | None = None
    complete: bool = False
    creates: bool = False
    boundary: BoundarySpec | None = None
    area: list[AreaSpec] = Field(default_factory=list)

    @model_validator(mode="after")
    def _one_layer(self) -> ChangeSpec:
        if getattr(self, "change", None):
            given = [name for name in ChangeSpec.model_fields if name in self.model_fields_set]
            if given:
                raise ValueError(f"has [[change]], so {given[0]} goes into one of these")
            return self
        if (self.layer is None) == (self.level is None):
            raise ValueError('needs either layer = "…" or level = "…"')
        if self.boundary is not None and (self.assignment is not None or self.area):
            raise ValueError("give a boundary, or an assignment and areas, not both")
        if self.creates and (self.level is None or self.boundary is not None):
            raise ValueError('creates = true goes with level = "…" and an assignment')
        return self


class ProposalSpec(ChangeSpec):
    """All of `proposal.toml`."""

    title: Annotated[str, Field(min_length=1)]
    effective_date: Annotated[dt.date, Field(strict=True)]
    legislation_url: str = ""
    consultation_url: str = ""
    base: str | None = None
    drawn: dict[str, Any] | None = None
    change: list[ChangeSpec] = Field(default_factory=list)
    """Several layers that change at once, instead of one."""


def is_proposal(path: Path) -> bool:
    """Return whether a file or folder is a proposal rather than a plan."""
    if path.is_dir():
        return (path / NAME).exists() and not (path / "footprint.toml").exists()
    if path.name == NAME:
        return True
    try:
        return path.suffix == ".toml" and "effective_date" in tomllib.loads(
            path.read_text(encoding="utf-8-sig")
        )
    except (OSError, ValueError, RecursionError):
        return False


def read_proposal(path: str | Path) -> Proposal:
    """Read a proposal.

    Parameters
    ----------
    path : `proposal.toml`, or its folder

    Raises
    ------
    InputError : naming the file, the fault and what to do, for anything that cannot be used

    """
    path = Path(path)
    if path.is_dir():
        path = path / NAME
    require_file(path, "proposal")
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        raw = tomllib.loads(text)
    except RecursionError:
        raise InputError(path, "is no proposal: its TOML is nested too deeply", "Write it flat.") from None
    except UnicodeDecodeError:
        raise InputError(path, "is not UTF-8 text", "Save it as UTF-8.") from None
    except ValueError as fault:
        raise InputError(path, f"is not valid TOML: {toml_fault(fault)}", "Mend that line.") from None
    try:
        spec = ProposalSpec.model_validate(raw)
    except ValidationError as fault:
        models: dict[str, type[Spec]] = {"area": AreaSpec, "boundary": BoundarySpec, "change": ChangeSpec}
        raise plan_error(path, fault, ProposalSpec, models) from None
    require_inside(spec, path)
    require_base_inside(spec.base, path)
    toml = Source("proposal", str(path), hashlib.sha256(data).hexdigest(), _areas_of(spec))
    _require_named(spec, path)
    if not spec.change:
        return _read_change(spec, spec, path, toml, _lines(text, "area"), ASSIGNMENT)
    lines = iter(_lines(text, "change.area"))
    parts = []
    for number, change in enumerate(spec.change, 1):
        own = [line for _, line in zip(change.area, lines, strict=False)]
        part = _read_change(spec, change, path, toml, own, None)
        last = number == len(spec.change)
        parts.append(replace(part, gives_bodies=last))
        twice = [p for p in parts[:-1] if (p.layer, p.level) == (part.layer, part.level)]
        if twice:
            raise InputError(
                path,
                f"changes {part.layer or part.level} twice (change {number})",
                "Put both into one [[change]].",
            )
    sources = tuple(dict.fromkeys(source for part in parts for source in part.sources))
    return replace(
        parts[0], layer=None, level=None, areas=(), rows=parts[0].rows.head(0), rows_path=None,
        complete=False, drawn=None, sources=sources, creates=False, changes=tuple(parts), gives_bodies=True,
    )  # fmt: skip


def _require_named(spec: ProposalSpec, path: Path) -> None:
    """Refuse an assignment beside a proposal that nothing of it would read, though something states none."""
    beside = path.parent / ASSIGNMENT
    named = [change.assignment for change in spec.change or [spec]]
    is_read = not spec.change and spec.boundary is None
    if is_read or None not in named or not beside.exists():
        return
    if any(name is not None and (path.parent / name).resolve() == beside.resolve() for name in named):
        return
    what = "is read by no [[change]]" if spec.change else "is not read beside a [boundary]"
    remedy = (
        f'Write assignment = "{ASSIGNMENT}" in each that it is of' if spec.change else "Keep one of the two"
    )
    raise InputError(beside, what, f"{remedy}, or take it away.")


def _areas_of(spec: ProposalSpec) -> int:
    return len(spec.area) + sum(len(change.area) for change in spec.change)


def _lines(text: str, table: str) -> list[int]:
    """Return the lines on which the tables of a list begin."""
    named = r"\s*\.\s*".join(table.split("."))
    header = re.compile(rf"\s*\[\[\s*{named}\s*\]\]")
    return [number for number, line in enumerate(text.splitlines(), 1) if header.match(line)]


def _read_change(
    head: ProposalSpec, spec: ChangeSpec, path: Path, toml: Source, lines: list[int], beside: str | None
) -> Proposal:
    """Read the change of one layer.

    Parameters
    ----------
    head, spec : the proposal, and what changes
    path, toml : its file
    lines : on which its areas begin
    beside : the assignment that is read where none is named

    """
    sources = [toml]
    # whether a path is a proposal is asked where nothing else needs pandas
    import pandas as pd

    rows_path, rows, drawn = None, pd.DataFrame({"code": [], "area": []}, dtype=str), None
    if spec.boundary is not None:
        from footprint.read.boundary import read_layer

        b = spec.boundary
        drawn = read_layer(
            path.parent / b.path, key=spec.layer, layer=b.layer, code=b.code, name=b.name,
            assume_crs=b.assume_crs, role="proposal.boundary", nations=EVERYWHERE,
        )  # fmt: skip
        sources.append(drawn.source)
    elif spec.assignment is not None or (beside is not None and (path.parent / beside).exists()):
        rows_path = path.parent / (spec.assignment or str(beside))
        rows, digest = read_assignment(rows_path)
        sources.append(Source("proposal.assignment", str(rows_path), digest, len(rows)))
    elif not spec.area:
        where = f"Add {beside} beside it," if beside is not None else 'Name an assignment = "…" in it,'
        what = f"the change of {spec.layer or spec.level} changes" if beside is None else "changes"
        raise InputError(path, f"{what} nothing", f"{where} a [boundary], or an [[area]] to rename.")
    areas = tuple(
        NewArea(a.code, a.name, a.was if a.was != a.code else None, lines[i] if i < len(lines) else None)
        for i, a in enumerate(spec.area)
    )
    for what in ("code", "was"):
        said = [getattr(a, what) for a in areas if getattr(a, what) is not None]
        twice = sorted({c for c in said if said.count(c) > 1})
        if twice:
            raise InputError(path, f"has two [[area]] with {what} {twice[0]}", "Keep one.")
    return Proposal(
        title=head.title,
        effective_date=head.effective_date,
        legislation_url=head.legislation_url,
        consultation_url=head.consultation_url,
        path=path,
        base=None if head.base is None else path.parent / head.base,
        layer=spec.layer,
        level=None if spec.level is None else str(spec.level),
        areas=areas,
        rows=rows,
        rows_path=rows_path,
        complete=spec.complete,
        drawn=drawn,
        sources=tuple(sources),
        creates=spec.creates,
    )


def read_assignment(path: Path) -> tuple[pd.DataFrame, str]:
    """Read which unit, or whole area, goes where (columns code and area, index the line), and the SHA-256."""
    import pandas as pd

    table = read_table(path)
    notes: list[str] = []
    if not {"code", "area"} & {plain(name) for name in table.columns}:
        raise InputError(
            path,
            "has no columns 'code' and 'area'",
            f"Call the column of units (or whole areas) code, and that of where they go area. "
            f"{its_columns(table.columns)}",
        )
    found = {name: table.codes(find_column(table.columns, name, path), notes) for name in ("code", "area")}
    return pd.DataFrame(found), table.sha256
