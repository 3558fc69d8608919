"""How sockets end: with which code, and how soon."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket as sockets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from rest_framework_simplejwt.tokens import AccessToken as AnyToken
from websockets.exceptions import ConnectionClosed

from accounts import services as accounts
from accounts.authentication import AccessToken, access_token
from accounts.models import Session
from accounts.tests.factories import UserFactory
from chat.models import Message
from chat.socket.line import Line
from chat.socket.sign_in import Visitor
from chat.socket.writer import Writer
from chat.tests.factories import ConversationFactory
from chat.tests.sockets import Served, bare, beside, play, served, token_of
from key2key.common import realtime
from key2key.common.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server(transactional_db) -> Iterator[Served]:
    with served() as server:
        yield server


def token_ending_in(seconds: float, *, session: Session) -> str:
    token = AccessToken()
    token["sub"], token["sid"] = str(session.user_id), str(session.pk)
    token["exp"] = int(time.time() + seconds)
    return str(token)


def closes_with(server: Served, *frames: Any, **more: Any) -> int:
    async def scene() -> int:
        async with bare(server, **more) as line:
            with suppress(ConnectionClosed):
                for frame in frames:
                    await line.socket.send(frame if isinstance(frame, str | bytes) else json.dumps(frame))
            return await line.close_code()

    return play(scene)


def hello(token: str, **more: Any) -> dict[str, Any]:
    return {"t": "hello", "v": 1, "token": token, "device": str(uuid7()), **more}


def test_without_a_hello_it_closes_after_five_seconds(server):
    began = time.monotonic()
    assert closes_with(server) == 4001
    assert 4.5 < time.monotonic() - began < 7


def test_without_the_subprotocol_it_closes_with_a_code_that_clients_see(server):
    assert closes_with(server, protocols=()) == 4406
    assert closes_with(server, hello("x", v=2)) == 4406


@pytest.mark.parametrize(
    "origin, code",
    [("https://evil.example", 4403), ("null", 4403), ("http://localhost:3000", 4401), (None, 4401)],
)
def test_foreign_pages_are_turned_away_and_apps_are_not(server, origin, code):
    assert closes_with(server, hello("not a token"), origin=origin) == code


def test_only_a_good_access_token_of_a_sign_in_that_holds_opens_it(server):
    grant = accounts.open_session(user=UserFactory(), second_factor=False)
    foreign = AnyToken()
    foreign["sub"], foreign["sid"] = str(grant.session.user_id), str(grant.session.pk)
    ended = token_of(UserFactory())
    for session in Session.objects.exclude(pk=grant.session.pk):
        accounts.end_sessions(user=session.user, reason=Session.EndReason.LOGOUT)
    suspended = UserFactory()
    of_suspended = token_of(suspended)
    type(suspended).objects.filter(pk=suspended.pk).update(status="suspended")
    expected = {
        "nonsense": 4401,
        grant.refresh_token: 4401,
        str(foreign): 4401,
        token_ending_in(-60, session=grant.session): 4401,
        access_token(grant.session)[:-4] + "AAAA": 4401,
        ended: 4403,
        of_suspended: 4403,
    }
    assert [closes_with(server, hello(token)) for token in expected] == list(expected.values())


def test_a_token_in_the_address_or_a_cookie_opens_nothing(server):
    token = token_of(UserFactory())
    assert (
        closes_with(server, path=f"?token={token}", additional_headers={"Cookie": f"token={token}"}) == 4001
    )


@pytest.mark.parametrize("first", [b"\x00", "no json", "[]", '{"t":"ping"}', '{"t":"pong","n":1}'], ids=str)
def test_the_first_frame_is_a_hello(server, first):
    assert closes_with(server, first) == 4400


def test_a_second_hello_a_binary_frame_and_one_too_long_for_the_server_close_it(server):
    token = token_of(UserFactory())
    assert closes_with(server, hello(token), hello(token)) == 4409
    assert closes_with(server, hello(token), b"bytes") == 4400
    assert closes_with(server, hello(token), "x" * 70_000) == 1009


def test_the_eleventh_socket_of_a_person_replaces_the_oldest(server):
    token = token_of(UserFactory())

    async def scene() -> tuple[int, str]:
        async with AsyncExitStack() as stack:
            lines = [await stack.enter_async_context(bare(server)) for _ in range(11)]
            for line in lines:
                await line.hello(token)
            code = await lines[0].close_code()
            await lines[1].say(t="inbox", id="a")
            return code, (await lines[1].hear("inbox"))["id"]

    assert play(scene) == (4410, "a")


@pytest.mark.parametrize("told", [True, False], ids=["told", "redis away"])
def test_who_signs_out_is_cut_within_five_seconds(told, request, transactional_db):
    if not told:
        request.getfixturevalue("redis_away")
        realtime._client.cache_clear()
    user = UserFactory()
    grant = accounts.open_session(user=user, second_factor=False)
    token, other = access_token(grant.session), token_of(user)

    async def scene(server: Served) -> tuple[int, float, str]:
        async with bare(server) as line, bare(server) as spared:
            await line.hello(token)
            await spared.hello(other)
            began = time.monotonic()
            await beside(accounts.end_own_session, user=user, session_id=grant.session.pk)
            if told:
                await beside(realtime.revoke, [grant.session.pk])
            code = await line.close_code()
            seconds = time.monotonic() - began
            await spared.say(t="inbox", id="a")
            return code, seconds, (await spared.hear("inbox"))["id"]

    with served() as server:
        code, seconds, answer = play(lambda: scene(server))
    realtime._client.cache_clear()
    assert (code, answer) == (4403, "a")
    assert seconds < (1 if told else 5)


def test_a_token_that_ends_is_announced_renewed_or_the_end(server):
    session = accounts.open_session(user=UserFactory(), second_factor=False).session
    short, long = token_ending_in(3, session=session), token_ending_in(500, session=session)
    foreign = token_of(session.user)

    async def scene() -> int:
        async with bare(server) as line, bare(server) as other, bare(server) as late:
            for one in (line, other, late):
                await one.hello(short)
            for one in (line, other, late):
                assert (await one.hear("auth_soon"))["in"] <= 3
            await line.say(t="auth", id="a", token=long)
            assert (await line.hear("ok"))["auth_exp"] > time.time() + 400
            await other.say(t="auth", id="a", token=foreign)
            code = await other.close_code()
            await asyncio.sleep(3)
            await late.say(t="inbox", id="b")
            assert (await late.hear("err"))["code"] == "auth_expired"
            await late.say(t="auth", id="c", token=long)
            for one in (line, late):
                await one.say(t="inbox", id="d")
                await one.hear("inbox")
            return code

    assert play(scene) == 4401


@pytest.mark.parametrize("seconds, closes", [(-29, False), (-31, True)])
def test_who_does_not_renew_is_cut_half_a_minute_after_the_end(seconds, closes):
    async def scene() -> bool:
        line, _sent = a_line(token_ends_at=1000.0)
        line.tick(1, wall=1000 - seconds)
        return line.writer.is_closing

    assert play(scene) is closes


def a_line(*, token_ends_at: float = 10_000) -> tuple[Line, list[Any]]:
    """A line that is not connected to anything, and what it sends. It was opened at 100 s."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    writer = Writer(send)
    writer.start()
    line = Line(Visitor(uuid7(), uuid7(), "en", token_ends_at), "d", writer, 100.0)
    line.welcome({"t": "welcome"}, epoch="e")
    return line, sent


