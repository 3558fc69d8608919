"""Slots for viewings: offered without overlap, booked once, taken back when nobody has booked them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections
from rest_framework.test import APIClient

from accounts.models import Membership
from accounts.tests.factories import MembershipFactory, UserFactory
from accounts.tests.parallel import at_once
from brokers import services
from brokers.enums import ViewingMode, ViewingState
from brokers.models import Lead, Viewing, ViewingSlot
from brokers.tests.arranging import ahead, book, told
from brokers.tests.factories import SlotFactory
from key2key.common.errors import Conflict, DomainError, InvalidInput, NotFound
from listings.enums import Status
from listings.tests.factories import AgencySellerFactory, ListingFactory

pytestmark = pytest.mark.django_db

S = ViewingState


class TestSlots:
    def test_the_sellers_side_offers_times_and_takes_them_back(self) -> None:
        listing = ListingFactory()
        slot = services.offer_slot(
            listing_id=listing.pk, by=listing.owner, starts_at=ahead(days=1), ends_at=ahead(days=1, hours=1)
        )
        assert (slot.mode, slot.made_by) == (ViewingMode.IN_PERSON, listing.owner)
        services.take_back_slot(listing_id=listing.pk, slot_id=slot.pk, by=listing.owner)
        assert not ViewingSlot.objects.exists()

    def test_times_of_one_listing_do_not_overlap_but_may_touch(self) -> None:
        slot = SlotFactory()
        length = slot.ends_at - slot.starts_at
        given = {"listing_id": slot.listing_id, "by": slot.made_by}
        begin = slot.starts_at + length / 2
        with pytest.raises(Conflict) as refusal:
            services.offer_slot(starts_at=begin, ends_at=begin + length, **given)
        assert refusal.value.code == "slot_overlaps"
        services.offer_slot(starts_at=slot.ends_at, ends_at=slot.ends_at + length, **given)
        other = ListingFactory()
        services.offer_slot(
            listing_id=other.pk, by=other.owner, starts_at=slot.starts_at, ends_at=slot.ends_at
        )
        assert ViewingSlot.objects.count() == 3

    @pytest.mark.parametrize(
        "begin, end, code",
        [
            (-1, 1, "in_the_past"),
            (2, 1, "ends_before_start"),
            (1, 20, "too_long"),
            (2161, 2162, "too_far_ahead"),
        ],
    )
    def test_a_time_that_makes_no_sense_is_refused(self, begin: float, end: float, code: str) -> None:
        listing = ListingFactory()
        with pytest.raises(InvalidInput) as refusal:
            services.offer_slot(
                listing_id=listing.pk,
                by=listing.owner,
                starts_at=ahead(hours=begin),
                ends_at=ahead(hours=end),
            )
        assert [fault.code for fault in refusal.value.faults] == [code]
        assert not ViewingSlot.objects.exists()

    def test_who_does_not_work_on_leads_offers_and_takes_back_nothing(self) -> None:
        agent = MembershipFactory(role=Membership.Role.AGENT)
        viewer = MembershipFactory(organisation=agent.organisation, role=Membership.Role.VIEWER)
        listing = ListingFactory(
            seller=AgencySellerFactory(organisation=agent.organisation), owner=agent.user
        )
        slot = SlotFactory(listing=listing, made_by=agent.user)
        for person in (viewer.user, UserFactory()):
            with pytest.raises(NotFound):
                services.offer_slot(
                    listing_id=listing.pk, by=person, starts_at=ahead(days=9), ends_at=ahead(days=9, hours=1)
                )
            with pytest.raises(NotFound):
                services.take_back_slot(listing_id=listing.pk, slot_id=slot.pk, by=person)
        assert list(ViewingSlot.objects.all()) == [slot]

    def test_a_booked_time_stays_until_its_viewing_is_called_off(self) -> None:
        slot, buyer = SlotFactory(), UserFactory()
        viewing = book(slot, by=buyer)
        given = {"listing_id": slot.listing_id, "slot_id": slot.pk, "by": slot.made_by}
        with pytest.raises(Conflict) as refusal:
            services.take_back_slot(**given)
        assert refusal.value.code == "slot_taken"
        services.cancel_viewing(viewing_id=viewing.pk, by=buyer)
        services.take_back_slot(**given)
        assert Viewing.objects.get().slot is None

    def test_others_see_free_times_to_come_and_the_seller_the_taken_ones_too(
        self, sign_in: Callable[..., APIClient]
    ) -> None:
        listing, buyer = ListingFactory(), UserFactory()
        taken, free = (SlotFactory(listing=listing, starts_at=ahead(days=day)) for day in (1, 2))
        SlotFactory(listing=listing, starts_at=ahead(days=-1))
        book(taken, by=buyer)
        path = f"/api/v1/listings/{listing.pk}/viewing-slots"

        def seen(by: Any) -> list[tuple[str, bool]]:
            rows = sign_in(by).get(path).json()["results"]
            return [(row["id"], row["is_taken"]) for row in rows]

        assert seen(UserFactory()) == [(str(free.pk), False)]
        assert seen(listing.owner) == [(str(taken.pk), True), (str(free.pk), False)]

    def test_slots_of_a_listing_nobody_sees_are_not_there(self, sign_in: Callable[..., APIClient]) -> None:
        slot = SlotFactory(listing=ListingFactory(status=Status.DRAFT))
        answer = sign_in(UserFactory()).get(f"/api/v1/listings/{slot.listing_id}/viewing-slots")
        assert answer.status_code == 404

    def test_the_list_of_slots_costs_the_same_however_long(
        self, sign_in: Callable[..., APIClient], assert_same_queries: Callable[..., None]
    ) -> None:
        listing = ListingFactory()
        hours = iter(range(24, 24 + 21))

        def add(count: int) -> None:
            for _ in range(count):
                SlotFactory(listing=listing, starts_at=ahead(hours=next(hours)))

        assert_same_queries(sign_in(UserFactory()), f"/api/v1/listings/{listing.pk}/viewing-slots", add=add)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_of_fifty_who_book_one_slot_at_once_one_gets_it(self) -> None:
        slot, buyers = SlotFactory(), UserFactory.create_batch(50)

        def one(number: int) -> str:
            try:
                return str(book(slot, by=buyers[number]).state)
            except Conflict as refusal:
                return refusal.code

        answers = at_once(50, one)
        assert sorted(set(answers)) == ["confirmed", "slot_taken"]
        assert answers.count("confirmed") == 1
        assert Viewing.objects.count() == Lead.objects.count() == len(told("viewing_confirmed")) == 1

    @pytest.mark.django_db(transaction=True, databases=["default", "owner"])
    def test_without_the_index_several_would_get_it(self) -> None:
        """The negative control: it is the index that lets one in, nothing else."""
        slot, buyers = SlotFactory(), UserFactory.create_batch(10)
        index = "brokers_one_viewing_per_slot"
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index])
            definition = cursor.fetchone()[0]
        as_owner(f"DROP INDEX {index}")
        try:
            at_once(10, lambda number: book(slot, by=buyers[number]))
            assert Viewing.objects.filter(slot=slot, state=S.CONFIRMED).count() > 1
        finally:
            Viewing.objects.all().delete()
            as_owner(definition)

    def test_a_slot_is_either_booked_or_taken_back(self) -> None:
        for _ in range(5):
            slot, buyer = SlotFactory(listing=ListingFactory(photos=0)), UserFactory()

            def one(number: int, slot: ViewingSlot = slot, buyer: Any = buyer) -> str:
                try:
                    if number:
                        services.take_back_slot(listing_id=slot.listing_id, slot_id=slot.pk, by=slot.made_by)
                    else:
                        book(slot, by=buyer)
                except DomainError as refusal:
                    return refusal.code
                return "done"

            answers = at_once(2, one)
            assert answers.count("done") == 1, answers
            assert ViewingSlot.objects.filter(pk=slot.pk).exists() == (answers[0] == "done")


def as_owner(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)
