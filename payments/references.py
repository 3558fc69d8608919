"""References that a person can read out over the phone."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
LENGTH = 12


def new_reference(prefix: str) -> str:
    """A prefix and 60 random bits, letters and digits only: every gateway accepts that."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
