"""What is to be drawn: the question, with every faulty answer to its parts refused in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from footprint.model.errors import InputError
from footprint.model.levels import Band, Level
from footprint.model.words import listing, nearest

AIMS = ("border", "edges", "equal", "stay", "flows", "keep")
"""What can be wanted of areas, by the names of its weights."""
PREFERENCES: dict[str, Mapping[str, float]] = {
    "border": {"border": 1.0},
    "flows": {"border": 0.3, "flows": 1.0},
    "equal": {"border": 0.3, "equal": 1.0},
    "stay": {"border": 0.1, "stay": 1.0},
    "none": {},
}
"""What is preferred → the weights that stand for it; short borders break ties everywhere."""
MOST_OPTIONS = 50


@dataclass(frozen=True)
class Keep:
    """A layer whose areas are to be kept whole."""

    layer: str
    hard: bool = False
    """Whether none may be divided; else it is wanted, by the weight `keep`."""


@dataclass(frozen=True)
class Question:
    """What is to be drawn."""

    level: Level
    of: str = "units"
    """The building blocks: "units", the key of a layer, or its geography."""
    within: str | None = None
    """The layer or level whose areas no footprint may cross; "none" for no such layer; None: the next
    wider level of the plan."""
    areas: range | None = None
    """Into how many areas, all together; None leaves it to the band."""
    band: Band | None = None
    """Instead of that of the level."""
    keep: tuple[Keep, ...] = ()
    only: tuple[str, ...] = ()
    """Codes or names of the areas that are drawn anew; () for all."""
    prefer: str = "border"
    weights: Mapping[str, float] = field(default_factory=dict)
    """Weights that differ from those that `prefer` stands for."""
    options: int = 6
    """How many to write at most."""
    seed: int = 1
    steps: int | None = None
    """Steps of annealing for each option; by the number of blocks if not given."""
    restarts: int | None = None
    """Divisions that annealing starts from, of which the best counts; by the number of areas if not given."""
    seconds: float | None = None
    """After so long it stops with the best so far."""

    @property
    def aims(self) -> dict[str, float]:
        """The weights that count, by AIMS."""
        return {k: v for k, v in {**PREFERENCES[self.prefer], **self.weights}.items() if v > 0}


def question(
    level: str, *, of: str = "units", within: str | None = None, areas: Any = None, band: Any = None,
    keep: Iterable[str] = (), only: Iterable[str] = (), prefer: str = "border",
    weights: Mapping[str, float] | Iterable[str] = (), options: int = 6, seed: int = 1,
    steps: int | None = None, restarts: int | None = None, seconds: float | None = None,
) -> Question:  # fmt: skip
    """Return a question from its parts as they are typed; InputError for what nobody can draw."""
    if level not in [str(each) for each in Level]:
        raise InputError(None, f"there is no level '{level}'", f"{nearest(level, Level)}{listing(Level)}.")
    if prefer not in PREFERENCES:
        raise InputError(
            None, f"nothing is called '{prefer}' that could be preferred",
            f"{nearest(prefer, PREFERENCES)}Known: {listing(PREFERENCES)}.",
        )  # fmt: skip
    whole = {
        "--options": (options, 1, MOST_OPTIONS), "--seed": (seed, 0, 2**63), "--steps": (steps, 0, 10**10),
        "--restarts": (restarts, 1, 1000), "--seconds": (seconds, 0.1, 10**6),
    }  # fmt: skip
    for name, (value, least, most) in whole.items():
        if value is not None and not least <= value <= most:
            raise InputError(None, f"{name} {value} is out of range", f"Give {least:,} to {most:,}.")
    return Question(
        Level(level), of, within, _areas(areas), _band(band), tuple(map(_keep, keep)), tuple(only), prefer,
        _weights(weights), options, seed, steps, restarts, seconds,
    )  # fmt: skip


def _areas(given: Any) -> range | None:
    """Read "39", "3-5", 39 or (3, 5)."""
    if given is None or isinstance(given, range):
        return given
    if isinstance(given, int):
        given = (given, given)
    if isinstance(given, str):
        read = re.fullmatch(r"(\d+)(?:\s*[-–]\s*(\d+))?", _plain(given))
        if read is None:
            raise InputError(None, f"--areas {given} is no number", "Give one, as 39, or a range, as 3-5.")
        given = (int(read[1]), int(read[2] or read[1]))
    low, high = given
    if not 1 <= low <= high:
        asked = low if low == high else f"{low}-{high}"
        raise InputError(
            None, f"--areas {asked} asks for no area", "Give 1 or more, the smaller number first."
        )
    return range(low, high + 1)


def _band(given: Any) -> Band | None:
    """Read "30000-50000", "1000000-" (no ceiling), "-50000", a Band or a pair."""
    if given is None or isinstance(given, Band):
        return given
    if isinstance(given, str):
        read = re.fullmatch(r"(\d*)\s*[-–]\s*(\d*)", _plain(given))
        if read is None or not (read[1] or read[2]):
            raise InputError(
                None, f"--band {given} is no range of people",
                "Give LOW-HIGH, as 30000-50000, or 1000000- without a ceiling.",
            )  # fmt: skip
        given = tuple(int(end) if end else None for end in read.groups())
    low, high = given
    if (high is not None and high < max(low or 0, 1)) or (low is not None and low < 0):
        raise InputError(None, f"--band {low}-{high} holds nobody", "Give the smaller number first.")
    return Band(low or None, high)


def _plain(given: str) -> str:
    return given.replace(",", "").replace("_", "").strip()


def _keep(given: str) -> Keep:
    layer, sign, how = given.partition("=")
    if sign and how not in ("hard", "soft"):
        raise InputError(None, f"--keep {given} says how in no known way", f"Write {layer}=hard, or {layer}.")
    return Keep(layer.strip(), how == "hard")


def _weights(given: Mapping[str, float] | Iterable[str]) -> dict[str, float]:
    """Read NAME=X pairs."""
    pairs: dict[str, float] = {}
    if isinstance(given, Mapping):
        pairs = dict(given)
    else:
        for each in given:
            name, sign, value = each.partition("=")
            try:
                pairs[name.strip()] = float(value)
            except ValueError:
                sign = ""
            if not sign:
                raise InputError(None, f"--weight {each} is no weight", "Write NAME=X, as border=0.5.")
    for name, weight in pairs.items():
        if name not in AIMS:
            raise InputError(
                None, f"there is no weight '{name}'", f"{nearest(name, AIMS)}Known: {listing(AIMS, 9)}."
            )
        if not 0 <= weight < 1e6:
            raise InputError(None, f"the weight {name}={weight} is out of range", "Give 0 or more.")
    return pairs
