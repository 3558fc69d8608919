"""The rules of house.md that need the source alone. Each yields its offences, one line for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from key2key.tests.house import codes, habits, names_and_sizes, rooms_keep_to_themselves

RULES: tuple[Callable[[], Iterable[str]], ...] = (
    *names_and_sizes.RULES,
    *rooms_keep_to_themselves.RULES,
    *codes.RULES,
    *habits.RULES,
)
