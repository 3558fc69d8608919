"""What must never move a deposit: one code, the product's own role, words that the gateway did not say."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client

from brokers import services
from brokers.enums import DealState, Side
from brokers.models import Deal
from brokers.tests.factories import deal_in, exchange_codes, hear_all, hold_under, person_of
from key2key.common import clock
from key2key.common.errors import Conflict
from key2key.tests.machine.crowds import owner_of_tables
from key2key.tests.test_who_may import snapshot
from payments import services as payment_services
from payments.gateways.sandbox import SIGNATURE_HEADER, signature_of
from payments.models import Payment, Transfer, WebhookDelivery
from payments.services import Asked
from payments.targets import Target
from payments.tests.company import Company

pytestmark = pytest.mark.django_db
WEBHOOKS = "/api/v1/payments/webhooks/sandbox"


class TestOneCode:
    @pytest.mark.parametrize("enterer", list(Side))
    def test_alone_it_never_moves_money_whatever_time_and_wrong_tries_bring(self, enterer: Side) -> None:
        deal = deal_in(DealState.HANDOVER)
        exchange_codes(deal, enterer)
        before = money(deal)
        assert refusals(deal, enterer) == {"illegal_transition"}, "its own part is done"
        assert refusals(deal, enterer.other) == {"code_not_issued"}
        code = services.issue_code(deal_id=deal.pk, by=person_of(deal, enterer)).code
        wrong = f"{(int(code) + 1) % 1_000_000:06d}"
        assert refusals(deal, enterer.other, code=wrong) == {
            "wrong_code",
            "code_locked",
            "illegal_transition",
        }
        for days in (8, 40):
            with clock.advanced(timedelta(days=days)):
                services.advance_due()
                hear_all()
        deal.refresh_from_db()
        assert (deal.state, deal.overdue_at is not None) == (DealState.HANDOVER, True), "staff must look"
        assert money(deal) == before

    def test_with_the_other_one_it_does(self) -> None:
        deal = deal_in(DealState.HANDOVER)
        before = money(deal)
        exchange_codes(deal)
        assert money(deal) != before


def money(deal: Deal) -> tuple[Any, ...]:
    return hold_under(deal).state, list(Transfer.objects.order_by("pk").values_list("key", flat=True))


def refusals(deal: Deal, side: Side, *, code: str = "000000") -> set[str]:
    found = set()
    for _try in range(7):
        with pytest.raises(Conflict) as refusal:
            services.confirm_handover(deal_id=deal.pk, by=person_of(deal, side), code=code)
        found.add(refusal.value.code)
    return found


TAMPERING = [
    "UPDATE payments_transfer SET amount = amount + 1",
    "UPDATE payments_transfer SET key = key",
    "DELETE FROM payments_transfer",
    "TRUNCATE payments_transfer CASCADE",
    "ALTER TABLE payments_transfer DISABLE TRIGGER ALL",
    "ALTER TABLE payments_transfer OWNER TO CURRENT_USER",
    "GRANT UPDATE ON payments_transfer TO CURRENT_USER",
    "DROP TABLE payments_transfer CASCADE",
]


@transaction.atomic
def tamper(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        # Of a right that it may not give PostgreSQL only warns: what counts is that there is none.
        cursor.execute("UPDATE payments_transfer SET amount = amount + 1")


class TestTheProductsRole:
    def test_it_cannot_change_what_is_booked(self) -> None:
        deal_in(DealState.COMPLETED)
        before = list(Transfer.objects.order_by("pk").values())
        assert before
        for statement in TAMPERING:
            with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
                tamper(statement)
            assert list(Transfer.objects.order_by("pk").values()) == before, statement

    @pytest.mark.django_db(transaction=True)
    def test_only_the_rights_keep_it_from_that(self) -> None:
        """The control: to the owner of the tables the same rows and statements are open."""
        deal_in(DealState.COMPLETED)
        with owner_of_tables() as owner, owner.transaction(force_rollback=True):
            changed = owner.execute("UPDATE payments_transfer SET amount = amount + 1").rowcount
            deleted = owner.execute("DELETE FROM payments_transfer").rowcount
        assert changed == deleted == Transfer.objects.count() > 0


Forge = Callable[[bytes], tuple[bytes, str]]


def now() -> int:
    return int(time.time())


FORGERIES: dict[str, Forge] = {
    "unsigned": lambda body: (body, ""),
    "signed by a stranger": lambda body: (body, f"t={now()},v1={'0' * 64}"),
    "altered on its way": lambda body: (
        body.replace(b"checkout.paid", b"chargeback.lost"),
        signature_of(body, at=now()),
    ),
    "made later than signed": lambda body: (body, signature_of(body, at=now() - 60).replace("t=", "t=1")),
    "signed long ago": lambda body: (body, signature_of(body, at=now() - 301)),
    "signed for tomorrow": lambda body: (body, signature_of(body, at=now() + 301)),
}


class TestWebhooks:
    @pytest.mark.parametrize("forgery", FORGERIES)
    def test_forged_or_altered_they_change_nothing_at_all(
        self, forgery: str, sandbox: Company, journey: Payment
    ) -> None:
        sandbox.press(journey.checkout_url, "pay")
        body, signature = FORGERIES[forgery](told_of(journey))
        before = snapshot()
        assert post(body, signature=signature) == 401
        assert snapshot() == before

    def test_replayed_they_change_nothing_at_all(self, sandbox: Company, journey: Payment) -> None:
        sandbox.press(journey.checkout_url, "pay")
        sandbox.settle()
        assert Deal.objects.get().state == DealState.DEPOSIT_HELD
        before = snapshot()
        for delivery in list(WebhookDelivery.objects.all()):
            body = bytes(delivery.body)
            assert post(body, signature=delivery.headers[SIGNATURE_HEADER]) == 200
            assert post(body, signature=signature_of(body, at=now())) == 200
        sandbox.settle()
        assert snapshot() == before

    def test_rightly_signed_a_new_one_changes_something(self, sandbox: Company, journey: Payment) -> None:
        """The control of both: the snapshot sees what a good notification does."""
        before, body = snapshot(), told_of(journey)
        assert post(body, signature=signature_of(body, at=now())) == 200
        after = snapshot()
        assert [table for table in before if before[table] != after[table]] == ["payments_webhookdelivery"]


@pytest.fixture
def journey(sandbox: Company) -> Payment:
    """The payment of a real deal's deposit, not made yet."""
    deal = deal_in(DealState.DEPOSIT_DUE)
    asked = Asked("deposit", Target("deal", deal.pk), "sandbox", "https://app.example/deals")
    payment = payment_services.pay(by=deal.buyer, asked=asked)
    sandbox.settle()
    return payment


def told_of(payment: Payment) -> bytes:
    about = {"reference": payment.reference, "checkout": payment.gateway_reference}
    return json.dumps({"id": "evt-new", "type": "checkout.paid", "data": about}).encode()


def post(body: bytes, *, signature: str) -> int:
    headers = {SIGNATURE_HEADER: signature} if signature else {}
    answer = Client(raise_request_exception=False).post(
        WEBHOOKS, body, content_type="application/json", headers=headers
    )
    return answer.status_code
