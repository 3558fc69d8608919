"""Licences as staff find them, the gate to publishing that follows, and what the clock does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.events import MembershipChanged
from accounts.models import Membership, User
from accounts.services import erase_user
from accounts.tests.factories import MembershipFactory, OrganisationFactory, StaffFactory, UserFactory
from brokers import services
from brokers.enums import BrokerStatus, LicenceState
from brokers.models import Broker, Licence
from brokers.services import LicenceFacts
from brokers.tests.factories import BrokerFactory, LicenceFactory, hear_all
from key2key.common import clock
from key2key.common.errors import Conflict, NotAllowed, NotFound
from key2key.common.events import publish
from key2key.common.models import AuditEntry
from listings.enums import HiddenReason, Status
from listings.models import Listing, Seller
from listings.services import submit_listing
from listings.tests.factories import AgencySellerFactory, ListingFactory, SellerFactory
from notifications.models import Notification

pytestmark = pytest.mark.django_db
OWNER, MANAGER, AGENT = Membership.Role.OWNER, Membership.Role.MANAGER, Membership.Role.AGENT


@pytest.fixture
def staff() -> User:
    made: User = StaffFactory(groups=["kyc"])
    return made


def facts(*, number: str = "ET-1", days: int = 365) -> LicenceFacts:
    return LicenceFacts(
        number=number,
        authority="Addis Ababa Trade Bureau",
        category="Broker",
        region="Addis Ababa",
        expires_on=clock.today() + timedelta(days=days),
    )


def confirm(broker: Broker, staff: User, **values: Any) -> Licence:
    return services.confirm_licence(user_id=broker.user_id, licence=facts(**values), by=staff)


def step(broker: Broker, staff: User, action: str) -> Broker:
    return services.step_profile(broker_id=broker.pk, by=staff, action=action, reason="As agreed.")


def opened(staff: User, **values: Any) -> Broker:
    """A professional who became active by the rules, so that the gate is open."""
    broker: Broker = BrokerFactory(status=BrokerStatus.PENDING_REVIEW, licence=False, **values)
    confirm(broker, staff, number=f"ET-{broker.pk}")
    return step(broker, staff, "approve")


def seller_of(broker: Broker) -> Seller:
    return Seller.objects.get(user_id=broker.user_id)


def may_publish(**whose: Any) -> bool:
    return Seller.objects.get(**whose).may_publish(clock.now())


def submit(broker: Broker, **values: Any) -> Listing:
    """A draft of theirs is sent to review."""
    seller = Seller.objects.get(user_id=broker.user_id)
    listing = ListingFactory(seller=seller, status=Status.DRAFT, **values)
    return submit_listing(listing_id=listing.pk, by=broker.user)


class TestTheGate:
    def test_it_opens_with_approval_to_the_end_of_the_last_day_in_addis(self, staff: User) -> None:
        broker = opened(staff)
        last = broker.licences.get().expires_on
        seller = seller_of(broker)
        assert seller.type == "broker"
        midnight = datetime(last.year, last.month, last.day, 21, tzinfo=UTC)  # 24 h in Addis Ababa
        assert seller.may_publish_until == midnight
        assert submit(broker).status == Status.PENDING_REVIEW

    @pytest.mark.parametrize("action", ["suspend", "terminate"])
    def test_it_closes_when_staff_step_in_and_what_is_live_is_hidden(self, staff: User, action: str) -> None:
        broker = opened(staff)
        live = ListingFactory(seller=seller_of(broker))
        step(broker, staff, action)
        live.refresh_from_db()
        assert (live.status, live.hidden_reasons) == (Status.ACTIVE, [HiddenReason.LICENCE_LAPSED])
        draft = ListingFactory(seller=seller_of(broker), status=Status.DRAFT)
        with pytest.raises(NotAllowed) as refused:
            submit_listing(listing_id=draft.pk, by=broker.user)
        assert refused.value.code == "licence_required"
        draft.refresh_from_db()
        assert draft.status == Status.DRAFT

    def test_it_opens_again_and_shows_what_was_hidden(self, staff: User) -> None:
        broker = opened(staff)
        live = ListingFactory(seller=seller_of(broker))
        step(broker, staff, "suspend")
        step(broker, staff, "reinstate")
        live.refresh_from_db()
        assert live.hidden_reasons == []

    def test_it_closes_when_the_licence_is_revoked_and_opens_with_a_new_one(self, staff: User) -> None:
        broker = opened(staff)
        services.revoke_licence(user_id=broker.user_id, by=staff, reason="It is not real.")
        assert not may_publish(user=broker.user)
        with pytest.raises(NotAllowed):
            submit(broker)
        licence = broker.licences.get()
        assert (licence.state, licence.reason) == (LicenceState.REVOKED, "It is not real.")
        confirm(broker, staff, number="ET-NEW")
        assert may_publish(user=broker.user)

    def test_a_draft_of_a_profile_takes_nothing_from_a_private_seller(self, staff: User) -> None:
        seller = SellerFactory()
        broker = BrokerFactory(user=seller.user, status=BrokerStatus.PENDING_REVIEW, licence=False)
        confirm(broker, staff)
        step(broker, staff, "request_changes")
        seller.refresh_from_db()
        assert (seller.type, seller.may_publish_until) == ("private", None)
        assert submit(broker).status == Status.PENDING_REVIEW

    def test_a_confirmed_licence_opens_nothing_for_whoever_is_suspended(self, staff: User) -> None:
        broker = opened(staff)
        step(broker, staff, "suspend")
        confirm(broker, staff, number="ET-RENEWED", days=900)
        assert not may_publish(user=broker.user)


class TestTheAgencyGate:
    @pytest.mark.parametrize(("role", "opens"), [(OWNER, True), (MANAGER, True), (AGENT, False)])
    def test_an_owner_or_manager_opens_it_and_nobody_else(
        self, staff: User, role: Membership.Role, opens: bool
    ) -> None:
        membership = MembershipFactory(role=role)
        opened(staff, user=membership.user)
        hear_all()
        organisation = Seller.objects.filter(organisation=membership.organisation).first()
        assert (organisation is not None and organisation.may_publish(clock.now())) is opens

    def test_the_latest_licence_of_those_who_answer_for_it_counts(self, staff: User) -> None:
        organisation = OrganisationFactory()
        for role, days in ((OWNER, 30), (MANAGER, 300)):
            broker = BrokerFactory(status=BrokerStatus.PENDING_REVIEW, licence=False)
            MembershipFactory(organisation=organisation, user=broker.user, role=role)
            confirm(broker, staff, number=role, days=days)
            step(broker, staff, "approve")
        seller = Seller.objects.get(organisation=organisation)
        last = clock.today() + timedelta(days=300)
        assert seller.may_publish_until == datetime(last.year, last.month, last.day, 21, tzinfo=UTC)
        step(broker, staff, "suspend")
        seller.refresh_from_db()
        last = clock.today() + timedelta(days=30)
        assert seller.may_publish_until == datetime(last.year, last.month, last.day, 21, tzinfo=UTC)

    def test_it_follows_who_joins_and_who_leaves(self, staff: User) -> None:
        seller = AgencySellerFactory(may_publish_until=None)
        listing = ListingFactory(seller=seller, owner=UserFactory(), status=Status.ACTIVE)
        broker = opened(staff)
        membership = MembershipFactory(organisation=seller.organisation, user=broker.user, role=MANAGER)
        news = MembershipChanged(user_id=broker.user_id, organisation_id=seller.organisation_id)
        publish(news)
        hear_all()
        assert may_publish(pk=seller.pk)
        membership.delete()
        publish(news)
        hear_all()
        assert not may_publish(pk=seller.pk)
        listing.refresh_from_db()
        assert listing.hidden_reasons == [HiddenReason.LICENCE_LAPSED]

    def test_an_erased_manager_takes_the_gate_along(self, staff: User) -> None:
        seller = AgencySellerFactory(may_publish_until=None)
        broker = BrokerFactory(status=BrokerStatus.PENDING_REVIEW, licence=False)
        MembershipFactory(organisation=seller.organisation, user=broker.user, role=MANAGER)
        confirm(broker, staff)
        step(broker, staff, "approve")
        assert may_publish(pk=seller.pk)
        erase_user(user_id=broker.user_id, by=StaffFactory(groups=["support"]))
        hear_all()
        assert not may_publish(pk=seller.pk)

    def test_news_of_an_organisation_that_is_gone_do_nothing(self) -> None:
        gone = OrganisationFactory()
        organisation_id = gone.pk
        gone.delete()
        services.follow_agency_gate(organisation_id)
        assert not Seller.objects.exists()

    def test_an_organisation_that_offered_nothing_can_still_be_closed(self, staff: User) -> None:
        membership = MembershipFactory(role=OWNER)
        opened(staff, user=membership.user)
        assert Seller.objects.filter(organisation=membership.organisation).exists()
        membership.organisation.delete()
        assert not Seller.objects.filter(organisation__isnull=False).exists()


class TestConfirming:
    def test_who_has_no_profile_gets_an_empty_one(self, staff: User) -> None:
        person = UserFactory()
        licence = services.confirm_licence(user_id=person.pk, licence=facts(), by=staff)
        assert Broker.objects.get(user=person).status == BrokerStatus.DRAFT
        assert (licence.state, licence.confirmed_by) == (LicenceState.CONFIRMED, staff)

    def test_a_repeat_changes_nothing(self, staff: User) -> None:
        broker = BrokerFactory(licence=False)
        first, again = confirm(broker, staff), confirm(broker, staff)
        assert (first.pk, first.updated_at) == (again.pk, again.updated_at)
        assert AuditEntry.objects.filter(action="licence.confirmed").count() == 1

    def test_what_was_named_becomes_what_was_found(self, staff: User) -> None:
        broker = BrokerFactory(licence__state=LicenceState.UNCHECKED)
        confirm(broker, staff, number="ET-FOUND")
        assert [(row.number, row.state) for row in broker.licences.all()] == [
            ("ET-FOUND", LicenceState.CONFIRMED)
        ]

    def test_a_new_one_replaces_the_old_and_both_are_kept(self, staff: User) -> None:
        broker = BrokerFactory()
        old = broker.licences.get()
        confirm(broker, staff, number="ET-NEW")
        old.refresh_from_db()
        assert old.state == LicenceState.REPLACED
        assert broker.licences.filter(state=LicenceState.CONFIRMED).get().number == "ET-NEW"
        assert broker.licences.count() == 2

    def test_a_licence_has_one_holder(self, staff: User) -> None:
        holder, other = BrokerFactory(licence__number="ET-1"), BrokerFactory(licence=False)
        with pytest.raises(Conflict) as refused:
            confirm(other, staff, number="ET-1")
        assert refused.value.code == "licence_taken"
        assert not other.licences.exists()
        assert holder.licences.get().state == LicenceState.CONFIRMED
        assert not AuditEntry.objects.filter(action="licence.confirmed").exists()

    def test_two_may_claim_what_nobody_has_checked(self) -> None:
        for _number in range(2):
            LicenceFactory(number="ET-1", state=LicenceState.UNCHECKED)
        assert Licence.objects.filter(number="ET-1").count() == 2

    def test_nothing_is_revoked_of_whoever_has_no_profile(self, staff: User) -> None:
        with pytest.raises(NotFound):
            services.revoke_licence(user_id=UserFactory().pk, by=staff, reason="Why not.")


class TestTheClock:
    def test_the_end_is_told_thirty_and_seven_days_before_each_once(self, staff: User) -> None:
        broker = opened(staff)
        last = broker.licences.get().expires_on
        told = []
        for left in range(40, -1, -1):
            with clock.advanced(timedelta(days=(last - clock.today()).days - left)):
                for _time in range(2):
                    if services.warn_of_end():
                        told.append(left)
        assert told == [30, 7]
        rows = Notification.objects.filter(kind="licence_expiring", channel="email")
        assert [row.data["expires_on"] for row in rows] == [last.isoformat()] * 2

    def test_midnight_in_addis_is_no_second_reason_to_write(self) -> None:
        """There the day begins three hours before it does in UTC."""
        broker = BrokerFactory(licence__expires_on=clock.today() + timedelta(days=60))
        begin = datetime.combine(clock.today() + timedelta(days=30), datetime.min.time(), tzinfo=UTC)
        told = []
        for hours in range(-3, 6):
            with clock.advanced(begin + timedelta(hours=hours, minutes=5) - clock.now()):
                told.append(services.warn_of_end())
        assert told == [1, *[0] * 8]
        assert broker.licences.get().warned_at is not None

    def test_a_licence_of_few_days_is_told_of_once(self) -> None:
        BrokerFactory(licence__expires_on=clock.today() + timedelta(days=5))
        assert [services.warn_of_end(), services.warn_of_end()] == [1, 0]

    def test_at_its_end_the_licence_ends_the_page_and_the_gate_close(self, staff: User, api: Any) -> None:
        broker = opened(staff)
        live = ListingFactory(seller=seller_of(broker))
        last = broker.licences.get().expires_on
        with clock.advanced(timedelta(days=(last - clock.today()).days)):
            assert services.end_lapsed() == 0
            assert api.get(f"/api/v1/brokers/{broker.pk}").status_code == 200
        with clock.advanced(timedelta(days=(last - clock.today()).days + 1)):
            assert api.get(f"/api/v1/brokers/{broker.pk}").status_code == 404
            assert [services.end_lapsed(), services.end_lapsed()] == [1, 0]
            assert not may_publish(user=broker.user)
        live.refresh_from_db()
        assert live.hidden_reasons == [HiddenReason.LICENCE_LAPSED]
        assert broker.licences.get().state == LicenceState.EXPIRED
        assert Notification.objects.filter(kind="licence_expired", channel="email").count() == 1
        broker.refresh_from_db()
        assert broker.status == BrokerStatus.ACTIVE  # a renewal is enough to return

    def test_a_renewal_before_the_end_keeps_the_gate_open(self, staff: User) -> None:
        broker = opened(staff)
        confirm(broker, staff, number="ET-RENEWED", days=800)
        with clock.advanced(timedelta(days=500)):
            assert services.end_lapsed() == 0
            assert may_publish(user=broker.user)


def test_the_number_of_a_licence_is_not_kept_in_history() -> None:
    licence = LicenceFactory(state=LicenceState.UNCHECKED, expires_on=date(2031, 1, 1))
    licence.state = LicenceState.REVOKED
    licence.save()
    rows = list(licence.history.values())
    assert [row["state"] for row in rows] == [LicenceState.UNCHECKED, LicenceState.REVOKED]
    assert all("number" not in row for row in rows)
