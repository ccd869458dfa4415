"""A plan in, tables out: people, alignment, patient flows, who answers for whom."""
