"""Says whether the ledger agrees with payments, holds and refunds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from payments import services


class Command(BaseCommand):
    help = (
        "Compare the ledger with payments, holds and refunds, and the numbers of receipts; fails on a fault."
    )

    def handle(self, **options: Any) -> None:
        faults = [*services.ledger_faults(), *services.receipt_faults()]
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"The ledger does not add up: {len(faults)} faults.")
        self.stdout.write("The ledger adds up.")
