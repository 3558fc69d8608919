"""`manage.py invite_staff EMAIL --group moderator`: the way into the staff, and to a new second factor."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.roles import StaffGroup
from accounts.services import invite_staff


class Command(BaseCommand):
    """Invites somebody to the staff."""

    help = "Mail and print the single-use link with which somebody joins the staff or enrols a new device."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="full name, for a new account")
        parser.add_argument("--group", action="append", default=[], choices=StaffGroup.values)
        parser.add_argument("--superuser", action="store_true", help="every right")

    def handle(self, *args: Any, **options: Any) -> str:
        return invite_staff(
            email=options["email"],
            full_name=options["name"],
            groups=options["group"],
            superuser=options["superuser"],
        )