def test_who_answers_no_ping_is_cut():
    async def scene() -> list[Any]:
        line, sent = a_line()
        for now in (101, 125, 130):
            line.tick(now, wall=0)
        line.pong(1, now=131.0)
        for now in (155, 157, 160, 166, 168):
            line.tick(now, wall=0)
            await asyncio.sleep(0)
        await line.writer.finished()
        return sent

    sent = play(scene)
    frames = [json.loads(message["text"]) for message in sent if "text" in message]
    assert [frame.get("n") for frame in frames if frame["t"] == "ping"] == [1, 2]
    assert sent[-1] == {"type": "websocket.close", "code": 4003, "reason": "no pong"}


SERVER = """
import sys
from django.conf import settings
port, name, number = sys.argv[1:]
for database in settings.DATABASES.values():
    database["NAME"] = name
settings.REDIS_URL = number
import django
django.setup()
import uvicorn
from chat.routing import websockets
uvicorn.run(websockets, host="127.0.0.1", port=int(port), ws="websockets-sansio", lifespan="off",
            ws_per_message_deflate=False, timeout_graceful_shutdown=5, log_level="warning")
"""


@contextmanager
def process_that_serves() -> Iterator[tuple[subprocess.Popen[str], Any]]:
    with sockets.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [str(port), settings.DATABASES["default"]["NAME"], settings.REDIS_URL]
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, *words],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "key2key.settings.test"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for _ in range(200):
            with sockets.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield process, SimpleNamespace(url=f"ws://127.0.0.1:{port}/ws/")
    finally:
        process.kill()
        process.wait()


def test_a_process_that_is_told_to_end_says_goodbye(transactional_db):
    conversation = ConversationFactory()
    token, cid = token_of(conversation.buyer), str(conversation.pk)

    async def scene(process: Any, server: Any) -> tuple[dict[str, dict[str, Any]], int]:
        async with bare(server) as line:
            await line.hello(token)
            await line.say(t="send", id="a", cid=cid, cmid=str(uuid7()), body="Last words")
            process.send_signal(signal.SIGTERM)
            code = await line.close_code()
            return {frame["t"]: frame for frame in line.seen}, code

    with process_that_serves() as (process, server):
        said, code = play(lambda: scene(process, server))
        began = time.monotonic()
        assert process.wait(timeout=15) in {0, -signal.SIGTERM}
        assert time.monotonic() - began < 5
        output = process.stdout.read()
    assert (said["bye"]["code"], code) == (1012, 1012)
    assert 0 < said["bye"]["retry_ms"] <= 10_000
    assert "Traceback" not in output, output
    if "ok" in said:  # it may not have been read yet
        assert Message.objects.get().body == "Last words"
