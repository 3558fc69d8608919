"""What waits for the people who check papers."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from key2key.common.plugins import HomeCounter
from verification.enums import WAITING
from verification.models import QueuedCase


def queue() -> QuerySet[QueuedCase]:
    """What waits, the longest waiting first."""
    return QueuedCase.objects.filter(state__in=sorted(WAITING)).order_by("submitted_at", "id")


def length() -> int:
    """How many wait."""
    return queue().count()


def oldest() -> datetime | None:
    """Since when the first of them waits."""
    return queue().values_list("submitted_at", flat=True).first()


COUNTER = HomeCounter(
    label=_("Cases to check"),
    url="admin:verification_queuedcase_changelist",
    count=length,
    permission="verification.view_queuedcase",
    oldest=oldest,
)
