"""Listings of an organisation: seen and written by its people, as their role allows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from accounts.agency import Right
from accounts.models import Membership
from accounts.tests.factories import MembershipFactory, OrganisationFactory, StaffFactory, UserFactory
from key2key.common import background, clock
from key2key.common.errors import NotAllowed, NotFound
from listings import selectors, services
from listings.enums import Status
from listings.models import Listing, Photo, SearchRow, Seller, SellerCard
from listings.services import SellerFacts
from listings.tests.factories import AgencySellerFactory, ListingFactory, ReadyUploadFactory

pytestmark = pytest.mark.django_db
Role = Membership.Role
BODY = {
    "title": "Villa in Bole", "purpose": "sale", "price": "9000000.00", "location": "bole",
    "property_type": "villa", "bedrooms": 3, "size_m2": "200.00",
}  # fmt: skip
SignIn = Callable[..., Any]


@pytest.fixture
def agency() -> Seller:
    made: Seller = AgencySellerFactory()
    return made


@pytest.fixture
def member(agency: Seller) -> Callable[[str], Any]:
    def join(role: str) -> Any:
        return MembershipFactory(organisation=agency.organisation, role=role).user

    return join


@pytest.fixture
def draft(agency: Seller, member: Callable[[str], Any]) -> Listing:
    made: Listing = ListingFactory(seller=agency, owner=member(Role.AGENT), status=Status.DRAFT)
    return made


def create(client: Any, organisation: Any) -> Any:
    return client.post("/api/v1/properties", {**BODY, "organisation": str(organisation.pk)}, format="json")


@pytest.mark.parametrize("role", [Role.OWNER, Role.MANAGER, Role.AGENT])
def test_who_may_list_lists_for_the_organisation(
    agency: Seller, member: Callable[[str], Any], sign_in: SignIn, role: str
) -> None:
    person = member(role)
    answer = create(sign_in(person), agency.organisation)
    assert answer.status_code == 201, answer.content
    listing = Listing.objects.get(pk=answer.json()["id"])
    assert (listing.organisation, listing.owner, listing.seller) == (agency.organisation, person, agency)
    assert answer.json()["organisation"] == str(agency.organisation_id)
    assert (answer.json()["seller"]["name"], answer.json()["seller"]["type"]) == (agency.name, "agency")


@pytest.mark.parametrize("role", [Role.ASSISTANT, Role.ACCOUNTANT, Role.VIEWER, None])
def test_who_may_not_list_does_not(
    agency: Seller, member: Callable[[str], Any], sign_in: SignIn, role: str | None
) -> None:
    answer = create(sign_in(member(role) if role else UserFactory()), agency.organisation)
    assert answer.status_code == 400
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [
        ("/organisation", "unknown_organisation")
    ]
    assert Listing.objects.count() == 0


def test_the_first_listing_makes_the_seller_behind_the_licence_gate(sign_in: SignIn) -> None:
    person = UserFactory()
    organisation = OrganisationFactory(name="Sheger Homes")
    MembershipFactory(organisation=organisation, user=person, role=Role.AGENT)
    assert create(sign_in(person), organisation).status_code == 201
    seller = Seller.objects.get(organisation=organisation)
    assert (seller.type, seller.name, seller.may_publish(clock.now())) == ("agency", "Sheger Homes", False)
    assert "Sheger Homes" in SellerCard.objects.get(seller=seller).card
    until = clock.now() + timedelta(days=90)
    services.set_seller_facts(organisation_id=organisation.pk, facts=SellerFacts(may_publish_until=until))
    seller.refresh_from_db()
    assert seller.may_publish(clock.now())


def test_facts_are_of_a_person_or_of_an_organisation(agency: Seller) -> None:
    for whom in ({}, {"user_id": UserFactory().pk, "organisation_id": agency.organisation_id}):
        with pytest.raises(TypeError):
            services.set_seller_facts(**whom, facts=SellerFacts(verified=True))
    agency.refresh_from_db()
    assert not agency.verified


def test_whose_it_is_stays_as_it_was_written_down(draft: Listing, sign_in: SignIn) -> None:
    body = {"organisation": None}
    answer = sign_in(draft.owner).patch(f"/api/v1/properties/{draft.pk}", body, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "read_only_field")
    draft.refresh_from_db()
    assert draft.organisation_id is not None


@pytest.mark.parametrize("role", [Role.OWNER, Role.MANAGER, Role.AGENT])
def test_a_colleague_who_may_write_goes_the_whole_way(
    draft: Listing, member: Callable[[str], Any], sign_in: SignIn, role: str
) -> None:
    colleague = member(role)
    client, address = sign_in(colleague), f"/api/v1/properties/{draft.pk}"
    assert client.patch(address, {"title": "A better title"}, format="json").status_code == 200
    upload = {"upload": str(ReadyUploadFactory(owner=colleague).pk)}
    assert client.post(f"/api/v1/listings/{draft.pk}/photos", upload, format="json").status_code == 201
    answer = client.post(f"/api/v1/listings/{draft.pk}/submit", {}, format="json")
    assert (answer.status_code, answer.json()["status"]) == (200, "pending_review"), answer.content
    assert answer.json()["allowed_actions"] == ["take_back"]
    assert Photo.objects.filter(listing=draft).count() == 3


@pytest.mark.parametrize("role", [Role.ASSISTANT, Role.ACCOUNTANT, Role.VIEWER])
def test_a_colleague_who_may_only_look_looks(
    draft: Listing, member: Callable[[str], Any], sign_in: SignIn, role: str
) -> None:
    client, before = sign_in(member(role)), Listing.objects.values().get(pk=draft.pk)
    seen = client.get(f"/api/v1/listings/{draft.pk}")
    assert (seen.status_code, seen.json()["allowed_actions"]) == (200, [])
    assert seen.json()["latitude"] == draft.latitude, "the side's own eyes see the exact point"
    for call in (
        lambda: client.patch(f"/api/v1/properties/{draft.pk}", {"title": "Mine now"}, format="json"),
        lambda: client.delete(f"/api/v1/properties/{draft.pk}"),
        lambda: client.post(f"/api/v1/listings/{draft.pk}/submit", {}, format="json"),
        lambda: client.post(f"/api/v1/listings/{draft.pk}/photos", {"upload": str(draft.pk)}, format="json"),
    ):
        assert call().status_code == 404
    assert Listing.objects.values().get(pk=draft.pk) == before


def test_who_has_left_has_nothing_to_do_with_it(draft: Listing, sign_in: SignIn) -> None:
    client = sign_in(draft.owner)
    assert client.get(f"/api/v1/listings/{draft.pk}").status_code == 200
    Membership.objects.filter(user=draft.owner).delete()
    assert client.get(f"/api/v1/listings/{draft.pk}").status_code == 404
    assert client.get("/api/v1/users/me/listings").json()["results"] == []


def test_a_personal_listing_is_no_colleagues(
    draft: Listing, member: Callable[[str], Any], sign_in: SignIn
) -> None:
    person = draft.owner
    personal = ListingFactory(seller=services.open_private_seller(person.pk), status=Status.DRAFT)
    assert sign_in(member(Role.OWNER)).get(f"/api/v1/listings/{personal.pk}").status_code == 404


def test_ones_own_list_holds_the_organisations_and_says_what_may_be_done(
    draft: Listing, member: Callable[[str], Any], sign_in: SignIn
) -> None:
    viewer = member(Role.VIEWER)
    own = ListingFactory(seller=services.open_private_seller(viewer.pk), status=Status.DRAFT)
    client = sign_in(viewer)
    rows = {row["id"]: row for row in client.get("/api/v1/users/me/listings").json()["results"]}
    assert {pk: row["allowed_actions"] for pk, row in rows.items()} == {
        str(draft.pk): [], str(own.pk): ["submit"],
    }  # fmt: skip
    only = client.get(f"/api/v1/users/me/listings?organisation={draft.organisation_id}").json()["results"]
    assert [row["id"] for row in only] == [str(draft.pk)]
    assert only[0]["organisation"] == str(draft.organisation_id)
    other = OrganisationFactory()
    assert client.get(f"/api/v1/users/me/listings?organisation={other.pk}").json()["results"] == []
    assert client.get("/api/v1/users/me/listings?organisation=x").status_code == 400


def test_the_own_list_asks_as_often_for_one_as_for_twenty(
    agency: Seller, member: Callable[[str], Any], sign_in: SignIn, assert_same_queries: Any
) -> None:
    agent = member(Role.AGENT)
    client = sign_in(agent)
    assert_same_queries(
        client,
        "/api/v1/users/me/listings",
        add=lambda more: ListingFactory.create_batch(more, seller=agency, owner=agent),
    )


def test_its_card_shows_the_organisation(draft: Listing, agency: Seller, api: Any) -> None:
    listing = ListingFactory(seller=agency, owner=draft.owner)
    card = api.get("/api/v1/listings").json()["results"][0]
    assert (card["id"], card["seller"]["name"]) == (str(listing.pk), agency.name)
    detail = api.get(f"/api/v1/listings/{listing.pk}").json()
    assert (detail["seller"]["id"], detail["allowed_actions"]) == (str(agency.pk), [])


def test_a_renamed_organisation_is_shown_under_its_new_name(agency: Seller) -> None:
    agency.organisation.name = "Hana & Sons"
    agency.organisation.save()
    services.follow_organisation(agency.organisation_id)
    assert "Hana & Sons" in SellerCard.objects.get(seller=agency).card
    assert Seller.objects.get(pk=agency.pk).name == "Hana & Sons"
    services.follow_organisation(OrganisationFactory().pk)


def test_its_licence_hides_and_shows_all_its_listings(draft: Listing, agency: Seller) -> None:
    listing = ListingFactory(seller=agency, owner=draft.owner)
    gone = clock.now() - timedelta(days=1)
    services.set_seller_facts(
        organisation_id=agency.organisation_id, facts=SellerFacts(may_publish_until=gone)
    )
    assert not SearchRow.objects.get(pk=listing.pk).is_public


def test_the_gate_of_the_verified_contact_stands_before_the_person(
    draft: Listing, agency: Seller, sign_in: SignIn
) -> None:
    colleague = UserFactory(email_verified_at=None)
    MembershipFactory(organisation=agency.organisation, user=colleague, role=Role.AGENT)
    answer = sign_in(colleague).post(f"/api/v1/listings/{draft.pk}/submit", {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_verified")
    assert (
        sign_in(draft.owner).post(f"/api/v1/listings/{draft.pk}/submit", {}, format="json").status_code == 200
    )


def test_nobody_reviews_what_their_own_organisation_lists(draft: Listing, agency: Seller) -> None:
    staff = StaffFactory(groups=["moderator"])
    MembershipFactory(organisation=agency.organisation, user=staff, role=Role.VIEWER)
    services.submit_listing(listing_id=draft.pk, by=draft.owner)
    with pytest.raises(NotAllowed, match="own_listing"):
        services.approve_listing(listing_id=draft.pk, by=staff)
    assert Listing.objects.get(pk=draft.pk).status == Status.PENDING_REVIEW


def test_the_verdict_goes_to_who_looks_after_it_and_to_those_who_can_when_they_left(
    draft: Listing, member: Callable[[str], Any]
) -> None:
    manager, viewer = member(Role.MANAGER), member(Role.VIEWER)
    services.submit_listing(listing_id=draft.pk, by=draft.owner)
    services.request_changes(listing_id=draft.pk, by=StaffFactory(), reason="Another photo")
    background.sweep()
    assert [message.to for message in mail.outbox] == [[draft.owner.email]]
    mail.outbox.clear()
    Membership.objects.filter(user=draft.owner).delete()
    services.submit_listing(listing_id=draft.pk, by=manager)
    services.approve_listing(listing_id=draft.pk, by=StaffFactory())
    background.sweep()
    assert [message.to for message in mail.outbox] == [[manager.email]]
    assert viewer.email not in str(mail.outbox)


class TestWhoIsWhoToAListing:
    def test_a_stranger_may_turn_to_what_is_visible_and_the_sellers_side_may_not(
        self, draft: Listing, agency: Seller, member: Callable[[str], Any]
    ) -> None:
        listing = ListingFactory(seller=agency, owner=draft.owner)
        assert selectors.listing_for_contact(UserFactory(), listing_id=listing.pk) == listing
        for person in (listing.owner, member(Role.VIEWER)):
            with pytest.raises(NotFound):
                selectors.listing_for_contact(person, listing_id=listing.pk)
        with pytest.raises(NotFound):
            selectors.listing_for_contact(UserFactory(), listing_id=draft.pk)

    def test_who_acts_for_the_seller(self, draft: Listing, member: Callable[[str], Any]) -> None:
        agent, assistant = member(Role.AGENT), member(Role.ASSISTANT)
        assert selectors.acts_for_seller(agent, draft)
        assert not selectors.acts_for_seller(assistant, draft)
        assert selectors.acts_for_seller(assistant, draft, right=Right.WORK_LEADS)
        assert not selectors.acts_for_seller(UserFactory(), draft)
        personal = ListingFactory()
        assert selectors.acts_for_seller(personal.owner, personal, right=Right.MANAGE_MEMBERS)
        assert not selectors.acts_for_seller(agent, personal)

    def test_whom_to_tell(self, draft: Listing, member: Callable[[str], Any]) -> None:
        manager = member(Role.MANAGER)
        member(Role.VIEWER)
        people = selectors.seller_people(draft, right=Right.DEAL)
        assert people[0] == draft.owner, "who looks after it comes first"
        assert set(people) == {draft.owner, manager}
        personal = ListingFactory()
        assert selectors.seller_people(personal, right=Right.DEAL) == [personal.owner]
