"""What professionals write of themselves, who sees it, and what staff make of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import erase_user
from accounts.tests.factories import StaffFactory, UserFactory
from brokers import services
from brokers.enums import BrokerStatus, DealState, LicenceState
from brokers.models import Broker, Licence
from brokers.tests.factories import BrokerFactory, deal_in, hear_all
from key2key.common import clock
from key2key.common.errors import Conflict, InvalidInput, NotAllowed
from key2key.common.models import AuditEntry, Event
from key2key.common.plugins import privacy
from listings.enums import Status
from listings.models import Seller
from listings.tests.factories import ListingFactory, SellerFactory
from notifications.models import Notification

pytestmark = pytest.mark.django_db
S = BrokerStatus
LIST, ME = "/api/v1/brokers", "/api/v1/brokers/me"
SignIn = Callable[..., APIClient]
WHOLE = {
    "bio": "Homes in Bole since 2010.",
    "languages": ["am", "en"],
    "areas": ["bole"],
    "specialities": ["residential_sale"],
    "years_experience": 12,
    "phone": "+251911234567",
}
LICENCE = {
    "number": "ET-4711",
    "authority": "Addis Ababa Trade Bureau",
    "category": "Broker",
    "region": "Addis Ababa",
    "expires_on": "2031-12-31",
}


@pytest.fixture
def staff() -> User:
    made: User = StaffFactory(groups=["moderator"])
    return made


def post(client: APIClient, path: str, body: Any = None, **headers: str) -> Any:
    return client.post(path, body or {}, format="json", headers=headers)


def step(broker: Broker, staff: User, action: str, reason: str = "As agreed.") -> Broker:
    return services.step_profile(broker_id=broker.pk, by=staff, action=action, reason=reason)


def deeds() -> list[str]:
    return list(AuditEntry.objects.order_by("created_at", "id").values_list("action", flat=True))


def fresh(broker: Broker) -> Broker:
    return Broker.objects.get(pk=broker.pk)


class TestOwnProfile:
    def test_from_the_first_word_to_review(self, sign_in: SignIn) -> None:
        client = sign_in(UserFactory())
        made = post(client, LIST, WHOLE)
        assert made.status_code == 201, made.content
        assert (made.json()["status"], made.json()["allowed_actions"]) == ("draft", ["submit", "leave"])
        assert [place["slug"] for place in made.json()["areas"]] == ["bole"]
        named = client.put(f"{ME}/licence", LICENCE, format="json")
        assert named.status_code == 200, named.content
        assert [(row["number"], row["state"]) for row in named.json()["licences"]] == [
            ("ET-4711", "unchecked")
        ]
        assert named.json()["licence"] is None
        sent = post(client, f"{ME}/submit")
        assert (sent.status_code, sent.json()["status"]) == (200, "pending_review")
        assert Broker.objects.get().submitted_at is not None
        assert deeds() == ["broker.opened", "licence.named", "broker.submit"]
        assert Event.objects.filter(name__endswith="BrokerStatusChanged").count() == 1

    def test_nobody_begins_who_cannot_be_reached(self, sign_in: SignIn) -> None:
        answer = post(sign_in(UserFactory(email_verified_at=None)), LIST, WHOLE)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_verified")
        assert not Broker.objects.exists()

    def test_there_is_one_profile_each(self, sign_in: SignIn) -> None:
        broker = BrokerFactory()
        answer = post(sign_in(broker.user), LIST, WHOLE)
        assert (answer.status_code, answer.json()["code"]) == (409, "profile_exists")
        assert (Broker.objects.get().bio, deeds()) == (broker.bio, [])

    def test_what_is_missing_is_named_and_nothing_is_sent_in(self, sign_in: SignIn) -> None:
        client = sign_in(UserFactory())
        post(client, LIST, {})
        answer = post(client, f"{ME}/submit")
        assert (answer.status_code, answer.json()["code"]) == (400, "profile_incomplete")
        assert {fault["pointer"] for fault in answer.json()["errors"]} == {
            "/bio", "/languages", "/specialities", "/phone", "/areas", "/licence",
        }  # fmt: skip
        assert Broker.objects.get().status == S.DRAFT

    def test_changes_need_the_present_version_when_one_is_named(self, sign_in: SignIn) -> None:
        broker = BrokerFactory()
        client = sign_in(broker.user)
        read = client.get(ME)
        again = client.get(ME, headers={"If-None-Match": read["ETag"]})
        assert again.status_code == 304
        change = {"bio": "Now in Gerji too.", "areas": ["bole", "gerji"]}
        done = client.patch(ME, change, format="json", headers={"If-Match": read["ETag"]})
        assert done.status_code == 200, done.content
        late = client.patch(ME, {"bio": "Late."}, format="json", headers={"If-Match": read["ETag"]})
        assert (late.status_code, late.json()["code"]) == (412, "stale")
        row = fresh(broker)
        assert (row.bio, row.areas.count()) == ("Now in Gerji too.", 2)
        assert deeds() == ["broker.changed"]

    @pytest.mark.parametrize("path", ["/submit", "/licence", ""])
    def test_an_old_version_changes_nothing(self, sign_in: SignIn, path: str) -> None:
        broker = BrokerFactory(status=S.DRAFT)
        client, old = sign_in(broker.user), {"If-Match": '"old"'}
        answer = {
            "/submit": lambda: post(client, f"{ME}{path}", **old),
            "/licence": lambda: client.put(f"{ME}{path}", LICENCE, format="json", headers=old),
            "": lambda: client.delete(ME, headers=old),
        }[path]()
        assert (answer.status_code, answer.json()["code"]) == (412, "stale")
        assert (fresh(broker).status, broker.licences.count(), deeds()) == (S.DRAFT, 1, [])

    def test_contact_data_is_taken_out_of_the_words(self, sign_in: SignIn) -> None:
        broker = BrokerFactory()
        sign_in(broker.user).patch(ME, {"bio": "Call 0911 23 45 67 or www.example.com"}, format="json")
        assert fresh(broker).bio == "Call […] or […]"

    @pytest.mark.parametrize(
        ("given", "pointer", "code"),
        [
            ({"areas": ["atlantis"]}, "/areas/0", "unknown_location"),
            ({"languages": ["E1"]}, "/languages/0", "invalid"),
            ({"specialities": ["castles"]}, "/specialities/0", "invalid_choice"),
            ({"years_experience": 71}, "/years_experience", "max_value"),
            ({"phone": "0911234567"}, "/phone", "invalid"),
            ({"website": "javascript:alert(1)"}, "/website", "invalid"),
            ({"rating": 5}, "/rating", "unknown_field"),
            ({"status": "active"}, "/status", "unknown_field"),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, sign_in: SignIn, given: dict[str, Any], pointer: str, code: str
    ) -> None:
        broker = BrokerFactory()
        answer = sign_in(broker.user).patch(ME, given, format="json")
        assert answer.status_code == 400, answer.content
        assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [(pointer, code)]
        assert fresh(broker).updated_at == broker.updated_at

    def test_a_licence_that_has_run_out_is_refused(self, sign_in: SignIn) -> None:
        broker = BrokerFactory(licence=False)
        body = {**LICENCE, "expires_on": str(clock.today() - timedelta(days=1))}
        answer = sign_in(broker.user).put(f"{ME}/licence", body, format="json")
        assert [fault["code"] for fault in answer.json()["errors"]] == ["in_the_past"]
        assert not broker.licences.exists()

    def test_a_confirmed_licence_stays_until_the_new_one_is_confirmed(self, sign_in: SignIn) -> None:
        broker = BrokerFactory()
        client = sign_in(broker.user)
        for number in ("ET-1", "ET-2", "ET-2"):
            client.put(f"{ME}/licence", {**LICENCE, "number": number}, format="json")
        states = broker.licences.values_list("state", "number").order_by("state")
        assert [state for state, _number in states] == [LicenceState.CONFIRMED, LicenceState.UNCHECKED]
        assert states[1][1] == "ET-2"
        assert fresh(broker).status == S.ACTIVE
        assert deeds() == ["licence.named", "licence.named"]  # the repeat was none

    def test_to_name_the_confirmed_one_again_changes_nothing(self, sign_in: SignIn) -> None:
        broker = BrokerFactory(licence__number="ET-4711", licence__expires_on="2031-12-31")
        sign_in(broker.user).put(f"{ME}/licence", LICENCE, format="json")
        assert broker.licences.get().state == LicenceState.CONFIRMED

    def test_who_has_none_finds_nothing(self, sign_in: SignIn) -> None:
        client = sign_in(UserFactory())
        answers = [
            client.get(ME),
            client.patch(ME, {}, format="json"),
            client.delete(ME),
            post(client, f"{ME}/submit"),
            client.put(f"{ME}/licence", LICENCE, format="json"),
        ]
        assert [answer.status_code for answer in answers] == [404] * 5


class TestLeaving:
    def test_who_leaves_is_not_shown_sells_as_a_private_person_and_may_come_back(
        self, sign_in: SignIn, api: APIClient
    ) -> None:
        broker = BrokerFactory()
        client = sign_in(broker.user)
        assert client.delete(ME).status_code == 204
        assert (fresh(broker).status, Seller.objects.get(user=broker.user).type) == (S.TERMINATED, "private")
        assert api.get(f"{LIST}/{broker.pk}").status_code == 404
        assert client.get(ME).json()["allowed_actions"] == ["come_back"]
        refused = client.patch(ME, {"bio": "?"}, format="json")
        assert (refused.status_code, refused.json()["code"]) == (409, "illegal_transition")
        assert client.put(f"{ME}/licence", LICENCE, format="json").status_code == 409
        back = post(client, LIST, WHOLE)
        assert (back.status_code, back.json()["status"], back.json()["id"]) == (201, "draft", str(broker.pk))
        assert fresh(broker).bio == WHOLE["bio"]

    def test_nobody_comes_back_whom_staff_ended(self, sign_in: SignIn, staff: User) -> None:
        broker = BrokerFactory()
        step(broker, staff, "terminate", "The papers were forged.")
        client = sign_in(broker.user)
        assert client.get(ME).json()["allowed_actions"] == []
        answer = post(client, LIST, WHOLE)
        assert (answer.status_code, answer.json()["code"]) == (409, "profile_exists")
        assert fresh(broker).status == S.TERMINATED

    def test_nobody_leaves_while_something_is_on_the_market(self, sign_in: SignIn) -> None:
        broker = BrokerFactory()
        listing = ListingFactory(seller=SellerFactory(user=broker.user), status=Status.ON_HOLD)
        answer = sign_in(broker.user).delete(ME)
        assert (answer.status_code, answer.json()["code"]) == (409, "listings_live")
        listing.refresh_from_db()
        assert (fresh(broker).status, listing.status, deeds()) == (S.ACTIVE, Status.ON_HOLD, [])

    def test_nobody_leaves_an_open_deal(self, sign_in: SignIn) -> None:
        deal = deal_in(DealState.DEPOSIT_DUE)
        broker = BrokerFactory(user=deal.owner)
        answer = sign_in(deal.owner).delete(ME)
        assert (answer.status_code, answer.json()["code"]) == (409, "deal_open")
        assert fresh(broker).status == S.ACTIVE

    def test_the_suspended_wait_for_staff(self, sign_in: SignIn) -> None:
        broker = BrokerFactory(status=S.SUSPENDED)
        answer = sign_in(broker.user).delete(ME)
        assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")
        assert (answer.json()["status_now"], answer.json()["allowed"]) == ("suspended", [])
        assert fresh(broker).status == S.SUSPENDED


class TestStaff:
    @pytest.mark.parametrize(
        ("before", "action", "after"),
        [
            (S.PENDING_REVIEW, "approve", S.ACTIVE),
            (S.PENDING_REVIEW, "request_changes", S.CHANGES_REQUESTED),
            (S.ACTIVE, "suspend", S.SUSPENDED),
            (S.SUSPENDED, "reinstate", S.ACTIVE),
            (S.DRAFT, "terminate", S.TERMINATED),
            (S.ACTIVE, "terminate", S.TERMINATED),
        ],
    )
    def test_a_step_is_written_down_with_its_reason_and_told(
        self, staff: User, before: str, action: str, after: str
    ) -> None:
        broker = BrokerFactory(status=before)
        step(broker, staff, action, "Because of the papers.")
        row, entry = fresh(broker), AuditEntry.objects.get()
        assert (row.status, row.status_reason) == (after, "Because of the papers.")
        assert (entry.action, entry.actor_id, entry.reason) == (
            f"broker.{action}",
            staff.pk,
            "Because of the papers.",
        )
        news = Notification.objects.get(channel="email")
        assert (news.kind, news.user_id) == ("broker_status_changed", broker.user_id)
        assert (news.data["status"], news.data["reason"]) == (after, "Because of the papers.")
        event = Event.objects.get(name__endswith="BrokerStatusChanged")
        assert event.payload["status"] == after
        assert list(row.history.values_list("status", flat=True)) == [before, after]

    @pytest.mark.parametrize(
        ("before", "action"),
        [
            (S.DRAFT, "approve"),
            (S.ACTIVE, "approve"),
            (S.CHANGES_REQUESTED, "request_changes"),
            (S.PENDING_REVIEW, "suspend"),
            (S.ACTIVE, "reinstate"),
            (S.TERMINATED, "terminate"),
            (S.TERMINATED, "reinstate"),
            (S.DRAFT, "submit"),
            (S.TERMINATED, "come_back"),
        ],
    )
    def test_an_illegal_step_changes_nothing(self, staff: User, before: str, action: str) -> None:
        broker = BrokerFactory(status=before)
        with pytest.raises(Conflict) as refused:
            step(broker, staff, action)
        assert refused.value.code == "illegal_transition"
        assert (fresh(broker).status, deeds(), Notification.objects.count()) == (before, [], 0)

    @pytest.mark.parametrize("state", [None, LicenceState.UNCHECKED, LicenceState.REVOKED])
    @pytest.mark.parametrize(
        ("before", "action"), [(S.PENDING_REVIEW, "approve"), (S.SUSPENDED, "reinstate")]
    )
    def test_nobody_becomes_active_without_a_confirmed_licence(
        self, staff: User, state: str | None, before: str, action: str
    ) -> None:
        how = {"licence": False} if state is None else {"licence__state": state}
        broker = BrokerFactory(status=before, **how)
        with pytest.raises(Conflict) as refused:
            step(broker, staff, action)
        assert refused.value.code == "licence_not_confirmed"
        assert (fresh(broker).status, deeds(), Notification.objects.count()) == (before, [], 0)

    def test_nor_with_one_that_has_run_out(self, staff: User) -> None:
        broker = BrokerFactory(status=S.PENDING_REVIEW)
        with clock.advanced(timedelta(days=400)), pytest.raises(Conflict):
            step(broker, staff, "approve")
        assert fresh(broker).status == S.PENDING_REVIEW

    def test_a_step_without_a_reason_is_refused(self, staff: User) -> None:
        broker = BrokerFactory()
        with pytest.raises(InvalidInput):
            step(broker, staff, "suspend", "  ")
        assert (fresh(broker).status, Notification.objects.count()) == (S.ACTIVE, 0)

    def test_nobody_decides_about_themselves(self) -> None:
        broker = BrokerFactory(user=StaffFactory(groups=["moderator"]))
        with pytest.raises(NotAllowed) as refused:
            step(broker, broker.user, "suspend")
        assert refused.value.code == "own_profile"
        assert fresh(broker).status == S.ACTIVE

    def test_after_changes_were_asked_for_it_is_sent_in_again(self, staff: User, sign_in: SignIn) -> None:
        broker = BrokerFactory(status=S.PENDING_REVIEW)
        step(broker, staff, "request_changes", "Say more.")
        client = sign_in(broker.user)
        mine = client.get(ME).json()
        assert (mine["status_reason"], mine["allowed_actions"]) == ("Say more.", ["submit", "leave"])
        assert post(client, f"{ME}/submit").json()["status"] == "pending_review"
        assert fresh(broker).status_reason == ""


class TestErasure:
    def test_an_erased_professional_is_nowhere_to_be_read(self, api: APIClient) -> None:
        broker = BrokerFactory(telegram="bole_homes")
        erase_user(user_id=broker.user_id, by=StaffFactory(groups=["support"]))
        hear_all()
        hear_all()
        row, licence = fresh(broker), Licence.objects.get()
        assert (row.status, row.bio, row.phone, row.telegram) == (S.TERMINATED, "", "", "")
        assert (row.areas.count(), row.languages) == (0, [])
        assert (licence.number, licence.state) == ("", LicenceState.REVOKED)
        assert api.get(f"{LIST}/{broker.pk}").status_code == 404

    def test_the_person_gets_what_is_held(self) -> None:
        broker = BrokerFactory()
        profile = privacy["brokers.broker"].export(broker.user)[0]
        assert (profile["bio"], profile["areas"]) == (broker.bio, ["bole"])
        licence = privacy["brokers.licence"].export(broker.user)[0]
        assert licence["number"] == broker.licences.get().number
        assert privacy["brokers.broker"].export(UserFactory()) == []
