"""A plan held to its folder: for plans of strangers, as in a pull request."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path, PureWindowsPath

from pydantic import BaseModel

from footprint.model.errors import InputError
from footprint.model.source import shapefile_parts, split_layer
from footprint.read.spec import parts_of

_CONFINED: ContextVar[bool] = ContextVar("confined", default=False)


@contextmanager
def confined(wanted: bool) -> Iterator[None]:
    """Hold the plans and proposals that are read inside to their folders, if that is wanted."""
    before = _CONFINED.set(wanted or _CONFINED.get())
    try:
        yield
    finally:
        _CONFINED.reset(before)


def require_inside(spec: BaseModel, toml: Path) -> None:
    """Raise InputError for a file that a plan or a proposal names outside of its folder, where it is held.

    Absolute paths, paths above the folder and links out of it are refused, and so is what a pattern or a
    folder leads to.
    """
    if _CONFINED.get():
        for stated in _paths(spec):
            _require(stated, toml.parent, toml, upwards=False)


def require_base_inside(base: str | None, toml: Path) -> None:
    """Raise InputError for a base plan outside of the folder that the command runs in, where it is held."""
    if _CONFINED.get() and base is not None:
        _require(base, Path(), toml, upwards=True)


def _paths(spec: BaseModel) -> Iterator[str]:
    """Return every path that a file states."""
    for name, value in spec:
        if name in ("path", "assignment") and isinstance(value, str):
            yield value
        for part in parts_of(value):
            if isinstance(part, BaseModel):
                yield from _paths(part)


def _require(stated: str, home: Path, toml: Path, *, upwards: bool) -> None:
    plain = PureWindowsPath(stated)  # takes both kinds of slashes
    outside = bool(plain.drive or plain.root) or stated.startswith("~")
    if outside or (".." in plain.parts and not upwards) or not _all_inside(toml.parent / stated, home):
        raise InputError(
            toml,
            f"names {stated}, which lies outside of its folder",
            "Put the file into the folder, or leave --confined out if you trust the plan.",
        )


def _all_inside(path: Path, home: Path) -> bool:
    """Return whether a path and all that it leads to lie in a folder, links followed."""
    file, _ = split_layer(path)
    found = [file, *(Path(each) for each in glob.glob(str(path), recursive=True))]
    if file.is_dir():
        found += file.rglob("*")
    elif file.parent.is_dir() and file.suffix.lower() == ".shp":
        found += shapefile_parts(file).values()
    root = home.resolve()
    return all(each.resolve().is_relative_to(root) for each in found)
