"""Maps: what is on one, and the two writers that draw it."""
