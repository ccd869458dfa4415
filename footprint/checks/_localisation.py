"""What the two rules on the localisation index share."""

from __future__ import annotations

from footprint.checks import evidence

INDEX_EVIDENCE = evidence(
    "localisation_index",
    "localisation_index_min",
    "localisation_index_max",
    "threshold",
    "activity",
    "inside",
)
"""An index, its bounds and what it is judged by; neither rule can say one without the others."""
