"""The people of the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from key2key.common.plugins import Sowing

ORDER = 10


def sow(sowing: Sowing) -> None:
    """Open the demo's accounts that are missing; all of them, whatever the share."""
    from accounts.management.seeding.people import sow_people  # noqa: PLC0415 - only the seed needs them

    made = sow_people()
    sowing.tell(f"people: {made} accounts opened" if made else "people: all there already")
