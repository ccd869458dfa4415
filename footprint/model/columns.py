"""Columns that several tables have."""

from __future__ import annotations

from footprint.model.levels import Level
from footprint.model.schema import Column

LAYER = Column("layer")
LEVEL = Column("level", values=tuple(str(level) for level in Level))
"""In tables of levels; elsewhere LEVEL_IF_ANY."""
LEVEL_IF_ANY = LEVEL.but(nullable=True)
CODE = Column("code", kind="code")
NAME = Column("name")
AREA = (LAYER, LEVEL_IF_ANY, CODE, NAME)
"""An area of any layer."""

PROVIDER = Column("provider", kind="code")
PROVIDER_NAME = Column("provider_name")
HOST = Column("host", "Host", "code", "The area that the provider stands in.", nullable=True)
HOST_NAME = Column("host_name", nullable=True)

PEOPLE = Column("population", "People", "count")
PATIENTS = PEOPLE.but(suppressed="count")
"""People of the units of a catchment, whom flows could point at."""
UNCERTAIN = Column(
    "uncertain_population", "Of them uncertain", "count",
    "People of units that equal flows, or journeys that no count shows, could give to another provider.",
    suppressed="count",
)  # fmt: skip
UNITS = Column(
    "units", "Units", "count", "Units are the smallest areas that carry a population.", type="integer"
)
AREA_M2 = Column("area_m2", "Area, m²", "m2")
SHARE = Column("share", kind="share")
STATUS = Column(
    "status", "Status", meaning="BELOW, WITHIN or ABOVE the band of its level, both ends inclusive.",
    values=("BELOW", "WITHIN", "ABOVE"), nullable=True,
)  # fmt: skip

BODY = Column("body")
KIND_OF_BODY = Column("kind", "Kind of body")
ROLE = Column("role", "Accountable role", meaning="Of the body's single accountable person.", nullable=True)
LEAD = Column("lead", "Led by", meaning="The kind of body that leads.")
DELEGATED_FROM = Column(
    "delegated_from", "Delegated from", meaning="A level, or who else has delegated it.", nullable=True
)
CONDITIONS = Column("conditions", nullable=True)
PATH = Column("path", "File")
LINE = Column("line", "Line", "count", type="integer")

V_MEASURE = Column(
    "v_measure", "V-measure", "index", "Harmonic mean of homogeneity and completeness; 1 where both agree."
)
VARIATION = Column(
    "variation_of_information", kind="index", meaning="In nats; 0 where both agree.", unit="nats"
)

NO_FLOWS = "The plan has no patient flows that can be measured, or no area that they could be measured for."
"""Why tables of flows may have no rows."""
KEPT_IN = "* is a small number that is kept in."
"""What is said of tables in which small numbers may be hidden."""
