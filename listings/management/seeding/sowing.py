"""Puts the demo's sellers and listings there."""

from __future__ import annotations

from accounts.management.seeding.cast import MODERATOR
from accounts.models import User
from key2key.common.errors import Conflict
from key2key.common.plugins import Sowing
from listings.management.seeding.lives import live
from listings.management.seeding.offers import Offer
from listings.management.seeding.pictures import drawn
from listings.management.seeding.plan import offers
from listings.management.seeding.searches import sow_searches
from listings.management.seeding.sellers import sow_sellers
from listings.models import Listing

TOLD_EVERY = 50


def sow_listings(sowing: Sowing) -> None:
    """Make what is missing of the plan's share. Safe to break off and to repeat."""
    brokers = sow_sellers()
    sowing.tell(f"brokers: {brokers} written down" if brokers else "brokers: all there already")
    _sow_offers(sowing)
    if saved := sow_searches():
        sowing.tell(f"saved searches: {saved} written down")


def _sow_offers(sowing: Sowing) -> None:
    people = {user.email: user for user in User.objects.filter(email__isnull=False)}
    missing = _missing(list(offers(sowing.share)))
    if not missing:
        sowing.tell("listings: all there already")
        return
    with drawn(missing) as finished:
        for number, (offer, pictures) in enumerate(finished, start=1):
            try:
                live(offer, pictures, owner=people[offer.owner], reviewer=people[MODERATOR])
            except Conflict as refusal:  # somebody renamed the listing, or offers the same vehicle
                sowing.tell(f"listings: left out {offer.title} ({refusal.code})")
            if number % TOLD_EVERY == 0 or number == len(missing):
                sowing.tell(f"listings: {number} of {len(missing)}")


def _missing(planned: list[Offer]) -> list[Offer]:
    there = set(
        Listing.objects.filter(owner__email__in={offer.owner for offer in planned}).values_list(
            "owner__email", "title"
        )
    )
    return [offer for offer in planned if (offer.owner, offer.title) not in there]
