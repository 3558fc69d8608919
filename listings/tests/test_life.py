from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import StaffFactory, UserFactory
from key2key.common import background, clock
from key2key.common.errors import Conflict, InvalidInput, NotAllowed
from key2key.common.models import AuditEntry, Event
from listings import services
from listings.enums import HiddenReason, Status
from listings.models import Asset, Listing, SearchRow
from listings.services.life import move
from listings.tasks import enforce_licences, expire_listings
from listings.tests.factories import AssetFactory, ListingFactory, SellerFactory

pytestmark = pytest.mark.django_db


def step(client, listing, action, body=None):
    return client.post(f"/api/v1/listings/{listing.pk}/{action}", body or {}, format="json")


def snapshot(listing):
    return Listing.objects.values().get(pk=listing.pk)


@pytest.fixture
def seller():
    return SellerFactory()


@pytest.fixture
def client(sign_in, seller):
    return sign_in(seller.user)


@pytest.fixture
def draft(seller):
    return ListingFactory(seller=seller, status=Status.DRAFT)


def test_a_complete_draft_is_submitted(client, draft):
    answer = step(client, draft, "submit")
    assert answer.status_code == 200, answer.content
    assert (answer.json()["status"], answer.json()["allowed_actions"]) == ("pending_review", ["take_back"])
    assert Event.objects.filter(name="listings.ListingSubmitted").count() == 1
    assert AuditEntry.objects.get(action="listing.submit").subject_id == str(draft.pk)


def test_an_incomplete_draft_is_not(client, seller):
    draft = ListingFactory(seller=seller, status=Status.DRAFT, photos=0, description="")
    before = snapshot(draft)
    answer = step(client, draft, "submit")
    assert (answer.status_code, answer.json()["code"]) == (400, "listing_incomplete")
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/photos", "/description"}
    assert snapshot(draft) == before
    assert Event.objects.count() == 0


def test_publishing_waits_for_a_verified_contact(sign_in):
    seller = SellerFactory(user=UserFactory(email_verified_at=None))
    draft = ListingFactory(seller=seller, status=Status.DRAFT)
    answer = step(sign_in(seller.user), draft, "submit")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_verified")
    assert snapshot(draft)["status"] == "draft"


def test_a_broker_without_a_licence_does_not_publish(client, seller, draft):
    services.set_seller_facts(user_id=seller.user_id, facts=services.SellerFacts(type="broker"))
    answer = step(client, draft, "submit")
    assert (answer.status_code, answer.json()["code"]) == (403, "licence_required")
    until = clock.now() + timedelta(days=90)
    services.set_seller_facts(user_id=seller.user_id, facts=services.SellerFacts(may_publish_until=until))
    assert step(client, draft, "submit").status_code == 200


def test_the_quota_of_a_private_seller_holds(client, seller, draft):
    services.set_seller_facts(user_id=seller.user_id, facts=services.SellerFacts(live_quota=1))
    ListingFactory(seller=seller)
    answer = step(client, draft, "submit")
    assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (409, "quota_reached", 1)
    assert snapshot(draft)["status"] == "draft"


def test_what_returns_to_the_market_counts(client, seller):
    services.set_seller_facts(user_id=seller.user_id, facts=services.SellerFacts(live_quota=1))
    live = ListingFactory(seller=seller)
    withdrawn = ListingFactory(seller=seller, status=Status.WITHDRAWN, published_at=clock.now())
    before = snapshot(withdrawn)
    answer = step(client, withdrawn, "reactivate")
    assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (409, "quota_reached", 1)
    assert snapshot(withdrawn) == before
    assert step(client, live, "hold").status_code == 200
    assert step(client, live, "reactivate").status_code == 200, "what is on hold counted all the while"


