"""Bring reference data in step with its files: places, brands, models, staff groups, first exchange rates."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.services import lay_staff_groups
from key2key.common.default_rates import lay_default_rates
from listings.reference_data import load_reference_data


class Command(BaseCommand):
    """Runs after `migrate`, as often as one likes; removes nothing."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say in one line what was done; name rows that the files do not hold."""
        loaded = load_reference_data()
        lay_staff_groups()
        rates = lay_default_rates()
        if options["verbosity"] == 0:
            return
        self.stdout.write(
            f"Reference data: {loaded.areas} areas, {loaded.brands} brands, {loaded.models} models;"
            f" {loaded.written} rows written, {rates} exchange rates added."
        )
        for table, slugs in loaded.strangers.items():
            self.stdout.write(f"Left as they are, not in the files: {table} {', '.join(slugs)}")
