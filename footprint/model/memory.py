"""How much memory this process may still take, where the system says so."""

from __future__ import annotations

import re
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.sizes import size_text

# Control groups, the newer kind first: what may be used, and what is.
_GROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)

# What else is free: memory that can be had without swapping, and what may be swapped to.
_FREE = re.compile(r"^(?:MemAvailable|SwapFree):\s*(\d+) kB$", re.MULTILINE)

OUTLINES = 3
"""What outlines take in memory for each byte of their file, at the least (measured: 3 to 9)."""
TABLE = 4
"""The same of a table (measured: 8, as each cell becomes a text of its own)."""


def left() -> int | None:
    """Return the bytes that may still be taken: of limits, control groups and the machine the least."""
    found = []
    try:
        import resource

        most = resource.getrlimit(resource.RLIMIT_AS)[0]
        if most != resource.RLIM_INFINITY:
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            found.append(most - pages * resource.getpagesize())
    except (ImportError, OSError, ValueError):
        pass
    for limit, used in _GROUPS:
        try:
            found.append(int(Path(limit).read_text()) - int(Path(used).read_text()))
        except (OSError, ValueError):  # "max" is no limit
            continue
    try:
        if free := _FREE.findall(Path("/proc/meminfo").read_text()):
            found.append(1024 * sum(map(int, free)))
    except OSError:
        pass
    return min(found, default=None)


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
