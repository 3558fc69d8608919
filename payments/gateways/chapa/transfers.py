"""Payouts by Chapa's transfers (payments.md 2.5): from our balance there to banks and wallets of Ethiopia.

Only its first generation describes them. Chapa asks us back before a transfer leaves (`approval_asked`),
and pays out on working days from 08:30 to 16:30 only.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.conf import settings

from key2key.common import cache
from key2key.common.errors import InvalidInput, NotFound
from payments.gateways.chapa import line
from payments.gateways.contract import BadSignature
from payments.gateways.payouts import PayoutChannel, PayoutOrder, PayoutStanding, PayoutStatus

APPROVAL_HEADER = "chapa-signature"
DAY = 24 * 60 * 60
STATUSES = {
    "queued": PayoutStatus.PENDING,
    "pending": PayoutStatus.PENDING,
    "processing": PayoutStatus.PENDING,
    "success": PayoutStatus.PAID,
    "failed": PayoutStatus.FAILED,
    "cancelled": PayoutStatus.FAILED,
    "failed/cancelled": PayoutStatus.FAILED,
    "reverted": PayoutStatus.FAILED,
}
_UNAUTHORIZED = 401


@dataclass(frozen=True)
class Bank:
    """A bank or wallet that Chapa pays out to; `digits` is how long its account numbers are, 0 if unknown."""

    code: str
    name: str
    digits: int
    is_open: bool


@dataclass(frozen=True)
class ApprovalAsked:
    """What Chapa is about to send, in its words: to be compared with a payout of ours."""

    reference: str
    amount: Decimal
    account_number: str


class ChapaTransfers(PayoutChannel):
    """Birr to banks and wallets; the reference is ours and counts once."""

    name = "chapa"
    currencies = frozenset({"ETB"})
    min_amount = Decimal("1.00")
    max_amount = Decimal("1000000.00")
    pays_from = "chapa"

    def send(self, order: PayoutOrder) -> PayoutStanding:
        """Queued, and paid soon. An account that cannot be is refused before Chapa is asked to pay."""
        _require_bank(order)
        words = {
            "account_name": order.account_name,
            "account_number": order.account_number,
            "amount": str(order.amount),
            "currency": order.currency,
            "reference": order.reference,
            "bank_code": order.bank_code,
        }
        said = line.call("POST", "transfers", words, heed=frozenset({_UNAUTHORIZED}))
        if said.status == _UNAUTHORIZED and not said.tells("bank"):
            raise line.unreadable()  # outside its hours, or a key that it does not take: nothing has left
        if said.is_refusal and said.tells("used before"):
            return self.look_up(order.reference)
        if said.is_refusal:
            raise line.refusal(said)
        if said.words.get("status") != "success":
            raise line.unreadable()
        return PayoutStanding(status=PayoutStatus.PENDING, reference=order.reference)

    def look_up(self, reference: str) -> PayoutStanding:
        """By our reference."""
        said = line.call("GET", f"transfers/verify/{quote(reference, safe='')}")
        if said.status == line.NOT_FOUND:
            if not said.tells("not found"):
                raise line.unreadable()
            raise NotFound
        try:
            return _standing(said.data())
        except (KeyError, ValueError, TypeError, ArithmeticError) as error:
            raise line.unreadable() from error


def banks() -> tuple[Bank, ...]:
    """Where Chapa pays out to, as it told within the last day. Raises Unavailable."""
    return cache.cached(family="chapa-banks", key=line.base(), seconds=DAY, make=_banks)


def approval_asked(headers: Mapping[str, str], body: bytes) -> ApprovalAsked:
    """What Chapa asks to send. Raises BadSignature, InvalidInput ("gateway_refused").

    What exactly it signs is not written down (payments.md, C4): the body, or the secret itself as in its
    webhooks. The latter can be repeated by whoever saw it, so a signature alone approves nothing.
    """
    told = [value for name, value in headers.items() if name.lower() == APPROVAL_HEADER]
    secret = settings.CHAPA_APPROVAL_SECRET.encode()
    if len(told) != 1 or not secret:
        raise BadSignature
    proofs = [hmac.new(secret, message, hashlib.sha256).hexdigest() for message in (body, secret)]
    given = told[0].strip().lower().encode()
    if not any(hmac.compare_digest(proof.encode(), given) for proof in proofs):
        raise BadSignature
    try:
        said = dict(json.loads(body))
        return ApprovalAsked(
            reference=line.text(said["reference"]),
            amount=line.amount(said["amount"]),
            account_number=line.text(said["account_number"]),
        )
    except (KeyError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise InvalidInput("gateway_refused") from error


def _banks() -> tuple[Bank, ...]:
    said = line.call("GET", "banks")
    rows = said.words.get("data")
    try:
        return tuple(_bank(row) for row in rows if isinstance(row, dict)) if rows else _no_banks()
    except (KeyError, ValueError, TypeError) as error:
        raise line.unreadable() from error


def _no_banks() -> tuple[Bank, ...]:
    raise ValueError("no bank at all")


def _bank(row: dict[str, Any]) -> Bank:
    return Bank(
        code=str(row["id"]),
        name=line.text(row["name"]),
        digits=int(row.get("acct_length") or 0),
        is_open=bool(row.get("active", row.get("is_active", True))),
    )


def _require_bank(order: PayoutOrder) -> None:
    bank = next((bank for bank in banks() if bank.code == order.bank_code), None)
    if bank is None or not bank.is_open:
        raise InvalidInput("gateway_refused", vendor_code="unknown_bank")
    if bank.digits and len(order.account_number) != bank.digits:
        raise InvalidInput("gateway_refused", vendor_code="account_number_length")


def _standing(data: dict[str, Any]) -> PayoutStanding:
    word = str(data["status"]).lower()
    status, charge = STATUSES[word], data.get("charge")
    return PayoutStanding(
        status=status,
        reference=line.text(data["tx_ref"]),
        channel_reference=str(data.get("chapa_transfer_id") or ""),
        amount=line.amount(data["amount"]),
        currency=line.text(data["currency"]),
        code=word if status == PayoutStatus.FAILED else "",
        fee=None if charge is None else line.amount(charge),
    )
