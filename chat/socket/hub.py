"""All open sockets of one process: hints reach them at once, and looks find what a lost hint left.

It begins with the first socket and ends with the last; a process that serves none holds no connection.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections

from accounts import selectors as accounts
from chat import log as chat_log
from chat.log import MARGIN, Marks, Position, Statement, encode_cursor
from chat.protocol import SOCKETS_PER_USER, Close, write
from chat.socket.database import BusyError, Database, UnknownError
from chat.socket.farewell import Farewell
from chat.socket.limits import Pace
from chat.socket.line import Line
from key2key.common.ids import uuid7
from key2key.common.realtime import Ear, Hint, Revocation, end

log = structlog.get_logger(__name__)
Result = TypeVar("Result")

BEAT_SECONDS = 1.0
LOOK_SECONDS = 2.0
HINTED_LOOK_SECONDS = 0.05  # many hints of one moment are one look
THREADS = 4
FAREWELL_MS = 2000
PACES_KEPT = 10_000


class Hub:
    """Registers sockets by person. All of it runs on one event loop; the rules run on few threads."""

    def __init__(self) -> None:
        self.database = Database()
        self.origin = str(uuid7())
        self._lines: dict[UUID, list[Line]] = {}
        self._paces: dict[UUID, Pace] = {}
        self._since: int | None = None
        self._hinted: set[UUID] = set()
        self._wake = asyncio.Event()
        self._look_at = 0.0
        self._read: dict[UUID, dict[UUID, int]] = defaultdict(dict)
        self._received: dict[UUID, dict[UUID, int]] = defaultdict(dict)
        self._ear = Ear(heard=self._hear, returned=self._look_soon, origin=self.origin)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="socket")
        self._tasks: list[asyncio.Task[None]] = []
        self._farewell = Farewell(self.send_away)
        self._is_leaving = False

    @property
    def count(self) -> int:
        """How many sockets there are."""
        return sum(len(lines) for lines in self._lines.values())

    async def start(self) -> None:
        """Begin to listen, to look and to beat."""
        await self.database.open()
        self._farewell.prepare()
        self._ear.start()
        self._tasks = [
            asyncio.create_task(self._look_for_ever()),
            asyncio.create_task(self._beat_for_ever()),
        ]

    async def stop(self) -> None:
        """Write down the marks that wait, and let go of everything."""
        self._farewell.forget()
        await end(set(self._tasks))
        await self._flush_marks()
        await self._ear.stop()
        await self.database.close()
        self._threads.shutdown(wait=False)

    def join(self, line: Line) -> None:
        """Let hints and looks reach the socket; the person's oldest one ends when there are too many."""
        if self._is_leaving:
            line.bye(retry_ms=_retry_ms())
        lines = self._lines.setdefault(line.user_id, [])
        lines.append(line)
        for oldest in lines[:-SOCKETS_PER_USER]:
            self.part(oldest)
            oldest.end(Close.REPLACED, reason="too many sockets")

    def part(self, line: Line) -> None:
        """Forget the socket. Safe to repeat."""
        lines = self._lines.get(line.user_id, [])
        if line in lines:
            lines.remove(line)
        if not lines:
            self._lines.pop(line.user_id, None)

    async def hears_hints(self) -> None:
        """Wait until hints reach this process; not for long, because looks find everything, too."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ear.listens.wait(), 0.5)

    def look_from(self, since: int) -> None:
        """An inbox was read at this horizon: looks must not begin later."""
        self._since = since if self._since is None else min(self._since, since)

    def pace_of(self, user_id: UUID) -> Pace:
        """How much the person has said lately, over all their sockets."""
        if len(self._paces) > PACES_KEPT:
            self._paces = {who: pace for who, pace in self._paces.items() if who in self._lines}
        return self._paces.setdefault(user_id, Pace(_now()))

    async def on_thread(self, rule: Callable[..., Result], *arguments: Any) -> Result:
        """Run what is synchronous beside the loop; its refusals come out as they are."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, _with_database, rule, arguments
        )

    async def tell(self, user_ids: Iterable[UUID], frame: Mapping[str, Any]) -> None:
        """Send a frame on to the sockets of these people, here and in the other processes."""
        people = frozenset(user_ids)
        self._show(people, frame)
        await self._ear.tell(people, frame=dict(frame))

    def keep_marks(self, user_id: UUID, *, seqs: Mapping[UUID, int], read: bool) -> None:
        """Write marks down within a second, several in one statement."""
        kept = (self._read if read else self._received)[user_id]
        for cid, seq in seqs.items():
            kept[cid] = max(seq, kept.get(cid, 0))

    def send_away(self) -> bool:
        """Bid all sockets farewell. Whether any is still there."""
        if not self._is_leaving:
            self._is_leaving = True
            for line in self._all():
                line.bye(retry_ms=_retry_ms())
        return bool(self._lines)

    def _look_soon(self) -> None:
        self._look_at = 0.0
        self._wake.set()

    def _all(self) -> list[Line]:
        return [line for lines in self._lines.values() for line in lines]

    def _hear(self, told: Hint | Revocation) -> None:
        if isinstance(told, Revocation):
            self._close_sessions(told.sessions)
        elif told.origin != self.origin:
            if told.frame:
                self._show(told.users, told.frame)
            else:
                self._hinted |= told.users & self._lines.keys()
                self._wake.set()

    def _show(self, user_ids: Iterable[UUID], frame: Mapping[str, Any]) -> None:
        sender = frame.get("from")
        lines = [line for user_id in user_ids for line in self._lines.get(user_id, ())]
        if not lines:
            return
        whole = write(frame)
        public = write({name: value for name, value in frame.items() if name != "cmid"})
        for line in lines:
            text = whole if str(line.user_id) == sender else public
            if frame.get("t") == "ev":
                line.show_event(UUID(str(frame["cid"])), seq=int(frame["seq"]), text=text)
            else:
                line.show(text)

    def _close_sessions(self, session_ids: Iterable[UUID]) -> None:
        ended = frozenset(session_ids)
        for line in self._all():
            if line.visitor.session_id in ended:
                line.drop(Close.REVOKED, reason="signed out")

    async def _beat_for_ever(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            now, wall = _now(), time.time()
            for line in self._all():
                line.tick(now, wall=wall)
            await self._flush_marks()

    async def _flush_marks(self) -> None:
        read, self._read = self._read, defaultdict(dict)
        received, self._received = self._received, defaultdict(dict)
        moves: list[tuple[Statement[list[Marks]], bool]] = []
        moves += [(chat_log.read(user_id=who, seqs=seqs), True) for who, seqs in read.items()]
        moves += [(chat_log.received(user_id=who, seqs=seqs), False) for who, seqs in received.items()]
        for statement, _ in moves:
            try:
                for marks in await self.database.run(statement):
                    await self.tell(marks.read, marks.frame())
            except (BusyError, UnknownError) as error:
                log.warning(
                    "marks_not_kept", error=str(error)
                )  # the client says them again with the next one

    async def _look_for_ever(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), max(0.0, self._look_at - _now()))
                await asyncio.sleep(HINTED_LOOK_SECONDS)
            self._wake.clear()
            people, self._hinted = self._hinted & self._lines.keys(), set()
            is_due = _now() >= self._look_at
            if is_due:
                self._look_at = _now() + LOOK_SECONDS * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
            await self._look(None if is_due else people)

    async def _look(self, people: set[UUID] | None) -> None:
        """At these people's changes; without any named at everybody's, and at all sign-ins."""
        try:
            await self._look_at_changes(people)
            sessions = {line.visitor.session_id for line in self._all()} if people is None else None
            if sessions:
                self._close_sessions(sessions - await self.on_thread(accounts.live_session_ids, sessions))
        except (BusyError, UnknownError, DatabaseError) as error:
            log.warning("look_failed", error=type(error).__name__)
            if self._since is not None:
                self._since = max(0, self._since - MARGIN)  # a crashed server gives ids out again

    async def _look_at_changes(self, people: set[UUID] | None) -> None:
        asked = set(self._lines) if people is None else people
        if self._since is None or not asked:
            return
        look = await self.database.run(chat_log.look(user_ids=asked, since=self._since))
        if asked.issuperset(
            self._lines
        ):  # whoever came meanwhile was not looked for: theirs is still to come
            self._since = look.since
        cursor = encode_cursor(Position(look.epoch, max(0, look.since - MARGIN)))
        touched = {change.user_id for change in look.changed} | {note.user_id for note in look.notes}
        for user_id in touched:
            changed = [change for change in look.changed if change.user_id == user_id]
            notes = [note for note in look.notes if note.user_id == user_id]
            for line in list(self._lines.get(user_id, ())):
                line.tell_news(changed, notes=notes, cursor=cursor)
        for line in self._all():
            if line.epoch not in {"", look.epoch}:
                line.end(Close.RESYNC, reason="another epoch")


def _with_database(rule: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
    try:
        return rule(*arguments)
    finally:
        close_old_connections()


def _retry_ms() -> int:
    return random.randint(FAREWELL_MS // 2, FAREWELL_MS * 2)  # noqa: S311 - no secret


def _now() -> float:
    return time.monotonic()


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[asyncio.Lock, list[Hub]]] = WeakKeyDictionary()


@asynccontextmanager
async def hub_of_this_process() -> AsyncIterator[Hub]:
    """The hub, as long as somebody needs it."""
    lock, hubs = _hubs.setdefault(asyncio.get_running_loop(), (asyncio.Lock(), []))
    async with lock:
        if not hubs:
            hub = Hub()
            await hub.start()
            hubs.append(hub)
        hub = hubs[0]
        hubs.append(hub)  # one for each who needs it, beside the first
    try:
        yield hub
    finally:
        async with lock:
            hubs.pop()
            if len(hubs) == 1:
                hubs.clear()
                await hub.stop()
