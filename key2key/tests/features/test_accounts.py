from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from accounts.services import open_session
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.test_tokens import signed
from key2key.common import background, clock
from key2key.tests.features.market import API
from notifications.models import Notification

pytestmark = pytest.mark.django_db
PHONE = "+251911223344"


@pytest.fixture
def last_code(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """`last_code()`: sends what waits; the code of the last text message."""

    def sent() -> str:
        background.perform(Notification)
        messages = [
            line for line in capsys.readouterr().out.splitlines() if line.startswith(f"SMS to {PHONE}")
        ]
        return re.findall(r"\b\d{6}\b", messages[-1])[-1]

    return sent


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def test_auth_2_a_phone_registers_and_signs_in_by_code(api: APIClient, last_code: Callable[[], str]) -> None:
    start, verify = f"{API}/auth/phone/start", f"{API}/auth/phone/verify"
    assert api.post(start, {"phone": "0911 22 33 44"}).status_code == 202
    code = last_code()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    refusal = api.post(verify, {"phone": PHONE, "code": wrong})
    assert (refusal.status_code, refusal.json()["code"]) == (400, "code_not_valid")
    assert not User.objects.exists()

    first = api.post(verify, {"phone": "0911223344", "code": code, "full_name": "Hana"})
    assert first.status_code == 200
    me = api.get(f"{API}/users/me", headers=bearer(first.json())).json()
    assert (me["phone"], me["phone_verified"], me["full_name"]) == (PHONE, True, "Hana")
    assert api.post(verify, {"phone": PHONE, "code": code}).status_code == 400, "a code is used once"

    api.post(start, {"phone": PHONE})
    again = api.post(verify, {"phone": PHONE, "code": last_code()})
    assert api.get(f"{API}/users/me", headers=bearer(again.json())).json()["id"] == me["id"]


def test_auth_2_a_number_belongs_to_one_account(
    api: APIClient, sign_in: Callable[..., APIClient], last_code: Callable[[], str]
) -> None:
    UserFactory(phone=PHONE, phone_verified_at=clock.now())
    other = UserFactory(phone=None)
    client = sign_in(other)
    client.post(f"{API}/auth/phone/start", {"phone": PHONE})
    refusal = client.post(f"{API}/auth/phone/verify", {"phone": PHONE, "code": last_code()})
    assert (refusal.status_code, refusal.json()["code"]) == (409, "phone_taken")
    other.refresh_from_db()
    assert (other.phone, other.phone_verified) == (None, False)
    assert api.post(f"{API}/auth/phone/start", {"phone": "12"}).status_code == 400


def test_auth_5_sessions_are_short_rotating_listed_and_ended(api: APIClient) -> None:
    user = UserFactory()
    login = {"email": user.email, "password": PASSWORD}
    here = api.post(f"{API}/auth/login", login, headers={"User-Agent": "Desk"}).json()
    there = api.post(f"{API}/auth/login", login, headers={"User-Agent": "Phone"}).json()
    assert here["expires_in"] <= 15 * 60

    sessions = api.get(f"{API}/auth/sessions", headers=bearer(here)).json()["results"]
    assert {(row["device"], row["current"]) for row in sessions} == {("Desk", True), ("Phone", False)}

    lost = next(row["id"] for row in sessions if not row["current"])
    assert api.delete(f"{API}/auth/sessions/{lost}", headers=bearer(here)).status_code == 204
    assert api.get(f"{API}/users/me", headers=bearer(there)).status_code == 401
    ended = api.post(f"{API}/auth/refresh", {"refresh_token": there["refresh_token"]})
    assert (ended.status_code, ended.json()["code"]) == (401, "refresh_token_not_valid")

    rotated = api.post(f"{API}/auth/refresh", {"refresh_token": here["refresh_token"]}).json()
    assert rotated["refresh_token"] != here["refresh_token"]
    with clock.advanced(timedelta(seconds=30)):
        stolen = api.post(f"{API}/auth/refresh", {"refresh_token": here["refresh_token"]})
    assert stolen.status_code == 401
    assert api.get(f"{API}/users/me", headers=bearer(rotated)).status_code == 401, "the family is ended"


def test_auth_5_an_access_token_ends_by_itself(api: APIClient) -> None:
    session = open_session(user=UserFactory(), second_factor=False).session
    assert (
        api.get(f"{API}/users/me", headers={"Authorization": f"Bearer {signed(session)}"}).status_code == 200
    )
    old = signed(session, exp=clock.now() - timedelta(seconds=30))
    refusal = api.get(f"{API}/users/me", headers={"Authorization": f"Bearer {old}"})
    assert (refusal.status_code, refusal.json()["code"]) == (401, "token_not_valid")
