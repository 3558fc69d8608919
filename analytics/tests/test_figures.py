"""Figures: made from events at any time anew, up to this moment, and only for whom they concern."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.models import Membership, User
from accounts.tests.factories import MembershipFactory, UserFactory
from accounts.tests.parallel import at_once
from analytics import services
from analytics.days import bounds
from analytics.enums import UNIQUE_VIEWERS, EventKind
from analytics.models import DailyFigure, JourneyEvent
from brokers.events import DealCompleted, LeadAnswered, LeadOpened
from key2key.common import clock, events
from key2key.common.models import EventDelivery
from listings.enums import Status
from listings.models import Listing
from listings.tests.factories import AgencySellerFactory, ListingFactory

pytestmark = pytest.mark.django_db
TELL, ME = "/api/v1/analytics/events", "/api/v1/analytics/brokers/me"
DAY = date(2026, 11, 20)
LAST_MOMENT = datetime(2026, 11, 20, 20, 59, 59, tzinfo=UTC)  # 23:59:59 in Addis Ababa


def event(
    listing: Listing | None = None, *, at: datetime, kind: str = EventKind.VIEW, viewer: str = "v"
) -> Any:
    return JourneyEvent.objects.create(
        key=str(uuid4()),
        kind=kind,
        listing=listing.pk if listing else None,
        owner=listing.owner_id if listing else None,
        organisation=listing.organisation_id if listing else None,
        viewer=viewer,
        happened_at=at,
    )


def figures(day: date = DAY) -> dict[tuple[str, UUID | None, str], int]:
    rows = DailyFigure.objects.filter(day=day).values_list("entity_type", "entity", "metric", "value")
    return {(entity_type, entity, metric): value for entity_type, entity, metric, value in rows}


def publish_and_hear(what: Any) -> None:
    with transaction.atomic():
        events.publish(what)
    for delivery in EventDelivery.objects.filter(receiver__startswith="analytics.", work_state="queued"):
        delivery.work_state, delivery.lease = "running", 1
        EventDelivery.objects.filter(pk=delivery.pk).update(work_state="running", lease=1)
        events.deliver(delivery)


def test_a_day_is_a_day_of_the_market() -> None:
    listing = ListingFactory()
    event(listing, at=LAST_MOMENT)
    event(listing, at=LAST_MOMENT + timedelta(seconds=1))
    services.roll_up(DAY)
    services.roll_up(DAY + timedelta(days=1))
    assert figures()["listing", listing.pk, "view"] == 1
    assert figures(DAY + timedelta(days=1))["listing", listing.pk, "view"] == 1


def test_one_person_who_looks_often_is_one_viewer() -> None:
    listing = ListingFactory()
    for viewer in ("a", "a", "b"):
        event(listing, at=LAST_MOMENT, viewer=viewer)
    services.roll_up(DAY)
    made = figures()
    assert (made["listing", listing.pk, "view"], made["listing", listing.pk, UNIQUE_VIEWERS]) == (3, 2)
    assert made["seller", listing.owner_id, "view"] == made["platform", None, "view"] == 3


KINDS = st.sampled_from([EventKind.VIEW, EventKind.LEAD_OPENED, EventKind.CONTACT])
HAPPENING = st.tuples(st.integers(0, 2), KINDS, st.sampled_from("abc"), st.integers(-1, 1))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(early=st.lists(HAPPENING, max_size=12), late=st.lists(HAPPENING, max_size=6), again=st.booleans())
def test_figures_equal_a_recount_whatever_came_late_or_twice(early: Any, late: Any, again: bool) -> None:
    places = [(uuid4(), uuid4(), uuid4() if number else None) for number in range(3)]
    with transaction.atomic():
        noted: list[Any] = []
        for batch in (early, late):
            for number, (place, kind, viewer, day) in enumerate(batch, start=len(noted)):
                listing, owner, organisation = places[place]
                known = {
                    "key": str(number), "kind": kind, "listing": listing, "owner": owner,
                    "organisation": organisation, "viewer": viewer,
                    "happened_at": LAST_MOMENT + timedelta(days=day),
                }  # fmt: skip
                for _ in range(1 + again):
                    JourneyEvent.objects.bulk_create([JourneyEvent(**known)], ignore_conflicts=True)
                noted.append((listing, kind, viewer, day))
            services.roll_up_what_is_new()
        counted = Counter((listing, str(kind), day) for listing, kind, _viewer, day in noted)
        viewers = Counter(
            (listing, UNIQUE_VIEWERS, day)
            for listing, day, _viewer in {(a, d, v) for a, k, v, d in noted if k == EventKind.VIEW}
        )
        made = {
            (figure.entity, figure.metric, (figure.day - DAY).days): figure.value
            for figure in DailyFigure.objects.filter(entity_type="listing")
        }
        assert made == {**counted, **viewers}
        transaction.set_rollback(True)


def test_a_day_is_made_anew_once_however_much_was_noted_of_it() -> None:
    listing = ListingFactory()
    for _ in range(3):
        event(listing, at=LAST_MOMENT)
    event(listing, at=LAST_MOMENT + timedelta(days=1))
    assert services.roll_up_what_is_new() == [DAY, DAY + timedelta(days=1)]


@pytest.mark.django_db(transaction=True)
def test_a_day_made_anew_by_many_at_once_is_made_once() -> None:
    listing = ListingFactory()
    event(listing, at=LAST_MOMENT)
    assert len(set(at_once(8, lambda _: services.roll_up(DAY)))) == 1
    assert figures()["listing", listing.pk, "view"] == 1


def test_a_published_event_is_counted_once_however_often_it_is_heard() -> None:
    listing = ListingFactory()
    publish_and_hear(LeadOpened(uuid4(), listing.pk, listing.owner_id, uuid4()))
    row = JourneyEvent.objects.get(kind=EventKind.LEAD_OPENED)
    assert (row.listing, row.owner) == (listing.pk, listing.owner_id)
    delivery = EventDelivery.objects.get(receiver="analytics.receivers.lead_opened")
    EventDelivery.objects.filter(pk=delivery.pk).update(work_state="running")
    delivery.work_state = "running"
    events.deliver(delivery)
    assert JourneyEvent.objects.filter(kind=EventKind.LEAD_OPENED).count() == 1


def test_it_happened_when_it_was_published_by_the_products_clock() -> None:
    listing = ListingFactory()
    with clock.advanced(timedelta(days=3)):
        publish_and_hear(LeadAnswered(uuid4(), listing.pk, 12))
        row = JourneyEvent.objects.get(kind=EventKind.LEAD_ANSWERED)
        assert abs(row.happened_at - clock.now()) < timedelta(minutes=1)
    assert row.value == 12


class TestClients:
    """What clients tell."""

    def tell(self, client: APIClient, *told: dict[str, Any], **more: Any) -> Any:
        return client.post(TELL, {"events": list(told), **more}, format="json")

    def view(self, listing: Listing, **more: Any) -> dict[str, Any]:
        return {"id": str(uuid4()), "kind": "view", "listing": str(listing.pk), **more}

    def test_a_view_counts_once_however_often_it_is_sent(self, api: APIClient) -> None:
        view = self.view(ListingFactory())
        for _ in range(3):
            assert self.tell(api, view, viewer=str(uuid4())).json() == {"counted": 1}
        assert JourneyEvent.objects.count() == 1

    def test_looking_at_ones_own_listing_is_no_view(self, sign_in: Callable[..., APIClient]) -> None:
        own, hidden = ListingFactory(), ListingFactory(status=Status.DRAFT)
        agency = ListingFactory(seller=AgencySellerFactory(), owner=UserFactory())
        member = MembershipFactory(organisation=agency.organisation, user=own.owner)
        assert member.role == Membership.Role.AGENT
        told = [self.view(each) for each in (own, hidden, agency)]
        assert self.tell(sign_in(own.owner), *told).json() == {"counted": 0}
        assert not JourneyEvent.objects.exists()

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"at": "2020-01-01T00:00:00Z"}, "not_recent"),
            ({"at": "2999-01-01T00:00:00Z"}, "not_recent"),
            ({"kind": "deal_completed"}, "invalid_choice"),
            ({"price": "1"}, "unknown_field"),
        ],
    )
    def test_what_clients_may_not_tell_is_refused(
        self, api: APIClient, change: dict[str, str], code: str
    ) -> None:
        refused = self.tell(api, self.view(ListingFactory(), **change), viewer=str(uuid4()))
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, code)
        assert not JourneyEvent.objects.exists()

    def test_strangers_are_told_apart(self, api: APIClient) -> None:
        assert self.tell(api, self.view(ListingFactory())).status_code == 400
        assert self.tell(api).status_code == 400


class TestReading:
    """Who reads which figures."""

    def test_a_listings_figures_are_true_at_this_moment(self, sign_in: Callable[..., APIClient]) -> None:
        listing, now = ListingFactory(), clock.now()
        for days, kind in ((0, "view"), (0, "contact"), (1, "view"), (9, "view"), (9, "lead_opened")):
            event(listing, at=now - timedelta(days=days), kind=kind, viewer=str(days))
        services.roll_up_what_is_new()
        event(listing, at=now, viewer="new")
        answer = sign_in(listing.owner).get(f"/api/v1/analytics/listings/{listing.pk}").json()
        assert answer["totals"] == {
            "views": 4, "contacts": 1, "leads": 1, "viewings": 0, "offers": 0, "deals": 0,
            "unique_viewers": 4,
        }  # fmt: skip
        assert (len(answer["days"]), answer["days"][-1]["views"]) == (30, 2)
        short = sign_in(listing.owner).get(
            f"/api/v1/analytics/listings/{listing.pk}",
            {"from": str(clock.today() - timedelta(days=9)), "to": str(clock.today() - timedelta(days=9))},
        )
        assert short.json()["totals"]["leads"] == 1

    @pytest.mark.parametrize(
        "query",
        [{"from": "2026-02-01", "to": "2026-01-01"}, {"from": "2020-01-01"}, {"to": ""}, {"day": "x"}],
    )
    def test_an_impossible_period_is_refused(
        self, query: dict[str, str], sign_in: Callable[..., APIClient]
    ) -> None:
        listing = ListingFactory()
        refused = sign_in(listing.owner).get(f"/api/v1/analytics/listings/{listing.pk}", query)
        assert refused.status_code == 400

    def test_a_colleague_reads_them_a_stranger_does_not(self, sign_in: Callable[..., APIClient]) -> None:
        listing = ListingFactory(seller=AgencySellerFactory(), owner=UserFactory())
        colleague = MembershipFactory(organisation=listing.organisation, role=Membership.Role.VIEWER).user
        path = f"/api/v1/analytics/listings/{listing.pk}"
        assert sign_in(colleague).get(path).status_code == 200
        assert sign_in(UserFactory()).get(path).status_code == 404

    def test_a_professional_sees_the_way_from_views_to_deals(self, sign_in: Callable[..., APIClient]) -> None:
        listing = ListingFactory()
        owner: User = listing.owner
        event(listing, at=clock.now())
        publish_and_hear(LeadOpened(uuid4(), listing.pk, owner.pk, uuid4()))
        publish_and_hear(DealCompleted(uuid4(), listing.pk, uuid4(), owner.pk, "100.00", "ETB"))
        answer = sign_in(owner).get(ME).json()
        assert answer["funnel"] == {
            "views": 1, "contacts": 0, "leads": 1, "viewings": 0, "offers": 0, "deals": 1,
        }  # fmt: skip
        assert (answer["leads_by_stage"]["new"], answer["earnings"]) == (0, [])
        assert JourneyEvent.objects.get(kind="deal_completed").value == Decimal(100)

    def test_bounds_are_a_whole_day(self) -> None:
        begin, end = bounds(DAY)
        assert (end - begin, begin.astimezone(UTC).hour) == (timedelta(days=1), 21)
