"""Systems, places and neighbourhoods, and the profiles of policy tests: bands, and what has to line up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """The three levels at which care is organised, widest first."""

    SYSTEM = "system"
    PLACE = "place"
    NEIGHBOURHOOD = "neighbourhood"


@dataclass(frozen=True)
class Band:
    """A range of people, both ends inclusive; None is open."""

    low: int | None
    high: int | None

    def status(self, people: float) -> str:
        """Return "BELOW", "WITHIN" or "ABOVE"."""
        if self.low is not None and people < self.low:
            return "BELOW"
        if self.high is not None and people > self.high:
            return "ABOVE"
        return "WITHIN"

    def distance(self, people: float) -> float:
        """Return the people missing (negative) or too many (positive); 0 within the band."""
        if self.low is not None and people < self.low:
            return people - self.low
        if self.high is not None and people > self.high:
            return people - self.high
        return 0

    def __str__(self) -> str:
        if self.high is None:
            return f"{self.low:,} or more"
        if self.low is None:
            return f"{self.high:,} or fewer"
        return f"{self.low:,} to {self.high:,}"


@dataclass(frozen=True)
class PolicyAlignment:
    """A kind of area that a policy wants to nest in a level."""

    geography: str
    """Key of GEOGRAPHIES."""
    level: Level
    must: bool = False
    """False for "should"."""


@dataclass(frozen=True)
class Profile:
    """Policy tests: population bands, and what has to line up, as a source states them."""

    key: str
    bands: dict[Level, Band]
    source: str
    date: str
    """When the source was published."""
    align: tuple[PolicyAlignment, ...] = ()


NO_PROFILE = Profile("none", {}, "", "")
"""Of plans that state none, where no policy known here is of all their nations."""
PROFILES: dict[str, Profile] = {
    p.key: p
    for p in (
        Profile(
            "classic",
            {
                Level.SYSTEM: Band(1_000_000, 3_000_000),
                Level.PLACE: Band(250_000, 500_000),
                Level.NEIGHBOURHOOD: Band(30_000, 50_000),
            },
            "Policy@Manchester, With great power",
            "2022",
        ),
        Profile(
            "2022",
            {
                Level.SYSTEM: Band(500_000, 3_000_000),
                Level.PLACE: Band(250_000, 500_000),
                Level.NEIGHBOURHOOD: Band(30_000, 50_000),
            },
            "King's Fund; Health Foundation",
            "2022",
        ),
        Profile(
            "2025",
            {Level.SYSTEM: Band(1_000_000, None)},
            "Model ICB blueprint and its commentary (at least 1 million, about 2 million; each authority "
            "in one system)",
            "2025",
            (PolicyAlignment("UTLA", Level.SYSTEM), PolicyAlignment("LAD", Level.SYSTEM)),
        ),
        Profile(
            "neighbourhood-health",
            # "about 50,000" needs a width to be a band: a fifth either way, and the source line says so
            {Level.PLACE: Band(250_000, None), Level.NEIGHBOURHOOD: Band(40_000, 60_000)},
            "10 Year Health Plan commentary: about 50,000 (read as within a fifth) in a single "
            "neighbourhood, 250,000 or more in several",
            "2025",
        ),
    )
}
