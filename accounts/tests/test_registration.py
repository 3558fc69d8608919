from __future__ import annotations

import re
from datetime import timedelta

import pytest

from accounts.models import OneTimeCode, User
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.parallel import at_once
from key2key.common import clock
from key2key.common.models import Event
from notifications.models import Notification

pytestmark = pytest.mark.django_db
NEW = {"full_name": "Hana Tesfaye", "email": "hana@example.com", "password": PASSWORD}


def token_in(mail) -> str:
    return re.search(r"token=([\w-]+)", mail.body)[1]


def test_an_account_is_opened_and_shown(post):
    answer = post("auth/register", **NEW, phone="0911223344", role="seller", language="am")
    assert answer.status_code == 201
    body = answer.json()
    assert {name: body[name] for name in ("full_name", "email", "phone", "role", "language")} == {
        "full_name": "Hana Tesfaye",
        "email": "hana@example.com",
        "phone": "+251911223344",
        "role": "seller",
        "language": "am",
    }
    assert set(body) == {
        "id", "full_name", "email", "phone", "role", "language", "email_verified", "phone_verified",
        "identity_verified", "avatar", "created_at",
    }  # fmt: skip
    assert (body["email_verified"], body["phone_verified"]) == (False, False)
    user = User.objects.get()
    assert user.password.startswith("argon2$argon2id$")
    assert Event.objects.filter(name="accounts.UserRegistered").get().payload == {
        "user_id": str(user.pk),
        "role": "seller",
    }


def test_the_mailed_link_verifies_the_address_once(post, outbox):
    post("auth/register", **NEW)
    (mail,) = outbox()
    assert mail.to == ["hana@example.com"]
    assert post("auth/email/verify", token=token_in(mail)).status_code == 204
    user = User.objects.get()
    assert user.email_verified
    assert user.has_verified_contact
    assert Event.objects.filter(name="accounts.UserVerifiedContact").count() == 1
    again = post("auth/email/verify", token=token_in(mail))
    assert (again.status_code, again.json()["code"]) == (400, "link_not_valid")
    assert Event.objects.filter(name="accounts.UserVerifiedContact").count() == 1


def test_the_link_is_good_for_a_day(post, outbox):
    post("auth/register", **NEW)
    token = token_in(outbox()[0])
    with clock.advanced(timedelta(hours=25)):
        assert post("auth/email/verify", token=token).status_code == 400
    assert not User.objects.get().email_verified
    with clock.advanced(timedelta(hours=23)):
        assert post("auth/email/verify", token=token).status_code == 204


def test_the_link_of_one_purpose_does_not_serve_another(post, outbox):
    post("auth/register", **NEW)
    token = token_in(outbox()[0])
    answer = post("auth/password/reset", token=token, password="another good one")
    assert answer.json()["code"] == "link_not_valid"
    assert User.objects.get().check_password(PASSWORD)


def test_the_link_of_an_address_that_the_account_no_longer_has_is_dead(post, outbox):
    post("auth/register", **NEW)
    User.objects.update(email="other@example.com")
    assert post("auth/email/verify", token=token_in(outbox()[0])).status_code == 400


def test_a_taken_address_is_said_to_be_taken(post):
    user = UserFactory(email="hana@example.com")
    answer = post("auth/register", **{**NEW, "email": "HANA@example.com"})
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
    assert User.objects.get() == user
    assert not Notification.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_ten_registrations_of_one_address_at_once_one_wins():
    from rest_framework.test import APIClient

    def register(_number: int) -> int:
        return (
            APIClient(raise_request_exception=False)
            .post("/api/v1/auth/register", NEW, format="json")
            .status_code
        )

    assert sorted(at_once(10, register)) == [201] + [409] * 9
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "password, codes",
    [
        ("short", {"password_too_short"}),
        ("12345678", {"password_too_common", "password_entirely_numeric"}),
        ("123", {"password_too_short", "password_entirely_numeric"}),
        ("hana tesfaye", {"password_too_similar"}),
        ("hana@example.com", {"password_too_similar"}),
    ],
)
def test_a_weak_password_is_refused_with_every_reason(post, password, codes):
    answer = post("auth/register", **{**NEW, "password": password})
    assert answer.status_code == 400
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/password"}
    assert {fault["code"] for fault in answer.json()["errors"]} >= codes
    assert not User.objects.exists()
    assert not Notification.objects.exists()


