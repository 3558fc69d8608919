"""Many at the same moment: one deal, one end, one movement of money."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError, connection

from accounts.tests.parallel import at_once
from brokers import services
from brokers.enums import DealState, OfferState, Side
from brokers.models import Deal, Offer
from brokers.tests.factories import OfferFactory, deal_in, exchange_codes, hold_under, person_of
from key2key.common.errors import DomainError
from listings.models import Listing
from listings.tests.factories import ListingFactory
from payments.models import Refund, Transfer

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS = 50
DONE = "done"


def tried(deed: Callable[[], Any]) -> str:
    """What became of it: done, or the code of the refusal. Whoever waited too long for a lock is told so."""
    try:
        deed()
    except DomainError as refusal:
        return refusal.code
    except OperationalError as error:
        return "busy" if "lock timeout" in str(error) else str(error)
    return DONE


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


@pytest.fixture(autouse=True)
def _nobody_is_deadlocked() -> Any:
    before = deadlocks()
    yield
    assert deadlocks() == before


def test_of_fifty_who_accept_one_offer_one_opens_the_deal() -> None:
    offer = OfferFactory()
    owner = offer.listing.owner
    answers = at_once(
        CALLERS, lambda _number: tried(lambda: services.accept_offer(offer_id=offer.pk, by=owner))
    )
    assert answers.count(DONE) == 1
    assert set(answers) <= {DONE, "illegal_transition", "busy"}
    assert Deal.objects.count() == 1


def test_of_fifty_offers_of_one_listing_accepted_at_once_one_opens_the_deal() -> None:
    listing = ListingFactory()
    offers = [OfferFactory(listing=listing).pk for _number in range(CALLERS)]
    answers = at_once(
        CALLERS,
        lambda number: tried(lambda: services.accept_offer(offer_id=offers[number], by=listing.owner)),
    )
    assert answers.count(DONE) == 1
    assert set(answers) <= {DONE, "deal_open", "busy"}
    deal = Deal.objects.get()
    assert Offer.objects.filter(state=OfferState.ACCEPTED).get().pk == deal.offer_id
    assert Listing.objects.get(pk=listing.pk).deal_id == deal.pk


def test_of_fifty_confirmations_of_one_code_one_counts_and_the_money_moves_once() -> None:
    deal = deal_in(DealState.HANDOVER)
    exchange_codes(deal, Side.BUYER)
    code = services.issue_code(deal_id=deal.pk, by=deal.buyer).code
    owner = person_of(deal, Side.SELLER)

    def confirm(_number: int) -> str:
        return tried(lambda: services.confirm_handover(deal_id=deal.pk, by=owner, code=code))

    answers = at_once(CALLERS, confirm)
    assert answers.count(DONE) == 1
    assert set(answers) <= {DONE, "illegal_transition", "busy"}
    deal.refresh_from_db()
    assert (deal.state, hold_under(deal).state) == (DealState.COMPLETED, "released")
    assert Transfer.objects.filter(cause="released").count() == 1


def test_wrong_codes_at_once_are_five_tries_and_no_more() -> None:
    deal = deal_in(DealState.HANDOVER)
    code = services.issue_code(deal_id=deal.pk, by=deal.owner).code
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"

    def confirm(_number: int) -> str:
        return tried(lambda: services.confirm_handover(deal_id=deal.pk, by=deal.buyer, code=wrong))

    answers = at_once(20, confirm)
    assert answers.count("wrong_code") <= 4
    assert answers.count("code_locked") <= 1
    assert deal.codes.get(giver=Side.SELLER).tries <= 5


def test_both_sides_cancel_and_complete_at_once_and_one_end_wins() -> None:
    deal = deal_in(DealState.CANCEL_REQUESTED)
    deeds: list[Callable[[], Any]] = [
        lambda: services.answer_cancel(deal_id=deal.pk, by=deal.owner, agree=True),
        lambda: services.answer_cancel(deal_id=deal.pk, by=deal.owner, agree=False),
        lambda: services.take_back_cancel(deal_id=deal.pk, by=deal.buyer),
    ]
    answers = at_once(12, lambda number: tried(deeds[number % 3]))
    assert answers.count(DONE) == 1
    back = sum((row.amount for row in Refund.objects.all()), Decimal(0))
    deal.refresh_from_db()
    assert back == (deal.deposit_amount if deal.state == DealState.CANCELLED else 0)


def test_two_first_offers_of_one_buyer_at_once_leave_one_on_the_table() -> None:
    first = OfferFactory(state=OfferState.REJECTED)
    terms = services.OfferTerms(amount=Decimal("12000000.00"), currency="ETB")

    def offer(_number: int) -> str:
        return tried(lambda: services.make_offer(listing_id=first.listing_id, by=first.buyer, terms=terms))

    answers = at_once(10, offer)
    assert set(answers) <= {DONE, "offer_open", "busy"}
    assert Offer.objects.filter(state=OfferState.MADE).count() == 1
