"""Conversations begin, and colleagues of a side come and go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Block, Membership, User
from accounts.tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from accounts.tests.parallel import at_once
from chat import selectors, services
from chat.enums import EventKind, Side
from chat.models import Conversation, Member
from chat.tests.factories import say, seqs
from key2key.common.errors import InvalidInput, NotAllowed, NotFound, Throttled
from key2key.common.models import Event
from listings.enums import Status
from listings.tests.factories import ListingFactory

pytestmark = pytest.mark.django_db


def open_about(listing: Any, *, buyer: Any) -> tuple[Conversation, bool]:
    return services.open_listing_conversation(buyer_id=buyer.pk, listing_id=listing.pk)


def agency_listing() -> tuple[Any, Membership]:
    owner = MembershipFactory(role=Membership.Role.OWNER)
    listing = ListingFactory(photos=0, owner=owner.user, organisation=owner.organisation)
    return listing, owner


class TestOpening:
    def test_the_same_two_about_the_same_listing_are_one_conversation(self) -> None:
        listing, buyer = ListingFactory(photos=0), UserFactory()
        first, is_new = open_about(listing, buyer=buyer)
        again, is_new_again = open_about(listing, buyer=buyer)
        assert (first.pk, is_new, is_new_again) == (again.pk, True, False)
        sides = dict(first.members.values_list("user_id", "side"))
        assert sides == {buyer.pk: Side.BUYER, listing.owner_id: Side.SELLER}
        assert Event.objects.filter(name="chat.ConversationOpened").count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_ten_openings_at_once_are_one(self) -> None:
        listing, buyer = ListingFactory(photos=0), UserFactory()
        opened = at_once(10, lambda _: open_about(listing, buyer=buyer))
        assert len({conversation.pk for conversation, _ in opened}) == 1
        assert sorted(is_new for _, is_new in opened) == [False] * 9 + [True]
        assert Member.objects.count() == 2

    def test_with_an_agency_all_who_work_on_leads_take_part(self) -> None:
        listing, owner = agency_listing()
        agent = MembershipFactory(organisation=owner.organisation, role=Membership.Role.AGENT)
        MembershipFactory(organisation=owner.organisation, role=Membership.Role.ACCOUNTANT)
        conversation, _ = open_about(listing, buyer=UserFactory())
        sellers = conversation.members.filter(side=Side.SELLER).values_list("user_id", flat=True)
        assert set(sellers) == {owner.user_id, agent.user_id}
        assert (conversation.seller_id, conversation.organisation_id) == (None, owner.organisation_id)

    @pytest.mark.parametrize("status", [Status.DRAFT, Status.REMOVED])
    def test_about_what_is_not_visible_nothing_is_opened(self, status: Status) -> None:
        with pytest.raises(NotFound):
            open_about(ListingFactory(photos=0, status=status), buyer=UserFactory())
        assert not Conversation.objects.exists()

    def test_nobody_talks_to_themselves(self) -> None:
        listing = ListingFactory(photos=0)
        with pytest.raises(NotFound):
            open_about(listing, buyer=listing.owner)
        assert not Conversation.objects.exists()

    @pytest.mark.parametrize("way", ["buyer blocks", "seller blocks"])
    def test_a_block_either_way_keeps_it_closed(self, way: str) -> None:
        listing, buyer = ListingFactory(photos=0), UserFactory()
        pair = (buyer, listing.owner) if way == "buyer blocks" else (listing.owner, buyer)
        Block.objects.create(user=pair[0], blocked=pair[1])
        with pytest.raises(NotAllowed):
            open_about(listing, buyer=buyer)
        assert not Conversation.objects.exists()

    def test_the_twenty_first_new_one_within_an_hour_is_refused(self) -> None:
        buyer = UserFactory()
        listings = ListingFactory.create_batch(21, photos=0)
        for listing in listings[:20]:
            open_about(listing, buyer=buyer)
        with pytest.raises(Throttled):
            open_about(listings[20], buyer=buyer)
        assert Conversation.objects.count() == 20
        assert not open_about(listings[0], buyer=buyer)[1]

    def test_two_people_have_one_conversation_whoever_begins(self) -> None:
        one, other = UserFactory(), UserFactory()
        first, _ = services.open_conversation(by=one, members=[other.pk])
        again, is_new = services.open_conversation(by=other, members=[one.pk])
        assert (first.pk, is_new) == (again.pk, False)

    @pytest.mark.parametrize("others", [0, 2])
    def test_without_a_listing_exactly_one_other_person_is_named(self, others: int) -> None:
        with pytest.raises(InvalidInput) as refusal:
            services.open_conversation(by=UserFactory(), members=[UserFactory().pk for _ in range(others)])
        assert refusal.value.faults[0].code == "one_other_person"

    def test_people_who_do_not_offer_the_listing_are_refused_and_nothing_remains(self) -> None:
        listing = ListingFactory(photos=0)
        with pytest.raises(InvalidInput) as refusal:
            services.open_conversation(by=UserFactory(), members=[UserFactory().pk], listing_id=listing.pk)
        assert refusal.value.faults[0].code == "not_of_the_other_side"
        assert not Conversation.objects.exists()


class TestColleagues:
    def test_who_begins_to_work_on_leads_reads_all_and_as_far_as_the_side_has(self) -> None:
        listing, owner = agency_listing()
        conversation, _ = open_about(listing, buyer=UserFactory())
        for _ in range(3):
            say(conversation, by=conversation.buyer)
        services.mark_read(by=owner.user, conversation_id=conversation.pk, seq=2)
        agent = MembershipFactory(organisation=owner.organisation, role=Membership.Role.AGENT)
        changed = services.follow_membership(user_id=agent.user_id, organisation_id=agent.organisation_id)
        shown = selectors.conversation_of(agent.user, conversation_id=conversation.pk)
        assert (changed, shown.read, shown.unread) == (1, 2, 1)
        assert selectors.messages_of(agent.user, conversation_id=conversation.pk).count() == 3
        joined = conversation.events.get(kind=EventKind.MEMBER)
        assert joined.payload == {"user": str(agent.user_id), "side": "seller", "joined": True}

    @pytest.mark.parametrize("way", ["leaves", "becomes viewer", "is suspended"])
    def test_who_no_longer_does_sees_nothing_and_comes_back_where_they_were(self, way: str) -> None:
        listing, owner = agency_listing()
        agent = MembershipFactory(organisation=owner.organisation, role=Membership.Role.AGENT)
        conversation, _ = open_about(listing, buyer=UserFactory())
        change: dict[str, Callable[[], Any]] = {
            "leaves": agent.delete,
            "becomes viewer": lambda: Membership.objects.filter(pk=agent.pk).update(role="viewer"),
            "is suspended": lambda: User.objects.filter(pk=agent.user_id).update(status="suspended"),
        }
        person, known = agent.user, {"user_id": agent.user_id, "organisation_id": agent.organisation_id}
        change[way]()
        assert (services.follow_membership(**known), services.follow_membership(**known)) == (1, 0)
        with pytest.raises(NotFound):
            selectors.conversation_of(person, conversation_id=conversation.pk)
        with pytest.raises(NotFound):
            services.send(by=person, conversation_id=conversation.pk, client_id=uuid4(), body="Hello")
        User.objects.filter(pk=person.pk).update(status="active")
        Membership.objects.update_or_create(
            user=person, organisation=owner.organisation, defaults={"role": Membership.Role.AGENT}
        )
        assert services.follow_membership(**known) == 1
        assert selectors.conversation_of(person, conversation_id=conversation.pk).read == 0
        assert seqs(conversation.pk) == [1, 2]

    def test_a_buyer_who_joins_the_agency_stays_the_buyer(self) -> None:
        listing, owner = agency_listing()
        conversation, _ = open_about(listing, buyer=UserFactory())
        MembershipFactory(organisation=owner.organisation, user=conversation.buyer)
        changed = services.follow_membership(
            user_id=conversation.buyer_id, organisation_id=owner.organisation_id
        )
        assert changed == 0
        assert conversation.members.get(user=conversation.buyer).side == Side.BUYER

    def test_another_agency_changes_nothing(self) -> None:
        listing, _owner = agency_listing()
        open_about(listing, buyer=UserFactory())
        stranger = MembershipFactory(organisation=OrganisationFactory())
        assert not services.follow_membership(
            user_id=stranger.user_id, organisation_id=stranger.organisation_id
        )
