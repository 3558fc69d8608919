"""Files that were refused lately: many of them mean that something is wrong on our side."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from key2key.common import clock
from key2key.common.plugins import HomeCounter
from uploads.kinds import State
from uploads.models import Upload

LATELY = timedelta(hours=24)


def lately() -> int:
    """How many files of the last 24 hours were refused."""
    return Upload.objects.filter(created_at__gte=clock.now() - LATELY, state=State.REJECTED).count()


COUNTER = HomeCounter(
    label=_("Uploads rejected in 24 hours"),
    url="admin:uploads_upload_changelist",
    query="?state__exact=rejected",
    count=lately,
    permission="uploads.view_upload",
)
