"""Methods in words, for the reader of a report."""

from __future__ import annotations

METHODS: tuple[tuple[str, str], ...] = (
    (
        "Split or nested",
        "An area is nested if it lies in one area of the other layer, and otherwise split, with the people "
        "in each piece. A verdict rests on the strongest evidence there is: a lookup of units (exact), units "
        "put into areas by best fit, or outlines alone.",
    ),
    (
        "Slivers",
        "Layers that were generalised apart overlap falsely along shared borders. Such slivers are told from "
        "true pieces by their width, which is twice the radius of the largest circle inside. They are "
        "counted and never reported as splits. Layers too coarse to tell are refused.",
    ),
    (
        "Best fit",
        "A unit belongs to the area that holds its given point, or else the largest part of it (ONS best-fit "
        "policy). The share that is truly inside is published.",
    ),
    (
        "Population bands",
        "BELOW, WITHIN or ABOVE, both ends inclusive. A band is a should: missing it is a warning unless the "
        "plan says otherwise.",
    ),
    (
        "Localisation index",
        "Activity of an area's residents at providers that stand in the area, over all their activity. "
        "Provider self-containment has the same numerator over all activity at the area's providers; the "
        "import share is the rest of it. Suppressed counts and unplaced providers are intervals, never zero: "
        "the least and the most that an index can be are given, and a threshold between them is "
        "'cannot tell'.",
    ),
    (
        "Catchments",
        "first_past_the_post gives a unit to the provider with its largest flow; proportional_flow_30 to "
        "every provider with at least 30% of it, so that catchments may overlap; proportionate shares a "
        "unit's people out by its flows.",
    ),
    (
        "Periphery",
        "Units within a stated distance of their area's land border. Those whose largest provider stands in "
        "another area are misaligned.",
    ),
    (
        "Agreement of layers",
        "V-measure is the harmonic mean of homogeneity and completeness (Rosenberg and Hirschberg 2007; "
        "Nowosad and Stepinski 2018): 1 where two divisions of the same people agree. Variation of "
        "information is 0 there, in nats.",
    ),
)
"""Methods in words: (what, how)."""

_FLOW_METHODS = ("Localisation index", "Catchments", "Periphery")


def methods(*, flows: bool) -> list[tuple[str, str]]:
    """Return the methods in words; without flows those that are about flows are left out."""
    return [(what, how) for what, how in METHODS if flows or what not in _FLOW_METHODS]
