"""The people of the demo, and for whom they work."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from key2key.common.plugins import Sowing

ORDER = 10


def sow(sowing: Sowing) -> None:
    """Open the demo's accounts and organisations that are missing; all of them, whatever the share."""
    from accounts.management.seeding.agencies import sow_agencies  # noqa: PLC0415 - only the seed needs them
    from accounts.management.seeding.people import sow_people  # noqa: PLC0415

    people, agencies = sow_people(), sow_agencies()
    made = f"{people} accounts and {agencies} organisations opened"
    sowing.tell(f"people: {made}" if people or agencies else "people: all there already")
