"""One file, one kind of input: a path and what the plan says of it in, types of `model` out."""
