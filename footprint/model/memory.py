"""How much memory this process may still take, where the system sets a limit that can be read."""

from __future__ import annotations

from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.sizes import size_text

# Control groups, the newer kind first: what may be used, and what is.
_GROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)

# What outlines take in memory for each byte of their file, at the least (measured: 3 to 9).
_OUTLINES = 3


def left() -> int | None:
    """Return the bytes that may still be taken: of resource limits and control groups the least."""
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
    return min(found, default=None)


def require_for_outlines(path: Path, size: int) -> None:
    """Raise InputError for a boundary file of so many bytes that cannot be held in memory."""
    there = left()
    if there is not None and size * _OUTLINES > there:
        raise InputError(
            path,
            f"needs {size_text(size * _OUTLINES)} of memory or more, and {size_text(max(there, 0))} are left",
            "Allow more memory, or take a more generalised version of the file.",
        )
