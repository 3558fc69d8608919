"""Viewings: asked for, agreed, moved, called off, held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.utils import IntegrityError
from django.utils.translation import gettext_lazy as _
from psycopg.errors import UniqueViolation

from accounts.selectors import is_blocked
from brokers import selectors, viewing_steps
from brokers.enums import LeadStage, Side, ViewingMode, ViewingState
from brokers.events import ViewingCancelled, ViewingConfirmed
from brokers.models import Viewing, ViewingSlot
from brokers.services.contacting import listing_to_contact
from brokers.services.leads import follow_lead
from brokers.services.slots import require_time
from brokers.services.viewing_news import note_viewing, tell_of_viewing
from key2key.common import audit, clock
from key2key.common.conditions import Precondition, always
from key2key.common.errors import Conflict, Fault, InvalidInput, NotAllowed
from key2key.common.events import publish
from listings.enums import Status
from listings.models import Listing

TAKES_VIEWINGS = frozenset({Status.ACTIVE, Status.UNDER_OFFER})
USUAL_LENGTH = timedelta(minutes=30)
ONE_PER_SLOT = "brokers_one_viewing_per_slot"  # as the model names it


@dataclass(frozen=True)
class Wish:
    """When somebody would like to look: at a time that is offered, or at one of their own."""

    slot_id: UUID | None = None
    starts_at: datetime | None = None
    mode: str = ViewingMode.IN_PERSON
    note: str = ""


@dataclass(frozen=True)
class NewTime:
    """Another time. Without an end it lasts as long as before."""

    starts_at: datetime
    ends_at: datetime | None = None
    reason: str = ""


@transaction.atomic
def request_viewing(*, listing_id: UUID, by: Any, wish: Wish) -> Viewing:
    """Book an offered slot, which is agreed at once, or ask for a time, which the seller's side confirms.

    Of many who book one slot at the same moment the index lets one in. Raises NotFound (not visible, one's
    own, blocked), NotAllowed ("not_verified"), Conflict ("listing_not_open", "slot_taken", "viewing_open"),
    InvalidInput.
    """
    listing = listing_to_contact(by, listing_id=listing_id)
    if listing.status not in TAKES_VIEWINGS:
        raise Conflict("listing_not_open", _("This listing cannot be viewed now."))
    viewing = _insert(_wished(listing, by=by, wish=wish))
    audit.record(actor=by, action="viewing.requested", subject=viewing)
    follow_lead(listing_id=listing_id, buyer_id=by.pk, stage=LeadStage.VIEWING)
    if viewing.state == ViewingState.CONFIRMED:
        _announce_agreement(viewing, by=Side.BUYER)
    else:
        tell_of_viewing(viewing, kind="viewing_requested", to=Side.SELLER)
        note_viewing(viewing, code="viewing_requested")
    return selectors.seen_viewing(by, viewing_id=viewing.pk)


@transaction.atomic
def confirm_viewing(*, viewing_id: UUID, by: Any, check: Precondition = always) -> Viewing:
    """Agree to the time that the other side named. What is agreed already stays so.

    Raises NotFound, Stale, NotAllowed ("blocked"), Conflict ("illegal_transition").
    """
    viewing = selectors.lock_seen_viewing(by, viewing_id=viewing_id)
    check(viewing)
    if viewing.state == ViewingState.CONFIRMED:
        return viewing
    _require_peace(viewing)
    side = _take("confirm", viewing, by=by)
    _announce_agreement(viewing, by=side)
    return selectors.seen_viewing(by, viewing_id=viewing_id)


@transaction.atomic
def decline_viewing(*, viewing_id: UUID, by: Any, reason: str = "", check: Precondition = always) -> Viewing:
    """Refuse the time that the other side named. Raises NotFound, Stale, Conflict ("illegal_transition")."""
    viewing = selectors.lock_seen_viewing(by, viewing_id=viewing_id)
    check(viewing)
    side = _take("decline", viewing, by=by, reason=reason)
    tell_of_viewing(viewing, kind="viewing_declined", to=side.other)
    note_viewing(viewing, code="viewing_declined", side=side)
    return selectors.seen_viewing(by, viewing_id=viewing_id)


@transaction.atomic
def propose_time(*, viewing_id: UUID, by: Any, new_time: NewTime, check: Precondition = always) -> Viewing:
    """Name another time, which the other side confirms; a booked slot is free again.

    Raises NotFound, Stale, NotAllowed ("blocked"), Conflict ("illegal_transition"), InvalidInput.
    """
    viewing = selectors.lock_seen_viewing(by, viewing_id=viewing_id)
    check(viewing)
    _require_peace(viewing)
    length = viewing.ends_at - viewing.starts_at
    ends_at = new_time.ends_at or new_time.starts_at + length
    side = selectors.side_of(viewing, by)
    viewing_steps.require("propose", of=viewing, side=side, at=clock.now())
    require_time(starts_at=new_time.starts_at, ends_at=ends_at)
    columns = {
        "starts_at": new_time.starts_at,
        "ends_at": ends_at,
        "proposed_by": side,
        "slot": None,
        "reminded_at": None,
    }
    _take("propose", viewing, by=by, reason=new_time.reason, **columns)
    tell_of_viewing(viewing, kind="viewing_proposed", to=side.other)
    note_viewing(viewing, code="viewing_proposed", side=side)
    return selectors.seen_viewing(by, viewing_id=viewing_id)


@transaction.atomic
def cancel_viewing(*, viewing_id: UUID, by: Any, reason: str = "", check: Precondition = always) -> Viewing:
    """Call it off; a booked slot is free again. Raises NotFound, Stale, Conflict ("illegal_transition")."""
    viewing = selectors.lock_seen_viewing(by, viewing_id=viewing_id)
    check(viewing)
    side = _take("cancel", viewing, by=by, reason=reason)
    publish(ViewingCancelled(viewing_id=viewing.pk, listing_id=viewing.listing_id, buyer_id=viewing.buyer_id))
    tell_of_viewing(viewing, kind="viewing_cancelled", to=side.other)
    note_viewing(viewing, code="viewing_cancelled", side=side)
    return selectors.seen_viewing(by, viewing_id=viewing_id)


@transaction.atomic
def close_viewing(*, viewing_id: UUID, by: Any, check: Precondition = always) -> Viewing:
    """The viewing took place, the seller's side says. Raises NotFound, Stale, Conflict."""
    viewing = selectors.lock_seen_viewing(by, viewing_id=viewing_id)
    check(viewing)
    _take("done", viewing, by=by)
    return selectors.seen_viewing(by, viewing_id=viewing_id)


