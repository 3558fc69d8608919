"""What a device keeps between two connections: the events in order, the cursor, the sends without answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from key2key.common.ids import uuid7

JSON = Mapping[str, Any]


@dataclass
class Thread:
    """One conversation: its events 1, 2, 3 … without a hole, and those that came too early."""

    cid: str
    events: list[JSON] = field(default_factory=list)
    early: dict[int, JSON] = field(default_factory=dict)
    head: int = 0  # as far as we have heard of
    row: dict[str, Any] = field(default_factory=dict)  # read, side_read, peer_read, unread as last told
    delivered: dict[str, int] = field(default_factory=dict)
    syncing: bool = False

    @property
    def last(self) -> int:
        """The seq up to which nothing is missing."""
        return int(self.events[-1]["seq"]) if self.events else 0

    @property
    def has_hole(self) -> bool:
        """Whether something that we heard of is not here yet."""
        return self.last < max(self.head, *self.early, 0)

    @property
    def bodies(self) -> list[str]:
        """The messages as they stand: edited words, nothing of what was deleted or removed."""
        words: dict[str, str] = {}
        for event in self.events:
            if event["k"] in {"msg", "edit", "held"}:
                words[event["mid"]] = event.get("body") or ""
            elif event["k"] in {"del", "removed"}:
                words.pop(event["mid"], None)
        return list(words.values())

    def take(self, event: JSON) -> bool:
        """Apply the event when it is the next one, keep it for later when it is early, ignore a repeat.

        Whether something was applied.
        """
        seq, before = int(event["seq"]), self.last
        self.head = max(self.head, seq)
        if seq > before:
            self.early[seq] = event
        while following := self.early.pop(self.last + 1, None):
            self.events.append(following)
        return self.last > before


@dataclass
class Pending:
    """A send until it is settled, by its `ok`, by an event with its cmid, or by a refusal that is final."""

    cid: str
    body: str
    attachments: tuple[str, ...] = ()
    reply: int | None = None
    cmid: str = field(default_factory=lambda: str(uuid7()))
    is_in_flight: bool = False
    attempts: int = 0
    answer: asyncio.Future[JSON] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def frame(self, request_id: str) -> JSON:
        """The frame, the same one at every attempt but for its id."""
        said: dict[str, Any] = {"t": "send", "id": request_id, "cid": self.cid, "cmid": self.cmid}
        said["body"] = self.body
        if self.attachments:
            said["att"] = list(self.attachments)
        if self.reply is not None:
            said["reply"] = self.reply
        return said


@dataclass
class Store:
    """All that one device of one user keeps."""

    device: str = field(default_factory=lambda: str(uuid7()))
    cursor: str | None = None
    epoch: str | None = None
    threads: dict[str, Thread] = field(default_factory=dict)
    notes: dict[str, JSON] = field(default_factory=dict)
    pending: list[Pending] = field(default_factory=list)
    cursor_to_come: str | None = None

    def thread(self, cid: str | UUID) -> Thread:
        """The conversation, empty when nothing is known of it."""
        return self.threads.setdefault(str(cid), Thread(str(cid)))

    def begin(self, *, epoch: str) -> None:
        """Another epoch is another history: what was kept of the old one is dropped, the sends are not."""
        if self.epoch not in {None, epoch}:
            self.threads.clear()
            self.notes.clear()
            self.cursor = None
        self.epoch, self.cursor_to_come = epoch, None
        for thread in self.threads.values():
            thread.syncing = False
        for pending in self.pending:
            pending.is_in_flight = False

    def learn(self, changed: list[JSON], *, notes: list[JSON], cursor: str | None) -> None:
        """Take in what has changed; the cursor counts once nothing that it covers is missing."""
        for row in changed:
            if row.get("left"):
                self.threads.pop(row["cid"], None)
                continue
            thread = self.thread(row["cid"])
            thread.head, thread.row = max(thread.head, int(row["head"])), dict(row)
        self.notes.update((note["nid"], note) for note in notes)
        self.hear_of(cursor)

    def hear_of(self, cursor: str | None) -> None:
        """Keep the cursor back until no conversation has a hole or a sync under way."""
        if cursor is not None:
            self.cursor_to_come = cursor
        if self.cursor_to_come is not None and not any(True for _ in self.incomplete()):
            self.cursor, self.cursor_to_come = self.cursor_to_come, None

    def incomplete(self) -> Iterator[Thread]:
        """The conversations of which something is missing."""
        return (thread for thread in self.threads.values() if thread.syncing or thread.has_hole)

    def next_sends(self) -> Iterator[Pending]:
        """What may go out now: of each conversation the oldest, when none of it is in flight."""
        seen: set[str] = set()
        for pending in self.pending:
            if pending.cid not in seen and not pending.is_in_flight:
                yield pending
            seen.add(pending.cid)

    def settle(self, cmid: str, *, answer: JSON) -> None:
        """A send has its answer: an `ok`, or its own event."""
        self._end(cmid, result=answer)

    def refuse(self, cmid: str, *, error: Exception) -> None:
        """A send was refused for good."""
        self._end(cmid, error=error)

    def _end(self, cmid: str, *, result: JSON | None = None, error: Exception | None = None) -> None:
        for pending in [one for one in self.pending if one.cmid == cmid]:
            self.pending.remove(pending)
            if pending.answer.done():
                continue
            if error is not None:
                pending.answer.set_exception(error)
            elif result is not None:
                pending.answer.set_result(result)
