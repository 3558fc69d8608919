"""What is answered to each kind of frame on a socket that has said hello."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import structlog
from django.db import Error as DatabaseError

from chat import log as chat_log
from chat import protocol
from chat.log import Batch, Entry, Missing, Refusal, Sent
from chat.protocol import BadFrame, Close
from chat.socket.database import BusyError, UnknownError
from chat.socket.hub import Hub
from chat.socket.line import Line
from chat.socket.rules import Entered, Rules
from chat.socket.sign_in import Visitor, visitor_of
from chat.socket.typists import audience
from key2key.common import clock
from key2key.common.errors import (
    Conflict,
    DomainError,
    InvalidInput,
    NotAllowed,
    NotFound,
    Throttled,
    Unavailable,
)
from key2key.common.ids import uuid7

log = structlog.get_logger(__name__)

INBOX_PAGE = 50  # so that a page stays below 64 KiB, notes and all
TYPING_APART_SECONDS = 3.0
BUSY_MS = 500
MESSAGES = {
    "not_found": "There is no such conversation or message.",
    "not_allowed": "This is not possible in this conversation.",
    "cmid_mismatch": "This cmid stands for another message.",
    "bad_request": "The frame is not right.",
}
OWN_CODES = {"att_invalid": "att_invalid", "cmid_mismatch": "cmid_mismatch", "max_length": "too_long"}
# The first that fits counts: a later one may be the kind above.
CODES: dict[type[DomainError], str] = {
    Throttled: "rate_limited",
    NotFound: "not_found",
    NotAllowed: "not_allowed",
    Conflict: "not_allowed",
    InvalidInput: "bad_request",
    Unavailable: "busy",
    DomainError: "not_allowed",
}


class Dialogue:
    """Answers one socket's frames one after another, so that one person's sends keep their order."""

    def __init__(self, line: Line, *, hub: Hub, rules: Rules) -> None:
        self._line, self._hub, self._rules = line, hub, rules
        self._typed_at: dict[Any, float] = {}

    async def answer(self, text: str) -> None:
        """Answer a frame. Whatever is wrong with it, or breaks under it, is told; the socket lives on."""
        request_id = None
        self._line.answering(begins=True)
        try:
            frame = protocol.read(text)
            request_id = getattr(frame, "id", None)
            await self._answer(frame)
        except BadFrame as bad:
            self._refuse(bad.code, bad.message, request_id=bad.request_id)
            if self._line.faults.too_many(time.monotonic()):
                self._line.end(Close.BAD_FRAMES, reason="too many bad frames")
        except DomainError as error:
            self._refuse_by_rule(error, request_id=request_id)
        except BusyError:
            self._refuse("busy", "Not now.", request_id=request_id, retry_ms=_around(BUSY_MS))
        except (UnknownError, DatabaseError):
            self._refuse("unknown", "It may have been stored or not.", request_id=request_id)
        except Exception:  # a fault of ours must not take the socket down with it
            log.exception("frame_failed")
            self._refuse("unknown", "Something broke.", request_id=request_id)
        finally:
            self._line.answering(begins=False)

    async def _answer(self, frame: protocol.Frame) -> None:
        if isinstance(frame, protocol.Hello):
            self._line.end(Close.SECOND_HELLO, reason="second hello")
        elif isinstance(frame, protocol.Pong):
            self._line.pong(frame.n, now=_now())
        elif isinstance(frame, protocol.Auth):
            await self._renew(frame)
        elif self._line.visitor.token_ends_at < time.time():
            self._refuse("auth_expired", "Renew the token.", request_id=getattr(frame, "id", None))
        else:
            await self._ANSWERS[type(frame)](self, frame)

    async def _send(self, frame: protocol.Send) -> None:
        if not self._may_speak(frame.id):
            return
        if frame.attachments:
            sent = await self._hub.on_thread(self._rules.send, self._line.user_id, frame)
            self._accept(frame, sent)
            return
        said = await self._hub.database.run(
            chat_log.send(
                message_id=uuid7(),
                user_id=self._line.user_id,
                conversation_id=frame.cid,
                client_id=frame.cmid,
                body=frame.body,
                reply_to=frame.reply,
                ahead=clock.ahead(),
            )
        )
        if isinstance(said, Refusal):
            known = {"mid": str(said.mid), "seq": said.seq} if said.mid else {}
            self._refuse(said.code, MESSAGES[said.code], request_id=frame.id, **known)
            return
        self._accept(frame, said)
        if not said.dup:
            await self._hub.tell(said.to, _event(frame, said, visitor=self._line.visitor))

    def _accept(self, frame: protocol.Send, sent: Sent) -> None:
        told = {"cid": str(frame.cid), "cmid": str(frame.cmid), "mid": str(sent.mid), "seq": sent.seq}
        self._line.say({"t": "ok", "id": frame.id, **told, "ts": sent.ts.isoformat(), "dup": sent.dup})

    def _accept_change(self, frame: protocol.Edit | protocol.Delete, entered: Entered) -> None:
        told = {"cid": str(frame.cid), "mid": str(frame.mid), "seq": entered.seq}
        self._line.say({"t": "ok", "id": frame.id, **told, "ts": entered.ts.isoformat()})

    async def _edit(self, frame: protocol.Edit) -> None:
        if self._may_speak(frame.id):
            self._accept_change(frame, await self._hub.on_thread(self._rules.edit, self._line.user_id, frame))

    async def _delete(self, frame: protocol.Delete) -> None:
        if self._may_speak(frame.id):
            self._accept_change(
                frame, await self._hub.on_thread(self._rules.delete, self._line.user_id, frame)
            )

    async def _keep_read(self, frame: protocol.Read) -> None:
        self._hub.keep_marks(self._line.user_id, seqs=frame.seqs, read=True)

    async def _keep_received(self, frame: protocol.Received) -> None:
        self._hub.keep_marks(self._line.user_id, seqs=frame.seqs, read=False)

    async def _sync(self, frame: protocol.Sync) -> None:
        batch = await self._hub.database.run(
            chat_log.sync(
                user_id=self._line.user_id,
                conversation_id=frame.cid,
                after=frame.after or 0,
                before=frame.before,
                limit=frame.limit,
            )
        )
        if isinstance(batch, Missing):
            self._refuse("not_found", MESSAGES["not_found"], request_id=frame.id)
        else:
            self._line.say(_batch_frame(frame, batch, visitor=self._line.visitor))

    async def _inbox(self, frame: protocol.Inbox) -> None:
        position = chat_log.decode_cursor(frame.cursor)
        inbox = await self._hub.database.run(
            chat_log.inbox(user_id=self._line.user_id, position=position, limit=INBOX_PAGE)
        )
        self._line.say({"t": "inbox", "id": frame.id, **self._line.inbox(inbox)})

    async def _typing(self, frame: protocol.Typing) -> None:
        now = _now()
        if now - self._typed_at.get(frame.cid, float("-inf")) < TYPING_APART_SECONDS:
            return
        self._typed_at = {cid: at for cid, at in self._typed_at.items() if now - at < TYPING_APART_SECONDS}
        self._typed_at[frame.cid] = now
        people = await self._hub.database.run(audience(user_id=self._line.user_id, conversation_id=frame.cid))
        shown = {"t": "eph", "k": "typing", "cid": str(frame.cid), "from": str(self._line.user_id)}
        await self._hub.tell(people, {**shown, "ttl": protocol.TYPING_SECONDS})

    async def _renew(self, frame: protocol.Auth) -> None:
        visitor = await self._hub.on_thread(visitor_of, frame.token)
        if isinstance(visitor, Close):
            self._line.end(visitor, reason="token not valid")
        elif visitor.session_id != self._line.visitor.session_id:
            self._line.end(Close.TOKEN, reason="token of another sign-in")
        else:
            self._line.renew(visitor)
            self._line.say({"t": "ok", "id": frame.id, "auth_exp": int(visitor.token_ends_at)})

    def _may_speak(self, request_id: str) -> bool:
        pace, now = self._hub.pace_of(self._line.user_id), _now()
        wait_ms = pace.wait_ms(now)
        if wait_ms:
            self._refuse("rate_limited", "Slower, please.", request_id=request_id, retry_ms=wait_ms)
            if pace.warn(now):
                self._line.end(Close.FLOODING, reason="flooding")
        return not wait_ms

    def _refuse_by_rule(self, error: DomainError, *, request_id: str | None) -> None:
        after_ms = getattr(error, "retry_after", 0) * 1000
        known = {"retry_ms": error.extra.get("retry_ms", after_ms)} if after_ms else {}
        self._refuse(_code_of(error), str(error.detail), request_id=request_id, **known)

    def _refuse(self, code: str, message: str, *, request_id: str | None, **more: Any) -> None:
        self._line.say(protocol.refusal(code, message=message, request_id=request_id, **more))

    _ANSWERS: ClassVar[dict[type, Callable[[Any, Any], Awaitable[None]]]] = {
        protocol.Send: _send,
        protocol.Edit: _edit,
        protocol.Delete: _delete,
        protocol.Read: _keep_read,
        protocol.Received: _keep_received,
        protocol.Sync: _sync,
        protocol.Inbox: _inbox,
        protocol.Typing: _typing,
    }


def _event(frame: protocol.Send, sent: Sent, *, visitor: Visitor) -> dict[str, Any]:
    entry = Entry(
        seq=sent.seq,
        kind="msg",
        at=sent.ts,
        actor=visitor.user_id,
        message=sent.mid,
        client_id=frame.cmid,
        body=frame.body,
        reply_to=frame.reply,
    )
    return {"t": "ev", "cid": str(frame.cid), **entry.frame(viewer=visitor.user_id)}


def _batch_frame(frame: protocol.Sync, batch: Batch, *, visitor: Visitor) -> dict[str, Any]:
    """As much of the batch as a frame holds: its beginning, or backwards its end."""
    events = [entry.frame(viewer=visitor.user_id) for entry in batch.entries]
    if frame.before is not None:
        events.reverse()
    kept, room = [], protocol.BATCH_BYTES
    for event in events:
        room -= len(protocol.write(event).encode()) + 1
        if room < 0:
            break
        kept.append(event)
    if frame.before is not None:
        kept.reverse()
    first = kept[0]["seq"] if kept else (frame.after or 0) + 1
    last = kept[-1]["seq"] if kept else frame.after or 0
    known = {"id": frame.id, "cid": str(frame.cid), "from": first, "to": last, "head": batch.head}
    return {"t": "batch", **known, "ev": kept}


def _code_of(error: DomainError) -> str:
    words = {error.code, *(fault.code for fault in getattr(error, "faults", ()))}
    own = next((code for word, code in OWN_CODES.items() if word in words), None)
    return own or next(code for kind, code in CODES.items() if isinstance(error, kind))


def _around(milliseconds: int) -> int:
    return int(milliseconds * random.uniform(0.5, 1.5))  # noqa: S311 - no secret


def _now() -> float:
    return time.monotonic()
