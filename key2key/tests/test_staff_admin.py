"""The staff admin as a whole: rights, queries, policy, audit, stuck work, settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from constance import config
from django.conf import settings as django_settings
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import StaffInvitation
from accounts.services import suspend_user
from accounts.tests.desk import ADMIN, at_desk, said
from accounts.tests.factories import OrganisationFactory, UserFactory
from brokers.enums import DealState
from brokers.tests.factories import BrokerFactory, ReviewFactory, deal_in
from key2key.common import audit, background, clock, events
from key2key.common.models import AuditEntry, Event, EventDelivery, ExchangeRate, Work
from key2key.common.plugins import home_counters
from key2key.tests import many
from listings.enums import Status
from listings.models import Listing
from listings.services import approve_listing, note_change
from listings.tests.factories import ListingFactory, ReadyUploadFactory, SavedSearchFactory, SellerFactory
from notifications.models import Notification
from payments.tests import many as payments_many
from uploads.models import Upload

pytestmark = pytest.mark.django_db
WORK, SETTINGS = f"{ADMIN}common/eventdelivery/", f"{ADMIN}constance/config/"


def make_entries(number: int) -> None:
    for user in UserFactory.create_batch(number):
        audit.record(actor=user, action="test.happened", subject=user)


def make_notifications(number: int) -> None:
    for user in UserFactory.create_batch(number):
        Notification.objects.create(
            user=user, kind="password_changed", channel="email", recipient=user.email or "", language="en"
        )


def make_invitations(number: int) -> None:
    for count in range(number):
        StaffInvitation.objects.create(
            email=f"{count}@example.com",
            groups=["support"],
            digest=f"{number}-{count}",
            expires_at=clock.now(),
        )


def make_rates(number: int) -> None:
    first = clock.today() + timedelta(days=1000 * number)
    for count in range(number):
        ExchangeRate.objects.create(currency="USD", rate=150, valid_from=first + timedelta(days=count))


def make_reviews(number: int) -> None:
    for _review in range(number):
        ReviewFactory(deal=deal_in(DealState.DEPOSIT_DUE))


def make_changes(number: int) -> None:
    for listing in ListingFactory.create_batch(number, photos=0):
        note_change(listing.pk)


ROWS: dict[str, Callable[[int], Any]] = {
    "accounts_user": UserFactory.create_batch,
    "accounts_organisation": OrganisationFactory.create_batch,
    "accounts_staffinvitation": make_invitations,
    "brokers_broker": BrokerFactory.create_batch,
    "brokers_review": make_reviews,
    "common_auditentry": make_entries,
    "common_exchangerate": make_rates,
    "listings_listing": ListingFactory.create_batch,
    "listings_reviewitem": lambda number: ListingFactory.create_batch(
        number, status=Status.PENDING_REVIEW, submitted_at=clock.now()
    ),
    "listings_listingchange": make_changes,
    "listings_savedsearch": SavedSearchFactory.create_batch,
    "listings_seller": SellerFactory.create_batch,
    "notifications_notification": make_notifications,
    "uploads_upload": ReadyUploadFactory.create_batch,
    **payments_many.ROWS,
    **many.ROWS,
}
# Their rows come with the product: there is no state with one row.
WITH_THE_PRODUCT = {
    "auth_group",
    "brokers_requiredpaper",
    "listings_area",
    "listings_vehiclebrand",
    "listings_vehiclemodel",
}
PAGES_OF_OUR_OWN = {"common_eventdelivery", "constance_config"}


def changelist(name: str) -> str:
    return reverse(f"admin:{name}_changelist")


def queries(client: Client, path: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


class TestChangelists:
    @pytest.mark.parametrize("name", ROWS)
    def test_twenty_rows_cost_what_one_costs(self, name: str) -> None:
        client = at_desk(is_superuser=True)
        ROWS[name](1)
        client.get(changelist(name))
        few = queries(client, changelist(name))
        ROWS[name](19)
        many = queries(client, changelist(name))
        assert len(many) == len(few), "\n".join(many)

    @pytest.mark.parametrize("name", sorted(WITH_THE_PRODUCT))
    def test_a_page_of_reference_data_is_a_handful_of_queries(self, name: str) -> None:
        assert len(queries(at_desk(is_superuser=True), changelist(name))) <= 12

    def test_every_page_of_the_admin_is_measured_here(self) -> None:
        names = {f"{page.opts.app_label}_{page.opts.model_name}" for page in admin.site._registry.values()}
        assert names == {*ROWS, *WITH_THE_PRODUCT, *PAGES_OF_OUR_OWN}


class TestRights:
    @pytest.mark.parametrize(
        "group", ["support", "moderator", "finance", "treasury", "kyc", "content", "admin"]
    )
    def test_a_group_opens_what_it_may_view_and_nothing_else(self, group: str) -> None:
        client = at_desk(group)
        for page in admin.site._registry.values():
            name = f"{page.opts.app_label}_{page.opts.model_name}"
            may = client.user.has_perm(f"{page.opts.app_label}.view_{page.opts.model_name}")
            assert client.get(changelist(name)).status_code == (200 if may else 403), name

    @pytest.mark.parametrize(("group", "sees"), [("moderator", True), ("finance", False)])
    def test_the_sidebar_and_the_home_page_follow_the_rights(self, group: str, sees: bool) -> None:
        ListingFactory(status=Status.PENDING_REVIEW, submitted_at=clock.now() - timedelta(hours=5))
        text = at_desk(group).get(ADMIN).content.decode()
        assert ("Review queue" in text) is sees
        assert ("the oldest waits 5\xa0hours" in text) is sees

    def test_every_counter_leads_to_a_page(self) -> None:
        ListingFactory(status=Status.PENDING_REVIEW, submitted_at=clock.now())
        client = at_desk(is_superuser=True)
        counters = client.get(ADMIN).context["counters"]
        assert len(counters) == len(list(home_counters))
        assert [client.get(counter["url"]).status_code for counter in counters] == [200] * len(counters)


class TestPolicy:
    def test_admin_pages_allow_their_own_scripts_and_no_inline_ones(self) -> None:
        for client, path in ((Client(), f"{ADMIN}login/"), (at_desk("support"), ADMIN)):
            policy = client.get(path)["Content-Security-Policy"]
            scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
            assert "'unsafe-inline'" not in scripts
            assert "default-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy

    def test_nothing_else_is_loosened_by_it(self) -> None:
        assert "unsafe-eval" not in Client().get("/health/live")["Content-Security-Policy"]


class TestPalette:
    def test_it_finds_people_and_listings_and_nothing_else(self) -> None:
        user = UserFactory(email="findme@example.com")
        SellerFactory(name="findme the seller")
        text = (
            at_desk(is_superuser=True)
            .get(f"{ADMIN}search/", {"s": "findme", "extended": "1"})
            .content.decode()
        )
        assert f"/accounts/user/{user.pk}/" in text
        assert "/listings/seller/" not in text

    def test_it_stops_after_a_few_and_keeps_to_the_rights(self) -> None:
        for _ in range(15):
            ListingFactory(title="Same words")
        search = {"s": "same words", "extended": "1"}
        found = at_desk("support").get(f"{ADMIN}search/", search).content.decode()
        assert found.count("/listings/listing/") == 10
        assert "/listings/listing/" not in at_desk("finance").get(f"{ADMIN}search/", search).content.decode()


class TestAuditLog:
    def test_an_entry_shows_before_and_after(self) -> None:
        user, staff = UserFactory(), at_desk("admin")
        suspend_user(user_id=user.pk, by=staff.user, reason="Fraud")
        entry = AuditEntry.objects.get()
        page = staff.get(f"{ADMIN}common/auditentry/{entry.pk}/change/")
        changes = [list(map(str, row)) for row in page.context["panels"][0].rows]
        assert changes == [["user", "status", "active", "suspended"]]
        assert "Fraud" in page.content.decode()

    def test_a_decision_in_the_browser_is_tied_to_what_it_changed(self) -> None:
        listing = ListingFactory(status=Status.PENDING_REVIEW, submitted_at=clock.now())
        client = at_desk("moderator")
        client.post(f"{ADMIN}listings/reviewitem/{listing.pk}/approve/")
        entry = AuditEntry.objects.get()
        page = client.get(f"{ADMIN}common/auditentry/{entry.pk}/change/")
        changes = {str(row[1]): row[2:] for row in page.context["panels"][0].rows}
        assert changes["status"] == ["pending_review", "active"]

    def test_an_entry_without_history_and_one_of_a_vanished_kind_open(self) -> None:
        client = at_desk("admin")
        plain = audit.record(actor=client.user, action="test.happened", subject=UserFactory())
        odd = AuditEntry.objects.create(action="old", subject_type="gone.model", subject_id="1")
        for entry in (plain, odd):
            assert client.get(f"{ADMIN}common/auditentry/{entry.pk}/change/").status_code == 200

    def test_nobody_writes_into_it(self) -> None:
        client = at_desk(is_superuser=True)
        entry = audit.record(actor=None, action="test.happened", subject=client.user)
        path = f"{ADMIN}common/auditentry/{entry.pk}"
        assert client.post(f"{path}/change/", {"action": "another"}).status_code == 403
        assert client.post(f"{path}/delete/", {"post": "yes"}).status_code == 403
        assert client.get(f"{ADMIN}common/auditentry/add/").status_code == 403


class TestStuckWork:
    @pytest.fixture
    def parked(self) -> Upload:
        upload: Upload = ReadyUploadFactory(
            state="pending", work_state="parked", width=None, height=None, blurhash=""
        )
        Upload.objects.filter(pk=upload.pk).update(attempts=8, last_error="OSError: disk full")
        return upload

    def test_one_list_shows_parked_and_late_rows_of_every_kind(self, parked: Upload) -> None:
        event = Event.objects.create(name="test.Happened", payload={})
        long_ago = clock.now() - timedelta(minutes=5)
        EventDelivery.objects.create(event=event, receiver="test.hears", due_at=long_ago)
        EventDelivery.objects.create(event=event, receiver="test.in_time")
        text = at_desk("admin").get(WORK).content.decode()
        assert "disk full" in text
        assert "test.hears" in text
        assert "test.in_time" not in text

    def test_trying_again_gives_the_row_its_attempts_back_and_is_audited(self, parked: Upload) -> None:
        client = at_desk("admin")
        answer = client.post(WORK, {"row": [f"uploads.upload:{parked.pk}", "no.such:1", "uploads.upload:x"]})
        parked.refresh_from_db()
        assert (parked.work_state, parked.attempts) == (Work.WorkState.QUEUED, 0)
        assert "1 is tried again" in said(answer)
        assert AuditEntry.objects.get().action == "work.tried_again"

    def test_who_may_not_change_work_does_not(self, parked: Upload) -> None:
        client = at_desk("support")
        assert client.get(WORK).status_code == 403
        assert client.post(WORK, {"row": [f"uploads.upload:{parked.pk}"]}).status_code == 403
        parked.refresh_from_db()
        assert parked.work_state == Work.WorkState.PARKED

    def test_an_upload_is_tried_again_from_its_own_page(self, parked: Upload) -> None:
        client, path = at_desk("moderator"), f"{ADMIN}uploads/upload/{parked.pk}"
        assert b"requeue/" in client.get(f"{path}/change/").content
        client.post(f"{path}/requeue/", {"_form_submitted": "true"})
        parked.refresh_from_db()
        assert parked.work_state == Work.WorkState.QUEUED
        assert b"requeue/" not in client.get(f"{path}/change/").content

    def test_every_kind_of_work_has_its_page(self) -> None:
        assert {kind.model for kind in background.kinds()} <= set(admin.site._registry)
        assert events.deliver in {kind.handler for kind in background.kinds()}


class TestSettings:
    FORM = {name: usual for name, (usual, *_about) in django_settings.CONSTANCE_CONFIG.items()}

    @pytest.fixture(autouse=True)
    def fresh(self) -> None:
        from django.core.cache import cache

        cache.clear()

    def save(self, client: Client, **changes: Any) -> Any:
        page = client.get(SETTINGS)
        form = {**self.FORM, **changes, "version": page.context["form"]["version"].value()}
        return client.post(SETTINGS, form)

    def test_a_change_is_audited_with_both_values(self) -> None:
        client = at_desk("admin")
        assert self.save(client, PHOTO_LIMIT=40).status_code == 302
        assert config.PHOTO_LIMIT == 40
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.reason, entry.actor_id) == (
            "setting.changed",
            "PHOTO_LIMIT: 30 → 40",
            client.user.pk,
        )

    def test_reading_and_saving_unchanged_leave_no_entry(self) -> None:
        self.save(at_desk("admin"))
        assert not AuditEntry.objects.exists()

    @pytest.mark.parametrize("value", [0, -5, 1001, "many"])
    def test_a_value_out_of_range_is_refused(self, value: Any) -> None:
        assert self.save(at_desk("admin"), PHOTO_LIMIT=value, PHOTO_MINIMUM=2).status_code == 200
        assert (config.PHOTO_LIMIT, config.PHOTO_MINIMUM) == (30, 1)
        assert not AuditEntry.objects.exists()

    def test_only_the_administration_opens_them(self) -> None:
        assert at_desk("moderator").get(SETTINGS).status_code == 403


def test_a_refused_decision_in_the_admin_leaves_no_history() -> None:
    listing = ListingFactory(status=Status.PENDING_REVIEW, submitted_at=clock.now())
    approve_listing(listing_id=listing.pk, by=UserFactory())
    before = Listing.objects.values().get(pk=listing.pk)
    client = at_desk("moderator")
    client.post(
        f"{ADMIN}listings/reviewitem/{listing.pk}/reject/", {"_form_submitted": "true", "words": "Too late"}
    )
    assert Listing.objects.values().get(pk=listing.pk) == before
    assert AuditEntry.objects.filter(actor=client.user).count() == 0
