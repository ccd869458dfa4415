"""A proposal that is made in Python: of a frame, a series or a mapping that says what goes where.

It is written as the two files of a proposal and read by their reader, so that whatever holds for files
holds for it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from footprint.model.errors import InputError
from footprint.model.known import is_known
from footprint.model.proposal import Proposal
from footprint.model.scratch import scratch
from footprint.model.words import listing
from footprint.plan.tomltext import written
from footprint.read.proposalfile import ASSIGNMENT, NAME, read_proposal

_SAID = {
    "title": "A proposed change, made from Python. Who is in which area stands in assignment.csv; what it "
    "does not list stays as it is.",
    "effective_date": "", "legislation_url": "", "consultation_url": "", "layer": "", "level": "",
    "base": "What it changes: the plan, or another proposal.",
    "complete": "It lists everything, so that what is not listed is left out by mistake.",
    "creates": "The plan has no areas of this level yet.",
    "area": "Areas that are new, renamed, or recoded (was).",
}  # fmt: skip


def propose(
    assignment: pd.DataFrame | pd.Series | Mapping[str, str],
    *,
    title: str,
    effective_date: dt.date | str,
    layer: str | None = None,
    level: str | None = None,
    areas: pd.DataFrame | Mapping[str, str] | Iterable[Mapping[str, str]] = (),
    base: str | Path | None = None,
    complete: bool = False,
    creates: bool = False,
    legislation_url: str = "",
    consultation_url: str = "",
    output: str | Path | None = None,
) -> Proposal:
    """Return a proposal: which units, or whole areas, go into which area.

    Parameters
    ----------
    assignment : a frame with the columns `code` (of units, or of areas of any layer, whole) and `area` (code
        or name of the area that each goes to), n rows; or a series or mapping of code → area. All of it is
        text; what is not listed stays where it is.
    title : what it is called
    effective_date : a date, or a text as "2022-07-01"
    layer, level : what changes, by the key of a layer or by its level; one of the two
    areas : areas that are new, renamed or recoded: code → name, or rows with `code`, `name` and `was` (the
        code that the same area had)
    base : the plan, or the proposal, that it changes; functions that are given the plan need none
    complete : True where it lists everything, so that what is not listed is left out by mistake
    creates : True where the plan has no areas of this level yet
    legislation_url, consultation_url : where it is from
    output : a new folder, into which `proposal.toml` and `assignment.csv` are written; nowhere if not given

    Returns
    -------
    Proposal : as `read_proposal` reads it from a folder. Of one without a folder messages name its title and
        a part of its hash instead of a file; line 2 is the first row.

    Raises
    ------
    InputError : for a frame without these columns, with empty cells or with codes that are no text, and for
        all that is refused of `proposal.toml`; codes that a plan does not have are said when it is applied

    """
    frame = _rows(assignment)
    spec: dict[str, Any] = {
        "title": title,
        "effective_date": _date(effective_date),
        "legislation_url": legislation_url,
        "consultation_url": consultation_url,
        "layer": layer,
        "level": level,
        "base": None if base is None else Path(base).resolve().as_posix(),
        "complete": complete,
        "creates": creates,
        "area": _areas(areas),
    }
    toml = written(spec, _SAID, ())
    csv = frame.to_csv(index=False, lineterminator="\n")
    if output is not None:
        return _saved(Path(output), toml, csv)
    digest = hashlib.sha256(f"{toml}\0{csv}".encode()).hexdigest()
    # what it is known by among others, as files are by their paths
    called = re.sub(r"[^\w .,-]+", " ", title).strip() or "proposal"
    name = Path(f"{called} ({digest[:8]})")
    with scratch() as folder:
        try:
            made = _written(folder, toml, csv)
        except InputError as fault:
            raise InputError(name, fault.fault, fault.remedy) from None
    sources = tuple(replace(one, path=str(name / Path(one.path).name)) for one in made.sources)
    return replace(
        made, path=name / NAME, rows_path=made.rows_path and name / ASSIGNMENT, sources=sources,
        base=None if base is None else Path(base),
    )  # fmt: skip


def _saved(folder: Path, toml: str, csv: str) -> Proposal:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(folder, "is there already", "Give the name of a new folder; nothing is overwritten.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _written(folder, toml, csv)
    except OSError as fault:
        raise InputError(folder, f"cannot be written ({fault.strerror})", "Choose another place.") from None


def _written(folder: Path, toml: str, csv: str) -> Proposal:
    (folder / NAME).write_text(toml, encoding="utf-8", newline="\n")
    (folder / ASSIGNMENT).write_text(csv, encoding="utf-8", newline="\n")
    return read_proposal(folder)


def _date(given: dt.date | str) -> dt.date:
    if isinstance(given, dt.datetime):
        return given.date()
    if isinstance(given, dt.date):
        return given
    try:
        return dt.date.fromisoformat(str(given))
    except ValueError:
        raise InputError(None, f"'{given}' is no date", 'Give one as "2022-07-01".') from None


def _rows(given: pd.DataFrame | pd.Series | Mapping[str, str]) -> pd.DataFrame:
    """Return codes and areas as text; InputError for what is no text, for a guess would drop its zeros."""
    if isinstance(given, pd.DataFrame):
        columns = [str(column) for column in given.columns]
        for name in ("code", "area"):
            if columns.count(name) != 1:
                told = "has no column" if name not in columns else "has several columns"
                raise InputError(
                    "the assignment", f"{told} '{name}' among {listing(columns, 12) or 'none'}",
                    'Rename them: frame.rename(columns={"LSOA11CD": "code", …}).',
                )  # fmt: skip
        frame = given.set_axis(columns, axis="columns")[["code", "area"]].reset_index(drop=True)
    else:
        series = pd.Series(given, dtype=object) if isinstance(given, Mapping) else given
        frame = pd.DataFrame({"code": list(series.index), "area": list(series)}, dtype=object)
    frame = frame.astype(object)
    for name in ("code", "area"):
        wrong = [
            at for at, value in enumerate(frame[name]) if not isinstance(value, str) or not value.strip()
        ]
        if wrong:
            value = frame[name].iloc[wrong[0]]
            told = "is empty" if pd.isna(value) or value == "" else f"is {value!r}, which is no text"
            more = f" (and {len(wrong) - 1:,} more)" if len(wrong) > 1 else ""
            raise InputError(
                "the assignment", f"'{name}' of row {wrong[0] + 1} {told}{more}",
                "Codes are text; leave out the rows of what stays as it is.",
            )  # fmt: skip
    return frame


def _areas(given: pd.DataFrame | Mapping[str, str] | Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    if isinstance(given, pd.DataFrame):
        given = [{str(k): v for k, v in row.items()} for row in given.to_dict("records")]
    if isinstance(given, Mapping):
        return [{"code": code, "name": name} for code, name in given.items()]
    return [{key: value for key, value in row.items() if not _is_empty(value)} for row in given]


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, float) and not is_known(value))
