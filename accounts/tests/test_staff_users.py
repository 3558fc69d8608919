from __future__ import annotations

import pytest
from django.apps import apps
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import services
from accounts.models import OneTimeCode, Session, StaffInvitation, User
from accounts.services import open_session
from accounts.tests.factories import (
    BlockFactory,
    InvitationFactory,
    MembershipFactory,
    StaffFactory,
    UserFactory,
)
from key2key.common.ids import uuid7
from key2key.common.models import AuditEntry, Event
from key2key.common.plugins import privacy
from notifications.models import Notification

pytestmark = pytest.mark.django_db
USERS = "/api/v1/users"


@pytest.fixture
def support(sign_in):
    return sign_in(StaffFactory(groups=["support"]), second_factor=True)


@pytest.fixture
def administration(sign_in):
    return sign_in(StaffFactory(groups=["admin"]), second_factor=True)


def row_of(user: User) -> dict:
    return User.objects.filter(pk=user.pk).values().get()


CALLS = [
    ("get", ""),
    ("post", ""),
    ("patch", "/{id}"),
    ("delete", "/{id}"),
    ("post", "/{id}/suspend"),
    ("post", "/{id}/reinstate"),
]


@pytest.mark.parametrize("method, path", CALLS)
class TestWhoMay:
    def refused(self, client, method, path, *, status, code):
        user = UserFactory()
        before, count = row_of(user), User.objects.count()
        body = {"full_name": "X", "email": "x@example.com", "reason": "because"}
        answer = getattr(client, method)(f"{USERS}{path.format(id=user.pk)}", body, format="json")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert (row_of(user), User.objects.count()) == (before, count)
        assert not Notification.objects.exists()
        assert not AuditEntry.objects.exists()

    def test_nobody(self, api, method, path):
        self.refused(api, method, path, status=401, code="not_authenticated")

    def test_customers(self, sign_in, method, path):
        self.refused(sign_in(UserFactory(role="broker")), method, path, status=403, code="not_allowed")

    def test_staff_of_another_group(self, sign_in, method, path):
        client = sign_in(StaffFactory(groups=["content"]), second_factor=True)
        self.refused(client, method, path, status=403, code="not_allowed")

    def test_who_is_in_the_group_but_not_staff(self, sign_in, method, path):
        client = sign_in(StaffFactory(groups=["support"], is_staff=False), second_factor=True)
        self.refused(client, method, path, status=403, code="not_allowed")

    def test_staff_without_second_factor(self, sign_in, method, path):
        client = sign_in(StaffFactory(groups=["support"]))
        self.refused(client, method, path, status=403, code="second_factor_required")

    def test_superusers_without_second_factor(self, sign_in, method, path):
        client = sign_in(StaffFactory(is_superuser=True))
        self.refused(client, method, path, status=403, code="second_factor_required")


class TestList:
    def test_it_is_searched_and_narrowed(self, support):
        hana = UserFactory(full_name="Hana Tesfaye", role="seller")
        UserFactory(full_name="Abel Girma", status=User.Status.SUSPENDED)

        def names(query: str) -> set[str]:
            return {row["full_name"] for row in support.get(f"{USERS}?{query}").json()["results"]}

        assert names("q=tesf") == {"Hana Tesfaye"}
        assert names(f"q={hana.email[:12]}") >= {"Hana Tesfaye"}
        assert names("role=seller") == {"Hana Tesfaye"}
        assert names("status=suspended") == {"Abel Girma"}
        assert "Hana Tesfaye" not in names("is_staff=true")

    def test_unknown_questions_are_refused(self, support):
        assert support.get(f"{USERS}?password=x").json()["code"] == "unknown_parameter"
        assert support.get(f"{USERS}?role=king").status_code == 400

    def test_its_pages_hold_everybody_once(self, support):
        people = {str(UserFactory().pk) for _ in range(7)}
        seen, address = [], f"{USERS}?limit=3&is_staff=false"
        while address:
            page = support.get(address).json()
            seen += [row["id"] for row in page["results"]]
            address = page["next"]
        assert sorted(seen) == sorted(people)

    def test_it_costs_the_same_for_one_and_for_twenty(self, support, assert_same_queries):
        assert_same_queries(support, USERS, add=StaffFactory.create_batch)


