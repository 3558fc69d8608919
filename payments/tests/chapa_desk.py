"""Our side of Chapa in tests: settings that lead to its stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from payments.tests.standins.chapa import ChapaStandIn


@contextmanager
def connected(settings: Any, *, version: str = "v1", mode: str = "test") -> Iterator[ChapaStandIn]:
    """Chapa answers while inside, and is the one gateway and a channel for payouts."""
    with ChapaStandIn(version=version, mode=mode) as company:
        settings.PAYMENT_GATEWAYS, settings.PAYOUT_CHANNELS = ["chapa"], ["manual", "chapa"]
        settings.CHAPA_API_VERSION, settings.CHAPA_MODE = version, mode
        settings.CHAPA_BASE_URL, settings.CHAPA_SECRET_KEY = company.url, company.key
        settings.CHAPA_WEBHOOK_SECRET = company.secret
        settings.CHAPA_APPROVAL_SECRET = company.approval_secret
        yield company
