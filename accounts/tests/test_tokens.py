from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings as live
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import services, session_cache
from accounts.authentication import AccessToken, access_token, key_id, session_of
from accounts.models import Session, User
from accounts.tests.factories import UserFactory
from key2key.common.ids import uuid7
from key2key.settings.secrets import signing_key, verifying_key

pytestmark = pytest.mark.django_db
ME = "/api/v1/users/me"


def claims(session: Session, **other: Any) -> dict[str, Any]:
    now = timezone.now()
    usual = {
        "token_type": "access",
        "sub": str(session.user_id),
        "sid": str(session.pk),
        "iss": live.SIMPLE_JWT["ISSUER"],
        "aud": live.SIMPLE_JWT["AUDIENCE"],
        "iat": now,
        "exp": now + timedelta(minutes=5),
        "jti": uuid7().hex,
    }
    return {name: value for name, value in {**usual, **other}.items() if value is not None}


def signed(session: Session, *, key: str = "", headers: dict[str, Any] | None = None, **other: Any) -> str:
    usual = {"kid": key_id(live.SIMPLE_JWT["VERIFYING_KEY"]), "typ": "at+jwt"}
    wanted = {name: value for name, value in {**usual, **(headers or {})}.items() if value is not None}
    return jwt.encode(
        claims(session, **other), key or live.SIMPLE_JWT["SIGNING_KEY"], algorithm="EdDSA", headers=wanted
    )


def by_hand(session: Session, *, algorithm: str, signature: str = "") -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value, default=str).encode()).decode().rstrip("=")

    header = {"alg": algorithm, "typ": "at+jwt", "kid": key_id(live.SIMPLE_JWT["VERIFYING_KEY"])}
    payload = claims(session)
    payload.update(exp=int(payload["exp"].timestamp()), iat=int(payload["iat"].timestamp()))
    return f"{part(header)}.{part(payload)}.{signature}"


def hmac_with_the_public_key(session: Session) -> str:
    import hashlib
    import hmac

    unsigned = by_hand(session, algorithm="HS256").rstrip(".")
    made = hmac.new(live.SIMPLE_JWT["VERIFYING_KEY"].encode(), unsigned.encode(), hashlib.sha256).digest()
    return f"{unsigned}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}"


def tampered(session: Session) -> str:
    head, body, signature = signed(session).split(".")
    return f"{head}.{body[:-4]}AAAA.{signature}"


def ended(session: Session) -> str:
    services.end_own_session(user=session.user, session_id=session.pk)
    session_cache.forget([session.pk])
    return access_token(session)


def suspended(session: Session) -> str:
    User.objects.filter(pk=session.user_id).update(status=User.Status.SUSPENDED)
    return access_token(session)


def erased(session: Session) -> str:
    User.objects.filter(pk=session.user_id).update(status=User.Status.ERASED)
    return access_token(session)


PAST, FUTURE = timedelta(seconds=-11), timedelta(hours=1)
WRONG: dict[str, Callable[[Session], str]] = {
    "no algorithm": lambda session: by_hand(session, algorithm="none"),
    "no algorithm in capitals": lambda session: by_hand(session, algorithm="NONE"),
    "HS256 with the public key": hmac_with_the_public_key,
    "RS256 by name only": lambda session: by_hand(session, algorithm="RS256", signature="AAAA"),
    "no signature": lambda session: signed(session).rpartition(".")[0] + ".",
    "another signature": lambda session: signed(session)[:-8] + "AAAAAAAA",
    "tampered claims": tampered,
    "another key under our kid": lambda session: signed(session, key=signing_key("another secret")),
    "unknown kid": lambda session: signed(session, headers={"kid": "unknown"}),
    "no kid": lambda session: signed(session, headers={"kid": None}),
    "kid of another key": lambda session: signed(
        session, key=signing_key("other"), headers={"kid": key_id(verifying_key("other"))}
    ),
    "a key of its own in jwk": lambda session: signed(
        session, key=signing_key("other"), headers={"jwk": {"kty": "OKP"}, "kid": None}
    ),
    "a jku": lambda session: signed(session, headers={"jku": "http://127.0.0.1/keys", "kid": "x"}),
    "an unknown crit": lambda session: signed(session, headers={"crit": ["exp2"], "exp2": 1}),
    "typ JWT": lambda session: signed(session, headers={"typ": "JWT"}),
    "typ refresh": lambda session: signed(session, headers={"typ": "rt+jwt"}),
    "expired beyond the leeway": lambda session: signed(session, exp=timezone.now() + PAST),
    "no exp": lambda session: signed(session, exp=None),
    "not yet": lambda session: signed(session, nbf=timezone.now() + FUTURE),
    "issued in the future": lambda session: signed(session, iat=timezone.now() + FUTURE),
    "another audience": lambda session: signed(session, aud="other"),
    "no audience": lambda session: signed(session, aud=None),
    "another issuer": lambda session: signed(session, iss="https://other.example"),
    "no issuer": lambda session: signed(session, iss=None),
    "no subject": lambda session: signed(session, sub=None),
    "somebody else's subject": lambda session: signed(session, sub=str(UserFactory().pk)),
    "a subject that is no id": lambda session: signed(session, sub="admin"),
    "no sid": lambda session: signed(session, sid=None),
    "unknown sid": lambda session: signed(session, sid=str(uuid7())),
    "a sid that is no text": lambda session: signed(session, sid=5),
    "no jti": lambda session: signed(session, jti=None),
    "another kind of token": lambda session: signed(session, token_type="refresh"),
    "a refresh token": lambda session: (
        services.open_session(user=session.user, second_factor=False).refresh_token
    ),
    "an ended session": ended,
    "a suspended account": suspended,
    "an erased account": erased,
    "five parts": lambda session: signed(session) + ".a.b",
    "not a token": lambda session: "x",
    "not even ASCII": lambda session: "ሀ",
    "two words": lambda session: f"{signed(session)} {signed(session)}",
    "nothing": lambda session: "",
}


