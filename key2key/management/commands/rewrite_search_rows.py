"""Bring the cards and words that search reads in step with changed names: of places, makes, choices."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from listings.services import rewrite_search_rows


class Command(BaseCommand):
    """Runs after an upgrade that changed the messages or the reference data, as often as one likes."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Rewrite what differs, and say how much it was."""
        self.stdout.write(f"Search rows rewritten: {rewrite_search_rows()}.")
