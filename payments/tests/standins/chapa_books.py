"""What Chapa has on its books, and its answers to a merchant (payments.md 2.2 to 2.5, 2.11)."""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from payments.tests.standins import chapa_rules as rules

WHEN = "2026-03-02T07:05:23.000000Z"
KEYS = {
    ("v1", "test"): "CHASECK_TEST-7HkQ",
    ("v1", "live"): "CHASECK-7HkQ",
    ("v2", "test"): "CHAPA_TEST_PRIV_7HkQ",
    ("v2", "live"): "CHAPA_LIVE_PRIV_7HkQ",
}
Answer = tuple[int, Any]


@dataclass
class Order:
    """What a merchant asked for; `number` is Chapa's own, once it is paid."""

    reference: str
    amount: Decimal
    currency: str
    words: dict[str, Any]
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    status: str = "pending"
    number: str = ""
    charge: Decimal = Decimal(0)
    events: list[tuple[str, str]] = field(default_factory=list)
    given_back: Decimal = Decimal(0)


@dataclass
class Refund:
    """Money on its way back."""

    number: str
    reference: str
    order: Order
    amount: Decimal
    status: str


@dataclass
class Transfer:
    """Money on its way out."""

    reference: str
    words: dict[str, Any]
    status: str = "queued"
    number: str = field(default_factory=lambda: f"TR{secrets.token_hex(5)}")


class Books:
    """One merchant's orders, refunds and transfers; `calls` and `requests` are what it asked for."""

    root: str

    def __init__(self, *, version: str, mode: str) -> None:
        self.version, self.mode, self.key = version, mode, KEYS[version, mode]
        self.orders: dict[str, Order] = {}
        self.refunds: list[Refund] = []
        self.transfers: dict[str, Transfer] = {}
        self.calls: list[tuple[str, str]] = []
        self.requests: list[dict[str, Any]] = []
        self.balance = Decimal(0)
        self.refunds_wait = self.hides_cancelled = self.is_closed = False
        self.finds_refunds_by, self.refunds_under = "both", "number"
        self._lock = threading.RLock()

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> Answer:
        """One call of the merchant."""
        words = _words_in(body)
        self.calls.append((method, path))
        self.requests.append(words)
        if path.startswith("/checkout/payment/"):
            token = path.rpartition("/")[2]
            found = any(order.token == token for order in self.orders.values())
            return (200, "<html>Pay here</html>") if found else (404, "<html>No such page</html>")
        if headers.get("Authorization") != f"Bearer {self.key}" or not path.startswith(f"/{self.version}/"):
            return 401, {"message": "Invalid API Key or User doesn't exist", "status": "failed", "data": None}
        for verb, pattern, deed in _ROUTES:
            match = re.fullmatch(pattern, path)
            if verb == method and match:
                with self._lock:
                    return deed(self, words, *map(unquote, match.groups()))  # type: ignore[no-any-return]
        return 404, "<html>Not Found</html>"

    def _initialize(self, words: dict[str, Any]) -> Answer:
        refusal = rules.faults_of_order(words)
        if refusal is None and words["tx_ref"] in self.orders:
            refusal = 400, "Transaction reference has been used before"
        if refusal:
            return _no(*refusal)
        order = Order(words["tx_ref"], Decimal(words["amount"]), words["currency"], words)
        self.orders[order.reference] = order
        return _yes("Hosted Link", {"checkout_url": f"{self.root}/checkout/payment/{order.token}"})

    def _verify(self, _words: dict[str, Any], reference: str) -> Answer:
        order = self.orders.get(reference)
        if order is None:
            return _no(404, "Invalid transaction or Transaction not found")
        if order.status == "cancelled" and not self.hides_cancelled:
            return _no(404, "Payment has been cancelled")
        if order.status in {"pending", "cancelled"}:
            return 404, {"message": "Payment not paid yet", "status": None, "data": None}
        told = self.told(order, event="", status=order.status)
        data = {name: told[name] for name in told if name not in {"event", "mobile", "payment_method"}}
        amounts = {"amount": _number(order.amount), "charge": _number(order.charge)}
        return _yes("Payment details", {**data, **amounts, "method": "telebirr"})

    def _cancel(self, _words: dict[str, Any], reference: str) -> Answer:
        order = self.orders.get(reference)
        if order is None or order.status != "pending":
            return _no(400, "Transaction is not active")
        order.status = "cancelled"
        return _yes("Transaction cancelled", {"tx_ref": reference})

    def _refund(self, words: dict[str, Any], number: str) -> Answer:
        names = {"number": lambda order: order.number, "tx_ref": lambda order: order.reference}
        name = names[self.refunds_under]
        order = next(
            (order for order in self.orders.values() if order.number and name(order) == number), None
        )
        if order is None:
            return _no(404, "Transaction not found")
        reference = str(words.get("reference", ""))
        if reference and any(refund.reference == reference for refund in self.refunds):
            return _no(400, {"reference": ["validation.unique"]})
        amount = rules.money(words.get("amount", str(order.amount)))
        if amount is None or amount > order.amount - order.given_back or order.status != "success":
            return _no(400, "Refund amount exceeds the transaction amount")
        if amount > self.balance + order.charge:
            return _no(400, "Insufficient available balance")
        order.given_back += amount
        self.balance -= amount
        status = "initiated" if self.refunds_wait else "refunded"
        refund = Refund(f"RF{secrets.token_hex(5)}", reference, order, amount, status)
        self.refunds.append(refund)
        return _yes("Refund initiated successfully", _refund_told(refund))

    def _refund_verify(self, _words: dict[str, Any], name: str) -> Answer:
        by_ours = self.finds_refunds_by == "both"
        found = [each for each in self.refunds if name == each.number or (by_ours and name == each.reference)]
        if not found:
            return _no(404, "Refund not found")
        return _yes("Refund verified successfully", _refund_told(found[0]))

    def _transfer(self, words: dict[str, Any]) -> Answer:
        refusal = rules.faults_of_transfer(words, balance=self.balance, is_closed=self.is_closed)
        if refusal is None and words["reference"] in self.transfers:
            refusal = 400, "Reference has been used before"
        if refusal:
            return _no(*refusal)
        self.transfers[words["reference"]] = Transfer(words["reference"], words)
        self.balance -= Decimal(str(words["amount"]))
        return 200, {
            "message": "Transfer Queued Successfully in Test Mode.",
            "status": "success",
            "data": words["reference"],
        }

    def _transfer_verify(self, _words: dict[str, Any], reference: str) -> Answer:
        transfer = self.transfers.get(reference)
        if transfer is None:
            return _no(404, "Transfer not found")
        words = transfer.words
        return _yes(
            "Transfer details",
            {
                "account_name": words["account_name"],
                "account_number": words["account_number"],
                "currency": words["currency"],
                "amount": _number(Decimal(str(words["amount"]))),
                "charge": 5,
                "mode": self.mode,
                "chapa_transfer_id": transfer.number,
                "bank_code": int(words["bank_code"]),
                "status": transfer.status,
                "tx_ref": reference,
            },
        )

    def _banks(self, _words: dict[str, Any]) -> Answer:
        return 200, {"message": "Banks retrieved", "data": rules.BANKS}

    def _balances(self, _words: dict[str, Any]) -> Answer:
        return _yes("Balances", [{"currency": "ETB", "available_balance": float(self.balance)}])

    def _hosted_page(self, words: dict[str, Any]) -> Answer:
        fault = rules.faults_of_hosted(words)
        reference = words.get("merchant_reference", "")
        if not fault and reference in self.orders:
            fault = "merchant_reference has already been used"
        if fault:
            return _no_v2(422, fault, code="INVALID_VALUE")
        order = Order(reference, Decimal(words["amount"]) / 100, words["currency"], words)
        self.orders[reference] = order
        page = {"checkout_url": f"{self.root}/checkout/payment/{order.token}", "created_at": WHEN}
        return _yes("Payment initialized", page)

    def _hosted_verify(self, _words: dict[str, Any], reference: str) -> Answer:
        order = self.orders.get(reference)
        if order is None:
            return _no_v2(404, "Payment not found", code="NOT_FOUND")
        return 200, {"status": "success", "message": "Payment retrieved", "data": self._hosted(order)}

    def _hosted(self, order: Order) -> dict[str, Any]:
        return {
            "merchant_reference": order.reference,
            "chapa_reference": order.number or f"CH{order.token[:8]}",
            "amount": str(int(order.amount * 100)),
            "currency": order.currency,
            "status": order.status.upper(),
            "payment_method": "TELEBIRR",
            "service_fee": int(order.charge * 100),
            "updated_at": WHEN,
        }

    def told(self, order: Order, *, event: str, status: str) -> dict[str, Any]:
        if self.version == "v2":
            told = self._hosted(order)
            return {"event": event, "type": "Payment", **told, "status": status.upper()}
        payer = {name: order.words.get(name) for name in ("first_name", "last_name", "email")}
        return {
            "event": event,
            **payer,
            "mobile": order.words.get("phone_number"),
            "currency": order.currency,
            "amount": f"{order.amount:.2f}",
            "charge": f"{order.charge:.2f}",
            "status": status,
            "mode": self.mode,
            "reference": order.number,
            "created_at": WHEN,
            "updated_at": WHEN,
            "type": "API",
            "tx_ref": order.reference,
            "payment_method": "telebirr",
            "customization": order.words.get("customization"),
            "meta": order.words.get("meta"),
        }


