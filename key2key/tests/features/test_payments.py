from __future__ import annotations

import json
import time
from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import ProgrammingError, transaction
from django.test import Client

from accounts.tests.desk import at_desk
from key2key.common import clock
from key2key.tests.features.dealing import (
    Deal,
    agreed,
    ask,
    deposit_of,
    do,
    later,
    news,
    read,
    refused,
    settle,
)
from key2key.tests.features.market import API, Desk, Person
from payments import gateways
from payments.gateways.sandbox import SIGNATURE_HEADER, Sandbox, signature_of
from payments.models import Account, Hold, Payment, Refund, SandboxWebhook, Transfer, WebhookDelivery
from payments.selectors import balances
from payments.tests.bank import enable as enable_bank
from payments.tests.bank import picture
from payments.tests.company import Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal(seller: Person, person: Callable[..., Person], on_the_market: Callable[..., dict[str, Any]]) -> Deal:
    return agreed(person(), seller, on_the_market(seller, "properties")["id"])


@pytest.fixture
def finance(db: None) -> Desk:
    return Desk(at_desk("finance"))


def adds_up() -> bool:
    """Whether the command says so, and all accounts together come to nothing."""
    told = StringIO()
    call_command("check_ledger", stdout=told)
    accounts = {
        account
        for pair in Transfer.objects.select_related("debit", "credit")
        for account in (pair.debit, pair.credit)
    }
    return "adds up" in told.getvalue() and sum(balances(accounts).values()) == 0


def notified(body: bytes, *, signature: str) -> Any:
    """The answer to somebody who says to be the gateway."""
    return Client(raise_request_exception=False).post(
        f"{API}/payments/webhooks/sandbox",
        body,
        content_type="application/json",
        headers={SIGNATURE_HEADER: signature},
    )


def test_pay_2_starting_a_payment_twice_with_one_key_is_one_payment(deal: Deal, sandbox: Company) -> None:
    body = deposit_of(deal.id)
    unkeyed = deal.buyer.client.post(f"{API}/payments", body)
    assert refused(unkeyed) == (400, "idempotency_key_required")
    first, again = (ask(deal.buyer, "payments", body, key="my-deposit") for _ in "ab")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"
    other = ask(deal.buyer, "payments", body | {"amount": "10.00"}, key="my-deposit")
    assert refused(other) == (422, "idempotency_key_reused")
    assert Payment.objects.count() == 1
    assert refused(ask(deal.buyer, "payments", body)) == (409, "nothing_to_pay"), "nor with another key"


def test_pay_2_the_same_key_goes_on_where_the_gateway_was_away(deal: Deal, sandbox: Company) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    body = deposit_of(deal.id)
    with gateways.spoken_over(httpx.MockTransport(away)):
        assert refused(ask(deal.buyer, "payments", body, key="once")) == (503, "gateway_unavailable")
    done = ask(deal.buyer, "payments", body, key="once")
    assert (done.status_code, done.json()["status"]) == (201, "pending")
    assert done.json()["checkout_url"]
    assert Payment.objects.count() == 1


def test_pay_3_a_callback_is_proved_kept_taken_once_and_looked_up(deal: Deal, sandbox: Company) -> None:
    payment = deal.checkout()
    about = {"reference": payment["reference"], "checkout": Payment.objects.get().gateway_reference}
    body = json.dumps({"id": "evt-1", "type": "checkout.paid", "data": about}).encode()
    right = signature_of(body, at=int(time.time()))
    for wrong in ("", f"{right[:-2]}00", signature_of(body + b" ", at=int(time.time()))):
        assert refused(notified(body, signature=wrong)) == (401, "bad_signature")
    old = signature_of(body, at=int(time.time()) - 3600)
    assert refused(notified(body, signature=old)) == (401, "bad_signature")
    assert not WebhookDelivery.objects.exists()

    assert notified(body, signature=right).status_code == 200
    settle()
    delivery = WebhookDelivery.objects.get()
    assert bytes(delivery.body) == body
    assert read(deal.buyer, f"payments/{payment['id']}")["status"] == "pending", "its word is not enough"

    sandbox.press(payment["checkout_url"], "pay")
    for _ in range(3):
        assert notified(body, signature=right).status_code == 200
        settle()
    paid = read(deal.buyer, f"payments/{payment['id']}")
    assert paid["status"] == "succeeded"
    assert [event["kind"] for event in paid["events"]].count("succeeded") == 1
    assert Transfer.objects.filter(cause="deposit_paid").count() == 1
    assert WebhookDelivery.objects.filter(event_key="evt-1").count() == 1
    assert adds_up()


def test_pay_7_a_deposit_is_released_by_both_codes(deal: Deal, sandbox: Company) -> None:
    deal.pay(sandbox)
    assert deal.seen()["state"] == "deposit_held"
    deal.tick_papers()
    deal.hand_over()
    assert deal.seen()["state"] == "completed"
    assert Hold.objects.get().state == "released"
    assert adds_up()


