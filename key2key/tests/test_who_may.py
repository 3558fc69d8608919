"""WHO_MAY holds: for every call the right people come in, the wrong ones do not, and change nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from psycopg import sql
from rest_framework.test import APIClient

from accounts import services
from accounts.models import User
from accounts.tests.factories import SellerFactory, StaffFactory, UserFactory
from key2key.common.plugins import Who, who_may
from key2key.tests.examples import address_of, body_of, undone

CONTENT = frozenset({400, 409, 412, 413, 415, 422})  # the person may, this body or state may not
SIGN_INS = frozenset({"accounts_session", "accounts_refreshtoken", "django_session"})
Row = tuple[str, str, Who]


@dataclass(frozen=True)
class Actor:
    """Somebody who tries. `comes_in` are the rows of WHO_MAY that are theirs."""

    name: str
    client: APIClient
    comes_in: frozenset[Who]
    refused: Mapping[Who, int]


EVERYBODY, SIGNED_IN = frozenset({Who.ANYONE}), frozenset({Who.ANYONE, Who.USER})
NO_ROLE = {Who.SUPPORT: 403, Who.MODERATOR: 403}


def rows() -> list[Row]:
    return sorted((path, method, who) for _, fragment in who_may for (method, path), who in fragment.items())


@pytest.fixture
def owner(db: None) -> User:
    made: User = SellerFactory()
    return made


@pytest.fixture
def actors(owner: User, api: APIClient, sign_in: Callable[..., APIClient]) -> list[Actor]:
    support, moderator, both = (
        StaffFactory(groups=names) for names in (["support"], ["moderator"], ["support", "moderator"])
    )
    gone = UserFactory()
    gone_client = sign_in(gone)
    services.suspend_user(user_id=gone.pk, by=support, reason="A test")
    not_theirs = {Who.OWNER: 404, **NO_ROLE}
    return [
        Actor(
            "nobody", api, EVERYBODY, {Who.USER: 401, Who.OWNER: 401, Who.SUPPORT: 401, Who.MODERATOR: 401}
        ),
        Actor("the owner", sign_in(owner), SIGNED_IN | {Who.OWNER}, NO_ROLE),
        Actor("a stranger", sign_in(SellerFactory()), SIGNED_IN, not_theirs),
        Actor(
            "a suspended user",
            gone_client,
            frozenset(),
            {Who.USER: 401, Who.OWNER: 401, Who.SUPPORT: 401, Who.MODERATOR: 401},
        ),
        Actor("support", sign_in(support, second_factor=True), SIGNED_IN | {Who.SUPPORT}, not_theirs),
        Actor("a moderator", sign_in(moderator, second_factor=True), SIGNED_IN | {Who.MODERATOR}, not_theirs),
        Actor("staff without the second factor", sign_in(both), SIGNED_IN, not_theirs),
    ]


def test_who_may_has_rows() -> None:
    assert rows()


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row[1]} {row[0]}")
def test_the_right_people_come_in_and_the_wrong_ones_change_nothing(
    row: Row, owner: User, actors: list[Actor]
) -> None:
    path, method, who = row
    address, body = address_of(method, path, owner), body_of(method, path, owner)
    faults: list[str] = []
    for actor in actors:
        cache.clear()  # limits are another test's matter
        mail.outbox.clear()
        with undone():
            before = snapshot()
            response = getattr(actor.client, method.lower())(address, data=body, format="json")
            faults += [f"{actor.name}: {fault}" for fault in judge(actor, who, response, before)]
    assert not faults, "\n".join(faults)


def judge(actor: Actor, who: Who, response: Any, before: Mapping[str, Any]) -> Iterator[str]:
    status = response.status_code
    if who in actor.comes_in:
        if status >= 400 and status not in CONTENT:
            yield f"refused with {status} {response.content.decode()[:300]}"
    elif who in actor.refused:
        if status != actor.refused[who]:
            yield f"{status} instead of {actor.refused[who]} {response.content.decode()[:300]}"
        after = snapshot()
        changed = [table for table in before if before[table] != after[table]]
        if changed or mail.outbox:
            yield f"changed {changed}, sent {len(mail.outbox)} mails"


def snapshot() -> dict[str, Any]:
    """A digest of every table but the sign-ins, whose last use may be noted."""
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - SIGN_INS)
        cursor.execute(
            sql.SQL(" UNION ALL ").join(
                sql.SQL(
                    "SELECT {}, count(*), md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM {} t"
                ).format(sql.Literal(table), sql.Identifier(table))
                for table in tables
            )
        )
        return {name: (count, digest) for name, count, digest in cursor.fetchall()}


def test_the_snapshot_notices_a_change(owner: User) -> None:
    """The negative control: without it "nothing changed" would prove nothing."""
    before = snapshot()
    User.objects.filter(pk=owner.pk).update(full_name="Somebody Else")
    after = snapshot()
    assert [table for table in before if before[table] != after[table] and "event" not in table] == [
        "accounts_user"
    ]
