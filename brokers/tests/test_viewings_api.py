"""Viewings over HTTP, and the clock's part in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from accounts.tests.factories import UserFactory
from brokers import services
from brokers.enums import ViewingState
from brokers.models import Viewing
from brokers.services import NewTime, Wish
from brokers.tests.arranging import ahead, told
from brokers.tests.factories import ViewingFactory
from key2key.common import clock
from listings.tests.factories import ListingFactory

pytestmark = pytest.mark.django_db

VIEWINGS = "/api/v1/viewings"
S = ViewingState


class TestClock:
    def test_both_are_reminded_a_day_ahead_and_once(self) -> None:
        viewing = ViewingFactory(state=S.CONFIRMED, starts_at=ahead(days=3))
        ViewingFactory(starts_at=ahead(days=3))
        assert services.remind_of_viewings() == 0
        with clock.advanced(timedelta(days=2, minutes=1)):
            assert (services.remind_of_viewings(), services.remind_of_viewings()) == (1, 0)
        assert set(told("viewing_tomorrow")) == {viewing.buyer, viewing.listing.owner}

    def test_a_moved_viewing_is_reminded_of_again(self) -> None:
        viewing = ViewingFactory(state=S.CONFIRMED, starts_at=ahead(hours=20))
        services.remind_of_viewings()
        services.propose_time(
            viewing_id=viewing.pk, by=viewing.buyer, new_time=NewTime(starts_at=ahead(hours=22))
        )
        services.confirm_viewing(viewing_id=viewing.pk, by=viewing.listing.owner)
        assert services.remind_of_viewings() == 1

    def test_what_nobody_answered_ends_at_its_hour_and_the_buyer_may_ask_again(self) -> None:
        viewing = ViewingFactory()
        assert services.end_past_viewings() == 0
        with clock.advanced(timedelta(days=3)):
            assert (services.end_past_viewings(), services.end_past_viewings()) == (1, 0)
            again = Wish(starts_at=ahead(days=1))
            services.request_viewing(listing_id=viewing.listing_id, by=viewing.buyer, wish=again)
        viewing.refresh_from_db()
        assert viewing.state == S.DECLINED
        assert set(told("viewing_declined")) == {viewing.buyer, viewing.listing.owner}

    def test_an_agreed_one_counts_as_done_when_nobody_complained_for_a_day(self) -> None:
        ViewingFactory(state=S.CONFIRMED, starts_at=ahead(hours=1))
        with clock.advanced(timedelta(hours=20)):
            assert services.end_past_viewings() == 0
        with clock.advanced(timedelta(hours=26)):
            assert services.end_past_viewings() == 1
        assert (Viewing.objects.get().state, told("viewing_declined")) == (S.DONE, [])


class TestOverHttp:
    def test_a_wish_is_made_confirmed_and_shown_to_both(self, sign_in: Callable[..., APIClient]) -> None:
        listing, buyer = ListingFactory(), UserFactory()
        buying, selling = sign_in(buyer), sign_in(listing.owner)
        body = {"listing": str(listing.pk), "starts_at": ahead(days=2).isoformat(), "note": "At the gate"}
        made = buying.post(VIEWINGS, body, format="json")
        assert (made.status_code, made.json()["state"]) == (201, "requested"), made.content
        address = f"{VIEWINGS}/{made.json()['id']}"
        assert made.json()["allowed_actions"] == ["propose", "cancel"]
        assert selling.get(address).json()["allowed_actions"] == ["confirm", "decline", "propose", "cancel"]
        confirmed = selling.post(f"{address}/confirm", format="json")
        assert (confirmed.status_code, confirmed.json()["state"]) == (200, "confirmed"), confirmed.content
        refused = selling.post(f"{address}/no-show", format="json")
        assert (refused.status_code, refused.json()["code"]) == (409, "illegal_transition")
        assert refused.json()["allowed"] == ["propose", "cancel"]

    def test_a_stale_answer_is_refused(self, sign_in: Callable[..., APIClient]) -> None:
        viewing = ViewingFactory()
        client = sign_in(viewing.listing.owner)
        address = f"{VIEWINGS}/{viewing.pk}"
        etag = client.get(address).headers["ETag"]
        services.propose_time(
            viewing_id=viewing.pk, by=viewing.buyer, new_time=NewTime(starts_at=ahead(days=9))
        )
        refused = client.post(f"{address}/confirm", format="json", headers={"If-Match": etag})
        assert (refused.status_code, refused.json()["code"]) == (412, "stale")
        assert Viewing.objects.get().state == S.PROPOSED

    @pytest.mark.parametrize(
        "question, expected",
        [
            ("", {"coming", "gone", "off"}),
            ("?upcoming=true", {"coming"}),
            ("?upcoming=false", {"gone", "off"}),
            ("?state=done", {"gone"}),
        ],
    )
    def test_the_list_is_asked_by_state_and_time(
        self, sign_in: Callable[..., APIClient], question: str, expected: set[str]
    ) -> None:
        buyer = UserFactory()
        ViewingFactory(buyer=buyer, note="coming")
        ViewingFactory(buyer=buyer, note="gone", state=S.DONE, starts_at=ahead(days=-2))
        ViewingFactory(buyer=buyer, note="off", state=S.DECLINED)
        ViewingFactory()
        rows = sign_in(buyer).get(f"{VIEWINGS}{question}").json()["results"]
        assert {row["note"] for row in rows} == expected

    def test_the_list_is_asked_by_listing(self, sign_in: Callable[..., APIClient]) -> None:
        buyer = UserFactory()
        wanted = ViewingFactory(buyer=buyer)
        ViewingFactory(buyer=buyer)
        rows = sign_in(buyer).get(f"{VIEWINGS}?listing={wanted.listing_id}").json()["results"]
        assert [row["id"] for row in rows] == [str(wanted.pk)]

    def test_the_list_costs_the_same_however_long(
        self, sign_in: Callable[..., APIClient], assert_same_queries: Callable[..., None]
    ) -> None:
        buyer = UserFactory()
        assert_same_queries(
            sign_in(buyer), VIEWINGS, add=lambda count: ViewingFactory.create_batch(count, buyer=buyer)
        )

    def test_the_calendar_file_is_one_that_calendars_read(self, sign_in: Callable[..., APIClient]) -> None:
        listing = ListingFactory(title="ቪላ; with a garden, and " + "a very " * 12 + "quiet street")
        viewing = ViewingFactory(listing=listing, state=S.CONFIRMED, note="Ring\ntwice")
        answer = sign_in(viewing.buyer).get(f"{VIEWINGS}/{viewing.pk}/calendar.ics")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
        text = answer.content.decode()
        lines = text.split("\r\n")
        assert (lines[0], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR", "")
        assert all(len(line.encode()) <= 75 for line in lines)
        unfolded = text.replace("\r\n ", "")
        assert f"SUMMARY:ቪላ\\; with a garden\\, and {'a very ' * 12}quiet street\r\n" in unfolded
        assert "DESCRIPTION:Ring\\ntwice\r\n" in unfolded
        assert f"DTSTART:{viewing.starts_at:%Y%m%dT%H%M%SZ}" in lines
        assert "STATUS:CONFIRMED" in lines
        assert sign_in(UserFactory()).get(f"{VIEWINGS}/{viewing.pk}/calendar.ics").status_code == 404
