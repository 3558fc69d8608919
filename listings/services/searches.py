"""Searches that people keep, and how they are told of what fits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from constance import config
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.selectors import lock_user
from key2key.common import background, batches, clock
from key2key.common.conditions import Precondition, always
from key2key.common.errors import Conflict
from listings import alerts, selectors, shown
from listings.areas import place
from listings.enums import Alert
from listings.models import Listing, ListingChange, SavedSearch, SavedSearchMatch
from notifications.services import notify

SEARCHES_AT_ONCE = 500
PERIODS = {Alert.DAILY: timedelta(days=1), Alert.WEEKLY: timedelta(days=7)}


@transaction.atomic
def save_search(*, by: Any, name: str, query: Mapping[str, Any], alert: str) -> SavedSearch:
    """Keep a search. What it finds today is no news.

    Locks the person. Raises InvalidInput (see `alerts.read`), Conflict ("saved_search_limit").
    """
    kept = alerts.read(query)
    lock_user(by.pk)
    most = int(config.SAVED_SEARCH_LIMIT)
    if selectors.own_searches(by).count() >= most:
        sentence = _("You have %(most)d saved searches, as many as you may.") % {"most": most}
        raise Conflict("saved_search_limit", sentence, limit=most)
    saved = SavedSearch(user_id=by.pk, name=name, query=dict(query), alert=alert, **kept.columns)
    saved.next_digest_at = _next_digest(alert)
    saved.save(force_insert=True)
    alerts.note_present(saved, kept.question)
    return saved


@transaction.atomic
def change_search(
    *, search_id: UUID, by: Any, changes: Mapping[str, Any], check: Precondition = always
) -> SavedSearch:
    """Change name, query or alert; what another query finds today is no news either.

    Locks the search. Raises NotFound, Stale, InvalidInput.
    """
    saved = selectors.lock_own_search(by, search_id=search_id)
    check(saved)
    was_off = saved.alert == Alert.OFF
    if changes.get("alert", saved.alert) != saved.alert:
        saved.next_digest_at = _next_digest(changes["alert"])
    kept = alerts.read(changes.get("query", saved.query))
    for name, value in {**changes, **kept.columns}.items():
        setattr(saved, name, value)
    saved.save()
    if "query" in changes or was_off:
        alerts.note_present(saved, kept.question)
    return saved


@transaction.atomic
def forget_search(*, search_id: UUID, by: Any, check: Precondition = always) -> None:
    """Throw a saved search away. Locks it. Raises NotFound, Stale."""
    saved = selectors.lock_own_search(by, search_id=search_id)
    check(saved)
    saved.delete()


@transaction.atomic
def forget_searches_of(user_id: UUID) -> None:
    """An erased person looks for nothing any more. Safe to repeat; does nothing for others.

    Locks the searches.
    """
    held = selectors.lock_searches(selectors.searches_of_erased(user_id).values("pk"))
    SavedSearch.objects.filter(pk__in=[saved.pk for saved in held]).delete()


def note_change(listing_id: UUID, *, after: UUID | None = None) -> None:
    """Write down that a listing is to be held against the saved searches behind `after`.

    Ten changes at once are one duty: the one that still waits will see them all.
    """
    waits = ListingChange.objects.filter(listing_id=listing_id, work_state=ListingChange.WorkState.QUEUED)
    if after is None and waits.filter(after__isnull=True).exists():
        return
    ListingChange.objects.create(listing_id=listing_id, after=after)
    background.wake("listings.tasks.match_saved_searches")


def match_waiting() -> int:
    """Hold new and changed listings against the saved searches. Returns how many duties were claimed."""
    return background.perform(ListingChange)


@transaction.atomic
def match_listing(change: ListingChange) -> None:
    """Find up to 500 searches that the listing fits, and tell at once who wants to know at once.

    The handler of this kind of work: its end, the matches, the news and the duty of the next 500 are one
    transaction. Nobody is told twice of a listing, whatever becomes of it. A duty that is done goes. Locks
    the searches that fit.
    """
    background.finish(change)
    ListingChange.objects.filter(pk=change.pk).delete()
    concerned = selectors.searches_concerned_by(change.listing_id, after=change.after)
    candidates = list(concerned[:SEARCHES_AT_ONCE])
    if not candidates:
        return
    if len(candidates) == SEARCHES_AT_ONCE:
        note_change(change.listing_id, after=candidates[-1].pk)
    found = alerts.fitting(candidates, listing_id=change.listing_id)
    fitting = list(selectors.lock_searches([one.pk for one in found]))
    new = alerts.note((one.pk, change.listing_id) for one in fitting)
    instant = [one for one in fitting if one.pk in new and one.alert == Alert.INSTANT]
    if instant:
        listing = selectors.with_details(Listing.objects.all()).get(pk=change.listing_id)
        for saved in instant:
            _tell(saved, listing, count=1)
        _told(SavedSearchMatch.objects.filter(search__in=instant, listing=listing))


def send_digests_due() -> int:
    """Tell who wants to know daily or weekly, each in a transaction of its own. Returns how many."""
    due = list(selectors.digests_due().values_list("pk", flat=True))
    return batches.each_alone(due, deed=_send_digest)


@transaction.atomic
def _send_digest(search_id: UUID) -> bool:
    saved = selectors.digests_due().select_for_update(of=("self",)).filter(pk=search_id).first()
    if saved is None:
        return False
    untold = SavedSearchMatch.objects.filter(search=saved, told_at__isnull=True)
    visible = selectors.with_details(selectors.visible_listings()).filter(pk__in=untold.values("listing_id"))
    newest = visible.order_by("-published_at", "-pk").first()
    if newest is not None:
        _tell(saved, newest, count=visible.count())
    _told(untold)
    saved.next_digest_at = _next_digest(saved.alert)
    saved.save(update_fields=["next_digest_at", "updated_at"])
    return newest is not None


def _tell(saved: SavedSearch, listing: Listing, *, count: int) -> None:
    language = saved.user.language
    notify(
        kind="saved_search_match",
        user=saved.user,
        data={
            "search": saved.name,
            "listing": shown.titles(listing, languages=[language])[language],
            "price": f"{listing.price} {listing.currency}" if listing.price is not None else "",
            "place": place(listing.area_id, language)["name"],
            "count": count,
            "link": f"/listings/{listing.pk}" if count == 1 else f"/saved-searches/{saved.pk}",
        },
    )


def _told(matches: Any) -> None:
    matches.update(told_at=clock.now())


def _next_digest(alert: str) -> datetime | None:
    return clock.now() + PERIODS[Alert(alert)] if alert in PERIODS else None
