"""How many listings a seller may have on the market at once, and which of them are shown when it is fewer.

When a quota shrinks below what is there, nothing is moved: the surplus is hidden, and comes back by itself
as places become free. Shown stays what a deal holds, then what is boosted, then what came first: views,
leads and bookmarks were won by those that are there the longest, and the last ones came because of the
places that are gone. What is shown already is never pushed out by what is hidden.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from constance import config
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from key2key.common import clock
from key2key.common.errors import Conflict
from listings.enums import OCCUPYING, HiddenReason, SellerType, Status
from listings.models import Listing, Seller

COUNTED = OCCUPYING | {Status.PENDING_REVIEW, Status.PENDING_PAYMENT}
_FREE = {
    SellerType.PRIVATE: "PRIVATE_LIVE_LIMIT",
    SellerType.BROKER: "BROKER_LIVE_LIMIT",
    SellerType.AGENCY: "AGENCY_LIVE_LIMIT",
}


def free_places() -> dict[str, int]:
    """The places that everybody has without a plan, by type of seller."""
    return {str(kind): int(getattr(config, name)) for kind, name in _FREE.items()}


def quota_of(seller: Seller) -> int:
    """How many listings the seller may have on the market: what was written down, else the free places."""
    if seller.live_quota is not None:
        return seller.live_quota
    return int(getattr(config, _FREE[SellerType(seller.type)]))


def taken_by(seller: Seller) -> int:
    """How many places the seller's listings take: on the market, on hold, and on their way there."""
    return Listing.objects.filter(seller=seller, status__in=sorted(COUNTED)).count()


def require_place(listing: Listing, *, seller: Seller) -> None:
    """Refuse to let one more on its way to the market than the locked seller may have there.

    Raises Conflict ("quota_reached").
    """
    quota = quota_of(seller)
    others = Listing.objects.filter(seller=seller, status__in=sorted(COUNTED)).exclude(pk=listing.pk)
    if others.count() >= quota:
        raise Conflict(
            "quota_reached",
            _("You have %(most)d listings on the market, as many as you may.") % {"most": quota},
            limit=quota,
        )


def has_place(listing: Listing, *, seller: Seller) -> bool:
    """Whether a listing of the locked seller can be shown beside those that are."""
    return _shown(Listing.objects.filter(seller=seller).exclude(pk=listing.pk)).count() < quota_of(seller)


def surplus(listings: Iterable[Listing], *, seller: Seller) -> set[UUID]:
    """Those of all listings of the locked seller, locked too, that the quota has no place for."""
    placed = [listing for listing in listings if listing.status in OCCUPYING]
    if not placed:
        return set()
    return {listing.pk for listing in sorted(placed, key=_rank)[quota_of(seller) :]}


def sellers_with_room() -> QuerySet[Seller]:
    """Sellers of whom a listing is hidden for want of a place while there is one."""
    mine = Listing.objects.filter(seller=OuterRef("pk"), status__in=sorted(OCCUPYING)).order_by()
    hidden = mine.filter(hidden_reasons__contains=[HiddenReason.QUOTA])
    shown = _shown(mine).values("seller").annotate(all=Count("pk")).values("all")
    free = Case(*(When(type=kind, then=Value(most)) for kind, most in free_places().items()))
    return Seller.objects.annotate(
        most=Coalesce("live_quota", free, output_field=IntegerField()),
        shown=Coalesce(Subquery(shown), 0, output_field=IntegerField()),
    ).filter(Exists(hidden), shown__lt=F("most"))


def _shown(rows: QuerySet[Listing]) -> QuerySet[Listing]:
    return rows.filter(status__in=sorted(OCCUPYING)).exclude(hidden_reasons__contains=[HiddenReason.QUOTA])


def _rank(listing: Listing) -> tuple[Any, ...]:
    is_hidden = HiddenReason.QUOTA in listing.hidden_reasons
    is_boosted = listing.boosted_until is not None and listing.boosted_until > clock.now()
    since = listing.published_at or listing.created_at
    return not listing.has_open_deal, is_hidden, not is_boosted, since, listing.pk
