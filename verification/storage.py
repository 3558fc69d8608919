"""Where encrypted documents lie: the private storage, disk or S3. Never inside a transaction."""

from __future__ import annotations

from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from key2key.common.errors import Unavailable


def key_of(document_id: UUID) -> str:
    """Where a document lies."""
    return f"kyc/{document_id.hex[:2]}/{document_id.hex}"


def write(key: str, locked: bytes) -> None:
    """Keep encrypted bytes. Raises Unavailable ("storage_unavailable"), and leaves no half object."""
    private = storages["private"]
    try:
        private.save(key, ContentFile(locked))
    except Exception as error:  # every backend has errors of its own
        private.delete(key)
        raise Unavailable("storage_unavailable") from error


def read(key: str) -> bytes:
    """The encrypted bytes. Raises FileNotFoundError."""
    with storages["private"].open(key) as file:
        return bytes(file.read())


def remove(key: str) -> None:
    """Remove them; no matter when they are gone already."""
    storages["private"].delete(key)
