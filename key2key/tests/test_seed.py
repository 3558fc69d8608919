"""What `manage.py seed` promises: believable, whole, the same everywhere, safe to repeat."""

from __future__ import annotations

import json
import math
from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Max
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.management.seeding.logins import demo_logins, password_of
from accounts.models import Organisation, User
from brokers.deal_steps import allowed_actions
from brokers.enums import DealState, OfferState, ReviewState, Side, ViewingState
from brokers.management.seeding.stories import STORIES
from brokers.models import Broker, Deal, DealEvidence, HandoverCode, Lead, Offer, Review, Viewing
from brokers.selectors import conversation_of, deals_seen_by, offers_seen_by, public_brokers
from brokers.services import advance_due, expire_due, publish_due, remind_due
from chat.models import ChatEvent, Conversation
from key2key.common import background, clock
from key2key.common.models import Work
from key2key.tests.rolled_back import rolled_back
from listings import facts
from listings.enums import Kind, SellerType, Status
from listings.management.seeding.plan import STATUSES, TOTAL, offers
from listings.models import Listing, Photo, PriceChange, SearchRow, Seller
from notifications.kinds import IN_APP
from notifications.models import Notification, OutboxMessage
from payments.enums import HoldState, RefundStatus
from payments.models import Hold, Payment, Refund, Transfer
from payments.services import ledger_faults
from uploads.models import Upload
from verification.models import Case

SHARE = 0.06
FARTHEST_KM = 4.0
CHANGING = (User, Listing, Photo, Upload, Seller)
DEALING = (Lead, Viewing, Offer, Deal, HandoverCode, DealEvidence, Review, Hold, Payment, Refund)
TOLD = (Conversation, Notification, Case)
WHERE = {  # a listing while its deal stands there
    DealState.DEPOSIT_DUE: Status.UNDER_OFFER,
    DealState.DEPOSIT_HELD: Status.RESERVED,
    DealState.HANDOVER: Status.RESERVED,
    DealState.DISPUTED: Status.RESERVED,
    DealState.COMPLETED: Status.CLOSED,
    DealState.CANCELLED: Status.ACTIVE,
}
HELD = {
    DealState.DEPOSIT_DUE: HoldState.PENDING,
    DealState.DEPOSIT_HELD: HoldState.HELD,
    DealState.HANDOVER: HoldState.HELD,
    DealState.DISPUTED: HoldState.DISPUTED,
    DealState.COMPLETED: HoldState.RELEASED,
    DealState.CANCELLED: HoldState.REFUNDED,
}


def sow(share: float = SHARE) -> str:
    said = StringIO()
    call_command("seed", share=share, stdout=said)
    return said.getvalue()


def person(email: str) -> User:
    return User.objects.get(email=email)


@pytest.fixture(scope="module")
def sown(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), rolled_back():
        yield sow()


@pytest.fixture
def untouched(sown):
    """What a test changes of the seed, the next one finds as it was."""
    with rolled_back():
        yield


@pytest.mark.usefixtures("untouched")
class TestOnceSown:
    def test_forty_one_people_and_twelve_brokers_are_there_one_of_them_suspended(self):
        assert User.objects.count() == 41
        brokers = Seller.objects.filter(type=SellerType.BROKER)
        assert brokers.count() == 12
        closed = {one.name for one in brokers if not one.may_publish(clock.now() + timedelta(days=365))}
        assert closed == {"Habesha Keys"}  # whose profile is suspended
        assert all(person.has_verified_contact for person in User.objects.all())

    def test_two_agencies_have_an_owner_a_manager_and_two_agents_each(self):
        agencies = Organisation.objects.filter(name__in=["Hana Homes & Motors", "Addis Auto Plaza"])
        assert len(agencies) == 2
        for agency in agencies:
            roles = Counter(agency.memberships.values_list("role", flat=True))
            assert roles == {"owner": 1, "manager": 1, "agent": 2}

    def test_every_broker_has_a_profile_and_two_more_wait_for_staff(self):
        profiles = Broker.objects.select_related("user")
        assert Counter(profile.status for profile in profiles) == {
            "active": 11,
            "suspended": 1,
            "pending_review": 2,
        }
        for profile in profiles:
            (licence,) = profile.licences.all()
            waits = profile.status == "pending_review"
            assert licence.state == ("unchecked" if waits else "confirmed")
            seller = Seller.objects.get(user=profile.user)
            assert seller.type == (SellerType.PRIVATE if waits else SellerType.BROKER)
        assert public_brokers().count() == 11

    def test_an_agency_publishes_by_the_licence_of_its_owner(self):
        for agency in Seller.objects.filter(type=SellerType.AGENCY):
            owner = agency.organisation.memberships.get(role="owner").user
            assert agency.may_publish_until == Seller.objects.get(user=owner).may_publish_until

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
        news = Notification.objects.all()
        assert {row.channel for row in news} == {IN_APP}
        assert all(row.created_at <= clock.now() for row in news)
        assert not OutboxMessage.objects.exists()
        for kind in background.kinds():
            states = set(kind.model.objects.values_list("work_state", flat=True))
            assert states <= {Work.WorkState.DONE}, kind.model

    def test_nothing_is_due_by_the_clock(self):
        assert [due() for due in (advance_due, expire_due, publish_due, remind_due)] == [0, 0, 0, 0]

    def test_a_second_seed_changes_nothing(self):
        def state():
            return {
                model: (model.objects.count(), model.objects.aggregate(last=Max("updated_at")))
                for model in (*CHANGING, *DEALING, *TOLD)
            } | {model: model.objects.count() for model in (PriceChange, Transfer, ChatEvent)}

        before = state()
        said = sow()
        told = [line for line in said.splitlines() if "conversations" not in line]
        assert all("all there already" in line for line in told[:-1]), said
        assert state() == before

    def test_demo_logins_open_the_accounts_and_staff_need_their_code(self, api):
        logins = {login.email: login for login in demo_logins()}
        assert len(logins) == 6
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