def test_what_was_public_and_is_a_draft_again_can_be_cancelled(client, seller, draft):
    listing = ListingFactory(seller=seller, status=Status.REJECTED, published_at=clock.now())
    assert step(client, listing, "revise").json()["allowed_actions"] == ["submit", "cancel"]
    refused = client.delete(f"/api/v1/properties/{listing.pk}")
    assert (refused.status_code, refused.json()["instead"]) == (409, "cancel")
    assert step(client, listing, "cancel").json()["status"] == "cancelled"
    refused = step(client, draft, "cancel")
    assert (refused.status_code, refused.json()["allowed"]) == (409, ["submit"])
    assert snapshot(draft)["status"] == "draft", "it was never public: it can be deleted"


def test_an_illegal_step_changes_nothing_and_names_the_legal_ones(client, draft):
    before = snapshot(draft)
    answer = step(client, draft, "hold")
    assert answer.status_code == 409
    document = answer.json()
    assert (document["code"], document["status_now"], document["allowed"]) == (
        "illegal_transition",
        "draft",
        ["submit"],
    )
    assert snapshot(draft) == before


def test_the_owners_way_through_a_life(client, seller):
    listing = ListingFactory(seller=seller)
    for action, status in [
        ("hold", "on_hold"),
        ("reactivate", "active"),
        ("withdraw", "withdrawn"),
        ("reactivate", "active"),
    ]:
        assert step(client, listing, action).json()["status"] == status
    assert SearchRow.objects.get(pk=listing.pk).is_public
    step(client, listing, "withdraw")
    assert not SearchRow.objects.get(pk=listing.pk).is_public
    assert step(client, listing, "cancel").json()["status"] == "cancelled"
    assert step(client, listing, "reactivate").status_code == 409


def test_back_and_forth_before_the_market(client, seller):
    listing = ListingFactory(seller=seller, status=Status.PENDING_REVIEW)
    assert step(client, listing, "take-back").json()["status"] == "draft"
    Listing.objects.filter(pk=listing.pk).update(status=Status.REJECTED)
    assert step(client, listing, "revise").json()["status"] == "draft"
    Listing.objects.filter(pk=listing.pk).update(status=Status.COMING_SOON)
    assert step(client, listing, "launch").json()["status"] == "active"


def test_what_is_sold_is_closed_with_its_price(client, seller, api):
    listing = ListingFactory(seller=seller)
    body = {"close_kind": "sold", "close_price": "12000000.00", "close_date": clock.today().isoformat()}
    answer = step(client, listing, "close", body)
    assert answer.status_code == 200, answer.content
    assert (answer.json()["status"], answer.json()["close_price"]) == ("closed", "12000000.00")
    assert answer.json()["allowed_actions"] == []
    assert api.get(f"/api/v1/listings/{listing.pk}").status_code == 404


@pytest.mark.parametrize(
    "body, code",
    [
        ({"close_kind": "rented", "close_date": "2026-01-01"}, "wrong_close_kind"),
        ({"close_kind": "sold", "close_date": "2999-01-01"}, "in_the_future"),
        ({"close_kind": "sold", "close_date": "2001-01-01"}, "before_publication"),
        ({"close_kind": "sold", "close_date": 5}, "invalid"),
        ({"close_kind": "sold"}, "required"),
    ],
)
def test_a_closing_that_cannot_be_is_refused(client, seller, body, code):
    listing = ListingFactory(seller=seller)
    before = snapshot(listing)
    answer = step(client, listing, "close", body)
    assert answer.status_code == 400
    assert code in {fault["code"] for fault in answer.json()["errors"]}
    assert snapshot(listing) == before


def test_an_offer_ends_with_its_period_and_is_renewed(client, seller):
    listing = ListingFactory(seller=seller)
    Listing.objects.filter(pk=listing.pk).update(expires_at=clock.now() + timedelta(days=1))
    expire_listings()
    assert snapshot(listing)["status"] == "active"
    with clock.advanced(timedelta(days=2)):
        expire_listings()
    assert snapshot(listing)["status"] == "expired"
    assert not services.expire_listing(listing.pk), "the clock may strike twice"
    assert step(client, listing, "renew").json()["status"] == "pending_review"
    staff = StaffFactory(groups=["moderator"])
    services.approve_listing(listing_id=listing.pk, by=staff)
    assert snapshot(listing)["expires_at"] > clock.now() + timedelta(days=30)


