from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.tests.desk import at_desk
from brokers.enums import BrokerStatus, DealState, LicenceState
from brokers.models import Broker, Licence
from brokers.tests.factories import deal_in
from key2key.common import clock
from key2key.tests.features.dealing import ask, do, later, news, read, refused, settle
from key2key.tests.features.market import API, Desk, Person
from listings.models import Seller
from listings.tests.factories import ListingFactory

pytestmark = pytest.mark.django_db
GOOD = {"rating": 5, "text": "Honest and quick.", "sub_scores": {"honesty": 5, "punctuality": 4}}
FAIR = {"rating": 3, "text": "Paid late."}


@pytest.fixture
def done(person: Callable[..., Person], sign_in: Callable[..., APIClient]) -> tuple[str, Person, Person, str]:
    """A completed deal, its buyer, its seller, and the seller's page as a broker."""
    deal = deal_in(DealState.COMPLETED)
    broker = Broker.objects.create(user=deal.owner, status=BrokerStatus.ACTIVE)
    Licence.objects.create(
        broker=broker,
        number="ET-1",
        authority="Addis Ababa Trade Bureau",
        expires_on=clock.today() + timedelta(days=300),
        state=LicenceState.CONFIRMED,
    )
    settle()
    people = (Person(user, sign_in(user)) for user in (deal.buyer, deal.owner))
    return str(deal.pk), *people, str(broker.pk)


def published(api: APIClient, broker: str) -> list[dict[str, Any]]:
    """The reviews that everybody reads on a broker's page."""
    answer = api.get(f"{API}/brokers/{broker}/reviews")
    assert answer.status_code == 200, answer.content
    reviews: list[dict[str, Any]] = answer.json()["results"]
    return reviews


def test_brk_9_only_the_sides_of_a_completed_deal_review_once_with_scores_and_a_reply(
    api: APIClient, done: tuple[str, Person, Person, str], person: Callable[..., Person]
) -> None:
    deal, buyer, seller, broker = done
    stranger = person()
    assert refused(ask(stranger, f"deals/{deal}/reviews", GOOD)) == (404, "not_found")
    running = deal_in(DealState.HANDOVER, buyer=buyer.user)
    assert refused(ask(buyer, f"deals/{running.pk}/reviews", GOOD)) == (409, "deal_not_completed")
    do(buyer, f"deals/{deal}/reviews", GOOD)
    assert refused(ask(buyer, f"deals/{deal}/reviews", FAIR)) == (409, "review_exists")
    do(seller, f"deals/{deal}/reviews", FAIR)

    (review,) = published(api, broker)
    assert (review["rating"], review["sub_scores"], review["author"]) == (
        5,
        GOOD["sub_scores"],
        buyer.user.full_name,
    )
    assert refused(ask(buyer, f"reviews/{review['id']}/reply", {"text": "Me"})) == (404, "not_found")
    do(seller, f"reviews/{review['id']}/reply", {"text": "Thank you."})
    assert refused(ask(seller, f"reviews/{review['id']}/reply", {"text": "Again"})) == (409, "reply_exists")
    assert published(api, broker)[0]["reply"] == "Thank you."
    (about_buyer,) = api.get(f"{API}/users/{buyer.user.pk}/reviews").json()["results"]
    assert about_buyer["rating"] == 3


def test_brk_9_staff_hide_a_reported_review(
    api: APIClient, done: tuple[str, Person, Person, str], person: Callable[..., Person]
) -> None:
    deal, buyer, seller, broker = done
    do(buyer, f"deals/{deal}/reviews", GOOD | {"rating": 1})
    do(seller, f"deals/{deal}/reviews", FAIR)
    (review,) = published(api, broker)
    assert api.get(f"{API}/brokers/{broker}").json()["rating"] == "1.00"
    report = {"reason": "offensive", "text": "A lie"}
    for _ in "ab":
        assert ask(person(), f"reviews/{review['id']}/report", report).status_code in {200, 201}
    desk = Desk(at_desk("moderator"))
    hiding = {"_form_submitted": "true", "reason": "I say so"}
    assert at_desk("finance").post(f"/admin/brokers/review/{review['id']}/hide/", hiding).status_code == 403
    assert len(published(api, broker)) == 1
    desk.act(f"brokers/review/{review['id']}", "hide", reason="Not about the deal")
    assert published(api, broker) == []
    page = api.get(f"{API}/brokers/{broker}").json()
    assert (page["rating"], page["reviews_count"]) == (None, 0)
    desk.act(f"brokers/review/{review['id']}", "show", reason="It was, after all")
    assert len(published(api, broker)) == 1


def test_brk_10_reviews_of_both_sides_appear_together(
    api: APIClient, done: tuple[str, Person, Person, str]
) -> None:
    deal, buyer, seller, broker = done
    assert do(buyer, f"deals/{deal}/reviews", GOOD)["state"] == "pending"
    assert published(api, broker) == []
    assert "Honest" not in str(read(seller, f"deals/{deal}")), "neither sees the other's first"
    assert do(seller, f"deals/{deal}/reviews", FAIR)["state"] == "published"
    assert [review["rating"] for review in published(api, broker)] == [5]
    settle()
    for side in (buyer, seller):
        assert news(side).count("reviews_published") == 1


def test_brk_10_or_at_the_deadline(api: APIClient, done: tuple[str, Person, Person, str]) -> None:
    deal, buyer, seller, broker = done
    do(buyer, f"deals/{deal}/reviews", GOOD)
    with later(days=12):
        assert published(api, broker) == []
        assert (news(buyer).count("review_due"), news(seller).count("review_due")) == (0, 1)
    with later(days=15):
        assert [review["rating"] for review in published(api, broker)] == [5]
        assert refused(ask(seller, f"deals/{deal}/reviews", FAIR)) == (409, "review_time_over")


def test_brk_11_closed_deals_are_counted_on_the_brokers_page(
    api: APIClient, done: tuple[str, Person, Person, str]
) -> None:
    _deal, _buyer, seller, broker = done

    def counted() -> int:
        settle()
        closed: int = api.get(f"{API}/brokers/{broker}").json()["closed_deals"]
        return closed

    assert counted() == 1
    own = Seller.objects.get(user=seller.user)
    for state in (DealState.CANCELLED, DealState.HANDOVER):
        deal_in(state, listing=ListingFactory(seller=own))
    deal_in(DealState.COMPLETED)
    assert counted() == 1, "neither others' deals nor those without keys"
    deal_in(DealState.COMPLETED, listing=ListingFactory(seller=own))
    assert counted() == 2
