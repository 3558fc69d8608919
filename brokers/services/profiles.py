"""What a professional writes of themselves, and what staff make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from brokers import broker_steps, selectors
from brokers.enums import ENDED, BrokerStatus, LicenceState
from brokers.events import BrokerStatusChanged
from brokers.models import Broker, Deal, Licence
from brokers.services.licences import LicenceFacts, follow_gate
from key2key.common import audit, clock
from key2key.common.conditions import Precondition, always
from key2key.common.errors import Conflict, Fault, IllegalTransition, InvalidInput, NotAllowed
from key2key.common.events import publish
from listings.enums import SellerType
from listings.rules import without_contact
from listings.services import SellerFacts, set_seller_facts
from notifications.services import notify

NEEDED = ("bio", "languages", "specialities", "phone")


@transaction.atomic
def open_profile(*, by: Any, values: Mapping[str, Any], area_ids: Sequence[int] = ()) -> Broker:
    """Begin a professional's profile, as a draft; one who left begins again with what is given.

    Raises NotAllowed ("not_verified"), Conflict ("profile_exists").
    """
    if not by.has_verified_contact:
        raise NotAllowed("not_verified", _("Verify your e-mail address or phone first."))
    broker = Broker.objects.select_for_update().filter(user=by).first()
    if broker is None:
        broker = _create(by)
    elif not broker.left_by_themselves:
        raise Conflict("profile_exists", _("You have a profile already."))
    else:
        _move(broker, action="come_back", by=by)
    _write(broker, values=values, area_ids=area_ids)
    audit.record(actor=by, action="broker.opened", subject=broker)
    return selectors.own_broker(by)


@transaction.atomic
def change_profile(
    *, by: Any, values: Mapping[str, Any], area_ids: Sequence[int] | None, check: Precondition = always
) -> Broker:
    """Write what is given; `area_ids` None leaves the areas. Locks the profile.

    Raises NotFound, Stale, Conflict ("illegal_transition") for one that has ended.
    """
    broker = selectors.lock_own_broker(by)
    check(selectors.own_broker(by))
    _require_not_ended(broker)
    _write(broker, values=values, area_ids=area_ids)
    audit.record(actor=by, action="broker.changed", subject=broker)
    return selectors.own_broker(by)


@transaction.atomic
def name_licence(*, by: Any, licence: LicenceFacts, check: Precondition = always) -> Broker:
    """Name the licence one works under; staff check it. What was named before and not checked is replaced.

    A confirmed one stays until the new one is confirmed; to name it again changes nothing. Safe to repeat.
    Locks the profile. Raises NotFound, Stale, Conflict ("illegal_transition") for one that has ended,
    InvalidInput ("in_the_past").
    """
    broker = selectors.lock_own_broker(by)
    check(selectors.own_broker(by))
    _require_not_ended(broker)
    if licence.expires_on < clock.today():
        raise InvalidInput(faults=[Fault("/expires_on", "in_the_past", _("This licence has run out."))])
    if selectors.has_licence(broker, facts=asdict(licence)):
        return selectors.own_broker(by)
    row = broker.licences.filter(state=LicenceState.UNCHECKED).first() or Licence(broker=broker)
    for name, value in asdict(licence).items():
        setattr(row, name, value)
    row.save()
    audit.record(actor=by, action="licence.named", subject=row)
    return selectors.own_broker(by)


@transaction.atomic
def submit_profile(*, by: Any, check: Precondition = always) -> Broker:
    """Send the profile to review. Locks it.

    Raises NotFound, Stale, Conflict ("illegal_transition"), InvalidInput ("profile_incomplete").
    """
    broker = selectors.lock_own_broker(by)
    check(selectors.own_broker(by))
    broker_steps.require("submit", status=broker.status)
    _require_complete(broker)
    broker.submitted_at = clock.now()
    broker.save(update_fields=["submitted_at", "updated_at"])
    _move(broker, action="submit", by=by)
    return selectors.own_broker(by)


@transaction.atomic
def leave(*, by: Any, check: Precondition = always) -> None:
    """End one's profile. Locks it, then the seller.

    Raises NotFound, Stale, Conflict ("illegal_transition", "deal_open", "listings_live").
    """
    broker = selectors.lock_own_broker(by)
    check(selectors.own_broker(by))
    broker_steps.require("leave", status=broker.status)
    if Deal.objects.filter(owner=by).exclude(state__in=sorted(ENDED)).exists():
        raise Conflict("deal_open", _("A deal of yours is open. It has to end first."))
    if selectors.has_listings_on_market(by):
        raise Conflict("listings_live", _("Take your listings off the market first."))
    _move(broker, action="leave", by=by)
    set_seller_facts(user_id=by.pk, facts=SellerFacts(type=SellerType.PRIVATE))


@transaction.atomic
def step_profile(*, broker_id: UUID, by: Any, action: str, reason: str) -> Broker:
    """A step of staff, with its reason: approve, request_changes, suspend, reinstate, terminate.

    The gate to publishing follows at once and the person is told. Locks the profile, then listings and
    seller. Raises NotFound, NotAllowed ("own_profile"), Conflict ("illegal_transition",
    "licence_not_confirmed"), InvalidInput without a reason.
    """
    broker = selectors.lock_broker(broker_id)
    if broker.user_id == by.pk:
        raise NotAllowed("own_profile", _("Nobody decides about a profile of their own."))
    if broker_steps.STEPS[action].actor != broker_steps.Actor.STAFF:
        raise _not_now(broker)
    if not reason.strip() and action != "approve":
        raise InvalidInput(faults=[Fault("/reason", "required", _("Say why: the person reads it."))])
    broker_steps.require(action, status=broker.status)
    if action in {"approve", "reinstate"} and not selectors.has_valid_licence(broker):
        raise Conflict("licence_not_confirmed", _("A licence has to be confirmed first."))
    _move(broker, action=action, by=by, reason=reason.strip())
    notify(
        kind="broker_status_changed",
        user=broker.user,
        data={"status": broker.status, "reason": broker.status_reason, "link": "/brokers/me"},
    )
    return broker


def _create(user: Any) -> Broker:
    try:
        with transaction.atomic():
            return Broker.objects.create(user=user)
    except IntegrityError as error:
        raise Conflict("profile_exists", _("You have a profile already.")) from error


def _require_not_ended(broker: Broker) -> None:
    if broker.status == BrokerStatus.TERMINATED:
        raise _not_now(broker)


def _not_now(broker: Broker) -> Conflict:
    return IllegalTransition(
        status_now=broker.status,
        allowed=selectors.own_steps(broker),
    )


def _write(broker: Broker, *, values: Mapping[str, Any], area_ids: Sequence[int] | None) -> None:
    for name, value in values.items():
        setattr(broker, name, without_contact(value) if name == "bio" else value)
    broker.save(update_fields=[*values, "updated_at"])
    if area_ids is not None:
        broker.areas.set(area_ids)


def _require_complete(broker: Broker) -> None:
    faults = [
        Fault(f"/{name}", "required", _("This is needed.")) for name in NEEDED if not getattr(broker, name)
    ]
    if not broker.areas.exists():
        faults.append(Fault("/areas", "required", _("Say where you work.")))
    if not broker.licences.filter(state__in=[LicenceState.UNCHECKED, LicenceState.CONFIRMED]).exists():
        faults.append(Fault("/licence", "required", _("Name the licence you work under.")))
    if faults:
        raise InvalidInput(
            "profile_incomplete", _("Something is missing before this can be reviewed."), faults=faults
        )


def _move(broker: Broker, *, action: str, by: Any, reason: str = "") -> None:
    before, broker.status = broker.status, broker_steps.require(action, status=broker.status)
    broker.status_reason = reason
    broker.save(update_fields=["status", "status_reason", "updated_at"])
    audit.record(actor=by, action=f"broker.{action}", subject=broker, reason=reason)
    if BrokerStatus.ACTIVE in {before, broker.status}:  # in all others the gate is closed, or none
        follow_gate(broker)
    publish(BrokerStatusChanged(broker_id=broker.pk, user_id=broker.user_id, status=broker.status))
