"""Stripe's hosted Checkout, by its own client (payments.md 3)."""

from payments.gateways.stripe.gateway import Stripe

__all__ = ["Stripe"]