def test_pay_7_a_dispute_stops_the_clocks_and_staff_release(
    deal: Deal, sandbox: Company, finance: Desk
) -> None:
    deal.pay(sandbox)
    do(deal.seller, f"deals/{deal.id}/dispute", {"reason": "The buyer has the keys and says nothing."})
    with later(days=29):
        assert deal.seen()["state"] == "disputed"
        assert Hold.objects.get().state == "disputed"
        finance.act(
            f"brokers/deal/{deal.id}", "decide", kind="keys_changed_hands", reason="The protocol is signed."
        )
        seen = deal.seen(deal.seller)
        assert (seen["state"], seen["outcome"]) == ("completed", "decided")
        assert seen["outcome_reason"] == "The protocol is signed."
    assert Hold.objects.get().state == "released"
    assert adds_up()


class OtherCompany(Sandbox):
    """A second payment company, with books of its own."""

    name = "other"


def test_x_2_a_deposit_over_two_gateways_goes_back_along_its_legs_and_the_sums_are_zero(
    deal: Deal, sandbox: Company, settings: Any
) -> None:
    settings.PAYMENT_GATEWAYS = ["sandbox", "other"]
    settings.GATEWAY_CLASSES = {**settings.GATEWAY_CLASSES, "other": f"{__name__}.OtherCompany"}
    first = deal.pay(sandbox, amount="20000.00")
    assert deal.seen()["money"]["paid"] == "20000.00"
    second = deal.checkout(gateway="other")
    sandbox.press(second["checkout_url"], "pay")
    SandboxWebhook.objects.all().delete()  # the sandbox would tell it to its own address: it is asked
    with later(minutes=6):
        assert deal.seen()["state"] == "deposit_held"
    assert (first["amount"], second["amount"]) == ("20000.00", "30000.00")
    clearing = Account.objects.filter(kind="gateway_clearing").values_list("gateway", flat=True)
    assert sorted(clearing) == ["other", "sandbox"]
    assert adds_up()

    do(deal.seller, f"deals/{deal.id}/dispute", {"reason": "The buyer does not come."})
    at = Desk(at_desk("finance"))
    at.act(f"brokers/deal/{deal.id}", "decide", kind="split", refund_amount="35000.00", reason="As agreed.")
    settle()
    back = {
        payment["id"]: (payment["status"], payment["refunded_amount"])
        for payment in read(deal.buyer, "payments")["results"]
    }
    assert back == {
        second["id"]: ("refunded", "30000.00"),
        first["id"]: ("partially_refunded", "5000.00"),
    }, "the last leg first"
    assert [row["balance"] for row in read(deal.seller, "payments/ledger")["balances"]] == ["15000.00"]
    assert adds_up()


def test_x_2_nobody_changes_what_was_booked(deal: Deal, sandbox: Company, finance: Desk) -> None:
    deal.pay(sandbox)
    booked = Transfer.objects.get(cause="deposit_paid")
    for forge in (
        lambda rows: rows.update(amount=Decimal("1.00")),
        lambda rows: rows._raw_delete("default"),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            forge(Transfer.objects.filter(pk=booked.pk))
    finance.browser.post(f"/admin/payments/transfer/{booked.pk}/change/", {"amount": "1.00"})
    finance.browser.post(f"/admin/payments/transfer/{booked.pk}/delete/", {"post": "yes"})
    assert Transfer.objects.get(pk=booked.pk).amount == Decimal("50000.00")
    assert "50000.00" in finance.page(f"/admin/payments/transfer/{booked.pk}/change/")


def test_pay_9_a_bank_slip_is_proved_by_its_picture_and_counted_by_finance(
    deal: Deal, finance: Desk, settings: Any, tmp_path: Path
) -> None:
    enable_bank(settings, tmp_path)
    payment = deal.checkout(gateway="bank_transfer")
    assert payment["pay_to"][0]["number"] == "1000123456789"
    slip = {"amount": "50000.00", "paid_on": clock.today().isoformat(), "bank_reference": "FT26327ABCD"}

    def send(**other: str) -> Any:
        file = SimpleUploadedFile("slip.png", picture(), content_type="image/png")
        path = f"{API}/payments/{payment['id']}/proof"
        return deal.buyer.client.post(path, {**slip, **other, "file": file}, format="multipart")

    first = send()
    assert (first.status_code, first.json()["state"]) == (201, "waiting")
    assert refused(send()) == (409, "proof_waiting")
    page = f"payments/paymentproof/{first.json()['id']}"
    finance.act(page, "reject", stock="unreadable", words="")
    assert "proof_rejected" in news(deal.buyer)
    second = send().json()["id"]
    with later(days=3):
        assert deal.seen()["state"] == "deposit_due", "the clock stands still while finance look"
        desk = Desk(at_desk("finance"))
        desk.act(
            f"payments/paymentproof/{second}", "approve", amount="50000.00", bank_reference="FT26327ABCD"
        )
        settle()
        assert deal.seen()["state"] == "deposit_held"
        assert news(deal.buyer).count("proof_approved") == 1
        assert adds_up()

        do(deal.seller, f"deals/{deal.id}/dispute", {"reason": "The buyer does not come."})
        desk.act(f"brokers/deal/{deal.id}", "decide", kind="refund", reason="As agreed.")
        settle()
        refund = Refund.objects.get()
        assert refund.status == "sent", "finance make it at the bank"
        # Whoever took the slip may not confirm.
        Desk(at_desk("finance")).act(
            f"payments/refundbyhand/{refund.pk}", "confirm", bank_reference="FT-BACK"
        )
        assert read(deal.buyer, f"payments/{payment['id']}")["status"] == "refunded"
        assert adds_up()
