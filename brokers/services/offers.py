"""Offers and their answers. Accepting one opens the deal in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from constance import config
from django.db import transaction
from django.db.utils import IntegrityError
from django.utils.translation import gettext_lazy as _
from psycopg.errors import UniqueViolation

from accounts.selectors import is_blocked, present
from brokers import offer_steps, selectors
from brokers.enums import OfferState, Refundable, Side
from brokers.events import OfferAccepted, OfferMade
from brokers.models import Deal, Offer
from brokers.services.deals import open_deal
from brokers.services.telling import note_in_conversation, tell_of_deal, tell_of_offer
from brokers.terms import default_deposit
from key2key.common import audit, batches, clock
from key2key.common.conditions import Precondition, always
from key2key.common.errors import Conflict, Fault, InvalidInput, NotAllowed, NotFound
from key2key.common.events import publish
from key2key.common.ids import uuid7
from key2key.common.money import Money
from listings.enums import Status
from listings.models import Listing
from listings.selectors import listing_for_contact
from listings.services import accept_offer as put_under_offer

TAKES_OFFERS = frozenset({Status.ACTIVE, Status.UNDER_OFFER, Status.RESERVED})  # later ones are back-ups
LONGEST = timedelta(days=60)
ONE_OPEN_OFFER = "brokers_one_open_offer_each"  # as the model names it


@dataclass(frozen=True)
class OfferTerms:
    """What a side offers; None takes the market's usual, or what the answered offer said."""

    amount: Decimal
    currency: str
    deposit_amount: Decimal | None = None
    refundable: str | None = None
    refundable_percent: int | None = None
    message: str = ""
    expires_at: datetime | None = None


@transaction.atomic
def make_offer(*, listing_id: UUID, by: Any, terms: OfferTerms) -> Offer:
    """Offer something for a listing. One's own open offer is replaced; a counter-offer wants an answer.

    While another deal is open it is a back-up. Raises NotFound (not visible, one's own, somebody blocked the
    other), NotAllowed ("not_verified"), Conflict ("listing_not_open", "offer_open"), InvalidInput.
    """
    listing = listing_for_contact(by, listing_id=listing_id)
    if is_blocked(by.pk, listing.owner_id):
        raise NotFound
    _require_verified(by)
    if listing.status not in TAKES_OFFERS:
        raise Conflict("listing_not_open", _("This listing takes no offers now."))
    before = selectors.lock_open_offer(buyer=by, listing_id=listing_id)
    if before is not None:
        _supersede(before)
    offer = _put_on_the_table(
        Offer(listing=listing, buyer=by, author=by, made_by=Side.BUYER, answers=before), terms=terms
    )
    _announce(offer, kind="offer_received", code="offer_made")
    return selectors.seen_offer(by, offer_id=offer.pk)


@transaction.atomic
def counter_offer(*, offer_id: UUID, by: Any, terms: OfferTerms, check: Precondition = always) -> Offer:
    """Answer the other side's offer with one's own. Returns the new one.

    Raises NotFound, Stale, NotAllowed ("not_verified", "blocked"), Conflict ("illegal_transition",
    "listing_not_open"), InvalidInput.
    """
    asked, side = _lock_for("counter", offer_id=offer_id, by=by, check=check)
    _require_verified(by)
    if is_blocked(asked.buyer_id, asked.listing.owner_id):
        raise NotAllowed("blocked", _("One of you has blocked the other."))
    if asked.listing.status not in TAKES_OFFERS:
        raise Conflict("listing_not_open", _("This listing takes no offers now."))
    _settle(asked, state=OfferState.COUNTERED, action="counter", by=by)
    offer = Offer(listing=asked.listing, buyer=asked.buyer, author=by, made_by=side, answers=asked)
    offer = _put_on_the_table(offer, terms=terms)
    _announce(offer, kind="offer_countered", code="offer_countered")
    return selectors.seen_offer(by, offer_id=offer.pk)


