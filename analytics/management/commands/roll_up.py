"""`manage.py roll_up`: make figures anew from the events."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from analytics import services
from analytics.days import between
from key2key.common import clock


class Command(BaseCommand):
    """Safe to repeat; the figures of the days are replaced."""

    help = "Make the daily figures anew from the events of the journey, of today or of the days given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", type=date.fromisoformat, help="the first day, yyyy-mm-dd")
        parser.add_argument("--to", dest="last", type=date.fromisoformat, help="the last day, yyyy-mm-dd")

    def handle(self, *args: Any, **options: Any) -> None:
        last = options["last"] or clock.today()
        for day in between(options["first"] or last, last):
            self.stdout.write(f"{day}: {services.roll_up(day)} figures")
