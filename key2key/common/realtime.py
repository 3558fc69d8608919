"""Hints to open sockets: something is new for these people, or these sign-ins are over.

PostgreSQL holds the truth (decision 38). A hint may get lost, come late, twice or in another order: that
costs seconds, because every socket process also looks by itself. So nothing here ever raises or waits long.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

import redis
import redis.asyncio
import structlog
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 0.25
SILENCE_SECONDS = 10.0  # a subscription that brings nothing for so long is asked whether it lives
GREATEST_PAUSE_SECONDS = 5.0
GREATEST_FRAME = 2048
AWAY = (RedisError, OSError, asyncio.TimeoutError)


@dataclass(frozen=True)
class Hint:
    """Something is new for `users`. With a `frame`, that is what their sockets show; without, they look.

    `origin` names the process that told it, which has shown it to its own sockets already.
    """

    users: frozenset[UUID] = frozenset()
    frame: dict[str, Any] = field(default_factory=dict)
    origin: str = ""


@dataclass(frozen=True)
class Revocation:
    """These sign-ins are over: their sockets close."""

    sessions: frozenset[UUID]


def hint(user_ids: Iterable[UUID], **frame: Any) -> None:
    """Tell after the commit that something is new for these people.

    `frame` is what their sockets send on, whole (`t="ev", cid=…`), a `cmid` in it to the sockets of `from`
    alone. One of more than 2 KiB is left out, and so the sockets look for themselves, as they do without.
    Nothing is told when the transaction rolls back.
    """
    message = hint_message(user_ids, frame=frame)
    transaction.on_commit(lambda: _publish(message), robust=True)


def revoke(session_ids: Iterable[UUID]) -> None:
    """Let the sockets of these sign-ins close, after the commit."""
    message = json.dumps({"sessions": [str(session_id) for session_id in session_ids]})
    transaction.on_commit(lambda: _publish(message), robust=True)


def channel() -> str:
    """The one channel. Redis knows no databases here, so it bears the name of the rows' database."""
    return f"k2k:{settings.DATABASES['default']['NAME']}:hints"


def hint_message(user_ids: Iterable[UUID], *, frame: dict[str, Any], origin: str = "") -> str:
    """A hint as it travels."""
    shown = json.dumps(frame, cls=DjangoJSONEncoder, ensure_ascii=False)
    kept = frame if len(shown.encode()) <= GREATEST_FRAME else {}
    told = {"users": [str(user_id) for user_id in user_ids], "frame": kept, "origin": origin}
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False)


def read_message(message: bytes) -> Hint | Revocation | None:
    """What travelled; None when it is nothing of ours."""
    try:
        told = json.loads(message)
        if "sessions" in told:
            return Revocation(frozenset(UUID(session_id) for session_id in told["sessions"]))
        users = frozenset(UUID(user_id) for user_id in told["users"])
        return Hint(users, dict(told["frame"]), str(told["origin"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


class Ear:
    """One process's subscription, and its own asynchronous way to tell others.

    `heard` is called with what comes, `returned` whenever the line is there again: hints may have been
    lost until then.
    """

    def __init__(
        self, *, heard: Callable[[Hint | Revocation], None], returned: Callable[[], None], origin: str
    ) -> None:
        self._heard, self._returned, self._origin = heard, returned, origin
        self._redis = redis.asyncio.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
            retry=AsyncRetry(NoBackoff(), 1),
            client_name=channel(),  # by which an operator finds it in CLIENT LIST
        )
        self._listening: asyncio.Task[None] | None = None
        self.listens = asyncio.Event()

    def start(self) -> None:
        """Begin to hear; when the line breaks, connect again after a pause with jitter."""
        self._listening = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """Hear no more, and let go of the connections."""
        await end({self._listening} if self._listening else set())
        with suppress(*AWAY):
            await self._redis.aclose()

    async def _listen(self) -> None:
        failures = 0
        while True:
            try:
                async for message in self._messages():
                    failures = 0
                    if told := read_message(message):
                        self._heard(told)
            except AWAY as error:
                log.warning("hints_away", error=type(error).__name__)
            self.listens.clear()
            failures += 1
            most = min(GREATEST_PAUSE_SECONDS, 0.1 * 2**failures)
            await asyncio.sleep(random.uniform(0, most))  # noqa: S311 - no secret

    async def tell(self, user_ids: Iterable[UUID], *, frame: dict[str, Any]) -> None:
        """The asynchronous twin of `hint`, for what is committed already."""
        try:
            await self._redis.publish(channel(), hint_message(user_ids, frame=frame, origin=self._origin))
        except AWAY as error:
            log.warning("hint_lost", error=type(error).__name__)

    async def _messages(self) -> AsyncIterator[bytes]:
        async with self._redis.pubsub() as line:
            await line.subscribe(channel())
            asked = False
            while True:
                message = await line.get_message(timeout=SILENCE_SECONDS)
                if message is None:
                    await self._ask(line, again=asked)
                asked = message is None
                if message and message["type"] == "subscribe":
                    self.listens.set()
                    self._returned()
                elif message and message["type"] == "message":
                    yield message["data"]

    async def _ask(self, line: PubSub, *, again: bool) -> None:
        """A line that is dead on the other side stays silent for ever, even to a question."""
        if again:
            raise redis.exceptions.ConnectionError("no answer to a ping")
        await line.ping()


async def end(tasks: set[asyncio.Task[None]]) -> None:
    """Cancel tasks until they end: a client of Redis can swallow a cancellation while it reconnects."""
    while tasks:
        for task in tasks:
            task.cancel()
        _ended, tasks = await asyncio.wait(tasks, timeout=0.5)


def _publish(message: str) -> None:
    try:
        _client().publish(channel(), message)
    except AWAY as error:
        log.warning("hint_lost", error=type(error).__name__)


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 1),
    )
