"""A run leaves out what is much like something that it tries, and a thorough one leaves out nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import depth
import pytest


@dataclass(frozen=True)
class Item:
    nodeid: str
    mark: str = ""

    def get_closest_marker(self, name: str) -> str | None:
        return name if name == self.mark else None


def taken(items: list[Any]) -> list[str]:
    run, left = depth.part(items)
    assert sorted([*run, *left], key=items.index) == items
    return [item.nodeid for item in run]


ITEMS = [
    Item("a.py::plain[1]"),
    Item("a.py::plain[2]"),
    *(Item(f"a.py::many[{n}]", "sampled") for n in range(9)),
    Item("a.py::dear", "thorough"),
    *(Item(f"a.py::few[{n}]", "sampled") for n in range(2)),
]


@pytest.mark.parametrize("order", [ITEMS, [*ITEMS[:2], *ITEMS[11:], *ITEMS[2:11]]])
def test_of_like_cases_a_quarter_is_tried_and_always_the_first(
    order: list[Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(depth, "THOROUGH", False)
    run = taken(order)
    assert {"a.py::plain[1]", "a.py::plain[2]", "a.py::many[0]", "a.py::few[0]"} <= set(run)
    assert [sum(name in test for test in run) for name in ("many", "few", "dear")] == [3, 1, 0]
    assert set(run) == set(taken(ITEMS))


def test_a_thorough_run_tries_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depth, "THOROUGH", True)
    assert taken(ITEMS) == [item.nodeid for item in ITEMS]
