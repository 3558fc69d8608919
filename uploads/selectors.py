"""Who may see which upload, and the locks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce

from key2key.common import clock
from key2key.common.errors import NotFound
from uploads import storage
from uploads.images import VARIANTS
from uploads.kinds import BYTES_A_DAY, FILES_A_DAY, State
from uploads.models import Upload


def own_upload(user: Any, upload_id: UUID) -> Upload:
    """The user's own upload. Raises NotFound, for other people's too."""
    upload = _kept().filter(owner=user, pk=upload_id).first()
    if upload is None:
        raise NotFound
    return upload


def variant_keys(upload: Upload) -> dict[str, str] | None:
    """The variants' addresses relative to the media base, as cards keep them; None until it is ready."""
    if not upload.is_ready:
        return None
    return {name: storage.variant_key(upload.folder, name) for name in VARIANTS}


def variant_urls(upload: Upload) -> dict[str, str] | None:
    """The variants' absolute addresses; None until it is ready."""
    keys = variant_keys(upload)
    return keys and {name: absolute_url(key) for name, key in keys.items()}


def variant_paths(upload: Upload) -> dict[str, str] | None:
    """The variants' addresses for a page of this host; None until it is ready.

    On disk they are relative: whoever opens the admin by another name of the host sees the photos too.
    """
    keys = variant_keys(upload)
    return keys and {name: storage.path_of(key) for name, key in keys.items()}


def absolute_url(key: str) -> str:
    """The absolute address of what `variant_keys` gave."""
    return f"{storage.media_base()}{key}"


def lock_intake_of(owner: Any) -> None:
    """Let one upload of this owner be booked at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 26))", [f"uploads:{owner.pk}"])


def reusable_upload(owner: Any, *, kind: str, sha256: str) -> Upload | None:
    """The owner's own upload of the very same bytes that nothing shows yet, locked."""
    same = _kept().filter(owner=owner, kind=kind, sha256=sha256, claimed_by="").select_for_update()
    return same.exclude(state=State.REJECTED).order_by("-pk").first()


def room_left(owner: Any) -> tuple[int, int]:
    """How many files and bytes the owner may still send in today; what was swept is free again."""
    used = Upload.objects.filter(owner=owner, created_at__gte=_start_of_day()).aggregate(
        files=Count("pk"), bytes=Coalesce(Sum("bytes"), 0)
    )
    return FILES_A_DAY - used["files"], BYTES_A_DAY - used["bytes"]


def seconds_to_tomorrow() -> int:
    """How long the market's present day still lasts."""
    return int((_start_of_day() + timedelta(days=1) - clock.now()).total_seconds()) + 1


def lock_uploads(upload_ids: Iterable[UUID]) -> QuerySet[Upload]:
    """The uploads, locked in id order until the transaction ends."""
    return _kept().filter(pk__in=upload_ids).order_by("pk").select_for_update()


def lock_unclaimed(*, before: datetime, limit: int) -> QuerySet[Upload]:
    """Uploads that nothing has claimed since then, locked, but for those that somebody holds right now."""
    idle = _kept().filter(claimed_by="", unclaimed_since__lt=before).order_by("unclaimed_since")
    return idle.select_for_update(skip_locked=True)[:limit]


def discarded(*, limit: int) -> QuerySet[Upload]:
    """Uploads whose objects are still to be removed."""
    return Upload.objects.filter(discarded_at__isnull=False).order_by("discarded_at")[:limit]


def strays(keys: Iterable[str]) -> list[str]:
    """Which of these originals belong to no upload."""
    wanted = set(keys)
    return sorted(
        wanted - set(Upload.objects.filter(original_key__in=wanted).values_list("original_key", flat=True))
    )


def _kept() -> QuerySet[Upload]:
    return Upload.objects.filter(discarded_at__isnull=True)


def _start_of_day() -> datetime:
    return datetime.combine(clock.today(), time.min, tzinfo=ZoneInfo(settings.MARKET_TIME_ZONE))
