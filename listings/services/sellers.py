"""What is written down about who sells: by upper apps, and as the person changes (decision 2)."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction

from accounts.models import Organisation
from key2key.common import batches, clock
from key2key.common.events import publish
from listings import places, search_rows, selectors
from listings.enums import OCCUPYING, HiddenReason, SellerType
from listings.events import ListingChanged
from listings.models import Listing, Seller

OURS = frozenset({HiddenReason.LICENCE_LAPSED, HiddenReason.SELLER_SUSPENDED, HiddenReason.QUOTA})
TOUCH_LISTINGS = frozenset({"type", "verified", "may_publish_until", "suspended", "live_quota"})


@dataclass(frozen=True)
class SellerFacts:
    """What changes; None leaves a fact as it is, and `unknown` names those that nobody knows any more."""

    type: str | None = None
    name: str | None = None
    verified: bool | None = None
    rating: Decimal | None = None
    response_minutes: int | None = None
    may_publish_until: datetime | None = None
    live_quota: int | None = None
    photo_quota: int | None = None
    suspended: bool | None = None
    unknown: frozenset[str] = frozenset()

    def given(self) -> dict[str, Any]:
        """The columns to write."""
        known = {name: value for name, value in asdict(self).items() if value is not None}
        del known["unknown"]
        return known | dict.fromkeys(self.unknown)


@dataclass(frozen=True)
class Held:
    """A locked seller, and the listings that a change may hide or show, locked before it."""

    seller: Seller
    listings: list[Listing]


@transaction.atomic
def open_private_seller(user_id: UUID) -> Seller:
    """The person's seller row, made on first need: private, without a licence gate. Safe to repeat."""
    person = _person(user_id)
    facts = {"name": shown_name(person), "suspended": not person.is_active}
    seller, is_new = Seller.objects.get_or_create(user=person, defaults=facts)
    if is_new:
        search_rows.refresh_seller_card(seller)
    return seller


@transaction.atomic
def open_organisation_seller(organisation_id: UUID) -> Seller:
    """The organisation's seller row, made on first need: an agency, gated by licence. Safe to repeat."""
    organisation = Organisation.objects.get(pk=organisation_id)
    facts = {"name": organisation.name, "type": SellerType.AGENCY}
    seller, is_new = Seller.objects.get_or_create(organisation=organisation, defaults=facts)
    if is_new:
        search_rows.refresh_seller_card(seller)
    return seller


@transaction.atomic
def set_seller_facts(
    *, user_id: UUID | None = None, organisation_id: UUID | None = None, facts: SellerFacts
) -> Seller:
    """Write facts about a person or an organisation; their listings are hidden or shown as the facts have it.

    Locks the seller's listings when such a fact is given, then the seller. Called by brokers, verification
    and payments; safe to repeat.
    """
    given = facts.given()
    held = hold(_open(user_id=user_id, organisation_id=organisation_id).pk, for_facts=given)
    write_facts(held, facts=given)
    return held.seller


@transaction.atomic
def follow_person(user_id: UUID) -> None:
    """Bring the seller row in step with the person: suspended or not, the name; a trade name stays.

    The person is read under the seller's lock, as they are now: news of them may come late, twice, or the
    wrong way round. Locks their listings, then the seller.
    """
    held = hold(open_private_seller(user_id).pk, for_facts={"suspended"})
    person = _person(user_id)
    facts: dict[str, Any] = {"suspended": not person.is_active}
    if held.seller.type == SellerType.PRIVATE:
        facts["name"] = shown_name(person)
    write_facts(held, facts=facts)


@transaction.atomic
def follow_organisation(organisation_id: UUID) -> None:
    """Bring an organisation's name on its cards in step; while it sells nothing there are none.

    Locks the seller.
    """
    seller = Seller.objects.filter(organisation_id=organisation_id).first()
    if seller is not None:
        name = Organisation.objects.get(pk=organisation_id).name
        write_facts(hold(seller.pk, for_facts={"name"}), facts={"name": name})


def enforce_licences() -> int:
    """Hide the listings of sellers whose licence has run out since. Returns how many sellers."""
    lapsed = selectors.lapsed_sellers().order_by("pk").values_list("pk", flat=True)
    return batches.each_alone(list(lapsed), deed=_bring_in_step)


def fill_places() -> int:
    """Show what was hidden over the quota where places became free since. Returns of how many sellers."""
    ids = places.sellers_with_room().order_by("pk").values_list("pk", flat=True)
    return batches.each_alone(list(ids), deed=_bring_in_step)


def hold(seller_id: UUID, *, for_facts: Container[str]) -> Held:
    """Lock a seller, and first their listings when one of the facts may hide or show them."""
    touches = any(name in for_facts for name in TOUCH_LISTINGS)
    listings = list(selectors.lock_listings_of(seller_id)) if touches else []
    return Held(selectors.lock_seller(seller_id), listings)


def write_facts(held: Held, *, facts: Mapping[str, Any]) -> None:
    """Write what differs of a held seller, and bring the listings and cards in step."""
    seller = held.seller
    changed = [name for name, value in facts.items() if getattr(seller, name) != value]
    for name in changed:
        setattr(seller, name, facts[name])
    if changed:
        seller.save(update_fields=[*changed, "updated_at"])
        search_rows.refresh_seller_card(seller)
    _hide_or_show(held)


def reasons_to_hide(listing: Listing, *, seller: Seller, has_place: bool) -> list[str]:
    """The listing's hidden reasons, with those of the locked seller as the facts have them now."""
    over = set() if has_place else {HiddenReason.QUOTA}
    return sorted((set(listing.hidden_reasons) - OURS) | _reasons(seller) | over)


def shown_name(person: Any) -> str:
    """Under what name a person sells; nobody's for whoever has given none or was erased."""
    return (person.full_name or "Key2Key")[:150]


def _open(*, user_id: UUID | None, organisation_id: UUID | None) -> Seller:
    if user_id is not None and organisation_id is None:
        return open_private_seller(user_id)
    if organisation_id is not None and user_id is None:
        return open_organisation_seller(organisation_id)
    raise TypeError("a seller is a person or an organisation")


@transaction.atomic
def _bring_in_step(seller_id: UUID) -> bool:
    _hide_or_show(hold(seller_id, for_facts=TOUCH_LISTINGS))
    return True


def _hide_or_show(held: Held) -> None:
    surplus = places.surplus(held.listings, seller=held.seller)
    for listing in held.listings:
        reasons = reasons_to_hide(listing, seller=held.seller, has_place=listing.pk not in surplus)
        if listing.status in OCCUPYING and reasons != sorted(listing.hidden_reasons):
            listing.hidden_reasons = reasons
            listing.save(update_fields=["hidden_reasons", "updated_at"])
            search_rows.set_public(listing)
            if listing.is_visible:
                publish(ListingChanged(listing_id=listing.pk))


def _reasons(seller: Seller) -> set[str]:
    if seller.suspended:
        return {HiddenReason.SELLER_SUSPENDED}
    return set() if seller.may_publish(clock.now()) else {HiddenReason.LICENCE_LAPSED}


def _person(user_id: UUID) -> Any:
    return get_user_model()._default_manager.get(pk=user_id)
