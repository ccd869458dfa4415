"""How much is tried: a quarter of many like cases in each run, all of them in a thorough one.

Some tests ask the same of each rule, each format or each form of a file, and every one of these takes a plan
that is read and checked. They are marked `sampled`: `make test` takes a quarter of their sets of values, the
first and always the same others. Those marked `thorough` are as dear by themselves. `make test THOROUGH=1`
tries everything, and four times as many examples of what is drawn at random.
"""

from __future__ import annotations

import os
import zlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

THOROUGH = bool(os.environ.get("FOOTPRINT_TEST_THOROUGH"))
_ONE_IN = 4
_FEWEST = 5
"""So many examples a property is tried on at least: fewer say little of it."""


def tries(number: int, **stated: Any) -> settings:
    """Return the settings of a property of which a thorough run draws so many examples."""
    drawn = number if THOROUGH else max(-(-number // _ONE_IN), min(number, _FEWEST))
    # a folder may serve several examples
    shared = [HealthCheck.function_scoped_fixture]
    return settings(max_examples=drawn, deadline=None, suppress_health_check=shared, **stated)


def part(tests: Iterable[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Return the tests of this run, and those that only a thorough one takes."""
    tests = list(tests)
    sets: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    left: set[pytest.Item] = set()
    for test in tests:
        if test.get_closest_marker("sampled"):
            sets[test.nodeid.partition("[")[0]].append(test)
        elif test.get_closest_marker("thorough"):
            left.add(test)
    for found in sets.values():
        # by what they are called: each fourth of a grid could leave a whole column of it out
        order = [found[0], *sorted(found[1:], key=lambda test: zlib.crc32(test.nodeid.encode()))]
        left.update(order[-(-len(found) // _ONE_IN) :])
    if THOROUGH:
        left.clear()
    return [test for test in tests if test not in left], [test for test in tests if test in left]
