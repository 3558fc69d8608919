"""What Telebirr has on its books, and its answers to a merchant (payments.md 1.4 to 1.12, 1.16)."""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from payments.tests.standins import telebirr_crypto as crypto

APP_KEY, SECRET = "8a3c2e5c-6e7a-4a55-9d21-1f3b5c7d9e01", "f" * 32
MERCHANT_APP, SHORT_CODE = "1234567890123456", "123456"
THERE = timezone(timedelta(hours=3))
Answer = tuple[int, Any]

FORMATS = {
    "appid": rf"{MERCHANT_APP}",
    "merch_code": rf"{SHORT_CODE}",
    "merch_order_id": r"[A-Za-z0-9]{1,32}",
    "trade_type": r"Checkout",
    "title": r"[A-Za-z0-9 ]{1,100}",
    "total_amount": r"(?!0+(\.0+)?$)\d{1,17}(\.\d{1,2})?",
    "trans_currency": r"ETB",
    "timeout_express": r"([1-9]\d?|1[01]\d|120)m",
    "business_type": r"BuyGoods",
    "notify_url": r"https?://\S{1,504}",
}
MAY_ALSO_HAVE = {
    "redirect_url": r"https?://\S{1,504}",
    "payee_identifier": rf"{SHORT_CODE}",
    "payee_identifier_type": r"04",
    "payee_type": r"[35]000",
    "callback_info": r"[A-Za-z0-9]{1,255}",
}
OF_A_QUERY = {name: FORMATS[name] for name in ("appid", "merch_code", "merch_order_id")}
OF_A_REFUND = {
    **OF_A_QUERY,
    "refund_request_no": r"[A-Za-z0-9]{1,64}",
    "actual_amount": FORMATS["total_amount"],
    "trans_currency": r"ETB",
}
ENVELOPE = {
    "timestamp": r"\d{10,13}",
    "nonce_str": r"[A-Za-z0-9]{1,32}",
    "version": r"1\.0",
    "sign_type": r"SHA256WithRSA",
}


