"""What is lost on the way is found: hints, connections, processes, the database's own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import connection, transaction

from accounts.tests.factories import UserFactory
from chat import services
from chat.models import ChatEvent, Conversation, RealtimeEpoch
from chat.tests.factories import ConversationFactory, MemberFactory, say, seqs
from chat.tests.sockets import Served, bare, beside, client_of, play, served, token_of
from key2key.common import realtime
from key2key.common.ids import uuid7
from notifications.services import notify

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(transactional_db) -> Iterator[Served]:
    with served() as server:
        yield server


@pytest.fixture
def conversation(transactional_db) -> Conversation:
    return ConversationFactory()


@pytest.fixture
def hints_lost(redis_away) -> Iterator[None]:
    """No hint is heard by anybody."""
    realtime._client.cache_clear()
    yield
    realtime._client.cache_clear()


def send_over_http(conversation: Conversation, *, body: str) -> None:
    services.send(by=conversation.buyer, conversation_id=conversation.pk, client_id=uuid7(), body=body)


def test_without_hints_everything_is_there_within_three_seconds(hints_lost, server, conversation):
    seller, cid, waited = client_of(server, conversation.seller), str(conversation.pk), []

    async def scene() -> None:
        async with seller:
            for number in range(3):
                began = time.monotonic()
                await beside(send_over_http, conversation, body=f"{number}")
                await seller.until(lambda n=number: seller.store.thread(cid).last == n + 1)
                waited.append(time.monotonic() - began)
            await beside(services.mark_read, by=conversation.seller, conversation_id=conversation.pk, seq=3)
            await seller.until(lambda: seller.store.thread(cid).row["unread"] == 0)

    play(scene)
    assert seller.store.thread(cid).bodies == ["0", "1", "2"]
    assert max(waited) < 3.5


def test_a_hint_that_a_broken_subscription_lost_costs_seconds_only(server, conversation):
    seller, cid = client_of(server, conversation.seller), str(conversation.pk)

    async def scene() -> None:
        async with seller:
            for number in range(5):
                await beside(cut_subscriptions)
                await beside(send_over_http, conversation, body=f"{number}")
                await seller.until(lambda n=number: seller.store.thread(cid).last == n + 1, seconds=4)

    play(scene)
    assert seller.store.thread(cid).bodies == ["0", "1", "2", "3", "4"]


def cut_subscriptions() -> None:
    """Only those of this test's channel: the server has other users."""
    with redis.Redis.from_url(settings.REDIS_URL) as line:
        ours = [one for one in line.client_list(_type="pubsub") if one["name"] == realtime.channel()]
        assert ours
        for one in ours:
            line.client_kill_filter(_id=one["id"])


def test_a_cut_client_comes_back_and_misses_nothing(server, conversation):
    buyer, seller = client_of(server, conversation.buyer), client_of(server, conversation.seller)
    cid = str(conversation.pk)

    async def scene() -> None:
        async with buyer, seller:
            for number in range(12):
                said = buyer.post(cid, body=f"{number}")
                if number % 3 == 0:
                    seller.cut()
                if number % 4 == 1:
                    buyer.cut()
                await asyncio.wait_for(said.answer, 15)
            await seller.until(lambda: seller.store.thread(cid).last == 12)
            await buyer.until(lambda: buyer.store.thread(cid).last == 12)

    play(scene, seconds=60)
    bodies = [str(number) for number in range(12)]
    assert buyer.store.thread(cid).bodies == seller.store.thread(cid).bodies == bodies
    assert seqs(conversation.pk) == list(range(1, 13))
    assert (buyer.welcomes > 1, seller.welcomes > 1) == (True, True)


def test_who_was_away_for_long_gets_everything(server, conversation):
    others = [ConversationFactory(buyer=conversation.buyer) for _ in range(60)]
    for one in others:
        say(one, by=one.seller)
    buyer, cid = client_of(server, conversation.buyer), str(conversation.pk)
    for number in range(250):
        say(conversation, by=conversation.seller, body=f"{number}")

    async def scene() -> None:
        async with buyer:
            await buyer.until(lambda: buyer.store.cursor is not None and len(buyer.store.threads) == 61)

    play(scene)
    assert buyer.store.thread(cid).bodies == [str(number) for number in range(250)]
    assert all(buyer.store.thread(one.pk).last == 1 for one in others)
    say(conversation, by=conversation.seller, body="250")
    again = client_of(server, conversation.buyer, store=buyer.store)

    async def later() -> None:
        async with again:
            await again.until(lambda: again.store.thread(cid).last == 251)

    play(later)


def test_a_process_that_dies_loses_nothing_that_was_acknowledged(conversation):
    """Another one answers a resend of the same cmid with the same number."""
    buyer, cid = client_of_any(conversation.buyer), str(conversation.pk)
    with served() as first:
        buyer._url = first.url

        async def scene() -> dict[str, Any]:
            async with buyer:
                pending = buyer.post(cid, body="Still there?")
                answer = await asyncio.wait_for(asyncio.shield(pending.answer), 10)
                return {"cmid": pending.cmid, "seq": answer["seq"], "mid": answer["mid"]}

        known = play(scene)
    with redis.Redis.from_url(settings.REDIS_URL) as line:
        line.flushdb()
    with served() as second:
        token = token_of(conversation.buyer)

        async def resend() -> dict[str, Any]:
            async with bare(second) as line:
                await line.hello(token)
                await line.say(t="send", id="a", cid=cid, cmid=known["cmid"], body="Still there?")
                return await line.hear("ok")

        answer = play(resend)
    assert (answer["mid"], answer["seq"], answer["dup"]) == (known["mid"], known["seq"], True)


