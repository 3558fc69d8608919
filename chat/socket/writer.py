"""The way out of a socket: a bounded queue and one task, so that a slow reader holds up nobody else."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from chat.protocol import Close

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

FRAMES = 256
BYTES = 1024 * 1024
LAST_WORDS_SECONDS = 5.0


class Writer:
    """What waits to be sent, in order. It never waits itself: what is too much ends the socket."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._queue: deque[str] = deque()
        self._bytes = 0
        self._close: tuple[int, str] | None = None
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def is_closing(self) -> bool:
        """Whether an end was decided; what is put from now on is let fall."""
        return self._close is not None

    def start(self) -> None:
        """Begin to send."""
        self._task = asyncio.create_task(self._run())

    def put(self, text: str) -> None:
        """Queue a frame. More than 256 frames or 1 MiB close the socket with 4002."""
        if self.is_closing:
            return
        size = len(text.encode())
        if len(self._queue) >= FRAMES or self._bytes + size > BYTES:
            self.drop(Close.SLOW_READER, reason="too slow")
            return
        self._queue.append(text)
        self._bytes += size
        self._wake.set()

    def end(self, code: int, *, reason: str = "") -> None:
        """Close after what is queued. The first reason counts."""
        if not self.is_closing:
            self._close = (code, reason)
            self._wake.set()

    def drop(self, code: int, *, reason: str = "") -> None:
        """Close at once; what is queued is let fall, and resumed by the client's next socket."""
        if not self.is_closing:
            self._queue.clear()
            self.end(code, reason=reason)
            _unblock(self._send)

    async def finished(self) -> None:
        """Wait until all is sent and the socket closed, or until that takes too long."""
        if self._task is not None:
            with suppress(TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(self._task, LAST_WORDS_SECONDS)

    async def _run(self) -> None:
        try:
            while True:
                while self._queue:
                    text = self._queue.popleft()
                    await self._send({"type": "websocket.send", "text": text})
                    self._bytes -= len(text.encode())
                if self._close is not None:
                    code, reason = self._close
                    await self._send({"type": "websocket.close", "code": int(code), "reason": reason})
                    return
                self._wake.clear()
                await self._wake.wait()
        except (OSError, RuntimeError):
            # The other side is gone (servers say it by OSError), or the socket is closed already.
            self._close = self._close or (1006, "")
            self._queue.clear()


def _unblock(send: Send) -> None:
    """Let a send that waits for a reader who does not read go on, and break the line if he still does not.

    ASGI knows no way to give up a connection: without this the close frame would wait as long as the reader.
    """
    protocol = getattr(send, "__self__", None)
    writable, transport = getattr(protocol, "writable", None), getattr(protocol, "transport", None)
    if isinstance(writable, asyncio.Event) and transport is not None:
        writable.set()
        asyncio.get_running_loop().call_later(LAST_WORDS_SECONDS, transport.abort)