@pytest.mark.parametrize("password", ["  spaces around it  ", "አዲስ አበባ ውብ ከተማ ናት", "x" * 60 + "é" * 60])
def test_a_password_is_taken_as_it_was_typed(post, password):
    assert post("auth/register", **{**NEW, "password": password}).status_code == 201
    assert post("auth/login", email=NEW["email"], password=password).status_code == 200
    assert post("auth/login", email=NEW["email"], password=password[:-1]).status_code == 401


PRIVATE = [
    "id", "created_at", "updated_at", "status", "market", "avatar", "email_verified", "email_verified_at",
    "phone_verified", "phone_verified_at", "identity_verified", "is_staff", "is_superuser", "is_active",
    "groups", "user_permissions", "last_login", "owner", "verified", "balance", "kyc_status", "sessions",
]  # fmt: skip


@pytest.mark.parametrize("name", PRIVATE)
def test_nothing_else_can_be_set_at_registration(post, name):
    answer = post("auth/register", **NEW, **{name: True})
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_field")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"email": "no address"},
        {"email": 5},
        {"full_name": ""},
        {"full_name": "x" * 151},
        {"phone": "12"},
        {"phone": 911223344},
        {"role": "admin"},
        {"role": "staff"},
        {"language": "fr"},
        {"password": ""},
    ],
)
def test_a_wrong_value_is_refused_at_its_place(post, change):
    answer = post("auth/register", **{**NEW, **change})
    assert answer.status_code == 400
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [f"/{next(iter(change))}"]
    assert not User.objects.exists()


def test_the_language_of_the_request_is_the_accounts(api):
    api.post("/api/v1/auth/register", NEW, format="json", HTTP_ACCEPT_LANGUAGE="am")
    assert User.objects.get().language == "am"


def test_an_unproven_phone_is_only_a_claim_and_keeps_nobody_out(post):
    assert post("auth/register", **NEW, phone="+251911223344").status_code == 201
    assert (
        post("auth/register", **{**NEW, "email": "b@example.com"}, phone="+251911223344").status_code == 201
    )


class TestResend:
    def test_an_account_that_waits_gets_a_new_link_and_the_old_one_dies(self, post, outbox):
        post("auth/register", **NEW)
        assert post("auth/email/resend", email="Hana@example.com").status_code == 202
        first, second = outbox()
        assert post("auth/email/verify", token=token_in(first)).status_code == 400
        assert post("auth/email/verify", token=token_in(second)).status_code == 204

    def test_it_never_tells_whether_there_is_an_account(self, post):
        verified = UserFactory()
        waiting = UserFactory(email_verified_at=None)
        answers = [
            post("auth/email/resend", email=email)
            for email in (verified.email, waiting.email, "nobody@example.com", "no address")
        ]
        assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"")}
        assert Notification.objects.get().recipient == waiting.email

    def test_one_address_is_written_to_five_times_an_hour(self, post):
        for email in ("nobody@example.com", UserFactory(email_verified_at=None).email):
            codes = [post("auth/email/resend", email=email).status_code for _ in range(6)]
            assert codes == [202] * 5 + [429]
        assert Notification.objects.count() == 5


def test_codes_that_ended_a_day_ago_are_removed(post):
    from accounts import services

    post("auth/register", **NEW)
    services.forget_secrets()
    assert OneTimeCode.objects.count() == 1
    with clock.advanced(timedelta(days=3)):
        services.forget_secrets()
    assert OneTimeCode.objects.count() == 0
