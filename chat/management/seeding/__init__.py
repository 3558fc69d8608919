"""The demo's conversations: somebody asks, somebody answers, one waits to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from key2key.common.plugins import Sowing

ORDER = 30


def sow(sowing: Sowing) -> None:
    """Put the demo's conversations there, those that are missing."""
    from chat.management.seeding.sowing import sow_conversations  # noqa: PLC0415 - models are not there yet

    sow_conversations(sowing)
