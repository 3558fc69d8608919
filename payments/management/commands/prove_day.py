"""Proves one day: our ledger against the statements of gateways and the bank."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from payments import services
from payments.enums import DayState


class Command(BaseCommand):
    help = "Compare our ledger of a day with the statements; fails when a difference is open."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("day", type=date.fromisoformat, help="2026-11-22")

    def handle(self, **options: Any) -> None:
        proofs = services.prove_day(options["day"], asks_anew=True)
        for proof in proofs:
            self.stdout.write(f"{proof}: {proof.ledger_total} in the ledger, {proof.statement_total} told")
            for detail in proof.details:
                self.stderr.write(f"  {detail}")
        if any(proof.state == DayState.OPEN for proof in proofs):
            raise CommandError("Not every account is proven.")
        self.stdout.write("No difference is open.")
