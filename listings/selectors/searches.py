"""Whose saved searches, and which of them a listing may concern."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, QuerySet

from key2key.common import clock
from key2key.common.errors import NotFound
from listings import alerts
from listings.enums import Alert
from listings.models import Listing, SavedSearch, SavedSearchMatch, SearchRow
from listings.selectors.listings import seller_side


def own_searches(user: Any) -> QuerySet[SavedSearch]:
    """A person's saved searches."""
    return SavedSearch.objects.filter(user_id=user.pk)


def own_search(user: Any, *, search_id: UUID) -> SavedSearch:
    """One of a person's saved searches. Raises NotFound."""
    return _one(own_searches(user).filter(pk=search_id))


def lock_own_search(user: Any, *, search_id: UUID) -> SavedSearch:
    """One of a person's saved searches, locked until the transaction ends. Raises NotFound."""
    return _one(own_searches(user).filter(pk=search_id).select_for_update())


def lock_searches(ids: Any) -> QuerySet[SavedSearch]:
    """Searches with their people, locked in id order: before their matches, which hang on them."""
    rows = SavedSearch.objects.filter(pk__in=ids).select_related("user").order_by("pk")
    return rows.select_for_update(of=("self",))


def searches_of_erased(user_id: UUID) -> QuerySet[SavedSearch]:
    """The saved searches of a person who was erased; none of anybody else."""
    return SavedSearch.objects.filter(user_id=user_id, user__status=get_user_model().Status.ERASED)


def searches_concerned_by(listing_id: UUID, *, after: UUID | None) -> QuerySet[SavedSearch]:
    """The searches behind `after`, in id order, that a visible listing may fit, with their people.

    Not of the seller's own side, of nobody who cannot sign in, and none that has found it before.
    """
    row = SearchRow.objects.filter(pk=listing_id, is_public=True).first()
    if row is None:
        return SavedSearch.objects.none()
    listing = Listing.objects.get(pk=listing_id)
    found = SavedSearchMatch.objects.filter(search=OuterRef("pk"), listing=listing_id)
    rows = SavedSearch.objects.filter(
        alerts.concerned(row), ~Exists(found), user__status=get_user_model().Status.ACTIVE
    )
    rows = rows.exclude(alert=Alert.OFF).exclude(user__in=seller_side(listing))
    return (rows.filter(pk__gt=after) if after else rows).select_related("user").order_by("pk")


def digests_due() -> QuerySet[SavedSearch]:
    """Searches with something to tell whose day has come, with their people."""
    untold = SavedSearchMatch.objects.filter(search=OuterRef("pk"), told_at__isnull=True)
    due = SavedSearch.objects.filter(Exists(untold), next_digest_at__lte=clock.now())
    return due.select_related("user").order_by("next_digest_at", "pk")


def _one(rows: QuerySet[SavedSearch]) -> SavedSearch:
    found = rows.first()
    if found is None:
        raise NotFound
    return found
