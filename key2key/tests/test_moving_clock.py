"""The clock that a desk may move: every process follows, production never does (decision 42)."""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import OneTimeCode
from accounts.tests.factories import UserFactory
from key2key.common import clock
from key2key.common.errors import InvalidInput, NotAllowed
from key2key.common.models import ClockShift
from key2key.tests.house.sources import ROOT

DAY = timedelta(days=1)


@pytest.fixture
def movable(settings: Any, transactional_db: None) -> Iterator[None]:
    """A clock that may be moved, as on a desk, and that this process has not looked at yet."""
    settings.CLOCK_MAY_MOVE = True
    forget()
    yield
    forget()


def forget() -> None:
    """Be as a process that has just begun."""
    clock._known.shift, clock._known.seen_at = timedelta(), float("-inf")


def ahead() -> timedelta:
    return clock.now() - timezone.now()


def close_to(one: timedelta, other: timedelta) -> bool:
    return abs(one - other) < timedelta(seconds=5)


def test_moves_add_up_and_every_process_follows(movable):
    clock.move(DAY)
    assert clock.move(2 * DAY) == 3 * DAY
    assert close_to(ahead(), 3 * DAY)
    forget()
    assert close_to(ahead(), 3 * DAY)


def test_a_process_that_has_looked_follows_within_a_second(movable):
    assert close_to(ahead(), timedelta())
    ClockShift.objects.create(seconds=DAY.total_seconds())  # what another process does
    assert close_to(ahead(), timedelta())
    time.sleep(clock.SECONDS_REMEMBERED + 0.05)
    assert close_to(ahead(), DAY)


def test_it_can_be_asked_inside_a_transaction_that_has_failed(movable):
    ClockShift.objects.create(seconds=DAY.total_seconds())
    with transaction.atomic():
        with pytest.raises(Error), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        assert close_to(ahead(), DAY)
        transaction.set_rollback(True)


def test_it_can_be_asked_in_an_event_loop(movable):
    ClockShift.objects.create(seconds=DAY.total_seconds())

    async def ask() -> timedelta:
        return ahead()

    assert close_to(asyncio.run(ask()), DAY)


def test_a_test_moves_it_further_for_itself(movable):
    clock.move(DAY)
    with clock.advanced(DAY):
        assert close_to(ahead(), 2 * DAY)
    assert close_to(ahead(), DAY)


@pytest.mark.parametrize("by", [timedelta(), -DAY, timedelta(days=3651)])
def test_it_never_goes_back_nor_beyond_ten_years(movable, by):
    clock.move(DAY)
    with pytest.raises(InvalidInput):
        clock.move(by)
    assert ClockShift.objects.get().seconds == DAY.total_seconds()


@pytest.mark.django_db
def test_where_it_may_not_move_nobody_moves_it_and_nobody_asks():
    """As in production: a row, however it came there, has no effect, and no query is made."""
    with pytest.raises(NotAllowed):
        clock.move(DAY)
    assert not ClockShift.objects.exists()
    ClockShift.objects.create(seconds=DAY.total_seconds())
    with CaptureQueriesContext(connection) as asked:
        assert close_to(ahead(), timedelta())
    assert not len(asked)
    with pytest.raises(CommandError, match="cannot be moved"):
        call_command("advance_clock", "3d")


@pytest.mark.parametrize(("environment", "may_move"), [("production", "False"), ("development", "True")])
def test_only_a_desk_has_a_clock_that_may_move(environment, may_move):
    asked = "from key2key import settings; print(settings.CLOCK_MAY_MOVE)"
    told = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env={**os.environ, "ENVIRONMENT": environment},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.strip() == may_move


class TestCommand:
    def test_what_is_due_by_then_is_done_when_it_returns(self, movable):
        OneTimeCode.objects.create(
            user=UserFactory(), purpose="password_reset", target="a@example.com", digest="x",
            expires_at=timezone.now() + timedelta(minutes=10),
        )  # fmt: skip
        said = io.StringIO()
        call_command("advance_clock", "1d12h", stdout=said)
        assert close_to(ahead(), 1.5 * DAY)
        assert not OneTimeCode.objects.exists()
        for line in (
            "1 day, 12:0",
            "clock| forget secrets of sign-ins",
            "clock| expire listings",
            "clock| sweep",
        ):
            assert line in said.getvalue()

    @pytest.mark.parametrize("text", ["3", "d", "-3d", "3y", "3d ", "1.5d", "", "3d4"])
    def test_what_is_no_span_of_time_is_refused(self, movable, text):
        with pytest.raises(CommandError):
            call_command("advance_clock", text)
        assert not ClockShift.objects.exists()

    def test_it_is_typed_with_a_hyphen(self):
        told = subprocess.run(
            [sys.executable, "manage.py", "advance-clock", "--help"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert "There is no way back" in " ".join(told.stdout.split())
