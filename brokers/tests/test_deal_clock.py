"""What the clock does to deals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from brokers import services
from brokers.enums import DealState, Outcome
from brokers.models import Deal
from brokers.terms import working_days_after
from brokers.tests.factories import deal_in, hold_under
from key2key.common import clock
from listings.models import Listing
from notifications.models import Notification
from payments.tests.paying import pay, pay_in_full

pytestmark = pytest.mark.django_db
S = DealState


def told(kind: str) -> list[Any]:
    return [row.user for row in Notification.objects.filter(kind=kind, channel="in_app")]


def after(deal: Deal, **time: float) -> Deal:
    with clock.advanced(timedelta(**time)):
        services.advance_due()
    return Deal.objects.get(pk=deal.pk)


def test_a_deposit_that_is_not_paid_in_time_ends_the_deal_and_what_was_paid_goes_back() -> None:
    deal = deal_in(S.DEPOSIT_DUE)
    pay(hold_under(deal), amount=Decimal("40000.00"))
    assert after(deal, hours=47).state == S.DEPOSIT_DUE
    deal = after(deal, hours=49)
    assert (deal.state, deal.outcome) == (S.CANCELLED, Outcome.DEPOSIT_NOT_PAID)
    assert (hold_under(deal).state, deal.refund_amount) == ("lapsed", Decimal("40000.00"))
    assert Listing.objects.get(pk=deal.listing_id).status == "active"


def test_a_deposit_that_is_complete_in_the_last_moment_counts() -> None:
    deal = deal_in(S.DEPOSIT_DUE)
    pay_in_full(hold_under(deal))  # the deal has not heard of it yet
    assert after(deal, hours=49).state == S.DEPOSIT_DUE


def test_missing_papers_are_reminded_of_a_week_and_two_days_before() -> None:
    deal = deal_in(S.DEPOSIT_HELD)
    for days, reminders in [(22, 0), (24, 2), (25, 2), (28.5, 4), (29, 4)]:
        after(deal, days=days)
        assert len(told("deal_papers_reminder")) == reminders, f"after {days} days"


def test_two_reminders_that_are_due_at_once_are_one() -> None:
    deal = deal_in(S.DEPOSIT_HELD)
    after(deal, days=29)
    after(deal, days=29.5)
    assert sorted(map(str, told("deal_papers_reminder"))) == sorted(map(str, [deal.buyer, deal.owner]))


@pytest.mark.parametrize(
    "state, days, kind",
    [(S.DEPOSIT_HELD, 31, "deal_papers_overdue"), (S.HANDOVER, 8, "deal_handover_overdue")],
)
def test_what_is_overdue_goes_to_staff_once_and_is_never_decided_by_a_clock(
    state: DealState, days: int, kind: str
) -> None:
    deal = deal_in(state)
    after(deal, days=days)
    deal = after(deal, days=days + 40)
    assert (deal.state, hold_under(deal).state) == (state, "held")
    assert deal.overdue_at is not None
    assert len(told(kind)) == 2


def test_a_deal_that_somebody_holds_does_not_stop_the_others() -> None:
    assert services.advance_deal(deal_in(S.DEPOSIT_HELD).pk) is False


@pytest.mark.parametrize(
    "asked, answered",
    [
        (datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 30, 9, tzinfo=UTC)),  # Monday
        (datetime(2026, 11, 27, 9, tzinfo=UTC), datetime(2026, 12, 4, 9, tzinfo=UTC)),  # Friday
        (datetime(2026, 11, 28, 9, tzinfo=UTC), datetime(2026, 12, 4, 9, tzinfo=UTC)),  # Saturday
        (datetime(2026, 11, 27, 22, tzinfo=UTC), datetime(2026, 12, 3, 22, tzinfo=UTC)),  # Saturday there
    ],
)
def test_five_working_days_leave_out_the_weekend_of_the_market(asked: datetime, answered: datetime) -> None:
    assert working_days_after(asked, days=5) == answered
