"""Who is accountable somewhere: the question, and its answer."""
