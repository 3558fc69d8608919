"""What `manage.py seed` promises: believable, whole, the same everywhere, safe to repeat."""

from __future__ import annotations

import json
import math
from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Max
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.management.seeding.logins import demo_logins, password_of
from accounts.models import User
from key2key.common import background, clock
from listings import facts
from listings.enums import Kind, SellerType, Status
from listings.management.seeding.plan import STATUSES, TOTAL, offers
from listings.models import Listing, Photo, PriceChange, SearchRow, Seller
from notifications.models import Notification
from uploads.models import Upload

SHARE = 0.06
FARTHEST_KM = 4.0
CHANGING = (User, Listing, Photo, Upload, Seller)


def sow(share: float = SHARE) -> str:
    said = StringIO()
    call_command("seed", share=share, stdout=said)
    return said.getvalue()


@pytest.fixture(scope="module")
def sown(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield sow()
        transaction.set_rollback(True)


@pytest.fixture
def untouched(sown):
    """What a test changes of the seed, the next one finds as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("untouched")
class TestOnceSown:
    def test_forty_people_and_twelve_licensed_brokers_are_there(self):
        assert User.objects.count() == 40
        brokers = Seller.objects.filter(type=SellerType.BROKER)
        assert brokers.count() == 12
        assert all(broker.may_publish(clock.now() + timedelta(days=365)) for broker in brokers)
        assert all(person.has_verified_contact for person in User.objects.all())

    def test_homes_and_vehicles_of_several_states_are_there(self):
        listings = Listing.objects.all()
        assert listings.count() == round(TOTAL * SHARE)
        assert {listing.kind for listing in listings} == set(Kind)
        assert {Status.ACTIVE, Status.PENDING_REVIEW, Status.DRAFT} <= {one.status for one in listings}

    def test_what_is_visible_is_found_and_nothing_else(self):
        found = set(SearchRow.objects.filter(is_public=True).values_list("pk", flat=True))
        assert found == {listing.pk for listing in Listing.objects.all() if listing.is_visible}
        assert found

    def test_photos_are_ready_and_belong_to_their_listing(self):
        for listing in Listing.objects.prefetch_related("photos__upload"):
            photos = list(listing.photos.all())
            assert [photo.position for photo in photos] == list(range(1, len(photos) + 1))
            assert len(photos) in {2, 3}
            assert photos[0].shows == "front"
            assert all(
                photo.upload.is_ready and photo.upload.owner_id == listing.owner_id for photo in photos
            )
            assert {photo.upload.claimed_by for photo in photos} == {facts.claim_of(listing.pk)}

    def test_cards_speak_both_languages(self):
        for row in SearchRow.objects.select_related("listing"):
            english, amharic = json.loads(row.card_en), json.loads(row.card_am)
            assert english["photo"]["url"]
            assert english["location"]["name"] != amharic["location"]["name"]
            titles = {row.listing.language: row.listing.title}
            titles |= {text.language: text.title for text in row.listing.texts.all()}
            assert english["title"] == titles.get("en", row.listing.title)
            assert amharic["title"] == titles.get("am", row.listing.title)

    def test_every_listing_keeps_the_rules_and_lies_where_it_says(self):
        for listing in Listing.objects.select_related("area", "property", "vehicle__model", "asset"):
            assert facts.verdict(listing).faults == []
            listing.full_clean()
            north = (listing.latitude - listing.area.latitude) * 111.2
            east = (listing.longitude - listing.area.longitude) * 111.2 * math.cos(math.radians(9))
            assert math.hypot(north, east) < FARTHEST_KM

    def test_published_ones_have_a_past_and_a_future(self):
        for listing in Listing.objects.filter(status=Status.ACTIVE):
            assert listing.created_at < listing.submitted_at <= listing.published_at <= clock.now()
            assert listing.expires_at > clock.now()

    def test_nobody_is_written_to_and_no_work_is_left(self):
        assert not Notification.objects.exists()
        assert [background.claim(kind.model, limit=1) for kind in background.kinds()] == [
            [] for _ in background.kinds()
        ]

    def test_a_second_seed_changes_nothing(self):
        def state():
            return [
                (model.objects.count(), model.objects.aggregate(last=Max("updated_at"))) for model in CHANGING
            ]

        before, prices = state(), PriceChange.objects.count()
        said = sow()
        assert said.count("all there already") == 3
        assert state() == before
        assert PriceChange.objects.count() == prices

    def test_demo_logins_open_the_accounts_and_staff_need_their_code(self, api):
        logins = {login.email: login for login in demo_logins()}
        assert len(logins) == 5
        for login in logins.values():
            asked = {"email": login.email, "password": login.password}
            if login.otp_now:
                assert api.post("/api/v1/auth/login", asked, format="json").json()["code"] == "otp_required"
                TOTPDevice.objects.filter(user__email=login.email).update(throttling_failure_count=0)
                asked["otp"] = login.otp_now
            assert api.post("/api/v1/auth/login", asked, format="json").status_code == 200, login.email
        assert {email for email, login in logins.items() if login.otp_now} == {
            "admin@key2key.example",
            "moderator@key2key.example",
        }

    def test_a_changed_password_is_not_shown(self):
        buyer = User.objects.get(email="buyer@key2key.example")
        buyer.set_password("one of their own")
        buyer.save()
        shown = {login.email: login.password for login in demo_logins()}
        assert not shown["buyer@key2key.example"]
        assert shown["seller@key2key.example"]

    def test_the_public_list_shows_them(self, api):
        answer = api.get("/api/v1/listings")
        assert answer.status_code == 200
        assert answer.json()["results"]


@pytest.fixture(scope="module")
def plan(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return list(offers())


def test_the_plan_is_whole_and_the_same_every_time(plan, django_db_blocker):
    with django_db_blocker.unblock():
        assert list(offers()) == plan
        assert list(offers(0.1)) == plan[:30]
    assert Counter(offer.kind for offer in plan) == {Kind.PROPERTY: 170, Kind.VEHICLE: 130}
    assert Counter(offer.life.status for offer in plan) == STATUSES
    assert len({(offer.owner, offer.title) for offer in plan}) == TOTAL


def test_the_plan_is_varied_and_honest(plan):
    assert len({offer.values["location"] for offer in plan}) > 80
    assert len({scene.arguments["seed"] for offer in plan for scene in offer.scenes}) > 290
    assert {offer.values["language"] for offer in plan} == {"en", "am"}
    reduced = [offer for offer in plan if offer.life.price_before]
    assert len(reduced) > 10
    assert all(offer.life.price_before > offer.values["price"] for offer in reduced)
    vins = [offer.values["vin"] for offer in plan if offer.values.get("vin")]
    assert len(vins) == len(set(vins)) > 30
    texts = [f"{offer.values['title']} {offer.values['description']}" for offer in plan]
    assert not [text for text in texts if "{" in text or " 1 bedrooms" in text]


@pytest.mark.django_db
def test_production_refuses_demo_data_and_nothing_is_written(settings):
    settings.ENVIRONMENT = "production"
    with pytest.raises(CommandError, match="production"):
        sow()
    assert not User.objects.exists()


def test_a_demo_password_belongs_to_one_installation(settings):
    here = password_of("buyer@key2key.example")
    settings.SECRET_KEY = "another installation"
    assert password_of("buyer@key2key.example") != here
