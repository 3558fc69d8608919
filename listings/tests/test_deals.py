"""How a deal moves its listing, and that nobody else does meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import IntegrityError

from accounts.tests.factories import StaffFactory
from accounts.tests.parallel import at_once
from key2key.common import clock
from key2key.common.errors import Conflict
from key2key.common.ids import uuid7
from key2key.common.models import AuditEntry, Event
from listings import services
from listings.enums import CloseKind, Status
from listings.models import Listing, SearchRow
from listings.services import Closing
from listings.tests.factories import ListingFactory

pytestmark = pytest.mark.django_db
DEAL = uuid7()


def row(listing: Listing) -> dict[str, Any]:
    values: dict[str, Any] = Listing.objects.values().get(pk=listing.pk)
    return values


def closing() -> Closing:
    return Closing(kind=CloseKind.SOLD, price=Decimal("12000000.00"), day=clock.today())


def told(name: str) -> list[dict[str, Any]]:
    return [event.payload for event in Event.objects.filter(name=f"listings.{name}").order_by("pk")]


@pytest.fixture
def listing() -> Listing:
    made: Listing = ListingFactory(expires_at=clock.now() + timedelta(days=30))
    return made


@pytest.fixture
def under_offer(listing: Listing) -> Listing:
    return services.accept_offer(listing_id=listing.pk, deal_id=DEAL, by=listing.owner)


@pytest.fixture
def reserved(under_offer: Listing) -> Listing:
    return services.reserve(listing_id=under_offer.pk)


def test_an_accepted_offer_puts_the_listing_under_offer(under_offer: Listing) -> None:
    now = row(under_offer)
    assert (now["status"], now["deal_id"]) == (Status.UNDER_OFFER, DEAL)
    assert AuditEntry.objects.get(action="listing.accept_offer").actor_id == under_offer.owner_id
    assert '"status":"under_offer"' in SearchRow.objects.get(pk=under_offer.pk).card_en
    assert len(told("ListingChanged")) == 1
    assert told("ListingPublished") == [], "it was on the market all the while"


def test_a_repeat_for_the_same_deal_is_harmless_and_another_deal_is_refused(under_offer: Listing) -> None:
    before = row(under_offer)
    services.accept_offer(listing_id=under_offer.pk, deal_id=DEAL, by=under_offer.owner)
    with pytest.raises(Conflict) as refused:
        services.accept_offer(listing_id=under_offer.pk, deal_id=uuid7(), by=under_offer.owner)
    assert refused.value.code == "deal_open"
    assert row(under_offer) == before
    assert len(told("ListingChanged")) == 1


@pytest.mark.parametrize("status", [Status.DRAFT, Status.ON_HOLD, Status.COMING_SOON])
def test_what_is_not_on_the_market_takes_no_offer(status: str) -> None:
    listing = ListingFactory(status=status)
    with pytest.raises(Conflict) as refused:
        services.accept_offer(listing_id=listing.pk, deal_id=DEAL, by=listing.owner)
    assert refused.value.code == "illegal_transition"
    assert row(listing)["deal_id"] is None


def test_a_deposit_reserves_it_once(reserved: Listing) -> None:
    before = row(reserved)
    assert before["status"] == Status.RESERVED
    services.reserve(listing_id=reserved.pk)
    assert row(reserved) == before


def test_a_deal_that_takes_longer_than_the_period_does_not_lengthen_it(under_offer: Listing) -> None:
    ends = under_offer.expires_at
    with clock.advanced(timedelta(days=40)):
        assert services.expire_due() == 0, "expiry waits"
        services.reserve(listing_id=under_offer.pk)
    assert (row(under_offer)["status"], row(under_offer)["expires_at"]) == (Status.RESERVED, ends)


@pytest.mark.parametrize("step", ["withdraw", "hold", "cancel", "close"])
@pytest.mark.parametrize("state", ["under_offer", "reserved"])
def test_the_owner_cannot_move_it_while_a_deal_is_open(
    request: pytest.FixtureRequest, sign_in: Callable[..., Any], state: str, step: str
) -> None:
    listing = request.getfixturevalue(state)
    before, events = row(listing), Event.objects.count()
    body = {"close_kind": "sold", "close_date": str(clock.today())} if step == "close" else {}
    client = sign_in(listing.owner)
    answer = client.post(f"/api/v1/listings/{listing.pk}/{step}", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "deal_open")
    assert answer.json()["allowed"] == []
    assert row(listing) == before
    assert Event.objects.count() == events
    assert client.get(f"/api/v1/listings/{listing.pk}").json()["allowed_actions"] == []


def test_without_a_deal_the_owner_moves_it(sign_in: Callable[..., Any]) -> None:
    """The negative control: it is the deal that refuses, not the status."""
    listing = ListingFactory(status=Status.UNDER_OFFER)
    answer = sign_in(listing.owner).post(f"/api/v1/listings/{listing.pk}/withdraw", {}, format="json")
    assert answer.status_code == 200


@pytest.mark.parametrize("state", ["under_offer", "reserved"])
def test_a_deal_that_fell_through_puts_it_back(request: pytest.FixtureRequest, state: str) -> None:
    listing = request.getfixturevalue(state)
    services.fall_through(listing_id=listing.pk, reason="The buyer withdrew")
    now = row(listing)
    assert (now["status"], now["deal_id"]) == (Status.ACTIVE, None)
    assert AuditEntry.objects.get(action="listing.fall_through").reason == "The buyer withdrew"
    changes = len(told("ListingChanged"))
    services.fall_through(listing_id=listing.pk)
    assert (row(listing), len(told("ListingChanged"))) == (now, changes), "a repeat changes nothing"
    assert SearchRow.objects.get(pk=listing.pk).is_public


def test_a_deal_that_fell_through_too_late_leaves_it_expired(reserved: Listing) -> None:
    with clock.advanced(timedelta(days=40)):
        services.fall_through(listing_id=reserved.pk)
    assert (row(reserved)["status"], row(reserved)["deal_id"]) == (Status.EXPIRED, None)
    assert not SearchRow.objects.get(pk=reserved.pk).is_public


def test_keys_close_it_with_price_and_day(reserved: Listing) -> None:
    services.close_by_deal(listing_id=reserved.pk, closing=closing())
    now = row(reserved)
    assert (now["status"], now["deal_id"], now["close_kind"]) == (Status.CLOSED, None, CloseKind.SOLD)
    assert (now["close_price"], now["close_date"]) == (Decimal("12000000.00"), clock.today())
    services.close_by_deal(listing_id=reserved.pk, closing=closing())
    assert row(reserved) == now
    assert told("ListingClosed") == [
        {"listing_id": str(reserved.pk), "owner_id": str(reserved.owner_id), "close_kind": "sold"}
    ]


def test_an_owner_who_closes_it_is_heard_too(listing: Listing) -> None:
    services.close_listing(listing_id=listing.pk, by=listing.owner, closing=closing())
    assert [event["close_kind"] for event in told("ListingClosed")] == ["sold"]


def test_staff_remove_it_all_the_same_and_the_deal_hears(reserved: Listing) -> None:
    services.remove_listing(listing_id=reserved.pk, by=StaffFactory(), reason="A fraud")
    assert row(reserved)["status"] == Status.REMOVED
    assert told("ListingRemoved") == [
        {"listing_id": str(reserved.pk), "owner_id": str(reserved.owner_id), "deal_id": str(DEAL)}
    ]
    with pytest.raises(Conflict, match="illegal_transition"):
        services.close_by_deal(listing_id=reserved.pk, closing=closing())
    services.fall_through(listing_id=reserved.pk)
    assert (row(reserved)["status"], row(reserved)["deal_id"]) == (Status.REMOVED, None)


def test_a_removal_without_a_deal_names_none(listing: Listing) -> None:
    services.remove_listing(listing_id=listing.pk, by=StaffFactory(), reason="A duplicate")
    assert [event["deal_id"] for event in told("ListingRemoved")] == [None]


def test_the_database_knows_that_a_deal_holds_only_what_is_in_one(listing: Listing) -> None:
    with pytest.raises(IntegrityError, match="listings_deal_holds_it"), transaction.atomic():
        Listing.objects.filter(pk=listing.pk).update(deal_id=DEAL)


def test_a_seller_who_is_suspended_keeps_the_deal_and_loses_the_eyes(reserved: Listing) -> None:
    facts = services.SellerFacts(suspended=True)
    services.set_seller_facts(user_id=reserved.owner_id, facts=facts)
    assert row(reserved)["status"] == Status.RESERVED
    assert not SearchRow.objects.get(pk=reserved.pk).is_public


@pytest.mark.django_db(transaction=True)
def test_of_many_acceptances_at_once_one_deal_gets_it() -> None:
    listing = ListingFactory()
    deals = [uuid7() for _ in range(10)]

    def accept(number: int) -> str:
        try:
            services.accept_offer(listing_id=listing.pk, deal_id=deals[number], by=listing.owner)
        except Conflict as refusal:
            return refusal.code
        return "accepted"

    answers = at_once(len(deals), accept)
    assert sorted(answers) == ["accepted", *["deal_open"] * 9]
    assert row(listing)["deal_id"] == deals[answers.index("accepted")]
