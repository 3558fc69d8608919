"""What every gateway must do, whatever the company behind it. The tests of each gateway inherit it.

A test module gives a `far_side` fixture: the company's stand-in, driven from the outside. It is told to pay
an order, to notify, to break; it never reaches into the gateway.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import httpx
import pytest

from key2key.common.errors import InvalidInput, NotFound, Unavailable
from payments import gateways
from payments.gateways.contract import (
    BadSignature,
    Chargeback,
    MoneyStatus,
    Order,
    RefundOrder,
    RefundStatus,
)
from payments.tests.far_side import FarSide, Notification

__all__ = ["FarSide", "GatewaySuite", "Notification"]


class GatewaySuite:
    """The five methods, and the ways in which a far side breaks."""

    def order(self, far_side: FarSide, **other: object) -> Order:
        order = Order(
            reference=f"K2K{uuid4().hex[:20].upper()}",
            amount=Decimal("1500.50"),
            currency="ETB",
            description="Deposit for a home in Bole",
            return_url="https://app.example/deals/1",
            webhook_url=f"https://api.example/api/v1/payments/webhooks/{far_side.gateway.name}",
            payer_name="Hana Bekele",
            payer_email="hana@example.com",
            payer_phone="+251911223344",
        )
        return replace(order, **other)  # type: ignore[arg-type]

    # open_checkout, look_up

    def test_an_order_opens_a_page_and_waits(self, far_side):
        order = self.order(far_side)

        checkout = far_side.gateway.open_checkout(order)

        assert checkout.gateway_reference
        assert checkout.checkout_url.startswith("http")
        standing = far_side.gateway.look_up(order.reference, checkout.gateway_reference)
        assert standing.status == MoneyStatus.PENDING
        if far_side.tells_unpaid_amount():
            assert (standing.amount, standing.currency) == (order.amount, order.currency)
        else:
            assert not standing.tells_amount
        assert (standing.reference, standing.gateway_reference) == (
            order.reference,
            checkout.gateway_reference,
        )
        assert (standing.merchant, standing.mode) == (far_side.gateway.merchant, far_side.gateway.mode)
        assert (standing.charged, standing.refunded, standing.chargeback) == (0, 0, Chargeback.NONE)

    def test_the_same_order_again_is_the_same_page_or_refused(self, far_side):
        order = self.order(far_side)
        first = far_side.gateway.open_checkout(order)

        if far_side.gateway.repeats_checkout:
            assert far_side.gateway.open_checkout(order) == first
            return
        with pytest.raises(InvalidInput) as refusal:
            far_side.gateway.open_checkout(order)
        assert refusal.value.code == "gateway_refused"
        standing = far_side.gateway.look_up(order.reference, first.gateway_reference)
        assert standing.status == MoneyStatus.PENDING

    def test_another_order_under_the_same_reference_is_refused(self, far_side):
        order = self.order(far_side)
        first = far_side.gateway.open_checkout(order)

        with pytest.raises(InvalidInput) as refusal:
            far_side.gateway.open_checkout(replace(order, amount=Decimal("1.50")))

        assert refusal.value.code == "gateway_refused"
        far_side.pay(order.reference)
        assert far_side.gateway.look_up(order.reference, first.gateway_reference).amount == order.amount

    def test_a_currency_that_the_company_does_not_take_is_refused(self, far_side):
        order = self.order(far_side, currency=far_side.other_currency)
        assert far_side.other_currency not in far_side.gateway.currencies

        with pytest.raises(InvalidInput) as refusal:
            far_side.gateway.open_checkout(order)

        assert refusal.value.code == "gateway_refused"
        with pytest.raises(NotFound):
            far_side.gateway.look_up(order.reference, "")

    def test_an_order_that_never_reached_the_company_is_not_found(self, far_side):
        with pytest.raises(NotFound):
            far_side.gateway.look_up("K2KNEVERSENT", "")

    def test_paid_money_is_told_with_its_fee(self, far_side):
        order, checkout = self.paid(far_side)

        standing = far_side.gateway.look_up(order.reference, checkout.gateway_reference)

        assert (standing.status, standing.charged) == (MoneyStatus.SUCCEEDED, order.amount)
        assert standing.fee is None or 0 <= standing.fee < order.amount

    def test_an_order_is_found_by_our_reference_alone(self, far_side):
        order, checkout = self.paid(far_side)

        assert far_side.gateway.look_up(order.reference, "") == far_side.gateway.look_up(
            order.reference, checkout.gateway_reference
        )

    def test_a_second_payment_shows_in_what_was_charged(self, far_side):
        if far_side.is_paid_once():
            pytest.skip("this company lets nobody pay twice")
        order, checkout = self.paid(far_side)
        far_side.pay_again(order.reference)

        standing = far_side.gateway.look_up(order.reference, checkout.gateway_reference)

        assert (standing.amount, standing.charged) == (order.amount, 2 * order.amount)

    def test_a_payment_that_failed_says_so(self, far_side):
        order = self.order(far_side)
        checkout = far_side.gateway.open_checkout(order)
        far_side.fail(order.reference)

        standing = far_side.gateway.look_up(order.reference, checkout.gateway_reference)

        assert (standing.status, standing.charged) == (MoneyStatus.FAILED, 0)
        assert standing.failure_code

    # cancel

    def test_a_cancelled_page_is_closed_and_stays_so(self, far_side):
        order = self.order(far_side)
        checkout = far_side.gateway.open_checkout(order)

        far_side.gateway.cancel(checkout.gateway_reference)
        far_side.gateway.cancel(checkout.gateway_reference)

        standing = far_side.gateway.look_up(order.reference, checkout.gateway_reference)
        ended = MoneyStatus.CANCELLED if far_side.closes_pages() else MoneyStatus.PENDING
        assert (standing.status, standing.charged) == (ended, 0)

    def test_what_is_paid_cannot_be_cancelled(self, far_side):
        order, checkout = self.paid(far_side)

        if far_side.closes_pages():
            with pytest.raises(InvalidInput) as refusal:
                far_side.gateway.cancel(checkout.gateway_reference)
            assert refusal.value.code == "gateway_refused"
        else:
            far_side.gateway.cancel(checkout.gateway_reference)
        standing = far_side.gateway.look_up(order.reference, checkout.gateway_reference)
        assert standing.status == MoneyStatus.SUCCEEDED

    # refund

    def test_a_refund_is_given_once_however_often_it_is_asked_for(self, far_side):
        order, checkout = self.paid(far_side)
        back = self.back(order, checkout.gateway_reference, amount=Decimal("500.00"))

        answers = [far_side.gateway.refund(back) for _ in range(3)]

        if not far_side.gateway.names_refunds:
            assert [answer.status for answer in answers] == ["succeeded", "pending", "pending"]
            assert far_side.given_back(order.reference) == Decimal("500.00")
            return
        assert {answer.status for answer in answers} == {RefundStatus.SUCCEEDED}
        if not far_side.tells_refunds():
            assert {answer.refund_reference for answer in answers} == {back.refund_reference}
            assert far_side.given_back(order.reference) == Decimal("500.00")
            return
        standing = far_side.gateway.look_up(order.reference, checkout.gateway_reference)
        assert (standing.status, standing.refunded) == (MoneyStatus.SUCCEEDED, Decimal("500.00"))
        assert [refund.refund_reference for refund in standing.refunds] == [back.refund_reference]

    def test_several_refunds_add_up_and_never_exceed_what_was_paid(self, far_side):
        order, checkout = self.paid(far_side)
        for amount in ("1000.00", "500.50"):
            far_side.gateway.refund(self.back(order, checkout.gateway_reference, amount=Decimal(amount)))

        with pytest.raises(InvalidInput) as refusal:
            far_side.gateway.refund(self.back(order, checkout.gateway_reference, amount=Decimal("0.01")))

        assert refusal.value.code == "gateway_refused"
        standing = far_side.gateway.look_up(order.reference, checkout.gateway_reference)
        told = standing.refunded if far_side.tells_refunds() else far_side.given_back(order.reference)
        assert told == order.amount

    def test_unpaid_money_is_not_given_back(self, far_side):
        order = self.order(far_side)
        checkout = far_side.gateway.open_checkout(order)

        with pytest.raises(InvalidInput):
            far_side.gateway.refund(self.back(order, checkout.gateway_reference, amount=Decimal("1.00")))

        assert far_side.gateway.look_up(order.reference, checkout.gateway_reference).refunds == ()

    # read_webhook

    def test_a_notification_says_which_order_it_is_about(self, far_side):
        order, checkout = self.paid(far_side)
        sent = far_side.notification(order.reference)

        report = far_side.gateway.read_webhook(sent.headers, sent.body)

        assert report.reference in {order.reference, ""}
        assert report.gateway_reference in {checkout.gateway_reference, ""}
        assert report.reference or report.gateway_reference
        assert report.kind

    def test_a_repeated_notification_keeps_its_key_and_another_has_its_own(self, far_side):
        order, _checkout = self.paid(far_side)
        first, again = (self.key(far_side, order.reference) for _ in range(2))
        far_side.something_else_happens(order.reference)

        assert first == again != self.key(far_side, order.reference)

    def test_names_of_headers_may_come_in_any_case(self, far_side):
        order, _checkout = self.paid(far_side)
        sent = far_side.notification(order.reference)

        for change in (str.upper, str.lower):
            headers = {change(name): value for name, value in sent.headers.items()}
            assert far_side.gateway.read_webhook(headers, sent.body)

    def test_a_notification_signed_by_a_stranger_is_not_believed(self, far_side):
        order, _checkout = self.paid(far_side)
        self.refused(far_side, far_side.forged(order.reference))

    def test_a_notification_without_its_signature_is_not_believed(self, far_side):
        order, _checkout = self.paid(far_side)
        self.refused(far_side, far_side.unsigned(order.reference))

    def test_a_notification_altered_on_its_way_is_not_believed(self, far_side):
        order, _checkout = self.paid(far_side)
        sent = far_side.notification(order.reference)
        longer, flipped = sent.body + b" ", bytes([sent.body[0] ^ 1]) + sent.body[1:]
        for body in (b"", flipped, sent.body[:-1], sent.body.replace(b"K2K", b"K2L")):
            self.refused(far_side, replace(sent, body=body))
        if far_side.signs_bytes():
            self.refused(far_side, replace(sent, body=longer))

    def test_an_old_notification_is_not_believed(self, far_side):
        if not far_side.is_replay_safe():
            pytest.skip("this company signs no time; the inbox knows what came before")
        order, _checkout = self.paid(far_side)
        for age in (301, 3600, -301):
            self.refused(far_side, far_side.notification(order.reference, age_seconds=age))
        sent = far_side.notification(order.reference, age_seconds=280)
        assert far_side.gateway.read_webhook(sent.headers, sent.body)

    # a far side that breaks

    @pytest.mark.parametrize("status", [500, 502, 503, 401, 403, 429, 302])
    def test_a_company_that_is_broken_is_away(self, far_side, status):
        with gateways.spoken_over(httpx.MockTransport(lambda _request: httpx.Response(status, json={}))):
            self.away(far_side)

    @pytest.mark.parametrize(
        "body",
        [b"", b"<html>soon back</html>", b"[]", b"null", b"{}", b'{"id": 7}', b"\xff\xfe", b"[" * 100_000],
    )
    def test_an_answer_that_cannot_be_read_is_none(self, far_side, body):
        with gateways.spoken_over(httpx.MockTransport(lambda _request: httpx.Response(200, content=body))):
            self.away(far_side)

    def test_an_answer_without_an_end_is_none(self, far_side):
        endless = b"x" * (gateways.LONGEST_ANSWER + 1)
        with gateways.spoken_over(httpx.MockTransport(lambda _request: httpx.Response(200, content=endless))):
            self.away(far_side)

    @pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
    def test_a_company_that_cannot_be_reached_is_away(self, far_side, error):
        def broken(_request: httpx.Request) -> httpx.Response:
            raise error("away")

        with gateways.spoken_over(httpx.MockTransport(broken)):
            self.away(far_side)

    def test_a_company_that_lets_us_wait_is_away(self, far_side, monkeypatch):
        monkeypatch.setattr("payments.gateways.SECONDS", 0.3)
        with dripping() as reached, gateways.spoken_over(_led_to(reached)):
            began = time.monotonic()
            with pytest.raises(Unavailable):
                far_side.gateway.look_up("K2K1", "")
            assert time.monotonic() - began < 3

    # what the tests above share

    def paid(self, far_side):
        order = self.order(far_side)
        checkout = far_side.gateway.open_checkout(order)
        far_side.pay(order.reference)
        return order, checkout

    def back(self, order, gateway_reference, *, amount):
        return RefundOrder(
            refund_reference=f"R{uuid4().hex[:20].upper()}",
            gateway_reference=gateway_reference,
            amount=amount,
            currency=order.currency,
            reason="The deal was cancelled.",
        )

    def key(self, far_side, reference):
        sent = far_side.notification(reference)
        return far_side.gateway.read_webhook(sent.headers, sent.body).event_key

    def refused(self, far_side, sent):
        with pytest.raises(BadSignature) as refusal:
            far_side.gateway.read_webhook(sent.headers, sent.body)
        assert (refusal.value.code, refusal.value.status) == ("bad_signature", 401)

    def calls(self, far_side) -> list[Callable[[], object]]:
        """What needs an answer of the company."""
        order = self.order(far_side)
        back = self.back(order, "7", amount=Decimal("1.00"))
        return [
            lambda: far_side.gateway.open_checkout(order),
            lambda: far_side.gateway.look_up(order.reference, "7"),
            lambda: far_side.gateway.refund(back),
        ]

    def away(self, far_side):
        for call in self.calls(far_side):
            with pytest.raises(Unavailable) as refusal:
                call()
            assert refusal.value.code == "gateway_unavailable"


@contextmanager
def dripping() -> Iterator[int]:
    """A server that begins to answer and goes on for ever, a byte at a time. Its port."""
    ended = threading.Event()

    class Drip(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            while not ended.wait(0.05):
                try:
                    self.wfile.write(b" ")
                    self.wfile.flush()
                except OSError:
                    return

        def log_message(self, *_args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Drip) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            ended.set()
            server.shutdown()


class _led_to(httpx.BaseTransport):  # noqa: N801 - read as a verb
    """Every call goes to that port of this machine."""

    def __init__(self, port: int) -> None:
        self._port, self._line = port, httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return self._line.handle_request(request)
