from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from rest_framework.test import APIClient

from accounts import services
from accounts.models import Session, User
from accounts.tests import counting
from accounts.tests.factories import PASSWORD, StaffFactory, UserFactory
from accounts.tests.parallel import at_once
from key2key.common.errors import NotAllowed
from key2key.common.models import AuditEntry

LOGIN = "/api/v1/auth/login"
pytestmark = pytest.mark.django_db


def code_of(user: User) -> str:
    device = TOTPDevice.objects.get(user=user)
    return f"{totp(device.bin_key):06d}"


def without_request_id(response) -> dict:
    return {name: value for name, value in response.json().items() if name != "request_id"}


def test_json_and_both_forms_are_answered_with_tokens(api):
    user = UserFactory()
    answers = [
        api.post(LOGIN, {"email": user.email, "password": PASSWORD}, format="json"),
        api.post(LOGIN, {"username": user.email, "password": PASSWORD}, format="multipart"),
        api.post(
            LOGIN,
            f"grant_type=password&username={user.email}&password={PASSWORD}&scope=&client_id=",
            content_type="application/x-www-form-urlencoded",
        ),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert set(answer.json()) == {"access_token", "refresh_token", "token_type", "expires_in"}
        assert answer.json()["token_type"] == "bearer"
        assert answer.json()["expires_in"] == 600
        assert answer["Cache-Control"] == "no-store"
    assert Session.objects.filter(user=user).count() == 3


def test_the_empty_basic_header_of_swagger_does_no_harm(api):
    user = UserFactory()
    answer = api.post(
        LOGIN,
        {"username": user.email, "password": PASSWORD},
        format="multipart",
        HTTP_AUTHORIZATION="Basic Og==",
    )
    assert answer.status_code == 200


def test_the_case_of_the_address_does_not_matter(post):
    user = UserFactory(email="mixed@example.com")
    assert post("auth/login", email=" Mixed@Example.COM ", password=PASSWORD).status_code == 200
    assert User.objects.get(email="mixed@example.com") == user


def test_a_login_is_seen_on_the_account_and_the_session(api):
    user = UserFactory(last_login=None)
    api.post(LOGIN, {"email": user.email, "password": PASSWORD}, format="json", HTTP_USER_AGENT="Tecno Spark")
    session = Session.objects.get(user=user)
    assert (session.device, session.ip, session.second_factor) == ("Tecno Spark", "127.0.0.1", False)
    user.refresh_from_db()
    assert user.last_login is not None


def test_every_refusal_looks_alike_and_costs_exactly_one_hash(post, settings):
    from accounts.tests.test_hashers import imported_hash

    known, without, old = UserFactory(), UserFactory(), UserFactory()
    User.objects.filter(pk=without.pk).update(password="!unusable")
    User.objects.filter(pk=old.pk).update(password=imported_hash(prefix=b"$2b$"))
    suspended = UserFactory(status=User.Status.SUSPENDED)
    settings.PASSWORD_HASHERS = counting.HASHERS
    seen = set()
    for email in ["nobody@example.com", known.email, without.email, old.email, suspended.email, "no address"]:
        counting.CountingArgon2.made.clear()
        answer = post("auth/login", email=email, password="not the password")
        assert len(counting.CountingArgon2.made) == 1, email
        assert answer["WWW-Authenticate"] == "Bearer"
        seen.add((answer.status_code, str(without_request_id(answer))))
    assert len(seen) == 1
    assert seen.pop()[0] == 401
    assert not Session.objects.exists()


def test_a_right_password_and_the_admins_backend_cost_one_hash_as_well(post, settings):
    user = UserFactory()
    settings.PASSWORD_HASHERS = counting.HASHERS
    counting.CountingArgon2.made.clear()
    assert post("auth/login", email=user.email, password=PASSWORD).status_code == 200
    assert len(counting.CountingArgon2.made) == 1
    for email in [user.email, "nobody@example.com"]:
        counting.CountingArgon2.made.clear()
        authenticate(None, username=email, password="wrong")
        assert len(counting.CountingArgon2.made) == 1


def test_a_suspended_account_is_told_so_only_with_the_right_password(post):
    user = UserFactory(status=User.Status.SUSPENDED)
    answer = post("auth/login", email=user.email, password=PASSWORD)
    assert (answer.status_code, answer.json()["code"]) == (403, "account_suspended")
    assert post("auth/login", email=user.email, password="wrong").json()["code"] == "invalid_credentials"
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "a@b.example"},
        {"email": 5, "password": PASSWORD},
        {"email": "a@b.example", "password": None},
        {"email": "a@b.example", "password": PASSWORD, "is_staff": True},
        {"username": "a@b.example", "password": PASSWORD},
        {"email": "a@b.example", "password": "x" * 300},
        {"email": "a\x00@b.example", "password": PASSWORD},
        [],
        "text",
    ],
)
def test_a_body_of_another_shape_is_refused(api, body):
    assert api.post(LOGIN, body, format="json").status_code == 400


