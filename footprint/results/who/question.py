"""Putting the question of `footprint who`: what is asked of which plan, and all that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.errors import InputError
from footprint.model.shown import Shown
from footprint.model.words import listing
from footprint.plan import derive
from footprint.plan.open import Options, applied, open_applied, open_base
from footprint.read.planfile import named_in
from footprint.results.who.answer import Answer, answer
from footprint.results.who.care import CareOf, care
from footprint.results.who.codes import Codes, codes_of
from footprint.results.who.postcode import at_postcode
from footprint.results.who.spot import at_point, read_point
from footprint.results.who.subject import Subject, find_subject

if TYPE_CHECKING:
    import pandas as pd

    from footprint.model.proposal import Proposal
    from footprint.plan.given import Given
    from footprint.plan.model import Plan
    from footprint.results.who.edges import Edge


@dataclass(frozen=True)
class Question:
    """What is asked: of a code, of a point, of a postcode, or of the plan as a whole."""

    plan: Given | None = None
    """Plan file or its folder; that of the proposal, or the current folder, if not given."""
    code: str | None = None
    """Of a unit or an area, or the name of an area."""
    layer: str | None = None
    """The layer that the code is of, where several have it."""
    at: str | None = None
    """A point, as `spot.read_point` takes it."""
    postcode: str | None = None
    postcodes: Path | None = None
    edge: bool = False
    """Also say how far the nearest edge is; of a point that is said anyway."""
    changes: Sequence[Path | Proposal] = ()
    """Proposals: what do they do to the answer?"""
    confined: bool = False
    """Hold plans and proposals to their folders."""


@dataclass(frozen=True, eq=False)
class Who(Shown):
    """All that answers a question."""

    codes: Codes
    """Of the plan as it stands."""
    answer: Answer | None
    """None where the question is about the plan as a whole."""
    care: CareOf | None
    """None without flows."""
    edges: list[Edge] | None
    """None where they were not asked for."""
    proposals: tuple[Proposal, ...] = ()
    proposed: Answer | None = None
    """The answer with the proposals."""
    changes: pd.DataFrame | None = None
    """For whom the body that answers changes (`change.changes`); None without proposals."""
    map: dict[str, pd.DataFrame] | None = None
    """The plan's functions and decisions map (`leads.tables`), where the plan as a whole is asked about."""
    notes: tuple[str, ...] = ()
    suppress: str | None = None
    """The rule by which small numbers are kept in where it is told; it holds them in full itself."""

    def __repr__(self) -> str:
        """Return one line: what was asked about, and how many footprints and functions that has."""
        given = self.answer
        if given is None:
            return f"<Who of {self.codes.title!r}: the whole plan>"
        told = f"{len(given.footprints):,} footprints, {len(given.functions):,} functions"
        return f"<Who of {given.subject.name!r} ({given.subject.code}): {told}>"


def ask(asked: Question) -> Who:
    """Answer a question.

    Raises
    ------
    InputError : for a plan, a proposal or a lookup that cannot be used; for a code that there is not, with
        the nearest ones; for a point in the sea, in another nation or beyond the plan

    """
    given = [name for name in ("code", "at", "postcode") if getattr(asked, name) is not None]
    if len(given) > 1:
        raise InputError(None, f"{given[0]} and {given[1]} are asked about together", "Ask about one.")
    if (asked.postcode is None) != (asked.postcodes is None):
        raise InputError(
            None, "--postcode and --postcodes go together",
            "Give the postcode, and a CSV that says where postcodes are (ONS Postcode Directory).",
        )  # fmt: skip
    if asked.edge and not given:
        raise InputError(None, "--edge has nothing to be the edge of", "Give a code, --at or --postcode.")
    if asked.changes:
        return _changed(asked, bool(given))
    plan = open_applied(asked.plan, (), Options(flows=False, lazy=True, confined=asked.confined))
    return _answered(asked, codes_of(plan)) if given else _whole(plan)


