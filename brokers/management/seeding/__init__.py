"""What the people of the demo do with each other: deals in the middle of their lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from key2key.common.plugins import Sowing

PROFILES_ORDER = 30
DEALS_ORDER = 50
LEADS_ORDER = 55  # after the deals, which look for listings that nobody has asked about


def sow_profiles(sowing: Sowing) -> None:
    """Put the demo's professionals and their licences there, those that are missing."""
    from brokers.management.seeding import professionals  # noqa: PLC0415 - models are not there yet

    professionals.sow(sowing)


def sow_deals(sowing: Sowing) -> None:
    """Put the demo's offers and deals there, those that are missing."""
    from brokers.management.seeding import deals  # noqa: PLC0415 - models are not there yet

    deals.sow(sowing)


def sow_leads(sowing: Sowing) -> None:
    """Put the demo's open leads and viewings there, those that are missing."""
    from brokers.management.seeding import leads  # noqa: PLC0415 - models are not there yet

    leads.sow(sowing)
