"""The demo's last month in figures: views of what is on the market, rising with its popularity."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from key2key.common.plugins import Sowing

ORDER = 90


def sow(sowing: Sowing) -> None:
    """Put a month of views there, unless there is one."""
    from analytics.management.seeding.sowing import sow_month  # noqa: PLC0415 - as the other apps do

    sow_month(sowing)