@pytest.fixture
def session() -> Session:
    return services.open_session(user=UserFactory(), second_factor=False).session


def call(token: str, *, scheme: str = "Bearer") -> Any:
    header = f"{scheme} {token}".encode().decode("latin-1")
    return APIClient(raise_request_exception=False).get(ME, HTTP_AUTHORIZATION=header)


def test_a_token_of_ours_opens(session):
    assert call(access_token(session)).status_code == 200
    assert call(signed(session), scheme="bearer").status_code == 200


@pytest.mark.parametrize("name", WRONG)
def test_every_wrong_token_is_refused_alike(session, name):
    answer = call(WRONG[name](session))
    assert answer.status_code == 401
    body = {key: value for key, value in answer.json().items() if key != "request_id"}
    expected = {key: value for key, value in call("wrong").json().items() if key != "request_id"}
    assert body == expected
    assert body["code"] == "token_not_valid"
    assert answer["WWW-Authenticate"] == "Bearer"


def test_no_token_is_told_apart_from_a_wrong_one(api):
    answer = api.get(ME)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert api.get(ME, HTTP_AUTHORIZATION="Basic Og==").json()["code"] == "not_authenticated"


def test_a_token_within_the_leeway_still_opens(session):
    assert call(signed(session, exp=timezone.now() - timedelta(seconds=5))).status_code == 200


def test_the_token_says_who_and_which_sign_in_and_nothing_of_rights(session):
    token = access_token(session)
    header = jwt.get_unverified_header(token)
    assert header == {"alg": "EdDSA", "typ": "at+jwt", "kid": key_id(live.SIMPLE_JWT["VERIFYING_KEY"])}
    body = jwt.decode(token, options={"verify_signature": False})
    assert set(body) == {"token_type", "sub", "sid", "iss", "aud", "iat", "exp", "jti"}
    assert body["exp"] - body["iat"] == 600


def test_a_token_of_the_key_before_still_opens(session, settings):
    old = signed(
        session,
        key=signing_key("the secret before"),
        headers={"kid": key_id(verifying_key("the secret before"))},
    )
    assert call(old).status_code == 401
    settings.PREVIOUS_VERIFYING_KEYS = [verifying_key("the secret before")]
    assert call(old).status_code == 200


def test_a_token_is_no_longer_good_5_seconds_after_its_session_ended_elsewhere(session):
    token = access_token(session)
    assert call(token).status_code == 200
    Session.objects.filter(pk=session.pk).update(
        ended_at=timezone.now(), end_reason="logout"
    )  # another process
    assert session_cache.SECONDS <= 5
    session_cache._seen[session.pk] = (0.0, session)  # those seconds have passed
    assert call(token).status_code == 401


def test_the_process_remembers_a_session_so_that_not_every_request_asks(session):
    session_cache.forget([session.pk])
    token = access_token(session)
    with CaptureQueriesContext(connection) as first:
        assert session_of(token)
    with CaptureQueriesContext(connection) as second:
        assert session_of(token)
    assert (len(first), len(second)) == (1, 0)


def test_what_a_caller_does_to_the_user_stays_with_that_caller(session):
    token = access_token(session)
    session_of(token).user.full_name = "changed"
    assert session_of(token).user.full_name != "changed"


def test_the_memory_is_bounded(session):
    before = dict(session_cache._seen)
    session_cache._seen.update({uuid7(): (0.0, None) for _ in range(session_cache.GREATEST)})
    assert session_of(access_token(session))
    assert len(session_cache._seen) == 1
    session_cache._seen.update(before)


def test_tokens_differ_each_time(session):
    assert AccessToken()["jti"] != AccessToken()["jti"]
    assert access_token(session) != access_token(session)


def test_what_one_has_proven_counts_in_the_very_next_request(session):
    from accounts.services.contacts import mark_email_verified

    user = session.user
    User.objects.filter(pk=user.pk).update(email_verified_at=None)
    token = access_token(session)
    session_cache.forget([session.pk])
    assert not session_of(token).user.email_verified
    user.email_verified_at = None
    mark_email_verified(user)
    assert session_of(token).user.email_verified
