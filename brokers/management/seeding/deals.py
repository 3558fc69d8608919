"""Lets the stories of the demo's deals happen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.agency import Right
from accounts.selectors import user_by_email
from brokers.management.seeding.deeds import Scene
from brokers.management.seeding.past import days_ago
from brokers.management.seeding.stories import AGENCY, AGENT, STORIES, Story
from brokers.models import Lead, Offer
from chat.models import Conversation
from key2key.common import clock
from key2key.common.errors import DomainError
from key2key.common.plugins import Sowing
from listings.enums import Status
from listings.models import Listing
from listings.selectors import seller_people, visible_listings


def sow(sowing: Sowing) -> None:
    """Tell what is missing of each story, each step at its own time. Safe to break off and to repeat."""
    told = sum(_tell(story, sowing=sowing) for story in STORIES)
    sowing.tell(f"deals: {told} of {len(STORIES)} stories told" if told else "deals: all there already")


def _tell(story: Story, *, sowing: Sowing) -> bool:
    """Whether there was something to tell."""
    buyer = user_by_email(story.buyer)
    if buyer is None:
        return False
    known = Offer.objects.filter(buyer=buyer, message=story.words.offer).select_related("listing").first()
    listing = known.listing if known else _found(story)
    if listing is None:
        sowing.tell(f"deals: no listing is left for an offer of {buyer.full_name}")
        return False
    scene = Scene(story.words, story.percent, listing, buyer, _seller(listing))
    try:
        for days, deed in story.deeds:
            with days_ago(days, listing=listing):
                deed(scene)
    except DomainError as refusal:  # a visitor of the demo has taken it elsewhere meanwhile
        sowing.tell(f"deals: left off {listing.title} ({refusal.code})")
    return known is None


def _found(story: Story) -> Listing | None:
    """What comes nearest to the listing that the story wants, and nobody has asked about."""
    others = {"listing": OuterRef("pk")}
    free = visible_listings().filter(
        ~Exists(Lead.objects.filter(**others)),
        ~Exists(Conversation.objects.filter(**others)),
        status=Status.ACTIVE,
        price__isnull=False,
    )
    began = clock.now() - timedelta(days=story.began)

    def fits(listing: Listing) -> tuple[bool, ...]:
        return (
            listing.published_at is not None and listing.published_at < began,
            listing.owner.email == story.seller,
            (listing.organisation_id is not None) == (story.seller == AGENCY),
            listing.kind == story.kind,
            listing.purpose == story.purpose,
        )

    # The newest of those that fit equally: the older ones are left to the stories that began earlier.
    newest_first = free.select_related("owner").order_by("-published_at", "title", "pk")
    return max(newest_first, key=fits, default=None)


def _seller(listing: Listing) -> Any:
    """Who acts for the seller's side."""
    people = seller_people(listing, right=Right.DEAL)
    return next((person for person in people if person.email == AGENT), people[0])