class Refusal(Exception):
    """A business FAIL."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass
class Order:
    """What a merchant asked for; `number` is Telebirr's own, `transaction` that of the payer's SMS."""

    reference: str
    amount: Decimal
    words: dict[str, str]
    opened_at: float
    prepay_id: str = field(default_factory=lambda: secrets.token_hex(24))
    number: str = field(default_factory=lambda: f"01{secrets.token_hex(5).upper()}")
    status: str = "WAIT_PAY"
    transaction: str = ""
    paid_at: float = 0
    refunds: dict[str, Decimal] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)

    @property
    def given_back(self) -> Decimal:
        return sum(self.refunds.values(), Decimal(0))


class Books:
    """One merchant's orders and refunds. `calls` are the paths it asked, `requests` the words."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.calls: list[str] = []
        self.requests: list[dict[str, Any]] = []
        self.tokens: dict[str, float] = {}
        self.ahead = 0.0  # how far its clock is, in seconds
        self.token_seconds, self.pads, self.quota = 3600, "pss32", 0
        self.prefixes_tokens = True
        self.refunds_wait = False
        self._nonces: set[str] = set()
        self._faults: dict[str, deque[str]] = {}
        self._lock = threading.RLock()

    def misbehave(self, *kinds: str, route: str = "") -> None:
        """Break the next answers of a route (of any, if none is named), one each.

        No answer: "500", "502", "lost" (after the work), "slow", "garbage", "html". Turned away:
        "forget_token", "quota". Refused: "organization", "no", "mixed". Not proved: "unsigned", "wrong_key",
        "pkcs1". Signed, but odd: "wrong_amount", "wrong_currency", "other_order", "other_merchant",
        "new_word", "lower_case", "trade_status".
        """
        self._faults.setdefault(route, deque()).extend(kinds)

    def now(self) -> float:
        return time.time() + self.ahead

    def fault(self, route: str) -> str:
        for name in (route, ""):
            if self._faults.get(name):
                return self._faults[name].popleft()
        return ""

    def answer(self, route: str, headers: Any, body: bytes, *, fault: str = "") -> Answer:
        """One call of the merchant."""
        try:
            words = json.loads(body)
        except ValueError:
            return _turned_away(400, "60200001", "the body is not JSON")
        with self._lock:
            self.calls.append(route)
            self.requests.append(words)
            if headers.get("X-APP-Key") != APP_KEY:
                return _turned_away(405, "60200002", "X-APP-Key is wrong")
            if route == "token":
                return self._token(words)
            if fault == "forget_token":
                self.tokens.clear()
            if self.tokens.get(headers.get("Authorization", ""), 0) <= self.now():
                return _turned_away(401, "60200003", "Invalid access token")
            if fault == "quota" or (self.quota and self.calls.count(route) > self.quota):
                return 403, {"errorCode": "49401021002", "exceptionInfo": "ServiceCtrl api quotaControl"}
            return 200, self._business(route, words, fault=fault)

    def _token(self, words: dict[str, Any]) -> Answer:
        if words != {"appSecret": SECRET}:
            return _turned_away(400, "60200004", "appSecret is wrong")
        token = f"Bearer {secrets.token_hex(16)}"
        self.tokens[token] = self.now() + self.token_seconds
        begins = datetime.fromtimestamp(self.now(), THERE)  # local times, and nobody says so
        dates = (begins, begins + timedelta(seconds=self.token_seconds))
        begins_at, ends_at = (moment.strftime("%Y%m%d%H%M%S") for moment in dates)
        shown = token if self.prefixes_tokens else token.removeprefix("Bearer ")
        return 200, {"effectiveDate": begins_at, "expirationDate": ends_at, "token": shown}

    def _business(self, route: str, words: dict[str, Any], *, fault: str) -> dict[str, Any]:
        method, deed = _DEEDS.get(route, ("", None))
        try:
            if deed is None or words.get("method") != method:
                raise Refusal("60200005", "no such method")
            if fault == "organization":
                raise Refusal("60200087", "Organization does not exist")
            if fault == "no":
                raise Refusal("60209999", "The limit of the organization is reached")
            if fault == "mixed":
                raise Refusal("60200006", "Parameter verification failed")
            self._check_envelope(words)
            inner = deed(self, words["biz_content"])
        except Refusal as refusal:
            told = {"result": "FAIL", "code": refusal.code, "msg": refusal.message}
            return self._signed(told, fault=fault)
        told = {"result": "SUCCESS", "code": "0", "msg": "success", "biz_content": _spoilt(inner, fault)}
        return self._signed(told, fault=fault)

    def _check_envelope(self, words: dict[str, Any]) -> None:
        if not isinstance(words.get("biz_content"), dict):
            raise Refusal("60200007", "biz_content is missing")
        _require(ENVELOPE, words)
        if abs(int(words["timestamp"]) - time.time()) > 60 or words["nonce_str"] in self._nonces:
            raise Refusal("60200008", "timestamp or nonce_str is used")
        if any(value == "" for value in words["biz_content"].values()):
            raise Refusal("60200009", "empty field")
        if not crypto.is_signed_by("merchant", words, pads=self.pads):
            raise Refusal("60200099", "Verify the sign field failed")
        self._nonces.add(words["nonce_str"])

    def _signed(self, told: dict[str, Any], *, fault: str) -> dict[str, Any]:
        told = {**told, "nonce_str": secrets.token_hex(16)}
        if fault == "unsigned":
            return told
        signer, pads = {
            "wrong_key": ("stranger", "pss32"),
            "pkcs1": ("telebirr", "pkcs1"),
        }.get(fault, ("telebirr", "pss32"))
        return {**told, "sign": crypto.signed_by(signer, told, pads=pads), "sign_type": "SHA256WithRSA"}

    def _pre_order(self, words: dict[str, str]) -> dict[str, Any]:
        _require(FORMATS, words, also=MAY_ALSO_HAVE)
        reference = words["merch_order_id"]
        if reference in self.orders:
            raise Refusal("60200010", "The merch_order_id is used")
        order = Order(reference, Decimal(words["total_amount"]), words, self.now())
        self.orders[reference] = order
        return {"merch_order_id": reference, "prepay_id": order.prepay_id}

    def _query(self, words: dict[str, str]) -> dict[str, Any]:
        _require(OF_A_QUERY, words)
        order = self._order(words)
        told = {
            "merch_order_id": order.reference,
            "order_status": order.status,
            "payment_order_id": order.number,
            "trans_currency": "ETB",
            "total_amount": f"{order.amount:.2f}",
        }
        if order.transaction:
            paid_at = datetime.fromtimestamp(order.paid_at, THERE)
            told |= {"trans_id": order.transaction, "trans_time": paid_at.strftime("%Y-%m-%d %H:%M:%S")}
        return told

    def _refund(self, words: dict[str, str]) -> dict[str, Any]:
        _require(OF_A_REFUND, words, also={"refund_reason": r"[A-Za-z0-9 ]{1,256}"})
        order, number = self._order(words), words["refund_request_no"]
        amount, status = Decimal(words["actual_amount"]), "REFUND_DUPLICATED"
        if not order.transaction:
            raise Refusal("60200012", "The order is not paid")
        if number not in order.refunds:
            if amount > order.amount - order.given_back:
                raise Refusal("60200013", "The amount exceeds what is left")
            order.refunds[number] = amount
            status = order.status = "REFUNDING" if self.refunds_wait else "REFUND_SUCCESS"
        return {
            "merch_code": SHORT_CODE,
            "merch_order_id": order.reference,
            "trans_order_id": order.number,
            "refund_order_id": f"R{number}",
            "refund_amount": words["actual_amount"],
            "refund_currency": "ETB",
            "refund_status": status,
        }

    def _order(self, words: dict[str, str]) -> Order:
        if words["merch_order_id"] not in self.orders:
            raise Refusal("60200011", "The order does not exist")
        order = self.orders[words["merch_order_id"]]
        minutes = int(order.words["timeout_express"].removesuffix("m"))
        if order.status == "WAIT_PAY" and self.now() > order.opened_at + minutes * 60:
            order.status = "ORDER_CLOSED"
        return order


