"""Where the bytes lie: originals in the private storage, variants in the public one; disk or S3 alike.

Nothing here may be called inside a transaction: a storage may take seconds, and does not roll back.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import IO, Any
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages

from key2key.common.errors import Unavailable

VARIANT_TYPE = "image/webp"
_READ_SIZE = 256 * 1024


def new_original_key(upload_id: UUID, *, day: date) -> str:
    """Where an original will lie. By day, so that what a crash left behind can be found."""
    return f"originals/{day.isoformat()}/{upload_id.hex}"


def new_folder() -> str:
    """Where the variants will lie: 144 random bits, because whoever knows the address may see the photo."""
    return f"photos/{secrets.token_hex(1)}/{secrets.token_urlsafe(18)}"


def variant_key(folder: str, name: str) -> str:
    """The key of a variant in the public storage, which is also its address below the media base."""
    return f"{folder}/{name}.webp"


def digest_of(file: File[Any]) -> str:
    """The SHA-256 of the file's bytes, in hex, read in pieces."""
    file.seek(0)
    digest = hashlib.sha256()
    for piece in file.chunks(_READ_SIZE):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


def write_original(key: str, file: File[Any], *, content_type: str) -> None:
    """Keep the file as it was sent. Raises Unavailable ("storage_unavailable"), and leaves no half object."""
    file.seek(0)
    _write(storages["private"], key, file, content_type=content_type)


def read_original(key: str) -> bytes:
    """The file as it was sent. Raises FileNotFoundError."""
    with storages["private"].open(key) as file:
        return bytes(file.read())


def remove_original(key: str) -> None:
    """Remove it; no matter when it is gone already."""
    storages["private"].delete(key)


def originals_of(day: date) -> Iterable[str]:
    """The keys of all originals of a day."""
    folder = f"originals/{day.isoformat()}"
    return [f"{folder}/{name}" for name in _names(storages["private"], folder)]


def write_variants(folder: str, variants: Mapping[str, bytes]) -> None:
    """Publish the variants; those of an attempt that was broken off are replaced. Raises Unavailable."""
    public = storages["default"]
    for name, data in variants.items():
        key = variant_key(folder, name)
        public.delete(key)
        _write(public, key, ContentFile(data), content_type=VARIANT_TYPE)


def remove_variants(folder: str) -> None:
    """Remove all that lies in the folder; no matter when it is gone already."""
    public = storages["default"]
    for name in _names(public, folder):
        public.delete(f"{folder}/{name}")
    if isinstance(public, FileSystemStorage):
        public.delete(folder)


def media_base() -> str:
    """What the key of a variant is appended to, to be an absolute address."""
    return urljoin(f"{settings.BASE_URL}/", _base(storages["default"]))


def path_of(key: str) -> str:
    """The address of a public object: without the host when it is this one."""
    return f"{_base(storages['default'])}{key}"


def open_local(key: str) -> IO[bytes] | None:
    """The public object, opened, when the public storage is this machine's disk; else None."""
    public = storages["default"]
    if not isinstance(public, FileSystemStorage):
        return None
    path = Path(public.path(key))
    return path.open("rb") if path.is_file() else None


@cache
def _base(storage: Storage) -> str:
    """Asked once: S3's client takes a third of a millisecond to build an address."""
    return storage.url("x").removesuffix("x")


def _write(storage: Storage, key: str, file: File[Any], *, content_type: str) -> None:
    file.content_type = content_type  # type: ignore[attr-defined]  # django-storages sends it along
    try:
        written = storage.save(key, file)
    except Exception as error:  # every backend has errors of its own
        if isinstance(storage, FileSystemStorage):
            storage.delete(key)
        raise Unavailable("storage_unavailable") from error
    if written != key:  # a twin of this worker wrote the same bytes in this very moment
        storage.delete(written)


def _names(storage: Storage, folder: str) -> list[str]:
    try:
        return storage.listdir(folder)[1]
    except FileNotFoundError:
        return []
