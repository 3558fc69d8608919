"""SIGTERM: sockets hear `bye` before the server cuts them, which by itself it does without a word."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

PATIENCE_SECONDS = 3.0
STEP_SECONDS = 0.05


class Farewell:
    """Puts itself before the server's own handler, which it calls when the sockets are gone, or after 3 s.

    `send_away` is called until it says that no socket is left. A second signal goes straight through.
    """

    def __init__(self, send_away: Callable[[], bool]) -> None:
        self._send_away = send_away
        self._before: Any = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._has_begun = False

    def prepare(self) -> None:
        """Take the signal over. Only a process's main thread can; elsewhere (tests) there is none to hear."""
        before = signal.getsignal(signal.SIGTERM)
        if threading.current_thread() is threading.main_thread() and callable(before):
            self._before, self._loop = before, asyncio.get_running_loop()
            signal.signal(signal.SIGTERM, self._hear)

    def forget(self) -> None:
        """Give the signal back, unless the farewell is going on."""
        if self._before is not None and not self._has_begun:
            signal.signal(signal.SIGTERM, self._before)
            self._before = None

    def _hear(self, sign: int, frame: FrameType | None) -> None:
        if self._has_begun or self._loop is None:
            self._before(sign, frame)
            return
        self._has_begun = True
        self._loop.call_soon_threadsafe(self._wait, sign, PATIENCE_SECONDS)

    def _wait(self, sign: int, left: float) -> None:
        if self._send_away() and left > 0 and self._loop is not None:
            self._loop.call_later(STEP_SECONDS, self._wait, sign, left - STEP_SECONDS)
        else:
            self._before(sign, None)
