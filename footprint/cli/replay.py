"""A run that was done before is told again, the same bytes and exit code, if nothing it rests on has changed.

It is found by what was typed, where, in which environment and for which terminal, and holds what it was
made from: the state of every file that was opened, of those that were not there, the names in their
folders, the sources of this program, the libraries, the day. Files are known again as git does it, by size,
times in nanoseconds and inode, and by their content if they were written in the instant before they were
read. Whatever is not as it was means that everything is computed.

Imported before anything else is: only from the standard library, and what keeps results.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from footprint.model import cache

COMMANDS = (
    "check", "flows", "compare", "options", "overlap", "who", "report", "export", "map", "codes", "rules",
    "explain", "guide",
)  # fmt: skip
KIND = "outputs"
NO_CACHE = "--no-cache"
PACKAGE = Path(__file__).parent.parent
BEGUN = time.perf_counter()
"""When this process began, or nearly: nothing of the program is imported before."""
INSTANT_S = 2.0
"""Times of files may be as coarse as this (FAT), so that two states of a file look alike."""
SCRATCH = ("footprint-", ".footprint-")

# Of the environment all counts but what differs between terminals or jobs and tells the program nothing.
_IDLE = {
    "_", "PWD", "OLDPWD", "SHLVL", "WINDOWID", "VTE_VERSION", "MAIL", "STY", "TMUX", "TMUX_PANE",
    "INVOCATION_ID", "JOURNAL_STREAM", "XDG_RUNTIME_DIR", "XDG_VTNR", "DISPLAY", "WAYLAND_DISPLAY",
    "DBUS_SESSION_BUS_ADDRESS", "LS_COLORS", "PS1", "PS2", "HISTSIZE", "HISTFILE", "HISTCONTROL",
    "PYTEST_CURRENT_TEST", "FOOTPRINT_CACHE_KEY",
}  # fmt: skip
_IDLE_STARTS = ("SSH_", "XDG_SESSION", "ITERM_", "TERM_SESSION", "GPG_")


def key_of(words: list[str]) -> str | None:
    """Return by what a run is found; None for one that is not kept."""
    if (
        not words
        or words[0] not in COMMANDS
        or NO_CACHE in words
        or "-" in words
        or sys.stdout is None
        or sys.stderr is None
        or any(name.endswith("_COMPLETE") for name in os.environ)
    ):
        return None
    try:
        asked = {
            "words": words,
            "folder": os.getcwd(),
            "environment": sorted(
                (name, value)
                for name, value in os.environ.items()
                if name not in _IDLE and not name.startswith(_IDLE_STARTS)
            ),
            "terminal": [_terminal(stream) for stream in (sys.stdin, sys.stdout, sys.stderr)],
            "python": [sys.version, sys.executable, repr(sys.flags), str(PACKAGE)],
        }
        return None if cache.folder() is None else hashlib.sha256(json.dumps(asked).encode()).hexdigest()
    except (OSError, ValueError):
        return None


def _terminal(stream: Any) -> list[Any]:
    """Return what an output depends on of where it goes: the size counts for all that are terminals."""
    if stream is None:
        return []
    size = None
    with suppress(OSError, ValueError):
        size = list(os.get_terminal_size(stream.fileno()))
    return [stream.isatty(), stream.encoding, stream.errors, size]


# ── what a run rests on ─────────────────────────────────────────────────────────────────────────


def state(path: str | Path, by_content: bool | None = None) -> list[Any]:
    """Return what tells whether a file is as it was; OSError where it is none.

    `by_content` says whether its bytes are part of that; None if they are where its times do not tell.
    """
    found = os.stat(path)
    if by_content is None:
        by_content = max(found.st_mtime, found.st_ctime) > time.time() - INSTANT_S
    digest = None
    if by_content:
        with open(path, "rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    told = (found.st_mode, found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    return [*told, digest]


def names(folder: str, but: Iterable[str] = ()) -> str:
    """Return a digest of the names in a folder, without those of what the run itself wrote there."""
    with os.scandir(folder) as found:
        listed = sorted(each.name for each in found if not each.name.startswith(SCRATCH))
    return _digest([name for name in listed if name not in but])


def sources() -> str:
    """Return a digest of the state of the files of this program."""
    told, waiting = list[Any](), [str(PACKAGE)]
    while waiting:
        with os.scandir(waiting.pop()) as found:
            for each in found:
                if each.is_dir():
                    if each.name != "__pycache__":
                        waiting.append(each.path)
                else:
                    told.append([each.path, *state(each.path)])
    return _digest(sorted(told))


def libraries(folders: Iterable[str]) -> str:
    """Return a digest of what is installed: the libraries decide the figures."""
    told = list[Any]()
    for folder in folders:
        with os.scandir(folder) as found:
            for each in found:
                if each.name.endswith((".dist-info", ".egg-info", ".json", ".pth", ".egg-link")):
                    told.append([each.path, each.stat().st_mtime_ns])
    return _digest(sorted(told))


def today() -> list[int]:
    """Return the day: plans without a date are of today."""
    return list(time.localtime()[:3])


def _digest(told: Any) -> str:
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _holds(made_from: dict[str, Any]) -> bool:
    """Return whether all that a run rests on is as it was."""
    own = made_from["own"]
    return (
        made_from["day"] == today()
        and all(state(path, then[-1] is not None) == then for path, then in made_from["files"].items())
        and not any(os.path.lexists(path) for path in made_from["missing"])
        and all(names(folder, own.get(folder, ())) == then for folder, then in made_from["folders"].items())
        and made_from["sources"] == sources()
        and all(libraries([folder]) == then for folder, then in made_from["libraries"].items())
    )


# ── keeping and telling ─────────────────────────────────────────────────────────────────────────


def keep(
    key: str, made_from: dict[str, Any], code: int, told: list[tuple[int, bytes]], wrote: list[Any],
    took: str = "",
) -> None:  # fmt: skip
    """Keep a run.

    Parameters
    ----------
    key : see `key_of`
    made_from : what it rests on
    code : its exit code
    told : bytes, in their order, with the number of the output they went to (1 or 2)
    took : the seconds that its closing line says, which are those of the run that tells it
    wrote : files, with how they were written: path, inputs, force, name of each part → its bytes

    """
    head = {
        "made_from": made_from,
        "code": code,
        "took": took,
        "told": [(number, len(text)) for number, text in told],
        "wrote": [
            (path, inputs, force, [(name, len(data)) for name, data in parts.items()])
            for path, inputs, force, parts in wrote
        ],
    }
    first = json.dumps(head).encode()
    every = [text for _, text in told] + [data for *_, parts in wrote for data in parts.values()]
    cache.keep(KIND, key, b"".join([len(first).to_bytes(8, "big"), first, *every]))


def answered(key: str) -> int | None:
    """Tell a run again that was kept; returns its exit code, or None if it has to be done."""
    body = cache.recall(KIND, key)
    if body is None:
        return None
    try:
        at = 8 + int.from_bytes(body[:8], "big")
        head = json.loads(body[8:at])
        if not _holds(head["made_from"]):
            return None
    except (OSError, ValueError):
        return None
    view = memoryview(body)
    told: list[tuple[int, Any]] = []
    for number, length in head["told"]:
        told.append((number, view[at : at + length]))
        at += length
    for path, inputs, force, parts in head["wrote"]:
        pieces = {}
        for name, length in parts:
            pieces[name] = view[at : at + length]
            at += length
        if not _written(path, inputs, force, pieces):
            return None
    if took := head["took"]:
        # the report for a terminal closes with the seconds of the run: of this one
        number, text = told[-1]
        before, _, after = bytes(text).rpartition(took.encode())
        told[-1] = number, before + f"{time.perf_counter() - BEGUN:.1f}".encode() + after
    for number, text in told:
        stream = (sys.stdout if number == 1 else sys.stderr).buffer
        try:
            stream.write(text)
            stream.flush()
        except BrokenPipeError:  # the exit code still says what was found
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except OSError:
            return None
    return int(head["code"])


def _written(path: str, inputs: list[str], force: bool, parts: dict[str, memoryview]) -> bool:
    """Write the parts of a file as the run did; False where it cannot: the run will say why."""
    from footprint.model.errors import FootprintError
    from footprint.model.output import written_whole

    try:
        with written_whole(Path(path), inputs, force=force) as place:
            for name, data in parts.items():
                place.with_name(name).write_bytes(data)
    except (FootprintError, OSError):
        return False
    return True
