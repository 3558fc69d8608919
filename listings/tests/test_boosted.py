"""Boosted listings: slots before the first page, an honest label, and an order that loses nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from key2key.common import clock
from listings import search, search_page, search_sql, search_text, services
from listings.models import Listing, SearchRow
from listings.tests.factories import ListingFactory
from listings.tests.many import copies

pytestmark = pytest.mark.django_db
PATH = "/api/v1/listings"
DAY = timedelta(days=1)
PROMOTED_ORDERS: dict[str, dict[str, list[str]]] = {
    "newest": {},
    "relevance": {"q": ["garden"]},
    "newest of words": {"q": ["garden"], "sort": ["newest"]},
}


def boosted(listing: Listing, *, days: int = 7) -> Listing:
    services.boost_listing(listing_id=listing.pk, until=clock.now() + days * DAY)
    return listing


def shown(api: APIClient, query: str = "") -> list[tuple[str, bool]]:
    answer = api.get(f"{PATH}?{query}")
    assert answer.status_code == 200, answer.content
    return [(row["id"], row["sponsored"]) for row in answer.json()["results"]]


def many(number: int) -> list[Listing]:
    """The oldest first."""
    made = [ListingFactory(photos=0) for _ in range(number)]
    for place, listing in enumerate(made):
        at = clock.now() - (number - place) * DAY
        Listing.objects.filter(pk=listing.pk).update(published_at=at)
        SearchRow.objects.filter(pk=listing.pk).update(published_at=at)
    return made


def test_a_boosted_listing_stands_first_and_says_why(api: APIClient) -> None:
    oldest, *_others, newest = many(4)
    boosted(oldest)
    assert shown(api)[0] == (str(oldest.pk), True)
    assert shown(api)[1] == (str(newest.pk), False)
    assert len(shown(api)) == 4, "in the slot only, not in the order as well"


def test_only_among_what_fits_the_question(api: APIClient) -> None:
    home, car = ListingFactory(), boosted(ListingFactory(kind="vehicle"))
    assert shown(api, "kind=property") == [(str(home.pk), False)]
    assert shown(api, "q=corolla") == [(str(car.pk), True)]
    assert shown(api, "price_max=1") == []


@pytest.mark.parametrize("order", ["price", "-price"])
def test_an_order_that_was_asked_for_stays_that_order_and_the_label_stays_too(
    api: APIClient, order: str
) -> None:
    first, last = ListingFactory(price=Decimal(10)), ListingFactory(price=Decimal(20))
    dear = boosted(last if order == "price" else first)
    rows = shown(api, f"sort={order}")
    assert rows.index((str(dear.pk), True)) == 1


def test_it_ends_by_the_query_before_the_clock_has_come_by(api: APIClient) -> None:
    oldest, newest = many(2)
    boosted(oldest, days=1)
    assert next(one for one, _label in shown(api)) == str(oldest.pk)
    with clock.advanced(2 * DAY):
        assert shown(api) == [(str(newest.pk), False), (str(oldest.pk), False)]


def test_what_is_hidden_or_gone_has_no_slot(api: APIClient) -> None:
    oldest, newest = many(2)
    boosted(oldest)
    services.step_listing(listing_id=oldest.pk, by=oldest.owner, action="withdraw")
    assert shown(api) == [(str(newest.pk), False)]


def test_at_most_three_slots_and_never_more_than_a_quarter_of_a_page(api: APIClient) -> None:
    for listing in many(12)[:6]:
        boosted(listing)
    newest = [str(pk) for pk in SearchRow.objects.order_by("-published_at").values_list("pk", flat=True)]

    def first_of_the_order(limit: int) -> int:
        return [one for one, _label in shown(api, f"limit={limit}")].index(newest[0])

    assert [first_of_the_order(limit) for limit in (3, 4, 8, 12, 20)] == [0, 1, 2, 3, 3]


def test_where_more_are_boosted_than_there_are_slots_they_take_turns(api: APIClient) -> None:
    for listing in many(12)[:6]:
        boosted(listing)
    in_slots = set()
    for hour in range(24):
        with clock.advanced(timedelta(hours=hour)):
            in_slots |= {one for one, _label in shown(api, "limit=12")[:3]}
            assert shown(api, "limit=12") == shown(api, "limit=12"), "not at every request"
    assert len(in_slots) == 6


def test_the_owner_reads_until_when_and_others_do_not(api: APIClient, sign_in: Any) -> None:
    listing = boosted(ListingFactory())
    path = f"/api/v1/properties/{listing.pk}"
    listing.refresh_from_db()
    told = sign_in(listing.owner).get(path).json()["boosted_until"]
    assert datetime.fromisoformat(told) == listing.boosted_until
    assert api.get(path).json()["boosted_until"] is None


def ids_of(pages: Iterable[search_page.Page]) -> list[str]:
    return [json.loads(card)["id"] for page in pages for card in page.cards]


def find(question: search.Question, *, cursor: Any, limit: int) -> search_page.Page:
    kept = json.loads(json.dumps(cursor)) if cursor else None
    return search_page.find(question, cursor=kept, limit=limit, counts=True, language="en")


@pytest.mark.parametrize("order", PROMOTED_ORDERS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    boosts=st.lists(st.booleans(), min_size=1, max_size=16),
    limit=st.integers(1, 9),
    meanwhile=st.lists(st.tuples(st.integers(0, 15), st.booleans()), max_size=4),
)
def test_every_listing_is_shown_once_while_boosts_begin_and_end(
    order: str, boosts: list[bool], limit: int, meanwhile: list[tuple[int, bool]]
) -> None:
    """Forth to the end and back to the beginning, whatever is boosted between two pages."""
    sid = transaction.savepoint()
    base = ListingFactory(photos=0)
    SearchRow.objects.update(is_public=False)
    until = clock.now() + DAY
    text = search_text.document({"A": ["garden"]})
    columns = [{"boosted_until": until if one else None, "text": text} for one in boosts]
    there = [row.pk for row in copies(base, columns, newest=clock.now() - DAY)]
    question = search.read(PROMOTED_ORDERS[order])
    pages = [find(question, cursor=None, limit=limit)]
    changes = iter(meanwhile)
    while pages[-1].next and len(pages) < 40:
        place, begins = next(changes, (0, boosts[0]))
        SearchRow.objects.filter(pk=there[place % len(there)]).update(boosted_until=until if begins else None)
        pages.append(find(question, cursor=pages[-1].next, limit=limit))
    assert sorted(ids_of(pages)) == sorted(map(str, there))
    assert all(page.total == len(there) and len(page.cards) <= limit for page in pages)

    back = [pages[-1]]
    while back[-1].previous and len(back) < 40:
        back.append(find(question, cursor=back[-1].previous, limit=limit))
    assert ids_of(reversed(back)) == ids_of(pages)
    assert all(0 < len(page.cards) <= limit for page in back)
    transaction.savepoint_rollback(sid)


def test_what_stood_in_a_slot_does_not_come_again_in_the_order() -> None:
    """With its negative control: with the ids taken out of the cursor it does."""
    oldest, *_others = many(8)
    boosted(oldest)
    question = search.read({})
    first = find(question, cursor=None, limit=4)
    assert first.next is not None

    def rest(cursor: dict[str, Any]) -> list[str]:
        page = find(question, cursor=cursor, limit=100)
        return ids_of([page])

    assert ids_of([first])[0] == str(oldest.pk)
    assert str(oldest.pk) not in rest(first.next)
    assert str(oldest.pk) in rest(first.next | {"promoted": []})


def test_a_cursor_with_more_ids_than_slots_is_refused(api: APIClient) -> None:
    many(2)
    question = search.read({})
    cursor = find(question, cursor=None, limit=1).next
    assert cursor is not None
    for bent in ({"promoted": ["x"]}, {"promoted": None}, {"promoted": [cursor["values"][1]] * 4}):
        with pytest.raises(Exception, match="invalid_cursor") as refused:
            find(question, cursor=cursor | bent, limit=1)
        assert refused.value.code == "invalid_cursor"  # type: ignore[attr-defined]


def test_either_arm_of_the_statement_walks_an_index_of_its_own() -> None:
    """The newest in their order, the slots in that of the lots: nothing is sorted, no more is read."""
    base = ListingFactory(photos=0)
    copies(base, [{"boosted_until": clock.now() + DAY if place < 2 else None} for place in range(60)])
    promotion = search_sql.Promotion(3, clock.now())
    statement, values = search_sql.page(
        search.read({}), after=None, limit=21, language="en", promotion=promotion
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(b"EXPLAIN " + statement.as_bytes(cursor.connection), values)
        plan = [row[0] for row in cursor.fetchall()]
    scans = [line for line in plan if "listings_searchrow r" in line]
    names = ["listings_search_newest", "listings_search_boosted", "listings_search_boosted"]
    assert [name in line for name, line in zip(names, scans, strict=True)] == [True] * 3, plan
    assert all("Limit" in plan[plan.index(line) - 1] for line in scans), plan
