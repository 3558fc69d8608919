"""Chance that repeats itself: the same words give the same course of numbers."""

from __future__ import annotations

from random import Random


def chance_of(*words: object) -> Random:
    """A source of numbers of its own for these words."""
    # Pictures want repeatable numbers, not secret ones.
    return Random("/".join(str(word) for word in words))
