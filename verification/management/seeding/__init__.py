"""The demo's cases: some shown and approved, some waiting for whoever checks papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from key2key.common.plugins import Sowing

ORDER = 60


def sow(sowing: Sowing) -> None:
    """Put the demo's cases there, those that are missing."""
    from verification.management.seeding.sowing import sow_cases  # noqa: PLC0415 - it draws, which is heavy

    sow_cases(sowing)
