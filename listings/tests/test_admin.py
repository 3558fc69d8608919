from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.tests.desk import ADMIN, at_desk, said
from accounts.tests.factories import UserFactory
from key2key.common import clock
from key2key.common.models import AuditEntry, Event
from listings import areas
from listings.enums import Kind, SellerType, Status
from listings.models import Area, Listing
from listings.services import approve_listing
from listings.tests.factories import AssetFactory, ListingFactory, SellerFactory
from notifications.models import Notification

pytestmark = pytest.mark.django_db
QUEUE = f"{ADMIN}listings/reviewitem/"


@pytest.fixture
def moderator() -> Client:
    return at_desk("moderator")


def waiting(**values: Any) -> Listing:
    values.setdefault("submitted_at", clock.now())
    listing: Listing = ListingFactory(status=Status.PENDING_REVIEW, **values)
    return listing


def page(listing: Listing, action: str = "change", *, of: str = "reviewitem") -> str:
    return f"{ADMIN}listings/{of}/{listing.pk}/{action}/"


def deed(client: Client, listing: Listing, action: str, *, of: str = "reviewitem", **form: Any) -> Any:
    return client.post(page(listing, action, of=of), {"_form_submitted": "true", **form})


def status_of(listing: Listing) -> str:
    return str(Listing.objects.values_list("status", flat=True).get(pk=listing.pk))


class TestTheQueue:
    def test_the_longest_waiting_comes_first_and_nothing_else_comes(self, moderator: Client) -> None:
        late = waiting(title="Late")
        early = waiting(title="Early", submitted_at=clock.now() - timedelta(hours=3))
        ListingFactory(title="Live")
        shown = moderator.get(QUEUE).context["cl"].result_list
        assert [row.pk for row in shown] == [early.pk, late.pk]

    def test_a_sheet_shows_all_that_the_decision_needs(self, moderator: Client) -> None:
        listing = waiting(
            kind=Kind.VEHICLE,
            asset=AssetFactory(kind=Kind.VEHICLE, vin="JTDBU4EE9B9123456"),
            price=Decimal(900_000),
            description="It runs.",
            texts={"am": ("ቶዮታ ኮሮላ", "በጥሩ ሁኔታ")},
            detail__mileage_km=990_000,
        )
        ListingFactory(seller=listing.seller, title="Another one")
        twin = ListingFactory(
            kind=Kind.VEHICLE, asset=listing.asset, status=Status.WITHDRAWN, title="The same car"
        )
        text = moderator.get(page(listing)).content.decode()
        for needed in (
            "It runs.", "ቶዮታ ኮሮላ", "900,000 ETB", "990,000", "Corolla", "JTDBU4EE9B9123456",
            "8.99760, 38.78680", "80,000 km a year", "card.webp", twin.title, "<b>1</b> on the market",
            listing.owner.email,
        ):  # fmt: skip
            assert needed in text, needed

    def test_the_cost_of_a_sheet_does_not_grow_with_its_photos(self, moderator: Client) -> None:
        few, many = waiting(photos=1), waiting(photos=20)
        counts = []
        for listing in (few, few, many):
            with CaptureQueriesContext(connection) as queries:
                assert moderator.get(page(listing)).status_code == 200
            counts.append(len(queries))
        assert counts[1] == counts[2]

    def test_next_leads_on_and_at_the_end_to_the_first_again(self, moderator: Client) -> None:
        first, second = waiting(submitted_at=clock.now() - timedelta(hours=1)), waiting()
        assert moderator.get(page(first, "next")).url == page(second)
        assert moderator.get(page(second, "next")).url == page(first)
        Listing.objects.filter(pk=first.pk).update(status=Status.ACTIVE)
        assert moderator.get(page(second, "next")).url == QUEUE


