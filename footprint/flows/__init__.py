"""Patient flows: from records to a unit × provider table, and what follows from it for areas.

`records` reads flows with one of the `engines`, `providers` says where each provider stands, and
`activity` brings both together with a plan. `measures`, `catchments` and `periphery` are what
planners ask of the result.
"""
