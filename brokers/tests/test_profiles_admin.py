"""Staff at their desk: professionals who wait for review, reviews that were reported."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.tests.desk import ADMIN, at_desk, said
from accounts.tests.factories import StaffFactory, UserFactory
from brokers import services
from brokers.enums import BrokerStatus, DealState, LicenceState, ReviewState
from brokers.models import Broker, Review
from brokers.tests.factories import BrokerFactory, ReviewFactory, deal_in
from key2key.common import clock
from key2key.common.models import AuditEntry
from notifications.models import Notification

pytestmark = pytest.mark.django_db
S, R = BrokerStatus, ReviewState
BROKERS, REVIEWS = f"{ADMIN}brokers/broker/", f"{ADMIN}brokers/review/"
QUEUE, REPORTED = f"{BROKERS}?status__exact=pending_review", f"{REVIEWS}?reported=waiting"


def deed(client: Client, page: str, row: Any, action: str, **form: str) -> Any:
    return client.post(f"{page}{row.pk}/{action}/", {"_form_submitted": "true", **form})


def shown(client: Client, address: str) -> list[Any]:
    return [row.pk for row in client.get(address).context["cl"].result_list]


def review(**values: Any) -> Review:
    made: Review = ReviewFactory(deal=deal_in(DealState.DEPOSIT_DUE), **values)
    return made


def offered(client: Client, address: str) -> set[str]:
    """The steps that a page has buttons for."""
    page = client.get(address)
    assert page.status_code == 200
    return {each["path"].rstrip("/").rpartition("/")[2] for each in page.context["actions_detail"]}


class TestBrokers:
    def test_the_longest_waiting_comes_first_and_nobody_else_comes(self) -> None:
        late = BrokerFactory(status=S.PENDING_REVIEW)
        early = BrokerFactory(status=S.PENDING_REVIEW, submitted_at=clock.now() - timedelta(hours=3))
        BrokerFactory()
        assert shown(at_desk("moderator"), QUEUE) == [early.pk, late.pk]

    @pytest.mark.parametrize("group", ["moderator", "kyc", "support"])
    def test_approving_makes_the_profile_public(self, group: str, api: Any) -> None:
        broker = BrokerFactory(status=S.PENDING_REVIEW)
        client = at_desk(group)
        deed(client, BROKERS, broker, "approve")
        assert api.get(f"/api/v1/brokers/{broker.pk}").status_code == 200
        entry = AuditEntry.objects.get(action="broker.approve")
        assert entry.actor_id == client.user.pk  # type: ignore[attr-defined]

    def test_a_refusal_is_a_sentence_and_nothing_changes(self) -> None:
        broker = BrokerFactory(status=S.PENDING_REVIEW, licence__state=LicenceState.UNCHECKED)
        answer = deed(at_desk("moderator"), BROKERS, broker, "approve")
        assert "A licence has to be confirmed first." in said(answer)
        assert Broker.objects.get().status == S.PENDING_REVIEW
        assert not Notification.objects.exists()

    @pytest.mark.parametrize(
        ("before", "action", "after"),
        [
            (S.PENDING_REVIEW, "request_changes", S.CHANGES_REQUESTED),
            (S.ACTIVE, "suspend", S.SUSPENDED),
            (S.SUSPENDED, "reinstate", S.ACTIVE),
            (S.SUSPENDED, "terminate", S.TERMINATED),
        ],
    )
    def test_a_step_needs_its_reason(self, before: str, action: str, after: str) -> None:
        broker, client = BrokerFactory(status=before), at_desk("moderator")
        deed(client, BROKERS, broker, action, reason="")
        assert Broker.objects.get().status == before
        deed(client, BROKERS, broker, action, reason="As agreed.")
        row = Broker.objects.get()
        assert (row.status, row.status_reason) == (after, "As agreed.")

    def test_the_page_shows_the_licences_and_only_what_is_possible(self) -> None:
        broker, client = BrokerFactory(licence__number="ET-0815"), at_desk("moderator")
        assert "ET-0815" in client.get(f"{BROKERS}{broker.pk}/change/").content.decode()
        assert offered(client, f"{BROKERS}{broker.pk}/change/") == {"suspend", "terminate"}

    def test_nobody_has_buttons_on_a_profile_of_their_own(self) -> None:
        broker = BrokerFactory(user=StaffFactory(groups=["moderator"]))
        client = at_desk(user=broker.user)
        assert offered(client, f"{BROKERS}{broker.pk}/change/") == set()
        deed(client, BROKERS, broker, "suspend", reason="As agreed.")
        assert Broker.objects.get().status == S.ACTIVE

    def test_finance_looks_and_decides_nothing(self) -> None:
        broker, client = BrokerFactory(status=S.PENDING_REVIEW), at_desk("finance")
        assert shown(client, BROKERS) == [broker.pk]
        assert deed(client, BROKERS, broker, "approve").status_code == 403
        assert Broker.objects.get().status == S.PENDING_REVIEW

    def test_a_number_finds_its_holder(self) -> None:
        holder = BrokerFactory(licence__number="ET-0815")
        BrokerFactory()
        assert shown(at_desk("kyc"), f"{BROKERS}?q=ET-0815") == [holder.pk]


class TestReviews:
    def test_what_was_reported_first_comes_first_and_nothing_else_comes(self) -> None:
        first, second, _unreported = review(), review(), review()
        for row, hours in ((second, 0), (first, -5)):
            with clock.advanced(timedelta(hours=hours)):
                services.report(review_id=row.pk, by=UserFactory(), reason="fraud", text="Never met.")
        first.reports.update(created_at=clock.now() - timedelta(hours=5))
        services.report(review_id=first.pk, by=UserFactory(), reason="spam")
        client = at_desk("moderator")
        assert shown(client, REPORTED) == [first.pk, second.pk]
        assert "Never met." in client.get(f"{REVIEWS}{first.pk}/change/").content.decode()

    def test_hiding_settles_the_reports_and_letting_it_stand_shows_it_again(self) -> None:
        row, client = review(), at_desk("moderator")
        services.report(review_id=row.pk, by=UserFactory(), reason="fraud")
        deed(client, REVIEWS, row, "hide", reason="Not about the deal.")
        row.refresh_from_db()
        assert (row.state, row.state_reason) == (R.HIDDEN, "Not about the deal.")
        assert shown(client, REPORTED) == []
        deed(client, REVIEWS, row, "show", reason="It is, after all.")
        row.refresh_from_db()
        assert row.state == R.PUBLISHED

    def test_a_refusal_is_a_sentence_and_nothing_changes(self) -> None:
        row = review(state=R.PENDING)
        answer = deed(at_desk("moderator"), REVIEWS, row, "hide", reason="Too early.")
        assert "This step is not possible now." in said(answer)
        assert Review.objects.get().state == R.PENDING

    @pytest.mark.parametrize("group", ["kyc", "finance"])
    def test_others_look_and_decide_nothing(self, group: str) -> None:
        row = review()
        assert deed(at_desk(group), REVIEWS, row, "hide", reason="Why not.").status_code == 403
        assert Review.objects.get().state == R.PUBLISHED


def test_both_queues_stand_on_the_first_page() -> None:
    BrokerFactory(status=S.PENDING_REVIEW, submitted_at=clock.now() - timedelta(hours=5))
    services.report(review_id=review().pk, by=UserFactory(), reason="fraud")
    client = at_desk("moderator")
    counters = {str(each["label"]): each for each in client.get(ADMIN).context["counters"]}
    for label in ("Brokers to review", "Reported reviews"):
        assert counters[label]["count"] == 1
        assert len(shown(client, counters[label]["url"])) == 1
