"""What staff decide about cases, and what follows. The callers have judged the role."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

import brokers.services
from accounts.services import set_identity_verified
from brokers.services import LicenceFacts
from key2key.common import audit, clock
from key2key.common.errors import Fault, InvalidInput, NotAllowed
from key2key.common.events import publish
from listings.services import SellerFacts, set_seller_facts
from notifications.services import notify
from verification import case_steps, selectors
from verification.enums import CaseKind
from verification.events import CaseDecided
from verification.models import Case


@transaction.atomic
def start_review(*, case_id: UUID, by: Any) -> Case:
    """Take a case up, so that colleagues see it is in somebody's hands. Raises as `approve` does."""
    case = _lock_for(by, case_id)
    return _move(case, action="start_review", by=by)


@transaction.atomic
def approve(*, case_id: UUID, by: Any) -> Case:
    """It is true. What hangs on it (badge, licence gate) follows in the same transaction.

    Locks the case, then what the effect locks. Raises NotFound, NotAllowed ("own_case"), Conflict
    ("illegal_transition" and those of the effect).
    """
    case = _lock_for(by, case_id)
    if case.kind == CaseKind.BROKER_LICENCE:
        case.valid_until = date.fromisoformat(case.facts["expires_on"])
    _decide(case, action="approve", by=by)
    _GRANT[case.kind](case, by)
    _tell(case, kind="verification_approved")
    return case


@transaction.atomic
def request_revision(*, case_id: UUID, by: Any, reason: str) -> Case:
    """Send a case back with what to mend. Raises as `approve` does, and InvalidInput without a reason."""
    case = _refuse(case_id, by=by, reason=reason, action="request_revision")
    _tell(case, kind="verification_needs_revision")
    return case


@transaction.atomic
def reject(*, case_id: UUID, by: Any, reason: str) -> Case:
    """It is not true, or not shown. Raises as `request_revision` does."""
    case = _refuse(case_id, by=by, reason=reason, action="reject")
    _tell(case, kind="verification_rejected")
    return case


@transaction.atomic
def revoke(*, case_id: UUID, by: Any, reason: str) -> Case:
    """It has turned out not to be true: what hung on it ends. Raises as `request_revision` does."""
    case = _refuse(case_id, by=by, reason=reason, action="revoke")
    _WITHDRAW[case.kind](case, by)
    _tell(case, kind="verification_rejected")
    return case


@transaction.atomic
def expire(case_id: UUID) -> bool:
    """Let the clock end an approved case whose day is over. False when it is not over any more."""
    case = selectors.lock_case(case_id)
    is_over = case.valid_until is not None and case.valid_until < clock.today()
    if not is_over or case.state not in case_steps.STEPS["expire"].sources:
        return False
    _move(case, action="expire", by=None)
    if case.kind != CaseKind.BROKER_LICENCE:  # the brokers' own clock ends a licence
        _WITHDRAW[case.kind](case, None)
    _tell(case, kind="verification_expired")
    return True


def _refuse(case_id: UUID, *, by: Any, reason: str, action: str) -> Case:
    reason = reason.strip()
    if not reason:
        raise InvalidInput(faults=[Fault("/reason", "required", _("Say why: the person reads it."))])
    case = _lock_for(by, case_id)
    case.reason = reason
    return _decide(case, action=action, by=by)


def _lock_for(by: Any, case_id: UUID) -> Case:
    case = selectors.lock_case(case_id)
    if case.user_id == by.pk:
        raise NotAllowed("own_case", _("Nobody decides about a case of their own."))
    return case


def _decide(case: Case, *, action: str, by: Any) -> Case:
    case.decided_at, case.decided_by = clock.now(), by
    _move(case, action=action, by=by, also=("decided_at", "decided_by", "reason", "valid_until"))
    publish(CaseDecided(case_id=case.pk, user_id=case.user_id, kind=case.kind, state=case.state))
    return case


def _move(case: Case, *, action: str, by: Any, also: tuple[str, ...] = ()) -> Case:
    case.state = case_steps.require(action, state=case.state)
    case.save(update_fields=["state", *also, "updated_at"])
    audit.record(actor=by, action=f"case.{action}", subject=case, reason=case.reason if also else "")
    return case


def _tell(case: Case, *, kind: str) -> None:
    notify(
        user=selectors.person_of(case),
        kind=kind,
        data={"subject": case.kind, "reason": case.reason, "link": f"/verification/cases/{case.pk}"},
    )


def _grant_identity(case: Case, by: Any) -> None:
    set_seller_facts(user_id=case.user_id, facts=SellerFacts(verified=True))
    set_identity_verified(user_id=case.user_id, verified=True, by=by)


def _withdraw_identity(case: Case, by: Any) -> None:
    set_seller_facts(user_id=case.user_id, facts=SellerFacts(verified=False))
    set_identity_verified(user_id=case.user_id, verified=False, by=by)


def _grant_licence(case: Case, by: Any) -> None:
    facts = {name: case.facts[name] for name in ("number", "authority", "category", "region")}
    licence = LicenceFacts(**facts, expires_on=date.fromisoformat(case.facts["expires_on"]))
    brokers.services.confirm_licence(user_id=case.user_id, licence=licence, by=by)


def _withdraw_licence(case: Case, by: Any) -> None:
    brokers.services.revoke_licence(user_id=case.user_id, by=by, reason=case.reason)


def _grant_business(case: Case, by: Any) -> None:
    set_seller_facts(organisation_id=case.subject, facts=SellerFacts(verified=True))


def _withdraw_business(case: Case, by: Any) -> None:
    set_seller_facts(organisation_id=case.subject, facts=SellerFacts(verified=False))


def _ownership_stands_alone(case: Case, by: Any) -> None:
    """The approved case itself is the evidence: moderators see it beside the listing."""


Effect = Callable[[Case, Any], None]
_GRANT: Mapping[str, Effect] = {
    CaseKind.IDENTITY: _grant_identity,
    CaseKind.BROKER_LICENCE: _grant_licence,
    CaseKind.BUSINESS: _grant_business,
    CaseKind.OWNERSHIP: _ownership_stands_alone,
}
_WITHDRAW: Mapping[str, Effect] = {
    CaseKind.IDENTITY: _withdraw_identity,
    CaseKind.BROKER_LICENCE: _withdraw_licence,
    CaseKind.BUSINESS: _withdraw_business,
    CaseKind.OWNERSHIP: _ownership_stands_alone,
}
