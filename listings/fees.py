"""What a place on the market costs before the first buyer sees it: a setting per kind, nothing by default."""

from __future__ import annotations

from constance import config
from django.conf import settings

from key2key.common.money import Money
from listings.enums import Kind

_SETTINGS = {Kind.PROPERTY: "LISTING_FEE_PROPERTY", Kind.VEHICLE: "LISTING_FEE_VEHICLE"}


def fee_of(kind: str) -> Money | None:
    """What an approved listing of the kind pays for its period on the market; None when that is free."""
    amount = getattr(config, _SETTINGS[Kind(kind)])
    return Money(amount, settings.BASE_CURRENCY) if amount else None
