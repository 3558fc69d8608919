"""Fifty at the same moment: one deal, one viewing, one completion, one deposit.

Each has its control: with the protection taken away the same question is answered wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import IntegrityError

from accounts.tests.factories import UserFactory
from accounts.tests.parallel import at_once
from brokers import services
from brokers.enums import DealState, OfferState, Side
from brokers.models import Deal, HandoverCode, Offer, Viewing
from brokers.services import Wish
from brokers.services.deals import open_deal
from brokers.tests.factories import OfferFactory, deal_in, exchange_codes, hold_under
from key2key.common import background, clock
from key2key.common.ids import uuid7
from key2key.tests.machine.crowds import CALLERS, crowd, no_index, no_row_locks, patient
from key2key.tests.machine.judgement import deadlocks
from key2key.tests.machine.market import BUSY, DONE
from listings.models import Listing
from listings.selectors import lock_listing
from listings.tests.factories import ListingFactory
from payments import gateways
from payments import services as payment_services
from payments.gateways.contract import Standing
from payments.models import Payment, Refund, RefundSending, SandboxCheckout, SandboxRefund, Transfer
from payments.services import sandbox as company
from payments.services.sandbox import Asked
from payments.tests.factories import PaymentFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
ONE_DEAL = ("brokers_one_open_deal", "brokers_one_accepted_offer")
ONE_VIEWING = "brokers_one_viewing_per_slot"


@pytest.fixture
def _nobody_is_deadlocked() -> Iterator[None]:
    before = deadlocks()
    yield
    assert deadlocks() == before


careful = pytest.mark.usefixtures("_nobody_is_deadlocked")


class TestReferring:
    """What refers to a row has that checked at its commit, while it holds locks that others may wait for."""

    def test_an_offer_does_not_wait_for_whoever_moves_the_listing(self) -> None:
        assert offered_while(lambda listing: lock_listing(listing.pk)) == DONE

    def test_if_the_lock_took_the_key_too_it_would(self) -> None:
        """The control: that was a deadlock with a conversation in which both wrote."""
        taken = offered_while(lambda listing: Listing.objects.select_for_update().get(pk=listing.pk))
        assert taken == BUSY


def offered_while(lock: Callable[[Listing], Any]) -> str:
    listing = ListingFactory()
    with transaction.atomic():
        lock(listing)
        return crowd(lambda _number: OfferFactory(listing=listing) and None, callers=1)[0]


class TestAcceptances:
    @careful
    def test_of_fifty_offers_accepted_at_once_one_opens_the_deal(self) -> None:
        listing = ListingFactory()
        offers = [OfferFactory(listing=listing).pk for _number in range(CALLERS)]
        answers = crowd(lambda number: services.accept_offer(offer_id=offers[number], by=listing.owner))
        assert set(answers) <= {DONE, "deal_open", BUSY}
        one_deal(listing)

    def test_without_lock_and_index_a_careless_acceptance_opens_two(self) -> None:
        with no_index(*ONE_DEAL), pytest.raises(AssertionError, match="2 deals"):
            one_deal(accepted_carelessly())

    def test_the_index_alone_lets_one_of_two_careless_acceptances_in(self) -> None:
        one_deal(accepted_carelessly())


def one_deal(listing: Listing) -> None:
    deal = Deal.objects.get(state=DealState.DEPOSIT_DUE) if Deal.objects.count() == 1 else None
    assert deal is not None, f"{Deal.objects.count()} deals"
    assert Offer.objects.get(state=OfferState.ACCEPTED).pk == deal.offer_id
    assert Listing.objects.filter(pk=listing.pk, deal_id=deal.pk, status="under_offer").exists()


def accepted_carelessly() -> Listing:
    """Two look whether there is a deal, both see none, and both open theirs."""
    listing = ListingFactory()
    offers = [OfferFactory(listing=listing) for _number in range(2)]
    both_have_looked = Barrier(2, timeout=20)

    def accept(number: int) -> None:
        try:
            with transaction.atomic():
                assert not Deal.objects.filter(listing=listing).exists()
                both_have_looked.wait()
                deal_id = uuid7()
                Offer.objects.filter(pk=offers[number].pk).update(state=OfferState.ACCEPTED)
                Listing.objects.filter(pk=listing.pk).update(deal_id=deal_id, status="under_offer")
                open_deal(offers[number], deal_id=deal_id, listing=listing, by=listing.owner)
        except IntegrityError:
            return

    at_once(2, accept)
    return listing


class TestBookings:
    @careful
    def test_of_fifty_bookings_of_one_slot_one_is_agreed(self) -> None:
        answers = book_one_slot()
        assert set(answers) <= {DONE, "slot_taken", BUSY}
        one_viewing(answers)

    def test_without_the_index_several_book_it(self) -> None:
        with no_index(ONE_VIEWING), pytest.raises(AssertionError, match="booked by"):
            one_viewing(book_one_slot())


def book_one_slot() -> list[str]:
    listing = ListingFactory()
    tomorrow = clock.now() + timedelta(days=1)
    slot = services.offer_slot(
        listing_id=listing.pk, by=listing.owner, starts_at=tomorrow, ends_at=tomorrow + timedelta(hours=1)
    )
    people = [UserFactory() for _number in range(CALLERS)]
    return crowd(
        lambda number: services.request_viewing(
            listing_id=listing.pk, by=people[number], wish=Wish(slot_id=slot.pk)
        )
    )


def one_viewing(answers: list[str]) -> None:
    assert answers.count(DONE) == Viewing.objects.count() == 1, f"booked by {answers.count(DONE)}"


class TestHandovers:
    @careful
    def test_of_fifty_confirmations_at_once_one_completes_the_deal(self) -> None:
        deal, answers = confirm_one_handover()
        assert set(answers) <= {DONE, "illegal_transition", BUSY}
        one_completion(deal, answers)

    def test_without_row_locks_more_than_one_counts_or_breaks(self) -> None:
        with no_row_locks(), pytest.raises(AssertionError, match="counted or broke"):
            one_completion(*confirm_one_handover())


def confirm_one_handover() -> tuple[Deal, list[str]]:
    deal = deal_in(DealState.HANDOVER)
    exchange_codes(deal, Side.BUYER)
    code = services.issue_code(deal_id=deal.pk, by=deal.buyer).code
    answers = crowd(lambda _number: services.confirm_handover(deal_id=deal.pk, by=deal.owner, code=code))
    return deal, answers


def one_completion(deal: Deal, answers: list[str]) -> None:
    good = answers.count(DONE) == 1 and not any(answer.endswith("Error") for answer in answers)
    assert good, f"counted or broke: {sorted(set(answers))}"
    deal.refresh_from_db()
    assert (deal.state, hold_under(deal).state) == (DealState.COMPLETED, "released")
    assert Transfer.objects.filter(cause="released").count() == 1
    assert HandoverCode.objects.filter(entered_at__isnull=False).count() == 2
    assert payment_services.ledger_faults() == []


@pytest.mark.usefixtures("sandbox")
class TestDeposits:
    @careful
    def test_of_fifty_payments_of_one_deposit_one_is_held_and_the_rest_goes_back(self) -> None:
        deal = paid_fifty_times()
        one_deposit(deal)
        at_once(4, lambda _number: [background.perform(RefundSending) for _round in range(5)])
        back = Refund.objects.filter(status="succeeded")
        assert back.count() == CALLERS - 1
        assert sum(row.amount for row in SandboxRefund.objects.all()) == deal.deposit_amount * (CALLERS - 1)
        assert payment_services.ledger_faults() == []

    def test_without_row_locks_the_deposit_takes_more_than_it_is(self) -> None:
        with no_row_locks(), pytest.raises(AssertionError, match="lie under the deposit"):
            one_deposit(paid_fifty_times())


def paid_fifty_times() -> Deal:
    """The buyer has paid on fifty pages, each of which had run out, and we hear of all at once."""
    deal = deal_in(DealState.DEPOSIT_DUE)
    payments = [_paid_late(deal) for _number in range(CALLERS)]
    gateway = gateways.gateway("sandbox")
    told = [gateway.look_up(payment.reference, payment.gateway_reference) for payment in payments]
    at_once(CALLERS, lambda number: _hear(payments[number], standing=told[number]))
    return deal


def _hear(payment: Payment, *, standing: Standing) -> None:
    answer = patient(
        lambda: payment_services.settle_payment(payment_id=payment.pk, standing=standing, source="sandbox")
    )
    assert answer == DONE, answer


def _paid_late(deal: Deal) -> Payment:
    hold = hold_under(deal)
    payment = PaymentFactory(
        hold=hold, payer=deal.buyer, status="expired", expires_at=clock.now(), checkout_url=""
    )
    order = Asked(
        reference=payment.reference,
        amount=payment.amount,
        currency=payment.currency,
        description="Deposit",
        payer_name=deal.buyer.full_name,
        return_url=payment.return_url,
    )
    page = company.open_checkout(order=order)
    Payment.objects.filter(pk=payment.pk).update(gateway_reference=page["id"])
    company.press(token=SandboxCheckout.objects.get(pk=page["id"]).token, button="pay")
    payment.refresh_from_db()
    return payment


def one_deposit(deal: Deal) -> None:
    placed = list(Payment.objects.values_list("placement", flat=True))
    counts = placed.count("hold"), placed.count("payer")
    assert counts == (1, CALLERS - 1), f"{counts[0]} lie under the deposit"
    assert hold_under(deal).state == "held"
    assert Refund.objects.count() == CALLERS - 1
    came = Transfer.objects.filter(debit__kind="gateway_clearing", cause__in=["deposit_paid", "late_paid"])
    assert sum(row.amount for row in came) == deal.deposit_amount * CALLERS
    assert payment_services.ledger_faults() == []
