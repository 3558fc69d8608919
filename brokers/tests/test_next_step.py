"""One sentence for each situation and side, whole, with who must act and until when."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from brokers import services
from brokers.enums import DealState, Outcome, Refundable, Side
from brokers.models import Deal
from brokers.next_step import Seen, next_step
from brokers.tests.factories import deal_in, exchange_codes, hear_all, person_of, tick_all
from key2key.common import clock
from payments.models import Payment
from payments.tests.paying import charge_back

pytestmark = pytest.mark.django_db
S = DealState
DATE = r"\d{1,2} [A-Z][a-z]+ 20\d\d, \d\d:\d\d"


def read(deal: Deal, side: Side, **known: object) -> str:
    seen = Deal.objects.get(pk=deal.pk)
    return next_step(Seen(seen, side, clock.now(), **known))  # type: ignore[arg-type]


def both(deal: Deal, **known: object) -> tuple[str, str]:
    return read(deal, Side.BUYER, **known), read(deal, Side.SELLER, **known)


def matches(sentence: str, pattern: str) -> None:
    assert re.fullmatch(pattern.replace("DATE", DATE), sentence), sentence


def test_a_deposit_that_is_due() -> None:
    deal = deal_in(S.DEPOSIT_DUE)
    buyer, seller = both(deal)
    matches(
        buyer, "Pay the deposit of ETB 90,000 by DATE; it is kept by Key2Key until the keys change hands."
    )
    matches(seller, "The buyer pays the deposit of ETB 90,000 by DATE; you need not act.")
    buyer, seller = both(deal, paid=Decimal("40000.50"))
    matches(
        buyer,
        "You have paid ETB 40,000.50 of the deposit of ETB 90,000; pay the other ETB 49,999.50 by DATE.",
    )
    assert seller.startswith("The buyer has paid ETB 40,000.50")
    buyer, seller = both(deal, proof_waiting=True)
    assert "your bank receipt" in buyer
    assert "the buyer's bank receipt" in seller


@pytest.mark.parametrize(
    ("policy", "keeper"),
    [("partner_bank", "in a bank account in trust"), ("manual", "by the seller's broker")],
)
def test_what_waits_for_its_keeper_says_who_that_is(policy: str, keeper: str) -> None:
    deal = deal_in(S.HANDOVER)
    Deal.objects.update(policy=policy)
    exchange_codes(deal)
    waits, done = read(deal, Side.SELLER, waits_for_keeper=True), read(deal, Side.SELLER)
    assert f"the deposit is kept {keeper} until our staff have its release confirmed" in waits
    assert ("is released to you" in waits, "is released to you" in done) == (False, True)
    with clock.advanced(timedelta(days=15)):
        assert keeper in read(deal, Side.SELLER, waits_for_keeper=True)
    Deal.objects.update(state=S.CANCELLED, refund_amount=Decimal("30000.00"))
    for sentence in both(deal, waits_for_keeper=True):
        assert f"They are kept {keeper} until our staff have that confirmed." in sentence
    for sentence in both(deal):
        assert keeper not in sentence


def test_papers_name_what_is_missing_and_who_must_tick() -> None:
    deal = deal_in(S.DEPOSIT_HELD)
    assert "Sale contract signed before the notary" in read(deal, Side.BUYER)
    tick_all(deal, Side.BUYER)
    buyer, seller = both(deal)
    assert buyer.startswith("You have ticked your papers; the seller still has to tick these by")
    assert seller.startswith("The deposit is kept by Key2Key: look at these papers and tick them by")


def test_the_handover_says_who_gives_and_who_enters() -> None:
    deal = deal_in(S.HANDOVER)
    assert "give the seller your code and enter the seller's code" in read(deal, Side.BUYER)
    exchange_codes(deal, Side.BUYER)
    buyer, seller = both(deal)
    matches(buyer, "You have entered the seller's code; give the seller your code, to be entered by DATE.")
    matches(seller, "The buyer has entered your code; enter the buyer's code by DATE to complete the deal.")


@pytest.mark.parametrize(
    "refundable, buyers, sellers",
    [
        (Refundable.FULL, "goes back to you", "goes back to the buyer"),
        (Refundable.PARTIAL, "ETB 36,000 of the deposit", "the rest to you"),
        (Refundable.NONE, "goes to the seller", "goes to you"),
    ],
)
def test_a_wish_to_cancel_says_what_becomes_of_the_money(
    refundable: Refundable, buyers: str, sellers: str
) -> None:
    buyer, seller = both(deal_in(S.CANCEL_REQUESTED, refundable=refundable))
    assert buyer.startswith("You asked to cancel; the seller answers by")
    assert buyers in buyer
    assert seller.startswith("The buyer asks to cancel: agree or refuse by")
    assert sellers in seller


def test_a_dispute_says_who_asked_and_a_chargeback_that_nobody_here_did() -> None:
    buyer, seller = both(deal_in(S.DISPUTED))
    assert buyer.startswith("The seller asked our staff to decide")
    assert seller.startswith("You asked our")
    deal = deal_in(S.DEPOSIT_HELD)
    charge_back(Payment.objects.get(target_id=deal.pk))
    hear_all()
    assert {sentence.split(":")[0] for sentence in both(deal)} == {"The payer's bank disputes the payment"}


def test_the_end_says_where_the_money_went() -> None:
    deal = deal_in(S.COMPLETED)
    buyer, seller = both(deal)
    assert "write a review of the seller until" in buyer
    assert "the deposit is released to you; write a review of the buyer until" in seller
    deal = deal_in(S.CANCEL_REQUESTED, refundable=Refundable.PARTIAL)
    services.answer_cancel(deal_id=deal.pk, by=person_of(deal, Side.SELLER), agree=True)
    buyer, seller = both(deal)
    assert buyer == "The deal is cancelled; ETB 36,000 of your money go back the way you paid."
    assert seller == "The deal is cancelled; ETB 54,000 of the deposit are released to you."


@pytest.mark.parametrize("outcome", [o for o in Outcome if o != Outcome.COMPLETED])
def test_every_way_to_be_cancelled_is_a_sentence(outcome: Outcome) -> None:
    deal = deal_in(S.CANCELLED)
    Deal.objects.filter(pk=deal.pk).update(outcome=outcome)
    for sentence in both(deal):
        matches(sentence, r"[A-Z].* cancelled.*\.")


@pytest.mark.parametrize("state, days", [(S.DEPOSIT_HELD, 31), (S.HANDOVER, 8), (S.DISPUTED, 9)])
def test_what_is_overdue_says_that_staff_act(state: DealState, days: int) -> None:
    deal = deal_in(state)
    before = both(deal)
    with clock.advanced(timedelta(days=days)):
        services.advance_due()
    after = both(deal)
    assert all("ur staff" in sentence for sentence in after)
    assert after != before