class TestCreate:
    NEW = {"full_name": "Hana Tesfaye", "email": "hana@example.com", "role": "seller", "language": "am"}

    def test_the_person_sets_the_password_through_a_mailed_link(self, support, outbox):
        answer = support.post(USERS, self.NEW, format="json")
        assert answer.status_code == 201
        user = User.objects.get(email="hana@example.com")
        assert not user.has_usable_password()
        assert OneTimeCode.objects.get().purpose == "password_reset"
        assert outbox()[-1].to == ["hana@example.com"]
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.subject_id) == ("user.created", str(user.pk))

    def test_a_phone_is_enough(self, support):
        answer = support.post(USERS, {"full_name": "Hana", "phone": "0911223344"}, format="json")
        assert (answer.status_code, answer.json()["phone"]) == (201, "+251911223344")
        assert not Notification.objects.exists()

    def test_somebody_who_cannot_be_reached_is_refused(self, support):
        answer = support.post(USERS, {"full_name": "Hana"}, format="json")
        assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/email"]

    def test_a_taken_address_is_refused(self, support):
        UserFactory(email="hana@example.com")
        assert support.post(USERS, self.NEW, format="json").json()["code"] == "email_taken"

    def test_a_repeated_call_with_its_key_makes_one_account(self, support):
        first, second = (
            support.post(USERS, self.NEW, format="json", HTTP_IDEMPOTENCY_KEY="a-key-of-mine")
            for _ in range(2)
        )
        assert (first.status_code, second.status_code) == (201, 201)
        assert second["Idempotent-Replayed"] == "true"
        assert first.json() == second.json()
        assert User.objects.filter(email="hana@example.com").count() == 1

    @pytest.mark.parametrize("name", ["is_staff", "is_superuser", "status", "groups", "password", "id"])
    def test_nothing_else_can_be_set(self, support, name):
        answer = support.post(USERS, {**self.NEW, name: True}, format="json")
        assert answer.json()["code"] == "unknown_field"
        assert not User.objects.filter(email="hana@example.com").exists()