@transaction.atomic
def accept_offer(*, offer_id: UUID, by: Any, check: Precondition = always) -> Offer:
    """Accept the other side's offer: its deal begins, the listing is under offer. Other offers stay.

    Locks the offer, then the listing, whose open deal decides between two who accept at once. Raises
    NotFound, Stale, NotAllowed ("not_verified"), Conflict ("illegal_transition", "deal_open").
    """
    offer, _side = _lock_for("accept", offer_id=offer_id, by=by, check=check)
    _require_verified(by)
    deal_id = uuid7()
    listing = put_under_offer(listing_id=offer.listing_id, deal_id=deal_id, by=by)
    _settle(offer, state=OfferState.ACCEPTED, action="accept", by=by)
    deal = open_deal(offer, deal_id=deal_id, listing=listing, by=by)
    publish(OfferAccepted(offer_id=offer.pk, listing_id=offer.listing_id, buyer_id=offer.buyer_id))
    tell_of_offer(offer, kind="offer_accepted", to=Side(offer.made_by))
    _ask_for_deposit(deal)
    return selectors.seen_offer(by, offer_id=offer_id)


@transaction.atomic
def reject_offer(*, offer_id: UUID, by: Any, reason: str = "", check: Precondition = always) -> Offer:
    """Refuse the other side's offer. Raises NotFound, Stale, Conflict ("illegal_transition")."""
    offer, _side = _lock_for("reject", offer_id=offer_id, by=by, check=check)
    _settle(offer, state=OfferState.REJECTED, action="reject", by=by, reason=reason)
    tell_of_offer(offer, kind="offer_rejected", to=Side(offer.made_by))
    note_in_conversation(offer, code="offer_rejected")
    return selectors.seen_offer(by, offer_id=offer_id)


@transaction.atomic
def withdraw_offer(*, offer_id: UUID, by: Any, check: Precondition = always) -> Offer:
    """Take one's own offer back. Raises NotFound, Stale, Conflict ("illegal_transition")."""
    offer, side = _lock_for("withdraw", offer_id=offer_id, by=by, check=check)
    _settle(offer, state=OfferState.WITHDRAWN, action="withdraw", by=by)
    tell_of_offer(offer, kind="offer_withdrawn", to=side.other)
    note_in_conversation(offer, code="offer_withdrawn")
    return selectors.seen_offer(by, offer_id=offer_id)


def expire_due(*, limit: int = 500) -> int:
    """Let the clock end offers whose time is over. Returns how many; what failed waits."""
    ids = selectors.due_offers().values_list("pk", flat=True)[:limit]
    return batches.each_alone(list(ids), deed=expire_offer)


@transaction.atomic
def expire_offer(offer_id: UUID) -> bool:
    """End one offer whose time is over. False when it was answered in this moment."""
    offer = selectors.lock_offer(offer_id)
    if offer.state != OfferState.MADE or offer.expires_at > clock.now():
        return False
    _settle(offer, state=OfferState.EXPIRED, action="expire", by=None)
    _tell_of_end(offer)
    return True


@transaction.atomic
def end_offers_on(listing_id: UUID) -> int:
    """The listing is gone for good: what lies on the table ends. Returns how many offers did."""
    offers = list(selectors.lock_open_offers_on(listing_id))
    for offer in offers:
        _settle(offer, state=OfferState.EXPIRED, action="expire", by=None)
    for offer in offers:
        _tell_of_end(offer)
    return len(offers)


def _tell_of_end(offer: Offer) -> None:
    for side in Side:
        tell_of_offer(offer, kind="offer_expired", to=side)
    note_in_conversation(offer, code="offer_expired")


def _lock_for(action: str, *, offer_id: UUID, by: Any, check: Precondition) -> tuple[Offer, Side]:
    offer = selectors.lock_seen_offer(by, offer_id=offer_id)
    check(offer)
    side = selectors.side_of(offer, by)
    offer_steps.require(action, of=offer, side=side, at=clock.now())
    return offer, side


def _require_verified(by: Any) -> None:
    if not present(by).has_verified_contact:
        raise NotAllowed("not_verified", _("Verify your e-mail address or phone before you offer."))


def _supersede(before: Offer) -> None:
    if before.made_by != Side.BUYER:
        raise Conflict("offer_open", _("A counter-offer waits for your answer."), offer=str(before.pk))
    _settle(before, state=OfferState.SUPERSEDED, action="supersede", by=before.buyer)


