"""How much a gateway takes at once: its own limits, unless the market's settings say otherwise.

Limits of wallets are law and contract, and change without a new version of the product.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from constance import config
from django.conf import settings

from payments.gateways.contract import Gateway

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Limits:
    """The least and the most that one payment may be."""

    least: Decimal
    most: Decimal

    def allow(self, amount: Decimal) -> bool:
        """Whether one payment may be that much."""
        return self.least <= amount <= self.most


def limits_of(gateway: Gateway, *, currency: str = settings.BASE_CURRENCY) -> Limits:
    """What the gateway takes at once. The settings are amounts of the base currency and bind no other."""
    own = Limits(least=gateway.min_amount, most=gateway.max_amount)
    if currency != settings.BASE_CURRENCY:
        return own
    return Limits(
        least=_setting(f"{gateway.name.upper()}_MINIMUM", own=own.least),
        most=_setting(f"{gateway.name.upper()}_MAXIMUM", own=own.most),
    )


def _setting(name: str, *, own: Decimal) -> Decimal:
    return Decimal(getattr(config, name)).quantize(CENT) if name in settings.CONSTANCE_CONFIG else own
