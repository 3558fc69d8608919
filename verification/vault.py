"""Bytes that only we can read: AES-256-GCM with a key of their own, and where they lie. Pure."""

from __future__ import annotations

import os
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BITS = 256
NONCE_BYTES = 12


def place_of(document_id: UUID) -> str:
    """The key of a document in the private storage."""
    return f"kyc/{document_id.hex[:2]}/{document_id.hex}"


def lock(plain: bytes, *, name: str) -> tuple[bytes, bytes]:
    """The encrypted bytes and their fresh key. They open under the same `name` only."""
    key, nonce = AESGCM.generate_key(KEY_BITS), os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, name.encode()), key


def unlock(locked: bytes, *, key: bytes, name: str) -> bytes:
    """The plain bytes. Raises InvalidTag when a bit was changed or the key or name is another one's."""
    return AESGCM(key).decrypt(locked[:NONCE_BYTES], locked[NONCE_BYTES:], name.encode())
