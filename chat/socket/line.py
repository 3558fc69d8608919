"""One open socket: who is behind it, what it was told, and its clocks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from chat.log import Change, Inbox, Note
from chat.protocol import (
    AUTH_GRACE_SECONDS,
    AUTH_WARNING_SECONDS,
    PING_SECONDS,
    PONG_SECONDS,
    Close,
    write,
)
from chat.socket.limits import Faults
from chat.socket.sign_in import Visitor
from chat.socket.writer import FRAMES, Writer
from notifications import letters

NOTES_REMEMBERED = 1000
CHANGES_PER_FRAME = 100


@dataclass(frozen=True)
class Known:
    """A conversation as the socket was told of it: how far its log goes, and everything else."""

    head: int
    rest: tuple[Any, ...]


@dataclass(eq=False)
class Line:
    """A socket that has said hello. Until it is welcomed, what is shown waits behind the welcome."""

    visitor: Visitor
    device: str
    writer: Writer
    opened_at: float
    epoch: str = ""
    faults: Faults = field(default_factory=Faults)
    _early: list[str] | None = field(default_factory=list)
    _known: dict[UUID, Known] = field(default_factory=dict)
    _notes: dict[UUID, bool] = field(default_factory=dict)
    _cursor: str = ""
    _ping: int = 0
    _ping_at: float = 0.0
    _pinged_at: float | None = None
    _warned: bool = False
    _answers: bool = False
    _leaves: bool = False

    def __post_init__(self) -> None:
        self._ping_at = self.opened_at + PING_SECONDS

    @property
    def user_id(self) -> UUID:
        """Whose it is."""
        return self.visitor.user_id

    def say(self, frame: Mapping[str, Any]) -> None:
        """Send a frame made for this socket alone."""
        self.show(write(frame))

    def show(self, text: str) -> None:
        """Send a frame that is written already."""
        if self._early is None:
            self.writer.put(text)
        elif len(self._early) < FRAMES:
            self._early.append(text)
        else:
            self.end(Close.RESYNC)

    def welcome(self, frame: Mapping[str, Any], *, epoch: str) -> None:
        """Send the first frame, then whatever came while it was being prepared."""
        early, self._early, self.epoch = self._early or [], None, epoch
        self.say(frame)
        for text in early:
            self.show(text)

    def show_event(self, cid: UUID, *, seq: int, text: str) -> None:
        """Send an event of a conversation's log."""
        known = self._known.get(cid)
        if known is None or known.head < seq:
            self._known[cid] = Known(seq, known.rest if known else ())
        self.show(text)

    def tell_news(self, changed: list[Change], *, notes: list[Note], cursor: str) -> None:
        """Tell what of these the socket was not told yet; it may keep the cursor after it."""
        for note in [note for note in notes if self._is_new_note(note)]:
            self.say({"t": "note", **note_fields(note, language=self.visitor.language)})
        rows = [change.frame() for change in changed if self._is_news(change)]
        for start in range(0, len(rows), CHANGES_PER_FRAME):
            page, rest = rows[start : start + CHANGES_PER_FRAME], rows[start + CHANGES_PER_FRAME :]
            kept = self._cursor if rest else cursor
            self.say({"t": "inbox", "cursor": kept, "changed": page, "notes": [], "more": False})
        if not rows and cursor != self._cursor:
            self.say({"t": "cursor", "cursor": cursor})
        self._cursor = cursor

    def inbox(self, inbox: Inbox) -> dict[str, Any]:
        """What `welcome` and `inbox` frames say of a page; it counts as told from here on."""
        for change in inbox.changed:
            self._is_news(change)
        for note in inbox.notes:
            self._is_new_note(note)
        self._cursor = inbox.cursor
        return {
            "cursor": inbox.cursor,
            "changed": [change.frame() for change in inbox.changed],
            "notes": [note_fields(note, language=self.visitor.language) for note in inbox.notes],
            "more": inbox.more,
        }

    def tick(self, now: float, *, wall: float) -> None:
        """Ping, and end what is silent or whose token is over. `wall` is in seconds since 1970."""
        if self._pinged_at is not None and now - self._pinged_at > PONG_SECONDS:
            self.drop(Close.NO_PONG, reason="no pong")
        elif self._pinged_at is None and now >= self._ping_at:
            self._ping, self._pinged_at = self._ping + 1, now
            self.say({"t": "ping", "n": self._ping})
        left = self.visitor.token_ends_at - wall
        if left < -AUTH_GRACE_SECONDS:
            self.end(Close.TOKEN, reason="token expired")
        elif left < AUTH_WARNING_SECONDS and not self._warned:
            self._warned = True
            self.say({"t": "auth_soon", "in": max(0, math.floor(left))})

    def pong(self, n: int, *, now: float) -> None:
        """The other side lives. Answers to older pings count for nothing."""
        if n == self._ping:
            self._pinged_at, self._ping_at = None, now + PING_SECONDS

    def renew(self, visitor: Visitor) -> None:
        """A newer token of the same sign-in."""
        self.visitor, self._warned = visitor, False

    def end(self, code: Close, *, reason: str = "") -> None:
        """Close after what is queued."""
        self.writer.end(code, reason=reason)

    def drop(self, code: Close, *, reason: str = "") -> None:
        """Close at once."""
        self.writer.drop(code, reason=reason)

    def bye(self, *, retry_ms: int) -> None:
        """Send away, because this process ends; not before the frame in hand has its answer."""
        frame = {"t": "bye", "code": int(Close.RESTART), "retry_ms": retry_ms, "why": "deploy"}
        self.writer.put(write(frame))
        self._leaves = True
        self._leave()

    def answering(self, *, begins: bool) -> None:
        """A frame was taken in hand, or has its answer."""
        self._answers = begins
        self._leave()

    def _leave(self) -> None:
        if self._leaves and not self._answers:
            self.end(Close.RESTART, reason="restart")

    def _is_news(self, change: Change) -> bool:
        rest = (
            change.read,
            change.side_read,
            change.peer_read,
            change.state,
            change.archived,
            change.muted,
            change.left,
        )
        known = self._known.get(change.conversation_id)
        self._known[change.conversation_id] = Known(max(change.head, known.head if known else 0), rest)
        return known is None or change.head > known.head or rest != known.rest

    def _is_new_note(self, note: Note) -> bool:
        is_read = note.read_at is not None
        if self._notes.get(note.id) == is_read:
            return False
        if len(self._notes) >= NOTES_REMEMBERED:
            self._notes.clear()
        self._notes[note.id] = is_read
        return True


def note_fields(note: Note, *, language: str) -> dict[str, Any]:
    """A note as `notes` of `welcome` and `inbox`, and with `t` as a frame of its own, tell it."""
    title, body = letters.note(kind=note.kind, language=language, data=note.data)
    return {
        "nid": str(note.id),
        "kind": note.kind,
        "title": title,
        "body": body,
        "data": note.data,
        "ts": note.created_at.isoformat(),
        "read": note.read_at is not None,
    }
