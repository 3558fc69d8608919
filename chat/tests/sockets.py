"""Real sockets for tests: servers in threads, clients, and a bare line for what clients never do."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

import uvicorn
from django.db import connections
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from accounts import services as accounts
from accounts.authentication import access_token
from chat.protocol import SUBPROTOCOL
from chat.reference_client import Client
from chat.routing import websockets
from key2key.common.ids import uuid7

Result = TypeVar("Result")


class Served:
    """One server process, as far as its sockets can tell: a thread with a loop and a hub of its own."""

    def __init__(self) -> None:
        config = uvicorn.Config(
            websockets,
            host="127.0.0.1",
            port=0,
            ws="websockets-sansio",
            ws_max_size=65536,
            ws_per_message_deflate=False,
            ws_ping_interval=0,
            lifespan="off",
            log_config=None,
            timeout_graceful_shutdown=3,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"ws://127.0.0.1:{self.port}/ws/"

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=15)
        assert not self._thread.is_alive()


@contextmanager
def served() -> Iterator[Served]:
    server = Served()
    yield server
    server.stop()


def token_of(user: Any) -> str:
    """An access token of a new sign-in."""
    return access_token(accounts.open_session(user=user, second_factor=False).session)


def client_of(server: Served, user: Any, **more: Any) -> Client:
    """A well-behaved client of the person, not connected yet. Outside of a loop: it signs in."""
    raw = token_of(user)

    async def token() -> str:
        return raw

    return Client(server.url, token=token, **more)


def play(scene: Callable[[], Coroutine[Any, Any, Result]], *, seconds: float = 30) -> Result:
    """Run what happens on sockets, with a limit."""

    async def within() -> Result:
        async with asyncio.timeout(seconds):
            return await scene()

    return asyncio.run(within())


async def beside(rule: Callable[..., Result], *arguments: Any, **words: Any) -> Result:
    """A synchronous rule, on a thread and a connection of its own."""

    def run() -> Result:
        try:
            return rule(*arguments, **words)
        finally:
            connections.close_all()

    return await asyncio.to_thread(run)


class Bare:
    """A line without manners: what is sent is sent as it is."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: list[dict[str, Any]] = []

    async def say(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def hear(self, kind: str, *, seconds: float = 5) -> dict[str, Any]:
        """The next frame of that kind; others are kept in `seen`."""
        async with asyncio.timeout(seconds):
            while True:
                frame = json.loads(await self.socket.recv())
                self.seen.append(frame)
                if frame["t"] == kind:
                    return frame

    async def hello(self, token: str, **more: Any) -> dict[str, Any]:
        await self.greet(token, **more)
        return await self.hear("welcome")

    async def greet(self, token: str, **more: Any) -> None:
        hello = {"t": "hello", "v": 1, "token": token, "device": str(uuid7()), "cursor": None, "epoch": None}
        await self.say(**{**hello, **more})

    async def close_code(self, *, seconds: float = 8) -> int:
        """With which code the server closes; what it says before is kept in `seen`."""
        async with asyncio.timeout(seconds):
            try:
                while True:
                    self.seen.append(json.loads(await self.socket.recv()))
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else 1006


@asynccontextmanager
async def bare(
    server: Served, *, path: str = "", protocols: Any = (SUBPROTOCOL,), **more: Any
) -> AsyncIterator[Bare]:
    """A socket that is open and has said nothing."""
    async with connect(
        server.url + path,
        subprotocols=list(protocols) or None,
        compression=None,
        ping_interval=None,
        proxy=None,
        close_timeout=1,
        **more,
    ) as socket:
        yield Bare(socket)
