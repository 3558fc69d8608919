"""Gateways that are named but do not exist stop the start with a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register
def gateways_are_known(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Every word of PAYMENT_GATEWAYS is a gateway that we have."""
    unknown = [name for name in settings.PAYMENT_GATEWAYS if name not in settings.GATEWAY_CLASSES]
    if not unknown:
        return []
    return [
        Error(
            f"PAYMENT_GATEWAYS names what we do not have: {', '.join(unknown)}.",
            hint=f"Choose from {', '.join(settings.GATEWAY_CLASSES)}.",
            id="k2k.E020",
        )
    ]
