"""The verdict of a boundary report: what a chair can read out, with the figures of its JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from footprint.model.known import is_known
from footprint.model.words import agree, area_text, count, number
from footprint.plan.coverage import told as extents
from footprint.plan.naming import counted, many
from footprint.reports.content.flows import reached

if TYPE_CHECKING:
    import pandas as pd

    from footprint.reports.board import Board


def verdict_of(board: Board) -> Iterator[str]:
    """Return the verdict, a sentence each, what weighs most first."""
    if board.comparison is not None:
        yield f"The change {board.comparison['summary']['sentence']}."
    yield from _incomplete(board)
    yield _summary(board.document["summary"], after=board.comparison is not None)
    yield from _alignments(board)
    yield from (f"{sentence}." for sentence in extents(board.plan))
    yield from _bands(board)
    yield from _inside(board)
    skipped = {skip["rule"] for skip in board.document["skipped"]}
    if skipped:
        rules = count(len(skipped), "rule was", "rules were")
        yield f"{rules} skipped in whole or in part; the reasons are given."


def _incomplete(board: Board) -> Iterator[str]:
    refused = list(dict.fromkeys(s.reason for s in board.result.skipped if s.refused))
    if refused:
        yield f"INCOMPLETE: this check could not be carried out in full ({'; '.join(refused)})."


def _summary(tally: dict[str, int], after: bool) -> str:
    parts = [
        (tally["error"], "must be settled"),
        (tally["warning"], "should be settled"),
        (tally["info"], "to be aware of"),
        (tally["accepted"], "accepted with a reason"),
    ]
    named = [f"{n:,} {words}" for n, words in parts if n]
    total = sum(n for n, _ in parts)
    when = f"After it there {agree(total, 'is', 'are')}" if after else "The check has"
    if not named:
        return f"{when} no findings."
    return f"{when} {count(total, 'finding')}: {', '.join(named)}."


def _alignments(board: Board) -> Iterator[str]:
    rows = board.document["tables"]["overlap"]
    for overlap in board.result.overlaps:
        pair = (overlap.source, overlap.target)
        ours = [row for row in rows if (row["source_layer"], row["target_layer"]) == pair]
        judged = [row for row in ours if row["verdict"] != "sliver"]
        split = {row["source"] for row in judged if row["verdict"] == "split"}
        partly, gone = overlap.partly(), int(overlap.outside["whole"].sum())
        total = len({row["source"] for row in judged}) + gone
        unsure = len(overlap.unsure())
        whole = total - len(split) - len(partly) - gone - unsure
        of, between = (many(board.plan, key) for key in pair)
        if not total:
            continue
        if whole == total:
            told = f"The one area of {of}" if total == 1 else f"Each of the {total:,} {of}"
            yield f"{told} lies wholly inside one of the {between}."
            continue
        beyond = []
        if len(partly):
            beyond.append(
                f"{len(partly):,} {agree(len(partly), 'is', 'are')} partly outside them{_lost(partly)}"
            )
        if gone:
            beyond.append(f"{gone:,} {agree(gone, 'lies', 'lie')} in none of them")
        beyond += [f"of {unsure:,} nobody can tell"] if unsure else []
        told = f"{f'{whole:,}' if whole else 'None'} of {total:,} {of} {agree(whole or 1, 'lies', 'lie')} "
        told += f"wholly inside one of the {between}"
        if split:
            told = (
                f"{len(split):,} of {total:,} {of} {agree(len(split), 'is', 'are')} split between {between}"
            )
            told += _outside(judged, split)
        yield f"{'; '.join([told, *beyond])}."


def _lost(partly: pd.DataFrame) -> str:
    """Return the people, or else the ground, of areas that are partly outside, as far as they are known."""
    people, ground = (partly[column].sum(skipna=False) for column in ("population", "area_m2"))
    if is_known(people):
        return f", with {number(people)} people in none"
    return f", with {area_text(ground)} in none" if is_known(ground) else ""


def _all(how_many: int) -> str:
    return "Both" if how_many == 2 else f"All {how_many:,}"


def _outside(rows: list[dict[str, Any]], split: set[str]) -> str:
    """Return how many people live outside the largest piece of their area, or what ground lies there."""
    column = "population"
    if any(row["population"] is None for row in rows if row["source"] in split):
        column = "area_m2"
    lost = 0.0
    for code in split:
        sizes = [row[column] for row in rows if row["source"] == code]
        if any(size is None for size in sizes):
            return ""
        lost += sum(sizes) - max(sizes)
    if column == "population":
        return f"; {number(lost)} people live outside the largest piece of theirs"
    return f"; {area_text(lost)} lie outside the largest piece of theirs"


def _bands(board: Board) -> Iterator[str]:
    plan, rows = board.plan, board.document["tables"]["population"]
    for key, band in plan.banded.items():
        ours = [row for row in rows if row["layer"] == key]
        if not any(row["status"] for row in ours):
            continue
        tally = Counter(row["status"] for row in ours)
        parts = [
            (tally["WITHIN"], f"{agree(tally['WITHIN'], 'is', 'are')} within the band of {band} people"),
            (tally["BELOW"], "below it"),
            (tally["ABOVE"], "above it"),
            (tally[None], "of unknown size"),
        ]
        if len(ours) == tally["WITHIN"] > 1:
            yield f"{_all(len(ours))} {many(plan, key)} are within the band of {band} people."
            continue
        told = [f"{n:,} {words}" for i, (n, words) in enumerate(parts) if n or i == 0]
        yield f"Of {counted(plan, key, len(ours))}, {', '.join(told)}."


def _inside(board: Board) -> Iterator[str]:
    plan, rows = board.plan, board.document["tables"]["flows"]
    for level, key in plan.levels.items():
        threshold = plan.localisation_index.get(level)
        ours = [row for row in rows if row["layer"] == key]
        if threshold is None or not ours:
            continue
        tally = Counter(reached(row, threshold) for row in ours)
        reach, below = tally["reached"], tally["below"]
        keep, whose = ("keeps", "its") if reach < 2 else ("keep", "their")
        told = [
            f"{f'{reach:,}' if reach else 'None'} of {count(len(ours), str(level))} {keep} "
            f"at least {threshold:.0%} of {whose} residents' care inside"
        ]
        told += [f"{below:,} {agree(below, 'does', 'do')} not"] if below and reach else []
        told += [f"of {tally['cannot tell']:,} nobody can tell"] if tally["cannot tell"] else []
        yield f"{', '.join(told)}."
