from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import serializers as dump
from rest_framework.test import APIClient

from accounts import services, session_cache
from accounts.digests import token_digest
from accounts.models import RefreshToken, Session, User
from accounts.services import open_session
from accounts.tests.factories import UserFactory
from accounts.tests.parallel import at_once
from key2key.common import clock
from key2key.common.models import Event
from notifications.models import Notification

pytestmark = pytest.mark.django_db
REFRESH = "/api/v1/auth/refresh"


@pytest.fixture
def grant():
    return open_session(user=UserFactory(), second_factor=True)


def test_a_refresh_token_is_exchanged_for_its_successor(post, grant):
    answer = post("auth/refresh", refresh_token=grant.refresh_token)
    assert answer.status_code == 200
    assert set(answer.json()) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert answer.json()["refresh_token"] != grant.refresh_token
    assert list(grant.session.refresh_tokens.values_list("generation", flat=True)) == [0, 1]
    assert post("auth/refresh", refresh_token=answer.json()["refresh_token"]).status_code == 200


def test_the_new_access_token_belongs_to_the_same_session(post, grant, api):
    token = post("auth/refresh", refresh_token=grant.refresh_token).json()["access_token"]
    sessions = api.get("/api/v1/auth/sessions", HTTP_AUTHORIZATION=f"Bearer {token}").json()["results"]
    assert [(row["id"], row["current"], row["second_factor"]) for row in sessions] == [
        (str(grant.session.pk), True, True)
    ]


def test_a_lost_answer_may_be_asked_for_again_for_10_seconds(post, grant):
    first = post("auth/refresh", refresh_token=grant.refresh_token).json()["refresh_token"]
    with clock.advanced(timedelta(seconds=9)):
        again = post("auth/refresh", refresh_token=grant.refresh_token)
    assert (again.status_code, again.json()["refresh_token"]) == (200, first)
    assert grant.session.refresh_tokens.count() == 2


def test_a_token_that_comes_back_later_ends_the_family_and_the_user_is_told(post, grant):
    successor = post("auth/refresh", refresh_token=grant.refresh_token).json()["refresh_token"]
    with clock.advanced(timedelta(seconds=11)):
        replay = post("auth/refresh", refresh_token=grant.refresh_token)
    assert (replay.status_code, replay.json()["code"]) == (401, "refresh_token_not_valid")
    session = Session.objects.get(pk=grant.session.pk)
    assert (session.ended_at is not None, session.end_reason) == (True, "reuse")
    assert post("auth/refresh", refresh_token=successor).status_code == 401
    told = Notification.objects.get(kind="session_family_ended", channel="email")
    assert told.recipient == grant.session.user.email
    event = Event.objects.get(name="accounts.SessionsEnded")
    assert event.payload["session_ids"] == [str(session.pk)]
    assert not RefreshToken.objects.exclude(sealed_successor="").exists()


def test_another_session_of_the_user_is_left_alone_by_that(post, grant):
    other = open_session(user=grant.session.user, second_factor=False)
    post("auth/refresh", refresh_token=grant.refresh_token)
    with clock.advanced(timedelta(seconds=11)):
        post("auth/refresh", refresh_token=grant.refresh_token)
    assert post("auth/refresh", refresh_token=other.refresh_token).status_code == 200


@pytest.mark.parametrize("status", ["suspended", "erased"])
def test_an_account_that_may_not_be_used_is_not_refreshed(post, grant, status):
    User.objects.filter(pk=grant.session.user_id).update(status=status)
    assert post("auth/refresh", refresh_token=grant.refresh_token).status_code == 401
    assert grant.session.refresh_tokens.count() == 1


def test_unknown_ended_and_outlived_tokens_are_refused_alike(post, grant):
    other = open_session(user=grant.session.user, second_factor=False)
    services.end_own_session(user=grant.session.user, session_id=other.session.pk)
    answers = [
        post("auth/refresh", refresh_token="unknown"),
        post("auth/refresh", refresh_token=other.refresh_token),
    ]
    with clock.advanced(timedelta(days=31)):
        answers.append(post("auth/refresh", refresh_token=grant.refresh_token))
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {
        (401, "refresh_token_not_valid")
    }
    assert RefreshToken.objects.filter(used_at__isnull=False).count() == 0


def test_a_used_session_lives_30_days_from_its_last_use(post, grant):
    with clock.advanced(timedelta(days=20)):
        token = post("auth/refresh", refresh_token=grant.refresh_token).json()["refresh_token"]
    with clock.advanced(timedelta(days=49)):
        assert post("auth/refresh", refresh_token=token).status_code == 200


def test_what_lies_in_the_tables_opens_nothing(post, grant):
    successor = post("auth/refresh", refresh_token=grant.refresh_token).json()["refresh_token"]
    rows = dump.serialize("json", [*RefreshToken.objects.all(), *Session.objects.all(), *User.objects.all()])
    assert grant.refresh_token not in rows
    assert successor not in rows
    assert token_digest(successor) in rows


def test_the_encrypted_successor_is_wiped_when_its_seconds_are_over(post, grant):
    post("auth/refresh", refresh_token=grant.refresh_token)
    services.forget_secrets()
    assert RefreshToken.objects.exclude(sealed_successor="").count() == 1
    with clock.advanced(timedelta(seconds=11)):
        services.forget_secrets()
    assert RefreshToken.objects.exclude(sealed_successor="").count() == 0


def test_a_form_is_understood_too(api, grant):
    body = f"grant_type=refresh_token&refresh_token={grant.refresh_token}"
    answer = api.post(REFRESH, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_twenty_uses_at_once_all_get_the_one_successor():
    grant = open_session(user=UserFactory(), second_factor=False)
    session_cache.forget([grant.session.pk])

    def use(_number: int) -> tuple[int, str]:
        client = APIClient(raise_request_exception=False)
        answer = client.post(REFRESH, {"refresh_token": grant.refresh_token}, format="json")
        return answer.status_code, answer.json().get("refresh_token", "")

    answers = at_once(20, use)
    assert {status for status, _token in answers} == {200}
    assert len({token for _status, token in answers}) == 1
    assert grant.session.refresh_tokens.count() == 2


def test_what_is_long_over_is_forgotten_and_what_may_be_misused_is_not(post, grant):
    token = post("auth/refresh", refresh_token=grant.refresh_token).json()["refresh_token"]
    ended, ran_out = (open_session(user=grant.session.user, second_factor=False).session for _ in range(2))
    long_ago = clock.now() - timedelta(days=91)
    Session.objects.filter(pk=ended.pk).update(ended_at=long_ago, end_reason=Session.EndReason.LOGOUT)
    Session.objects.filter(pk=ran_out.pk).update(expires_at=long_ago)
    recent = open_session(user=grant.session.user, second_factor=False).session
    services.end_own_session(user=grant.session.user, session_id=recent.pk)

    services.forget_old_sign_ins()
    assert set(Session.objects.values_list("pk", flat=True)) == {grant.session.pk, recent.pk}
    assert list(grant.session.refresh_tokens.values_list("generation", flat=True)) == [0, 1]

    grant.session.refresh_tokens.filter(generation=0).update(used_at=clock.now() - timedelta(days=31))
    services.forget_old_sign_ins()
    assert list(grant.session.refresh_tokens.values_list("generation", flat=True)) == [1]
    assert post("auth/refresh", refresh_token=token).status_code == 200
