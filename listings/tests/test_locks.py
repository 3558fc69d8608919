"""What runs beside what: locks are taken in one order, and whoever goes public is judged under them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.tests.factories import StaffFactory
from key2key.common import background, batches, clock
from key2key.common.errors import NotAllowed
from listings import services
from listings.enums import HiddenReason, Status
from listings.models import Listing, ListingChange, SavedSearchMatch, SearchRow, Seller
from listings.services import SellerFacts
from listings.tests.factories import ListingFactory, SavedSearchFactory, SellerFactory

pytestmark = pytest.mark.django_db(transaction=True)
A_MOMENT = 0.5  # below the 2 s after which a lock is given up


def beside(deed: Callable[[], Any]) -> Future[Any]:
    def run() -> Any:
        try:
            return deed()
        finally:
            connection.close()

    return ThreadPoolExecutor(1).submit(run)


def suspend(seller: Seller) -> None:
    services.set_seller_facts(user_id=seller.user_id, facts=SellerFacts(suspended=True))


def test_a_suspension_under_way_stops_an_approval() -> None:
    seller, staff = SellerFactory(), StaffFactory(groups=["moderator"])
    listing = ListingFactory(seller=seller, status=Status.PENDING_REVIEW, submitted_at=clock.now())
    with transaction.atomic():
        suspend(seller)
        approval = beside(lambda: services.approve_listing(listing_id=listing.pk, by=staff))
        time.sleep(A_MOMENT)
    with pytest.raises(NotAllowed):
        approval.result()
    assert Listing.objects.get(pk=listing.pk).status == Status.PENDING_REVIEW
    assert not SearchRow.objects.filter(is_public=True).exists()


@pytest.mark.parametrize("status, step", [("withdrawn", "reactivate"), ("coming_soon", "launch")])
def test_who_is_suspended_while_a_listing_returns_is_hidden(status: str, step: str) -> None:
    seller = SellerFactory()
    listing = ListingFactory(seller=seller, status=status, published_at=clock.now())
    under_way = threading.Event()

    def pause(_listing: Listing) -> None:
        under_way.set()
        time.sleep(A_MOMENT)

    returning = beside(
        lambda: services.step_listing(listing_id=listing.pk, by=seller.user, action=step, check=pause)
    )
    under_way.wait(5)
    suspend(seller)
    returning.result()
    listing.refresh_from_db()
    assert (listing.status, listing.hidden_reasons) == (Status.ACTIVE, [HiddenReason.SELLER_SUSPENDED])
    assert not SearchRow.objects.get(pk=listing.pk).is_public


def test_facts_of_a_seller_wait_for_an_edit_and_do_not_lock_it_out() -> None:
    seller = SellerFactory(type="agency", may_publish_until=clock.now() + timedelta(days=9))
    listing = ListingFactory(seller=seller)
    under_way = threading.Event()

    def pause(_listing: Listing) -> None:
        under_way.set()
        time.sleep(A_MOMENT)

    edit = beside(
        lambda: services.edit_listing(
            listing_id=listing.pk, kind="property", by=seller.user, values={"title": "Another"}, check=pause
        )
    )
    under_way.wait(5)
    services.set_seller_facts(user_id=seller.user_id, facts=SellerFacts(verified=True, suspended=True))
    edit.result()
    row = SearchRow.objects.get(pk=listing.pk)
    assert (row.seller_verified, row.is_public, "Another" in row.card_en) == (True, False, True)


def test_a_rating_waits_for_no_listing() -> None:
    seller = SellerFactory()
    listing = ListingFactory(seller=seller)
    with transaction.atomic():
        Listing.objects.select_for_update().get(pk=listing.pk)
        rating = beside(
            lambda: services.set_seller_facts(user_id=seller.user_id, facts=SellerFacts(response_minutes=9))
        )
        assert rating.result(timeout=1).response_minutes == 9


def test_a_listing_that_somebody_holds_does_not_keep_others_from_expiring() -> None:
    held, free = (ListingFactory(expires_at=clock.now() - timedelta(days=days)) for days in (2, 1))
    with transaction.atomic():
        Listing.objects.select_for_update().get(pk=held.pk)
        assert beside(services.expire_due).result() == 1
    assert Listing.objects.get(pk=free.pk).status == Status.EXPIRED
    assert services.expire_due() == 1, "its turn comes"
    assert Listing.objects.get(pk=held.pk).status == Status.EXPIRED


def test_a_seller_whom_somebody_holds_does_not_keep_others_from_being_hidden() -> None:
    gone = clock.now() - timedelta(days=1)
    held, free = (ListingFactory(seller=SellerFactory(type="broker", may_publish_until=gone)) for _ in "ab")
    with transaction.atomic():
        Seller.objects.select_for_update().get(pk=held.seller_id)
        assert beside(services.enforce_licences).result() == 1
    assert Listing.objects.get(pk=free.pk).hidden_reasons == [HiddenReason.LICENCE_LAPSED]
    assert services.enforce_licences() == 1


def test_pages_hold_every_row_once() -> None:
    ids = sorted(ListingFactory(photos=0).pk for _ in range(5))
    assert list(batches.pages(Listing.objects.all(), size=2)) == [ids[:2], ids[2:4], ids[4:]]
    assert list(batches.pages(Listing.objects.none())) == []


def test_who_changes_a_search_while_it_is_told_waits_for_the_end() -> None:
    """Each would else wait for what the other holds: the search, and the entry of its match."""
    saved, listing = SavedSearchFactory(), ListingFactory()
    services.note_change(listing.pk)
    (duty,) = background.claim(ListingChange, limit=1)
    with transaction.atomic():
        services.match_listing(duty)
        looser = {"query": {"kind": "property"}}
        change = beside(lambda: services.change_search(search_id=saved.pk, by=saved.user, changes=looser))
        time.sleep(A_MOMENT)
    assert change.result().query == looser["query"]
    assert SavedSearchMatch.objects.filter(search=saved).count() == 1
