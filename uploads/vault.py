"""Private documents: judged and encrypted in memory before a byte is written, opened by their own key only.

AES-256-GCM with a fresh key for each document; the key is sealed with the platform's and lies in the row
that the document belongs to. Nothing here may be called inside a transaction.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _

from key2key.common.errors import Fault, InvalidInput, NotFound
from key2key.common.ids import uuid7
from key2key.common.sealing import seal, unseal
from uploads import storage
from uploads.images import SNIFFED_BYTES, sniff

CONTENT_TYPES = ("image/jpeg", "image/png", "image/webp", "application/pdf")
KEY_BITS = 256
NONCE_BYTES = 12
SEALED = "application/octet-stream"  # what the storage is told: nothing of what is inside


class TooLarge(InvalidInput):
    """The file is beyond the limit."""

    status = 413


@dataclass(frozen=True)
class Kept:
    """A document that lies in the private storage, as its row remembers it."""

    id: UUID
    content_type: str
    bytes: int
    storage_key: str
    sealed_key: str


@contextmanager
def keep(file: File[Any], *, folder: str, is_booked: Callable[[UUID], bool]) -> Iterator[Kept]:
    """Judge a file, encrypt it in memory and keep it; the block then books it in a row.

    When the block ends and the row is not there, the object is removed again: storages do not roll back.
    Raises InvalidInput ("empty_file", "format_not_supported"), TooLarge ("too_large"), Unavailable.
    """
    plain, content_type = _read(file)
    document_id = uuid7()
    locked, key = _lock(plain, name=document_id.hex)
    kept = Kept(
        id=document_id,
        content_type=content_type,
        bytes=len(plain),
        storage_key=f"{folder}/{document_id.hex[:2]}/{document_id.hex}",
        sealed_key=seal(base64.b64encode(key).decode()),
    )
    storage.write_original(kept.storage_key, ContentFile(locked), content_type=SEALED)
    try:
        yield kept
    finally:
        if not is_booked(document_id):
            storage.remove_original(kept.storage_key)


def open_document(document_id: UUID, *, storage_key: str, sealed_key: str) -> bytes:
    """The plain bytes. Raises NotFound when they are gone, InvalidTag when a bit was changed."""
    try:
        locked = storage.read_original(storage_key)
    except FileNotFoundError as gone:
        raise NotFound from gone
    key = base64.b64decode(unseal(sealed_key))
    return AESGCM(key).decrypt(locked[:NONCE_BYTES], locked[NONCE_BYTES:], document_id.hex.encode())


def _lock(plain: bytes, *, name: str) -> tuple[bytes, bytes]:
    """The encrypted bytes and their fresh key. They open under the same `name` only."""
    key, nonce = AESGCM.generate_key(KEY_BITS), os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, name.encode()), key


def _read(file: File[Any]) -> tuple[bytes, str]:
    most = settings.DOCUMENT_MAX_SIZE
    if file.size > most:
        raise TooLarge("too_large", _("The file is larger than 10 MB."), limit=most)
    plain = file.read()
    if not plain:
        raise _refusal("empty_file", _("The file is empty."))
    content_type = sniff(plain[:SNIFFED_BYTES])
    if content_type not in CONTENT_TYPES:
        raise _refusal("format_not_supported", _("Send a JPEG, PNG, WebP or PDF file."))
    return plain, content_type


def _refusal(code: str, detail: Any) -> InvalidInput:
    return InvalidInput(code, detail, faults=[Fault("/file", code, detail)])
