"""Who may tell us something in Stripe's name (payments.md 3.6)."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence

HEADER = "stripe-signature"
TOLERANCE_SECONDS = 300
AHEAD_SECONDS = 60  # Stripe's own helper takes any time to come; a clock is never that wrong


def is_signed(headers: Mapping[str, str], body: bytes, *, secrets: Sequence[str]) -> bool:
    """Whether one of our secrets signed the body, lately. Several hold while one is being replaced."""
    found = [value for name, value in headers.items() if name.lower() == HEADER]
    said = _read(found[0]) if len(found) == 1 and _is_text(body) else None
    if said is None:
        return False
    sent_at, proofs = said
    now = time.time()
    if not now - TOLERANCE_SECONDS <= sent_at <= now + AHEAD_SECONDS:
        return False
    signed = b"%d." % sent_at + body
    return any(hmac.compare_digest(_digest(signed, secret), proof) for secret in secrets for proof in proofs)


def _read(header: str) -> tuple[int, list[bytes]] | None:
    """When it was sent and what proves it, read as Stripe's own helper does; None if it cannot be."""
    pairs = [item.split("=", 2) for item in header.split(",")]
    try:
        sent_at = int(next(pair[1] for pair in pairs if pair[0] == "t"))
        return sent_at, [pair[1].encode() for pair in pairs if pair[0] == "v1"]
    except (StopIteration, IndexError, ValueError):
        return None


def _digest(signed: bytes, secret: str) -> bytes:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest().encode()


def _is_text(body: bytes) -> bool:
    """What is not UTF-8 could mean one thing to who signed it and another to who reads it."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
