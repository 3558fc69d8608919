"""Make the product's role and extensions in your own database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from key2key.common.rights import prepare_database


class Command(BaseCommand):
    """Runs as the owner's login; `migrate` runs it too."""

    help = __doc__
    requires_system_checks: list[str] = []  # noqa: RUF012 - the checks are what this makes pass

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say so."""
        prepare_database()
        self.stdout.write("The role key2key_app and the extensions are there.")