def files_of(asked: Question, found: Who) -> list[str]:
    """Return every file that a question names and that its plan and proposals name, read or not.

    None of them may be overwritten by the answer. As `output.is_part_of` takes them.
    """
    codes = found.codes
    inputs = (*codes.inputs, *(found.care.inputs if found.care is not None else ()))
    files = [path for _, path in inputs]
    files += [source.path for proposal in found.proposals for source in proposal.sources]
    files += [str(path) for path in (asked.postcodes, codes.path) if path is not None]
    for toml in (codes.path, *(proposal.path for proposal in found.proposals)):
        files += [] if toml is None else [str(toml), *named_in(toml)]
    return files


def _answered(asked: Question, codes: Codes) -> Who:
    subject = _subject(asked, codes)
    found = _answer(codes, subject)
    near = None
    # of a point outlines have been read anyway
    if asked.edge or subject.kind == "point":
        from footprint.results.who.edges import edges

        lies: dict[str, str] = {}
        for each in found.footprints:
            lies.setdefault(each.layer, each.code)
        near = edges(codes, subject, lies)
    own = care(codes, subject.units)
    told = own.told if own is not None else ()
    return Who(codes, found, own, near, notes=(*codes.plan.notes, *told, *_also(subject)))


def _answer(codes: Codes, subject: Subject) -> Answer:
    """Return the answer, on both sides of boundaries that split a unit."""
    assigned = (derive.assignment(codes.plan, key) for key in codes.areas)
    if subject.kind == "area" or all(each is None or each.fit is None for each in assigned):
        return answer(codes, subject, {})  # no outline has a say
    from footprint.results.who.divided import pieces

    return answer(codes, subject, pieces(codes, subject))


def _also(subject: Subject) -> tuple[str, ...]:
    """Return what was taken for granted of it, and a note where it could be something else, too."""
    if not subject.also:
        return subject.notes
    others = listing(subject.also, 12)
    if subject.kind == "point":
        told = f"the point lies on the border of {subject.name} ({subject.code}), and of {others}"
        return (*subject.notes, told)
    what = subject.kind if subject.layer is None else f"area of {subject.layer}"
    return (*subject.notes, f"{subject.code} is taken for the {what}; there is also {others}")


def _subject(asked: Question, codes: Codes) -> Subject:
    if asked.code is not None:
        return find_subject(codes, asked.code, asked.layer)

    if asked.at is not None:
        return at_point(codes, read_point(asked.at))
    assert asked.postcode is not None
    assert asked.postcodes is not None
    return at_postcode(codes, asked.postcode, asked.postcodes)


def _whole(plan: Plan) -> Who:
    """Return the functions and decisions map of a plan."""
    from footprint.measure.leads import tables

    if plan.accountability is None:
        raise InputError(
            plan.path, "does not say who is accountable for what ([accountability])",
            "Add it, or ask where a unit or area lies: footprint who CODE.",
        )  # fmt: skip
    return Who(codes_of(plan), None, None, None, map=tables(plan), notes=plan.notes)


def _changed(asked: Question, one: bool) -> Who:
    """Return the answer with proposals beside the one without."""
    from footprint.results.changes import changes

    before, proposals = open_base(asked.plan, asked.changes, Options(flows=one, confined=asked.confined))
    after = applied(before, proposals)
    codes, later = codes_of(before), codes_of(after)
    if before.accountability is None and not one:
        raise InputError(
            before.path, "does not say who is accountable for what ([accountability])",
            "Add it, or ask what changes for a unit or area: footprint who CODE --changes PROPOSAL.",
        )  # fmt: skip
    notes = tuple(dict.fromkeys((*before.notes, *after.notes)))
    if before.accountability is not None and before.accountability.timed and before.date is not None:
        notes += (f"functions are those in force on {before.date}, the plan's date, before and after",)
    if not one:
        table = changes(before, after)
        return Who(codes, None, None, None, tuple(proposals), None, table, notes=notes)
    try:
        found = _answered(asked, codes)
        subject = found.answer.subject if found.answer is not None else None
    except InputError:
        if asked.code is None:
            raise
        # an area that only the proposal makes: its units before, and after
        made = find_subject(later, asked.code, asked.layer)
        found = Who(codes, answer(codes, made), care(codes, made.units), None)
        subject = made
    assert subject is not None
    return replace(
        found,
        proposals=tuple(proposals),
        proposed=_answer(later, subject),
        changes=changes(before, after, subject.units),
        notes=(*notes, *_also(subject)),
    )
