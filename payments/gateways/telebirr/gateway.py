"""Pages, notifications, look-ups and refunds of Telebirr, in the words of the contract."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from key2key.common import clock
from key2key.common.errors import InvalidInput, NotFound, Unavailable
from payments.gateways.contract import (
    BadSignature,
    Checkout,
    Gateway,
    Mode,
    MoneyStatus,
    Order,
    RefundOrder,
    RefundStanding,
    RefundStatus,
    Report,
    Standing,
)
from payments.gateways.telebirr import line, signing

log = structlog.get_logger(__name__)

# payments.md 1.15; the last three are of an order that was paid before.
STATUSES = {
    "WAIT_PAY": MoneyStatus.PENDING,
    "PAYING": MoneyStatus.PENDING,
    "ACCEPTED": MoneyStatus.PENDING,
    "PAY_SUCCESS": MoneyStatus.SUCCEEDED,
    "PAY_FAILED": MoneyStatus.FAILED,
    "PAY_CANCEL": MoneyStatus.CANCELLED,
    "ORDER_CLOSED": MoneyStatus.EXPIRED,
    "REFUNDING": MoneyStatus.SUCCEEDED,
    "REFUND_SUCCESS": MoneyStatus.SUCCEEDED,
    "REFUND_FAILED": MoneyStatus.SUCCEEDED,
}
REFUNDS = {
    "REFUNDING": RefundStatus.PENDING,
    "REFUND_SUCCESS": RefundStatus.SUCCEEDED,
    "REFUND_FAILED": RefundStatus.FAILED,
    "REFUND_DUPLICATED": RefundStatus.PENDING,  # taken on before: how it stands, the order says
}
ENDED_BADLY = frozenset({MoneyStatus.FAILED, MoneyStatus.CANCELLED, MoneyStatus.EXPIRED})
PAYEE_TYPE_OF_SHORT_CODES = "04"
LONGEST_TITLE, LONGEST_REASON, LONGEST_URL = 100, 256, 512
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9]+")
# How Telebirr says so is not documented; its codes are not either.
_UNKNOWN_ORDER = re.compile(r"\border\b.*\bnot\b.*\b(exist|found)|\bno such order\b", re.IGNORECASE)
_AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,2})?", re.ASCII)
THERE = ZoneInfo("Africa/Addis_Ababa")  # the times of an order name no zone; Telebirr works in one
Read = TypeVar("Read")


class Telebirr(Gateway):
    """The wallet that most phones in Ethiopia have.

    Telebirr knows an order by our reference alone, so that is its `gateway_reference` too. It shows a page
    once, cannot close one, and says of refunds only how the last one stands.
    """

    name = "telebirr"
    label = _("Telebirr")
    currencies = frozenset({"ETB"})
    min_amount = Decimal("1.00")
    max_amount = Decimal("1000000.00")  # of a wallet it is less: payments.limits
    repeats_checkout = False
    names_refunds = False

    @property
    def merchant(self) -> str:
        """Our app and short code."""
        return _merchant(settings.TELEBIRR_MERCHANT_APP_ID, settings.TELEBIRR_MERCHANT_CODE)

    @property
    def mode(self) -> Mode:
        """As the settings say; Telebirr itself does not."""
        return Mode.LIVE if settings.TELEBIRR_LIVE else Mode.TEST

    def open_checkout(self, order: Order) -> Checkout:
        """A page in the browser, for as many minutes as the settings say."""
        minutes = int(settings.TELEBIRR_TIMEOUT_EXPRESS.removesuffix("m"))
        ends_at = clock.now() + timedelta(minutes=minutes)
        said = line.call("merchant/preOrder", method="payment.preorder", words=_order(order))

        def read(said: dict[str, Any]) -> Checkout:
            return Checkout(
                gateway_reference=_same(said["merch_order_id"], order.reference),
                checkout_url=_page(_text(said["prepay_id"])),
                expires_at=ends_at,
            )

        return _understood(said, read)

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> Report:
        """Signed over its words, not its bytes; without a time that could tell an old one."""
        words = _words_of(body)
        if not line.is_telebirrs(words):
            raise BadSignature
        try:
            reference = _text(words["merch_order_id"])
            if _merchant(_text(words["appid"]), _text(words["merch_code"])) != self.merchant:
                raise ValueError("not our merchant")
            kind = _text(words["trade_status"])
        except (KeyError, ValueError) as error:
            raise InvalidInput("gateway_refused") from error
        paid_by = words.get("trans_id") or words.get("transId") or ""
        key = f"{reference}:{words.get('payment_order_id', '')}:{kind}:{paid_by}"
        return Report(event_key=key[:200], reference=reference, gateway_reference=reference, kind=kind)

    def look_up(self, reference: str, gateway_reference: str) -> Standing:
        """By our reference, which is both."""
        asked = gateway_reference or reference
        words = {**_us(), "merch_order_id": asked}
        try:
            said = line.call("merchant/queryOrder", method="payment.queryorder", words=words)
        except line.SaidNo as error:
            if _UNKNOWN_ORDER.search(error.says):
                raise NotFound from error
            raise Unavailable("gateway_unavailable") from error  # it says nothing of the order
        return _understood(said, lambda words: self._standing(words, asked=asked))

    def refund(self, order: RefundOrder) -> RefundStanding:
        """Once per number. A number that was taken on before is pending: the order says how it stands."""
        words = {
            **_us(),
            "merch_order_id": order.gateway_reference,
            "refund_request_no": _NOT_PLAIN.sub("", order.refund_reference),
            "actual_amount": f"{order.amount:.2f}",
            "trans_currency": order.currency,
        }
        if reason := _plain(order.reason, longest=LONGEST_REASON):
            words["refund_reason"] = reason
        said = line.call("merchant/refund", method="payment.refund", words=words)

        def read(said: dict[str, Any]) -> RefundStanding:
            word = _text(said["refund_status"]).upper()
            _same(said.get("merch_order_id", order.gateway_reference), order.gateway_reference)
            return RefundStanding(
                status=REFUNDS[word],
                code=word if REFUNDS[word] == RefundStatus.FAILED else "",
                refund_reference=order.refund_reference,
                amount=order.amount,
            )

        return _understood(said, read)

    def cancel(self, gateway_reference: str) -> None:
        """Telebirr closes no page; it dies of itself after TELEBIRR_TIMEOUT_EXPRESS."""

    def _standing(self, said: dict[str, Any], *, asked: str) -> Standing:
        word = _text(said.get("order_status") or said["trade_status"]).upper()
        status = STATUSES.get(word)
        if status is None:
            log.error("telebirr_status_unknown", status=word[:40], order=asked)
            status = MoneyStatus.PENDING
        amount = _amount(said["total_amount"])
        return Standing(
            status=status,
            amount=amount,
            currency=_text(said["trans_currency"]),
            reference=_same(said["merch_order_id"], asked),
            gateway_reference=asked,
            merchant=self._merchant_in(said),
            mode=self.mode,
            charged=amount if status == MoneyStatus.SUCCEEDED else Decimal(0),
            failure_code=word if status in ENDED_BADLY else "",
            paid_at=_time(said.get("trans_time")) if status == MoneyStatus.SUCCEEDED else None,
            transaction=str(said.get("trans_id") or said.get("transId") or ""),
            refunds=(RefundStanding(status=REFUNDS[word], code=word),) if word in REFUNDS else (),
        )

    def _merchant_in(self, said: Mapping[str, Any]) -> str:
        """Whose the order is. An answer need not say: it answers a question that only we can sign."""
        app = str(said.get("appid") or settings.TELEBIRR_MERCHANT_APP_ID)
        return _merchant(app, str(said.get("merch_code") or settings.TELEBIRR_MERCHANT_CODE))


def _merchant(app: str, short_code: str) -> str:
    return f"{app}:{short_code}"


def _us() -> dict[str, str]:
    return {"appid": settings.TELEBIRR_MERCHANT_APP_ID, "merch_code": settings.TELEBIRR_MERCHANT_CODE}


def _order(order: Order) -> dict[str, str]:
    """The words of a preOrder: none of them empty, the title in plain Latin letters."""
    words = {
        **_us(),
        "merch_order_id": order.reference,
        "trade_type": "Checkout",
        "title": _plain(order.description, longest=LONGEST_TITLE) or f"Payment {order.reference}",
        "total_amount": f"{order.amount:.2f}",
        "trans_currency": order.currency,
        "timeout_express": settings.TELEBIRR_TIMEOUT_EXPRESS,
        "business_type": "BuyGoods",
        "notify_url": settings.TELEBIRR_NOTIFY_URL or order.webhook_url,
        "payee_identifier": settings.TELEBIRR_MERCHANT_CODE,
        "payee_identifier_type": PAYEE_TYPE_OF_SHORT_CODES,
        "payee_type": settings.TELEBIRR_PAYEE_TYPE,
    }
    if order.return_url and len(order.return_url) <= LONGEST_URL:
        words["redirect_url"] = order.return_url
    return words


def _page(prepay_id: str) -> str:
    """The address of the page (payments.md 1.8): five words are signed, the version and kind are not."""
    signed = {
        **_us(),
        "nonce_str": secrets.token_hex(16),
        "prepay_id": prepay_id,
        "timestamp": str(int(time.time())),
    }
    signature = line.signature_of(signed)
    if not settings.TELEBIRR_RAW_SIGN_IN_URL:
        signature = quote(signature, safe="")
    told = "&".join(f"{name}={signed[name]}" for name in sorted(signed))
    return (
        f"{settings.TELEBIRR_WEB_BASE_URL.rstrip('?')}?{told}"
        f"&sign={signature}&sign_type={signing.SIGN_TYPE}&version=1.0&trade_type=Checkout"
    )


def _words_of(body: bytes) -> dict[str, Any]:
    """The words of a notification: JSON, perhaps wrapped in `data`, or a form. Nothing in them is proved."""
    try:
        words = signing.read_words(body)
    except ValueError:
        try:
            return dict(parse_qsl(body.decode(), keep_blank_values=True))
        except ValueError:
            return {}
    wrapped = words.get("data")
    return wrapped if isinstance(wrapped, dict) and "sign" not in words else words


def _understood(said: dict[str, Any], read: Callable[[dict[str, Any]], Read]) -> Read:
    """What the answer means. Raises Unavailable: one that makes no sense settles nothing."""
    try:
        return read(said)
    except (KeyError, ValueError, TypeError, ArithmeticError) as error:
        log.error("telebirr_answer_not_understood", words=sorted(said))
        raise Unavailable("gateway_unavailable") from error


def _plain(text: str, *, longest: int) -> str:
    """Latin letters and digits, as much of the text as there is of them: Telebirr refuses most else."""
    return _NOT_PLAIN.sub(" ", text).strip()[:longest].strip()


def _text(said: Any) -> str:
    if not isinstance(said, str) or not said:
        raise ValueError("a text is missing")
    return said


def _same(said: Any, asked: str) -> str:
    if said != asked:
        raise ValueError("an answer about another order")
    return asked


def _amount(said: Any) -> Decimal:
    if not isinstance(said, str) or not _AMOUNT.fullmatch(said):
        raise ValueError("not an amount")
    return Decimal(said)


def _time(said: Any) -> datetime | None:
    """When it was paid, as far as that can be read."""
    try:
        return datetime.strptime(str(said), "%Y-%m-%d %H:%M:%S").replace(tzinfo=THERE)
    except ValueError:
        return None
