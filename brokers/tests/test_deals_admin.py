"""Staff at their desk: the queues of deals, all that a decision needs, and the decisions."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.tests.desk import ADMIN, at_desk
from brokers import services
from brokers.deal_queue import QUEUES
from brokers.enums import DealState
from brokers.models import Deal, DealDecision
from brokers.tests.factories import deal_in, hold_under
from key2key.common import clock
from key2key.common.errors import Conflict

pytestmark = pytest.mark.django_db
S = DealState
DEALS = f"{ADMIN}brokers/deal/"
LARGE = Decimal("250000.00")


def deed(client: Client, deal: Deal, action: str, **form: Any) -> Any:
    return client.post(f"{DEALS}{deal.pk}/{action}/", {"_form_submitted": "true", **form})


def decide(client: Client, deal: Deal) -> Any:
    return deed(client, deal, "decide", kind="refund", reason="The contract says so.")


def fresh(deal: Deal) -> Deal:
    return Deal.objects.get(pk=deal.pk)


def overdue(state: DealState) -> Deal:
    deal = deal_in(state)
    with clock.advanced(timedelta(days=40)):
        services.advance_due()
    return deal


def locked() -> Deal:
    deal = deal_in(S.HANDOVER)
    code = services.issue_code(deal_id=deal.pk, by=deal.owner).code
    for _try in range(5):
        with pytest.raises(Conflict):
            services.confirm_handover(
                deal_id=deal.pk, by=deal.buyer, code=f"{(int(code) + 1) % 1_000_000:06d}"
            )
    return deal


def test_each_queue_holds_what_waits_for_it_and_nothing_else() -> None:
    support = at_desk("support")
    disputed, second = deal_in(S.DISPUTED), deal_in(S.DISPUTED, deposit_amount=LARGE)
    decide(support, second)
    papers, handover = overdue(S.DEPOSIT_HELD), overdue(S.HANDOVER)
    deal_in(S.DEPOSIT_HELD)
    wrong = locked()
    expected = {
        "disputes": {disputed, second}, "papers": {papers}, "handover": {handover, wrong}, "second": {second},
    }  # fmt: skip
    assert set(expected) == set(QUEUES)
    for name, deals in expected.items():
        shown = support.get(DEALS, {"queue": name}).context["cl"].result_list
        assert {row.pk for row in shown} == {deal.pk for deal in deals}, name


@pytest.mark.parametrize("state", list(DealState))
def test_the_page_of_a_deal_shows_everything_in_any_state(state: DealState) -> None:
    deal = deal_in(state)
    page = at_desk("support").get(f"{DEALS}{deal.pk}/change/")
    assert page.status_code == 200
    shown = page.content.decode()
    assert deal.buyer.full_name in shown
    assert deal.listing.title in shown


def test_staff_decide_a_dispute_by_the_form() -> None:
    deal = deal_in(S.DISPUTED)
    decide(at_desk("support"), deal)
    assert (fresh(deal).state, hold_under(deal).state) == (S.CANCELLED, "refunded")
    assert fresh(deal).outcome_reason == "The contract says so."


def test_finance_may_decide_and_moderators_may_not() -> None:
    mine, theirs = deal_in(S.DISPUTED), deal_in(S.DISPUTED)
    decide(at_desk("finance"), mine)
    decide(at_desk("moderator"), theirs)
    assert (fresh(mine).state, fresh(theirs).state) == (S.CANCELLED, S.DISPUTED)
    assert DealDecision.objects.count() == 1


def test_a_large_deposit_needs_two_of_them() -> None:
    deal = deal_in(S.DISPUTED, deposit_amount=LARGE)
    first, second = at_desk("support"), at_desk("support")
    decide(first, deal)
    deed(first, deal, "approve")
    assert fresh(deal).state == S.DISPUTED, "nobody approves their own"
    deed(second, deal, "approve")
    assert fresh(deal).state == S.CANCELLED


def test_a_waiting_decision_is_dropped() -> None:
    deal = deal_in(S.DISPUTED, deposit_amount=LARGE)
    support = at_desk("support")
    decide(support, deal)
    deed(support, deal, "drop", reason="Wrong contract")
    assert DealDecision.objects.get().dropped_at is not None


def test_more_time_and_more_tries_are_given() -> None:
    support, late, wrong = at_desk("support"), overdue(S.DEPOSIT_HELD), locked()
    deed(support, late, "extend", days="3", reason="A holiday")
    deed(support, wrong, "reset_tries", reason="Both called")
    assert (fresh(late).overdue_at, fresh(wrong).overdue_at) == (None, None)
    assert wrong.codes.get(giver="seller").tries == 0