class TestChange:
    def test_role_name_and_language(self, support):
        user = UserFactory()
        body = {"role": "broker", "full_name": "Hana", "language": "am"}
        answer = support.patch(f"{USERS}/{user.pk}", body, format="json")
        assert answer.status_code == 200
        user.refresh_from_db()
        assert (user.role, user.full_name, user.language) == ("broker", "Hana", "am")
        assert AuditEntry.objects.get().action == "user.changed"
        history = apps.get_model("accounts", "UserEvent").objects.filter(pgh_obj=user).latest("pgh_id")
        assert history.pgh_context["actor"] == str(AuditEntry.objects.get().actor_id)
        assert history.pgh_context_id == AuditEntry.objects.get().context

    @pytest.mark.parametrize(
        "name", ["is_staff", "is_superuser", "status", "email", "phone", "identity_verified", "id"]
    )
    def test_nothing_else(self, support, name):
        user = UserFactory()
        before = row_of(user)
        answer = support.patch(f"{USERS}/{user.pk}", {name: True}, format="json")
        assert answer.json()["code"] in {"read_only_field", "unknown_field"}
        assert row_of(user) == before

    def test_only_the_administration_moves_staff_between_groups(self, support, administration):
        colleague = StaffFactory(groups=["content"])
        body = {"groups": ["moderator", "finance"]}
        assert support.patch(f"{USERS}/{colleague.pk}", body, format="json").status_code == 403
        assert support.patch(f"{USERS}/{UserFactory().pk}", body, format="json").status_code == 403
        assert set(colleague.groups.values_list("name", flat=True)) == {"content"}
        answer = administration.patch(f"{USERS}/{colleague.pk}", body, format="json")
        assert (answer.status_code, sorted(answer.json()["groups"])) == (200, ["finance", "moderator"])

    def test_without_groups_one_is_no_staff(self, administration):
        colleague = StaffFactory(groups=["content"])
        assert (
            administration.patch(f"{USERS}/{colleague.pk}", {"groups": []}, format="json").status_code == 200
        )
        colleague.refresh_from_db()
        assert not colleague.is_staff

    def test_customers_become_staff_by_invitation_only(self, administration):
        user = UserFactory()
        answer = administration.patch(f"{USERS}/{user.pk}", {"groups": ["support"]}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (409, "not_staff")
        assert not user.groups.exists()

    @pytest.mark.parametrize("groups", [["kings"], "support", [5], None])
    def test_unknown_groups_are_refused(self, administration, groups):
        answer = administration.patch(f"{USERS}/{StaffFactory().pk}", {"groups": groups}, format="json")
        assert answer.status_code == 400

    def test_if_match_names_the_profile(self, support, api):
        user = UserFactory()
        etag = support.get(f"{USERS}/{user.pk}")["ETag"]
        assert (
            support.patch(
                f"{USERS}/{user.pk}", {"role": "seller"}, format="json", HTTP_IF_MATCH=etag
            ).status_code
            == 200
        )
        late = support.patch(f"{USERS}/{user.pk}", {"role": "broker"}, format="json", HTTP_IF_MATCH=etag)
        assert late.json()["code"] == "stale"
        assert User.objects.get(pk=user.pk).role == "seller"


class TestSuspension:
    def test_it_ends_all_sessions_at_once_and_can_be_taken_back(self, support, sign_in):
        user = UserFactory()
        client = sign_in(user)
        assert client.get(f"{USERS}/me").status_code == 200
        answer = support.post(f"{USERS}/{user.pk}/suspend", {"reason": "spam"}, format="json")
        assert (answer.status_code, answer.json()["status"]) == (200, "suspended")
        assert client.get(f"{USERS}/me").status_code == 401
        assert Session.objects.get(user=user).end_reason == "suspended"
        assert Event.objects.filter(name="accounts.UserSuspended").count() == 1

        answer = support.post(f"{USERS}/{user.pk}/reinstate", {"reason": "a mistake"}, format="json")
        assert answer.json()["status"] == "active"
        assert client.get(f"{USERS}/me").status_code == 401
        assert list(AuditEntry.objects.order_by("created_at").values_list("action", "reason")) == [
            ("user.suspended", "spam"),
            ("user.reinstated", "a mistake"),
        ]
        history = apps.get_model("accounts", "UserEvent").objects.filter(pgh_obj=user).latest("pgh_id")
        assert history.pgh_context["reason"] == "a mistake"

    def test_only_a_step_that_fits_is_made(self, support):
        active, suspended = UserFactory(), UserFactory(status=User.Status.SUSPENDED)
        for user, step, allowed in [(suspended, "suspend", "active"), (active, "reinstate", "suspended")]:
            answer = support.post(f"{USERS}/{user.pk}/{step}", {"reason": "because"}, format="json")
            assert answer.status_code == 409
            assert answer.json()["code"] == "illegal_transition"
            assert answer.json()["status_now"] == user.status
            assert answer.json()["allowed"] == [allowed]
        assert not AuditEntry.objects.exists()

    @pytest.mark.parametrize(
        "body", [{}, {"reason": ""}, {"reason": "x"}, {"reason": 5}, {"reason": "ok?", "more": 1}]
    )
    def test_a_reason_is_needed(self, support, body):
        user = UserFactory()
        assert support.post(f"{USERS}/{user.pk}/suspend", body, format="json").status_code == 400
        assert User.objects.get(pk=user.pk).status == "active"

    def test_support_has_no_power_over_staff_nor_anybody_over_themselves(
        self, sign_in, support, administration
    ):
        colleague = StaffFactory(groups=["content"])
        answer = support.post(f"{USERS}/{colleague.pk}/suspend", {"reason": "because"}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
        root = StaffFactory(is_superuser=True)
        assert (
            administration.post(f"{USERS}/{root.pk}/suspend", {"reason": "why"}, format="json").status_code
            == 403
        )
        own = sign_in(root, second_factor=True).post(
            f"{USERS}/{root.pk}/suspend", {"reason": "tired"}, format="json"
        )
        assert own.json()["code"] == "own_account"
        assert set(User.objects.values_list("status", flat=True)) == {"active"}
        answer = administration.post(f"{USERS}/{colleague.pk}/suspend", {"reason": "because"}, format="json")
        assert answer.status_code == 200

    def test_nobody_is_not_found(self, support):
        for user_id in (uuid7(), UserFactory(status=User.Status.ERASED).pk):
            assert (
                support.post(f"{USERS}/{user_id}/suspend", {"reason": "because"}, format="json").status_code
                == 404
            )


def test_staff_sign_somebody_out_everywhere(sign_in):
    by, user = StaffFactory(groups=["support"]), UserFactory()
    client = sign_in(user)
    services.sign_out_user(user_id=user.pk, by=by, reason="a lost phone")
    assert client.get(f"{USERS}/me").status_code == 401
    assert Session.objects.get().ended_at is not None
    assert AuditEntry.objects.get().reason == "a lost phone"


class TestErasure:
    def test_nothing_is_left_of_the_person(self, support, sign_in, post):
        user = UserFactory(full_name="Canary Person", email="canary@example.com", phone="+251900000001")
        client = sign_in(user)
        MembershipFactory(user=user)
        TOTPDevice.objects.create(user=user, confirmed=True)
        post("auth/password/forgot", email=user.email)
        post("auth/phone/start", phone=user.phone)
        StaffInvitation.objects.create(email=user.email, digest="x", expires_at=user.created_at)
        InvitationFactory(email=user.email)
        BlockFactory(user=user)
        exported = {
            name: part.export(user)
            for name, part in privacy
            if name.startswith(("accounts.", "notifications.notification"))
        }
        assert all(exported.values()), exported

        assert support.delete(f"{USERS}/{user.pk}").status_code == 204

        assert client.get(f"{USERS}/me").status_code == 401
        kept = row_of(user)
        assert (kept["status"], kept["email"], kept["phone"], kept["full_name"]) == ("erased", None, None, "")
        for name, part in privacy:
            if name.startswith(("accounts.", "notif")):
                rows = str(list(part.model.objects.values()))
                assert not [word for word in ("Canary", "canary", "251900000001") if word in rows], name
        assert not TOTPDevice.objects.filter(user=user).exists()
        assert Event.objects.filter(name="accounts.UserErased").count() == 1
        assert AuditEntry.objects.get().action == "user.erased"
        assert (
            post("auth/login", email="canary@example.com", password="correct horse battery").status_code
            == 401
        )

    def test_it_happens_once(self, support):
        user = UserFactory()
        assert support.delete(f"{USERS}/{user.pk}").status_code == 204
        assert support.delete(f"{USERS}/{user.pk}").status_code == 404

    def test_the_address_is_free_again(self, support, post):
        user = UserFactory()
        support.delete(f"{USERS}/{user.pk}")
        new = {"full_name": "Somebody New", "email": user.email, "password": "correct horse battery"}
        assert post("auth/register", **new).status_code == 201

    def test_staff_are_the_administrations(self, support):
        colleague = StaffFactory(groups=["content"])
        open_session(user=colleague, second_factor=True)
        assert support.delete(f"{USERS}/{colleague.pk}").status_code == 403
        assert User.objects.get(pk=colleague.pk).email == colleague.email
        assert Session.objects.get(user=colleague).ended_at is None
