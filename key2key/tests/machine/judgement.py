"""What must hold after every step, whatever was done (deals.md)."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import Q, Value
from django.utils import translation

from brokers.enums import ENDED, DealState, OfferState, Outcome, Side
from brokers.models import Deal, Offer
from brokers.next_step import Seen, next_step
from brokers.selectors import TARGET
from key2key.common import clock
from key2key.common.models import EventDelivery, Work
from key2key.tests.machine.market import Market
from key2key.tests.machine.surroundings import DUTIES
from listings.enums import Status
from listings.models import Listing
from payments.enums import AccountKind, HoldState
from payments.models import Account, Hold, Payment, SandboxCheckout, SandboxRefund
from payments.selectors import balances, progress_of
from payments.services import ledger_faults
from payments.transitions import CLOSED, HOLDING, RECEIVED

S, H = DealState, HoldState
# Where the deposit and the listing are while a deal stands somewhere, once the news of it has been heard.
TOGETHER: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    S.DEPOSIT_DUE: (frozenset({H.PENDING}), frozenset({Status.UNDER_OFFER})),
    S.DEPOSIT_HELD: (frozenset({H.HELD}), frozenset({Status.RESERVED})),
    S.HANDOVER: (frozenset({H.HELD}), frozenset({Status.RESERVED})),
    S.CANCEL_REQUESTED: (frozenset({H.HELD}), frozenset({Status.RESERVED})),
    S.DISPUTED: (frozenset({H.DISPUTED}), frozenset({Status.RESERVED})),
    S.COMPLETED: (frozenset({H.RELEASED}), frozenset({Status.CLOSED})),
    S.CANCELLED: (frozenset({H.LAPSED, H.REFUNDED, H.RELEASED}), frozenset(Status)),
}
LAPSES = frozenset(
    {Outcome.BUYER_WITHDREW, Outcome.SELLER_WITHDREW, Outcome.DEPOSIT_NOT_PAID, Outcome.ASSET_TAKEN}
)
ZERO = Decimal(0)
TWICE = "chargeback_of_refunded"
PARTS = ("papers", "codes", "reviews")
WAITING = (Work.WorkState.QUEUED, Work.WorkState.RUNNING)
PARKED = Work.WorkState.PARKED


def faults(market: Market) -> Iterator[str]:
    """What is wrong now; with the news heard, more is asked for, and when nothing waits, most."""
    yield from ledger_faults()
    duties = _duties()
    waits = {label for label, state, _error in duties if state in WAITING}
    yield from (f"{label} is {state}: {error}" for label, state, error in duties if error or state == PARKED)
    heard = EventDelivery._meta.label not in waits
    rows = Deal.objects.filter(listing_id__in=market.listings)
    deals = list(rows.select_related("listing", "offer", "buyer").prefetch_related(*PARTS))
    holds = {hold.target_id: hold for hold in Hold.objects.filter(target_type=TARGET)}
    yield from _one_each(deals, holds=list(holds.values()))
    for deal in deals:
        yield from _of_deal(deal, hold=holds[deal.pk], heard=heard)
    yield from _sentences(deals)
    yield from _listings(market, deals=deals, heard=heard)
    if not waits:
        yield from _gateway()


def _duties() -> list[tuple[str, str, str]]:
    """Background work that waits, failed, or was put before a person: model, state, error."""
    odd = ~Q(work_state=Work.WorkState.DONE) | ~Q(last_error="")
    each = [
        duty._default_manager.filter(odd)
        .order_by()
        .values_list(Value(duty._meta.label), "work_state", "last_error")
        for duty in DUTIES
    ]
    return list(each[0].union(*each[1:], all=True))


def _one_each(deals: list[Deal], *, holds: list[Hold]) -> Iterator[str]:
    """At most one open deal and one accepted offer per listing, one deposit per asset."""
    accepted = Offer.objects.filter(state=OfferState.ACCEPTED, fell_through_at__isnull=True)
    for what, ids in (
        ("open deals", [deal.listing_id for deal in deals if deal.is_open]),
        ("accepted offers", list(accepted.values_list("listing_id", flat=True))),
        ("deposits", [hold.asset_id for hold in holds if hold.state in HOLDING]),
    ):
        if len(ids) != len(set(ids)):
            yield f"more than one of the {what} for one listing or asset"


def _of_deal(deal: Deal, *, hold: Hold, heard: bool) -> Iterator[str]:
    offer = deal.offer
    if offer.state != OfferState.ACCEPTED:
        yield f"the offer of a deal that is {deal.state} is {offer.state}"
    if (offer.fell_through_at is None) != (deal.state != S.CANCELLED):
        yield f"the offer of a deal that is {deal.state} fell through: {offer.fell_through_at}"
    if (deal.state in ENDED) != (hold.state in CLOSED) and heard:
        yield f"deal {deal.state} ({deal.outcome}) has a deposit that is {hold.state}"
    holds, listings = TOGETHER[deal.state]
    waits_for_bank = deal.listing.status == Status.REMOVED and hold.state == H.DISPUTED
    fits = hold.state in holds and deal.listing.status in listings
    if heard and not fits and not (waits_for_bank and deal.is_open):
        yield f"deal {deal.state} with deposit {hold.state} and listing {deal.listing.status}"
    if deal.outcome in LAPSES and hold.state != H.LAPSED:
        yield f"deal ended as {deal.outcome} with a deposit that is {hold.state}"
    if deal.is_open and deal.deadline_at is None:
        yield f"deal {deal.state} has no deadline"
    if (deal.refund_amount or 0) > hold.refunded_amount:
        yield f"deal says {deal.refund_amount} went back, the deposit {hold.refunded_amount}"


def _listings(market: Market, *, deals: list[Deal], heard: bool) -> Iterator[str]:
    open_ones = {deal.listing_id: deal.pk for deal in deals if deal.is_open}
    on_table = set(Offer.objects.filter(state=OfferState.MADE).values_list("listing_id", flat=True))
    for listing in Listing.objects.filter(pk__in=market.listings):
        if listing.deal_id != open_ones.get(listing.pk):
            yield f"listing {listing.status} says deal {listing.deal_id}, not {open_ones.get(listing.pk)}"
        if heard and listing.status in {Status.CLOSED, Status.REMOVED} and listing.pk in on_table:
            yield f"offers lie on the table of a listing that is {listing.status}"


def _sentences(deals: list[Deal]) -> Iterator[str]:
    paid = progress_of(TARGET, [deal.pk for deal in deals])
    for deal in deals:
        for side in Side:
            seen = Seen(deal, side, clock.now(), paid=paid[deal.pk].paid)
            for language in ("en", "am"):
                with translation.override(language):
                    sentence = next_step(seen)
                if len(sentence.split()) < 3 or "%(" in sentence or sentence[-1] not in ".።":
                    yield f"{deal.state}, {side}, {language}: {sentence!r} is no sentence"


def _gateway() -> Iterator[str]:
    """What the company's own books say that it has for us is what ours say that it has."""
    clearing = Account.objects.filter(kind=AccountKind.GATEWAY_CLEARING)
    ours = -sum(balances(clearing).values(), ZERO)
    pages = list(SandboxCheckout.objects.prefetch_related("charges", "refunds"))
    # What the bank takes of money that has gone back already is booked by the person who looks at it.
    looked_at = set(Payment.objects.filter(review_reason=TWICE).values_list("reference", flat=True))
    theirs = sum((_kept_for_us(page, but_taken=page.reference in looked_at) for page in pages), ZERO)
    if ours != theirs:
        yield f"the company has {theirs} for us, our books say {ours}"
    paid = [checkout.reference for checkout in pages if checkout.status == SandboxCheckout.Status.PAID]
    for payment in Payment.objects.filter(reference__in=paid).exclude(status__in=sorted(RECEIVED)):
        yield f"{payment.reference} was paid, and is {payment.status} with us"


