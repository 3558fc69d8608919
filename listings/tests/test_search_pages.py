"""Pages never loop or skip (decision 31a), cost one statement, and refuse a cursor that is not theirs."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from key2key.common import clock
from key2key.common.errors import InvalidInput
from listings import search, search_page, search_text
from listings.models import Listing, SearchRow
from listings.tests.factories import ListingFactory
from listings.tests.many import copies

pytestmark = pytest.mark.django_db
PLACE = (8.9976, 38.7868)
ORDERS: dict[str, dict[str, list[str]]] = {
    "newest": {},
    "price": {},
    "-price": {},
    "size": {},
    "-size": {},
    "year": {},
    "-year": {},
    "mileage": {},
    "-mileage": {},
    "distance": {"near": [f"{PLACE[0]},{PLACE[1]}"], "radius_km": ["50"]},
    "relevance": {"q": ["garden"]},
}


def ids_of(page: search_page.Page) -> list[str]:
    return [json.loads(card)["id"] for card in page.cards]


def find(
    question: search.Question, *, cursor: Any = None, limit: int = 3, counts: bool = False
) -> search_page.Page:
    kept = json.loads(json.dumps(cursor)) if cursor else None
    return search_page.find(question, cursor=kept, limit=limit, counts=counts, language="en")


def columns_of(key: int | None) -> dict[str, Any]:
    """A row whose every sort key is small, often tied, sometimes unknown."""
    return {
        "price_base": key and Decimal(key * 1000),
        "size_m2": key and Decimal(key * 10),
        "year": key and 2000 + key,
        "mileage_km": key and key * 1000,
        "latitude": PLACE[0] + (key or 0) / 50,
        "text": search_text.document({"A": ["garden " * (key or 1)], "D": ["quiet"]}),
    }


KEYS = st.lists(st.none() | st.integers(1, 4), min_size=1, max_size=14)


@pytest.mark.parametrize("order", ORDERS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(keys=KEYS, limit=st.integers(1, 5), arriving=st.lists(st.none() | st.integers(1, 4), max_size=3))
def test_pages_show_all_that_was_there_once_while_rows_arrive(
    order: str, keys: list[int | None], limit: int, arriving: list[int | None]
) -> None:
    sid = transaction.savepoint()
    base = ListingFactory(photos=0)
    SearchRow.objects.update(is_public=False)
    there = {
        str(row.pk) for row in copies(base, map(columns_of, keys), newest=clock.now() - timedelta(hours=1))
    }
    question = search.read(ORDERS[order] | {"sort": [order]})
    pages = [find(question, limit=limit)]
    while pages[-1].next and len(pages) < 30:
        copies(base, map(columns_of, arriving))
        pages.append(find(question, cursor=pages[-1].next, limit=limit))
    seen = [listing_id for page in pages for listing_id in ids_of(page)]
    assert len(seen) == len(set(seen))
    assert set(seen) == there

    back = [pages[-1]]
    while back[-1].previous and len(back) < 30:
        back.append(find(question, cursor=back[-1].previous, limit=limit))
    assert [one for page in reversed(back) for one in ids_of(page)] == seen
    transaction.savepoint_rollback(sid)


def test_what_is_published_after_the_first_page_has_no_place_in_the_next() -> None:
    """With its negative control: once `as_of` is moved to now, the late row is shown."""
    base = ListingFactory(photos=0)
    SearchRow.objects.update(is_public=False)
    copies(base, [columns_of(1) for _ in range(4)], newest=clock.now() - timedelta(hours=1))
    question = search.read({"sort": ["price"]})
    cursor = find(question, limit=2).next
    late = str(copies(base, [columns_of(4)])[0].pk)
    assert cursor is not None
    assert late not in ids_of(find(question, cursor=cursor, limit=20))
    assert late in ids_of(find(question, cursor=cursor | {"as_of": clock.now().isoformat()}, limit=20))


def test_relevance_ends_at_a_thousand_and_says_so() -> None:
    base = ListingFactory(photos=0)
    SearchRow.objects.update(is_public=False)
    copies(base, [{"text": search_text.document({"A": ["garden"]})} for _ in range(1_004)])
    question = search.read({"q": ["garden"]})
    page, seen = find(question, limit=100, counts=True), 0
    assert (page.truncated, page.total) == (True, 1_004)
    while page:
        seen += len(page.cards)
        page = find(question, cursor=page.next, limit=100) if page.next else None  # type: ignore[assignment]
    assert seen == 1_000
    assert len(find(search.read({"q": ["garden"], "sort": ["newest"]}), limit=100).cards) == 100


def test_few_results_are_not_truncated() -> None:
    ListingFactory()
    assert find(search.read({"q": ["garden"]})).truncated is False
    assert find(search.read({})).truncated is None


@pytest.mark.parametrize("order", ORDERS)
def test_a_page_is_one_statement_and_a_counted_one_two(order: str, django_assert_num_queries: Any) -> None:
    ListingFactory()
    given = ORDERS[order] | {"sort": [order], "location": ["bole"], "price_max": ["99000000"]}
    search.read(given)
    with django_assert_num_queries(1):
        assert find(search.read(given)).total is None
    with django_assert_num_queries(2):
        assert find(search.read(given), counts=True).total == 1


@pytest.mark.parametrize(
    "key",
    ["1E-99999999", "1E-20000", "1E-11", "1E+99999999", "1E+17", "-1E+999999999", "NaN", "sNaN", "Infinity"],
)
def test_a_key_that_no_price_can_be_is_refused(key: str, api: APIClient) -> None:
    ListingFactory()
    ListingFactory()
    question = search.read({"sort": ["price"]})
    cursor = find(question, limit=1).next
    assert cursor is not None
    with pytest.raises(InvalidInput) as refused:
        find(question, cursor=cursor | {"values": [key, cursor["values"][1]]})
    assert refused.value.code == "invalid_cursor"


def test_the_door_adds_no_statement(api: APIClient, django_assert_num_queries: Any) -> None:
    ListingFactory()
    api.get("/api/v1/listings?location=bole")
    with django_assert_num_queries(1):
        api.get("/api/v1/listings?location=bole&q=villa")


def test_links_lead_forth_and_back(api: APIClient) -> None:
    made = [str(ListingFactory(photos=0).pk) for _ in range(5)]
    first = api.get("/api/v1/listings?limit=2&count=true").json()
    second = api.get(first["next"]).json()
    third = api.get(second["next"]).json()
    pages = [first, second, third]
    assert [row["id"] for page in pages for row in page["results"]] == made[::-1]
    assert (first["previous"], third["next"]) == (None, None)
    assert api.get(second["previous"]).json()["results"] == first["results"]
    assert (first["count"], first["count_is_capped"]) == (5, False)


def cursor_of(response: Any) -> str:
    return str(response.json()["next"]).partition("cursor=")[2]


def test_a_cursor_answers_its_own_question_only(api: APIClient) -> None:
    for _ in range(2):
        ListingFactory(photos=0)
    cursor = cursor_of(api.get("/api/v1/listings?limit=1&sort=price"))
    assert api.get(f"/api/v1/listings?sort=price&cursor={cursor}").status_code == 200
    for other in ("/api/v1/listings?sort=-price&", "/api/v1/listings?", "/api/v1/properties?sort=price&",
                  "/api/v1/listings?sort=price&kind=property&"):  # fmt: skip
        response = api.get(f"{other}cursor={cursor}")
        assert (response.status_code, response.json()["code"]) == (400, "invalid_cursor")


NOT_OURS: list[Any] = [
    {"values": []},
    {"values": ["x", "y"]},
    {"values": [None, None]},
    {"values": ["1e999", "01a2050a-2619-7d1e-9adf-5e642d00883b"]},
    {"values": ["NaN", "01a2050a-2619-7d1e-9adf-5e642d00883b"]},
    {"values": ["9" * 5000, "01a2050a-2619-7d1e-9adf-5e642d00883b"]},
    {"as_of": "2026-11-22"},
    {"as_of": 5},
    {"as_of": "2026-11-22T00:00:00\x00"},
    {"backwards": "yes"},
    {"order": None},
    {"filters": "x"},
]


@pytest.mark.parametrize("order", ["newest", "price", "-year", "distance"])
@pytest.mark.parametrize("bent", NOT_OURS, ids=str)
def test_a_bent_cursor_is_refused(api: APIClient, order: str, bent: dict[str, Any]) -> None:
    for _ in range(2):
        ListingFactory(photos=0)
    asked = f"/api/v1/listings?sort={order}&limit=1" + (
        f"&near={PLACE[0]},{PLACE[1]}" if order == "distance" else ""
    )
    cursor = cursor_of(api.get(asked))
    content = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    word = base64.urlsafe_b64encode(json.dumps(content | bent).encode()).decode().rstrip("=")
    response = api.get(f"{asked}&cursor={word}")
    assert (response.status_code, response.json()["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize("word", ["x", "%00", "W10", "bnVsbA", "W1tb" * 2000, "é"])
def test_garbage_is_no_cursor(api: APIClient, word: str) -> None:
    response = api.get(f"/api/v1/listings?cursor={word}")
    assert (response.status_code, response.json()["code"]) == (400, "invalid_cursor")


def test_an_order_of_another_version_is_refused() -> None:
    base = ListingFactory(photos=0)
    copies(base, [columns_of(1)])
    question = search.read({})
    cursor = find(question, limit=1).next
    assert cursor is not None
    assert cursor["order"].endswith(f":{search_page.SORT_VERSION}")
    with pytest.raises(InvalidInput) as refused:
        find(question, cursor=cursor | {"order": ":newest:0"})
    assert refused.value.code == "invalid_cursor"
    assert Listing.objects.count() == 2
