"""`manage.py advance-clock 3d`: let time pass for the whole product, on a desk."""

from __future__ import annotations

import re
import time
from argparse import ArgumentTypeError
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string

from key2key.celery import SCHEDULE, SWEEP_SECONDS
from key2key.common import background, clock
from key2key.common.errors import DomainError
from key2key.common.staff_pages import sentence_of
from key2key.settings.databases import worker_time

_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
_PART = re.compile(r"(\d{1,5})([wdhm])")
_MOST_ROUNDS = 500  # of twenty rows of each kind


class Command(BaseCommand):
    """Moves the clock of all processes and does at once what the schedule would do by then."""

    help = (
        "Let time pass, for instance 3d, 12h, 30m, 1w or 1d12h; then do what is due. There is no way back: "
        "money and deadlines do not un-happen. Never in production."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("by", type=_duration, help="weeks, days, hours, minutes: 1w, 3d, 12h, 30m, 1d12h")

    def handle(self, *args: Any, **options: Any) -> None:
        with worker_time(settings.DATABASES["default"]):
            self._move(options["by"])

    def _move(self, by: timedelta) -> None:
        try:
            ahead = clock.move(by)
        except DomainError as refusal:
            raise CommandError(sentence_of(refusal)) from refusal
        self._tell(f"it is {clock.now():%F %H:%M} UTC now, {ahead} ahead of real time")
        time.sleep(clock.SECONDS_REMEMBERED)  # until every other process has seen it
        failed = [name for name, task in _scheduled() if not self._done(name, task)]
        self._tell(f"sweep: {_sweep_all()} pieces of work")
        if failed:
            raise CommandError(f"The clock was moved, but this failed: {', '.join(failed)}.")

    def _done(self, name: str, task: str) -> bool:
        try:
            import_string(task)()
        except Exception as error:  # noqa: BLE001 - the others are due all the same; told, and the exit says so
            self.stderr.write(f"clock| {name}: {type(error).__name__}: {error}")
            return False
        self._tell(name)
        return True

    def _tell(self, line: str) -> None:
        self.stdout.write(f"clock| {line}")
        self.stdout.flush()


def _scheduled() -> Iterator[tuple[str, str]]:
    """What runs by the clock; what runs every few seconds is swept below."""
    for name, entry in SCHEDULE.items():
        if entry["schedule"] > SWEEP_SECONDS:
            yield name, entry["task"]


def _sweep_all() -> int:
    """Do what is due, and what that makes due, until nothing is left."""
    done = 0
    for _round in range(_MOST_ROUNDS):
        found = background.sweep()
        if not found:
            break
        done += found
    return done


def _duration(text: str) -> timedelta:
    parts = _PART.findall(text)
    if not parts or "".join(f"{number}{unit}" for number, unit in parts) != text:
        raise ArgumentTypeError(
            "a span of time forward: weeks, days, hours, minutes, as 1w, 3d, 12h, 30m, 1d12h"
        )
    return sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta())