def test_approval_puts_it_on_the_market_and_tells_the_owner(draft, seller, api):
    draft.status = Status.PENDING_REVIEW
    draft.save()
    staff = StaffFactory(groups=["moderator"])
    services.approve_listing(listing_id=draft.pk, by=staff)
    assert api.get(f"/api/v1/listings/{draft.pk}").json()["status"] == "active"
    assert [card["id"] for card in api.get("/api/v1/properties").json()["results"]] == [str(draft.pk)]
    background.sweep()
    assert [message.to for message in mail.outbox] == [[seller.user.email]]
    entry = AuditEntry.objects.get(action="listing.approve")
    assert entry.actor_id == staff.pk


@pytest.mark.parametrize(
    "decide, status",
    [
        (services.request_changes, "changes_requested"),
        (services.reject_listing, "rejected"),
        (services.remove_listing, "removed"),
    ],
)
def test_a_refusal_needs_a_reason_that_the_owner_reads(draft, seller, sign_in, decide, status):
    draft.status = Status.PENDING_REVIEW
    draft.save()
    staff = StaffFactory(groups=["moderator"])
    with pytest.raises(InvalidInput):
        decide(listing_id=draft.pk, by=staff, reason="  ")
    assert snapshot(draft)["status"] == "pending_review"
    decide(listing_id=draft.pk, by=staff, reason="The photos show another house.")
    own = sign_in(seller.user).get(f"/api/v1/listings/{draft.pk}").json()
    assert (own["status"], own["review_reason"]) == (status, "The photos show another house.")
    background.sweep()
    assert "The photos show another house." in mail.outbox[0].body
    assert AuditEntry.objects.get(actor_id=staff.pk).reason == "The photos show another house."


def test_nobody_reviews_their_own_listing():
    staff = StaffFactory(groups=["moderator"])
    own = ListingFactory(seller=SellerFactory(user=staff), status=Status.PENDING_REVIEW)
    with pytest.raises(NotAllowed) as refused:
        services.approve_listing(listing_id=own.pk, by=staff)
    assert refused.value.code == "own_listing"
    assert snapshot(own)["status"] == "pending_review"


def test_approval_checks_the_licence_again(draft, seller):
    Listing.objects.filter(pk=draft.pk).update(status=Status.PENDING_REVIEW)
    services.set_seller_facts(user_id=seller.user_id, facts=services.SellerFacts(type="broker"))
    with pytest.raises(NotAllowed):
        services.approve_listing(listing_id=draft.pk, by=StaffFactory(groups=["moderator"]))


def test_an_asset_with_an_identity_is_offered_once_per_purpose():
    asset = AssetFactory(kind="vehicle", vin="JTDBR32E720123456")
    first = ListingFactory(kind="vehicle", asset=asset, live_slot="*", status=Status.PENDING_REVIEW)
    second = ListingFactory(kind="vehicle", asset=asset, live_slot="*", status=Status.PENDING_REVIEW)
    staff = StaffFactory(groups=["moderator"])
    services.approve_listing(listing_id=first.pk, by=staff)
    with pytest.raises(Conflict) as refused:
        services.approve_listing(listing_id=second.pk, by=staff)
    assert refused.value.code == "asset_already_live"
    assert snapshot(second)["status"] == "pending_review"
    assert not SearchRow.objects.filter(pk=second.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_steps_at_once_one_is_taken(sign_in):
    seller = SellerFactory()
    listing = ListingFactory(seller=seller)
    clients = [sign_in(seller.user) for _ in range(8)]

    def withdraw(client):
        try:
            return step(client, listing, "withdraw").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(withdraw, clients))
    assert sorted(answers) == [200] + [409] * 7
    assert AuditEntry.objects.filter(action="listing.withdraw").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_sellers_of_one_car_one_goes_live():
    asset = AssetFactory(kind="vehicle", vin="JTDBR32E720123456")
    staff = StaffFactory(groups=["moderator"])
    offers = [
        ListingFactory(kind="vehicle", asset=asset, live_slot="*", status=Status.PENDING_REVIEW)
        for _ in range(4)
    ]

    def approve(listing):
        try:
            services.approve_listing(listing_id=listing.pk, by=staff)
            return "live"
        except Conflict as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(approve, offers)) == ["asset_already_live"] * 3 + ["live"]
    assert Asset.objects.get().listings.filter(status=Status.ACTIVE).count() == 1


