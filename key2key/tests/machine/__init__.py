"""A small market whose people do whatever comes to their minds, and what must hold all the same."""
