"""Who may be seen: licences that lapse and return, people who are suspended, renamed, erased."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts import services as accounts
from accounts.tests.factories import StaffFactory, UserFactory
from key2key.common import background, clock
from key2key.common.events import deliver
from key2key.common.models import EventDelivery
from listings import services
from listings.enums import HiddenReason, Status
from listings.models import Listing, SearchRow, Seller
from listings.services import SellerFacts
from listings.tests.factories import ListingFactory, SellerFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def step(client: APIClient, listing: Listing, action: str) -> Any:
    return client.post(f"/api/v1/listings/{listing.pk}/{action}", {}, format="json")


def reasons_of(listing: Listing) -> list[str]:
    reasons: list[str] = Listing.objects.values_list("hidden_reasons", flat=True).get(pk=listing.pk)
    return reasons


def licensed(seller: Seller, *, days: int) -> None:
    until = clock.now() + timedelta(days=days)
    services.set_seller_facts(user_id=seller.user_id, facts=SellerFacts(may_publish_until=until))


def heard_in_reverse(user_id: Any) -> None:
    """Let the listings' receivers hear what happened to the person, the last news first."""
    waiting = [duty for duty in background.claim(EventDelivery, limit=100) if "listings" in duty.receiver]
    for duty in sorted(waiting, key=lambda one: -one.pk):
        deliver(duty)
    assert waiting


def test_what_returns_has_the_reasons_of_the_day(sign_in: Any) -> None:
    seller = SellerFactory(type="broker", may_publish_until=clock.now() + DAY)
    client, listing = sign_in(seller.user), ListingFactory(seller=seller)
    with clock.advanced(2 * DAY):
        services.enforce_licences()
        assert reasons_of(listing) == [HiddenReason.LICENCE_LAPSED]
        assert step(client, listing, "withdraw").status_code == 200
        licensed(seller, days=3)
        assert step(client, listing, "reactivate").status_code == 200
    assert reasons_of(listing) == []
    assert SearchRow.objects.get(pk=listing.pk).is_public


def test_other_reasons_stay_when_a_listing_returns(sign_in: Any) -> None:
    seller = SellerFactory()
    listing = ListingFactory(
        seller=seller, status=Status.WITHDRAWN, published_at=clock.now(),
        hidden_reasons=[HiddenReason.REPORTS, HiddenReason.SELLER_SUSPENDED],
    )  # fmt: skip
    assert step(sign_in(seller.user), listing, "reactivate").status_code == 200
    assert reasons_of(listing) == [HiddenReason.REPORTS]


def test_a_leftover_reason_on_one_listing_does_not_spare_the_others() -> None:
    seller = SellerFactory(type="broker", may_publish_until=clock.now() - DAY)
    ListingFactory(seller=seller, hidden_reasons=[HiddenReason.LICENCE_LAPSED])
    ListingFactory(
        seller=seller, status=Status.WITHDRAWN, published_at=clock.now(),
        hidden_reasons=[HiddenReason.LICENCE_LAPSED],
    )  # fmt: skip
    other = ListingFactory(seller=seller)
    assert services.enforce_licences() == 1
    assert reasons_of(other) == [HiddenReason.LICENCE_LAPSED]
    assert not SearchRow.objects.get(pk=other.pk).is_public
    assert services.enforce_licences() == 0


@pytest.mark.parametrize("facts", [{"type": "private"}, {"type": "broker", "suspended": True}])
def test_whom_a_licence_does_not_concern_is_left_alone(facts: dict[str, Any]) -> None:
    ListingFactory(seller=SellerFactory(may_publish_until=clock.now() - DAY, **facts))
    assert services.enforce_licences() == 0


def test_news_that_come_the_wrong_way_round_end_as_things_are() -> None:
    user, staff = UserFactory(full_name="Abebe Bikila"), StaffFactory(is_superuser=True)
    services.open_private_seller(user.pk)
    accounts.suspend_user(user_id=user.pk, by=staff, reason="Under inquiry")
    accounts.reinstate_user(user_id=user.pk, by=staff, reason="Cleared")
    heard_in_reverse(user.pk)
    assert not Seller.objects.get(user=user).suspended

    accounts.suspend_user(user_id=user.pk, by=staff, reason="Again")
    accounts.change_user(user_id=user.pk, by=staff, changes={"full_name": "Abebe B."})
    heard_in_reverse(user.pk)
    seller = Seller.objects.get(user=user)
    assert (seller.suspended, seller.name) == (True, "Abebe B.")
    assert "Abebe B." in seller.card.card


def test_who_is_suspended_before_the_first_listing_is_suspended_as_a_seller() -> None:
    user, staff = UserFactory(), StaffFactory(is_superuser=True)
    accounts.suspend_user(user_id=user.pk, by=staff, reason="Under inquiry")
    assert services.open_private_seller(user.pk).suspended


def test_a_trade_name_stays_when_the_person_is_renamed() -> None:
    seller, staff = SellerFactory(type="broker", name="Selam Homes"), StaffFactory(is_superuser=True)
    accounts.change_user(user_id=seller.user_id, by=staff, changes={"full_name": "Somebody Else"})
    background.sweep()
    seller.refresh_from_db()
    assert seller.name == "Selam Homes"
