"""Ten thousand notifications of two thousand payments (RL-01): every cent once, no forgery believed.

`make test` lives through a fortieth of it; the slow form through a fifth of it, or as
much as K2K_STORM says: 10000 by hand is all of it.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest

from brokers.models import Deal
from key2key.common import background
from key2key.common.models import Event, Work
from key2key.tests.machine.judgement import deadlocks
from key2key.tests.money.companies import ZERO, Companies
from key2key.tests.money.processes import Hatchery
from key2key.tests.money.shopping import BOOSTS, DAYS, PAYMENTS, baskets
from key2key.tests.money.storm import EACH, KILLS, Delivery, Storm, clouds
from notifications.models import Notification
from payments import services
from payments.models import Account, Boost, Payment, Receipt, Transfer, WebhookDelivery
from payments.selectors import balances

pytestmark = pytest.mark.django_db(transaction=True)
SMALL, WHOLE = 2, int(os.environ.get("K2K_STORM", "2000")) // (EACH * PAYMENTS)  # sellers
CAME = ["deposit_paid", "revenue_paid", "late_paid", "suspense_to_hold", "suspense_to_revenue"]


def weather(sellers: int, *, companies: Companies, processes: Hatchery) -> None:
    """The storm, and what is left when it is over."""
    dice, before = Random(sellers), deadlocks()
    payments = list(baskets(companies, sellers=sellers))
    taken = [company.takings() for company in companies]
    for payment in payments:
        companies.of(payment).pay(payment)
    told = clouds(payments, companies=companies, dice=dice)
    began, storm = time.monotonic(), Storm(processes)
    try:
        storm.deliver(told)
        heard = time.monotonic()
        storm.calm_down(seconds=60 * sellers)
        settled = time.monotonic()
    finally:
        storm.end()
    show(storm, seconds=heard - began, rest=settled - heard)
    assert not [odd for odd in storm.heard.answers if odd not in RIGHT]
    assert storm.killed == KILLS
    judge(payments, sellers=sellers, told=told)
    judge_books(companies, before=taken)
    assert deadlocks() == before


RIGHT = {("true", 200), ("replayed", 200), ("forged", 401), ("forged", 400)}


def judge(payments: Sequence[Payment], *, sellers: int, told: Sequence[Delivery]) -> None:
    """Everything happened, and once."""
    many = len(payments)
    assert Counter(Payment.objects.values_list("status", "review_reason")) == {("succeeded", ""): many}
    assert services.ledger_faults() == []
    assert services.receipt_faults() == []
    news = Notification.objects.filter(kind="payment_succeeded", channel="in_app")
    assert {
        "transfers": Transfer.objects.filter(cause__in=CAME).count(),
        "receipts": Receipt.objects.count(),
        "events": Event.objects.filter(name__endswith="PaymentSucceeded").count(),
        "news": news.count(),
        "asked about": Payment.objects.exclude(checked_at=None).count(),
        "held deposits": Deal.objects.filter(state="deposit_held", listing__status="reserved").count(),
        "running boosts": Boost.objects.filter(state="active").count(),
    } == {
        **dict.fromkeys(["transfers", "receipts", "events", "news", "asked about"], many),
        "held deposits": sellers,
        "running boosts": BOOSTS * sellers,
    }
    judge_boosts()
    true = {(one.path.rpartition("/")[2], one.sent[1]) for one in told if one.kind == "true"}
    kept = Counter(WebhookDelivery.objects.values_list("gateway", "work_state"))
    assert kept == Counter((company, str(Work.WorkState.DONE)) for company, _body in true)
    parked = [kind.model._meta.label for kind in background.kinds() if _parked(kind.model)]
    assert parked == []


def judge_boosts() -> None:
    """Boosts of one listing follow each other, whole weeks without a gap."""
    for (listing,) in Boost.objects.order_by().values_list("listing").distinct():
        spans = list(
            Boost.objects.filter(listing=listing).order_by("starts_at").values_list("starts_at", "ends_at")
        )
        assert all(end - start == timedelta(days=DAYS) for start, end in spans)
        assert all(end == start for (_start, end), (start, _end) in pairwise(spans))


def judge_books(companies: Companies, *, before: Sequence[tuple[Decimal, Decimal]]) -> None:
    """To the cent what the companies' own books say."""
    for company, (paid_before, kept_before) in zip(companies, before, strict=True):
        paid, kept = company.takings()
        clearing = Account.objects.filter(kind="gateway_clearing", gateway=company.name)
        assert -sum(balances(clearing).values(), ZERO) == (paid - paid_before) - (kept - kept_before)
        assert paid > paid_before, company.name


def _parked(model: type[Work]) -> bool:
    return model._default_manager.filter(work_state=Work.WorkState.PARKED).exists()


def show(storm: Storm, *, seconds: float, rest: float) -> None:
    """The figures, for whoever asks pytest for output (-s)."""
    heard = storm.heard
    lines = [
        f"{many:6} {kind} were answered {status}" for (kind, status), many in sorted(heard.answers.items())
    ]
    lines += [
        f"{heard.answers.total() / seconds:.0f} answers a second",
        f"half within {heard.quantile(0.5):.0f} ms, 99 % within {heard.quantile(0.99):.0f} ms",
        f"{storm.killed} workers killed; {rest:.1f} s after the last answer all was booked",
    ]
    print("\n".join(["", *lines]))


@pytest.mark.timeout(240)
def test_a_small_storm_leaves_every_cent_in_its_place(companies: Companies, processes: Hatchery) -> None:
    weather(SMALL, companies=companies, processes=processes)


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.timeout(60 * WHOLE + 300)
def test_the_whole_storm_leaves_every_cent_in_its_place(companies: Companies, processes: Hatchery) -> None:
    weather(WHOLE, companies=companies, processes=processes)
