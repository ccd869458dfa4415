"""Systems, places and neighbourhoods, and the profiles of policy tests: bands, and what has to line up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """A kind of area that a policy wants to nest in a level, or in another kind of area."""

    geography: str
    """Key of GEOGRAPHIES."""
    level: Level | None
    must: bool = False
    """False for "should"."""
    within: str = ""
    """Key of GEOGRAPHIES, where it is no level."""

    @property
    def target(self) -> str:
        """What it is to nest in, in words."""
        return f"{self.level}s" if self.level else self.within


@dataclass(frozen=True)
class Profile:
    """Policy tests: population bands, and what has to line up, as a source states them."""

    key: str
    bands: dict[Level, Band]
    source: str
    date: str
    """When the source was published."""
    align: tuple[PolicyAlignment, ...] = ()
    kinds: Mapping[str, Band] = field(default_factory=dict)
    """Bands of kinds of area (keys of GEOGRAPHIES), whether they are a level or not."""
    providers: Mapping[Level, int] = field(default_factory=dict)
    """How many providers are to stand in an area at least."""


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
            "boards-2025",
            {Level.SYSTEM: Band(1_000_000, None)},
            "each authority in one board, more than one acute trust, at least one million people: "
            "design principles of the East of England region, 2025, as Healthcare Leader reports them "
            "from papers of a board (commentary; the papers were not found) · coterminous with "
            "strategic authorities wherever feasible: written statement of the Minister of State for "
            "Health, 9 September 2025 · about two million people, no test here: Model ICB blueprint, "
            "May 2025, as Burges Salmon reports it (commentary)",
            "2025",
            tuple(PolicyAlignment(kind, Level.SYSTEM) for kind in ("UTLA", "LAD", "CAUTH")),
            providers={Level.SYSTEM: 2},
        ),
        Profile(
            "councils-2025",
            {},
            "500,000 people or more as a guiding principle, with exceptions: answer to written question"
            " 85787, 4 November 2025, on the English Devolution White Paper of 16 December 2024 · made "
            "of whole districts: proposals under the Local Government and Public Involvement in Health "
            "Act 2007, unless a change of boundaries is justified (commentary; the invitation of 5 "
            "February 2025 was not found) · in line with health, police and fire areas: commentary on "
            "the White Paper; only health is tested here",
            "2025",
            (PolicyAlignment("LAD", None, within="UTLA"), PolicyAlignment("UTLA", Level.SYSTEM)),
            kinds={"UTLA": Band(500_000, None)},
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
