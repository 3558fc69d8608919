"""The client: one task that keeps a socket open, comes back when it breaks, and loses nothing meanwhile."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Self
from uuid import UUID

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin, Subprotocol

from chat import protocol
from chat.protocol import Close
from chat.reference_client.store import JSON, Pending, Store

PAGE = 100
GREATEST_PAUSE_SECONDS = 30.0
QUIET_AFTER_FLOODING_SECONDS = 60.0
COMES_BACK = frozenset({1000, 1001, 1005, 1006, 1011, 1012, 1013})
AGAIN = frozenset({"rate_limited", "busy", "unknown", "auth_expired"})


class Refused(Exception):
    """The server said no, for good."""

    def __init__(self, frame: JSON) -> None:
        super().__init__(f"{frame['code']}: {frame.get('msg', '')}")
        self.code, self.frame = str(frame["code"]), frame


class Ended(Exception):
    """The socket closed with a code after which one does not come back."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


class Client:
    """One device of one user. `token` is asked for a valid access token at each connection.

    ```python
    async with Client("ws://localhost:8000/ws/", token=fetch) as client:
        answer = await client.send(cid, body="Is it still for sale?")
    ```
    """

    def __init__(
        self, url: str, *, token: Callable[[], Awaitable[str]], store: Store | None = None, origin: str = ""
    ) -> None:
        self.store = store or Store()
        self.user = ""
        self.welcomes = 0
        self.closes: list[int] = []
        self.typists: list[tuple[str, str]] = []
        self._url, self._token, self._origin = url, token, origin
        self._socket: ClientConnection | None = None
        self._ids = itertools.count(1)
        self._asked: dict[str, asyncio.Future[JSON]] = {}
        self._sent: dict[str, Pending] = {}
        self._changed = asyncio.Condition()
        self._retry_ms: int | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._running = asyncio.create_task(self.run())
        await self.until(lambda: self.welcomes > 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Leave; what was not answered stays in the store."""
        for task in [*self._tasks, *([self._running] if self._running else [])]:
            task.cancel()
            with suppress(asyncio.CancelledError, Ended):
                await task
        if self._socket is not None:
            await self._socket.close()

    async def run(self) -> None:
        """Stay connected until cancelled. Raises Ended when coming back makes no sense."""
        failures = 0
        while True:
            before = self.welcomes
            code = await self._one_connection()
            self.closes.append(code)
            failures = 0 if self.welcomes > before else failures + 1
            await self._forget_questions()
            if code == Close.FLOODING:
                await asyncio.sleep(QUIET_AFTER_FLOODING_SECONDS)
            elif not _comes_back(code) and not (code == Close.TOKEN and failures <= 1):
                raise Ended(code)
            await asyncio.sleep(self._pause(failures))

    async def until(self, condition: Callable[[], bool], *, seconds: float = 10.0) -> None:
        """Wait for something to be so. Raises TimeoutError, or Ended when the client gave up."""
        async with asyncio.timeout(seconds), self._changed:
            while not condition():
                if self._running is not None and self._running.done():
                    self._running.result()
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), 0.1)

    def post(self, cid: str | UUID, *, body: str, **more: Any) -> Pending:
        """Say something, now or when the connection is there again; `answer` of the result is a future."""
        pending = Pending(cid=str(cid), body=body, **more)
        self.store.pending.append(pending)
        self._later(self._send_next())
        return pending

    async def send(self, cid: str | UUID, *, body: str, seconds: float = 15.0, **more: Any) -> JSON:
        """Say something and wait for the answer, whichever way it comes. Raises Refused, TimeoutError."""
        return await asyncio.wait_for(self.post(cid, body=body, **more).answer, seconds)

    async def edit(self, cid: str | UUID, *, mid: str, revision: int, body: str) -> JSON:
        """Put an own message in other words. Raises Refused."""
        return await self.ask({"t": "edit", "cid": str(cid), "mid": mid, "rev": revision, "body": body})

    async def delete(self, cid: str | UUID, *, mid: str) -> JSON:
        """Take an own message back. Raises Refused."""
        return await self.ask({"t": "del", "cid": str(cid), "mid": mid})

    async def read(self, cid: str | UUID) -> None:
        """Everything that is here of the conversation has been read."""
        await self.say({"t": "read", "seqs": {str(cid): self.store.thread(cid).last}})

    async def typing(self, cid: str | UUID) -> None:
        """The person writes."""
        await self.say({"t": "typing", "cid": str(cid)})

    async def ask(self, frame: Mapping[str, Any], *, seconds: float = 15.0) -> JSON:
        """A frame's one answer. Raises Refused, ConnectionError, TimeoutError."""
        request_id = f"q{next(self._ids)}"
        answer = self._asked[request_id] = asyncio.get_running_loop().create_future()
        await self.say({**frame, "id": request_id})
        return await asyncio.wait_for(answer, seconds)

    async def say(self, frame: Mapping[str, Any]) -> None:
        """Send a frame as it is. Raises ConnectionError when there is no socket."""
        if self._socket is None:
            raise ConnectionError("not connected")
        with suppress(ConnectionClosed):  # whoever waits for an answer learns it when the socket has ended
            await self._socket.send(protocol.write(frame))

    def cut(self) -> None:
        """Break the line as a dead radio does: no close frame. For tests."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def _one_connection(self) -> int:
        """Connect, say hello, listen to the end. The code with which it closed."""
        try:
            async with connect(
                self._url,
                subprotocols=[Subprotocol(protocol.SUBPROTOCOL)],
                origin=Origin(self._origin) if self._origin else None,
                compression=None,
                ping_interval=None,
                max_size=2**20,
                proxy=None,
            ) as socket:
                self._socket = socket
                await self.say(await self._hello())
                async for message in socket:
                    await self._hear(json.loads(message))
                return socket.close_code or 1006
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006
        except (OSError, InvalidHandshake, TimeoutError):
            return 1006
        finally:
            self._socket = None

    async def _hello(self) -> JSON:
        kept = {"cursor": self.store.cursor, "epoch": self.store.epoch, "device": self.store.device}
        return {"t": "hello", "v": protocol.VERSION, "token": await self._token(), **kept}

    async def _hear(self, frame: JSON) -> None:
        hear = getattr(self, f"_hear_{frame['t']}", None)
        if hear is not None:
            await hear(frame)
        async with self._changed:
            self._changed.notify_all()

    async def _hear_welcome(self, frame: JSON) -> None:
        self.user = frame["user"]
        self.store.begin(epoch=frame["epoch"])
        self.welcomes += 1
        self._retry_ms = None
        await self._hear_changes(frame)
        await self._send_next()

    async def _hear_inbox(self, frame: JSON) -> None:
        await self._hear_changes(frame)
        self._answer(frame)

    async def _hear_changes(self, frame: JSON) -> None:
        self.store.learn(frame["changed"], notes=frame["notes"], cursor=None)
        await self._fill_holes()
        self.store.hear_of(frame["cursor"])
        if frame["more"]:
            await self.say({"t": "inbox", "id": f"q{next(self._ids)}", "cursor": frame["cursor"]})

    async def _hear_ev(self, frame: JSON) -> None:
        self.store.thread(frame["cid"]).take(frame)
        if frame.get("cmid"):
            self.store.settle(frame["cmid"], answer=frame)
            await self._send_next()
        await self._fill_holes()
        self.store.hear_of(None)
        await self.say({"t": "recv", "seqs": {frame["cid"]: self.store.thread(frame["cid"]).last}})

    async def _hear_batch(self, frame: JSON) -> None:
        thread = self.store.thread(frame["cid"])
        thread.head, thread.syncing = max(thread.head, frame["head"]), False
        for event in frame["ev"]:
            thread.take({"cid": frame["cid"], **event})
            if event.get("cmid"):
                self.store.settle(event["cmid"], answer=event)
        self._answer(frame)
        await self._fill_holes()
        self.store.hear_of(None)
        await self._send_next()

    async def _hear_ok(self, frame: JSON) -> None:
        pending = self._sent.pop(frame["id"], None)
        if pending is not None:
            self.store.settle(pending.cmid, answer=frame)
            await self._send_next()
        self._answer(frame)

    async def _hear_err(self, frame: JSON) -> None:
        pending = self._sent.pop(frame.get("id", ""), None)
        if pending is None:
            self._answer(frame)
        elif frame["code"] in AGAIN:
            self._later(self._send_again(pending, after_ms=frame.get("retry_ms", 500)))
        else:
            self.store.refuse(pending.cmid, error=Refused(frame))
            await self._send_next()

    async def _hear_state(self, frame: JSON) -> None:
        thread = self.store.thread(frame["cid"])
        thread.delivered.update(frame.get("delivered", {}))
        thread.row["peer_read"] = max(
            [
                thread.row.get("peer_read", 0),
                *(n for who, n in frame.get("read", {}).items() if who != self.user),
            ]
        )

    async def _hear_note(self, frame: JSON) -> None:
        self.store.notes[frame["nid"]] = frame

    async def _hear_cursor(self, frame: JSON) -> None:
        self.store.hear_of(frame["cursor"])

    async def _hear_eph(self, frame: JSON) -> None:
        if frame["k"] == "typing":
            self.typists.append((frame["cid"], frame["from"]))

    async def _hear_ping(self, frame: JSON) -> None:
        await self.say({"t": "pong", "n": frame["n"]})

    async def _hear_auth_soon(self, _frame: JSON) -> None:
        self._later(self._renew())

    async def _hear_bye(self, frame: JSON) -> None:
        self._retry_ms = frame.get("retry_ms")

    async def _renew(self) -> None:
        with suppress(ConnectionError, TimeoutError, Refused):
            await self.ask({"t": "auth", "token": await self._token()})

    async def _fill_holes(self) -> None:
        """Ask for what is missing; one question per conversation."""
        for thread in [one for one in self.store.incomplete() if not one.syncing]:
            thread.syncing = True
            self._later(self._sync(thread.cid, after=thread.last))

    async def _sync(self, cid: str, *, after: int) -> None:
        try:
            await self.ask({"t": "sync", "cid": cid, "after": after, "limit": PAGE}, seconds=60)
        except Refused as refused:
            if refused.code == "not_found":  # no longer ours
                self.store.threads.pop(cid, None)
                self.store.hear_of(None)
                return
            await asyncio.sleep(refused.frame.get("retry_ms", 500) / 1000)
            self.store.thread(cid).syncing = False
            await self._fill_holes()
        except (ConnectionError, TimeoutError):
            self.store.thread(cid).syncing = False  # the next welcome asks again

    async def _send_next(self) -> None:
        if self._socket is None or not self.user:
            return
        for pending in list(self.store.next_sends()):
            request_id = f"s{next(self._ids)}"
            pending.is_in_flight, pending.attempts = True, pending.attempts + 1
            self._sent[request_id] = pending
            with suppress(ConnectionError):
                await self.say(pending.frame(request_id))

    async def _send_again(self, pending: Pending, *, after_ms: int) -> None:
        await asyncio.sleep(after_ms / 1000)
        pending.is_in_flight = False
        await self._send_next()

    async def _forget_questions(self) -> None:
        self._sent.clear()
        self.user = ""
        for pending in self.store.pending:
            pending.is_in_flight = False
        questions, self._asked = self._asked, {}
        for answer in questions.values():
            if not answer.done():
                answer.set_exception(ConnectionError("the line broke"))
        async with self._changed:
            self._changed.notify_all()

    def _answer(self, frame: JSON) -> None:
        answer = self._asked.pop(frame.get("id", ""), None)
        if answer is None or answer.done():
            return
        if frame["t"] == "err":
            answer.set_exception(Refused(frame))
        else:
            answer.set_result(frame)

    def _later(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _pause(self, failures: int) -> float:
        """Full jitter, or around what the server asked for."""
        if self._retry_ms is not None:
            return random.uniform(0.5, 1.5) * self._retry_ms / 1000  # noqa: S311 - no secret
        return random.uniform(0, min(GREATEST_PAUSE_SECONDS, 0.5 * 2**failures))  # noqa: S311 - no secret


def _comes_back(code: int) -> bool:
    return code in COMES_BACK or 4000 <= code < 4100  # noqa: PLR2004 - chat-protocol.md, close codes
