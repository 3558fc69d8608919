from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import transaction

from key2key.common import realtime
from key2key.common.ids import uuid7
from key2key.common.realtime import Ear, Hint, Revocation, hint, revoke


@pytest.fixture
def heard(transactional_db) -> Iterator[Any]:
    """What travels on the channel, each message once."""
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2) as line, line.pubsub() as subscription:
        subscription.subscribe(realtime.channel())
        subscription.get_message(timeout=2)

        def messages() -> list[Any]:
            found = []
            while message := subscription.get_message(timeout=0.3):
                found.append(realtime.read_message(message["data"]))
            return found

        yield messages


def test_a_hint_leaves_after_the_commit_and_not_at_all_without(heard):
    user = uuid7()
    with transaction.atomic():
        hint([user])
        assert heard() == []
    assert heard() == [Hint(frozenset([user]))]
    with transaction.atomic():
        hint([user])
        transaction.set_rollback(True)
    assert heard() == []


def test_a_frame_travels_whole_or_not_at_all(heard):
    user, cid = uuid7(), uuid7()
    hint([user], t="ev", cid=cid, body="ሰላም")
    hint([user], t="ev", cid=cid, body="ቤ" * 1000)
    small, large = heard()
    assert small == Hint(frozenset([user]), {"t": "ev", "cid": str(cid), "body": "ሰላም"})
    assert large == Hint(frozenset([user])), "the sockets look for themselves"


def test_ended_sign_ins_travel_the_same_way(heard):
    session = uuid7()
    revoke([session])
    assert heard() == [Revocation(frozenset([session]))]


@pytest.mark.parametrize("message", [b"", b"x", b"[]", b"{}", b'{"users":[1]}', b'{"sessions":3}', b"\xff"])
def test_what_is_not_ours_is_passed_over(message):
    assert realtime.read_message(message) is None


def test_without_redis_nothing_is_raised_and_nobody_waits(transactional_db, redis_away):
    realtime._client.cache_clear()
    hint([uuid7()])
    revoke([uuid7()])
    realtime._client.cache_clear()


def test_an_ear_hears_again_after_its_line_was_cut(transactional_db):
    heard: list[Any] = []
    returns: list[bool] = []

    async def scene() -> None:
        came = asyncio.Semaphore(0)

        def hear(told: Any) -> None:
            heard.append(told)
            came.release()

        ear = Ear(heard=hear, returned=lambda: returns.append(True), origin="here")
        ear.start()
        user = uuid7()
        for number in range(3):
            await asyncio.wait_for(ear.listens.wait(), 5)
            await ear.tell([user], frame={"t": "x", "n": number})
            await came.acquire()
            ear.listens.clear()
            await asyncio.to_thread(cut)
        await ear.stop()

    async def limited() -> None:
        await asyncio.wait_for(scene(), 20)

    asyncio.run(limited())
    assert [(one.frame["n"], one.origin) for one in heard] == [(0, "here"), (1, "here"), (2, "here")]
    assert len(returns) >= 3


def cut() -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as line:
        for one in line.client_list(_type="pubsub"):
            if one["name"] == realtime.channel():
                line.client_kill_filter(_id=one["id"])
