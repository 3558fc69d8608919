from __future__ import annotations

import re
from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from accounts.models import OneTimeCode, Session, User
from accounts.tests.factories import StaffFactory, UserFactory
from accounts.tests.parallel import at_once
from accounts.tests.test_signin import code_of
from key2key.common import background, clock, rates
from notifications.models import Notification

pytestmark = pytest.mark.django_db
PHONE = "+251911223344"


@pytest.fixture
def sms(capsys):
    """`sms()` sends what waits and returns the code of the last message."""

    def last_code() -> str:
        background.perform(Notification)
        lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("SMS to ")]
        return re.search(r"\b\d{6}\b", lines[-1].partition(": ")[2])[0]

    return last_code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def verify(client, **body):
    return client.post("/api/v1/auth/phone/verify", body, format="json")


class TestSignIn:
    def test_a_new_number_registers(self, post, sms):
        assert post("auth/phone/start", phone="0911 22 33 44").status_code == 202
        answer = post(
            "auth/phone/verify", phone=PHONE, code=sms(), full_name="Hana", role="seller", language="am"
        )
        assert answer.status_code == 200
        assert set(answer.json()) == {"access_token", "refresh_token", "token_type", "expires_in"}
        user = User.objects.get()
        assert (user.phone, user.email, user.full_name, user.role, user.language) == (
            PHONE, None, "Hana", "seller", "am",
        )  # fmt: skip
        assert user.phone_verified
        assert not user.has_usable_password()

    def test_the_name_may_come_later(self, post, sms):
        post("auth/phone/start", phone=PHONE)
        assert post("auth/phone/verify", phone=PHONE, code=sms()).status_code == 200
        assert User.objects.get().full_name == ""

    def test_a_proven_number_signs_in(self, post, sms):
        user = UserFactory(phone=PHONE, phone_verified_at=clock.now())
        post("auth/phone/start", phone=PHONE)
        answer = post("auth/phone/verify", phone=PHONE, code=sms(), full_name="Somebody else")
        assert answer.status_code == 200
        assert Session.objects.get().user == user
        user.refresh_from_db()
        assert user.full_name != "Somebody else"

    def test_whoever_merely_claimed_the_number_does_not_get_its_owner_as_a_guest(self, post, sms):
        squatter = UserFactory(phone=PHONE, phone_verified_at=None)
        post("auth/phone/start", phone=PHONE)
        assert post("auth/phone/verify", phone=PHONE, code=sms()).status_code == 200
        assert Session.objects.get().user != squatter

    def test_a_suspended_account_stays_out(self, post, sms):
        UserFactory(phone=PHONE, phone_verified_at=clock.now(), status=User.Status.SUSPENDED)
        post("auth/phone/start", phone=PHONE)
        answer = post("auth/phone/verify", phone=PHONE, code=sms())
        assert (answer.status_code, answer.json()["code"]) == (403, "account_suspended")
        assert not Session.objects.exists()

    def test_it_does_not_get_around_the_second_factor(self, post, sms):
        user = StaffFactory(phone=PHONE, phone_verified_at=clock.now())
        post("auth/phone/start", phone=PHONE)
        code = sms()
        missing = post("auth/phone/verify", phone=PHONE, code=code)
        assert (missing.status_code, missing.json()["code"]) == (401, "otp_required")
        assert not Session.objects.exists()
        assert post("auth/phone/verify", phone=PHONE, code=code, otp=code_of(user)).status_code == 200
        assert Session.objects.get().second_factor


