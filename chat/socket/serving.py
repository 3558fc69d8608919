"""A socket from its first byte to its last."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

import structlog
from django.db import Error as DatabaseError

from chat import log as chat_log
from chat import protocol
from chat.log import Position
from chat.protocol import BadFrame, Close, Hello
from chat.socket.database import BusyError, UnknownError
from chat.socket.dialogue import INBOX_PAGE, Dialogue
from chat.socket.hub import Hub, hub_of_this_process
from chat.socket.line import Line
from chat.socket.rules import Rules
from chat.socket.sign_in import is_well_signed, visitor_of
from chat.socket.writer import Send, Writer

log = structlog.get_logger(__name__)
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


async def serve(scope: Scope, receive: Receive, send: Send, *, rules: Rules, may_come: bool) -> None:
    """Accept, listen, answer, close. `may_come` is whether its origin is one of ours, or none at all.

    It accepts even whom it refuses: before that a close code would not reach the client.
    """
    await receive()
    speaks = protocol.SUBPROTOCOL in scope["subprotocols"]
    writer = Writer(send)
    writer.start()
    try:
        await send({"type": "websocket.accept", "subprotocol": protocol.SUBPROTOCOL if speaks else None})
        if not may_come:
            writer.end(Close.REVOKED, reason="origin not allowed")
        elif not speaks:
            writer.end(Close.VERSION, reason=f"offer {protocol.SUBPROTOCOL}")
        else:
            hello = await _hello(receive, writer)
            if hello is not None:
                await _meet(hello, receive, writer, rules=rules)
    except OSError:
        writer.end(1006)  # the other side is gone: how servers tell it
    finally:
        await writer.finished()


async def _hello(receive: Receive, writer: Writer) -> Hello | None:
    """The first frame; None when it does not come, or is no hello that could hold: then it closes."""
    try:
        text = await asyncio.wait_for(_text(receive, writer), protocol.HELLO_SECONDS)
    except TimeoutError:
        writer.end(Close.NO_HELLO, reason="no hello")
        return None
    if text is None:
        return None
    try:
        hello = protocol.read(text)
    except BadFrame as bad:
        writer.put(protocol.write(protocol.refusal(bad.code, message=bad.message, request_id=bad.request_id)))
        writer.end(Close.BAD_FRAMES, reason="no hello")
        return None
    if not isinstance(hello, Hello):
        writer.end(Close.BAD_FRAMES, reason="hello comes first")
    elif hello.version != protocol.VERSION:
        writer.end(Close.VERSION, reason=f"version {protocol.VERSION}")
    elif not is_well_signed(hello.token):
        writer.end(Close.TOKEN, reason="token not valid")
    else:
        return hello
    return None


async def _meet(hello: Hello, receive: Receive, writer: Writer, *, rules: Rules) -> None:
    async with hub_of_this_process() as hub:
        try:
            visitor = await hub.on_thread(visitor_of, hello.token)
        except DatabaseError as error:
            log.warning("sign_in_not_read", error=type(error).__name__)
            writer.end(Close.OVERLOADED, reason="not now")
            return
        if isinstance(visitor, Close):
            writer.end(visitor, reason="not signed in")
            return
        line = Line(visitor, hello.device, writer, time.monotonic())
        hub.join(line)
        try:
            await _welcome(line, hello, hub)
            await _converse(Dialogue(line, hub=hub, rules=rules), receive, writer)
        finally:
            hub.part(line)
        await writer.finished()  # while the hub is there: a farewell waits for all


async def _welcome(line: Line, hello: Hello, hub: Hub) -> None:
    """Hints first, then what has changed: what happens in between comes twice rather than never."""
    await hub.hears_hints()
    position = chat_log.decode_cursor(hello.cursor)
    statement = chat_log.inbox(
        user_id=line.user_id, position=_known_to_both(position, hello), limit=INBOX_PAGE
    )
    try:
        inbox = await hub.database.run(statement)
    except (BusyError, UnknownError):
        line.end(Close.OVERLOADED, reason="not now")
        return
    hub.look_from(inbox.since)
    facts = {
        "sid": str(line.visitor.session_id),
        "user": str(line.user_id),
        "epoch": inbox.epoch,
        "auth_exp": int(line.visitor.token_ends_at),
        "hb": int(protocol.PING_SECONDS),
        "now": int(time.time() * 1000),
        "limits": protocol.LIMITS,
    }
    line.welcome({"t": "welcome", **facts, **line.inbox(inbox)}, epoch=inbox.epoch)


def _known_to_both(position: Position | None, hello: Hello) -> Position | None:
    """A client that names another epoch than its cursor's begins anew."""
    if position is None or hello.epoch not in {None, position.epoch}:
        return None
    return position


async def _converse(dialogue: Dialogue, receive: Receive, writer: Writer) -> None:
    while True:
        text = await _text(receive, writer)
        if text is None:
            return
        if not writer.is_closing:
            await dialogue.answer(text)


async def _text(receive: Receive, writer: Writer) -> str | None:
    """The next text frame; None at the end. A binary one is the end, too."""
    with suppress(OSError):
        message = await receive()
        while message["type"] == "websocket.receive" and writer.is_closing:
            message = await receive()
        text = message.get("text")
        if message["type"] == "websocket.receive" and isinstance(text, str):
            return text
        if message["type"] == "websocket.receive":
            writer.end(Close.BAD_FRAMES, reason="text frames only")
        else:
            writer.end(message.get("code") or 1006)
    return None