def client_of_any(user: Any) -> Any:
    return client_of(Unserved(), user)


class Unserved:
    url = ""


def test_the_database_coming_back_is_noticed_by_nobody(server, conversation):
    buyer, seller, cid = (
        client_of(server, conversation.buyer),
        client_of(server, conversation.seller),
        str(conversation.pk),
    )

    async def scene() -> None:
        async with buyer, seller:
            for number in range(4):
                await beside(end_all_connections)
                await buyer.send(cid, body=f"{number}")
            await seller.until(lambda: seller.store.thread(cid).last == 4)

    play(scene)
    assert seqs(conversation.pk) == [1, 2, 3, 4]
    assert (buyer.welcomes, seller.welcomes) == (1, 1)


def end_all_connections() -> None:
    """Of the sockets' pool: they are the ones that use prepared statements of the log or wait idle."""
    parameters = connection.settings_dict
    with psycopg.connect(
        dbname=parameters["NAME"], host=parameters["HOST"], port=parameters["PORT"], autocommit=True,
        user=settings.DATABASES["owner"]["USER"], password=settings.DATABASES["owner"]["PASSWORD"],
    ) as line:  # fmt: skip
        line.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND application_name = 'key2key sockets'",
            [parameters["NAME"]],
        )


def test_another_epoch_lets_clients_begin_anew(server, conversation):
    say(conversation, by=conversation.seller, body="Before")
    buyer, cid = client_of(server, conversation.buyer), str(conversation.pk)

    async def scene() -> None:
        async with buyer:
            await buyer.until(lambda: buyer.store.thread(cid).last == 1)
            epoch = buyer.store.epoch
            await beside(lambda: RealtimeEpoch.objects.update(value="another"))
            await buyer.until(lambda: buyer.store.epoch != epoch and buyer.store.thread(cid).last == 1)

    play(scene)
    assert buyer.closes == [4004]


def test_who_leaves_hears_nothing_more(server, conversation):
    colleague = UserFactory()
    member = MemberFactory(conversation=conversation, user=colleague)
    left, cid = client_of(server, colleague), str(conversation.pk)
    buyer = client_of(server, conversation.buyer)

    def leave() -> None:
        member.left_at = member.joined_at
        member.save(update_fields=["left_at"])

    async def scene() -> None:
        async with left, buyer:
            await buyer.send(cid, body="To all of you")
            await left.until(lambda: left.store.thread(cid).last == 1)
            await beside(leave)
            await buyer.send(cid, body="To those who stayed")
            await left.until(lambda: cid not in left.store.threads)
            await asyncio.sleep(0.5)

    play(scene)
    assert cid not in left.store.threads


def test_notes_arrive_live_and_after_an_absence_in_ones_own_words(server, transactional_db):
    user = UserFactory(language="am")
    client = client_of(server, user)

    def tell(listing: str) -> None:
        with transaction.atomic():
            notify(
                user=user, kind="lead_new", data={"listing": listing, "person": "Abebe", "link": "/leads/1"}
            )

    tell("First")

    async def scene() -> None:
        async with client:
            assert len(client.store.notes) == 1
            await beside(tell, "Second")
            await client.until(lambda: len(client.store.notes) == 2, seconds=4)

    play(scene)
    first, second = client.store.notes.values()
    assert (first["data"]["listing"], second["data"]["listing"]) == ("First", "Second")
    assert first["kind"] == "lead_new"
    assert any("\u1200" <= letter <= "\u137f" for letter in first["title"]), "Amharic"


def test_the_cursor_covers_only_what_is_there(server, conversation):
    """A client that kept its cursor and nothing after it still gets everything, from any such moment."""
    buyer, cid, moments = client_of(server, conversation.buyer), str(conversation.pk), []

    async def scene() -> None:
        async with buyer:
            for number in range(6):
                await beside(send_over_http, conversation, body=f"{number}")
                await buyer.until(lambda n=number: buyer.store.thread(cid).last == n + 1)
                moments.append((buyer.store.cursor, buyer.store.thread(cid).last))

    play(scene)
    token, last = token_of(conversation.buyer), ChatEvent.objects.count()

    async def heads(cursor: str, epoch: str) -> dict[str, int]:
        async with bare(server) as line:
            welcome = await line.hello(token, cursor=cursor, epoch=epoch)
            return {row["cid"]: row["head"] for row in welcome["changed"]}

    for cursor, seen in moments:
        known = play(lambda cursor=cursor: heads(cursor, buyer.store.epoch))
        assert seen == last or known[cid] == last


def test_connections_to_the_database_stay_few(server, conversation):
    tokens = [token_of(UserFactory()) for _ in range(25)]

    def used() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND application_name = 'key2key sockets'"
            )
            return int(cursor.fetchone()[0])

    async def scene() -> int:
        async with AsyncExitStack() as stack:
            lines = [await stack.enter_async_context(bare(server)) for _ in tokens]
            await asyncio.gather(*(line.hello(token) for line, token in zip(lines, tokens, strict=True)))
            return await beside(used)

    assert 1 <= play(scene) <= 4
    assert eventually(lambda: used() == 0), "with the last socket the last connection goes"


def eventually(condition: Callable[[], bool], *, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
