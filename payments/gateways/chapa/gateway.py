"""One adapter for both generations of Chapa's API; CHAPA_API_VERSION says which."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from key2key.common import clock
from key2key.common.errors import InvalidInput
from payments.gateways.chapa import line, v1, v2
from payments.gateways.contract import (
    BadSignature,
    Checkout,
    Gateway,
    Mode,
    Order,
    RefundOrder,
    RefundStanding,
    Report,
    Standing,
)

# Its sibling, `chapa-signature`, signs nothing but the secret itself: whoever saw it once can repeat it.
SIGNATURE_HEADER = "x-chapa-signature"
LONGEST_KEY = 200


class Chapa(Gateway):
    """Telebirr, CBE Birr, M-Pesa, cards and banks of Ethiopia, on a page of Chapa's."""

    name = "chapa"
    label = _("Chapa")
    currencies = frozenset({"ETB", "USD"})
    min_amount = Decimal("1.00")
    max_amount = Decimal("1000000.00")
    # A page is shown once. When the answer with its address was lost, nobody can learn it again: the order
    # is looked up, and the next page has another reference.
    repeats_checkout = False

    @property
    def merchant(self) -> str:
        """The name that we write beside each order. Whose the money is, only the key decides."""
        return str(settings.CHAPA_MERCHANT)

    @property
    def mode(self) -> Mode:
        """As the key says it."""
        return line.mode()

    def open_checkout(self, order: Order) -> Checkout:
        """A page with all ways to pay that the merchant has switched on."""
        ours = clock.now() + timedelta(minutes=settings.CHAPA_CHECKOUT_MINUTES)
        with _understanding():
            page = v2.open_checkout(order) if _is_second() else v2.Page(v1.open_checkout(order), None)
        return Checkout(
            gateway_reference=order.reference,  # Chapa's own number exists only once it is paid
            checkout_url=page.url,
            expires_at=min(page.expires_at or ours, ours),
        )

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> Report:
        """Signed over the body and nothing else; what is old is known by its key."""
        if not _is_signed(headers, body):
            raise BadSignature
        try:
            return _report(json.loads(body))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise InvalidInput("gateway_refused") from error

    def look_up(self, reference: str, gateway_reference: str) -> Standing:
        """Both references are ours."""
        ours = gateway_reference or reference
        with _understanding():
            return v2.look_up(ours) if _is_second() else v1.look_up(ours)

    def refund(self, order: RefundOrder) -> RefundStanding:
        """Begun at once, done within days; asked again with its number, Chapa says how it stands."""
        if _is_second():
            raise InvalidInput("gateway_refused", vendor_code="refund_in_dashboard")
        with _understanding():
            return v1.refund(order)

    def cancel(self, gateway_reference: str) -> None:
        """Closed for ever. Pages of the second generation close by themselves."""
        if not _is_second():
            with _understanding():
                v1.cancel(gateway_reference)


def _is_second() -> bool:
    return bool(settings.CHAPA_API_VERSION == "v2")


@contextmanager
def _understanding() -> Iterator[None]:
    """Raises Unavailable for an answer that makes no sense: it settles nothing."""
    try:
        yield
    except (KeyError, ValueError, TypeError, ArithmeticError) as error:
        raise line.unreadable() from error


def _is_signed(headers: Mapping[str, str], body: bytes) -> bool:
    told = [value for name, value in headers.items() if name.lower() == SIGNATURE_HEADER]
    if len(told) != 1 or not settings.CHAPA_WEBHOOK_SECRET:
        return False
    made = hmac.new(settings.CHAPA_WEBHOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(made.encode(), told[0].strip().lower().encode())


def _report(said: Any) -> Report:
    """What happened to which order. Payouts and refunds come here, too: `kind` says so."""
    if not isinstance(said, dict):
        raise ValueError("not an object")
    about = {**said, **said["data"]} if isinstance(said.get("data"), dict) else said
    kind = line.text(said.get("event") or about.get("type"))
    reference = _first(about, "tx_ref", "merchant_reference", "merchant_referece")
    number = _first(about, "chapa_reference", "reference")
    if not reference and kind.startswith("payout"):
        reference = _first(about, "reference")  # ours; the other one is Chapa's
    if not (reference or number):
        raise ValueError("about no order")
    return Report(
        event_key=f"{kind}:{number or reference}:{about.get('status', '')}"[:LONGEST_KEY],
        reference=reference,
        gateway_reference="" if reference else number,
        kind=kind,
    )


def _first(said: Mapping[str, Any], *names: str) -> str:
    return next((str(said[name]) for name in names if said.get(name)), "")