class TestSecondFactor:
    def test_it_is_asked_for_where_there_is_a_device(self, post):
        user = StaffFactory()
        answer = post("auth/login", email=user.email, password=PASSWORD)
        assert (answer.status_code, answer.json()["code"]) == (401, "otp_required")
        assert not Session.objects.exists()

    def test_json_and_form_carry_it(self, api, post):
        user, other = StaffFactory(), StaffFactory()
        assert post("auth/login", email=user.email, password=PASSWORD, otp=code_of(user)).status_code == 200
        form = {"username": other.email, "password": PASSWORD, "client_secret": code_of(other)}
        assert api.post(LOGIN, form, format="multipart").status_code == 200
        assert set(Session.objects.values_list("second_factor", flat=True)) == {True}

    def test_a_wrong_code_is_refused_and_slows_the_device_down(self, post):
        user = StaffFactory()
        answer = post("auth/login", email=user.email, password=PASSWORD, otp="000000")
        assert (answer.status_code, answer.json()["code"]) == (401, "otp_not_valid")
        assert not Session.objects.exists()
        assert TOTPDevice.objects.get(user=user).throttling_failure_count == 1
        at_once_again = post("auth/login", email=user.email, password=PASSWORD, otp=code_of(user))
        assert at_once_again.json()["code"] == "otp_not_valid"

    def test_a_code_opens_once(self, post):
        user = StaffFactory()
        code = code_of(user)
        assert post("auth/login", email=user.email, password=PASSWORD, otp=code).status_code == 200
        assert post("auth/login", email=user.email, password=PASSWORD, otp=code).status_code == 401

    def test_a_code_with_a_wrong_password_says_nothing(self, post):
        user = StaffFactory()
        answer = post("auth/login", email=user.email, password="wrong", otp=code_of(user))
        assert answer.json()["code"] == "invalid_credentials"


class TestLimits:
    def test_ten_failures_lock_the_account_and_say_until_when(self, post):
        user = UserFactory()
        for _ in range(10):
            assert post("auth/login", email=user.email, password="wrong").status_code == 401
        locked = post("auth/login", email=user.email.upper(), password=PASSWORD)
        assert (locked.status_code, locked.json()["code"]) == (429, "rate_limited")
        assert 0 < int(locked["Retry-After"]) <= 15 * 60
        assert not Session.objects.exists()

    def test_an_address_without_an_account_locks_alike(self, post):
        for _ in range(10):
            assert post("auth/login", email="nobody@example.com", password="wrong").status_code == 401
        assert post("auth/login", email="nobody@example.com", password="wrong").status_code == 429

    def test_a_right_password_forgives_the_failures_before(self, post):
        user = UserFactory()
        for _ in range(3):
            for _ in range(9):
                assert post("auth/login", email=user.email, password="wrong").status_code == 401
            assert post("auth/login", email=user.email, password=PASSWORD).status_code == 200

    def test_strangers_cannot_lock_the_owner_out_of_a_device_used_before(self, api):
        user = UserFactory()

        def login(password: str, *, device: str):
            body = {"email": user.email, "password": password}
            return api.post(LOGIN, body, format="json", HTTP_USER_AGENT=device)

        assert login(PASSWORD, device="the owner's phone").status_code == 200
        for _ in range(11):
            login("guess", device="a stranger's machine")
        assert login(PASSWORD, device="a stranger's machine").status_code == 429
        assert login(PASSWORD, device="the owner's phone").status_code == 200

    def test_the_known_device_has_its_own_ten_tries_only(self, api):
        user = UserFactory()
        headers = {"HTTP_USER_AGENT": "the owner's phone"}
        api.post(LOGIN, {"email": user.email, "password": PASSWORD}, format="json", **headers)
        codes = [
            api.post(LOGIN, {"email": user.email, "password": "guess"}, format="json", **headers).status_code
            for _ in range(11)
        ]
        assert codes == [401] * 10 + [429]

    def test_the_admins_sign_in_counts_too(self, post):
        user = UserFactory()
        for _ in range(10):
            assert authenticate(None, username=user.email, password="wrong") is None
        assert authenticate(None, username=user.email, password=PASSWORD) is None
        assert post("auth/login", email=user.email, password=PASSWORD).status_code == 429

    def test_missing_second_factors_count_as_tries(self, post):
        user = StaffFactory()
        codes = [post("auth/login", email=user.email, password=PASSWORD).status_code for _ in range(11)]
        assert codes == [401] * 10 + [429]


