"""Searches that people keep: making, changing, throwing away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts import services as accounts
from accounts.models import User
from accounts.tests.factories import StaffFactory, UserFactory
from accounts.tests.parallel import at_once
from key2key.common import background
from key2key.common.errors import Conflict
from key2key.common.plugins import privacy
from listings import services
from listings.models import Area, SavedSearch, SavedSearchMatch
from listings.tests.factories import ListingFactory, SavedSearchFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/saved-searches"
QUERY = {
    "kind": "property", "purpose": ["sale"], "location": "bole", "bedrooms_min": 3, "with_photos": True,
    "price_max": "20000000", "q": "villa",
}  # fmt: skip


@pytest.fixture
def user() -> User:
    made: User = UserFactory()
    return made


@pytest.fixture
def client(sign_in: Callable[..., Any], user: User) -> Any:
    return sign_in(user)


def post(client: Any, **body: Any) -> Any:
    return client.post(URL, {"name": "Homes", "query": QUERY, **body}, format="json")


def pointers(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.content
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


def test_a_search_is_kept_as_it_was_given(client: Any, user: User) -> None:
    answer = post(client)
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["name"], body["query"], body["alert"]) == ("Homes", QUERY, "instant")
    assert answer.headers["Location"].endswith(f"{URL}/{body['id']}")
    assert client.get(f"{URL}/{body['id']}").json() == body
    assert client.get(URL).json()["results"] == [body]
    saved = SavedSearch.objects.get(user=user)
    bole = Area.objects.get(slug="bole").pk
    assert (saved.kind, saved.purposes, saved.areas) == ("property", ["sale"], [bole])
    assert (saved.price_min, saved.price_max, saved.currency) == (None, 20_000_000, "ETB")


def test_what_is_named_nowhere_narrows_nothing() -> None:
    saved = SavedSearchFactory(query={"q": "villa"})
    roots = list(Area.objects.filter(parent=None).values_list("pk", flat=True))
    assert (saved.kind, saved.purposes, saved.areas, saved.price_min) == ("", [], roots, None)
    assert SavedSearchFactory(query={"fuel_type": "diesel"}).kind == "vehicle", "only vehicles have any"
    assert SavedSearchFactory(query={"purpose": "rent"}).purposes == ["long_rent", "short_rent"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [("/query", "required")]),
        ({"sort": "price"}, [("/query", "required")]),
        ({"colour": "red"}, [("/query/colour", "unknown_parameter")]),
        ({"limit": 5}, [("/query/limit", "unknown_parameter")]),
        ({"bedrooms_min": "many"}, [("/query/bedrooms_min", "invalid")]),
        ({"bedrooms_min": True}, [("/query/bedrooms_min", "invalid")]),
        ({"bedrooms_min": None}, [("/query/bedrooms_min", "invalid")]),
        ({"location": [7]}, [("/query/location", "invalid")]),
        ({"location": []}, [("/query/location", "invalid")]),
        ({"location": {"slug": "bole"}}, [("/query/location", "invalid")]),
        ({"location": ["atlantis"]}, [("/query/location", "unknown_location")]),
        ({"model": "corolla"}, [("/query/brand", "required")]),
        ({"price_min": "9", "price_max": "8"}, [("/query/price_max", "min_value")]),
    ],
)
def test_a_query_is_judged_as_the_search_page_judges_it(
    client: Any, query: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert pointers(post(client, query=query)) == expected
    assert SavedSearch.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({"name": ""}, "/name"), ({"alert": "hourly"}, "/alert"), ({"query": "kind=property"}, "/query")],
)
def test_the_other_fields_are_judged_too(client: Any, body: dict[str, Any], pointer: str) -> None:
    assert pointers(post(client, **body))[0][0] == pointer


def test_it_is_changed_in_parts(client: Any, user: User) -> None:
    saved = SavedSearchFactory(user=user)
    address = f"{URL}/{saved.pk}"
    tag = client.get(address).headers["ETag"]
    change = {"alert": "daily", "query": {"kind": "vehicle", "brand": "toyota"}}
    answer = client.patch(address, change, format="json", headers={"If-Match": tag})
    assert (answer.status_code, answer.json()["alert"], answer.json()["name"]) == (200, "daily", saved.name)
    assert client.get(address).json() == answer.json()
    saved.refresh_from_db()
    assert (saved.kind, saved.next_digest_at is not None) == ("vehicle", True)
    stale = client.patch(address, {"name": "Late"}, format="json", headers={"If-Match": tag})
    assert stale.status_code == 412
    bad = client.patch(address, {"query": {"kind": "boat"}}, format="json")
    assert pointers(bad) == [("/query/kind", "invalid")]
    saved.refresh_from_db()
    assert (saved.name, saved.kind) == ("Homes in Bole", "vehicle")


def test_it_is_thrown_away_with_its_matches(client: Any, user: User) -> None:
    ListingFactory()
    answer = post(client, query={"kind": "property"})
    assert SavedSearchMatch.objects.count() == 1
    assert client.delete(f"{URL}/{answer.json()['id']}").status_code == 204
    assert (SavedSearch.objects.count(), SavedSearchMatch.objects.count()) == (0, 0)


def test_other_peoples_do_not_exist(client: Any) -> None:
    other = SavedSearchFactory()
    for call in (client.get, client.delete, client.patch):
        assert call(f"{URL}/{other.pk}").status_code == 404
    assert client.get(URL).json()["results"] == []
    assert SavedSearch.objects.filter(pk=other.pk).exists()


def test_nobody_keeps_more_than_fifty(client: Any, user: User) -> None:
    SavedSearchFactory.create_batch(50, user=user)
    answer = post(client)
    assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (
        409,
        "saved_search_limit",
        50,
    )
    assert SavedSearch.objects.count() == 50


@pytest.mark.django_db(transaction=True)
def test_nor_by_asking_at_the_same_moment() -> None:
    user = UserFactory()
    SavedSearchFactory.create_batch(48, user=user)

    def keep(number: int) -> str:
        try:
            services.save_search(by=user, name=f"{number}", query={"q": "villa"}, alert="off")
        except Conflict as refusal:
            return refusal.code
        return "kept"

    assert sorted(at_once(6, keep)) == ["kept"] * 2 + ["saved_search_limit"] * 4
    assert SavedSearch.objects.count() == 50


def test_a_key_makes_a_retry_safe(client: Any) -> None:
    keyed = {"Idempotency-Key": "a-search"}
    body = {"name": "Homes", "query": QUERY}
    first, second = (client.post(URL, body, format="json", headers=keyed) for _ in "ab")
    assert (first.status_code, second.json()) == (201, first.json())
    assert SavedSearch.objects.count() == 1


def test_the_list_asks_as_often_for_one_as_for_twenty(
    client: Any, user: User, assert_same_queries: Any
) -> None:
    assert_same_queries(client, URL, add=lambda more: SavedSearchFactory.create_batch(more, user=user))


def test_what_was_kept_is_handed_out_and_goes_with_the_person(user: User) -> None:
    mine, other = SavedSearchFactory(user=user), SavedSearchFactory()
    part = dict(privacy)["listings.savedsearch"]
    assert [row["query"] for row in part.export(user)] == [mine.query]
    services.forget_searches_of(user.pk)
    assert SavedSearch.objects.count() == 2, "whoever is not erased loses nothing"
    accounts.erase_user(user_id=user.pk, by=StaffFactory(is_superuser=True))
    background.sweep()
    assert list(SavedSearch.objects.all()) == [other]
