"""UUIDv7 row ids (RFC 9562), rising within a process so that new rows land at the index's end."""

from __future__ import annotations

import secrets
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """A new id: 48 bits of milliseconds, 12 + 62 random bits; greater than any made before in this process.

    Two ids of one millisecond differ by a random step in the random part (RFC 9562, method 2).
    """
    global _last  # noqa: PLW0603 - the one state that makes ids rise
    fresh = (time.time_ns() // 1_000_000) << 74 | secrets.randbits(74)
    with _lock:
        _last = fresh if fresh > _last else _last + 1 + secrets.randbits(32)
        value = _last
    milliseconds, rest = value >> 74, value & ((1 << 74) - 1)
    high, low = rest >> 62, rest & ((1 << 62) - 1)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
