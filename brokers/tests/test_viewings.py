"""Viewings: asked for, agreed, moved and called off, each step only where the table has it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Block
from accounts.tests.factories import UserFactory
from brokers import services, viewing_steps
from brokers.enums import LeadSource, LeadStage, Side, ViewingMode, ViewingState
from brokers.models import Lead, Viewing, ViewingSlot
from brokers.selectors import viewings_seen_by
from brokers.services import NewTime, Wish
from brokers.tests.arranging import ahead, book, published, told
from brokers.tests.factories import SlotFactory, ViewingFactory
from chat.models import ChatEvent
from chat.services import open_listing_conversation
from key2key.common import clock
from key2key.common.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound
from listings.enums import Status
from listings.tests.factories import ListingFactory
from notifications.models import Notification

pytestmark = pytest.mark.django_db

S = ViewingState


class TestAsking:
    def test_a_booked_slot_is_agreed_at_once_and_the_seller_is_told(self) -> None:
        slot, buyer = SlotFactory(mode=ViewingMode.VIDEO), UserFactory()
        viewing = book(slot, by=buyer)
        assert (viewing.state, viewing.mode, viewing.slot) == (S.CONFIRMED, ViewingMode.VIDEO, slot)
        assert (viewing.starts_at, viewing.ends_at) == (slot.starts_at, slot.ends_at)
        assert told("viewing_confirmed") == [slot.listing.owner]
        assert (published("ViewingConfirmed"), published("LeadOpened")) == (1, 1)
        lead = Lead.objects.get()
        assert (lead.stage, lead.source) == (LeadStage.VIEWING, LeadSource.VIEWING_REQUEST)

    def test_a_time_of_ones_own_waits_for_the_sellers_answer(self) -> None:
        listing, buyer = ListingFactory(), UserFactory()
        wish = Wish(starts_at=ahead(days=2), note="After work, please")
        viewing = services.request_viewing(listing_id=listing.pk, by=buyer, wish=wish)
        assert (viewing.state, viewing.proposed_by, viewing.note) == (S.REQUESTED, Side.BUYER, wish.note)
        assert viewing.ends_at - viewing.starts_at == timedelta(minutes=30)
        assert (told("viewing_requested"), published("ViewingConfirmed")) == ([listing.owner], 0)
        services.confirm_viewing(viewing_id=viewing.pk, by=listing.owner)
        assert (told("viewing_confirmed"), published("ViewingConfirmed")) == ([buyer], 1)

    def test_where_the_two_talk_the_steps_stand_in_their_conversation(self) -> None:
        slot, buyer = SlotFactory(), UserFactory()
        conversation, _ = open_listing_conversation(buyer_id=buyer.pk, listing_id=slot.listing_id)
        services.note_conversation(
            conversation_id=conversation.pk, listing_id=slot.listing_id, buyer_id=buyer.pk
        )
        viewing = book(slot, by=buyer)
        services.cancel_viewing(viewing_id=viewing.pk, by=buyer)
        said = ChatEvent.objects.filter(conversation=conversation, kind="system").order_by("seq")
        assert [entry.payload["code"] for entry in said] == ["viewing_confirmed", "viewing_cancelled"]
        assert said[0].payload["data"]["viewing"] == str(viewing.pk)

    def test_a_second_viewing_waits_until_the_first_is_over(self) -> None:
        first = ViewingFactory()
        with pytest.raises(Conflict) as refusal:
            services.request_viewing(
                listing_id=first.listing_id, by=first.buyer, wish=Wish(starts_at=ahead(days=5))
            )
        assert (refusal.value.code, refusal.value.extra) == ("viewing_open", {"viewing": str(first.pk)})
        assert (list(Viewing.objects.all()), told("viewing_requested")) == ([first], [])

    @pytest.mark.parametrize(
        "wish, code",
        [
            (lambda _slot: Wish(), "slot_or_time"),
            (lambda slot: Wish(slot_id=slot.pk, starts_at=slot.starts_at), "slot_or_time"),
            (lambda _slot: Wish(slot_id=SlotFactory().pk), "does_not_exist"),
            (lambda slot: Wish(slot_id=past(slot).pk), "does_not_exist"),
            (lambda _slot: Wish(starts_at=ahead(hours=-1)), "in_the_past"),
        ],
    )
    def test_a_wish_that_makes_no_sense_is_refused(self, wish: Callable[[Any], Wish], code: str) -> None:
        slot = SlotFactory()
        with pytest.raises(InvalidInput) as refusal:
            services.request_viewing(listing_id=slot.listing_id, by=UserFactory(), wish=wish(slot))
        assert [fault.code for fault in refusal.value.faults] == [code]
        assert not (Viewing.objects.exists())
        assert not (Lead.objects.exists())
        assert not (Notification.objects.exists())

    @pytest.mark.parametrize("reason", ["unverified", "blocked", "own", "coming soon", "hidden"])
    def test_who_may_not_ask_gets_no_viewing(self, reason: str) -> None:
        status = {"coming soon": Status.COMING_SOON, "hidden": Status.DRAFT}.get(reason, Status.ACTIVE)
        listing, buyer = ListingFactory(status=status), UserFactory()
        if reason == "unverified":
            buyer = UserFactory(email_verified_at=None, phone_verified_at=None)
        if reason == "blocked":
            Block.objects.create(user=listing.owner, blocked=buyer)
        person = listing.owner if reason == "own" else buyer
        with pytest.raises(DomainError) as refusal:
            services.request_viewing(listing_id=listing.pk, by=person, wish=Wish(starts_at=ahead(days=1)))
        codes = {"unverified": "not_verified", "coming soon": "listing_not_open"}
        assert refusal.value.code == codes.get(reason, "not_found")
        assert not (Viewing.objects.exists())
        assert not (Lead.objects.exists())
        assert not (Notification.objects.exists())


class TestSteps:
    def test_another_time_is_for_the_other_side_to_confirm(self) -> None:
        slot, buyer = SlotFactory(), UserFactory()
        viewing = book(slot, by=buyer)
        moved = NewTime(starts_at=ahead(days=4), reason="The water is off")
        viewing = services.propose_time(viewing_id=viewing.pk, by=slot.listing.owner, new_time=moved)
        assert (viewing.state, viewing.proposed_by, viewing.slot) == (S.PROPOSED, Side.SELLER, None)
        assert viewing.ends_at - viewing.starts_at == slot.ends_at - slot.starts_at
        assert told("viewing_proposed") == [buyer]
        with pytest.raises(Conflict) as refusal:
            services.confirm_viewing(viewing_id=viewing.pk, by=slot.listing.owner)
        assert refusal.value.extra == {"status_now": "proposed", "allowed": ["propose", "cancel"]}
        services.confirm_viewing(viewing_id=viewing.pk, by=buyer)
        assert Viewing.objects.get().state == S.CONFIRMED
        book(slot, by=UserFactory())  # the slot was free again

    def test_confirming_twice_is_confirming_once(self) -> None:
        viewing = ViewingFactory()
        for _ in range(2):
            services.confirm_viewing(viewing_id=viewing.pk, by=viewing.listing.owner)
        assert (published("ViewingConfirmed"), told("viewing_confirmed")) == (1, [viewing.buyer])

    @pytest.mark.parametrize(
        "side, state", [(Side.BUYER, S.CANCELLED_BY_BUYER), (Side.SELLER, S.CANCELLED_BY_BROKER)]
    )
    def test_who_calls_it_off_is_remembered_and_the_other_side_is_told(
        self, side: Side, state: ViewingState
    ) -> None:
        viewing = ViewingFactory(state=S.CONFIRMED)
        people = {Side.BUYER: viewing.buyer, Side.SELLER: viewing.listing.owner}
        services.cancel_viewing(viewing_id=viewing.pk, by=people[side], reason="Something came up")
        viewing.refresh_from_db()
        assert (viewing.state, viewing.reason) == (state, "Something came up")
        assert (told("viewing_cancelled"), published("ViewingCancelled")) == ([people[side.other]], 1)

    def test_a_declined_wish_is_told_to_the_buyer(self) -> None:
        viewing = ViewingFactory()
        services.decline_viewing(viewing_id=viewing.pk, by=viewing.listing.owner, reason="Not this week")
        assert (Viewing.objects.get().state, told("viewing_declined")) == (S.DECLINED, [viewing.buyer])

    def test_what_took_place_is_said_by_the_seller_and_only_afterwards(self) -> None:
        viewing = ViewingFactory(state=S.CONFIRMED)
        with pytest.raises(Conflict):
            services.close_viewing(viewing_id=viewing.pk, by=viewing.listing.owner)
        with clock.advanced(timedelta(days=3)):
            with pytest.raises(Conflict):
                services.close_viewing(viewing_id=viewing.pk, by=viewing.buyer)
            services.close_viewing(viewing_id=viewing.pk, by=viewing.listing.owner)
        assert Viewing.objects.get().state == S.DONE

    @pytest.mark.parametrize("side, state", [(Side.BUYER, S.NO_SHOW_BROKER), (Side.SELLER, S.NO_SHOW_BUYER)])
    def test_each_side_says_when_the_other_did_not_come(self, side: Side, state: ViewingState) -> None:
        viewing = ViewingFactory(state=S.CONFIRMED)
        person = viewing.buyer if side == Side.BUYER else viewing.listing.owner
        with pytest.raises(Conflict):
            services.report_no_show(viewing_id=viewing.pk, by=person)
        with clock.advanced(timedelta(days=3)):
            services.report_no_show(viewing_id=viewing.pk, by=person)
        assert Viewing.objects.get().state == state

    def test_nothing_is_agreed_after_its_hour(self) -> None:
        viewing = ViewingFactory()
        with clock.advanced(timedelta(days=3)), pytest.raises(Conflict) as refusal:
            services.confirm_viewing(viewing_id=viewing.pk, by=viewing.listing.owner)
        assert refusal.value.extra["allowed"] == ["decline", "cancel"]
        assert Viewing.objects.get().state == S.REQUESTED

    def test_people_who_blocked_each_other_agree_on_nothing(self) -> None:
        viewing = ViewingFactory()
        Block.objects.create(user=viewing.buyer, blocked=viewing.listing.owner)
        with pytest.raises(NotAllowed) as refusal:
            services.confirm_viewing(viewing_id=viewing.pk, by=viewing.listing.owner)
        assert refusal.value.code == "blocked"
        services.cancel_viewing(viewing_id=viewing.pk, by=viewing.buyer)

    @pytest.mark.parametrize("state", list(S))
    @pytest.mark.parametrize("side", list(Side))
    def test_every_step_that_the_table_does_not_name_is_refused(
        self, side: Side, state: ViewingState
    ) -> None:
        viewing = ViewingFactory(state=state, proposed_by=side.other)
        person = viewing.buyer if side == Side.BUYER else viewing.listing.owner
        allowed = viewing_steps.allowed_actions(viewing, side=side, at=clock.now())
        rules: dict[str, Callable[..., Any]] = {
            "confirm": services.confirm_viewing,
            "decline": services.decline_viewing,
            "cancel": services.cancel_viewing,
            "done": services.close_viewing,
            "no_show": services.report_no_show,
        }
        for name, rule in rules.items():
            if name in allowed or (name, state) == ("confirm", S.CONFIRMED):
                continue
            with pytest.raises(Conflict) as refusal:
                rule(viewing_id=viewing.pk, by=person)
            assert refusal.value.extra == {"status_now": state, "allowed": allowed}
        assert (Viewing.objects.get().state, Notification.objects.exists()) == (state, False)

    def test_a_stranger_sees_no_viewing(self) -> None:
        viewing, stranger = ViewingFactory(), UserFactory()
        with pytest.raises(NotFound):
            services.cancel_viewing(viewing_id=viewing.pk, by=stranger)
        assert not viewings_seen_by(stranger).exists()


def past(slot: ViewingSlot) -> ViewingSlot:
    slot.starts_at, slot.ends_at = ahead(hours=-2), ahead(hours=-1)
    slot.save()
    return slot
