"""Leads: worked on by the seller's side, moved along by what happens, answered in measured time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import Membership
from accounts.services import erase_user
from accounts.tests.factories import MembershipFactory, StaffFactory, UserFactory
from brokers import lead_stages, services
from brokers.enums import DealState, LeadSource, LeadStage, ViewingState
from brokers.models import Broker, Lead, LeadNote, Viewing
from brokers.tests.arranging import ahead, published, told
from brokers.tests.factories import LeadFactory, OfferFactory, ViewingFactory, deal_in, hear_all
from chat.services import send
from key2key.common import clock
from key2key.common.errors import Conflict, InvalidInput, NotFound
from key2key.common.models import AuditEntry
from key2key.common.plugins import privacy
from listings.models import Listing, Seller
from listings.tests.factories import AgencySellerFactory, ListingFactory

pytestmark = pytest.mark.django_db

LEADS = "/api/v1/leads"
S = LeadStage


def agency_lead() -> tuple[Lead, Membership]:
    agent = MembershipFactory(role=Membership.Role.AGENT)
    seller = AgencySellerFactory(organisation=agent.organisation)
    return LeadFactory(listing=ListingFactory(seller=seller, owner=agent.user)), agent


def change(lead: Lead, *, by: Any = None, **changes: Any) -> Lead:
    return services.change_lead(lead_id=lead.pk, by=by or lead.owner, changes=changes)


def asked(*, minutes: int = 0, by: Any = None, listing: Any = None) -> Lead:
    """A question, answered after so many minutes; 0: not answered."""
    listing, buyer = listing or ListingFactory(), by or UserFactory()
    inquiry = services.inquire(listing_id=listing.pk, by=buyer, message="Hello?", client_id=uuid4())
    if minutes:
        with clock.advanced(timedelta(minutes=minutes, seconds=5)):
            send(by=listing.owner, conversation_id=inquiry.conversation_id, client_id=uuid4(), body="Yes")
    return inquiry.lead


class TestMoving:
    @pytest.mark.parametrize("before", list(S))
    def test_a_lead_goes_where_the_table_has_it_and_nowhere_else(self, before: LeadStage) -> None:
        for after in S:
            lead = LeadFactory(stage=before, lost_reason="Sold elsewhere" if before == S.LOST else "")
            reason = {"lost_reason": "Too dear"} if after == S.LOST else {}
            if after == before or after in lead_stages.MOVES[before]:
                assert change(lead, stage=after, **reason).stage == after
                continue
            with pytest.raises(Conflict) as refusal:
                change(lead, stage=after, **reason)
            assert refusal.value.extra["allowed"] == lead_stages.allowed_stages(before)
            lead.refresh_from_db()
            assert lead.stage == before

    def test_a_lost_lead_says_why_and_forgets_it_when_it_comes_back(self) -> None:
        lead = LeadFactory()
        with pytest.raises(InvalidInput) as refusal:
            change(lead, stage=S.LOST)
        assert (refusal.value.faults[0].pointer, Lead.objects.get().stage) == ("/lost_reason", S.NEW)
        change(lead, stage=S.LOST, lost_reason="Too dear")
        entry = AuditEntry.objects.get(action="lead.lost")
        assert (entry.actor, entry.reason) == (lead.owner, "Too dear")
        assert change(lead, stage=S.CONTACTED).lost_reason == ""

    def test_what_is_not_lost_has_no_reason_for_it(self) -> None:
        with pytest.raises(InvalidInput) as refusal:
            change(LeadFactory(), lost_reason="Too dear")
        assert refusal.value.faults[0].code == "not_allowed_here"
        assert Lead.objects.get().lost_reason == ""

    def test_a_lead_is_handed_to_a_colleague_who_works_on_leads_only(self) -> None:
        lead, agent = agency_lead()
        assistant = MembershipFactory(organisation=agent.organisation, role=Membership.Role.ASSISTANT)
        accountant = MembershipFactory(organisation=agent.organisation, role=Membership.Role.ACCOUNTANT)
        for person in (accountant.user, UserFactory()):
            with pytest.raises(InvalidInput):
                change(lead, assignee=person.pk)
        assert change(lead, assignee=assistant.user_id).owner == assistant.user

    def test_a_private_seller_s_lead_stays_with_the_seller(self) -> None:
        lead = LeadFactory()
        with pytest.raises(InvalidInput):
            change(lead, assignee=UserFactory().pk)
        assert change(lead, assignee=lead.owner_id).owner == lead.owner

    @pytest.mark.parametrize("who", ["buyer", "stranger", "viewer"])
    def test_others_see_and_change_nothing(self, who: str) -> None:
        lead, agent = agency_lead()
        viewer = MembershipFactory(organisation=agent.organisation, role=Membership.Role.VIEWER)
        people = {"buyer": lead.buyer, "stranger": UserFactory(), "viewer": viewer.user}
        with pytest.raises(NotFound):
            change(lead, by=people[who], stage=S.SPAM)
        with pytest.raises(NotFound):
            services.add_note(lead_id=lead.pk, by=people[who], text="Hm")
        with pytest.raises(NotFound):
            services.read_lead(lead_id=lead.pk, by=people[who])
        assert (Lead.objects.get().stage, LeadNote.objects.exists()) == (S.NEW, False)


class TestFollowing:
    @pytest.mark.parametrize("before", list(S))
    def test_what_happens_carries_it_forward_and_never_out_of_lost_or_spam(self, before: LeadStage) -> None:
        lead = LeadFactory(stage=before)
        services.follow_lead(listing_id=lead.listing_id, buyer_id=lead.buyer_id, stage=S.NEGOTIATING)
        lead.refresh_from_db()
        carried = {S.NEW, S.CONTACTED, S.QUALIFIED, S.VIEWING}
        assert lead.stage == (S.NEGOTIATING if before in carried else before)

    def test_an_offer_makes_a_lead_when_nobody_had_asked(self) -> None:
        offer = OfferFactory()
        services.reject_offer(offer_id=offer.pk, by=offer.listing.owner)
        terms = services.OfferTerms(amount=offer.amount, currency="ETB")
        services.make_offer(listing_id=offer.listing_id, by=offer.buyer, terms=terms)
        hear_all()
        lead = Lead.objects.get()
        assert (lead.stage, lead.source, lead.buyer) == (S.NEGOTIATING, LeadSource.OFFER, offer.buyer)
        assert (published("LeadOpened"), told("lead_new")) == (1, [])

    def test_a_completed_deal_wins_its_lead(self) -> None:
        deal = deal_in(DealState.COMPLETED)
        hear_all()
        assert Lead.objects.get(listing=deal.listing, buyer=deal.buyer).stage == S.WON


class TestAnswering:
    def test_the_first_answer_is_measured_once_and_told(self) -> None:
        lead = asked(minutes=12)
        assert (services.note_answers(), services.note_answers()) == (1, 0)
        lead.refresh_from_db()
        assert (lead.response_minutes, lead.stage) == (12, S.CONTACTED)
        assert lead.first_answered_at is not None
        assert published("LeadAnswered") == 1

    def test_what_only_the_buyer_wrote_is_no_answer(self) -> None:
        listing, buyer = ListingFactory(), UserFactory()
        for _ in range(2):
            asked(by=buyer, listing=listing)
        assert services.note_answers() == 0
        assert Lead.objects.get().response_minutes is None

    def test_whoever_opens_the_lead_sees_the_answer_of_this_moment(self) -> None:
        lead = asked(minutes=3)
        assert services.read_lead(lead_id=lead.pk, by=lead.owner).response_minutes == 3

    def test_the_median_of_a_person_and_of_an_agency_is_written_down(self) -> None:
        owner = UserFactory()
        listing = ListingFactory(owner=owner, seller=Seller.objects.create(user=owner, name="Almaz"))
        profile = Broker.objects.create(user=owner)
        for minutes in (5, 10, 60):
            asked(minutes=minutes, listing=listing)
        _lead, agent = agency_lead()
        asked(minutes=7, listing=Listing.objects.get(owner=agent.user))
        asked(minutes=240, listing=ListingFactory()).delete()
        services.note_answers()
        LeadFactory(listing=listing, response_minutes=9000, stage=S.SPAM)
        with clock.advanced(timedelta(days=1)):
            services.tell_response_times()
        profile.refresh_from_db()
        assert Seller.objects.get(user=owner).response_minutes == profile.response_minutes == 10
        assert Seller.objects.get(organisation=agent.organisation).response_minutes == 7
        assert Seller.objects.get(user=agent.user).response_minutes == 7


class TestOverHttp:
    @pytest.mark.parametrize(
        "question, expected",
        [
            ("", {"new", "late", "won"}),
            ("?stage=qualified", {"late"}),
            ("?overdue=true", {"late"}),
            ("?overdue=false", {"new", "won"}),
            ("?q=hanna", {"new"}),
        ],
    )
    def test_the_list_is_asked_by_stage_name_and_what_is_late(
        self, sign_in: Callable[..., APIClient], question: str, expected: set[str]
    ) -> None:
        owner = UserFactory()
        listing = ListingFactory(owner=owner)
        late = {"next_action": "Call", "next_action_at": ahead(hours=-1)}
        LeadFactory(listing=listing, tags=["new"], buyer__full_name="Hanna Tesfaye")
        LeadFactory(listing=listing, tags=["late"], stage=S.QUALIFIED, **late)
        LeadFactory(listing=listing, tags=["won"], stage=S.WON, **late)
        LeadFactory()
        rows = sign_in(owner).get(f"{LEADS}{question}").json()["results"]
        assert {row["tags"][0] for row in rows} == expected
        assert {row["tags"][0] for row in rows if row["is_overdue"]} <= {"late"}

    def test_the_list_is_asked_by_listing_and_organisation(self, sign_in: Callable[..., APIClient]) -> None:
        lead, agent = agency_lead()
        own = LeadFactory(listing=ListingFactory(owner=agent.user))
        client = sign_in(agent.user)
        for question, expected in [
            (f"?listing={own.listing_id}", [own]),
            (f"?organisation={agent.organisation_id}", [lead]),
            ("", [own, lead]),
        ]:
            rows = client.get(f"{LEADS}{question}").json()["results"]
            assert [row["id"] for row in rows] == [str(each.pk) for each in expected]

    @pytest.mark.parametrize("question", ["?overdue=perhaps", "?stage=hot", "?colour=red"])
    def test_a_question_that_nobody_understands_is_refused(
        self, sign_in: Callable[..., APIClient], question: str
    ) -> None:
        assert sign_in(UserFactory()).get(f"{LEADS}{question}").status_code == 400

    def test_the_lists_cost_the_same_however_long(
        self, sign_in: Callable[..., APIClient], assert_same_queries: Callable[..., None]
    ) -> None:
        lead, agent = agency_lead()
        client = sign_in(agent.user)
        assert_same_queries(
            client, LEADS, add=lambda count: LeadFactory.create_batch(count, listing=lead.listing)
        )

        def write(count: int) -> None:
            for number in range(count):
                colleague = MembershipFactory(organisation=agent.organisation)
                services.add_note(lead_id=lead.pk, by=colleague.user, text=f"Note {number}")

        assert_same_queries(client, f"{LEADS}/{lead.pk}/notes", add=write)

    def test_a_change_is_answered_whole_and_a_stale_one_refused(
        self, sign_in: Callable[..., APIClient]
    ) -> None:
        lead = LeadFactory()
        client, address = sign_in(lead.owner), f"{LEADS}/{lead.pk}"
        etag = client.get(address).headers["ETag"]
        body = {"stage": "qualified", "tags": ["cash", "cash"], "next_action_at": ahead(days=1).isoformat()}
        changed = client.patch(address, body, format="json", headers={"If-Match": etag})
        assert (changed.status_code, changed.json()["tags"]) == (200, ["cash"]), changed.content
        assert changed.json()["allowed_stages"] == ["contacted", "viewing", "negotiating", "lost", "spam"]
        stale = client.patch(address, {"stage": "lost"}, format="json", headers={"If-Match": etag})
        assert (stale.status_code, Lead.objects.get().stage) == (412, S.QUALIFIED)

    def test_notes_are_for_colleagues_in_the_order_written(self, sign_in: Callable[..., APIClient]) -> None:
        lead = LeadFactory()
        client, address = sign_in(lead.owner), f"{LEADS}/{lead.pk}/notes"
        for text in ("Called twice", "Wants a garden"):
            assert client.post(address, {"text": text}, format="json").status_code == 201
        rows = client.get(address).json()["results"]
        assert [row["text"] for row in rows] == ["Called twice", "Wants a garden"]
        assert rows[0]["author"] == {"id": str(lead.owner_id), "name": lead.owner.full_name, "type": "user"}
        assert sign_in(lead.buyer).get(address).status_code == 404


class TestErasure:
    def test_what_a_person_wrote_and_what_was_noted_of_them_goes(self) -> None:
        lead = LeadFactory(tags=["cash"], next_action="Call Almaz")
        services.add_note(lead_id=lead.pk, by=lead.owner, text="Her husband decides")
        viewing = ViewingFactory(listing=lead.listing, buyer=lead.buyer)
        gone = ViewingFactory(buyer=lead.buyer, state=ViewingState.DONE, starts_at=ahead(days=-2))
        parts = dict(privacy)
        assert parts["brokers.lead"].export(lead.buyer)[0]["phone"] == "+251911234567"
        assert parts["brokers.viewing"].export(lead.buyer)[0]["note"] == viewing.note
        assert parts["brokers.leadnote"].export(lead.owner)[0]["text"] == "Her husband decides"
        services.forget_interest(lead.buyer_id)
        lead.refresh_from_db()
        assert (lead.phone, lead.tags, lead.next_action, LeadNote.objects.exists()) == ("", [], "", False)
        states = dict(Viewing.objects.values_list("pk", "state"))
        assert states == {viewing.pk: ViewingState.CANCELLED_BY_BUYER, gone.pk: ViewingState.DONE}
        assert not Viewing.objects.exclude(note="").exists()
        assert told("viewing_cancelled") == [viewing.listing.owner]
        services.forget_interest(lead.buyer_id)
        assert published("ViewingCancelled") == 1

    def test_an_erased_account_is_forgotten_here_too(self) -> None:
        lead = LeadFactory()
        erase_user(user_id=lead.buyer_id, by=StaffFactory())
        hear_all()
        assert Lead.objects.get().phone == ""
