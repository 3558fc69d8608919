"""Takes a statement of a gateway or of the bank in."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from key2key.common.errors import DomainError, InvalidInput
from payments import services, statements


class Command(BaseCommand):
    help = "Take a statement in and match its lines; with a mistake in any line nothing is written."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--gateway", required=True, choices=list(statements.LAYOUTS))
        parser.add_argument("--account", default="", help="which of several accounts, as you call it")
        parser.add_argument("--from", dest="first_day", type=date.fromisoformat, help="2026-11-22")
        parser.add_argument("--to", dest="last_day", type=date.fromisoformat)
        parser.add_argument("--dry-run", action="store_true", help="read only")
        parser.add_argument("file", type=Path)

    def handle(self, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        if path.stat().st_size > statements.LONGEST_FILE:
            raise CommandError("The file is longer than 5 MB.")
        file = services.StatementFile(
            source=options["gateway"],
            body=path.read_bytes(),
            name=path.name,
            account=options["account"],
            first_day=options["first_day"],
            last_day=options["last_day"],
        )
        try:
            done = (
                services.try_statement(file)
                if options["dry_run"]
                else services.import_statement(file, by=None)
            )
        except InvalidInput as refusal:
            for fault in refusal.faults:
                self.stderr.write(str(fault.detail))
            raise CommandError(f"{refusal.detail} Nothing was written.") from refusal
        except DomainError as refusal:
            raise CommandError(str(refusal.detail)) from refusal
        self.stdout.write(f"{done.new} new lines, {done.known} known ones, {done.matched} matched.")
