"""`manage.py demo`, which is `make demo`: the journey on a running product, told as it happens."""

from __future__ import annotations

import time
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.management.seeding.cast import ADMINISTRATOR
from accounts.management.seeding.logins import DemoLogin, demo_logins
from key2key.management.journey.desk import Desk, StaffLogin
from key2key.management.journey.story import Story

KINDS = {"home": "properties", "car": "vehicles"}
CODE_SECONDS = 30  # a code of the authenticator works once, and for so long


class Command(BaseCommand):
    """Everything goes through the API, the socket, the payment page and the admin, as people do it."""

    help = (
        "Drive the journey from registration to the keys over the real API of a product that runs "
        "(`make run` in another terminal), with a running commentary. Never in production."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", nargs="*", choices=[*KINDS, []], help="home, car; both when left out")
        parser.add_argument("--url", default=settings.BASE_URL, help="where the product answers")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SANDBOX:
            raise CommandError("This makes people and deals up: it never runs in production.")
        base = options["url"].rstrip("/")
        _require_running(base)
        desk = self._desk(base)
        staff = dict.fromkeys(("moderator", "kyc", "support", "finance"), desk)
        for what in options["what"] or KINDS:
            self.stdout.write(f"\n  A {what}\n")
            story = Story(base=base, kind=KINDS[what], staff=staff, tell=self._tell)
            story.until_market()
            story.until_deal()
            story.to_the_end()
        self.stdout.write(f"\n  Every message that left: {base}/sandbox/outbox\n")

    def _tell(self, line: str) -> None:
        self.stdout.write(f"  · {line}")
        self.stdout.flush()

    def _desk(self, base: str) -> Desk:
        """The administrator's desk; when the present code was used already, with the next one."""
        try:
            return Desk(base, login=_login(), path=settings.ADMIN_PATH)
        except PermissionError:
            self._tell(
                f"The administrator's code was used already: waiting {CODE_SECONDS} s for the next one."
            )
            time.sleep(CODE_SECONDS)
            return Desk(base, login=_login(), path=settings.ADMIN_PATH)


def _login() -> StaffLogin:
    found: DemoLogin | None = next((each for each in demo_logins() if each.email == ADMINISTRATOR), None)
    if found is None or not found.password:
        raise CommandError("There is no demo administrator: seed first (`make seed`).")
    return StaffLogin(found.email, found.password, lambda: found.otp_now)


def _require_running(base: str) -> None:
    try:
        httpx.get(f"{base}/health/live", timeout=5).raise_for_status()
    except httpx.HTTPError as error:
        raise CommandError(f"Nothing answers at {base}: start it with `make run` first.") from error