@pytest.mark.django_db(transaction=True)
def test_of_fifty_guesses_at_once_exactly_ten_are_looked_at():
    user = UserFactory()

    def guess(number: int) -> int:
        client = APIClient(raise_request_exception=False)
        spoofed = {"HTTP_X_FORWARDED_FOR": f"10.0.0.{number}"}
        body = {"email": user.email, "password": f"guess {number}"}
        return client.post(LOGIN, body, format="json", **spoofed).status_code

    assert sorted(at_once(50, guess)) == [401] * 10 + [429] * 40


@pytest.mark.django_db(transaction=True)
def test_fifty_guesses_at_five_accounts_are_all_looked_at():
    """The control of the test above: it is the account that is counted, not the caller."""
    emails = [UserFactory().email for _ in range(5)]

    def guess(number: int) -> int:
        client = APIClient(raise_request_exception=False)
        body = {"email": emails[number % 5], "password": "guess"}
        return client.post(LOGIN, body, format="json").status_code

    assert at_once(50, guess) == [401] * 50


class TestAdmission:
    def test_staff_come_with_the_device_that_they_showed(self):
        user = StaffFactory()
        admitted = services.admit_staff(email=user.email, password=PASSWORD, otp=code_of(user))
        assert admitted == user
        assert admitted.otp_device == TOTPDevice.objects.get(user=user)
        assert AuditEntry.objects.get().action == "staff.signed_in"

    @pytest.mark.parametrize(
        "make, otp, code",
        [
            (UserFactory, "", "invalid_credentials"),
            (StaffFactory, "", "otp_required"),
            (StaffFactory, "000000", "otp_not_valid"),
            (lambda: UserFactory(is_staff=True), "", "not_enrolled"),
            (lambda: StaffFactory(status="suspended"), "", "account_suspended"),
        ],
    )
    def test_others_do_not_come_in(self, make, otp, code):
        with pytest.raises(NotAllowed) as refused:
            services.admit_staff(email=make().email, password=PASSWORD, otp=otp)
        assert refused.value.code == code
        assert not AuditEntry.objects.filter(action="staff.signed_in").exists()


class TestAdminsBackend:
    def test_it_opens_with_e_mail_and_password(self):
        user = UserFactory()
        assert authenticate(None, username=user.email.upper(), password=PASSWORD) == user

    @pytest.mark.parametrize("status", ["suspended", "erased"])
    def test_an_account_that_may_not_be_used_stays_out(self, status):
        user = UserFactory(status=status)
        assert authenticate(None, username=user.email, password=PASSWORD) is None

    def test_half_a_pair_is_nobody(self):
        assert authenticate(None, username="a@example.com", password=None) is None

    def test_a_suspension_ends_the_admins_session_at_the_next_page(self):
        from accounts.authentication import PasswordBackend

        user = UserFactory()
        assert PasswordBackend().get_user(user.pk) == user
        User.objects.filter(pk=user.pk).update(status=User.Status.SUSPENDED)
        assert PasswordBackend().get_user(user.pk) is None
