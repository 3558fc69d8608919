"""Channels that send by themselves: once, whatever they answer and whenever; what is odd goes to a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from django.db import connection

from key2key.common import background, clock
from key2key.common.errors import Conflict, InvalidInput, NotFound, Unavailable
from key2key.common.models import Work
from payments import circuits, services
from payments.enums import PayoutStatus
from payments.gateways.payouts import PayoutChannel, PayoutOrder, PayoutStanding
from payments.gateways.payouts import PayoutStatus as Told
from payments.models import Payout, PayoutSending, Transfer
from payments.tests.owing import balance_of, finance, owed_account, owed_to, payout_in

pytestmark = pytest.mark.django_db


class Post(PayoutChannel):
    """A channel whose vendor lies in this process: what it was sent, and what it says next."""

    name = "post"
    currencies = frozenset({"ETB"})
    max_amount = Decimal("5000.00")
    pays_from = "sandbox"
    sent: ClassVar[dict[str, PayoutOrder]] = {}
    calls: ClassVar[list[str]] = []
    answers: ClassVar[list[Any]] = []

    def send(self, order: PayoutOrder) -> PayoutStanding:
        self.calls.append("send")
        answer = self._answer()
        if isinstance(answer, InvalidInput):
            raise answer
        self.sent.setdefault(order.reference, order)
        if isinstance(answer, Exception):
            raise answer  # it has it, and its answer was lost
        return self._standing(order.reference, answer)

    def look_up(self, reference: str) -> PayoutStanding:
        self.calls.append("look_up")
        answer = self._answer()
        if isinstance(answer, Exception):
            raise answer
        if reference not in self.sent:
            raise NotFound
        return self._standing(reference, answer)

    def _answer(self) -> Any:
        # Only pytest's own transaction may be open around a call.
        assert not connection.in_atomic_block or len(connection.savepoint_ids) == 0
        return self.answers.pop(0) if self.answers else {"status": Told.PENDING}

    def _standing(self, reference: str, answer: dict[str, Any]) -> PayoutStanding:
        order = self.sent[reference]
        told = {"amount": order.amount, "currency": order.currency, "channel_reference": "POST-1", **answer}
        return PayoutStanding(reference=told.pop("reference", reference), **told)


@pytest.fixture(autouse=True)
def _the_post(settings: Any) -> Iterator[None]:
    settings.PAYOUT_CHANNELS = ["bank_csv", "manual", "post"]
    settings.PAYOUT_CHANNEL_CLASSES = {"post": f"{__name__}.Post"}
    Post.sent, Post.calls, Post.answers = {}, [], []
    yield
    assert services.ledger_faults() == []


@pytest.fixture
def payout() -> Payout:
    ready = payout_in(PayoutStatus.APPROVED)
    return services.send_payout(payout_id=ready.pk, by=finance(), channel="post")


def works(payout: Payout) -> Payout:
    PayoutSending.objects.update(due_at=clock.now() - timedelta(hours=1))
    background.perform(PayoutSending)
    payout.refresh_from_db()
    return payout


def test_it_is_sent_after_the_commit_and_paid_when_the_channel_says_so(payout: Payout) -> None:
    assert (Post.calls, payout.status) == ([], PayoutStatus.PROCESSING)
    assert works(payout).status == PayoutStatus.PROCESSING
    order = Post.sent[payout.reference]
    assert (order.amount, order.account_number) == (
        payout.amount, services.payout_accounts.number_of(payout.account),
    )  # fmt: skip
    Post.answers = [{"status": Told.PAID}]
    with clock.advanced(timedelta(minutes=6)):
        assert services.ask_about_payouts() == 1
        works(payout)
    assert (payout.status, payout.bank_reference, Post.calls) == ("paid", "POST-1", ["send", "look_up"])
    assert Transfer.objects.filter(cause="payout_passed_on", credit__gateway="sandbox").count() == 1
    assert balance_of("payouts_in_transit") == 0


def test_an_answer_that_was_lost_does_not_send_it_twice(payout: Payout) -> None:
    Post.answers = [Unavailable("gateway_unavailable"), {"status": Told.PAID}]
    assert works(payout).status == PayoutStatus.PROCESSING
    assert PayoutSending.objects.get().work_state == Work.WorkState.QUEUED
    assert works(payout).status == PayoutStatus.PAID
    assert Post.calls == ["send", "look_up"]


def test_a_parked_one_that_is_let_go_on_is_asked_about_first(payout: Payout) -> None:
    Post.answers = [Unavailable("gateway_unavailable"), {"status": Told.PAID}]
    works(payout)
    PayoutSending.objects.update(work_state=Work.WorkState.PARKED)
    assert background.requeue(PayoutSending, [PayoutSending.objects.get().pk]) == 1
    assert works(payout).status == PayoutStatus.PAID
    assert Post.calls == ["send", "look_up"]


def test_a_refusal_of_a_repeated_one_is_asked_about_before_it_is_booked(payout: Payout) -> None:
    Post.answers = [Unavailable("gateway_unavailable"), NotFound(), InvalidInput("gateway_refused")]
    works(payout)
    assert works(payout).status == PayoutStatus.PROCESSING
    assert Post.calls == ["send", "look_up", "send", "look_up"]


def test_a_silent_channel_is_not_asked_for_a_while(payout: Payout) -> None:
    Post.answers = [Unavailable("gateway_unavailable")] * circuits.FAILURES
    for _try in range(circuits.FAILURES + 1):
        works(payout)
    assert len(Post.calls) == circuits.FAILURES
    assert "CircuitOpen" in PayoutSending.objects.get().last_error


def test_nothing_is_sent_to_an_account_that_was_stopped_meanwhile(payout: Payout) -> None:
    services.restrict_payout_account(account_id=payout.account_id, by=finance(), reason="A complaint")
    works(payout)
    assert (payout.status, payout.failure_code) == (PayoutStatus.FAILED, "payout_account_not_active")
    assert (Post.calls, owed_to(payout.payee_id)) == ([], payout.amount)


def test_one_that_never_reached_the_channel_is_sent(payout: Payout) -> None:
    Post.answers = [Unavailable("gateway_unavailable")]
    works(payout)
    Post.sent = {}
    assert works(payout).status == PayoutStatus.PROCESSING
    assert Post.calls == ["send", "look_up", "send"]
    assert payout.reference in Post.sent


def test_one_that_the_channel_refuses_is_owed_again(payout: Payout) -> None:
    Post.answers = [InvalidInput("gateway_refused", vendor_code="bad_account")]
    works(payout)
    assert (payout.status, payout.failure_code) == (PayoutStatus.FAILED, "bad_account")
    assert (owed_to(payout.payee_id), balance_of("payouts_in_transit")) == (payout.amount, 0)


@pytest.mark.parametrize(
    ("says", "because"),
    [
        ({"amount": Decimal("999.99")}, "other_amount"),
        ({"currency": "USD"}, "other_currency"),
        ({"reference": "P2KOTHER"}, "other_reference"),
    ],
)
def test_what_does_not_match_is_put_before_a_person(
    says: dict[str, Any], because: str, payout: Payout
) -> None:
    Post.answers = [{"status": Told.PAID, **says}]
    works(payout)
    assert (payout.status, payout.review_reason) == (PayoutStatus.PROCESSING, because)
    assert balance_of("payouts_in_transit") == payout.amount
    services.fail_payout(payout_id=payout.pk, by=finance(), reason="The channel is confused")
    payout.refresh_from_db()
    assert (payout.status, payout.review_reason) == (PayoutStatus.FAILED, "")


def test_while_nothing_is_odd_the_channel_decides_how_it_ends(payout: Payout) -> None:
    with pytest.raises(Conflict) as refusal:
        services.fail_payout(payout_id=payout.pk, by=finance(), reason="It takes so long")
    payout.refresh_from_db()
    assert (refusal.value.code, payout.status) == ("channel_decides", PayoutStatus.PROCESSING)


def test_news_after_the_end_change_nothing_and_are_shown(payout: Payout) -> None:
    Post.answers = [{"status": Told.PAID}]
    works(payout)
    before = Transfer.objects.count()
    standing = PayoutStanding(status=Told.PAID, reference=payout.reference)
    services.settle_payout(payout_id=payout.pk, standing=standing)
    returned = PayoutStanding(status=Told.RETURNED, reference=payout.reference)
    settled = services.settle_payout(payout_id=payout.pk, standing=returned)
    assert (settled.status, settled.review_reason) == (PayoutStatus.PAID, "told_returned_when_paid")
    assert Transfer.objects.count() == before
    services.return_payout(
        payout_id=payout.pk, by=finance(), reason="It came back", bank_reference="FT26328XYZ"
    )
    assert owed_to(payout.payee_id) == payout.amount
    assert Transfer.objects.filter(cause="payout_sent_back").count() == 1


def test_a_channel_takes_only_what_fits_it() -> None:
    large = payout_in(PayoutStatus.APPROVED, account=owed_account(amount=Decimal("5000.01")))
    with pytest.raises(Conflict) as refusal:
        services.send_payout(payout_id=large.pk, by=finance(), channel="post")
    large.refresh_from_db()
    assert (refusal.value.code, large.status) == ("channel_does_not_fit", PayoutStatus.APPROVED)
    assert not PayoutSending.objects.exists()
