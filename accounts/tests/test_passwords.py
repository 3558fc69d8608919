from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Session, User
from accounts.services import open_session
from accounts.tests.factories import PASSWORD, StaffFactory, UserFactory
from accounts.tests.parallel import at_once
from accounts.tests.test_registration import token_in
from key2key.common import clock
from notifications.models import Notification

pytestmark = pytest.mark.django_db
NEW = "a much better horse"


@pytest.fixture
def reset_token(post, outbox):
    """Asks for a reset of the user's password and reads the mail."""

    def asked(user: User) -> str:
        assert post("auth/password/forgot", email=user.email).status_code == 202
        return token_in(outbox()[-1])

    return asked


class TestForgot:
    def test_it_never_tells_whether_there_is_an_account(self, post):
        known, suspended = UserFactory(), UserFactory(status=User.Status.SUSPENDED)
        answers = [
            post("auth/password/forgot", email=email)
            for email in (known.email, known.email.upper(), suspended.email, "nobody@example.com", "x")
        ]
        assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"")}
        assert set(Notification.objects.values_list("recipient", flat=True)) == {known.email}

    def test_one_mailbox_is_written_to_five_times_an_hour(self, post):
        for email in ("nobody@example.com", UserFactory().email):
            codes = [post("auth/password/forgot", email=email).status_code for _ in range(6)]
            assert codes == [202] * 5 + [429]


class TestReset:
    def test_the_token_sets_the_password_once_and_ends_every_session(self, post, reset_token, outbox):
        user = UserFactory()
        open_session(user=user, second_factor=False)
        token = reset_token(user)
        assert post("auth/password/reset", token=token, password=NEW).status_code == 204
        assert set(Session.objects.values_list("end_reason", flat=True)) == {"password"}
        assert post("auth/login", email=user.email, password=PASSWORD).status_code == 401
        assert post("auth/login", email=user.email, password=NEW).status_code == 200
        assert outbox()[-1].subject == "Your Key2Key password was changed"
        again = post("auth/password/reset", token=token, password="yet another horse")
        assert (again.status_code, again.json()["code"]) == (400, "link_not_valid")
        assert post("auth/login", email=user.email, password=NEW).status_code == 200

    def test_the_token_lives_30_minutes(self, post, reset_token):
        user = UserFactory()
        token = reset_token(user)
        with clock.advanced(timedelta(minutes=31)):
            assert post("auth/password/reset", token=token, password=NEW).status_code == 400
        user.refresh_from_db()
        assert user.check_password(PASSWORD)
        with clock.advanced(timedelta(minutes=29)):
            assert post("auth/password/reset", token=token, password=NEW).status_code == 204

    def test_a_weak_password_leaves_the_token_good(self, post, reset_token):
        token = reset_token(UserFactory())
        weak = post("auth/password/reset", token=token, password="short")
        assert [fault["code"] for fault in weak.json()["errors"]] == ["password_too_short"]
        assert post("auth/password/reset", token=token, password=NEW).status_code == 204

    def test_only_the_newest_link_works(self, post, reset_token):
        user = UserFactory()
        old, new = reset_token(user), reset_token(user)
        assert post("auth/password/reset", token=old, password=NEW).status_code == 400
        assert post("auth/password/reset", token=new, password=NEW).status_code == 204

    def test_it_shows_the_mailbox_to_be_the_users_and_shuts_a_strangers_way_back(self, post, reset_token):
        user = UserFactory(email_verified_at=None, phone_verified_at=clock.now())
        post("auth/password/reset", token=reset_token(user), password=NEW)
        user.refresh_from_db()
        assert user.email_verified
        assert not user.phone_verified

    def test_a_proven_phone_of_a_proven_account_stays(self, post, reset_token):
        user = UserFactory(phone_verified_at=clock.now())
        post("auth/password/reset", token=reset_token(user), password=NEW)
        user.refresh_from_db()
        assert user.phone_verified

    def test_it_does_not_get_around_the_second_factor(self, post, reset_token):
        user = StaffFactory()
        post("auth/password/reset", token=reset_token(user), password=NEW)
        assert post("auth/login", email=user.email, password=NEW).json()["code"] == "otp_required"

    def test_a_suspended_accounts_link_is_dead(self, post, reset_token):
        user = UserFactory()
        token = reset_token(user)
        User.objects.update(status=User.Status.SUSPENDED)
        assert post("auth/password/reset", token=token, password=NEW).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_of_five_uses_of_a_link_at_once_one_counts():
    from rest_framework.test import APIClient

    from accounts.models import OneTimeCode
    from accounts.services.codes import issue_link

    user = UserFactory()
    token = issue_link(purpose=OneTimeCode.Purpose.PASSWORD_RESET, target=user.email, user=user)

    def use(number: int) -> int:
        body = {"token": token, "password": f"a good horse {number}"}
        client = APIClient(raise_request_exception=False)
        return client.post("/api/v1/auth/password/reset", body, format="json").status_code

    assert sorted(at_once(5, use)) == [204, 400, 400, 400, 400]


class TestChange:
    def change(self, client, **body):
        return client.post("/api/v1/auth/password/change", body, format="json")

    def test_it_ends_all_sessions_but_this_one_and_tells_the_user(self, sign_in, outbox):
        user = UserFactory()
        here, there = sign_in(user), sign_in(user)
        assert self.change(here, current_password=PASSWORD, new_password=NEW).status_code == 204
        user.refresh_from_db()
        assert user.check_password(NEW)
        assert Session.objects.filter(user=user, ended_at__isnull=True).count() == 1
        assert here.get("/api/v1/users/me").status_code == 200
        assert there.get("/api/v1/auth/sessions").status_code == 401
        assert outbox()[-1].to == [user.email]

    def test_the_present_password_must_be_right(self, sign_in):
        user = UserFactory()
        client = sign_in(user)
        other = sign_in(user)
        for current in ("wrong", ""):
            answer = self.change(client, current_password=current, new_password=NEW)
            assert answer.status_code == 400
            (fault,) = answer.json()["errors"]
            assert (fault["pointer"], fault["code"]) == ("/current_password", "wrong_password")
        user.refresh_from_db()
        assert user.check_password(PASSWORD)
        assert not Notification.objects.exists()
        assert other.get("/api/v1/users/me").status_code == 200

    def test_a_weak_one_is_refused(self, sign_in):
        answer = self.change(sign_in(UserFactory()), current_password=PASSWORD, new_password="short")
        assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/new_password"]

    def test_guessing_the_present_one_is_limited(self, sign_in):
        client = sign_in(UserFactory())
        codes = [self.change(client, current_password="x", new_password=NEW).status_code for _ in range(11)]
        assert codes == [400] * 10 + [429]

    def test_who_came_by_phone_sets_the_first_one_without(self, sign_in):
        user = UserFactory(password=None)
        user.set_unusable_password()
        user.save()
        assert self.change(sign_in(user), new_password=NEW).status_code == 204
        user.refresh_from_db()
        assert user.check_password(NEW)

    def test_nobody_changes_it_without_a_sign_in(self, post):
        assert post("auth/password/change", current_password=PASSWORD, new_password=NEW).status_code == 401
