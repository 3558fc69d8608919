"""The product set up for Stripe's stand-in."""

from __future__ import annotations

from typing import Any

from payments.tests.standins.stripe import StripeStandIn


def connect(settings: Any, company: StripeStandIn) -> None:
    """Let the gateway speak with this company, as its account."""
    settings.PAYMENT_GATEWAYS = ["stripe"]
    settings.STRIPE_API_BASE = company.url
    settings.STRIPE_SECRET_KEY = company.key
    settings.STRIPE_WEBHOOK_SECRETS = list(company.secrets)
    settings.STRIPE_ACCOUNT_ID = company.account
    settings.STRIPE_CURRENCIES = ["USD", "ETB"]
    settings.STRIPE_CHECKOUT_MINUTES = 60