def _kept_for_us(checkout: SandboxCheckout, *, but_taken: bool) -> Decimal:
    charges, refunds = list(checkout.charges.all()), list(checkout.refunds.all())
    charged, fees = (sum((one.amount for one in charges), ZERO), sum((one.fee for one in charges), ZERO))
    back = sum((one.amount for one in refunds if one.status == SandboxRefund.Status.SUCCEEDED), ZERO)
    taken = ZERO
    is_charged_back = checkout.chargeback in {
        SandboxCheckout.Chargeback.OPEN,
        SandboxCheckout.Chargeback.LOST,
    }
    if is_charged_back and not but_taken:
        taken = min(checkout.amount, charged - back)  # nothing is refunded while the bank disputes
    return charged - fees - back - taken


def deadlocks() -> int:
    """How many this database has seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


@dataclass(frozen=True)
class Complaint:
    """An error that somebody caught, logged and went on after."""

    said: str
    error: BaseException | None


class Complaints(logging.Handler):
    """Keeps what is logged as an error, with the exception that is being handled."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[Complaint] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.heard.append(Complaint(record.getMessage(), sys.exc_info()[1]))


@contextmanager
def complaints() -> Iterator[list[Complaint]]:
    """The errors that are logged inside."""
    keeper = Complaints()
    logging.getLogger().addHandler(keeper)
    try:
        yield keeper.heard
    finally:
        logging.getLogger().removeHandler(keeper)
