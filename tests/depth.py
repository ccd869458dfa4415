"""How much is tried: a third of many like cases in each run, all of them in a thorough one.

Some tests ask the same of each rule, each format or each form of a file, and every one of these takes a plan
that is read and checked. They are marked `sampled`: `make test` takes the first of their sets of values and a
third of the others, always the same ones. Those marked `thorough` are as dear by themselves. `make test
THOROUGH=1` tries everything, and three times as many examples of what is drawn at random.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

THOROUGH = bool(os.environ.get("FOOTPRINT_TEST_THOROUGH"))
_ONE_IN = 3


def tries(number: int, **stated: Any) -> settings:
    """Return the settings of a property of which a thorough run draws so many examples."""
    drawn = number if THOROUGH else -(-number // _ONE_IN)
    # a folder may serve several examples
    shared = [HealthCheck.function_scoped_fixture]
    return settings(max_examples=drawn, deadline=None, suppress_health_check=shared, **stated)


def part(tests: Iterable[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Return the tests of this run, and those that only a thorough one takes."""
    run: list[pytest.Item] = []
    left: list[pytest.Item] = []
    begun: set[str] = set()
    for test in tests:
        name = test.nodeid.partition("[")[0]
        dear = test.get_closest_marker("thorough") is not None
        if test.get_closest_marker("sampled") and name in begun:
            # by what a set of values is called: each third of a grid could leave out a whole column
            dear = dear or zlib.crc32(test.nodeid.encode()) % _ONE_IN > 0
        begun.add(name)
        (left if dear and not THOROUGH else run).append(test)
    return run, left
