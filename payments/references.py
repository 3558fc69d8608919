"""References that a person can read out over the phone."""

from __future__ import annotations

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
LENGTH = 12
_ATTEMPT = re.compile(rf"([A-Z0-9]{{3}}[{ALPHABET}]{{{LENGTH}}})A([0-9]{{1,4}})", re.ASCII)


def new_reference(prefix: str) -> str:
    """A prefix and 60 random bits, letters and digits only: every gateway accepts that."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def reference_of_attempt(reference: str, attempt: int) -> str:
    """What a gateway is asked under at the `attempt`-th time; the first time it is the reference itself."""
    return reference if attempt <= 1 else f"{reference}A{attempt}"


def read_attempt(said: str) -> tuple[str, int]:
    """The reference and the attempt it was made of by `reference_of_attempt`; all else is its own first."""
    if made := _ATTEMPT.fullmatch(said):
        reference, attempt = made[1], int(made[2])
        if said == reference_of_attempt(reference, attempt):
            return reference, attempt
    return said, 1
