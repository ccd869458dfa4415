"""A folder of fetched files: entries are put there, the lock says what each is, and a plan is drafted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from footprint.fetch.catalogue import Entry, entries
from footprint.fetch.client import Tell
from footprint.fetch.download import fetch
from footprint.model.errors import InputError
from footprint.model.output import written_whole
from footprint.plan.draft import draft
from footprint.read.file_schemas import DIRECTIVE, write_beside
from footprint.read.lock import NAME, Locked, difference, lock_text, read_lock

PLAN = "footprint.toml"


def put(
    wanted: Iterable[Entry],
    folder: Path,
    tell: Tell,
    *,
    force: bool = False,
    any_rows: bool = False,
    plan_date: dt.date | None = None,
) -> list[Locked]:
    """Fetch entries into a folder and lock each as soon as it is there; returns what is locked.

    What is there already as locked is not fetched again, unless `force`. With `plan_date`, a plan of that
    day is drafted from the files, where there is none yet. Raises InputError as `download.fetch` does.
    """
    lock = folder / NAME
    held = {one.path: one for one in read_lock(lock)} if lock.exists() else {}
    for entry in wanted:
        there = held.get(entry.file)
        if there is not None and not force and (folder / entry.file).exists():
            if (told := difference(there, folder)) is not None:
                raise InputError(lock, str(told), "Give --force to fetch it again.")
            tell(f"{entry.file}: there already, as locked")
            continue
        held[entry.file] = fetch(entry, folder, tell, force=force, any_rows=any_rows)
        with written_whole(lock, force=True) as part:
            part.write_text(lock_text(held.values()), encoding="utf-8")
    if plan_date is not None:
        _plan(folder, plan_date, tuple(held.values()), tell)
    return list(held.values())


def _plan(folder: Path, date: dt.date, held: Iterable[Locked], tell: Tell) -> None:
    """Draft a plan of the files, if there is none."""
    path = folder / PLAN
    if path.exists():
        tell(f"{path}: there already, left as it is")
        return
    attribution = dict.fromkeys(line for one in held for line in one.attribution)
    counted = {e.file: f"ONS mid-{e.date.year}" for e in entries() if e.is_people}
    found = draft(folder, date=date, attribution=list(attribution), counted=counted)
    with written_whole(path) as part:
        part.write_text(f"{DIRECTIVE}\n{found.text}", encoding="utf-8")
    write_beside(path)
    for note in (*found.notes, f"wrote {path}"):
        tell(note)
