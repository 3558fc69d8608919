"""Who may see which professional, and the locks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate

from brokers import broker_steps
from brokers.enums import BrokerStatus, LicenceState
from brokers.models import Broker, Licence
from key2key.common import clock
from key2key.common.errors import NotFound
from listings.enums import OCCUPYING
from listings.models import Listing
from listings.selectors import visible_listings

_LICENCES = Prefetch("licences", queryset=Licence.objects.order_by("-created_at"))


def public_brokers() -> QuerySet[Broker]:
    """Active professionals whose confirmed licence holds, with what their card shows."""
    licence = Licence.objects.filter(
        broker=OuterRef("pk"), state=LicenceState.CONFIRMED, expires_on__gte=clock.today()
    )
    rows = Broker.objects.filter(Exists(licence), status=BrokerStatus.ACTIVE, user__status="active")
    return with_card(rows)


def with_card(rows: QuerySet[Broker]) -> QuerySet[Broker]:
    """The rows with person, areas, licences, and how many listings of theirs are on the market."""
    live = visible_listings().filter(owner=OuterRef("user")).order_by().values("owner")
    counted = live.annotate(count=Count("pk")).values("count")
    return (
        rows.select_related("user")
        .prefetch_related("areas", _LICENCES)
        .annotate(active_listings=Coalesce(Subquery(counted, output_field=IntegerField()), 0))
    )


def public_broker(broker_id: UUID) -> Broker:
    """One of them. Raises NotFound."""
    return _one(public_brokers().filter(pk=broker_id))


def own_broker(user: Any) -> Broker:
    """The person's own profile, in whatever status. Raises NotFound."""
    return _one(with_card(Broker.objects.filter(user=user)))


def lock_own_broker(user: Any) -> Broker:
    """The person's own profile, locked. Raises NotFound."""
    return _one(Broker.objects.filter(user=user).select_for_update())


def lock_broker(broker_id: UUID) -> Broker:
    """Any profile, locked: for staff and the product itself. Raises NotFound."""
    return _one(Broker.objects.filter(pk=broker_id).select_for_update())


def own_steps(broker: Broker) -> list[str]:
    """The steps that the person may take now; none for whom staff ended."""
    if broker.status == BrokerStatus.TERMINATED and not broker.left_by_themselves:
        return []
    return broker_steps.allowed_actions(broker.status, actor=broker_steps.Actor.PERSON)


def current_licence(licences: Iterable[Licence]) -> Licence | None:
    """Of a professional's licences the confirmed one."""
    return next((each for each in licences if each.state == LicenceState.CONFIRMED), None)


def has_licence(broker: Broker, *, facts: Mapping[str, Any]) -> bool:
    """Whether a licence with exactly these facts is confirmed, or waits to be checked."""
    known = broker.licences.filter(state__in=[LicenceState.CONFIRMED, LicenceState.UNCHECKED])
    return known.filter(**facts).exists()


def has_valid_licence(broker: Broker) -> bool:
    """Whether a confirmed licence holds today."""
    return broker.licences.filter(state=LicenceState.CONFIRMED, expires_on__gte=clock.today()).exists()


def has_listings_on_market(user: Any) -> bool:
    """Whether anything that the person offers under their own name is live."""
    return Listing.objects.filter(seller__user=user, status__in=sorted(OCCUPYING)).exists()


def lock_licence(licence_id: UUID) -> Licence:
    """Any licence, with its holder; the profile is locked, and with it the licence. For the clock."""
    broker = Broker.objects.select_for_update().get(licences=licence_id)
    return broker.licences.select_related("broker__user").get(pk=licence_id)


def licences_to_warn_of(days: Iterable[int]) -> QuerySet[Licence, UUID]:
    """Confirmed licences within so many days of their end of which nobody warned at that stage."""
    today, due = clock.today(), Q(pk__in=[])
    for ahead in days:
        stage = timedelta(days=ahead)
        unwarned = Q(warned_at__isnull=True) | Q(warned_on__lt=F("expires_on") - stage)
        due |= Q(expires_on__lte=today + stage) & unwarned
    live = Licence.objects.filter(state=LicenceState.CONFIRMED, expires_on__gte=today)
    warned = live.alias(warned_on=TruncDate("warned_at", tzinfo=ZoneInfo(settings.MARKET_TIME_ZONE)))
    return warned.filter(due).order_by("pk").values_list("pk", flat=True)


def licences_that_ended() -> QuerySet[Licence, UUID]:
    """Licences that are still called confirmed though their last day is over."""
    rows = Licence.objects.filter(state=LicenceState.CONFIRMED, expires_on__lt=clock.today())
    return rows.order_by("pk").values_list("pk", flat=True)


def _one(rows: QuerySet[Broker]) -> Broker:
    found = rows.first()
    if found is None:
        raise NotFound
    return found
