"""Questions about listings: one lead and one conversation per person and listing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import Block, Membership
from accounts.tests.factories import MembershipFactory, UserFactory
from accounts.tests.parallel import at_once
from brokers import services
from brokers.enums import LeadSource, LeadStage
from brokers.models import Lead
from brokers.services import Inquiry
from brokers.tests.factories import hear_all
from chat.models import Conversation, Message
from chat.services import open_conversation
from key2key.common.errors import DomainError, NotAllowed, NotFound, Throttled
from key2key.common.models import Event
from listings.enums import Status
from listings.models import Listing
from listings.tests.factories import AgencySellerFactory, ListingFactory
from notifications.models import Notification

pytestmark = pytest.mark.django_db

INQUIRIES = "/api/v1/inquiries"


def ask(listing: Any, *, by: Any, message: str = "Is it still available?", **more: Any) -> Inquiry:
    given = {"client_id": uuid4(), **more}
    return services.inquire(listing_id=listing.pk, by=by, message=message, **given)


def nothing_happened() -> bool:
    return not (
        Lead.objects.exists()
        or Conversation.objects.exists()
        or Message.objects.exists()
        or Notification.objects.exists()
        or Event.objects.filter(name="brokers.LeadOpened").exists()
    )


class TestAsking:
    def test_the_first_question_makes_a_lead_and_a_conversation_and_tells_the_seller(self) -> None:
        listing, buyer = ListingFactory(), UserFactory()
        made = ask(listing, by=buyer, phone="+251911234567")
        lead = Lead.objects.get()
        assert (made.lead.pk, made.is_first) == (lead.pk, True)
        assert (lead.owner, lead.stage, lead.source) == (listing.owner, LeadStage.NEW, LeadSource.WEB_FORM)
        assert (lead.phone, lead.conversation_id) == ("+251911234567", made.conversation_id)
        assert Message.objects.get(conversation=made.conversation_id).body == "Is it still available?"
        news = Notification.objects.get(kind="lead_new", channel="in_app")
        assert (news.user, news.data["link"]) == (listing.owner, f"/leads/{lead.pk}")
        opened = Event.objects.get(name="brokers.LeadOpened")
        assert opened.payload["owner_id"] == str(listing.owner_id)

    def test_who_asks_again_gets_the_same_lead_and_the_message_is_said(self) -> None:
        listing, buyer = ListingFactory(), UserFactory()
        first, again = ask(listing, by=buyer), ask(listing, by=buyer, message="And the garage?")
        assert (again.lead.pk, again.conversation_id) == (first.lead.pk, first.conversation_id)
        assert not again.is_first
        assert Message.objects.count() == 2
        assert Notification.objects.filter(kind="lead_new", channel="in_app").count() == 1

    def test_the_same_client_id_is_said_once(self) -> None:
        listing, buyer, client_id = ListingFactory(), UserFactory(), uuid4()
        for _ in range(2):
            ask(listing, by=buyer, client_id=client_id)
        assert Message.objects.count() == 1

    def test_an_agency_s_people_who_work_on_leads_are_told(self) -> None:
        agent = MembershipFactory(role=Membership.Role.AGENT)
        assistant = MembershipFactory(organisation=agent.organisation, role=Membership.Role.ASSISTANT)
        MembershipFactory(organisation=agent.organisation, role=Membership.Role.ACCOUNTANT)
        seller = AgencySellerFactory(organisation=agent.organisation)
        ask(ListingFactory(seller=seller, owner=agent.user), by=UserFactory())
        told = Notification.objects.filter(kind="lead_new", channel="in_app").values_list("user", flat=True)
        assert set(told) == {agent.user_id, assistant.user_id}
        assert Lead.objects.get().organisation == agent.organisation

    def test_a_lead_that_a_viewing_made_counts_the_first_question_as_first(self) -> None:
        listing, buyer = ListingFactory(), UserFactory()
        lead = services.follow_lead(listing_id=listing.pk, buyer_id=buyer.pk, stage=LeadStage.VIEWING)
        made = ask(listing, by=buyer)
        assert (made.lead.pk, made.is_first) == (lead.pk, True)
        assert Lead.objects.get().stage == LeadStage.VIEWING

    def test_a_conversation_that_was_opened_in_the_chat_is_a_lead_too(self) -> None:
        listing, buyer = ListingFactory(), UserFactory()
        conversation, _ = open_conversation(by=buyer, members=[], listing_id=listing.pk)
        hear_all()
        lead = Lead.objects.get()
        assert (lead.source, lead.conversation_id) == (LeadSource.CHAT, conversation.pk)
        assert not ask(listing, by=buyer).is_first

    def test_a_conversation_between_two_people_is_no_lead(self) -> None:
        open_conversation(by=UserFactory(), members=[UserFactory().pk])
        hear_all()
        assert not Lead.objects.exists()


class TestRefusals:
    def test_a_verified_contact_is_needed(self) -> None:
        buyer = UserFactory(email_verified_at=None, phone_verified_at=None)
        with pytest.raises(NotAllowed) as refusal:
            ask(ListingFactory(), by=buyer)
        assert refusal.value.code == "not_verified"
        assert nothing_happened()

    @pytest.mark.parametrize("status", [Status.DRAFT, Status.WITHDRAWN, Status.REMOVED])
    def test_what_is_not_visible_is_not_there(self, status: Status) -> None:
        with pytest.raises(NotFound):
            ask(ListingFactory(status=status), by=UserFactory())
        assert nothing_happened()

    def test_nobody_asks_about_their_own_or_their_colleagues_listing(self) -> None:
        agent = MembershipFactory(role=Membership.Role.AGENT)
        colleague = MembershipFactory(organisation=agent.organisation)
        listing = ListingFactory(
            seller=AgencySellerFactory(organisation=agent.organisation), owner=agent.user
        )
        for person in (agent.user, colleague.user):
            with pytest.raises(NotFound):
                ask(listing, by=person)
        assert nothing_happened()

    @pytest.mark.parametrize("way", ["buyer blocks", "seller blocks"])
    def test_a_block_either_way_hides_it(self, way: str) -> None:
        listing, buyer = ListingFactory(), UserFactory()
        pair = (buyer, listing.owner) if way == "buyer blocks" else (listing.owner, buyer)
        Block.objects.create(user=pair[0], blocked=pair[1])
        with pytest.raises(NotFound):
            ask(listing, by=buyer)
        assert nothing_happened()

    def test_a_question_without_words_leaves_nothing_behind(self) -> None:
        with pytest.raises(DomainError) as refusal:
            ask(ListingFactory(), by=UserFactory(), message="  ")
        assert refusal.value.code == "validation_error"
        assert nothing_happened()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_fifty_questions_at_once_are_one_lead_and_one_conversation(self) -> None:
        listing, buyer = ListingFactory(photos=0), UserFactory()

        def one(_number: int) -> Inquiry | str:
            try:
                return ask(listing, by=buyer)
            except (Throttled, DomainError) as refusal:
                return refusal.code

        answers = at_once(50, one)
        made = [answer for answer in answers if isinstance(answer, Inquiry)]
        assert {answer for answer in answers if isinstance(answer, str)} <= {"rate_limited"}
        assert (
            len({answer.lead.pk for answer in made}) == len({answer.conversation_id for answer in made}) == 1
        )
        assert [answer.is_first for answer in made].count(True) == 1
        assert Lead.objects.count() == Conversation.objects.count() == 1
        assert Message.objects.count() == len(made)
        assert Notification.objects.filter(kind="lead_new", channel="in_app").count() == 1

    def test_without_asking_first_whether_one_is_there_two_would_collide(self) -> None:
        """The negative control: what the service catches does happen when rows are simply created."""
        listing, buyer = ListingFactory(photos=0), UserFactory()

        def careless(_number: int) -> bool:
            try:
                Lead.objects.create(listing=listing, buyer=buyer, owner=listing.owner)
            except Exception:  # noqa: BLE001 - whatever it is, this one did not get in
                return False
            return True

        assert at_once(10, careless).count(True) == 1


class TestOverHttp:
    def test_a_question_is_answered_with_its_ids_and_again_with_the_same(
        self, sign_in: Callable[..., APIClient]
    ) -> None:
        listing, client = ListingFactory(), sign_in(UserFactory())
        body = {"listing": str(listing.pk), "message": "Is it still available?", "phone": "0911234567"}
        first, again = (
            client.post(INQUIRIES, given, format="json") for given in (body, {**body, "message": "Hello?"})
        )
        assert (first.status_code, again.status_code) == (201, 200), first.content
        lead = Lead.objects.get()
        assert first.json() == again.json()
        assert first.json() == {
            "id": str(lead.pk), "lead": str(lead.pk), "conversation": str(lead.conversation_id)
        }  # fmt: skip
        assert lead.phone == "+251911234567"

    def test_the_same_idempotency_key_is_one_message(self, sign_in: Callable[..., APIClient]) -> None:
        client = sign_in(UserFactory())
        body = {"listing": str(ListingFactory().pk), "message": "Hello"}
        answers = [
            client.post(INQUIRIES, body, format="json", headers={"Idempotency-Key": "one"}) for _ in range(2)
        ]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[1].headers["Idempotent-Replayed"] == "true"
        assert Message.objects.count() == 1

    def test_the_twenty_first_question_within_an_hour_is_refused(
        self, sign_in: Callable[..., APIClient]
    ) -> None:
        client = sign_in(UserFactory())
        unknown = {"listing": str(uuid4()), "message": "Hello"}
        assert {client.post(INQUIRIES, unknown, format="json").status_code for _ in range(20)} == {404}
        listing: Listing = ListingFactory()
        refused = client.post(INQUIRIES, {"listing": str(listing.pk), "message": "Hello"}, format="json")
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert nothing_happened()
