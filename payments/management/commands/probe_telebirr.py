"""Says which padding of our signature Telebirr's testbed takes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from payments import checks
from payments.gateways.telebirr.probe import Finding, try_paddings


class Command(BaseCommand):
    help = "Try each padding of our signature once on Telebirr's testbed and say which one it takes."

    def handle(self, **options: Any) -> None:
        if settings.TELEBIRR_LIVE:
            raise CommandError("TELEBIRR_LIVE is set: this is asked of the testbed only.")
        if missing := checks.missing_of_telebirr():
            raise CommandError(f"Set {', '.join(missing)} first.")
        findings = try_paddings()
        for scheme, finding in findings.items():
            self.stdout.write(f"{scheme}: {finding}")
        if settings.TELEBIRR_SIGN_SCHEME in [
            one for one, found in findings.items() if found == Finding.WORKS
        ]:
            self.stdout.write("The present TELEBIRR_SIGN_SCHEME works.")
        else:
            raise CommandError("The present TELEBIRR_SIGN_SCHEME does not work.")
