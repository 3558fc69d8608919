"""Licences as staff found them, and the gate to publishing that follows from them (decision 2)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation
from brokers import selectors
from brokers.enums import BrokerStatus, LicenceState
from brokers.models import Broker, Licence
from key2key.common import audit, batches, clock
from key2key.common.errors import Conflict, NotFound
from listings.enums import SellerType
from listings.selectors import lock_listings_of, lock_seller
from listings.services import SellerFacts, open_organisation_seller, set_seller_facts
from notifications.services import notify

WARN_DAYS = (30, 7)
ANSWERS_FOR_AGENCY = (Membership.Role.OWNER, Membership.Role.MANAGER)


@dataclass(frozen=True)
class LicenceFacts:
    """A licence as its paper tells it; valid to the end of `expires_on`."""

    number: str
    authority: str
    category: str
    region: str
    expires_on: date


@transaction.atomic
def confirm_licence(*, user_id: UUID, licence: LicenceFacts, by: Any) -> Licence:
    """Write down that a licence is real; the one before is replaced, and the gate follows.

    A professional without a profile gets an empty one. Safe to repeat. Locks the profile, then the
    seller's listings and the seller. Raises Conflict ("licence_taken").
    """
    broker = _lock_broker(user_id)
    known = broker.licences.filter(state=LicenceState.CONFIRMED).first()
    if known and {name: getattr(known, name) for name in asdict(licence)} == asdict(licence):
        return known
    if known:
        _end(known, state=LicenceState.REPLACED, by=by)
    row = broker.licences.filter(state=LicenceState.UNCHECKED).first() or Licence(broker=broker)
    for name, value in asdict(licence).items():
        setattr(row, name, value)
    row.state, row.confirmed_by, row.confirmed_at, row.warned_at = (
        LicenceState.CONFIRMED,
        by,
        clock.now(),
        None,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict("licence_taken", _("This licence belongs to somebody else here.")) from error
    audit.record(actor=by, action="licence.confirmed", subject=row)
    _gate_follows(broker)
    return row


@transaction.atomic
def revoke_licence(*, user_id: UUID, by: Any, reason: str) -> None:
    """End a confirmed licence before its day; the listings it carried are hidden. Safe to repeat.

    Locks as `confirm_licence` does. Raises NotFound without a profile.
    """
    broker = Broker.objects.select_for_update().filter(user_id=user_id).first()
    if broker is None:
        raise NotFound
    for licence in broker.licences.filter(state=LicenceState.CONFIRMED):
        _end(licence, state=LicenceState.REVOKED, by=by, reason=reason)
    _gate_follows(broker)


def warn_of_end() -> int:
    """Warn holders whose licence ends soon: within 30 days and within 7, each once. Returns how many."""
    return batches.each_alone(list(selectors.licences_to_warn_of(WARN_DAYS)), deed=_warn)


def end_lapsed() -> int:
    """End licences whose last day is over and tell their holders. Returns how many."""
    return batches.each_alone(list(selectors.licences_that_ended()), deed=_end_of_time)


def watch_licences() -> int:
    """What the clock does to licences: warn of their end, and end them. Returns how many it touched."""
    return warn_of_end() + end_lapsed()


def follow_gate(broker: Broker) -> None:
    """Open or close the gate to publishing as the profile's status and licence have it now.

    The same for every agency whose owner or manager the professional is. Wants the profile locked; locks
    listings and sellers.
    """
    until = may_publish_until(broker)
    # Whoever is not active keeps the type: the closed gate is a broker's, and nobody sells around it.
    seller_type = SellerType.BROKER if broker.status == BrokerStatus.ACTIVE else None
    set_seller_facts(user_id=broker.user_id, facts=SellerFacts(type=seller_type, may_publish_until=until))
    led = Membership.objects.filter(user_id=broker.user_id, role__in=ANSWERS_FOR_AGENCY)
    for organisation_id in led.order_by("organisation_id").values_list("organisation_id", flat=True):
        follow_agency_gate(organisation_id)


@transaction.atomic
def follow_agency_gate(organisation_id: UUID) -> None:
    """An agency may publish as long as one who answers for it may: the latest of their licences counts.

    Its people are read under the seller's lock, as they are now: news of them may come late, twice, or the
    wrong way round. Does nothing for an agency that is gone. Locks the agency's listings, then its seller.
    """
    if not Organisation.objects.filter(pk=organisation_id).exists():
        return
    seller = open_organisation_seller(organisation_id)
    list(lock_listings_of(seller.pk))
    lock_seller(seller.pk)
    people = Membership.objects.filter(organisation_id=organisation_id, role__in=ANSWERS_FOR_AGENCY)
    leaders = Broker.objects.filter(user__in=people.values("user"), status=BrokerStatus.ACTIVE)
    until = max((may_publish_until(leader) for leader in leaders), default=clock.now())
    set_seller_facts(organisation_id=organisation_id, facts=SellerFacts(may_publish_until=until))


def may_publish_until(broker: Broker) -> datetime:
    """The end of the confirmed licence's last day in the market's zone; now, that is not, without one."""
    licence = broker.licences.filter(state=LicenceState.CONFIRMED).first()
    if broker.status != BrokerStatus.ACTIVE or licence is None:
        return clock.now()
    zone = ZoneInfo(settings.MARKET_TIME_ZONE)
    return datetime.combine(licence.expires_on + timedelta(days=1), time(), tzinfo=zone)


@transaction.atomic
def _warn(licence_id: UUID) -> bool:
    licence = selectors.lock_licence(licence_id)
    if not selectors.licences_to_warn_of(WARN_DAYS).filter(pk=licence_id).exists():
        return False
    licence.warned_at = clock.now()
    licence.save(update_fields=["warned_at", "updated_at"])
    data = {"expires_on": licence.expires_on.isoformat(), "link": "/brokers/me"}
    notify(kind="licence_expiring", user=licence.broker.user, data=data)
    return True


@transaction.atomic
def _end_of_time(licence_id: UUID) -> bool:
    licence = selectors.lock_licence(licence_id)
    if licence.state != LicenceState.CONFIRMED or licence.expires_on >= clock.today():
        return False
    _end(licence, state=LicenceState.EXPIRED, by=None)
    notify(kind="licence_expired", user=licence.broker.user, data={"link": "/brokers/me"})
    _gate_follows(licence.broker)
    return True


def _gate_follows(broker: Broker) -> None:
    """A licence opens and closes the gate of the active only: that of all others is closed, or none."""
    if broker.status == BrokerStatus.ACTIVE:
        follow_gate(broker)


def _lock_broker(user_id: UUID) -> Broker:
    Broker.objects.get_or_create(user_id=user_id)
    return Broker.objects.select_for_update().get(user_id=user_id)


def _end(licence: Licence, *, state: str, by: Any, reason: str = "") -> None:
    licence.state, licence.reason = state, reason
    licence.save(update_fields=["state", "reason", "updated_at"])
    audit.record(actor=by, action=f"licence.{state}", subject=licence, reason=reason)