def _settle(offer: Offer, *, state: OfferState, action: str, by: Any, reason: str = "") -> None:
    offer.state, offer.reason = state, reason
    offer.save(update_fields=["state", "reason", "updated_at"])
    audit.record(actor=by, action=f"offer.{action}", subject=offer, reason=reason)


def _put_on_the_table(offer: Offer, *, terms: OfferTerms) -> Offer:
    """Fill in the terms and save. Raises InvalidInput, Conflict ("offer_open": two at the same moment)."""
    before = offer.answers
    offer.amount, offer.currency, offer.message = terms.amount, terms.currency, terms.message
    offer.refundable, offer.refundable_percent = _refund_terms(terms, before=before)
    offer.expires_at = terms.expires_at or clock.now() + timedelta(hours=int(config.OFFER_HOURS))
    _judge(terms, listing=offer.listing, expires_at=offer.expires_at)
    offer.deposit_amount = terms.deposit_amount or default_deposit(
        amount=Money(terms.amount, terms.currency), purpose=offer.listing.purpose
    )
    try:
        with transaction.atomic():
            offer.save(force_insert=True)
    except IntegrityError as error:
        if not _is_second(error):
            raise
        raise Conflict("offer_open", _("An offer of yours lies on the table already.")) from error
    audit.record(actor=offer.author, action="offer.made", subject=offer)
    publish(OfferMade(offer_id=offer.pk, listing_id=offer.listing_id, buyer_id=offer.buyer_id))
    return offer


def _refund_terms(terms: OfferTerms, *, before: Offer | None) -> tuple[str, int]:
    if terms.refundable is None and before is not None:
        return before.refundable, before.refundable_percent
    refundable = Refundable(terms.refundable or Refundable.FULL)
    fixed = {Refundable.FULL: 100, Refundable.NONE: 0}
    return refundable, fixed.get(refundable, terms.refundable_percent or 50)


def _judge(terms: OfferTerms, *, listing: Listing, expires_at: datetime) -> None:
    now = clock.now()
    wrong: list[tuple[bool, Callable[[], Fault]]] = [
        (terms.amount <= 0, lambda: Fault("/amount", "min_value", _("Offer more than nothing."))),
        (
            terms.currency != listing.currency,
            lambda: Fault("/currency", "other_currency", _("The price is in another currency.")),
        ),
        (
            terms.deposit_amount is not None and not 0 < terms.deposit_amount <= terms.amount,
            lambda: Fault("/deposit_amount", "not_within_amount", _("More than nothing, up to the amount.")),
        ),
        (
            terms.refundable_percent is not None and terms.refundable != Refundable.PARTIAL,
            lambda: Fault("/refundable_percent", "only_partial", _("Only where a part is refundable.")),
        ),
        (expires_at <= now, lambda: Fault("/expires_at", "in_the_past", _("This time is over."))),
        (
            expires_at > now + LONGEST,
            lambda: Fault("/expires_at", "too_far_ahead", _("An offer holds for 60 days at most.")),
        ),
    ]
    faults = [fault() for is_wrong, fault in wrong if is_wrong]
    if faults:
        raise InvalidInput(faults=faults)


def _announce(offer: Offer, *, kind: str, code: str) -> None:
    tell_of_offer(offer, kind=kind, to=Side(offer.made_by).other)
    note_in_conversation(offer, code=code, side=offer.made_by)


def _ask_for_deposit(deal: Deal) -> None:
    words = {
        "amount": str(deal.deposit_amount),
        "currency": deal.currency,
        "deadline": deal.deadline_at.isoformat() if deal.deadline_at else "",
    }
    tell_of_deal(deal, kind="deal_deposit_due", to=[Side.BUYER], **words)
    note_in_conversation(deal, code="deal_opened", deadline=words["deadline"])


def _is_second(error: IntegrityError) -> bool:
    cause = error.__cause__
    return isinstance(cause, UniqueViolation) and cause.diag.constraint_name == ONE_OPEN_OFFER
