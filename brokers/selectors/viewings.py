"""Who may see which viewing and slot, and the locks: viewing, slot, then the lead."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.agency import Right
from accounts.selectors import organisations_where
from brokers.enums import LIVE_VIEWINGS, ViewingState
from brokers.models import Viewing, ViewingSlot
from brokers.viewing_steps import UNANSWERED
from key2key.common import clock
from key2key.common.errors import NotFound
from listings.models import Listing
from listings.selectors import acts_for_seller, seen_listing

REMIND_BEFORE = timedelta(hours=24)
TAKEN_BACK_AFTER = timedelta(days=1)


def viewings_seen_by(user: Any) -> QuerySet[Viewing]:
    """The viewings of this person as buyer, and of what they or their organisations offer."""
    organisations = organisations_where(user, right=Right.WORK_LEADS)
    mine = Q(listing__owner=user, listing__organisation__isnull=True)
    theirs = Q(listing__organisation_id__in=organisations)
    return with_details(Viewing.objects.filter(Q(buyer=user) | mine | theirs))


def with_details(rows: QuerySet[Viewing]) -> QuerySet[Viewing]:
    """The rows with everything that the full answer shows."""
    return rows.select_related("listing", "listing__seller", "buyer")


def seen_viewing(user: Any, *, viewing_id: UUID) -> Viewing:
    """One viewing of which this person is a side. Raises NotFound."""
    return _one(viewings_seen_by(user).filter(pk=viewing_id))


def lock_seen_viewing(user: Any, *, viewing_id: UUID) -> Viewing:
    """One viewing of which this person is a side, locked. Raises NotFound."""
    rows = viewings_seen_by(user).filter(pk=viewing_id)
    return _one(rows.select_for_update(of=("self",), no_key=True))


def lock_viewing(viewing_id: UUID) -> Viewing:
    """Any viewing, locked: for the clock. Raises NotFound."""
    rows = with_details(Viewing.objects.filter(pk=viewing_id))
    return _one(rows.select_for_update(of=("self",), no_key=True))


def lock_viewings_of(buyer_id: UUID) -> QuerySet[Viewing]:
    """Everything that a person went to see, locked in id order."""
    rows = with_details(Viewing.objects.filter(buyer_id=buyer_id)).order_by("pk")
    return rows.select_for_update(of=("self",), no_key=True)


def live_viewing(*, listing_id: UUID, buyer_id: UUID) -> Viewing | None:
    """The viewing that the two have before them, if any."""
    rows = Viewing.objects.filter(listing_id=listing_id, buyer_id=buyer_id)
    return rows.filter(state__in=sorted(LIVE_VIEWINGS)).first()


def viewings_to_remind_of() -> QuerySet[Viewing, UUID]:
    """Agreed viewings that begin within a day and of which nobody was reminded, the first first."""
    now = clock.now()
    rows = Viewing.objects.filter(state=ViewingState.CONFIRMED, reminded_at__isnull=True)
    near = rows.filter(starts_at__gt=now, starts_at__lte=now + REMIND_BEFORE)
    return near.order_by("starts_at").values_list("pk", flat=True)


def viewings_that_are_over() -> QuerySet[Viewing, UUID]:
    """Viewings that time has ended: nobody answered before the hour, or a day after nobody complained."""
    now = clock.now()
    unanswered = Q(state__in=sorted(UNANSWERED), starts_at__lte=now)
    passed = Q(state=ViewingState.CONFIRMED, ends_at__lte=now - TAKEN_BACK_AFTER)
    return Viewing.objects.filter(unanswered | passed).order_by("starts_at").values_list("pk", flat=True)


def slots_seen_by(user: Any, *, listing_id: UUID) -> QuerySet[ViewingSlot]:
    """The times to come that one may book; the seller's side sees the taken ones too. Raises NotFound."""
    listing = seen_listing(user, listing_id=listing_id)
    taken = Viewing.objects.filter(
        slot=OuterRef("pk"), state__in=[ViewingState.REQUESTED, ViewingState.CONFIRMED]
    )
    rows = ViewingSlot.objects.filter(listing=listing, starts_at__gt=clock.now()).annotate(
        is_taken=Exists(taken)
    )
    is_theirs = acts_for_seller(user, listing, right=Right.WORK_LEADS)
    return rows if is_theirs else rows.filter(is_taken=False)


def listing_to_show(user: Any, *, listing_id: UUID) -> Listing:
    """A listing whose viewings this person arranges. Raises NotFound."""
    listing = Listing.objects.filter(pk=listing_id).first()
    if listing is None or not acts_for_seller(user, listing, right=Right.WORK_LEADS):
        raise NotFound
    return listing


def offered_slot(*, listing_id: UUID, slot_id: UUID) -> ViewingSlot | None:
    """A slot of the listing whose time is still to come."""
    return ViewingSlot.objects.filter(pk=slot_id, listing_id=listing_id, starts_at__gt=clock.now()).first()


def hold_slot(slot_id: UUID) -> bool:
    """Keep the slot from being taken back until the transaction ends. False when it was."""
    return ViewingSlot.objects.filter(pk=slot_id).select_for_update(no_key=True).first() is not None


def lock_slot(*, listing_id: UUID, slot_id: UUID) -> ViewingSlot:
    """A slot of the listing, locked. Raises NotFound."""
    found = ViewingSlot.objects.filter(pk=slot_id, listing_id=listing_id).select_for_update().first()
    if found is None:
        raise NotFound
    return found


def _one(rows: QuerySet[Viewing]) -> Viewing:
    found = rows.first()
    if found is None:
        raise NotFound
    return found
