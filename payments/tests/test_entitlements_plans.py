"""Plans: places by the money, renewed, side by side, ended, and given back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from constance.test import override_config

from accounts.models import Membership
from accounts.tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from key2key.common import clock
from key2key.common.errors import InvalidInput, NotFound
from listings.models import Listing, Seller
from listings.services import SellerFacts, set_seller_facts
from listings.tests.factories import ListingFactory, SellerFactory
from notifications.models import Notification
from payments import services
from payments.enums import Purpose
from payments.gateways.contract import Chargeback
from payments.models import Payment, Subscription
from payments.tests.buying import give_back, listen, plan, start, subscribe
from payments.tests.paying import charge_back, hear

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


@pytest.fixture
def seller() -> Seller:
    return SellerFactory()


def quotas(seller: Seller) -> tuple[int | None, int | None]:
    seller.refresh_from_db()
    return seller.live_quota, seller.photo_quota


def told(kind: str) -> int:
    return Notification.objects.filter(kind=kind, channel="in_app").count()


def shown(seller: Seller) -> list[bool]:
    rows = Listing.objects.filter(seller=seller).order_by("published_at", "id")
    return [listing.is_visible for listing in rows]


def test_a_plan_gives_its_places_and_leaves_the_other_facts_alone(seller: Seller) -> None:
    facts = SellerFacts(verified=True, rating=Decimal("4.50"), response_minutes=12)
    set_seller_facts(user_id=seller.user_id, facts=facts)
    subscribe(seller.user, plan(places=20))
    assert quotas(seller) == (20, 40)
    assert (seller.verified, seller.rating, seller.response_minutes) == (True, Decimal("4.50"), 12)


def test_without_it_the_free_places_are_back(seller: Seller) -> None:
    subscribe(seller.user, plan())
    with clock.advanced(31 * DAY):
        assert (services.end_due(), services.end_due()) == (1, 0)
    assert quotas(seller) == (None, None)
    assert told("plan_ended") == 1
    assert Subscription.objects.get().state == "ended"


def test_renewed_it_goes_on_from_the_end(seller: Seller) -> None:
    subscribe(seller.user, plan())
    subscribe(seller.user, plan())
    first, second = Subscription.objects.order_by("starts_at")
    assert second.starts_at == first.ends_at
    with clock.advanced(31 * DAY):
        assert services.end_due() == 1
        assert quotas(seller) == (20, 40)
    assert told("plan_ended") == 0
    with clock.advanced(61 * DAY):
        services.end_due()
    assert quotas(seller) == (None, None)


def test_of_two_plans_the_greater_counts_and_the_smaller_after_it(seller: Seller) -> None:
    subscribe(seller.user, plan("plus", places=20, days=60))
    subscribe(seller.user, plan("pro", places=100, days=30))
    assert quotas(seller)[0] == 100
    with clock.advanced(31 * DAY):
        services.end_due()
        assert quotas(seller)[0] == 20


def test_who_bought_keeps_what_they_bought(seller: Seller) -> None:
    bought = plan(places=20)
    payment = start(Purpose.SUBSCRIPTION, bought.pk, by=seller.user)
    bought.live_quota, bought.period_days = 3, 1
    bought.save()
    hear(payment)
    subscription = Subscription.objects.get()
    assert (quotas(seller)[0], subscription.ends_at - subscription.starts_at) == (20, 30 * DAY)


def test_refunded_whole_it_is_over_and_its_renewal_moves_up(seller: Seller) -> None:
    first = subscribe(seller.user, plan(days=30))
    subscribe(seller.user, plan(days=30))
    give_back(first, amount=Decimal("400.00"))
    assert Subscription.objects.filter(state="active").count() == 2
    give_back(other := subscribe(UserFactory(), plan(days=30)))
    assert Subscription.objects.get(payment=other).state == "cancelled"
    give_back(subscribe(UserFactory(), plan("pro", places=99)))
    assert quotas(seller) == (20, 40)


def test_the_renewal_of_a_refunded_plan_moves_up(seller: Seller) -> None:
    first = subscribe(seller.user, plan(days=30))
    second = subscribe(seller.user, plan(days=30))
    give_back(first)
    kept = Subscription.objects.get(payment=second)
    assert abs(kept.starts_at - clock.now()) < timedelta(seconds=5)
    assert kept.ends_at - kept.starts_at == 30 * DAY
    assert quotas(seller) == (20, 40)
    give_back(second)
    assert quotas(seller) == (None, None)


def test_a_chargeback_takes_the_places_until_it_is_won(seller: Seller) -> None:
    payment = subscribe(seller.user, plan())
    charge_back(payment)
    listen()
    assert quotas(seller) == (None, None)
    charge_back(payment, outcome=Chargeback.WON)
    listen()
    assert quotas(seller) == (20, 40)


def test_told_twice_it_counts_once(seller: Seller) -> None:
    payment = subscribe(seller.user, plan())
    ends_at = Subscription.objects.get().ends_at
    with clock.advanced(DAY):
        hear(payment)
        services.follow_payment(payment_id=payment.pk)
    assert Subscription.objects.get().ends_at == ends_at


def test_it_warns_once_a_week_before_and_not_of_what_was_renewed(seller: Seller) -> None:
    subscribe(seller.user, plan())
    renewed = SellerFactory()
    subscribe(renewed.user, plan())
    subscribe(renewed.user, plan())
    with clock.advanced(22 * DAY):
        assert services.warn_of_end() == 0
    with clock.advanced(24 * DAY):
        assert (services.warn_of_end(), services.warn_of_end()) == (1, 0)
    assert [note.user for note in Notification.objects.filter(kind="plan_expiring", channel="in_app")] == [
        seller.user
    ]


class TestDowngrade:
    """What a smaller quota does to listings that are there."""

    @pytest.fixture(autouse=True)
    def _two_are_free(self) -> Iterator[None]:
        with override_config(PRIVATE_LIVE_LIMIT=2):
            yield

    @pytest.fixture
    def four(self, seller: Seller) -> list[Listing]:
        """The oldest first."""
        subscribe(seller.user, plan(places=4))
        ages = (9, 6, 3, 1)
        return [ListingFactory(seller=seller, published_at=clock.now() - age * DAY) for age in ages]

    def test_the_last_ones_are_hidden_and_come_back_with_the_next_plan(
        self, seller: Seller, four: list[Listing]
    ) -> None:
        assert shown(seller) == [True] * 4
        with clock.advanced(31 * DAY):
            services.end_due()
            assert shown(seller) == [True, True, False, False]
            assert Listing.objects.get(pk=four[3].pk).hidden_reasons == ["quota"]
            assert Listing.objects.get(pk=four[3].pk).status == "active", "hidden, not moved"
            subscribe(seller.user, plan(places=4))
            assert shown(seller) == [True] * 4

    def test_what_a_deal_holds_or_a_boost_pays_for_stays(self, seller: Seller, four: list[Listing]) -> None:
        Listing.objects.filter(pk=four[3].pk).update(status="under_offer", deal_id=four[3].pk)
        Listing.objects.filter(pk=four[2].pk).update(boosted_until=clock.now() + 60 * DAY)
        with clock.advanced(31 * DAY):
            services.end_due()
            assert shown(seller) == [False, False, True, True]


class TestOrganisations:
    def test_a_manager_buys_for_the_organisation_and_its_seller_gets_the_places(self) -> None:
        manager = MembershipFactory(role=Membership.Role.MANAGER)
        subscribe(manager.user, plan(), organisation=manager.organisation_id)
        assert quotas(Seller.objects.get(organisation=manager.organisation)) == (20, 40)
        assert not Seller.objects.filter(user=manager.user, live_quota__isnull=False).exists()

    @pytest.mark.parametrize("role", ["agent", "assistant", "accountant", "viewer"])
    def test_others_do_not(self, role: str) -> None:
        person = MembershipFactory(role=role)
        with pytest.raises(NotFound):
            subscribe(person.user, plan(), organisation=person.organisation_id)
        assert not Payment.objects.exists()

    def test_those_who_see_money_are_told_of_its_end(self) -> None:
        organisation = OrganisationFactory()
        people = {
            role: MembershipFactory(organisation=organisation, role=role).user
            for role in ("owner", "agent", "accountant")
        }
        subscribe(people["owner"], plan(), organisation=organisation.pk)
        with clock.advanced(31 * DAY):
            services.end_due()
        heard = set(Notification.objects.filter(kind="plan_ended").values_list("user", flat=True))
        assert heard == {people["owner"].pk, people["accountant"].pk}


@pytest.mark.parametrize("change", [{"is_active": False}, {"prices": 0}])
def test_what_is_not_on_sale_is_not_sold(seller: Seller, change: dict[str, Any]) -> None:
    gone = plan()
    if "prices" in change:
        gone.prices.all().delete()
    else:
        type(gone).objects.filter(pk=gone.pk).update(**change)
    with pytest.raises(NotFound):
        subscribe(seller.user, gone)
    assert not Payment.objects.exists()


def test_a_plan_is_paid_in_a_currency_in_which_it_has_a_price(seller: Seller) -> None:
    with pytest.raises(InvalidInput) as refusal:
        subscribe(seller.user, plan(), currency="USD")
    assert [fault.code for fault in refusal.value.faults] == ["other_currency"]
    assert not Payment.objects.exists()
