"""Boosts and listing fees: begun by the money, once, and only as long as the money stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from constance.test import override_config

from accounts.models import Membership
from accounts.tests.factories import MembershipFactory, UserFactory
from accounts.tests.parallel import at_once
from key2key.common import clock
from key2key.common.errors import Conflict, DomainError, InvalidInput, NotFound
from listings import services as listing_services
from listings.enums import Status
from listings.models import Listing, SearchRow
from listings.tests.factories import AgencySellerFactory, AssetFactory, ListingFactory
from notifications.models import Notification
from payments import services
from payments.enums import PaymentStatus, Placement, Purpose
from payments.gateways.contract import Chargeback
from payments.models import Boost, ListingFee, Payment, Refund
from payments.tests.buying import boost, buy, give_back, listen, start
from payments.tests.paying import charge_back, hear

pytestmark = pytest.mark.django_db
SOON = timedelta(seconds=5)


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


def told(kind: str) -> int:
    return Notification.objects.filter(kind=kind, channel="in_app").count()


def until(listing: Listing) -> Any:
    """When the boost ends, on the listing and in the search alike."""
    listing.refresh_from_db()
    assert SearchRow.objects.get(pk=listing.pk).boosted_until == listing.boosted_until
    return listing.boosted_until


def is_in(moment: Any, *, days: int) -> bool:
    return moment is not None and abs(moment - clock.now() - timedelta(days=days)) < SOON


def refused(deed: Any) -> str:
    with pytest.raises(DomainError) as refusal:
        deed()
    return refusal.value.code


class TestBoosts:
    def test_a_boost_begins_with_its_money_and_its_payer_is_told(self) -> None:
        listing = ListingFactory()
        payment = start(Purpose.BOOST, listing.pk, by=listing.owner, days=14)
        assert (payment.amount, payment.currency) == (Decimal("500.00"), "ETB")
        assert until(listing) is None
        hear(payment)
        assert payment.placement == Placement.REVENUE
        assert is_in(until(listing), days=14)
        assert told("boost_started") == 1

    def test_however_often_it_is_told_it_begins_once(self) -> None:
        listing = ListingFactory()
        payment = boost(listing)
        ends = until(listing)
        with clock.advanced(timedelta(hours=1)):
            for _ in range(3):
                hear(payment)
        listen()
        assert until(listing) == ends
        assert told("boost_started") == 1

    def test_bought_again_it_follows_on_the_end(self) -> None:
        listing = ListingFactory()
        boost(listing, days=7)
        boost(listing, days=30)
        assert is_in(until(listing), days=37)

    def test_the_clock_ends_it_and_says_so_once(self) -> None:
        listing = ListingFactory()
        boost(listing, days=7)
        with clock.advanced(timedelta(days=6, hours=23)):
            assert services.end_due() == 0
        with clock.advanced(timedelta(days=7, minutes=1)):
            assert (services.end_due(), services.end_due()) == (1, 0)
        assert until(listing) is None
        assert Boost.objects.get().state == "ended"
        assert told("boost_ended") == 1

    def test_while_another_follows_the_end_of_one_is_no_news(self) -> None:
        listing = ListingFactory()
        boost(listing, days=7)
        boost(listing, days=7)
        ends = until(listing)
        with clock.advanced(timedelta(days=8)):
            assert services.end_due() == 1
        assert until(listing) == ends
        assert told("boost_ended") == 0

    def test_all_of_it_refunded_ends_it_and_half_of_it_does_not(self) -> None:
        listing = ListingFactory()
        payment = boost(listing)
        give_back(payment, amount=Decimal("100.00"))
        assert is_in(until(listing), days=7)
        give_back(boost(other := ListingFactory()))
        assert until(other) is None
        assert is_in(until(listing), days=7)

    def test_what_follows_on_a_refunded_one_moves_up(self) -> None:
        listing = ListingFactory()
        first = boost(listing, days=7)
        boost(listing, days=14)
        give_back(first)
        assert is_in(until(listing), days=14)

    def test_a_chargeback_stops_it_and_a_won_one_gives_the_rest_of_the_time_back(self) -> None:
        listing = ListingFactory()
        payment = boost(listing, days=14)
        with clock.advanced(timedelta(days=4)):
            charge_back(payment)
            listen()
            assert until(listing) is None
        with clock.advanced(timedelta(days=40)):
            charge_back(payment, outcome=Chargeback.WON)
            listen()
            assert is_in(until(listing), days=10)
        assert Boost.objects.get().state == "active"

    def test_what_was_over_before_the_chargeback_gets_no_time_back_and_owes_none(self) -> None:
        payment = boost(ListingFactory(), days=7)
        with clock.advanced(timedelta(days=9)):
            charge_back(payment)
            listen()
        with clock.advanced(timedelta(days=40)):
            charge_back(payment, outcome=Chargeback.WON)
            listen()
        row = Boost.objects.get()
        assert row.ends_at == row.starts_at

    def test_a_chargeback_that_is_lost_at_once_ends_it_too(self) -> None:
        listing = ListingFactory()
        charge_back(boost(listing), outcome=Chargeback.LOST)
        listen()
        assert until(listing) is None
        assert Boost.objects.get().state == "cancelled"

    def test_money_for_a_listing_that_has_left_the_market_goes_back_by_itself(self) -> None:
        listing = ListingFactory()
        payment = start(Purpose.BOOST, listing.pk, by=listing.owner, days=7)
        listing_services.step_listing(listing_id=listing.pk, by=listing.owner, action="withdraw")
        hear(payment)
        assert payment.placement == Placement.PAYER
        assert Refund.objects.get().amount == payment.amount
        assert (Boost.objects.get().state, until(listing)) == ("waiting", None)
        assert told("boost_started") == 0

    def test_money_that_comes_after_the_window_still_counts(self) -> None:
        listing = ListingFactory()
        payment = start(Purpose.BOOST, listing.pk, by=listing.owner, days=7)
        with clock.advanced(timedelta(hours=2)):
            services.expire_due()
            hear(payment)
            assert (payment.status, payment.placement) == (PaymentStatus.SUCCEEDED, Placement.REVENUE)
            assert is_in(until(listing), days=7)

    @pytest.mark.parametrize(
        ("days", "status", "code"),
        [
            (7, Status.WITHDRAWN, "listing_not_active"),
            (8, Status.ACTIVE, "invalid"),
            (None, Status.ACTIVE, "invalid"),
        ],
    )
    def test_it_is_sold_for_what_buyers_see_and_for_the_days_on_sale(
        self, days: Any, status: str, code: str
    ) -> None:
        listing = ListingFactory(status=status, published_at=clock.now())
        with pytest.raises((Conflict, InvalidInput)) as refusal:
            start(Purpose.BOOST, listing.pk, by=listing.owner, days=days)
        faults = [fault.code for fault in refusal.value.faults] if code == "invalid" else []
        assert code in {refusal.value.code, *faults}
        assert not Payment.objects.exists()
        assert not Boost.objects.exists()

    def test_a_kind_without_a_price_is_not_on_sale(self) -> None:
        listing = ListingFactory()
        with override_config(BOOST_PRICE_7=Decimal(0)), pytest.raises(InvalidInput):
            start(Purpose.BOOST, listing.pk, by=listing.owner, days=7)

    def test_a_service_is_paid_at_once_and_not_in_parts(self) -> None:
        listing = ListingFactory()
        with pytest.raises(InvalidInput) as refusal:
            start(Purpose.BOOST, listing.pk, by=listing.owner, days=7, amount=Decimal("1.00"))
        assert [fault.code for fault in refusal.value.faults] == ["amount_out_of_bounds"]
        assert not Payment.objects.exists()

    def test_nobody_boosts_what_is_not_theirs(self) -> None:
        with pytest.raises(NotFound):
            start(Purpose.BOOST, ListingFactory().pk, by=UserFactory(), days=7)

    @pytest.mark.parametrize("role", Membership.Role.values)
    def test_of_an_agency_those_boost_who_may_edit(self, role: str) -> None:
        agency = AgencySellerFactory()
        owner = MembershipFactory(organisation=agency.organisation, role="owner").user
        listing = ListingFactory(seller=agency, owner=owner)
        person = MembershipFactory(organisation=agency.organisation, role=role).user
        may = role in {"owner", "manager", "agent"}
        if may:
            boost(listing, by=person)
        else:
            with pytest.raises(NotFound):
                boost(listing, by=person)
        assert (until(listing) is not None) == may


class TestListingFees:
    @pytest.fixture(autouse=True)
    def _homes_pay(self) -> Iterator[None]:
        with override_config(LISTING_FEE_PROPERTY=Decimal("250.00")):
            yield

    @pytest.fixture
    def waiting(self, staff: Any) -> Listing:
        """A home that was approved and waits for its fee."""
        listing = ListingFactory(status=Status.PENDING_REVIEW, published_at=None)
        return listing_services.approve_listing(listing_id=listing.pk, by=staff)

    @pytest.fixture
    def staff(self) -> Any:
        return UserFactory(is_staff=True)

    def test_an_approved_listing_waits_for_its_fee_and_comes_on_the_market_with_it(
        self, waiting: Listing
    ) -> None:
        assert (waiting.status, told("listing_fee_due")) == (Status.PENDING_PAYMENT, 1)
        assert not SearchRow.objects.exists()
        payment = start(Purpose.LISTING_FEE, waiting.pk, by=waiting.owner)
        assert payment.amount == Decimal("250.00")
        hear(payment)
        waiting.refresh_from_db()
        assert (waiting.status, SearchRow.objects.get().is_public) == (Status.ACTIVE, True)
        assert is_in(waiting.expires_at, days=60)
        assert ListingFee.objects.get().state == "active"

    def test_without_a_fee_for_the_kind_it_is_on_the_market_at_once(self, staff: Any) -> None:
        car = ListingFactory(kind="vehicle", status=Status.PENDING_REVIEW, published_at=None)
        assert listing_services.approve_listing(listing_id=car.pk, by=staff).status == Status.ACTIVE

    def test_what_is_not_paid_in_thirty_days_expires_and_late_money_goes_back(self, waiting: Listing) -> None:
        payment = start(Purpose.LISTING_FEE, waiting.pk, by=waiting.owner)
        with clock.advanced(timedelta(days=29)):
            assert listing_services.expire_due() == 0
        with clock.advanced(timedelta(days=31)):
            assert listing_services.expire_due() == 1
            hear(payment)
        waiting.refresh_from_db()
        assert (waiting.status, payment.placement) == (Status.EXPIRED, Placement.PAYER)
        assert Refund.objects.get().amount == payment.amount

    def test_the_second_of_two_fees_goes_back(self, waiting: Listing) -> None:
        one, other = (start(Purpose.LISTING_FEE, waiting.pk, by=waiting.owner) for _ in "ab")
        assert hear(one).placement == Placement.REVENUE
        assert hear(other).placement == Placement.PAYER

    def test_where_the_same_home_came_on_the_market_meanwhile_the_fee_goes_back(self, staff: Any) -> None:
        asset = AssetFactory(parcel_number="AA-1")
        slot = {"asset": asset, "live_slot": "*"}
        late = ListingFactory(status=Status.PENDING_REVIEW, published_at=None, **slot)
        listing_services.approve_listing(listing_id=late.pk, by=staff)
        payment = start(Purpose.LISTING_FEE, late.pk, by=late.owner)
        ListingFactory(**slot)
        assert hear(payment).placement == Placement.PAYER
        late.refresh_from_db()
        assert late.status == Status.PENDING_PAYMENT

    def test_without_its_fee_a_listing_is_hidden_until_it_is_paid_again(self, waiting: Listing) -> None:
        give_back(buy(Purpose.LISTING_FEE, waiting.pk, by=waiting.owner))
        waiting.refresh_from_db()
        assert (waiting.status, waiting.hidden_reasons) == (Status.ACTIVE, ["fee_unpaid"])
        assert not SearchRow.objects.get().is_public
        buy(Purpose.LISTING_FEE, waiting.pk, by=waiting.owner)
        waiting.refresh_from_db()
        assert (waiting.hidden_reasons, SearchRow.objects.get().is_public) == ([], True)

    def test_a_won_chargeback_shows_it_again(self, waiting: Listing) -> None:
        payment = buy(Purpose.LISTING_FEE, waiting.pk, by=waiting.owner)
        charge_back(payment)
        listen()
        assert not SearchRow.objects.get().is_public
        charge_back(payment, outcome=Chargeback.WON)
        listen()
        assert SearchRow.objects.get().is_public

    def test_no_fee_is_taken_that_is_not_due(self) -> None:
        listing = ListingFactory()
        assert refused(lambda: start(Purpose.LISTING_FEE, listing.pk, by=listing.owner)) == "no_fee_due"
        assert not Payment.objects.exists()

    def test_a_draft_is_deleted_and_its_old_fee_stays(self, waiting: Listing) -> None:
        payment = start(Purpose.LISTING_FEE, waiting.pk, by=waiting.owner)
        Listing.objects.filter(pk=waiting.pk).update(status=Status.DRAFT)
        listing_services.delete_listing(listing_id=waiting.pk, by=waiting.owner, kind="property")
        assert ListingFee.objects.get().listing_id is None
        assert hear(payment).placement == Placement.PAYER


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("copies", [1, 4])
def test_paid_at_one_moment_boosts_follow_on_each_other_and_each_begins_once(copies: int) -> None:
    """Four payments, or four notifications of one, at once: as many weeks as there were payments."""
    listing = ListingFactory()
    payments = [start(Purpose.BOOST, listing.pk, by=listing.owner, days=7) for _ in range(copies)]
    at_once(4, lambda number: hear(Payment.objects.get(pk=payments[number % copies].pk)))
    assert is_in(until(listing), days=7 * copies)
    windows = list(Boost.objects.order_by("starts_at").values_list("starts_at", "ends_at"))
    assert all(ends == begins for (_, ends), (begins, _) in pairwise(windows))
