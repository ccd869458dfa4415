"""Where an input came from, what was guessed of it, and how its name is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from footprint.model.columns import PATH
from footprint.model.errors import InputError
from footprint.model.schema import Column, Table

PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")
"""Endings of the files that a shapefile consists of."""


@dataclass(frozen=True)
class Source:
    """Where an input came from: one line of provenance."""

    role: str
    """What the plan uses it for: "layers.lad", "units", "population" …"""
    path: str
    """As the user wrote it."""
    sha256: str
    features: int
    """Features or rows in the file, before anything was left out."""
    crs: str | None = None
    """As the file states it, for example "EPSG:4326"; None for tables."""
    vintage: int | None = None
    resolution_m: float | None = None
    """Estimated detail of the outlines in metres; None for tables and drawn maps."""
    licence: str | None = None
    """As the plan states it; None where it does not."""
    cut_off: str = ""
    """The word by which the file says that the rest of it was left out; "" where it does not."""
    guessed: str | None = None
    """What was guessed of it, and the lines of the plan that state it; None where all is stated."""


class Guess(str):
    """A note on what was taken for granted of an input: the words for stderr, and what settles it."""

    __slots__ = ("quiet", "role", "told")

    role: str
    """The input that it is of (`Source.role`)."""
    told: str
    """What was guessed, and the line of the plan that states it."""
    quiet: bool
    """True where only reports say it: columns whose names leave no doubt."""

    def __new__(
        cls, words: str, role: str = "", what: str = "", settle: str = "", quiet: bool = False
    ) -> Guess:
        """Make the note; `what` was guessed, and `settle` is the line of the plan that states it.

        A copy is made of the words alone, and gets the rest after that.
        """
        made = super().__new__(cls, words)
        made.role, made.told, made.quiet = role, f"{what} (state it with {settle})", quiet
        return made


def said(notes: Iterable[str]) -> tuple[str, ...]:
    """Return notes without guesses that leave no doubt, which only reports say."""
    return tuple(note for note in notes if not (isinstance(note, Guess) and note.quiet))


def guesses(notes: Iterable[str]) -> tuple[Guess, ...]:
    """Return the guesses among notes."""
    return tuple(note for note in notes if isinstance(note, Guess))


INPUTS = Table(
    "inputs",
    "Provenance",
    "A row for each file that was read.",
    (
        Column("role", "Used for"),
        PATH.but(meaning="The file, or FILE::LAYER."),
        Column(
            "sha256", "SHA-256", "code", "Fingerprint of the file's bytes, to know it again by.",
            pattern="^[0-9a-f]{64}$",
        ),
        Column("features", "Rows or features", "count", type="integer"),
        Column(
            "crs", "CRS", "code", "Coordinate reference system, as the file states it.", nullable=True
        ),
        Column("vintage", kind="year", nullable=True),
        Column("resolution_m", "Detail of outlines, m", "metres", "Estimated from the outlines."),
        Column("licence", nullable=True, required=False),
        Column(
            "guessed", nullable=True, required=False,
            meaning="What was taken for granted, and the lines of the plan that state it.",
        ),
    ),
    "No file was read.",
)  # fmt: skip


def split_layer(path: Path | str, layer: str | None = None) -> tuple[Path, str | None]:
    """Return (file, layer) of a path that may be written FILE::LAYER, as on the command line."""
    text = str(path)
    if layer is None and "::" in text and not Path(text).exists():
        file, _, named = text.rpartition("::")
        return Path(file), named
    return Path(path), layer


def shapefile_parts(path: Path) -> dict[str, Path]:
    """Return the parts of a shapefile that exist, by lower-case ending (endings may be in any case).

    Raises InputError where two parts differ in the case of their endings alone: it is open which is meant.
    """
    found: dict[str, Path] = {}
    for sibling in path.parent.iterdir():
        ending = sibling.suffix.lower()
        if sibling.stem == path.stem and ending in PARTS:
            if ending in found:
                both = " and ".join(sorted([found[ending].name, sibling.name]))
                raise InputError(path, f"has two parts, {both}", "Delete the one that is not meant.")
            found[ending] = sibling
    return {ending: found[ending] for ending in PARTS if ending in found}