@pytest.mark.usefixtures("untouched")
class TestInTheMiddleOfLife:
    def test_every_state_of_a_deal_but_one_is_there(self):
        assert Deal.objects.count() == 6
        assert {deal.state for deal in Deal.objects.all()} == set(DealState) - {DealState.CANCEL_REQUESTED}
        assert Offer.objects.count() == len(STORIES) + 1  # with the counter-offer

    def test_the_money_is_where_the_deals_have_it(self):
        assert ledger_faults() == []
        for deal in Deal.objects.all():
            assert Hold.objects.get(target_id=deal.pk).state == HELD[deal.state]
        assert {refund.status for refund in Refund.objects.all()} == {RefundStatus.SUCCEEDED}
        assert all(
            payment.paid_at < payment.created_at + timedelta(hours=1) for payment in Payment.objects.all()
        )

    def test_listings_stand_where_their_deals_have_them(self):
        for deal in Deal.objects.select_related("listing"):
            assert deal.listing.status == WHERE[deal.state]
            assert deal.listing.deal_id == (deal.pk if deal.is_open else None)

    def test_open_deals_have_time_left_and_ended_ones_their_dates(self):
        for deal in Deal.objects.prefetch_related("steps"):
            moments = [step.happened_at for step in reversed(deal.steps.all())]
            assert deal.created_at <= min(moments, default=clock.now())
            assert moments == sorted(moments)
            if deal.is_open:
                assert deal.deadline_at > clock.now()
            else:
                assert abs(deal.ended_at - moments[-1]) < timedelta(seconds=5)

    def test_the_demos_buyer_has_a_deposit_to_pay_one_held_and_offers_on_the_table(self):
        buyer = person("buyer@key2key.example")
        deals = {deal.state: deal for deal in deals_seen_by(buyer)}
        assert set(deals) == {DealState.DEPOSIT_DUE, DealState.DEPOSIT_HELD}
        due, held = deals[DealState.DEPOSIT_DUE], deals[DealState.DEPOSIT_HELD]
        assert "pay" in allowed_actions(due, side=Side.BUYER, at=clock.now())
        ticked = [paper for paper in held.papers.all() if paper.required and paper.buyer_ticked_at]
        assert 0 < len(ticked) < len([paper for paper in held.papers.all() if paper.required])
        made = offers_seen_by(buyer).filter(state=OfferState.MADE)
        assert {offer.made_by for offer in made} == set(Side)

    def test_a_viewing_is_tomorrow(self):
        tomorrow = clock.today() + timedelta(days=1)
        agreed = Viewing.objects.filter(state=ViewingState.CONFIRMED, buyer=person("buyer@key2key.example"))
        assert tomorrow in {viewing.starts_at.date() for viewing in agreed}

    def test_both_sides_of_the_dispute_have_said_something(self):
        evidence = DealEvidence.objects.filter(deal__state=DealState.DISPUTED)
        assert [each.side for each in evidence] == [Side.BUYER, Side.SELLER]

    def test_the_completed_deal_was_reviewed_by_both_two_weeks_ago(self, api):
        deal = Deal.objects.get(state=DealState.COMPLETED)
        assert 13 <= (clock.now() - deal.ended_at).days <= 15
        reviews = Review.objects.filter(deal=deal)
        assert {review.side for review in reviews} == set(Side)
        assert {review.state for review in reviews} == {ReviewState.PUBLISHED}
        shown = api.get(f"/api/v1/users/{deal.owner_id}/reviews").json()["results"]
        assert [review["text"] for review in shown] == [reviews.get(side=Side.BUYER).text]

    def test_every_deal_is_told_of_where_its_sides_talk(self):
        for deal in Deal.objects.all():
            talk = conversation_of(listing_id=deal.listing_id, buyer_id=deal.buyer_id)
            lines = ChatEvent.objects.filter(conversation_id=talk).order_by("seq")
            codes = [line.payload.get("code") for line in lines if line.kind == "system"]
            assert codes[:2] == ["offer_made", "deal_opened"], deal.state
            assert [line.created_at for line in lines] == sorted(line.created_at for line in lines)


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
