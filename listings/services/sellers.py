"""What upper apps write down about who sells (decision 2)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction

from key2key.common import clock
from listings import search_rows
from listings.enums import OCCUPYING, HiddenReason
from listings.models import Listing, Seller
from listings.selectors import lock_seller


@dataclass(frozen=True)
class SellerFacts:
    """What changes; None leaves a fact as it is."""

    type: str | None = None
    name: str | None = None
    verified: bool | None = None
    rating: Decimal | None = None
    response_minutes: int | None = None
    may_publish_until: datetime | None = None
    live_quota: int | None = None
    photo_quota: int | None = None
    suspended: bool | None = None


@transaction.atomic
def open_private_seller(user_id: UUID) -> Seller:
    """The person's seller row, made on first need: private, without a licence gate. Safe to repeat."""
    person = get_user_model()._default_manager.get(pk=user_id)
    seller, is_new = Seller.objects.get_or_create(user=person, defaults={"name": _shown_name(person)})
    if is_new:
        search_rows.refresh_seller_card(seller)
    return seller


@transaction.atomic
def set_seller_facts(*, user_id: UUID, facts: SellerFacts) -> Seller:
    """Write facts about a seller; their listings are hidden or shown again as the facts have it.

    Locks the seller. Called by brokers, verification and payments, and by the receivers of accounts'
    events; safe to repeat.
    """
    seller = lock_seller(open_private_seller(user_id).pk)
    given = {name: value for name, value in asdict(facts).items() if value is not None}
    changed = [name for name, value in given.items() if getattr(seller, name) != value]
    for name in changed:
        setattr(seller, name, given[name])
    if changed:
        seller.save(update_fields=[*changed, "updated_at"])
        search_rows.refresh_seller_card(seller)
    hide_or_show(seller)
    return seller


def follow_name(user_id: UUID) -> None:
    """Carry a person's changed name to the seller row; a broker's own trade name stays."""
    person = get_user_model()._default_manager.get(pk=user_id)
    seller = Seller.objects.filter(user=person, type="private").first()
    if seller is not None:
        set_seller_facts(user_id=user_id, facts=SellerFacts(name=_shown_name(person)))


def set_suspended(user_id: UUID, *, suspended: bool) -> None:
    """Hide a suspended person's listings, or show them again."""
    if Seller.objects.filter(user_id=user_id).exists():
        set_seller_facts(user_id=user_id, facts=SellerFacts(suspended=suspended))


@transaction.atomic
def enforce_licences() -> int:
    """Hide the listings of sellers whose licence has run out since. Returns how many sellers."""
    lapsed = Seller.objects.filter(
        may_publish_until__lte=clock.now(), listings__status__in=sorted(OCCUPYING)
    ).exclude(listings__hidden_reasons__contains=[HiddenReason.LICENCE_LAPSED])
    sellers = list(lapsed.distinct().order_by("pk"))
    for seller in sellers:
        hide_or_show(lock_seller(seller.pk))
    return len(sellers)


def hide_or_show(seller: Seller) -> None:
    """Bring the hidden reasons of a locked seller's listings in step with the seller's facts."""
    wanted = _reasons(seller)
    ours = {HiddenReason.LICENCE_LAPSED, HiddenReason.SELLER_SUSPENDED}
    rows = Listing.objects.filter(seller=seller, status__in=sorted(OCCUPYING)).order_by("pk")
    for listing in rows.select_for_update(of=("self",)):
        reasons = sorted((set(listing.hidden_reasons) - ours) | wanted)
        if reasons != sorted(listing.hidden_reasons):
            listing.hidden_reasons = reasons
            listing.save(update_fields=["hidden_reasons", "updated_at"])
            search_rows.set_public(listing)


def _reasons(seller: Seller) -> set[str]:
    if seller.suspended:
        return {HiddenReason.SELLER_SUSPENDED}
    return set() if seller.may_publish(clock.now()) else {HiddenReason.LICENCE_LAPSED}


def _shown_name(person: Any) -> str:
    return (person.full_name or "Key2Key")[:150]
