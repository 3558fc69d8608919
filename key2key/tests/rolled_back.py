"""Work of a whole module that never happened: for fixtures whose rows many tests read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def rolled_back() -> Iterator[None]:
    """What is done inside is undone; as in Django's own test cases, durable blocks do not mind."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # how Django marks its own
    with block:
        yield
        transaction.set_rollback(True)
