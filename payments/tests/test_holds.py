"""Deposits: filled by legs, decided by deals, and every birr of them accounted for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from functools import partial
from random import Random

import pytest
from django.db import connection

from accounts.tests.factories import UserFactory
from accounts.tests.parallel import at_once
from key2key.common.errors import Conflict
from key2key.common.models import Event
from key2key.common.money import Money
from payments import selectors, services
from payments.enums import HoldState, PaymentStatus, RefundStatus
from payments.gateways.contract import Chargeback
from payments.models import Account, Hold, Payment, PaymentCheck, Refund, Transfer
from payments.services import Release
from payments.targets import Target
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.paying import hear, pay, pay_in_full

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


def target_of(hold: Hold) -> Target:
    return Target(hold.target_type, hold.target_id)


def owed_to(owner: object) -> Decimal:
    accounts = selectors.balances(Account.objects.filter(kind="payable", owner=owner))
    return sum(accounts.values(), Decimal(0))


def published(name: str) -> int:
    return Event.objects.filter(name=f"payments.{name}").count()


def test_a_deposit_asked_for_twice_is_one_hold() -> None:
    listing = HoldFactory().listing
    asked = {
        "target": Target("stand", HoldFactory().target_id),
        "listing_id": listing.pk,
        "asset_id": listing.asset_id,
        "buyer_id": UserFactory().pk,
        "payee_id": listing.owner_id,
        "amount": Money(Decimal("1000.00"), "ETB"),
    }
    first, again = services.open_hold(**asked), services.open_hold(**asked)
    assert first == again


def test_a_deposit_is_held_when_its_legs_sum_to_it() -> None:
    hold = HoldFactory(amount=Decimal("1000.00"))
    pay(hold, amount=Decimal("400.00"))
    hold.refresh_from_db()
    assert (hold.state, selectors.paid_into(hold)) == (HoldState.PENDING, Decimal("400.00"))
    pay(hold, amount=Decimal("600.00"))
    hold.refresh_from_db()
    assert (hold.state, published("HoldCompleted"), published("PaymentSucceeded")) == (HoldState.HELD, 1, 2)
    assert hold.held_at is not None


def test_the_progress_of_a_deposit_can_be_told() -> None:
    hold = HoldFactory(amount=Decimal("1000.00"))
    pay(hold, amount=Decimal("400.00"))
    running = PaymentFactory(hold=hold, amount=Decimal("600.00"))
    progress = selectors.hold_progress(target_of(hold))
    assert progress is not None
    assert (progress.paid, progress.amount, progress.currency) == (400, 1000, "ETB")
    assert progress.open_checkout == running.checkout_url


def test_the_slower_of_two_deposits_for_one_home_goes_back() -> None:
    first = HoldFactory()
    second = HoldFactory(listing=first.listing)
    part = pay(second, amount=Decimal("100.00"))
    pay_in_full(first)
    rest = pay(second, amount=second.amount - 100)
    second.refresh_from_db()
    assert (second.state, published("HoldLost")) == (HoldState.LAPSED, 1)
    assert rest.placement == "payer"
    assert set(Refund.objects.values_list("payment", "amount", "status")) == {
        (part.pk, Decimal("100.00"), "approved"),
        (rest.pk, second.amount - 100, "approved"),
    }


def test_a_deposit_that_lapses_gives_back_what_was_paid_and_ends_what_runs() -> None:
    hold = HoldFactory(amount=Decimal("1000.00"))
    leg = pay(hold, amount=Decimal("400.00"))
    running = PaymentFactory(hold=hold, amount=Decimal("600.00"))
    lapsed = services.lapse_hold(target=target_of(hold), reason="buyer_withdrew")
    again = services.lapse_hold(target=target_of(hold), reason="buyer_withdrew")
    running.refresh_from_db()
    assert lapsed == again
    assert (lapsed.state, lapsed.refunded_amount) == (HoldState.LAPSED, Decimal("400.00"))
    assert running.status == PaymentStatus.CANCELLED
    assert PaymentCheck.objects.filter(payment=running).exists()  # the gateway is told by the worker
    assert list(Refund.objects.values_list("payment", "amount")) == [(leg.pk, Decimal("400.00"))]


def test_a_deposit_given_back_goes_along_its_legs() -> None:
    hold = HoldFactory(amount=Decimal("1000.00"))
    legs = [pay(hold, amount=Decimal("400.00")), pay(hold, amount=Decimal("600.00"))]
    given_back = services.refund_hold(target=target_of(hold), reason="seller_cancelled")
    assert services.refund_hold(target=target_of(hold), reason="again") == given_back
    assert (given_back.state, given_back.refunded_amount) == (HoldState.REFUNDED, Decimal("1000.00"))
    assert set(Refund.objects.values_list("payment", "amount")) == {
        (legs[0].pk, Decimal("400.00")),
        (legs[1].pk, Decimal("600.00")),
    }


def test_a_deposit_released_reaches_the_payee_less_fee_and_commission() -> None:
    broker = UserFactory()
    hold = pay_in_full(HoldFactory(amount=Decimal("1000.00")))
    terms = Release(platform_fee=Decimal("20.00"), commission=Decimal("30.00"), commission_payee=broker.pk)
    released = services.release_hold(target=target_of(hold), terms=terms)
    again = services.release_hold(target=target_of(hold), terms=terms)
    assert released == again
    assert released.state == HoldState.RELEASED
    assert (owed_to(hold.payee_id), owed_to(broker.pk)) == (Decimal("950.00"), Decimal("30.00"))
    revenue = Transfer.objects.get(credit__kind="platform_revenue")
    assert revenue.amount == Decimal("20.00")


def test_a_split_gives_the_buyers_part_back_from_the_last_leg_on() -> None:
    hold = HoldFactory(amount=Decimal("1000.00"))
    first, last = pay(hold, amount=Decimal("400.00")), pay(hold, amount=Decimal("600.00"))
    released = services.release_hold(
        target=target_of(hold), terms=Release(refund=Decimal("700.00"), reason="half each")
    )
    assert (released.state, released.refunded_amount) == (HoldState.RELEASED, Decimal("700.00"))
    assert dict(Refund.objects.values_list("payment", "amount")) == {
        last.pk: Decimal("600.00"),
        first.pk: Decimal("100.00"),
    }
    assert owed_to(hold.payee_id) == Decimal("300.00")


def test_terms_that_give_more_than_the_deposit_are_a_mistake_of_ours() -> None:
    hold = pay_in_full(HoldFactory(amount=Decimal("1000.00")))
    for terms in (
        Release(refund=Decimal("900.00"), platform_fee=Decimal("101.00")),
        Release(refund=Decimal("-1.00")),
        Release(commission=Decimal("1.00")),
    ):
        with pytest.raises(ValueError):
            services.release_hold(target=target_of(hold), terms=terms)
    hold.refresh_from_db()
    assert hold.state == HoldState.HELD
    assert not Transfer.objects.filter(cause="released").exists()


def test_a_frozen_deposit_waits_and_goes_on() -> None:
    hold = pay_in_full(HoldFactory())
    assert services.freeze_hold(target=target_of(hold), reason="papers are false").state == "disputed"
    assert services.freeze_hold(target=target_of(hold), reason="papers are false").state == "disputed"
    assert services.unfreeze_hold(target=target_of(hold)).state == "held"
    assert services.unfreeze_hold(target=target_of(hold)).state == "held"
    services.freeze_hold(target=target_of(hold), reason="once more")
    assert services.refund_hold(target=target_of(hold), reason="decided").state == "refunded"


@pytest.mark.parametrize("deed", ["lapse", "refund", "release", "freeze", "unfreeze"])
def test_a_deposit_that_was_decided_stays_decided(deed: str) -> None:
    hold = pay_in_full(HoldFactory())
    ended = HoldState.REFUNDED if deed == "release" else HoldState.RELEASED
    if deed == "release":
        services.refund_hold(target=target_of(hold), reason="decided")
    else:
        services.release_hold(target=target_of(hold), terms=Release())
    before = Transfer.objects.count()
    deeds = {
        "lapse": lambda: services.lapse_hold(target=target_of(hold), reason=""),
        "refund": lambda: services.refund_hold(target=target_of(hold), reason=""),
        "release": lambda: services.release_hold(target=target_of(hold), terms=Release()),
        "freeze": lambda: services.freeze_hold(target=target_of(hold), reason=""),
        "unfreeze": lambda: services.unfreeze_hold(target=target_of(hold)),
    }
    with pytest.raises(Conflict) as refusal:
        deeds[deed]()
    hold.refresh_from_db()
    assert (refusal.value.code, hold.state) == ("hold_not_open", ended)
    assert Transfer.objects.count() == before


@pytest.mark.parametrize("deed", ["refund", "release", "freeze", "unfreeze"])
def test_a_deposit_that_is_not_whole_cannot_be_decided(deed: str) -> None:
    hold = HoldFactory(amount=Decimal("1000.00"))
    pay(hold, amount=Decimal("400.00"))
    deeds = {
        "refund": lambda: services.refund_hold(target=target_of(hold), reason=""),
        "release": lambda: services.release_hold(target=target_of(hold), terms=Release()),
        "freeze": lambda: services.freeze_hold(target=target_of(hold), reason=""),
        "unfreeze": lambda: services.unfreeze_hold(target=target_of(hold)),
    }
    with pytest.raises(Conflict) as refusal:
        deeds[deed]()
    hold.refresh_from_db()
    assert (refusal.value.code, hold.state, Refund.objects.count()) == ("hold_not_open", "pending", 0)


def test_money_for_a_deposit_that_was_decided_goes_back_by_itself() -> None:
    hold = HoldFactory()
    late = PaymentFactory(hold=hold)
    services.lapse_hold(target=target_of(hold), reason="clock")
    hear(late)
    refund = Refund.objects.get()
    assert (late.status, late.placement) == (PaymentStatus.SUCCEEDED, "payer")
    assert (refund.source, refund.amount, refund.status) == ("payer", late.amount, RefundStatus.APPROVED)
    assert owed_to(hold.buyer_id) == 0
    assert published("PaymentSucceeded") == 0


def test_a_late_payment_still_counts_while_the_deposit_waits() -> None:
    payment = PaymentFactory(status=PaymentStatus.EXPIRED)
    hear(payment)
    assert payment.hold is not None
    assert (payment.status, payment.placement, payment.hold.state) == ("succeeded", "hold", "held")
    assert [event.kind for event in payment.events.all()] == ["succeeded_late"]


@pytest.mark.django_db(transaction=True)
def test_of_many_deposits_for_one_home_paid_at_once_one_is_held() -> None:
    first = HoldFactory()
    payments = [PaymentFactory(hold=HoldFactory(listing=first.listing)) for _ in range(8)]
    at_once(8, lambda number: hear(Payment.objects.get(pk=payments[number].pk)))
    states = sorted(Hold.objects.exclude(pk=first.pk).values_list("state", flat=True))
    assert states == ["held"] + ["lapsed"] * 7
    assert Refund.objects.count() == 7


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_at_once_to_deposits_of_one_home_the_ledger_adds_up(seed: int) -> None:
    first = HoldFactory(amount=Decimal("1000.00"))
    holds = [first, HoldFactory(listing=first.listing, amount=Decimal("1000.00"))]
    legs = [PaymentFactory(hold=hold, amount=Decimal("500.00")) for hold in holds * 2]
    chance, before = Random(seed), deadlocks()
    told = [*Chargeback, Chargeback.NONE, Chargeback.NONE]
    deeds: list[Callable[[], object]] = [
        *(partial(hear, Payment.objects.get(pk=leg.pk), chargeback=said) for leg in legs for said in told),
        *(partial(services.lapse_hold, target=target_of(hold), reason="clock") for hold in holds),
        *(partial(services.freeze_hold, target=target_of(hold), reason="?") for hold in holds),
        *(partial(services.unfreeze_hold, target=target_of(hold)) for hold in holds),
        *(partial(services.refund_hold, target=target_of(hold), reason="?") for hold in holds),
        *(
            partial(services.release_hold, target=target_of(hold), terms=Release(refund=Decimal("300.00")))
            for hold in holds
        ),
    ]
    chance.shuffle(deeds)

    def one(number: int) -> None:
        for deed in deeds[number::6]:
            with suppress(Conflict):
                deed()

    at_once(6, one)
    assert deadlocks() == before