_DEEDS: dict[str, tuple[str, Any]] = {
    "merchant/preOrder": ("payment.preorder", Books._pre_order),
    "merchant/queryOrder": ("payment.queryorder", Books._query),
    "merchant/refund": ("payment.refund", Books._refund),
}


def _require(formats: dict[str, str], words: dict[str, Any], *, also: dict[str, str] | None = None) -> None:
    for name, form in {**formats, **(also or {})}.items():
        value = words.get(name)
        if value is None and name not in formats:
            continue
        if not isinstance(value, str) or not re.fullmatch(form, value):
            raise Refusal("60200014", f"{name} type mismatch")


def _spoilt(inner: dict[str, Any], fault: str) -> dict[str, Any]:
    """The same, signed all the same, but wrong."""
    wrong = {
        "wrong_amount": {"total_amount": "1.00"},
        "wrong_currency": {"trans_currency": "USD"},
        "other_order": {"merch_order_id": "SOMEBODYELSES"},
        "other_merchant": {"appid": "6543210987654321"},
        "new_word": {"order_status": "WAIT_FOR_GODOT", "refund_status": "REFUND_MAYBE"},
        "lower_case": {"order_status": str(inner.get("order_status")).lower()},
        "trade_status": {"order_status": None, "trade_status": inner.get("order_status")},
    }.get(fault, {})
    return {name: value for name, value in {**inner, **wrong}.items() if value is not None}


def _turned_away(status: int, code: str, message: str) -> Answer:
    return status, {"errorCode": code, "errorMsg": message}
