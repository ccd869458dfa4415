"""`footprint.lock`: which files were fetched from where, and what they said then.

It is TOML: a [[file]] each, with its codes and a short digest of each row, so that a difference can be named.
"""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap

from footprint.model.errors import InputError
from footprint.model.words import count, listing
from footprint.read.content import content_of
from footprint.read.files import sha256

NAME = "footprint.lock"
VERSION = 1
_HEAD = """# Written by `footprint fetch`. `footprint fetch --locked` verifies it without a network, and
# `footprint check` reports files that are not the ones locked (FP113). Keep it with the plan.
"""


@dataclass(frozen=True)
class Locked:
    """A file as it was fetched."""

    path: str
    """Relative to the lock."""
    entry: str
    """Its name in the catalogue."""
    service: str
    query: str
    code: str
    """The column of codes."""
    rows: int
    retrieved: dt.date
    licence: str
    attribution: tuple[str, ...]
    content: str
    """SHA-256 of what it says (`content.content_of`)."""
    bytes: str
    """SHA-256 of the file."""
    codes: Mapping[str, str]
    """Code → short digest of its row."""


@dataclass(frozen=True)
class Difference:
    """How a file differs from the one that was locked."""

    locked: Locked
    missing: bool = False
    """True where it is not there."""
    fault: str = ""
    """Why it cannot be read."""
    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.missing:
            return f"{self.locked.path} is missing"
        told = [
            f"{count(len(codes), 'code')} {what} ({listing(list(codes))})"
            for what, codes in (("changed", self.changed), ("added", self.added), ("gone", self.gone))
            if codes
        ]
        what = self.fault or "; ".join(told) or "columns changed"
        return f"{self.locked.path} is not the file that was locked: {what}"

    @property
    def codes(self) -> list[str]:
        """All codes that it is about."""
        return [*self.changed, *self.added, *self.gone]


def read_lock(path: Path, *, or_none: bool = False) -> list[Locked]:
    """Read a lock; nothing where there is none, and `or_none` allows that.

    Raises InputError for one that is missing, damaged, or of a version that is not known here.
    """
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        if or_none:
            return []
        raise InputError(path, "there is no lock", "'footprint fetch' writes one.") from None
    except (OSError, ValueError) as fault:
        told = f"cannot be read as a lock ({str(fault).splitlines()[0]})"
        raise InputError(path, told, "Fetch the files again.") from None
    if held.get("version") != VERSION:
        raise InputError(path, f"is of version {held.get('version')}", f"This program reads {VERSION}.")
    try:
        return [_locked(each) for each in held.get("file", [])]
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise InputError(path, f"cannot be read as a lock ({fault!r})", "Fetch the files again.") from None


def _locked(each: dict[str, object]) -> Locked:
    words = str(each["codes"]).split()
    codes = dict(word.rsplit("=", 1) for word in words)
    date = each["retrieved"]
    if not isinstance(date, dt.date) or not isinstance(each["attribution"], list):
        raise ValueError("retrieved or attribution")
    place = Path(str(each["path"]))
    if place.is_absolute() or ".." in place.parts:
        raise ValueError(f"path {place} leads elsewhere")
    text = {k: str(each[k]) for k in ("path", "entry", "service", "query", "code", "licence")}
    digests = {k: str(each[k]).removeprefix("sha256:") for k in ("content", "bytes")}
    return Locked(
        **text, **digests, rows=int(str(each["rows"])), retrieved=date,
        attribution=tuple(map(str, each["attribution"])), codes=codes,
    )  # fmt: skip


def lock_text(files: Iterable[Locked]) -> str:
    """Return a lock as TOML, its files by path."""
    parts = [f"{_HEAD}version = {VERSION}\n"]
    for one in sorted(files, key=lambda f: f.path):
        pairs = {
            "path": one.path, "entry": one.entry, "service": one.service, "query": one.query,
            "code": one.code, "rows": one.rows, "licence": one.licence,
            "attribution": list(one.attribution), "content": f"sha256:{one.content}",
            "bytes": f"sha256:{one.bytes}",
        }  # fmt: skip
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in pairs.items()]
        codes = "\n".join(wrap(" ".join(f"{c}={d}" for c, d in sorted(one.codes.items())), 100))
        lines += [f"retrieved = {one.retrieved}", f"codes = '''\n{codes}\n'''"]
        parts.append("[[file]]\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def difference(one: Locked, folder: Path, known: str | None = None) -> Difference | None:
    """Return how the file in a folder differs from what was locked; None where it says the same.

    Parameters
    ----------
    one, folder : what was locked, and where it lies now
    known : SHA-256 of its bytes, where they were read before

    """
    path = folder / one.path
    if not path.is_file():
        return Difference(one, missing=True)
    if (known or sha256(path)) == one.bytes:
        return None
    try:
        now = content_of(path, one.code)
    except InputError as fault:
        return Difference(one, fault=f"it {fault.fault}")
    if now.sha256 == one.content:
        return None
    return Difference(
        one,
        changed=tuple(c for c in one.codes if c in now.rows and now.rows[c] != one.codes[c]),
        added=tuple(c for c in now.rows if c not in one.codes),
        gone=tuple(c for c in one.codes if c not in now.rows),
    )
