"""One transfer at the bank counts once: for the slip that shows it, or in suspense."""

from __future__ import annotations

from django.db import connection

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('payments_bank_reference:' || %s))"


def as_reference(written: str) -> str:
    """A bank's reference as we compare it: people write it with spaces, dashes and small letters."""
    return "".join(letter for letter in written.upper() if letter.isalnum())


def lock_arrival(reference: str) -> None:
    """Whoever books the transfer of that reference, as it is compared, waits for others who do."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [reference])
