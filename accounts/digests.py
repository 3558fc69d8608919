"""Secrets we hand out, and what we keep of them."""

from __future__ import annotations

import hashlib
import secrets

from django.utils.crypto import salted_hmac


def new_token() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(1_000_000):06d}"


def token_digest(token: str) -> str:
    """What is kept of a token of 256 bits: too much to guess, so a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def code_digest(code: str, *, bound_to: str) -> str:
    """What is kept of a short code: keyed, or whoever reads the table could try the million of them."""
    return salted_hmac("accounts.codes", f"{bound_to}:{code}", algorithm="sha256").hexdigest()


def subject_digest(text: str) -> str:
    """A name for an address or a phone in the limiter's keys, which hold no personal data."""
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
