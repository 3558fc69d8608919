"""What sockets survive: wrong frames, odd frames, too many frames, readers who do not read."""

from __future__ import annotations

import asyncio
import json
import random
import socket as sockets
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from chat import protocol
from chat.models import Message
from chat.socket import limits
from chat.socket.limits import Pace
from chat.tests.factories import ConversationFactory, say
from chat.tests.sockets import Served, bare, play, served, token_of
from key2key.common.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(transactional_db) -> Iterator[Served]:
    with served() as server:
        yield server


def test_refused_frames_are_answered_and_many_of_them_close_it(server):
    conversation = ConversationFactory()
    token, cid = token_of(conversation.buyer), str(conversation.pk)
    wrong = [
        ({"t": "dance", "id": "1"}, "unknown_type"),
        ({"t": "send", "id": "2", "cid": cid, "cmid": str(uuid7()), "body": "x" * 4001}, "too_long"),
        (
            {"t": "send", "id": "3", "cid": cid, "cmid": str(uuid7()), "body": "", "x": "x" * 40_000},
            "too_long",
        ),
        ({"t": "send", "id": "4", "cid": cid, "cmid": str(uuid7()), "body": "\x00"}, "bad_request"),
        ({"t": "send", "id": "5", "cid": cid, "cmid": str(uuid7()), "body": "\ud800"}, "bad_request"),
        ({"t": "send", "id": "6", "cid": cid, "cmid": str(uuid7()), "body": "  "}, "bad_request"),
        ({"t": "send", "id": "7", "cid": cid, "cmid": "1", "body": "x"}, "bad_request"),
        ({"t": "send", "id": "8", "cid": cid, "cmid": str(uuid7()), "body": "x", "reply": 9}, "bad_request"),
        (
            {"t": "send", "id": "9", "cid": cid, "cmid": str(uuid7()), "body": "", "att": [str(uuid7())]},
            "att_invalid",
        ),
        ({"t": "read", "id": "10", "seqs": {cid: -1}}, "bad_request"),
        ({"t": "sync", "id": "11", "cid": cid}, "bad_request"),
        ({"t": "sync", "id": "12", "cid": cid, "after": 10**40}, "bad_request"),
    ]

    async def scene() -> tuple[list[tuple[str, str]], int]:
        async with bare(server) as line:
            await line.hello(token)
            answers = []
            for frame, _code in wrong:
                await line.say(**frame)
                answer = await line.hear("err")
                answers.append((answer["id"], answer["code"]))
            for _ in range(20):
                await line.say(t="dance")
            return answers, await line.close_code()

    answers, code = play(scene)
    assert answers == [(frame["id"], code) for frame, code in wrong]
    assert code == 4400
    assert not Message.objects.exists()


def test_no_frame_however_odd_breaks_the_server(server, caplog):
    conversation = ConversationFactory()
    tokens, cid = [token_of(conversation.buyer) for _ in range(8)], str(conversation.pk)
    chance = random.Random(20)
    odd = [None, True, -1, 0, 2**70, 1.5, "", "x" * 100, "\ud800", [], [[]], {}, {"a": {}}, cid, str(uuid7())]
    kinds = [
        "send",
        "edit",
        "del",
        "read",
        "recv",
        "sync",
        "inbox",
        "typing",
        "auth",
        "pong",
        "x",
        None,
        [],
        {},
    ]
    names = [
        "id",
        "cid",
        "cmid",
        "mid",
        "rev",
        "body",
        "att",
        "reply",
        "seqs",
        "after",
        "before",
        "limit",
        "cursor",
        "n",
    ]

    def frame() -> str:
        if chance.random() < 0.1:
            return "".join(chance.choices('{}[]",:t\\u0000é\N{CLOCK FACE ONE OCLOCK}', k=30))
        fields = {name: chance.choice(odd) for name in chance.sample(names, 6)}
        return json.dumps({"t": chance.choice(kinds), **fields})

    async def one(token: str) -> int:
        async with bare(server) as line:
            await line.hello(token)
            with suppress(ConnectionClosed):
                for _ in range(60):
                    await line.socket.send(frame())
            return await line.close_code()

    async def scene() -> list[int]:
        return await asyncio.gather(*(one(token) for token in tokens))

    assert set(play(scene)) <= {4400, 4401, 4429}
    assert not [record for record in caplog.records if record.exc_info]


def test_who_never_reads_is_cut_and_costs_little(server):
    conversation = ConversationFactory()
    for_reader, for_writer = token_of(conversation.buyer), token_of(conversation.seller)
    cid = str(conversation.pk)

    async def scene() -> tuple[float, list[int]]:
        raw = sockets.socket()
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        raw.connect(("127.0.0.1", server.port))
        raw.setblocking(False)
        async with bare(server, sock=raw) as idle, bare(server) as asker:
            await idle.hello(for_reader)
            await asker.hello(for_writer)
            idle.socket.transport.pause_reading()
            began = time.monotonic()
            for number in range(400):
                if idle.socket.transport.is_closing():
                    break
                await idle.say(t="sync", id=str(number), cid=cid, after=0, limit=200)
            await asyncio.sleep(2)
            idle.socket.transport.resume_reading()
            code = await idle.close_code(seconds=15)
            await asker.say(t="inbox", id="a")
            await asker.hear("inbox")
            return time.monotonic() - began, [code]

    for _ in range(15):
        say(conversation, by=conversation.seller, body="ቤ" * 3900)
    seconds, codes = play(scene)
    assert codes == [4002]
    assert seconds < 12


def test_flooding_on_and_on_closes_it():
    pace = Pace(0.0)
    verdicts = []
    for tick in range(300):
        now = tick / 20
        if pace.wait_ms(now):
            verdicts.append((now, pace.warn(now)))
    first = next(now for now, too_much in verdicts if too_much)
    assert 10 <= first < 12, "not the first refusals, but those that go on for ten seconds"
    calm = Pace(0.0)
    assert all(calm.wait_ms(half / 2) == 0 for half in range(120))
    assert 0 < calm.wait_ms(59.9) <= 101, "120 a minute"


def test_limits_that_clients_are_told_are_those_that_hold():
    assert (protocol.LIMITS["per_second"], protocol.LIMITS["burst"]) == (limits.PER_SECOND, limits.BURST)
    assert protocol.LIMITS["per_minute"] == limits.PER_MINUTE