class TestDeciding:
    def test_approving_publishes_tells_the_owner_and_leads_on(self, moderator: Client, api: Any) -> None:
        listing, following = waiting(submitted_at=clock.now() - timedelta(hours=1)), waiting()
        assert moderator.post(page(listing, "approve")).url == page(following)
        assert status_of(listing) == Status.ACTIVE
        assert [row["id"] for row in api.get("/api/v1/listings").json()["results"]] == [str(listing.pk)]
        assert Notification.objects.get(channel="email").kind == "listing_approved"
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.actor_id) == ("listing.approve", moderator.user.pk)

    def test_looking_at_the_address_of_a_decision_decides_nothing(self, moderator: Client) -> None:
        listing = waiting()
        assert moderator.get(page(listing, "approve")).status_code == 405
        assert moderator.get(page(listing, "reject")).status_code == 200
        assert moderator.get(page(listing, "request_changes")).status_code == 200
        assert status_of(listing) == Status.PENDING_REVIEW

    def test_a_forged_form_decides_nothing(self, moderator: Client) -> None:
        listing = waiting()
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = moderator.cookies
        assert strict.post(page(listing, "approve")).status_code == 403
        assert status_of(listing) == Status.PENDING_REVIEW

    @pytest.mark.parametrize(
        ("action", "status", "kind", "stock"),
        [
            ("reject", Status.REJECTED, "listing_rejected", "duplicate"),
            ("request_changes", Status.CHANGES_REQUESTED, "listing_changes_requested", "photos"),
        ],
    )
    def test_a_refusal_carries_its_reason(
        self, moderator: Client, action: str, status: str, kind: str, stock: str
    ) -> None:
        listing = waiting()
        deed(moderator, listing, action, stock=stock, words="Look again.")
        listing.refresh_from_db()
        assert (listing.status, Notification.objects.get(channel="email").kind) == (status, kind)
        assert listing.review_reason.endswith("\nLook again.")
        assert AuditEntry.objects.get().reason == listing.review_reason

    def test_without_a_reason_nothing_is_refused(self, moderator: Client) -> None:
        listing = waiting()
        answer = deed(moderator, listing, "reject", stock="", words="  ")
        assert "Say why" in answer.content.decode()
        assert deed(moderator, listing, "reject", stock="no_such_reason").status_code == 200
        assert status_of(listing) == Status.PENDING_REVIEW
        assert not Event.objects.exists()

    def test_htmx_is_led_on_by_a_header(self, moderator: Client) -> None:
        listing = waiting()
        form = {"_form_submitted": "true", "words": "No."}
        answer = moderator.post(page(listing, "reject"), form, HTTP_HX_REQUEST="true")
        assert (answer.status_code, answer["HX-Redirect"]) == (200, QUEUE)

    def test_nobody_reviews_their_own(self) -> None:
        moderator = at_desk("moderator")
        listing = waiting(seller=SellerFactory(user=moderator.user))
        assert "own listing" in moderator.get(page(listing)).content.decode()
        for answer in (
            moderator.post(page(listing, "approve")),
            deed(moderator, listing, "reject", words="No."),
        ):
            assert "of their own" in said(answer)
        assert status_of(listing) == Status.PENDING_REVIEW
        assert not Notification.objects.exists()

    def test_the_slower_of_two_moderators_reads_a_message(self, moderator: Client) -> None:
        listing, following = waiting(), waiting()
        approve_listing(listing_id=listing.pk, by=UserFactory())
        answer = moderator.post(page(listing, "approve"))
        assert "not possible now" in said(answer)
        assert answer.url == page(following)

    def test_what_the_rule_forbids_stays_on_the_screen(self, moderator: Client) -> None:
        listing = waiting(seller=SellerFactory(type=SellerType.BROKER))
        waiting()
        answer = moderator.post(page(listing, "approve"))
        assert "licence" in said(answer)
        assert answer.url == page(listing)
        assert status_of(listing) == Status.PENDING_REVIEW

    def test_support_looks_and_does_not_decide(self) -> None:
        support, listing = at_desk("support"), waiting()
        assert b'data-key="a"' not in support.get(page(listing)).content
        assert support.post(page(listing, "approve")).status_code == 403
        assert deed(support, listing, "reject", words="No.").status_code == 403
        assert deed(support, listing, "remove", of="listing", reason="No.").status_code == 403
        assert status_of(listing) == Status.PENDING_REVIEW

    def test_what_is_gone_leads_to_no_error(self, moderator: Client) -> None:
        gone = AssetFactory.build()
        for action in ("approve", "reject", "request_changes"):
            answer = deed(moderator, gone, action, words="No.")
            assert answer.url == QUEUE
        assert moderator.get(page(gone, "next")).url == QUEUE


