"""The demo's homes and vehicles: a believable Ethiopia, the same on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from key2key.common.plugins import Sowing

ORDER = 20


def sow(sowing: Sowing) -> None:
    """Put the demo's sellers and listings there, those that are missing."""
    from listings.management.seeding.sowing import sow_listings  # noqa: PLC0415 - it draws, which is heavy

    sow_listings(sowing)