@transaction.atomic
def report_no_show(*, viewing_id: UUID, by: Any, check: Precondition = always) -> Viewing:
    """The other side did not come. Raises NotFound, Stale, Conflict ("illegal_transition")."""
    viewing = selectors.lock_seen_viewing(by, viewing_id=viewing_id)
    check(viewing)
    _take("no_show", viewing, by=by)
    return selectors.seen_viewing(by, viewing_id=viewing_id)


def _wished(listing: Listing, *, by: Any, wish: Wish) -> Viewing:
    """The viewing that is wished for, not saved. Raises InvalidInput."""
    viewing = Viewing(listing=listing, buyer=by, note=wish.note, mode=wish.mode)
    if wish.slot_id is not None and wish.starts_at is None:
        slot = _slot(wish.slot_id, listing=listing)
        viewing.slot, viewing.mode, viewing.state = slot, slot.mode, ViewingState.CONFIRMED
        viewing.starts_at, viewing.ends_at, viewing.proposed_by = slot.starts_at, slot.ends_at, Side.SELLER
        return viewing
    if wish.starts_at is None or wish.slot_id is not None:
        detail = _("Name one of the offered slots, or a time of your own.")
        raise InvalidInput(faults=[Fault("/starts_at", "slot_or_time", detail)])
    viewing.starts_at, viewing.ends_at = wish.starts_at, wish.starts_at + USUAL_LENGTH
    require_time(starts_at=viewing.starts_at, ends_at=viewing.ends_at)
    return viewing


def _slot(slot_id: UUID, *, listing: Listing) -> ViewingSlot:
    slot = selectors.offered_slot(listing_id=listing.pk, slot_id=slot_id)
    if slot is None:
        raise _no_such_slot()
    return slot


def _insert(viewing: Viewing) -> Viewing:
    """Save it, if nobody was faster. Raises Conflict ("slot_taken", "viewing_open"), InvalidInput."""
    try:
        with transaction.atomic():
            viewing.save(force_insert=True)
    except IntegrityError as error:
        cause = error.__cause__
        if not isinstance(cause, UniqueViolation):
            raise
        if cause.diag.constraint_name == ONE_PER_SLOT:
            raise Conflict("slot_taken", _("Somebody has booked this time.")) from error
        raise _is_open(viewing) from error
    # Locked only by the one who got in, so nobody queues for it; and the slot cannot go before the commit.
    if viewing.slot_id and not selectors.hold_slot(viewing.slot_id):
        raise _no_such_slot()
    return viewing


def _no_such_slot() -> InvalidInput:
    return InvalidInput(faults=[Fault("/slot", "does_not_exist", _("This time is not offered."))])


def _is_open(viewing: Viewing) -> Conflict:
    live = selectors.live_viewing(listing_id=viewing.listing_id, buyer_id=viewing.buyer_id)
    named = {"viewing": str(live.pk)} if live else {}
    return Conflict("viewing_open", _("You have a viewing of this before you already."), **named)


def _require_peace(viewing: Viewing) -> None:
    if is_blocked(viewing.buyer_id, viewing.listing.owner_id):
        raise NotAllowed("blocked", _("One of you has blocked the other."))


def _take(action: str, viewing: Viewing, *, by: Any, reason: str = "", **columns: Any) -> Side:
    """Write a step of the locked viewing down. Returns the side that took it."""
    side = selectors.side_of(viewing, by)
    state = viewing_steps.require(action, of=viewing, side=side, at=clock.now())
    values = {**columns, "state": state, "reason": reason}
    for name, value in values.items():
        setattr(viewing, name, value)
    viewing.save(update_fields=[*values, "updated_at"])
    audit.record(actor=by, action=f"viewing.{action}", subject=viewing, reason=reason)
    return side


def _announce_agreement(viewing: Viewing, *, by: Side) -> None:
    publish(ViewingConfirmed(viewing_id=viewing.pk, listing_id=viewing.listing_id, buyer_id=viewing.buyer_id))
    tell_of_viewing(viewing, kind="viewing_confirmed", to=by.other)
    note_viewing(viewing, code="viewing_confirmed", side=by)
