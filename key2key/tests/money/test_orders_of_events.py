"""News comes in any order, again, or before we know what it is about: the end is the same (RL-03)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations
from typing import Any

import httpx
import pytest

from key2key.tests.examples import undone
from key2key.tests.money.companies import Companies, Company, Sent
from key2key.tests.money.shopping import boost, boost_asked
from key2key.tests.money.telling import post, sweep, work
from listings.tests.factories import ListingFactory
from payments import gateways, services
from payments.gateways.contract import Standing
from payments.models import Boost, Payment, Refund, WebhookDelivery
from payments.tests.owing import finance, treasury
from payments.transitions import MOVES

pytestmark = pytest.mark.django_db
HALF = Decimal("100.00")
Deed = Callable[[Company, Payment], Any]


@dataclass(frozen=True)
class Moment:
    """What a company told at one time, unless it told nothing, and what it answered who asked then."""

    sent: Sent | None
    standing: Standing


def told(deed: str, **how: str) -> Deed:
    """Something happens at the company."""
    return lambda company, payment: getattr(company.standin, deed)(payment.order_reference, **how)


def refunded(company: Company, payment: Payment) -> None:
    """We have heard of the money and ask for a part of it; the company gives it, its answer is lost."""
    services.settle_payment(payment_id=payment.pk, standing=asked_of(company, payment), source="sweep")
    refund = services.request_refund(payment_id=payment.pk, by=finance(), amount=HALF, reason="By mistake")
    step = {"payment_id": payment.pk, "refund_id": refund.pk}
    services.approve_refund(**step, by=treasury())
    services.execute_refund(**step, by=finance())
    with undone():
        services.send_refunds()


def asked_of(company: Company, payment: Payment) -> Standing:
    gateway = gateways.gateway(company.name)
    return gateway.look_up(payment.order_reference, payment.gateway_reference)


# The four events of a life in the order in which they happen, and how it ends for us: status, charged back,
# given back, in dispute, the refund, the boost.
LOST = told("dispute", status="lost")
LIVES: dict[str, tuple[str, list[Deed], tuple[Any, ...]]] = {
    "telebirr, refunded": (
        "telebirr",
        [told("paying"), told("fail"), told("pay"), refunded],
        ("partially_refunded", False, HALF, 0, ["succeeded"], "active"),
    ),
    "chapa, refunded": (
        "chapa",
        [told("fail"), told("pay"), refunded, told("reverse")],
        ("disputed", False, HALF, 2 * HALF, ["succeeded"], "cancelled"),
    ),
    "stripe, refunded": (
        "stripe",
        [told("decline"), told("pay"), refunded, LOST],
        ("refunded", True, HALF, 0, ["succeeded"], "cancelled"),
    ),
    "telebirr, never heard of": (
        "telebirr",
        [told("paying"), told("fail"), told("expire"), told("pay")],
        ("succeeded", False, 0, 0, [], "active"),
    ),
    "chapa, never heard of": (
        "chapa",
        [told("fail"), told("expire"), told("pay"), told("reverse")],
        ("disputed", False, 0, 3 * HALF, [], "cancelled"),
    ),
    "stripe, never heard of": (
        "stripe",
        [told("decline"), told("pay"), told("dispute", status="needs_response"), LOST],
        ("refunded", True, 0, 0, [], "cancelled"),
    ),
}


def lives(*quick: str) -> pytest.MarkDecorator:
    """All of them, in `make test` the quick ones."""
    rows = [pytest.param(name, marks=[] if name in quick else pytest.mark.slow) for name in LIVES]
    return pytest.mark.parametrize("life", rows)


@dataclass(frozen=True)
class Lived:
    """All of it has happened at the company."""

    company: Company
    payment: Payment
    moments: list[Moment]
    end: tuple[Any, ...]


def lived(life: str, companies: Companies) -> Lived:
    name, deeds, end = LIVES[life]
    company = companies.named(name)
    payment = boost(ListingFactory(), gateway=name)
    return Lived(company, payment, [_moment(deed, company, payment) for deed in deeds], end)


def _moment(deed: Deed, company: Company, payment: Payment) -> Moment:
    before = company.news_of(payment)
    deed(company, payment)
    news = company.news_of(payment)
    return Moment(news[-1] if len(news) > len(before) else None, asked_of(company, payment))


def end_of(one: Lived) -> tuple[Any, ...]:
    """How it ends when everybody has heard everything."""
    work()
    if one.company.name == "telebirr":  # of refunds it tells only those who ask
        sweep()
    payment = one.payment
    assert services.ledger_faults() == []
    now = Payment.objects.get(pk=payment.pk)
    assert now.review_reason == ""
    return (
        now.status,
        now.charged_back,
        now.refunded_amount,
        now.disputed_amount,
        list(Refund.objects.filter(payment=payment).values_list("status", flat=True)),
        Boost.objects.get(payment=payment).state,
    )


@lives("stripe, refunded")
def test_answers_that_are_booked_in_any_of_24_orders_come_to_the_same(
    life: str, companies: Companies
) -> None:
    """A worker that was slow books an answer that is old by then."""
    one = lived(life, companies)
    ends = [_booked(one, list(order)) for order in permutations(one.moments)]
    assert ends == [one.end] * 24


def _booked(one: Lived, order: list[Moment]) -> tuple[Any, ...]:
    with undone():
        for moment in order:
            services.settle_payment(
                payment_id=one.payment.pk, standing=moment.standing, source=one.company.name
            )
        return end_of(one)


@lives("chapa, never heard of")
def test_notifications_that_come_in_any_order_come_to_the_same(life: str, companies: Companies) -> None:
    """Each is read before the next one comes."""
    one = lived(life, companies)
    known = [moment.sent for moment in one.moments if moment.sent]
    orders = [known[number:] + known[:number] for number in range(len(known))]
    assert [_heard(one, order) for order in orders] == [one.end] * len(orders)


@pytest.mark.slow
@pytest.mark.parametrize("life", LIVES)
def test_notifications_that_come_in_any_of_24_orders_come_to_the_same(
    life: str, companies: Companies
) -> None:
    one = lived(life, companies)
    orders = list(permutations([moment.sent for moment in one.moments if moment.sent]))
    assert [_heard(one, list(order)) for order in orders] == [one.end] * len(orders)


def _heard(one: Lived, order: list[Sent]) -> tuple[Any, ...]:
    with undone():
        for sent in order:
            assert post(one.company, sent) == 200
            work()
        return end_of(one)


class Hasty(httpx.BaseTransport):
    """The network, on which whatever we said arrives at once and its answer waits for `before`."""

    def __init__(self, before: Callable[[], bool]) -> None:
        self._before, self._line, self._is_done = before, httpx.HTTPTransport(), False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._line.handle_request(request)
        answer.read()
        if not self._is_done:
            self._is_done = True
            self._is_done = self._before()
        return answer


@pytest.mark.parametrize("name", ["telebirr", "chapa", "stripe"])
def test_money_that_is_told_of_before_its_page_is_known_counts(name: str, companies: Companies) -> None:
    """The payer, and the company's notification, are faster than the company's answer to us."""
    company, listing = companies.named(name), ListingFactory()
    payment = services.start_payment(by=listing.owner, asked=boost_asked(listing.pk, gateway=name))

    def paid_already() -> bool:
        if payment.reference not in company.standin.orders:
            return False
        company.pay(payment)
        assert {post(company, sent) for sent in company.news_of(payment)} == {200}
        work()
        return True

    with gateways.spoken_over(Hasty(paid_already)):
        shown = services.open_checkout(payment=payment)

    assert (shown.status, bool(shown.checkout_url)) == ("succeeded", True)
    work()
    sweep()
    assert Boost.objects.get(payment=payment).state == "active"
    assert set(WebhookDelivery.objects.values_list("work_state", flat=True)) == {"done"}
    assert services.ledger_faults() == []


def test_if_payments_could_move_back_the_order_would_matter(
    companies: Companies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a failure that is heard late would undo a success."""
    monkeypatch.setitem(MOVES, "succeeded", MOVES["succeeded"] | {"failed", "cancelled"})
    one = lived("chapa, never heard of", companies)
    failed, _closed, paid, _reversed = one.moments
    with undone():
        for moment in (paid, failed):
            services.settle_payment(payment_id=one.payment.pk, standing=moment.standing, source="chapa")
        assert services.ledger_faults() != []
