"""The tables of options side by side."""

from __future__ import annotations

from footprint.model.columns import NAME
from footprint.model.schema import Column, Table

_OPTION = Column("option", meaning="Its title, or a letter where titles are long; Today is the base.")
_MEASURE = Column("measure", kind="code", meaning="What --weight calls the row.")

SCORECARD = Table(
    "scorecard",
    "Scorecard",
    "A row for each measure and option; measures in which options differ come first.",
    (
        _MEASURE,
        Column("heading", "What is measured"),
        _OPTION,
        Column(
            "value",
            kind="ratio",
            meaning="A number, share or kilometres, as the measure is; empty if unknown.",
        ),
        Column("least", kind="ratio", meaning="The least that it can be, where it is in doubt."),
        Column("most", kind="ratio", meaning="The most that it can be."),
        Column("about", meaning="The areas that it is about, by name.", nullable=True),
        Column(
            "firmness",
            nullable=True,
            required=False,
            meaning="Of a row with verdicts, whether they are firm or what they turn if.",
        ),
        Column("kind", values=("count", "share", "index", "ratio", "km")),
        Column(
            "better",
            values=("less", "more"),
            nullable=True,
            meaning="Empty for what is neither good nor bad.",
        ),
        Column("mark", values=("best", "worst"), nullable=True, meaning="Within its row."),
        Column("differs", type="boolean", meaning="Whether options, or options and today, differ in it."),
    ),
)
CHOICES = Table(
    "choices",
    "Options side by side",
    "A row for each option.",
    (
        _OPTION,
        Column("title"),
        Column("path", "File"),
        Column("fault", "Cannot be applied", nullable=True, meaning="Why; empty for an option that can."),
        Column("score", kind="index", meaning="By the weights that were given; 1 is best in every row."),
        Column("rank", kind="count", type="integer", nullable=True, meaning="By the weights, without today."),
    ),
)  # fmt: skip
DOMINANCE = Table(
    "dominance",
    "Dominance",
    "A row for each pair of maps: in how many of the rows in which they differ one is better.",
    (
        _OPTION,
        Column("other"),
        Column("better", kind="count", type="integer", meaning="Rows in which the option is better."),
        Column("worse", kind="count", type="integer", meaning="Rows in which the other one is."),
        Column("unknown", kind="count", type="integer", meaning="Rows that nobody can tell of one of them."),
        Column("worse_on", "Worse on", nullable=True, meaning="These rows, separated by semicolons."),
    ),
)  # fmt: skip
FINDINGS_OF = Table(
    "option_findings",
    "Findings of options",
    "A row for each finding that an option resolves or brings.",
    (
        _OPTION,
        Column("change", values=("resolved", "new")),
        Column("rule", kind="code"),
        NAME.but(meaning="Of the rule."),
        Column("severity"),
        Column("message"),
    ),
    "No option resolves or brings anything.",
)
SIDE_BY_SIDE = {table.name: table for table in (SCORECARD, CHOICES, DOMINANCE, FINDINGS_OF)}
"""Tables of options by name."""
