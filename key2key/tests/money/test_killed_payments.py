"""Whenever a process is killed, a retry finishes what it began: one payment, one effect (RL-04, RL-07)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from django.utils import timezone

from brokers.enums import DealState
from brokers.tests.factories import deal_in
from key2key.common import background
from key2key.common.models import IdempotencyKey, Work
from key2key.tests.money.callers import caller, code_of
from key2key.tests.money.companies import Companies
from key2key.tests.money.processes import Hatchery
from key2key.tests.money.shopping import boost, boost_asked, deposit_asked
from key2key.tests.money.telling import post
from listings.tests.factories import ListingFactory
from notifications.models import Notification
from payments import services
from payments.models import Boost, Payment, Receipt, Transfer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
WAITING = (Work.WorkState.QUEUED, Work.WorkState.RUNNING)
CALLERS, FEW, SECONDS = 50, 8, 60

# Moments of a request to pay, as the database and the company see them.
PAYING = {
    "nothing is written": "before commit of common_idempotencykey",
    "the key is written": "after commit of common_idempotencykey",
    "the payment is about to be written": "before commit of payments_payment",
    "the payment is written": "after commit of payments_payment",
    "the company has made its page": "after asking",
    "the page is about to be written": "before commit of payments_payment 2",
    "the page is written": "after commit of payments_payment 2",
    "the answer is about to be given": "before the answer",
}
# Telebirr is asked for a token first. Where a page is given only once, the attempt at it is written down.
ELSEWHERE = {
    ("telebirr", "after asking"): "after asking 2",
    ("telebirr", "before commit of payments_payment 2"): "before commit of payments_payment 3",
    ("telebirr", "after commit of payments_payment 2"): "after commit of payments_payment 3",
    ("chapa", "before commit of payments_payment 2"): "before commit of payments_payment 3",
    ("chapa", "after commit of payments_payment 2"): "after commit of payments_payment 3",
}
# Moments of a worker that has heard of the money.
BOOKING = {
    "nothing is claimed": "before commit of payments_webhookdelivery",
    "the note is claimed": "after commit of payments_webhookdelivery",
    "the company has answered": "after asking",
    "the call is written down": "after writing payments_gatewaycall",
    "the money is about to be booked": "before commit of payments_payment",
    "the money is booked": "after commit of payments_payment",
    "the news is about to be heard": "before commit of common_eventdelivery 2",
    "the news is heard": "after commit of common_eventdelivery 2",
}
companies_in_turn = pytest.mark.parametrize(
    "name", ["telebirr", *(pytest.param(name, marks=pytest.mark.slow) for name in ("chapa", "stripe"))]
)


@companies_in_turn
def test_a_request_that_is_killed_at_any_of_eight_moments_is_finished_by_its_retry(
    name: str, companies: Companies, processes: Hatchery
) -> None:
    listing, well = ListingFactory(), processes.serve()
    payer = caller(listing.owner, asked=boost_asked(listing.pk, gateway=name))
    for when, step in PAYING.items():
        dying = processes.serve(die_at=ELSEWHERE.get((name, step), step))
        with pytest.raises(httpx.TransportError):
            payer.ask(dying.base, key=when)
        dying.wait()

        answers = [payer.insist(well.base, key=when) for _retry in range(2)]

        assert [answer.status_code for answer in answers] == [201, 201], (when, answers[0].text)
        assert answers[0].content == answers[1].content, when
        made = Payment.objects.get(pk=answers[0].json()["id"])
        assert (made.status, made.checkout_url, made.request_key) == (
            "pending",
            answers[0].json()["checkout_url"],
            when,
        )
        assert made.order_reference in companies.named(name).standin.orders, when
    well.kill()
    assert Payment.objects.count() == Boost.objects.count() == len(PAYING)
    assert set(IdempotencyKey.objects.values_list("key", "status")) == {(when, 201) for when in PAYING}
    assert services.ledger_faults() == []


def test_a_retry_under_another_key_would_pay_twice(companies: Companies, processes: Hatchery) -> None:
    """The control: it is the key that says that two requests are one."""
    listing, well = ListingFactory(), processes.serve()
    payer = caller(listing.owner, asked=boost_asked(listing.pk, gateway="chapa"))
    dying = processes.serve(die_at=PAYING["the page is written"])
    with pytest.raises(httpx.TransportError):
        payer.ask(dying.base, key="one")
    assert payer.insist(well.base, key="other").status_code == 201
    well.kill()
    assert Payment.objects.count() == 2


def heard_of(name: str, companies: Companies, listing: Any) -> Payment:
    """A payment that was made and told of; what we were told is not read yet."""
    company, payment = companies.named(name), boost(listing, gateway=name)
    company.pay(payment)
    assert post(company, company.news_of(payment)[-1]) == 200
    return payment


def test_money_is_booked_once_though_eight_workers_in_turn_are_killed_over_it(
    companies: Companies, processes: Hatchery
) -> None:
    heard_of("telebirr", companies, ListingFactory())
    for step in BOOKING.values():
        work_until_death("telebirr", step, processes=processes)
    work_to_the_end(processes)
    judge(1)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["telebirr", "chapa", "stripe"])
def test_money_is_booked_once_whenever_the_worker_is_killed(
    name: str, companies: Companies, processes: Hatchery
) -> None:
    listing = ListingFactory()
    for step in BOOKING.values():
        heard_of(name, companies, listing)
        work_until_death(name, step, processes=processes)
        work_to_the_end(processes)
    judge(len(BOOKING))


def work_until_death(name: str, step: str, *, processes: Hatchery) -> None:
    """A worker does what is due and dies at that step. A minute passes: what it held is free."""
    processes.work(die_at=ELSEWHERE.get((name, step), step)).wait()
    assert waits(), step
    for kind in background.kinds():
        kind.model._default_manager.filter(work_state__in=WAITING).update(due_at=timezone.now())


def work_to_the_end(processes: Hatchery) -> None:
    """A worker that lives does all that is left."""
    worker, deadline = processes.work(), time.monotonic() + SECONDS
    while waits():
        assert time.monotonic() < deadline, "the work does not end"
        time.sleep(0.05)
    worker.kill()


def judge(many: int) -> None:
    """So many payments, and one of everything for each."""
    assert list(Payment.objects.values_list("status", "review_reason")) == [("succeeded", "")] * many
    assert Transfer.objects.filter(cause="revenue_paid").count() == many
    assert Boost.objects.filter(state="active").count() == Receipt.objects.count() == many
    assert Notification.objects.filter(kind="payment_succeeded", channel="in_app").count() == many
    assert services.ledger_faults() == services.receipt_faults() == []


def waits() -> bool:
    """Whether any work is not done."""
    kinds = [kind.model._default_manager for kind in background.kinds()]
    return any(rows.filter(work_state__in=WAITING).exists() for rows in kinds)


class TestFiftyRequestsAtOnce:
    def test_with_one_key_are_one_payment(self, companies: Companies, processes: Hatchery) -> None:
        listing, orders = ListingFactory(), companies.named("chapa").standin.orders
        payer = caller(listing.owner, asked=boost_asked(listing.pk, gateway="chapa"))
        before = len(orders)
        server = processes.serve()
        answers = at_once(lambda key: payer.ask(server.base, key=key), keys=["one"] * CALLERS)
        told = {(one.status_code, code_of(one)) for one in answers}
        assert told <= {(201, ""), (409, "idempotency_in_progress"), (503, "busy")}
        good = {payer.insist(server.base, key="one").content}
        server.kill()
        assert good >= {answer.content for answer in answers if answer.status_code == 201}
        assert (Payment.objects.count(), len(orders) - before) == (1, 1)

    @pytest.mark.slow
    def test_for_one_deposit_with_a_key_each_are_one_payment(
        self, companies: Companies, processes: Hatchery
    ) -> None:
        deal = deal_in(DealState.DEPOSIT_DUE)
        payer = caller(deal.buyer, asked=deposit_asked(deal, gateway="chapa"))
        server = processes.serve()
        keys = [str(number) for number in range(CALLERS)]
        answers = at_once(lambda key: payer.insist(server.base, key=key), keys=keys)
        server.kill()
        told = Counter((one.status_code, code_of(one)) for one in answers)
        assert told == {(201, ""): 1, (409, "nothing_to_pay"): CALLERS - 1}
        assert Payment.objects.count() == 1

    def test_for_boosts_with_a_key_each_are_as_many_payments(
        self, companies: Companies, processes: Hatchery
    ) -> None:
        """The control of both: they do run beside each other, and each of them could pay."""
        listing = ListingFactory()
        payer = caller(listing.owner, asked=boost_asked(listing.pk, gateway="chapa"))
        server = processes.serve()
        keys = [str(number) for number in range(FEW)]
        answers = at_once(lambda key: payer.insist(server.base, key=key), keys=keys)
        server.kill()
        assert {answer.status_code for answer in answers} == {201}
        assert Payment.objects.count() == FEW


def at_once(ask: Callable[[str], httpx.Response], *, keys: list[str]) -> list[httpx.Response]:
    """What each of the requests got."""
    with ThreadPoolExecutor(len(keys)) as pool:
        return list(pool.map(ask, keys))
