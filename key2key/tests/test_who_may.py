"""WHO_MAY holds: for every call the right people come in, the wrong ones do not, and change nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from key2key.tests.cast import owner_with_people
from key2key.tests.examples import address_of, body_of, undone
from key2key.tests.fixtures import signed_in
from key2key.tests.rolled_back import rolled_back

CONTENT = frozenset({400, 409, 412, 413, 415, 422})  # the person may, this body or state may not
SIGN_INS = frozenset({"accounts_session", "accounts_refreshtoken", "django_session"})
Row = tuple[str, str, tuple[Who, ...]]


@dataclass(frozen=True)
class Actor:
    """Somebody who tries. `comes_in` are the rows of WHO_MAY that are theirs."""

    name: str
    client: APIClient
    comes_in: frozenset[Who]
    refused: Mapping[Who, int]


EVERYBODY, SIGNED_IN = frozenset({Who.ANYONE}), frozenset({Who.ANYONE, Who.USER})
STAFF = frozenset({Who.SUPPORT, Who.MODERATOR, Who.FINANCE, Who.TREASURY, Who.KYC})
SOMEBODYS = frozenset({Who.OWNER, Who.SIDE, Who.PARTIES, Who.COUNTERPART})
NO_ROLE = {**dict.fromkeys(STAFF, 403), Who.GATEWAY: 401}
NOT_THEIRS = dict.fromkeys(SOMEBODYS, 404)
UNKNOWN = dict.fromkeys(frozenset(Who) - EVERYBODY, 401)


def rows() -> list[Row]:
    return sorted(
        (path, method, (who,) if isinstance(who, Who) else who)
        for _, fragment in who_may
        for (method, path), who in fragment.items()
    )


@pytest.fixture(scope="module")
def owner(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The people are the same for every call; what a call does is undone."""
    with django_db_blocker.unblock(), rolled_back():
        yield owner_with_people()


@pytest.fixture(autouse=True)
def _untouched(owner: Any) -> Iterator[None]:
    with rolled_back():
        yield


@pytest.fixture(scope="module")
def actors(owner: Any) -> list[Actor]:
    gone = UserFactory()
    gone_client = signed_in(gone)
    services.suspend_user(user_id=gone.pk, by=StaffFactory(groups=["support"]), reason="A test")
    stranger = {**NOT_THEIRS, **NO_ROLE}
    both = StaffFactory(groups=sorted(STAFF))
    return [
        Actor("nobody", APIClient(raise_request_exception=False), EVERYBODY, UNKNOWN),
        Actor("a suspended user", gone_client, frozenset(), UNKNOWN),
        Actor(
            "the owner",
            signed_in(owner),
            SIGNED_IN | {Who.OWNER, Who.SIDE, Who.PARTIES},
            {**NO_ROLE, Who.COUNTERPART: 403},
        ),
        Actor(
            "a colleague",
            signed_in(owner.colleague),
            SIGNED_IN | {Who.SIDE, Who.PARTIES},
            {**NO_ROLE, Who.OWNER: 404, Who.COUNTERPART: 403},
        ),
        Actor(
            "the counterpart",
            signed_in(owner.counterpart),
            SIGNED_IN | {Who.PARTIES, Who.COUNTERPART},
            {**NO_ROLE, Who.OWNER: 404, Who.SIDE: 404},
        ),
        Actor("a stranger", signed_in(SellerFactory()), SIGNED_IN, stranger),
        *(
            Actor(
                f"staff of {group}",
                signed_in(StaffFactory(groups=[str(group)]), second_factor=True),
                SIGNED_IN | {group},
                stranger,
            )
            for group in sorted(STAFF)
        ),
        Actor("staff without the second factor", signed_in(both), SIGNED_IN, stranger),
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
            before = writes()
            response = getattr(actor.client, method.lower())(address, data=body, format=format_of(body))
            after = snapshot() if writes() != before else None  # dear: only where something was written
        changed = differences(snapshot(), after) if after is not None else []
        faults += [f"{actor.name}: {fault}" for fault in judge(actor, who, response, changed)]
    assert not faults, "\n".join(faults)


def format_of(body: Any) -> str:
    """How the body travels: files as multipart, each time from their first byte."""
    files = [value for value in (body or {}).values() if hasattr(value, "seek")]
    for file in files:
        file.seek(0)
    return "multipart" if files else "json"


def judge(actor: Actor, who: tuple[Who, ...], response: Any, changed: list[str]) -> Iterator[str]:
    status = response.status_code
    if actor.comes_in.intersection(who):
        if status >= 400 and status not in CONTENT:
            yield f"refused with {status} {response.content.decode()[:300]}"
        return
    refusals = {actor.refused[each] for each in who if each in actor.refused}
    if refusals:
        if status not in refusals:
            yield f"{status} instead of {refusals} {response.content.decode()[:300]}"
        if changed or mail.outbox:
            yield f"changed {changed}, sent {len(mail.outbox)} mails"


def writes() -> dict[str, int]:
    """How many rows of each table this transaction has written so far, undone ones too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return {name: count for name, count in cursor.fetchall() if name not in SIGN_INS}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [table for table in before if before[table] != after[table]]


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


def test_a_change_is_noticed(owner: User) -> None:
    """The negative control: without it "nothing changed" would prove nothing."""
    before, seen = snapshot(), writes()
    User.objects.filter(pk=owner.pk).update(full_name="Somebody Else")
    assert writes() != seen
    assert [table for table in differences(before, snapshot()) if "event" not in table] == ["accounts_user"]
