"""What must still hold when a service has locked the row it is about to change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Precondition = Callable[[Any], None]


def always(_row: Any) -> None:
    """The precondition that always holds."""
