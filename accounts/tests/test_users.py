from __future__ import annotations

import pytest

from accounts.models import User
from accounts.tests.factories import StaffFactory, UserFactory
from accounts.tests.test_registration import PRIVATE
from key2key.common.ids import uuid7
from key2key.common.models import Event

pytestmark = pytest.mark.django_db
ME = "/api/v1/users/me"


class TestMe:
    def test_it_is_ones_own_account(self, sign_in):
        user = UserFactory(role="broker", phone="+251911223344")
        body = sign_in(user).get(ME).json()
        assert body == {
            "id": str(user.pk),
            "full_name": user.full_name,
            "email": user.email,
            "phone": "+251911223344",
            "role": "broker",
            "language": "en",
            "email_verified": True,
            "phone_verified": False,
            "identity_verified": False,
            "avatar": None,
            "created_at": user.created_at.isoformat().replace("+00:00", "Z"),
        }

    def test_name_and_language_are_changed(self, sign_in):
        user = UserFactory()
        answer = sign_in(user).patch(ME, {"full_name": "  Hana T.  ", "language": "am"}, format="json")
        assert (answer.status_code, answer.json()["full_name"], answer.json()["language"]) == (
            200,
            "Hana T.",
            "am",
        )
        user.refresh_from_db()
        assert (user.full_name, user.language) == ("Hana T.", "am")
        assert Event.objects.filter(name="accounts.UserChanged").count() == 1

    def test_nothing_changed_is_no_news(self, sign_in):
        assert sign_in(UserFactory()).patch(ME, {}, format="json").status_code == 200
        assert not Event.objects.filter(name="accounts.UserChanged").exists()

    @pytest.mark.parametrize("name", [*PRIVATE, "email", "phone", "role", "password"])
    def test_nothing_else_is_changed(self, sign_in, name):
        user = UserFactory()
        before = User.objects.filter(pk=user.pk).values().get()
        client = sign_in(user)
        before = User.objects.filter(pk=user.pk).values().get()
        answer = client.patch(ME, {name: "broker"}, format="json")
        assert answer.status_code == 400
        assert answer.json()["code"] in {"unknown_field", "read_only_field"}
        assert User.objects.filter(pk=user.pk).values().get() == before

    @pytest.mark.parametrize(
        "body", [{"full_name": ""}, {"full_name": None}, {"language": "fr"}, {"full_name": 5}]
    )
    def test_a_wrong_value_is_refused(self, sign_in, body):
        user = UserFactory()
        assert sign_in(user).patch(ME, body, format="json").status_code == 400
        assert User.objects.get().full_name == user.full_name

    def test_if_match_guards_against_lost_updates(self, sign_in):
        client = sign_in(UserFactory())
        etag = client.get(ME)["ETag"]
        assert client.get(ME, HTTP_IF_NONE_MATCH=etag).status_code == 304
        assert client.patch(ME, {"full_name": "First"}, format="json", HTTP_IF_MATCH=etag).status_code == 200
        late = client.patch(ME, {"full_name": "Second"}, format="json", HTTP_IF_MATCH=etag)
        assert (late.status_code, late.json()["code"]) == (412, "stale")
        assert User.objects.get().full_name == "First"

    def test_nobody_is_nobody(self, api):
        assert api.get(ME).status_code == 401
        assert api.patch(ME, {"full_name": "x"}, format="json").status_code == 401


class TestProfile:
    def test_everybody_sees_what_is_public_and_no_more(self, api):
        user = UserFactory()
        answer = api.get(f"/api/v1/users/{user.pk}")
        assert set(answer.json()) == {"id", "full_name", "role", "identity_verified", "avatar", "created_at"}
        assert user.email not in answer.content.decode()
        assert user.phone not in answer.content.decode()
        assert answer["Cache-Control"] == "public, max-age=60"
        assert api.get(f"/api/v1/users/{user.pk}", HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304

    @pytest.mark.parametrize("status", ["suspended", "erased"])
    def test_suspended_and_erased_people_are_as_good_as_nobody(self, api, status):
        user = UserFactory(status=status)
        gone, never = api.get(f"/api/v1/users/{user.pk}"), api.get(f"/api/v1/users/{uuid7()}")
        assert gone.status_code == never.status_code == 404
        assert {**gone.json(), "request_id": ""} == {**never.json(), "request_id": ""}

    def test_staff_see_no_more_here(self, sign_in):
        user = UserFactory()
        client = sign_in(StaffFactory(), second_factor=True)
        assert "email" not in client.get(f"/api/v1/users/{user.pk}").json()

    def test_how_it_is_called(self):
        assert str(UserFactory.build(full_name="Hana Tesfaye")) == "Hana Tesfaye"
        assert str(UserFactory.build(full_name="", email="a@example.com")) == "a@example.com"
        assert UserFactory.build(full_name="Hana Tesfaye").get_short_name() == "Hana"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"email": "Upper@example.com"},
            {"phone": "0911223344"},
            {"email": None, "phone": None},
        ],
    )
    def test_the_table_refuses_what_no_rule_would_write(self, wrong):
        from django.db import IntegrityError, transaction

        user = UserFactory()
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=user.pk).update(**wrong)

    def test_a_superuser_is_staff_with_every_right(self):
        user = User.objects.create_superuser("Root@example.com", password="x", full_name="Root")
        assert (user.email, user.is_staff, user.is_superuser) == ("root@example.com", True, True)
        assert User.objects.get_by_natural_key("ROOT@example.com") == user

    def test_its_history_is_kept_without_personal_data(self):
        from django.apps import apps

        history = apps.get_model("accounts", "UserEvent")
        user = UserFactory()
        user.role, user.full_name = "seller", "Another Name"
        user.save()
        assert [
            (row.pgh_label, row.role) for row in history.objects.filter(pgh_obj=user).order_by("pgh_id")
        ] == [
            ("insert", "buyer"),
            ("update", "seller"),
        ]
        kept = {field.name for field in history._meta.get_fields()}
        assert not kept & {"email", "phone", "full_name", "password", "last_login", "avatar"}

    def test_who_was_in_which_group_is_kept(self):
        from django.apps import apps

        history = apps.get_model("accounts", "UserGroupEvent")
        user = StaffFactory(groups=["moderator"])
        user.groups.clear()
        assert list(
            history.objects.filter(user_id=user.pk).order_by("pgh_id").values_list("pgh_label", flat=True)
        ) == [
            "insert",
            "delete",
        ]
