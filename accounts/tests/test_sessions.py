from __future__ import annotations

import pytest

from accounts.models import Session
from accounts.services import open_session
from accounts.tests.factories import PASSWORD, UserFactory
from key2key.common.ids import uuid7
from key2key.common.models import Event

pytestmark = pytest.mark.django_db
SESSIONS = "/api/v1/auth/sessions"


def test_they_show_device_address_and_which_one_is_this(api):
    user = UserFactory()
    for device in ("Tecno Spark", "Firefox"):
        body = {"email": user.email, "password": PASSWORD}
        answer = api.post("/api/v1/auth/login", body, format="json", HTTP_USER_AGENT=device)
    open_session(user=UserFactory(), second_factor=False)
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access_token']}")
    rows = api.get(SESSIONS).json()["results"]
    assert [(row["device"], row["ip"], row["current"]) for row in rows] == [
        ("Firefox", "127.0.0.1", True),
        ("Tecno Spark", "127.0.0.1", False),
    ]
    assert set(rows[0]) == {
        "id", "device", "ip", "second_factor", "created_at", "last_used_at", "expires_at", "current",
    }  # fmt: skip


def test_the_list_costs_the_same_for_one_and_for_twenty(sign_in, assert_same_queries):
    user = UserFactory()

    def add(number: int) -> None:
        for _ in range(number):
            open_session(user=user, second_factor=False)

    assert_same_queries(sign_in(user), SESSIONS, add=add)


def test_logout_ends_this_session_at_once(sign_in):
    user = UserFactory()
    here, there = sign_in(user), sign_in(user)
    assert here.get(SESSIONS).status_code == 200
    assert here.post("/api/v1/auth/logout").status_code == 204
    assert here.get(SESSIONS).status_code == 401
    assert there.get(SESSIONS).status_code == 200
    assert Event.objects.filter(name="accounts.SessionsEnded").count() == 1


def test_logout_everywhere_ends_all_of_ones_own(sign_in):
    user, other = UserFactory(), sign_in(UserFactory())
    here, there = sign_in(user), sign_in(user)
    assert here.post("/api/v1/auth/logout-all").status_code == 204
    assert {here.get(SESSIONS).status_code, there.get(SESSIONS).status_code} == {401}
    assert other.get(SESSIONS).status_code == 200
    event = Event.objects.get(name="accounts.SessionsEnded")
    assert len(event.payload["session_ids"]) == 2


def test_another_device_can_be_signed_out(sign_in):
    user = UserFactory()
    here, there = sign_in(user), sign_in(user)
    first, second = Session.objects.filter(user=user).order_by("created_at")
    assert here.delete(f"{SESSIONS}/{second.pk}").status_code == 204
    assert there.get(SESSIONS).status_code == 401
    assert here.get(SESSIONS).status_code == 200
    again = here.delete(f"{SESSIONS}/{second.pk}")
    assert again.status_code == 404
    assert first.ended_at is None


def test_somebody_elses_session_is_as_good_as_none(sign_in):
    theirs = open_session(user=UserFactory(), second_factor=False).session
    client = sign_in(UserFactory())
    stranger, nothing = client.delete(f"{SESSIONS}/{theirs.pk}"), client.delete(f"{SESSIONS}/{uuid7()}")
    assert stranger.status_code == nothing.status_code == 404
    assert stranger.json()["code"] == nothing.json()["code"]
    theirs.refresh_from_db()
    assert theirs.ended_at is None
    assert not Event.objects.exists()


def test_calls_without_fields_refuse_fields(sign_in):
    answer = sign_in(UserFactory()).post("/api/v1/auth/logout", {"everywhere": True}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_field")
    assert not Session.objects.filter(ended_at__isnull=False).exists()


@pytest.mark.parametrize("path", ["logout", "logout-all"])
def test_nobody_signs_out_without_a_sign_in(api, path):
    assert api.post(f"/api/v1/auth/{path}").status_code == 401
