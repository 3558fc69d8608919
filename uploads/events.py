"""What others like to know of uploads."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class UploadProcessed:
    """The variants can be shown."""

    upload_id: UUID


@dataclass(frozen=True)
class UploadRejected:
    """The file cannot be shown; `reason` is one of `uploads.kinds.Reason`."""

    upload_id: UUID
    reason: str
