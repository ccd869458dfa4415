"""Official layers from the services that publish them: the only stage that opens the network.

`catalogue` says what there is, `client` asks a service, `nomis` knows the one that has people of areas,
`download` gets one entry whole, and `sets` chooses what was in force together on a date. What was fetched is
pinned in a lock (`footprint.read.lock`).
"""
