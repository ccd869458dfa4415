"""How much memory this process may still take, where the system says so."""

from __future__ import annotations

import os
import re
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.sizes import size_text

# Control groups, the newer kind first: what may be used, what is, and of what.
_GROUPS = tuple(
    [Path(folder, name) for name in names]
    for folder, names in (
        ("/sys/fs/cgroup", ("memory.max", "memory.current", "memory.stat")),
        ("/sys/fs/cgroup/memory", ("memory.limit_in_bytes", "memory.usage_in_bytes", "memory.stat")),
    )
)

# Of what is used, copies of files, which make room when it is wanted.
_GIVEN_BACK = re.compile(r"^(?:in)?active_file (\d+)$", re.MULTILINE)

# What else is free: memory that can be had without swapping, and what may be swapped to.
_FREE = re.compile(r"^(?:MemAvailable|SwapFree):\s*(\d+) kB$", re.MULTILINE)

OUTLINES = 3
"""What outlines take in memory for each byte of their file, at the least (measured: 3 to 9)."""
TABLE = 4
"""The same of a table (measured: 8, as each cell becomes a text of its own)."""

# What the libraries take before anything is read: address space (measured on two cores: 2.5 GB, and commands
# crashed with 2.0; it may be more where there are more threads), and memory itself.
_SPACE, _LIBRARIES = 2_600_000_000, 150_000_000


def left() -> int | None:
    """Return the bytes that may still be taken: of limits, control groups and the machine the least."""
    found = [free] if (free := _free()) is not None else []
    try:
        if (most := _allowed_space()) is not None:
            found.append(
                most - int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
            )
    except (OSError, ValueError):
        pass
    return min(found, default=None)


def _allowed_space() -> int | None:
    """Return the limit on the address space of this process (`ulimit -v`), if it has one."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    most = resource.getrlimit(resource.RLIMIT_AS)[0]
    return None if most == resource.RLIM_INFINITY else most


def _free() -> int | None:
    """Return the memory that control groups or the machine leave."""
    found = []
    for limit, used, of_what in _GROUPS:
        try:
            taken = int(used.read_text()) - sum(map(int, _GIVEN_BACK.findall(of_what.read_text())))
            found.append(int(limit.read_text()) - taken)
        except (OSError, ValueError):  # "max" is no limit
            continue
    try:
        if free := _FREE.findall(Path("/proc/meminfo").read_text()):
            found.append(1024 * sum(map(int, free)))
    except OSError:
        pass
    return min(found, default=None)


def require_for_libraries() -> None:
    """Raise InputError where not even the libraries have room: several of them crash instead of saying so."""
    for there, needed, kind in ((_allowed_space(), _SPACE, "address space"), (_free(), _LIBRARIES, "memory")):
        if there is not None and there < needed:
            raise InputError(
                None,
                f"there is too little memory: {size_text(needed)} of {kind} or more are needed, and "
                f"{size_text(max(there, 0))} are there",
                "Allow more (`ulimit -v`, or the limit of the container).",
            )


def require_for(path: Path, times: int, unpacked: Path | None = None) -> None:
    """Raise InputError for a file, or a folder of files, that takes more memory than is left.

    Parameters
    ----------
    times : how many bytes each of its bytes becomes at the least
    unpacked : where its bytes are, if they do not lie at `path` as they are

    """
    held = unpacked or path
    size = sum(part.stat().st_size for part in (held.rglob("*") if held.is_dir() else [held]))
    there = left()
    if there is not None and size * times > there:
        smaller = "take a more generalised version of the file" if times == OUTLINES else "take a part of it"
        raise InputError(
            path,
            f"needs {size_text(size * times)} of memory or more, and {size_text(max(there, 0))} are left",
            f"Allow more memory, or {smaller}.",
        )
