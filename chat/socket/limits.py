"""How much one person may say, counted over all their sockets of this process."""

from __future__ import annotations

from collections import deque

PER_SECOND, BURST = 5, 10
PER_MINUTE = 120
MINUTE = 60.0
WARNINGS_APART_SECONDS = 5.0
WARNINGS = 3
FAULTS_PER_MINUTE = 20


class Pace:
    """Five a second, ten at once, 120 a minute. Times are monotonic, in seconds."""

    def __init__(self, now: float) -> None:
        self._tokens, self._filled_at = float(BURST), now
        self._minute: deque[float] = deque()
        self._warnings: deque[float] = deque()

    def wait_ms(self, now: float) -> int:
        """0 when this one may pass, and it is counted; else after how many milliseconds the next one may."""
        self._tokens = min(float(BURST), self._tokens + (now - self._filled_at) * PER_SECOND)
        self._filled_at = now
        _forget(self._minute, before=now - MINUTE)
        if len(self._minute) >= PER_MINUTE:
            return _milliseconds(self._minute[0] + MINUTE - now)
        if self._tokens < 1:
            return _milliseconds((1 - self._tokens) / PER_SECOND)
        self._tokens -= 1
        self._minute.append(now)
        return 0

    def warn(self, now: float) -> bool:
        """A refusal was answered. Whether it goes on for so long that the socket must close.

        Refusals of the same 5 s are one warning; the third within a minute is too much.
        """
        _forget(self._warnings, before=now - MINUTE)
        if not self._warnings or now - self._warnings[-1] >= WARNINGS_APART_SECONDS:
            self._warnings.append(now)
        return len(self._warnings) >= WARNINGS


class Faults:
    """Frames of one socket that were refused for what they are."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def too_many(self, now: float) -> bool:
        """Count one more; whether that is more than 20 within a minute."""
        _forget(self._times, before=now - MINUTE)
        self._times.append(now)
        return len(self._times) > FAULTS_PER_MINUTE


def _forget(times: deque[float], *, before: float) -> None:
    while times and times[0] <= before:
        times.popleft()


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000) + 1)
