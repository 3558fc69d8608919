"""A company that lets us wait: nothing is held meanwhile, and it is not asked by everybody (RL-21)."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from django.db import connections, transaction
from django.db.utils import ProgrammingError

from key2key.common import background, metrics
from key2key.common.errors import InvalidInput, NotFound, Unavailable
from payments import circuits, gateways, selectors, services
from payments.enums import CallOutcome, Deed
from payments.gateways.contract import RefundOrder
from payments.models import GatewayCall, Payment, PaymentCheck
from payments.services import calling
from payments.services.closing import ask_again
from payments.services.paying import Asked
from payments.targets import Target
from payments.tests.company import Company, InProcess
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.gateway_suite import _led_to

PATH = "/api/v1/payments"
OPEN_TRANSACTIONS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()
      AND backend_type = 'client backend'
"""

on_its_own = pytest.mark.django_db(transaction=True)
watched_by_owner = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


class Watched(InProcess):
    """The sandbox, which looks at our database while we wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, int]] = []

    def handle_request(self, request):
        self.seen.append((request.url.path, open_transactions()))
        return super().handle_request(request)


class Silent(BaseHTTPRequestHandler):
    """Takes every call and says nothing until the test is over."""

    over: threading.Event

    def do_GET(self) -> None:
        self.over.wait(30)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_args: object) -> None:
        """Says nothing."""


@contextmanager
def silence():
    over = threading.Event()
    handler = type("SilentNow", (Silent,), {"over": over})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        with gateways.spoken_over(_led_to(server.server_address[1])):
            try:
                yield
            finally:
                over.set()
                server.shutdown()


@pytest.fixture
def quick(monkeypatch):
    """The limits of time, shrunk alike."""
    monkeypatch.setattr("payments.gateways.SECONDS", 0.4)
    monkeypatch.setattr("payments.circuits.PATIENCE_SECONDS", 0.25)
    monkeypatch.setattr("payments.circuits.OPEN_SECONDS", 0.3)


def open_transactions() -> int:
    with connections["owner"].cursor() as cursor:
        cursor.execute(OPEN_TRANSACTIONS)
        return cursor.fetchone()[0]


def asked_for(hold):
    return {
        "purpose": "deposit",
        "target": {"type": hold.target_type, "id": str(hold.target_id)},
        "gateway": "sandbox",
        "return_url": "https://app.example/back",
    }


def begin(client, hold, *, key):
    return client.post(PATH, asked_for(hold), format="json", headers={"Idempotency-Key": key})


def outcomes():
    return list(GatewayCall.objects.values_list("deed", "outcome"))


def gateway_answering(status, words):
    return gateways.spoken_over(httpx.MockTransport(lambda _call: httpx.Response(status, json=words)))


# no transaction is open during a call


@watched_by_owner
def test_no_transaction_is_open_while_a_company_is_asked(sign_in):
    far_side = Watched()
    company = Company(far_side)
    with gateways.spoken_over(far_side):
        paid, dropped = HoldFactory(), HoldFactory()
        answer = begin(sign_in(paid.buyer), paid, key="one")
        assert answer.status_code == 201, answer.content
        company.press(answer.json()["checkout_url"], "pay")
        company.settle()
        services.refund_hold(target=Target(paid.target_type, paid.target_id), reason="The deal fell through.")
        company.settle()
        services.ask_about(payment_id=paid.payments.get().pk, by=None)
        answer = begin(sign_in(dropped.buyer), dropped, key="one")
        services.cancel_payment(payment_id=answer.json()["id"], by=dropped.buyer)
        company.settle()

    paid.refresh_from_db()
    assert paid.state == "refunded"
    assert set(outcomes()) == {(deed, CallOutcome.OK) for deed in Deed}
    assert len(far_side.seen) >= 7
    assert [seen for seen in far_side.seen if seen[1]] == []
    assert services.ledger_faults() == []


@watched_by_owner
def test_a_transaction_that_is_open_would_be_seen():
    """The negative control."""
    assert open_transactions() == 0
    with transaction.atomic():
        HoldFactory()
        assert open_transactions() == 1


@on_its_own
@pytest.mark.parametrize(
    "deed",
    [
        lambda payment: services.open_checkout(payment=payment),
        calling.look_up,
        lambda payment: calling.look_up_unknown("sandbox", reference="K2K1", gateway_reference=""),
        lambda payment: calling.refund(payment, order=RefundOrder("R1", "7", payment.amount, "ETB")),
        lambda payment: calling.cancel(payment, gateway_reference="7"),
    ],
)
def test_nobody_is_called_inside_a_transaction(deed):
    payment = PaymentFactory(checkout_url="", gateway_reference="")
    far_side = InProcess()
    with gateways.spoken_over(far_side), transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        deed(payment)

    assert (far_side.calls, outcomes()) == ([], [])


# what is written down


@pytest.mark.django_db
def test_every_call_leaves_a_row_and_no_secret(sandbox, settings):
    payment = services.pay(by=(hold := HoldFactory()).buyer, asked=asked(hold))
    sandbox.press(payment.checkout_url, "pay")
    sandbox.settle()
    order = RefundOrder("R2KONE-1", payment.gateway_reference, payment.amount, "ETB")
    calling.refund(payment, order=order)
    with pytest.raises(InvalidInput):
        calling.cancel(payment, gateway_reference=payment.gateway_reference)
    with pytest.raises(NotFound):
        calling.look_up_unknown("sandbox", reference="K2KNOBODY", gateway_reference="")

    calls = list(selectors.calls_of(payment))
    assert [(call.deed, call.outcome) for call in calls] == [
        ("open_checkout", "ok"),
        ("look_up", "ok"),
        ("refund", "ok"),
        ("cancel", "refused"),
    ]
    assert [call.refund_reference for call in calls] == ["", "", "R2KONE-1", ""]
    assert calls[-1].vendor_code
    assert {call.gateway for call in calls} == {"sandbox"}
    stray = GatewayCall.objects.get(payment=None)
    assert (stray.deed, stray.outcome) == ("look_up", "not_found")
    written = str(list(GatewayCall.objects.values()))
    assert settings.SANDBOX_API_KEY not in written
    assert payment.payer.full_name not in written


@on_its_own
def test_calls_are_never_changed_nor_removed(sandbox):
    services.pay(by=(hold := HoldFactory()).buyer, asked=asked(hold))
    for change in (
        lambda: GatewayCall.objects.update(outcome="ok"),
        lambda: GatewayCall.objects.all().delete(),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            change()
    assert outcomes() == [("open_checkout", "ok")]


@pytest.mark.django_db
def test_calls_are_counted_by_company_deed_and_outcome(sandbox):
    def count():
        labels = {"gateway": "sandbox", "deed": "look_up", "outcome": "not_found"}
        return metrics.registry.get_sample_value("k2k_gateway_calls_total", labels) or 0

    before = count()
    with pytest.raises(NotFound):
        calling.look_up_unknown("sandbox", reference="K2KNOBODY", gateway_reference="")

    assert count() == before + 1


# a company that is silent


def test_the_limits_find_a_silent_company_out_within_ten_seconds():
    assert circuits.PATIENCE_SECONDS < gateways.SECONDS < 10


@on_its_own
def test_a_silent_company_is_found_out_in_one_call_and_asked_by_one_until_it_answers(quick, sandbox):
    payment = services.pay(by=(hold := HoldFactory()).buyer, asked=asked(hold))
    with silence():
        began = time.monotonic()
        with ThreadPoolExecutor(5) as pool:
            waited = list(pool.map(lambda _number: away(payment), range(5)))
        assert time.monotonic() - began < 3 * gateways.SECONDS
        assert {type(error) for error in waited} == {Unavailable}

        began = time.monotonic()
        refusal = away(payment)
        assert isinstance(refusal, circuits.CircuitOpen)
        assert refusal.retry_after >= 1
        assert time.monotonic() - began < gateways.SECONDS / 2

    time.sleep(circuits.OPEN_SECONDS)
    assert calling.look_up(payment).reference == payment.reference
    assert calling.look_up(payment).reference == payment.reference
    told = [outcome for deed, outcome in outcomes() if deed == "look_up"]
    assert told == ["unavailable"] * 5 + ["circuit_open", "ok", "ok"]


@on_its_own
def test_others_are_not_hurt_while_a_company_is_silent(monkeypatch, sign_in):
    monkeypatch.setattr("payments.gateways.SECONDS", 1.5)
    hold, other = HoldFactory(), HoldFactory()
    client, stranger = sign_in(hold.buyer), sign_in(other.buyer)
    with silence(), ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(closing_connections(lambda: begin(client, hold, key="one").json()))
        while not Payment.objects.filter(hold=hold).exists():
            assert not waiting.done()
        payment = Payment.objects.get(hold=hold)
        for _round in range(3):
            assert stranger.get(PATH).status_code == 200
        assert stranger.get(f"{PATH}/{payment.pk}").status_code == 404
        services.cancel_payment(payment_id=payment.pk, by=hold.buyer)  # nothing of it is locked
        assert not waiting.done(), "the others had to wait"
        assert waiting.result()["code"] == "gateway_unavailable"


@on_its_own
def test_work_for_a_silent_company_waits_once_for_all_of_it(quick):
    for payment in PaymentFactory.create_batch(5):
        with transaction.atomic():
            ask_again(payment)

    with silence():
        began = time.monotonic()
        assert background.perform(PaymentCheck) == 5
        assert time.monotonic() - began < 3 * gateways.SECONDS

    assert sorted(outcome for _deed, outcome in outcomes()) == ["circuit_open"] * 4 + ["unavailable"]
    assert set(PaymentCheck.objects.values_list("work_state", flat=True)) == {"queued"}


@pytest.mark.django_db
def test_all_calls_of_one_deed_share_its_time(quick):
    with silence(), gateways.in_time():
        began = time.monotonic()
        for _call in range(3):
            with pytest.raises(Unavailable):
                gateways.ask("GET", "https://pay.example/", headers={})
        assert time.monotonic() - began < 2 * gateways.SECONDS


@pytest.mark.django_db
def test_the_payer_is_told_when_to_try_again(sign_in):
    hold = HoldFactory()
    client = sign_in(hold.buyer)
    with gateway_answering(500, {}):
        for _call in range(circuits.FAILURES):
            answer = begin(client, hold, key="one")
            assert (answer.status_code, answer.json()["code"]) == (503, "gateway_unavailable")
        answer = begin(client, hold, key="one")

    assert (answer.status_code, answer.json()["code"]) == (503, "gateway_unavailable")
    assert int(answer.headers["Retry-After"]) > 5
    assert Payment.objects.get().status == "pending"
    assert [outcome for _deed, outcome in outcomes()] == ["unavailable"] * 3 + ["circuit_open"]


def asked(hold):
    target = Target(hold.target_type, hold.target_id)
    return Asked(purpose="deposit", target=target, gateway="sandbox", return_url="https://app.example/")


def away(payment):
    try:
        with pytest.raises(Unavailable) as refusal:
            calling.look_up(payment)
        return refusal.value
    finally:
        if threading.current_thread() is not threading.main_thread():
            connections.close_all()


def closing_connections(call):
    def called():
        try:
            return call()
        finally:
            connections.close_all()

    return called
