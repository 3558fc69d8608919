"""Professionals as everybody sees them: who is seen, what is shown, what the list can be asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from brokers.enums import BrokerStatus, LicenceState, Speciality
from brokers.tests.factories import BrokerFactory
from listings.enums import Status
from listings.tests.factories import ListingFactory, SellerFactory

pytestmark = pytest.mark.django_db
S = BrokerStatus
LIST = "/api/v1/brokers"


def test_it_shows_what_people_choose_by_and_keeps_the_rest(api: APIClient) -> None:
    broker = BrokerFactory(
        telegram="bole_homes", website="https://bole.example", licence__number="ET-123456789"
    )
    seller = SellerFactory(user=broker.user)
    ListingFactory.create_batch(2, seller=seller)
    ListingFactory(seller=seller, status=Status.DRAFT)
    shown = api.get(f"{LIST}/{broker.pk}").json()
    assert (shown["name"], shown["active_listings"], shown["closed_deals"]) == (
        broker.user.full_name,
        2,
        0,
    )
    assert shown["licence"] == {
        "authority": "Addis Ababa Trade Bureau",
        "category": "Broker",
        "region": "Addis Ababa",
        "expires_on": str(broker.licences.get().expires_on),
        "number_ending": "6789",
    }
    text = str(shown)
    assert broker.phone not in text
    assert "ET-123456789" not in text
    assert {"rating", "reviews_count", "response_minutes", "languages", "areas", "telegram"} <= set(shown)


@pytest.mark.parametrize("status", [each for each in S if each != S.ACTIVE])
def test_only_the_active_are_seen(api: APIClient, status: str) -> None:
    broker = BrokerFactory(status=status)
    assert api.get(f"{LIST}/{broker.pk}").status_code == 404
    assert api.get(f"{LIST}/{broker.pk}/reviews").status_code == 404
    assert api.get(LIST).json()["results"] == []


@pytest.mark.parametrize("state", [state for state in LicenceState if state != LicenceState.CONFIRMED])
def test_nobody_is_seen_whose_licence_does_not_hold(api: APIClient, state: str) -> None:
    broker = BrokerFactory(licence__state=state)
    assert api.get(f"{LIST}/{broker.pk}").status_code == 404
    assert api.get(LIST).json()["results"] == []


def test_nobody_is_seen_whose_account_is_suspended(api: APIClient) -> None:
    broker = BrokerFactory(user__status=User.Status.SUSPENDED)
    assert api.get(f"{LIST}/{broker.pk}").status_code == 404


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("area=bole", {"Bole", "Gerji", "Addis"}),
        ("area=gerji", {"Bole", "Gerji", "Addis"}),  # who works all around works there too
        ("area=yeka", {"Addis"}),
        ("area=addis-ababa", {"Bole", "Gerji", "Addis"}),
        ("area=hawassa", {"Hawassa"}),
        ("speciality=cars", {"Gerji"}),
        ("language=om", {"Hawassa"}),
        ("rating_min=4.5", {"Bole"}),
        ("verified=true", {"Addis"}),
        ("verified=false", {"Bole", "Gerji", "Hawassa"}),
        ("q=awas", {"Hawassa"}),
        ("q=addis&area=hawassa", set()),
    ],
)
def test_each_filter_narrows(api: APIClient, query: str, fits: set[str]) -> None:
    BrokerFactory(user__full_name="Bole", rating="4.60")
    BrokerFactory(user__full_name="Gerji", places=["gerji"], specialities=[Speciality.CARS], rating="4.40")
    BrokerFactory(user__full_name="Addis", places=["addis-ababa"], user__identity_verified=True)
    BrokerFactory(user__full_name="Hawassa", places=["hawassa"], languages=["om"])
    answer = api.get(f"{LIST}?{query}")
    assert answer.status_code == 200, answer.content
    found = {row["name"] for row in answer.json()["results"]}
    assert found == fits


@pytest.mark.parametrize(
    "query", ["area=atlantis", "speciality=castles", "rating_min=6", "verified=perhaps", "cheap=yes"]
)
def test_what_no_filter_knows_is_refused(api: APIClient, query: str) -> None:
    assert api.get(f"{LIST}?{query}").status_code == 400


def test_pages_follow_each_other_without_a_gap(api: APIClient) -> None:
    made = {str(broker.pk) for broker in BrokerFactory.create_batch(5)}
    seen: list[str] = []
    address: str | None = f"{LIST}?limit=2"
    while address:
        page = api.get(address).json()
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert len(seen) == len(made)
    assert set(seen) == made


def test_the_list_costs_the_same_for_many(api: APIClient, assert_same_queries: Callable[..., None]) -> None:
    assert_same_queries(api, LIST, add=BrokerFactory.create_batch)
