"""The version of this program, which outputs and kept results name."""

from __future__ import annotations

VERSION = "0.1.0"
