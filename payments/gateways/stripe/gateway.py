"""Stripe: its hosted page for cards of buyers abroad (payments.md 3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from key2key.common import clock
from key2key.common.errors import InvalidInput, NotFound, Unavailable
from payments.gateways.contract import (
    BadSignature,
    Chargeback,
    Checkout,
    Gateway,
    Mode,
    Order,
    RefundOrder,
    RefundStanding,
    Report,
    Standing,
)
from payments.gateways.stripe import line, reading
from payments.gateways.stripe.money import to_units
from payments.gateways.stripe.reading import Said, text, understood
from payments.gateways.stripe.signatures import is_signed

LIVE_KEYS = ("sk_live_", "rk_live_")
INTENT = "pi_"
PAGE, PAGES = 100, 5
# A page lives for a day at most, and the sweep asks about its payment for three more.
OLDEST = timedelta(days=5)


class Stripe(Gateway):
    """Cards and what else Stripe's page offers. What is asked for never depends on what may change.

    Neither the payer's name nor the language goes along: asked again under the same key with other words,
    Stripe would refuse.
    """

    name = "stripe"
    label = _("Card (Stripe)")
    min_amount = Decimal("1.00")
    max_amount = Decimal("999999.99")

    def __init__(self) -> None:
        # Which ones an account takes is Stripe's to say, for each account.
        self.currencies = frozenset(settings.STRIPE_CURRENCIES)  # type: ignore[misc]

    @property
    def merchant(self) -> str:
        """Our account. Stripe's answers do not name it, so each order bears it."""
        return str(settings.STRIPE_ACCOUNT_ID)

    @property
    def mode(self) -> Mode:
        """As the key says."""
        return Mode.LIVE if settings.STRIPE_SECRET_KEY.startswith(LIVE_KEYS) else Mode.TEST

    def open_checkout(self, order: Order) -> Checkout:
        """A page of Stripe's."""
        words = self._words(order)
        key: Any = {"idempotency_key": f"checkout-{order.reference}"}
        said = line.ask(lambda client: client.v1.checkout.sessions.create(words, key))
        return understood(said, reading.checkout)

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> Report:
        """Signed with one of our secrets within five minutes, of our account and our mode."""
        if not is_signed(headers, body, secrets=settings.STRIPE_WEBHOOK_SECRETS):
            raise BadSignature
        try:
            event = json.loads(body)
            if reading.mode(event["livemode"]) != self.mode:
                raise ValueError("of the other mode")
            if event.get("account", self.merchant) != self.merchant:
                raise ValueError("of another account")
            reference, gateway_reference = _about(event["data"]["object"])
            return Report(
                event_key=text(event["id"]),
                reference=reference,
                gateway_reference=gateway_reference,
                kind=text(event["type"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InvalidInput("gateway_refused") from error

    def look_up(self, reference: str, gateway_reference: str) -> Standing:
        """One call by the page's number; one more where only the payment or our reference is known.

        Another call, where a bank disputes the charge.
        """
        session = line.ask_truth(_session_of(reference, gateway_reference))
        standing = understood(session, reading.standing)
        return replace(standing, chargeback=_chargeback(session))

    def refund(self, order: RefundOrder) -> RefundStanding:
        """Stripe forgets its idempotency keys in time, so a refund given before is looked for first."""
        session = line.ask_truth(order.gateway_reference)
        known = understood(session, lambda said: reading.refund_named(said, reference=order.refund_reference))
        if known is not None:
            return known
        standing = understood(session, reading.standing)
        if not standing.charged or standing.currency != order.currency:
            raise InvalidInput("gateway_refused", vendor_code="not_paid_in_this")
        words: Any = {
            "charge": standing.transaction,
            "amount": to_units(order.amount, currency=order.currency),
            "reason": "requested_by_customer",
            "metadata": {"payment": standing.reference, "refund": order.refund_reference},
        }
        key: Any = {"idempotency_key": f"refund-{order.refund_reference}"}
        said = line.ask(lambda client: client.v1.refunds.create(words, key))
        return understood(said, reading.refund)

    def cancel(self, gateway_reference: str) -> None:
        """The page says that it has expired."""
        try:
            line.ask(lambda client: client.v1.checkout.sessions.expire(gateway_reference))
        except InvalidInput:
            session = line.ask(lambda client: client.v1.checkout.sessions.retrieve(gateway_reference))
            if session.get("status") != "expired":
                raise

    def _words(self, order: Order) -> Any:
        if order.currency not in self.currencies:
            raise InvalidInput("gateway_refused", vendor_code="currency_not_taken")
        ours = {"payment": order.reference, "merchant": self.merchant}
        price = {
            "currency": order.currency.lower(),
            "unit_amount": to_units(order.amount, currency=order.currency),
            "product_data": {"name": order.description or order.reference},
        }
        return {
            "mode": "payment",
            "client_reference_id": order.reference,
            "line_items": [{"quantity": 1, "price_data": price}],
            "success_url": order.return_url,
            "cancel_url": order.return_url,
            "adaptive_pricing": {"enabled": False},  # else the payer's bank is asked for another currency
            "metadata": ours,
            "payment_intent_data": {"metadata": ours},
        }


def _session_of(reference: str, gateway_reference: str) -> str:
    """The number of the page. Raises NotFound."""
    if gateway_reference.startswith(INTENT):
        found = _listed({"payment_intent": gateway_reference, "limit": 1})
        return next((text(session["id"]) for session in found), "") or _unknown()
    return gateway_reference or _found(reference)


def _found(reference: str) -> str:
    """The newest page with our reference: Stripe cannot be asked for it, so its list is read."""
    words: dict[str, Any] = {
        "limit": PAGE,
        "created": {"gte": int((clock.now() - OLDEST).timestamp())},
    }
    for _page in range(PAGES):
        sessions = _listed(words)
        for session in sessions:
            if session.get("client_reference_id") == reference:
                return text(session["id"])
        if len(sessions) < PAGE:
            return _unknown()
        words["starting_after"] = text(sessions[-1]["id"])
    raise Unavailable("gateway_unavailable")


def _listed(words: Any) -> list[dict[str, Any]]:
    said = line.ask(lambda client: client.v1.checkout.sessions.list(words))
    return understood(said, lambda it: [dict(session) for session in it["data"]])


def _unknown() -> str:
    raise NotFound


def _chargeback(session: Said) -> Chargeback:
    if not understood(session, lambda said: bool(reading.charge_of(said).get("disputed"))):
        return Chargeback.NONE
    intent = reading.payment_of(session)["id"]
    words: Any = {"payment_intent": intent, "limit": PAGE}
    return understood(line.ask(lambda client: client.v1.disputes.list(words)), reading.chargeback)


def _about(said: Said) -> tuple[str, str]:
    """Our reference and Stripe's number. A dispute knows only its payment's; our look-up finds the page."""
    if said["object"] == "checkout.session":
        return str(said.get("client_reference_id") or ""), text(said["id"])
    ours = (said.get("metadata") or {}).get("payment")
    if ours:
        return text(ours), ""
    return "", text(said["id"] if said["object"] == "payment_intent" else said["payment_intent"])
