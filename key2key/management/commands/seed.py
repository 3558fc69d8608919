"""`manage.py seed`: a believable Ethiopia to look at; the same everywhere, safe to repeat."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from chat.models import Nudge
from key2key.common import background
from key2key.common.events import deliver_waiting
from key2key.common.plugins import Sowing, seed_steps
from listings.services import match_waiting
from notifications.services import in_the_feed_only


class Command(BaseCommand):
    """Lets every app sow its part, from the floor to the roof."""

    help = "Fill the database with demo data. What is there already stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--share", type=_share, default=1.0, help="how much of it: 0.04 is a few listings"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ENVIRONMENT == "production":
            raise CommandError("This is production: demo accounts and demo listings have no place here.")
        began = time.monotonic()
        call_command("load_reference", verbosity=0)
        with in_the_feed_only():
            _sow(Sowing(tell=self._tell, share=options["share"]))
        self._tell(f"done in {time.monotonic() - began:.0f} s")

    def _tell(self, line: str) -> None:
        self.stdout.write(f"seed| {line}")
        self.stdout.flush()


def _sow(sowing: Sowing) -> None:
    """Let every app sow, and do at once what follows from it: the worker finds nothing left to tell."""
    for _name, step in sorted(seed_steps, key=lambda entry: entry[1].order):
        step.sow(sowing)
        while deliver_waiting():
            continue
    while match_waiting() or deliver_waiting():
        continue
    Nudge.objects.filter(work_state=Nudge.WorkState.QUEUED).update(due_at=timezone.now())
    while background.perform(Nudge):
        continue


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share <= 1:
        raise ValueError
    return share