class TestCodes:
    def test_a_code_works_once(self, post, sms):
        post("auth/phone/start", phone=PHONE)
        code = sms()
        assert post("auth/phone/verify", phone=PHONE, code=code).status_code == 200
        again = post("auth/phone/verify", phone=PHONE, code=code)
        assert (again.status_code, again.json()["code"]) == (400, "code_not_valid")
        assert Session.objects.count() == 1

    def test_five_wrong_tries_kill_it(self, post, sms):
        post("auth/phone/start", phone=PHONE)
        code = sms()
        for _ in range(5):
            assert post("auth/phone/verify", phone=PHONE, code=wrong(code)).status_code == 400
        assert post("auth/phone/verify", phone=PHONE, code=code).status_code == 400
        assert not User.objects.exists()

    def test_the_fifth_try_may_be_the_right_one(self, post, sms):
        post("auth/phone/start", phone=PHONE)
        code = sms()
        for _ in range(4):
            post("auth/phone/verify", phone=PHONE, code=wrong(code))
        assert post("auth/phone/verify", phone=PHONE, code=code).status_code == 200

    def test_it_lives_ten_minutes(self, post, sms):
        post("auth/phone/start", phone=PHONE)
        code = sms()
        with clock.advanced(timedelta(minutes=11)):
            assert post("auth/phone/verify", phone=PHONE, code=code).status_code == 400
        with clock.advanced(timedelta(minutes=9)):
            assert post("auth/phone/verify", phone=PHONE, code=code).status_code == 200

    def test_it_belongs_to_its_number(self, post, sms):
        post("auth/phone/start", phone=PHONE)
        code = sms()
        post("auth/phone/start", phone="+251911223355")
        assert post("auth/phone/verify", phone="+251911223355", code=code).status_code == 400

    def test_a_new_code_ends_the_one_before(self, post, sms):
        post("auth/phone/start", phone=PHONE)
        old = sms()
        post("auth/phone/start", phone=PHONE)
        new = sms()
        assert old == new or post("auth/phone/verify", phone=PHONE, code=old).status_code == 400
        assert post("auth/phone/verify", phone=PHONE, code=new).status_code == 200

    def test_neither_the_code_nor_a_plain_hash_of_it_is_kept(self, post, sms):
        import hashlib

        post("auth/phone/start", phone=PHONE)
        code = sms()
        row = OneTimeCode.objects.get()
        assert code not in row.digest
        assert row.digest != hashlib.sha256(code.encode()).hexdigest()
        assert Notification.objects.get().secret == ""

    @pytest.mark.parametrize("phone", ["", "12", "+1", "phone", 911223344, None, "+2519112233445566"])
    def test_no_number_no_code(self, post, phone):
        assert post("auth/phone/start", phone=phone).status_code == 400
        assert not Notification.objects.exists()

    def test_a_number_gets_five_codes_an_hour(self, post):
        codes = [post("auth/phone/start", phone=PHONE).status_code for _ in range(6)]
        assert codes == [202] * 5 + [429]
        assert Notification.objects.count() == 5

    def test_the_address_has_a_ceiling(self, post, settings):
        settings.RATE_LIMITS = {**settings.RATE_LIMITS, "code_address": "6/hour"}
        rates._item.cache_clear()
        codes = [
            post("auth/phone/start", phone=f"+2519112200{number:02d}").status_code for number in range(7)
        ]
        rates._item.cache_clear()
        assert codes == [202] * 6 + [429]


class TestOwnNumber:
    def start(self, client, phone=PHONE):
        return client.post("/api/v1/auth/phone/start", {"phone": phone}, format="json")

    def test_the_signed_in_users_number_is_verified(self, sign_in, sms):
        user = UserFactory(phone=None)
        client = sign_in(user)
        assert self.start(client).status_code == 202
        answer = verify(client, phone=PHONE, code=sms())
        assert (answer.status_code, answer.json()["phone"], answer.json()["phone_verified"]) == (
            200,
            PHONE,
            True,
        )
        assert Session.objects.count() == 1
        assert User.objects.count() == 1

    def test_a_number_that_another_account_has_proven_is_taken(self, sign_in, sms):
        owner = UserFactory(phone=PHONE, phone_verified_at=clock.now())
        user = UserFactory(phone=None)
        client = sign_in(user)
        self.start(client)
        answer = verify(client, phone=PHONE, code=sms())
        assert (answer.status_code, answer.json()["code"]) == (409, "phone_taken")
        user.refresh_from_db()
        assert user.phone is None
        owner.refresh_from_db()
        assert owner.phone == PHONE

    def test_the_code_is_bound_to_who_asked_for_it_and_to_its_purpose(self, sign_in, sms, post):
        asker, other = sign_in(UserFactory(phone=None)), sign_in(UserFactory(phone=None))
        self.start(asker)
        code = sms()
        assert verify(other, phone=PHONE, code=code).status_code == 400
        assert post("auth/phone/verify", phone=PHONE, code=code).status_code == 400
        assert User.objects.filter(phone__isnull=False).count() == 0

    def test_an_old_token_is_not_taken_for_nobody(self, api):
        answer = api.post(
            "/api/v1/auth/phone/start", {"phone": PHONE}, format="json", HTTP_AUTHORIZATION="Bearer old"
        )
        assert answer.status_code == 401


@pytest.mark.django_db(transaction=True)
def test_of_twenty_wrong_guesses_at_once_five_are_looked_at_and_the_code_is_dead(capsys):
    from accounts.services.codes import issue_code

    code = issue_code(purpose=OneTimeCode.Purpose.PHONE_SIGN_IN, target=PHONE, user_id=None)

    def guess(_number: int) -> int:
        return verify(APIClient(raise_request_exception=False), phone=PHONE, code=wrong(code)).status_code

    assert set(at_once(20, guess)) == {400}
    assert OneTimeCode.objects.get().attempts == 5
    assert verify(APIClient(), phone=PHONE, code=code).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_of_five_uses_of_a_right_code_at_once_one_counts():
    from accounts.services.codes import issue_code

    code = issue_code(purpose=OneTimeCode.Purpose.PHONE_SIGN_IN, target=PHONE, user_id=None)

    def use(_number: int) -> int:
        return verify(APIClient(raise_request_exception=False), phone=PHONE, code=code).status_code

    assert sorted(at_once(5, use)) == [200, 400, 400, 400, 400]
    assert (User.objects.count(), Session.objects.count()) == (1, 1)
