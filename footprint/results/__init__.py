"""What a run found, two runs held against each other, and where findings lie."""
