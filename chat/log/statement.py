"""A statement that both runners understand: Django's connection, and the socket's pool of psycopg."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Answer_co = TypeVar("Answer_co", covariant=True)
Rows = Sequence[tuple[Any, ...]]


@dataclass(frozen=True)
class Statement(Generic[Answer_co]):
    """SQL that is one transaction, its parameters, and how the rows of its last step are read.

    The steps run in their order with the same parameters, each on a snapshot of its own (READ COMMITTED):
    where there are two, the first only takes locks, so that the second sees what the lock protects.
    Tuples in, plain dataclasses out; nothing here knows a connection.
    """

    steps: tuple[str, ...]
    params: Mapping[str, Any]
    read: Callable[[Rows], Answer_co]
