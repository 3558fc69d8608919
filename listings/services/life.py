"""The owner's steps through a listing's life, and the clock's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from constance import config
from django.db import transaction
from django.db.utils import IntegrityError
from django.utils.translation import gettext_lazy as _
from psycopg.errors import UniqueViolation

from accounts.selectors import present
from key2key.common import audit, batches, clock
from key2key.common.conditions import Precondition, always
from key2key.common.errors import Conflict, Fault, InvalidInput, NotAllowed
from key2key.common.events import publish
from listings import places, prices, search_rows, selectors, transitions
from listings.enums import PUBLIC, CloseKind, HiddenReason, Purpose
from listings.events import ListingChanged, ListingClosed, ListingPublished, ListingSubmitted
from listings.facts import completeness_of, verdict
from listings.models import Listing, Seller
from listings.services.sellers import reasons_to_hide

ONE_LIVE_OFFER = "listings_one_live_offer"  # as the model names it
BEGINS_PERIOD = frozenset({"approve", "announce", "paid"})
BY_DEAL = frozenset({"accept_offer", "reserve", "fall_through"})  # it was on the market all the while


@dataclass(frozen=True)
class Closing:
    """How a deal ended: a price is known or not, the day is."""

    kind: str
    price: Decimal | None
    day: date


@transaction.atomic
def submit_listing(*, listing_id: UUID, by: Any, check: Precondition = always) -> Listing:
    """Send a draft, or what staff sent back, to review.

    Locks the listing, then its seller. Raises NotFound, Stale, Conflict ("illegal_transition",
    "quota_reached"), NotAllowed ("not_verified", "licence_required"), InvalidInput
    ("listing_incomplete").
    """
    return _send_to_review(listing_id, by=by, action="submit", check=check)


@transaction.atomic
def renew_listing(*, listing_id: UUID, by: Any, check: Precondition = always) -> Listing:
    """Send an expired listing to review again. Raises as `submit_listing` does."""
    return _send_to_review(listing_id, by=by, action="renew", check=check)


@transaction.atomic
def step_listing(*, listing_id: UUID, by: Any, action: str, check: Precondition = always) -> Listing:
    """One of the owner's plain steps: take_back, revise, withdraw, hold, reactivate, launch, cancel.

    Locks the listing, and on its way to the market the seller. Raises NotFound, Stale, Conflict
    ("illegal_transition" naming the legal ones, "asset_already_live", "quota_reached"), NotAllowed
    ("licence_required").
    """
    listing = selectors.lock_own_listing(by, listing_id=listing_id)
    check(listing)
    if transitions.STEPS[action].actor != transitions.Actor.OWNER:
        raise transitions.illegal(action, of=listing)
    target = transitions.require(action, of=listing)
    if target in PUBLIC:
        seller = selectors.lock_seller(listing.seller_id)
        _require_gate(seller)
        if listing.status not in places.COUNTED:
            places.require_place(listing, seller=seller)
    move(listing, action=action, by=by)
    return selectors.seen_listing(by, listing_id=listing_id)


@transaction.atomic
def close_listing(*, listing_id: UUID, by: Any, closing: Closing, check: Precondition = always) -> Listing:
    """End it well: sold or rented, for how much, when. Final.

    Raises NotFound, Stale, Conflict ("illegal_transition", "deal_open"), InvalidInput.
    """
    listing = selectors.lock_own_listing(by, listing_id=listing_id)
    check(listing)
    transitions.require("close", of=listing)
    _judge_closing(listing, closing)
    end_well(listing, action="close", closing=closing, by=by)
    return selectors.seen_listing(by, listing_id=listing_id)


@transaction.atomic
def expire_listing(listing_id: UUID) -> bool:
    """Let the clock end a listing whose period is over. False when it is not over any more."""
    listing = selectors.lock_listing(listing_id)
    is_over = listing.expires_at is not None and listing.expires_at <= clock.now()
    if not is_over or not transitions.STEPS["expire"].is_open_to(listing):
        return False
    move(listing, action="expire", by=None)
    return True


def expire_due(*, limit: int = 500) -> int:
    """Expire what is due, each in a transaction of its own. Returns how many; what failed waits."""
    due = Listing.objects.filter(
        expires_at__lte=clock.now(),
        status__in=sorted(transitions.STEPS["expire"].sources),
        deal_id__isnull=True,
    )
    ids = due.order_by("expires_at").values_list("pk", flat=True)[:limit]
    return batches.each_alone(ids, deed=expire_listing)


def move(
    listing: Listing, *, action: str, by: Any, reason: str = "", also: Mapping[str, Any] | None = None
) -> None:
    """Take a step of a locked listing: compare and swap, the search row, the audit entry, the event.

    `also` holds columns that change beside the status. On the way to the market the seller is locked, and the
    listing hidden when their facts have it so. Raises Conflict ("illegal_transition", "deal_open",
    "asset_already_live").
    """
    target = transitions.require(action, of=listing)
    values = dict(also or {})
    if target in PUBLIC:
        values |= _going_public(listing, action=action)
    try:
        with transaction.atomic():
            rows = Listing.objects.filter(pk=listing.pk, status__in=sorted(transitions.STEPS[action].sources))
            if not rows.update(status=target, updated_at=clock.now(), **values):
                raise transitions.illegal(action, of=listing)
    except IntegrityError as error:
        if not _is_other_offer(error):
            raise
        raise Conflict(
            "asset_already_live", _("This very home or vehicle is already on the market for this purpose.")
        ) from error
    for name, value in {**values, "status": target}.items():
        setattr(listing, name, value)
    audit.record(actor=by, action=f"listing.{action}", subject=listing, reason=reason)
    _tell(listing, action=action)


def end_well(listing: Listing, *, action: str, closing: Closing, by: Any) -> None:
    """Close a locked listing and write down how; no deal holds it any more. Raises as `move` does."""
    how = {"close_kind": closing.kind, "close_price": closing.price, "close_date": closing.day}
    move(listing, action=action, by=by, also={**how, "deal_id": None})
    publish(ListingClosed(listing_id=listing.pk, owner_id=listing.owner_id, close_kind=closing.kind))


def _is_other_offer(error: IntegrityError) -> bool:
    """Whether it is the rule of one live offer that was broken, and no other constraint."""
    cause = error.__cause__
    return isinstance(cause, UniqueViolation) and cause.diag.constraint_name == ONE_LIVE_OFFER


def _send_to_review(listing_id: UUID, *, by: Any, action: str, check: Precondition) -> Listing:
    listing = selectors.lock_own_listing(by, listing_id=listing_id)
    check(listing)
    transitions.require(action, of=listing)
    if not present(by).has_verified_contact:
        raise NotAllowed("not_verified", _("Verify your e-mail address or phone before you publish."))
    seller = selectors.lock_seller(listing.seller_id)
    _require_gate(seller)
    _require_complete(listing)
    places.require_place(listing, seller=seller)
    move(listing, action=action, by=by, also={"submitted_at": clock.now(), "review_reason": ""})
    publish(ListingSubmitted(listing_id=listing.pk, owner_id=listing.owner_id))
    return selectors.seen_listing(by, listing_id=listing_id)


def _require_gate(seller: Seller) -> None:
    if not seller.may_publish(clock.now()):
        raise NotAllowed("licence_required", _("Your broker's licence must be valid before you publish."))


def _require_complete(listing: Listing) -> None:
    faults = [
        *verdict(listing).faults,
        *(
            Fault(f"/{name}", "required", _("This is needed before review."))
            for name in completeness_of(listing).required
        ),
    ]
    if faults:
        raise InvalidInput(
            "listing_incomplete", _("Something is missing before this can be reviewed."), faults=faults
        )


def _going_public(listing: Listing, *, action: str) -> dict[str, Any]:
    now, seller = clock.now(), selectors.lock_seller(listing.seller_id)
    # Hidden reasons are kept in step on the market only: what comes back has those of the day it left.
    if action in BEGINS_PERIOD:  # its fee, if there is one, is asked for anew
        listing.hidden_reasons = [one for one in listing.hidden_reasons if one != HiddenReason.FEE_UNPAID]
    was_shown = HiddenReason.QUOTA not in listing.hidden_reasons
    has_place = was_shown if action in BY_DEAL else places.has_place(listing, seller=seller)
    reasons = reasons_to_hide(listing, seller=seller, has_place=has_place)
    values: dict[str, Any] = {"hidden_reasons": reasons}
    if listing.published_at is None:
        values["published_at"] = now
    is_over = listing.expires_at is None or listing.expires_at <= now
    if action in BEGINS_PERIOD or (is_over and action not in BY_DEAL):
        values["expires_at"] = now + timedelta(days=int(config.LISTING_LIFETIME_DAYS))
    return values


def _judge_closing(listing: Listing, closing: Closing) -> None:
    faults = []
    is_sale = listing.purpose == Purpose.SALE
    if is_sale != (closing.kind == CloseKind.SOLD):
        word = CloseKind.SOLD if is_sale else CloseKind.RENTED
        faults.append(Fault("/close_kind", "wrong_close_kind", _("For this purpose it is: %s") % word.label))
    if closing.day > clock.today():
        faults.append(Fault("/close_date", "in_the_future", _("This day has not come yet.")))
    if listing.published_at and closing.day < listing.published_at.date() - timedelta(days=1):
        faults.append(Fault("/close_date", "before_publication", _("It was not on the market then.")))
    if faults:
        raise InvalidInput(faults=faults)


def _tell(listing: Listing, *, action: str) -> None:
    if listing.published_at is None:
        return
    prices.note(listing)
    search_rows.write(selectors.lock_listing(listing.pk))
    if listing.status in PUBLIC and action not in BY_DEAL:
        publish(ListingPublished(listing_id=listing.pk, owner_id=listing.owner_id))
    publish(ListingChanged(listing_id=listing.pk))
