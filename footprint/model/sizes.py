"""Sizes of files and of memory: as text, and from it."""

from __future__ import annotations

import re

from footprint.model.errors import InputError

_BYTES = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)\s*$", re.IGNORECASE)


_FACTOR = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
           "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}  # fmt: skip


def as_bytes(size: str) -> int:
    """Return a size in bytes; InputError where it is none."""
    match = _BYTES.match(size)
    if match is None:
        raise InputError(None, f"'{size}' is no size of memory", "Write 512MiB or 2GB.")
    return int(float(match[1]) * _FACTOR[match[2].lower()])


def size_text(size: float) -> str:
    """Return a number of bytes as "1.2 GB"."""
    power = next((p for p in (4, 3, 2, 1) if size >= 1000**p), 0)
    unit = ("bytes", "kB", "MB", "GB", "TB")[power]
    told = f"{size / 1000**power:,.1f}".removesuffix(".0")
    return f"{told} {unit}"
