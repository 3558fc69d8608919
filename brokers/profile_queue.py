"""What waits for staff beside deals: profiles to review, reviews that somebody reported."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from brokers.enums import BrokerStatus
from brokers.models import Broker, Review, ReviewReport
from key2key.common.plugins import HomeCounter, home_counters

_OPEN = Q(reports__settled_at__isnull=True, reports__isnull=False)


def with_reports(rows: QuerySet[Review]) -> QuerySet[Review]:
    """The reviews, with `reported_at`: since when a report on them waits."""
    return rows.annotate(reported_at=Min("reports__created_at", filter=_OPEN))


def register_counters() -> None:
    """Put both on the first page of staff."""
    home_counters.register("brokers", _PROFILES)
    home_counters.register("reported reviews", _REPORTS)


def _profiles() -> QuerySet[Broker]:
    return Broker.objects.filter(status=BrokerStatus.PENDING_REVIEW)


def _reported() -> int:
    return _reports().values("review").distinct().count()


def _reports() -> QuerySet[ReviewReport]:
    return ReviewReport.objects.filter(settled_at__isnull=True)


def _first_profile() -> datetime | None:
    return _profiles().order_by("submitted_at").values_list("submitted_at", flat=True).first()


def _first_report() -> datetime | None:
    return _reports().order_by("created_at").values_list("created_at", flat=True).first()


_PROFILES = HomeCounter(
    label=_("Brokers to review"),
    url="admin:brokers_broker_changelist",
    count=lambda: _profiles().count(),
    permission="brokers.change_broker",
    oldest=_first_profile,
    query=f"?status__exact={BrokerStatus.PENDING_REVIEW}",
)
_REPORTS = HomeCounter(
    label=_("Reported reviews"),
    url="admin:brokers_review_changelist",
    count=_reported,
    permission="brokers.change_review",
    oldest=_first_report,
    query="?reported=waiting",
)
