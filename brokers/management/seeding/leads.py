"""Lets the people of the demo be interested in what others offer."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts.agency import Right
from accounts.selectors import user_by_email
from brokers import services
from brokers.enums import ViewingState
from brokers.management.seeding.interests import INTERESTS, Interest
from brokers.management.seeding.past import days_ago
from brokers.models import Lead
from brokers.services import Wish
from chat.models import Message
from chat.services import send
from key2key.common import clock
from key2key.common.errors import DomainError
from key2key.common.plugins import Sowing
from listings.enums import Status
from listings.models import Listing
from listings.selectors import seller_people, visible_listings

BETWEEN = timedelta(hours=4)  # from a step to the next
LAST_WORD = timedelta(minutes=5)


def sow(sowing: Sowing) -> None:
    """Each interest whole or not at all; those that are there stay as they are."""
    known = sum(_sow_one(interest, sowing=sowing) for interest in INTERESTS)
    sowing.tell(f"leads: {known} of {len(INTERESTS)} new" if known else "leads: all there already")


def _sow_one(interest: Interest, *, sowing: Sowing) -> bool:
    buyer = user_by_email(interest.buyer)
    if buyer is None or Message.objects.filter(sender=buyer, client_id=_id(interest, "question")).exists():
        return False
    listing = _nearest(interest, buyer=buyer)
    if listing is None:
        return False
    try:
        with transaction.atomic():
            _live(interest, listing=listing, buyer=buyer)
    except DomainError as refusal:  # a visitor of the demo has taken it elsewhere meanwhile
        sowing.tell(f"leads: left out {listing.title} ({refusal.code})")
        return False
    return True


def _nearest(interest: Interest, *, buyer: Any) -> Listing | None:
    """What comes nearest to the listing that the interest is in, and fewest have asked about."""
    leads = Lead.objects.filter(listing=OuterRef("pk")).order_by().values("listing")
    asked = Subquery(leads.annotate(count=Count("pk")).values("count"), output_field=IntegerField())
    free = visible_listings().filter(status=Status.ACTIVE).exclude(owner=buyer)
    free = free.exclude(pk__in=Lead.objects.filter(buyer=buyer).values("listing"))

    def fits(listing: Any) -> tuple[Any, ...]:
        return listing.owner.email == interest.seller, listing.kind == interest.kind, -listing.asked

    by_age = free.annotate(asked=Coalesce(asked, 0)).select_related("owner", "organisation")
    return max(by_age.order_by("published_at", "title", "pk"), key=fits, default=None)


def _live(interest: Interest, *, listing: Listing, buyer: Any) -> None:
    """From the question to where it is now, each step at its own time."""
    began = clock.now() - timedelta(days=interest.days)
    seller = seller_people(listing, right=Right.WORK_LEADS)[0]
    with _at(began, listing=listing):
        asked = services.inquire(
            listing_id=listing.pk,
            by=buyer,
            message=interest.question,
            client_id=_id(interest, "question"),
        )
    if interest.answer:
        with _at(began + timedelta(minutes=interest.minutes, seconds=20), listing=listing):
            send(
                by=seller,
                conversation_id=asked.conversation_id,
                client_id=_id(interest, "answer"),
                body=interest.answer,
            )
            services.note_answer(asked.lead.pk)
    for number, changes in enumerate(interest.steps, start=2):
        with _at(began + BETWEEN * number, listing=listing):
            services.change_lead(lead_id=asked.lead.pk, by=seller, changes=changes)
    _view(interest, listing=listing, buyer=buyer, seller=seller)
    _note(interest, lead=asked.lead, seller=seller)


def _view(interest: Interest, *, listing: Listing, buyer: Any, seller: Any) -> None:
    if interest.look is None:
        return
    day = clock.today() + timedelta(days=interest.look.days)
    hour = time(interest.look.hour, tzinfo=ZoneInfo(settings.MARKET_TIME_ZONE))
    starts_at = datetime.combine(day, hour)
    began = clock.now() - timedelta(days=interest.days) + BETWEEN * 2
    with _at(began, listing=listing):
        wish = Wish(starts_at=starts_at, note=interest.look.note)
        viewing = services.request_viewing(listing_id=listing.pk, by=buyer, wish=wish)
    if interest.look.state == ViewingState.REQUESTED:
        return
    with _at(began + BETWEEN, listing=listing):
        services.confirm_viewing(viewing_id=viewing.pk, by=seller)
    if interest.look.state == ViewingState.DONE:
        with _at(viewing.ends_at + LAST_WORD, listing=listing):
            services.close_viewing(viewing_id=viewing.pk, by=seller)


def _note(interest: Interest, *, lead: Lead, seller: Any) -> None:
    began = clock.now() - timedelta(days=interest.days) + BETWEEN * 3
    for number, text in enumerate(interest.notes):
        with _at(began + LAST_WORD * number, listing=lead.listing):
            services.add_note(lead_id=lead.pk, by=seller, text=text)
    if interest.plan:
        due = clock.now() + timedelta(hours=interest.plan.hours)
        plan = {"next_action": interest.plan.action, "next_action_at": due}
        services.change_lead(lead_id=lead.pk, by=seller, changes=plan)


def _at(moment: datetime, *, listing: Listing) -> Any:
    """What is done inside was done at that moment, or just now if that is still to come."""
    days = (clock.now() - moment) / timedelta(days=1)
    return days_ago(max(days, 0.0), listing=listing)


def _id(interest: Interest, said: str) -> UUID:
    """The client's id of a message, the same at every sowing."""
    return uuid5(NAMESPACE_URL, f"key2key:demo:{interest.buyer}:{interest.question}:{said}")
