"""What uploads holds on a person, how it is handed out and how it is forgotten."""

from __future__ import annotations

from typing import Any

from key2key.common import background, clock
from key2key.common.plugins import PrivacyPart, privacy
from uploads.models import Upload

_UPLOAD = {
    "owner": "whose file it is",
    "original_key": "the file as it was sent, with whatever the camera wrote into it; never public",
    "folder": "the variants that are shown",
    "sha256": "so that the same file is not kept twice",
}
_EXPORTED = (
    "id", "kind", "state", "content_type", "bytes", "width", "height", "sha256", "claimed_by", "created_at",
)  # fmt: skip


def register_parts() -> None:
    """Name the model with personal data."""
    privacy.register("uploads.upload", PrivacyPart(Upload, _UPLOAD, _export, _erase))


def _export(user: Any) -> list[dict[str, Any]]:
    return list(Upload.objects.filter(owner=user).order_by("pk").values(*_EXPORTED))


def _erase(user: Any) -> None:
    """Discard what nothing shows. The rest follows when its claimer erases its own part and releases it."""
    Upload.objects.filter(owner=user, claimed_by="", discarded_at__isnull=True).update(
        discarded_at=clock.now(), work_state=Upload.WorkState.DONE
    )
    background.wake("uploads.tasks.sweep_orphans")