def test_a_lapsed_licence_hides_and_a_renewed_one_shows_again(seller, api):
    listing = ListingFactory(seller=seller)
    soon = clock.now() + timedelta(days=1)
    services.set_seller_facts(
        user_id=seller.user_id, facts=services.SellerFacts(type="broker", may_publish_until=soon)
    )
    assert api.get(f"/api/v1/listings/{listing.pk}").status_code == 200
    with clock.advanced(timedelta(days=2)):
        enforce_licences()
        assert services.enforce_licences() == 0, "the clock may strike twice"
    assert snapshot(listing)["hidden_reasons"] == [HiddenReason.LICENCE_LAPSED]
    assert snapshot(listing)["status"] == "active", "hidden is not moved"
    assert api.get(f"/api/v1/listings/{listing.pk}").status_code == 404
    assert api.get("/api/v1/properties").json()["results"] == []
    later = clock.now() + timedelta(days=400)
    services.set_seller_facts(user_id=seller.user_id, facts=services.SellerFacts(may_publish_until=later))
    assert api.get(f"/api/v1/listings/{listing.pk}").status_code == 200


def test_a_suspended_seller_disappears_and_returns(seller, api):
    from accounts.services import reinstate_user, suspend_user

    listing = ListingFactory(seller=seller)
    support = StaffFactory(groups=["support"])
    suspend_user(user_id=seller.user_id, by=support, reason="Under inquiry")
    background.sweep()
    assert api.get(f"/api/v1/listings/{listing.pk}").status_code == 404
    reinstate_user(user_id=seller.user_id, by=support, reason="Cleared")
    background.sweep()
    assert api.get(f"/api/v1/listings/{listing.pk}").status_code == 200


def test_the_sellers_card_follows_the_facts(seller, api):
    ListingFactory(seller=seller)
    services.set_seller_facts(
        user_id=seller.user_id,
        facts=services.SellerFacts(name="Selam Homes", verified=True, response_minutes=12),
    )
    card = api.get("/api/v1/properties").json()["results"][0]["seller"]
    assert (card["name"], card["verified"], card["response_time_minutes"]) == ("Selam Homes", True, 12)


def test_whoever_registers_may_sell_privately(api):
    body = {"full_name": "Sara Tesfaye", "email": "sara@example.com", "password": "long and winding road 7"}
    assert api.post("/api/v1/auth/register", body, format="json").status_code == 201
    background.sweep()
    from listings.models import Seller

    seller = Seller.objects.get(user__email="sara@example.com")
    assert (seller.type, seller.name, seller.may_publish(clock.now())) == ("private", "Sara Tesfaye", True)


def test_another_broken_constraint_is_not_told_as_a_second_offer(seller):
    listing = ListingFactory(seller=seller)
    broken = {"price": None, "price_qualifier": "fixed"}
    with pytest.raises(IntegrityError, match="listings_price_or_on_request"):
        move(listing, action="withdraw", by=seller.user, also=broken)


def test_an_owners_answer_judges_completeness_once(client, seller):
    listing = ListingFactory(seller=seller)
    client.get(f"/api/v1/listings/{listing.pk}")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/api/v1/listings/{listing.pk}")
    assert sum("constance" in query["sql"] for query in queries) == 1
