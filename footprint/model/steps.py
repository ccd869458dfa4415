"""How far long work has come: what works tells it, and a terminal, if there is one, shows it.

Whoever works through things wraps them in `steps`; the command line listens. Steps within steps are told
after those that they are in: "option 2 of 5: B, rule 12 of 41".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
Listener = Callable[[str], None]

_listeners: list[Listener] = []
_above: list[str] = []


@contextmanager
def heard(listener: Listener) -> Iterator[None]:
    """Let a function hear of every step that is taken meanwhile."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.pop()
        _above.clear()


def steps(what: str, things: Sequence[T], called: Callable[[T], str] = str) -> Iterator[T]:
    """Yield things one after the other, and tell before each which it is, and of how many.

    Parameters
    ----------
    what : what one of them is: "rule"
    things : to work through
    called : what a thing is called

    """
    if not _listeners:
        yield from things
        return
    depth = len(_above)
    for at, thing in enumerate(things, 1):
        del _above[depth:]
        _above.append(f"{what} {at:,} of {len(things):,}: {called(thing)}")
        _listeners[-1](", ".join(_above))
        yield thing
    del _above[depth:]
