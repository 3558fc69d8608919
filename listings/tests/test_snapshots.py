"""What a process holds of the reference data is read once, and anew when somebody announces a change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from listings.snapshots import Snapshot, announce_change

AT_ONCE, LATER = 0.0, 60.0


class Counter:
    """A source that tells how often it was read."""

    def __init__(self) -> None:
        self.reads = 0

    def __call__(self) -> int:
        self.reads += 1
        return self.reads


def test_it_is_read_once_while_nobody_announces_a_change() -> None:
    held = Snapshot(Counter(), check_seconds=AT_ONCE)
    assert [held.get(), held.get(), held.get()] == [1, 1, 1]


def test_a_change_announced_anywhere_is_noticed_at_the_next_look() -> None:
    held = Snapshot(Counter(), check_seconds=AT_ONCE)
    held.get()
    announce_change()
    assert [held.get(), held.get()] == [2, 2]


def test_between_two_looks_nobody_is_asked() -> None:
    held = Snapshot(Counter(), check_seconds=LATER)
    held.get()
    announce_change()
    assert held.get() == 1


def test_it_can_be_reread_and_forgotten_in_this_process() -> None:
    held = Snapshot(Counter(), check_seconds=LATER)
    held.get()
    assert [held.reread(), held.get()] == [2, 2]
    held.forget()
    assert held.get() == 3


def test_without_redis_it_is_still_read_only_once(settings: Any, tmp_path: Path) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": f"unix://{tmp_path}/nobody.sock?db=0",
            "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 0.1},
        }
    }
    held = Snapshot(Counter(), check_seconds=AT_ONCE)
    assert [held.get(), held.get()] == [1, 1]
    announce_change()
    assert held.get() == 1


def test_a_source_that_fails_leaves_the_caller_with_the_error_and_nothing_held() -> None:
    held: Snapshot[int] = Snapshot(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        held.get()
    with pytest.raises(ZeroDivisionError):
        held.get()
