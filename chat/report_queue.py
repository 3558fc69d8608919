"""The moderators' queue of complaints."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from chat.enums import ReportState
from chat.models import Report
from key2key.common.plugins import HomeCounter


def queue() -> QuerySet[Report]:
    """What waits, the longest waiting first."""
    return Report.objects.filter(state=ReportState.OPEN).order_by("created_at", "id")


def length() -> int:
    """How many wait."""
    return queue().count()


def oldest() -> datetime | None:
    """Since when the first of them waits."""
    return queue().values_list("created_at", flat=True).first()


def badge(request: Any) -> str:
    """The number beside the queue's name in the sidebar."""
    return str(length())


COUNTER = HomeCounter(
    label=_("Reports of conversations"),
    url="admin:chat_report_changelist",
    count=length,
    permission="chat.change_report",
    oldest=oldest,
    query="?state__exact=open",
)
