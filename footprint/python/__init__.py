"""The commands as functions of Python: with options of the same names, and raising where they say "error"."""