class TestListings:
    def test_removing_wants_a_reason_and_is_final(self, moderator: Client) -> None:
        listing = ListingFactory()
        assert deed(moderator, listing, "remove", of="listing", reason="").status_code == 200
        assert status_of(listing) == Status.ACTIVE
        deed(moderator, listing, "remove", of="listing", reason="Fraud")
        assert status_of(listing) == Status.REMOVED
        assert b"remove/" not in moderator.get(page(listing, of="listing")).content

    @pytest.mark.parametrize("of", ["listing", "reviewitem"])
    def test_no_form_changes_a_listing(self, of: str) -> None:
        root, listing = at_desk(is_superuser=True), waiting()
        assert root.post(page(listing, of=of), {"title": "Changed"}).status_code == 403
        assert root.post(page(listing, "delete", of=of), {"post": "yes"}).status_code == 403
        assert root.get(f"{ADMIN}listings/{of}/add/").status_code == 403
        assert Listing.objects.get().title == listing.title

    def test_a_listing_is_found_by_its_vin_and_its_id(self, moderator: Client) -> None:
        asset = AssetFactory(kind=Kind.VEHICLE, vin="JTDBU4EE9B9123456")
        listing = ListingFactory(kind=Kind.VEHICLE, asset=asset)
        ListingFactory()
        for sought in (asset.vin, str(listing.pk)):
            found = moderator.get(f"{ADMIN}listings/listing/", {"q": sought}).context["cl"].result_list
            assert [row.pk for row in found] == [listing.pk]

    def test_the_page_of_a_person_shows_what_they_list(self, moderator: Client) -> None:
        listing = ListingFactory(title="Hidden gem")
        path = f"{ADMIN}accounts/user/{listing.owner_id}/change/"
        assert "Hidden gem" in moderator.get(path).content.decode()
        assert "Hidden gem" not in at_desk("finance").get(path).content.decode()


class TestReferenceData:
    NEW = {
        "slug": "new-quarter", "name_en": "New Quarter", "name_am": "", "popularity": "5",
        "level": "neighbourhood", "latitude": "9.01", "longitude": "38.8",
    }  # fmt: skip

    def test_a_new_area_gets_its_path_and_an_entry(self) -> None:
        client = at_desk("content")
        bole = areas.find("bole")
        answer = client.post(f"{ADMIN}listings/area/add/", {**self.NEW, "parent": bole.id})
        assert answer.status_code == 302, answer.context["adminform"].form.errors
        area = Area.objects.get(slug="new-quarter")
        assert area.path == "addis-ababa/bole/new-quarter"
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.subject_id, entry.actor_id) == (
            "area.added",
            str(area.pk),
            client.user.pk,
        )

    def test_a_slug_is_settled_once(self) -> None:
        client, area = at_desk("content"), Area.objects.get(slug="bole")
        form = {**self.NEW, "slug": "bole-2", "name_en": "Bole!", "level": "region"}
        assert client.post(f"{ADMIN}listings/area/{area.pk}/change/", form).status_code == 302
        area.refresh_from_db()
        assert (area.slug, area.name_en, area.path) == ("bole", "Bole!", "addis-ababa/bole")
        assert "name" in AuditEntry.objects.get().reason.lower()

    def test_moderators_look_only(self) -> None:
        client, area = at_desk("moderator"), Area.objects.get(slug="bole")
        assert client.get(f"{ADMIN}listings/area/{area.pk}/change/").status_code == 200
        assert client.post(f"{ADMIN}listings/area/{area.pk}/change/", self.NEW).status_code == 403
