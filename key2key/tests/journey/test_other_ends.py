"""The same journey with other ends (deals.md): the money adds up, the listing follows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from brokers.models import Deal
from key2key.management.journey.caller import Refused, until
from key2key.management.journey.story import Story
from key2key.tests.journey.product import Product
from listings.models import Listing
from payments.enums import HoldState, PaymentStatus
from payments.models import Hold, Payment
from payments.services import ledger_faults

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]
DEPOSIT = Decimal("50000.00")


@pytest.fixture
def deal(begin: Callable[[str], Story]) -> Story:
    """A story that has come to an accepted offer."""
    story = begin("properties")
    story.until_deal()
    return story


@pytest.fixture
def held(deal: Story) -> Story:
    """... and to a deposit that is held."""
    deal.deposit_is_paid()
    return deal


def ended(
    story: Story, product: Product, *, hold: str, listing: str, outcome: str, refunded: Decimal
) -> None:
    """That the deal ended so, and that the money adds up."""
    product.settle()
    row = Deal.objects.get(pk=story.deal)
    money = Hold.objects.get(target_id=story.deal)
    assert (row.state, row.outcome) == ("completed" if outcome == "completed" else "cancelled", outcome)
    assert (money.state, money.refunded_amount) == (hold, refunded)
    assert Listing.objects.get(pk=story.listing).status == listing
    assert not ledger_faults()


def test_the_buyer_withdraws_before_paying(deal: Story, product: Product) -> None:
    deal.buyer.post(f"deals/{deal.deal}/withdraw")
    ended(
        deal, product, hold=HoldState.LAPSED, listing="active", outcome="buyer_withdrew", refunded=Decimal(0)
    )
    assert "deal_cancelled" in deal.broker.news()


def test_the_buyer_withdraws_with_half_of_it_paid_and_gets_it_back(deal: Story, product: Product) -> None:
    deal.press(deal.checkout(deal.buyer, amount="20000.00"), "pay")
    until(lambda: deal.seen(deal.buyer)["money"]["paid"] == "20000.00", what="the first leg")
    deal.buyer.post(f"deals/{deal.deal}/withdraw")
    product.settle()
    assert Payment.objects.get().status == PaymentStatus.REFUNDED
    assert Hold.objects.get().state == HoldState.LAPSED
    assert Listing.objects.get(pk=deal.listing).status == "active"
    assert not ledger_faults()


def test_nobody_pays_in_time(deal: Story, product: Product) -> None:
    product.pass_time(hours=49)
    ended(
        deal,
        product,
        hold=HoldState.LAPSED,
        listing="active",
        outcome="deposit_not_paid",
        refunded=Decimal(0),
    )


def test_the_seller_cancels_and_the_buyer_agrees(held: Story, product: Product) -> None:
    held.broker.post(f"deals/{held.deal}/request-cancel", {"reason": "The family has changed its mind."})
    with pytest.raises(Refused) as refusal:
        held.broker.post(f"deals/{held.deal}/answer-cancel", {"agree": True})
    assert refusal.value.code == "illegal_transition"
    held.buyer.post(f"deals/{held.deal}/answer-cancel", {"agree": True})
    ended(
        held, product, hold=HoldState.REFUNDED, listing="active", outcome="seller_cancelled", refunded=DEPOSIT
    )


def test_no_answer_is_as_if_agreed(held: Story, product: Product) -> None:
    held.broker.post(f"deals/{held.deal}/request-cancel", {"reason": "The family has changed its mind."})
    product.pass_time(hours=73)
    ended(
        held, product, hold=HoldState.REFUNDED, listing="active", outcome="seller_cancelled", refunded=DEPOSIT
    )


def test_overdue_papers_go_to_staff_and_come_to_an_end_there(held: Story, product: Product) -> None:
    product.pass_time(days=24)
    assert "deal_papers_reminder" in held.buyer.news()
    product.pass_time(days=7)
    assert held.seen(held.buyer)["state"] == "deposit_held", "the clock alone decides nothing"
    assert Deal.objects.get(pk=held.deal).overdue_at is not None
    finance = product.desks()["finance"]  # the sign-in at the desk is over by then, too
    assert "Two bedrooms" in finance.page(f"brokers/deal/{held.deal}/change/")
    finance.act(f"brokers/deal/{held.deal}", "decide", kind="refund", reason="The papers never came.")
    ended(held, product, hold=HoldState.REFUNDED, listing="active", outcome="decided", refunded=DEPOSIT)


def test_a_dispute_is_split_by_staff(held: Story, product: Product) -> None:
    held.buyer.post(f"deals/{held.deal}/dispute", {"reason": "The water tank is gone."})
    held.broker.post(f"deals/{held.deal}/evidence", {"text": "It was never part of it."})
    held.staff["finance"].act(
        f"brokers/deal/{held.deal}", "decide", kind="split", refund_amount="20000.00", reason="Half and half."
    )
    ended(
        held,
        product,
        hold=HoldState.RELEASED,
        listing="active",
        outcome="decided",
        refunded=Decimal("20000.00"),
    )
    assert {"deal_disputed", "deal_decided"} <= set(held.buyer.news())


def test_who_pays_too_late_gets_it_back(deal: Story, product: Product) -> None:
    """The first buyer's deal lapses; a second buyer's deposit is held; then the first one's money comes."""
    late, url = deal.buyer, deal.checkout(deal.buyer)
    product.pass_time(hours=49)
    first = deal.deal
    deal.buyer = deal.another_buyer()
    deal.offers_are_made()
    deal.deposit_is_paid()
    deal.press(url, "pay_late")
    until(lambda: "late_payment_refunded" in late.news(), what="the refund of the late payment")
    product.settle()
    paid = {row.payer_id: row.status for row in Payment.objects.all()}
    assert sorted(paid.values()) == [PaymentStatus.REFUNDED, PaymentStatus.SUCCEEDED]
    assert Hold.objects.get(target_id=first).state == HoldState.LAPSED
    assert Hold.objects.get(target_id=deal.deal).state == HoldState.HELD
    assert Listing.objects.get(pk=deal.listing).status == "reserved"
    assert not ledger_faults()


def test_a_chargeback_freezes_the_deal_and_a_lost_one_ends_it(deal: Story, product: Product) -> None:
    url = deal.checkout(deal.buyer)
    deal.press(url, "pay")
    deal.wait_for("deposit_held")
    deal.press(url, "charge_back")
    deal.wait_for("disputed")
    assert Hold.objects.get().state == HoldState.DISPUTED
    deal.press(url, "lose_chargeback")
    deal.wait_for("cancelled")
    product.settle()
    assert Deal.objects.get().outcome == "charged_back"
    assert Hold.objects.get().state == HoldState.REFUNDED
    assert Listing.objects.get(pk=deal.listing).status == "active"
    assert not ledger_faults()


def test_a_chargeback_that_is_won_leads_back(deal: Story, product: Product) -> None:
    url = deal.checkout(deal.buyer)
    deal.press(url, "pay")
    deal.wait_for("deposit_held")
    deal.press(url, "charge_back")
    deal.wait_for("disputed")
    deal.press(url, "win_chargeback")
    deal.wait_for("deposit_held")
    deal.papers_are_ticked()
    deal.keys_change_hands()
    product.settle()
    assert Hold.objects.get().state == HoldState.RELEASED
    assert not ledger_faults()