_ROUTES: list[tuple[str, str, Callable[..., Answer]]] = [
    ("POST", "/v1/transaction/(?:mobile-)?initialize", Books._initialize),
    ("GET", "/v1/transaction/verify/([^/]+)", Books._verify),
    ("PUT", "/v1/transaction/cancel/([^/]+)", Books._cancel),
    ("POST", "/v1/refund/([^/]+)", Books._refund),
    ("GET", "/v1/refund/([^/]+)/verify", Books._refund_verify),
    ("POST", "/v1/transfers", Books._transfer),
    ("GET", "/v1/transfers/verify/([^/]+)", Books._transfer_verify),
    ("GET", "/v1/banks", Books._banks),
    ("GET", "/v1/balances", Books._balances),
    ("POST", "/v2/payments/hosted", Books._hosted_page),
    ("GET", "/v2/payments/([^/]+)/verify", Books._hosted_verify),
]


def _words_in(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body or b"{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _refund_told(refund: Refund) -> dict[str, Any]:
    return {
        "amount": f"{refund.amount:.2f}",
        "currency": refund.order.currency,
        "ref_id": refund.number,
        "payment_reference": refund.order.number,
        "status": refund.status,
    }


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == int(amount) else float(amount)


def _yes(message: str, data: Any) -> Answer:
    return 200, {"message": message, "status": "success", "data": data}


def _no(status: int, message: Any) -> Answer:
    return status, {"message": message, "status": "failed", "data": None}


def _no_v2(status: int, message: str, *, code: str) -> Answer:
    error = {"code": code, "details": {"request_id": secrets.token_hex(4)}}
    return status, {"status": "error", "message": message, "error": error}
