from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from rest_framework.test import APIClient

from accounts import session_cache
from accounts.models import User
from accounts.services import open_session
from accounts.tests.factories import PASSWORD, UserFactory
from accounts.tests.test_tokens import signed
from key2key.common import background, clock
from key2key.common.ids import uuid7
from key2key.tests.features.dealing import TERMS, ask, deposit_of, do, read, refused, settle
from key2key.tests.features.market import API, Person
from notifications.models import Notification
from payments.tests.company import Company

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


def mail_to(address: str) -> str:
    """The newest mail to somebody, after all that waits was sent."""
    settle()
    letters: list[str] = [letter.body for letter in mail.outbox if letter.to == [address]]
    return letters[-1]


def link_in(text: str) -> str:
    """The token of the link in a mail."""
    return re.findall(r"token=([\w-]+)", text)[0]


def signed_in(api: APIClient, address: str) -> dict[str, Any]:
    """The tokens of a sign-in with the password."""
    answer = api.post(f"{API}/auth/login", {"email": address, "password": PASSWORD})
    assert answer.status_code == 200, answer.content
    tokens: dict[str, Any] = answer.json()
    return tokens


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def test_auth_1_sign_up_by_mail_opens_the_account_at_once_and_the_rest_waits_for_a_proven_address(
    api: APIClient, seller: Person, on_the_market: Callable[..., dict[str, Any]], sandbox: Company
) -> None:
    new = {"full_name": "Hana Bekele", "email": "hana@example.com", "password": PASSWORD}
    assert api.post(f"{API}/auth/register", new).status_code == 201
    token = link_in(mail_to("hana@example.com"))
    api.credentials(HTTP_AUTHORIZATION=bearer(signed_in(api, new["email"]))["Authorization"])
    hana = Person(User.objects.get(email="hana@example.com"), api)
    assert api.get(f"{API}/users/me").json()["email_verified"] is False

    home, own = on_the_market(seller, "properties")["id"], hana.draft("vehicles")["id"]
    question = {"listing": home, "message": "Is it still for sale?", "client_id": str(uuid7())}
    offered = {"listing": home, **TERMS}

    def tries() -> dict[str, int]:
        return {
            "publish": hana.step(own, "submit").status_code,
            "contact": ask(hana, "inquiries", question).status_code,
            "offer": ask(hana, "offers", offered).status_code,
        }

    assert refused(hana.step(own, "submit")) == (403, "not_verified")
    assert set(tries().values()) == {403}
    assert api.post(f"{API}/auth/email/verify", {"token": token}).status_code == 204
    assert tries() == {"publish": 200, "contact": 201, "offer": 201}

    (made,) = read(hana, "offers")["results"]
    deal = do(seller, f"offers/{made['id']}/accept")["deal"]
    hana.user.refresh_from_db()
    User.objects.filter(pk=hana.user.pk).update(email_verified_at=None)
    session_cache.forget_user(hana.user.pk)
    assert refused(ask(hana, "payments", deposit_of(deal))) == (403, "not_verified")
    User.objects.filter(pk=hana.user.pk).update(email_verified_at=hana.user.email_verified_at)
    session_cache.forget_user(hana.user.pk)
    assert ask(hana, "payments", deposit_of(deal)).status_code == 201


def test_auth_1_the_mail_is_sent_again_a_few_times_only(api: APIClient) -> None:
    new = {"full_name": "Hana Bekele", "email": "hana@example.com", "password": PASSWORD}
    api.post(f"{API}/auth/register", new)
    resends = [api.post(f"{API}/auth/email/resend", {"email": new["email"]}).status_code for _ in range(7)]
    assert resends == [202] * 5 + [429] * 2
    settle()
    assert len([letter for letter in mail.outbox if letter.to == [new["email"]]]) == 6
    assert api.post(f"{API}/auth/email/verify", {"token": link_in(mail_to(new["email"]))}).status_code == 204


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
