"""Commands that load large libraries are stopped in words where these have no room."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from footprint.cli.running import guarded


def computing(command: Callable[..., int | None]) -> Callable[..., None]:
    """Guard a command that computes: it begins only where there is memory for the libraries that it loads."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> int | None:
        from footprint.model.memory import require_for_libraries

        require_for_libraries()
        return command(*args, **kwargs)

    return guarded(run)
