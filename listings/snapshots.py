"""Reference data held in the process: read on nearly every request, changed a few times a year."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from key2key.common import cache

Content = TypeVar("Content")
FAMILY = "reference"
CHECK_SECONDS, AWAY_SECONDS, OLDEST_SECONDS = 5.0, 60.0, 600.0


@dataclass(frozen=True)
class _Held(Generic[Content]):
    content: Content
    version: int | None
    loaded_at: float
    checked_at: float


class Snapshot(Generic[Content]):
    """What `load` read from the database, kept until the data's version in the cache moves.

    The version is looked at every five seconds. While Redis is away the content lives for a minute, and
    never longer than ten: a change that told nobody is seen then. The content must not be changed.
    """

    def __init__(self, load: Callable[[], Content], *, check_seconds: float = CHECK_SECONDS) -> None:
        self._load = load
        self._check_seconds = check_seconds
        self._held: _Held[Content] | None = None

    def get(self) -> Content:
        """The content, at most a few seconds behind the database when the change was announced."""
        held, now = self._held, time.monotonic()
        if held is not None and now - held.checked_at < self._check_seconds:
            return held.content
        version = _version()
        life = AWAY_SECONDS if version is None else OLDEST_SECONDS
        if held is not None and held.version == version and now - held.loaded_at < life:
            self._held = replace(held, checked_at=now)
            return held.content
        return self._reload(version)

    def reread(self) -> Content:
        """The content as the database has it now: for whoever holds an id that the content lacks."""
        return self._reload(_version())

    def forget(self) -> None:
        """Read anew at the next use, in this process."""
        self._held = None

    def _reload(self, version: int | None) -> Content:
        now = time.monotonic()
        held = _Held(content=self._load(), version=version, loaded_at=now, checked_at=now)
        self._held = held
        return held.content


def announce_change() -> None:
    """Tell every process that the reference data changed; call it after the commit."""
    cache.forget(FAMILY)


def _version() -> int | None:
    try:
        return cache.version(FAMILY)
    except cache.AWAY:
        return None
