"""What a person does with a case: opens it, tells facts, sends it in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from key2key.common import audit, clock
from key2key.common.conditions import Precondition, always
from key2key.common.errors import Conflict, Fault, InvalidInput, NotAllowed
from key2key.common.events import publish
from verification import case_steps, selectors
from verification.enums import OPEN, CaseKind, CaseState, DocumentKind
from verification.events import CaseSubmitted
from verification.models import Case
from verification.requirements import REQUIREMENTS, missing_groups


@transaction.atomic
def open_case(
    *, by: Any, kind: str, subject: UUID | None = None, facts: Mapping[str, Any] | None = None
) -> Case:
    """Begin to show something. One case of a kind and subject is open at a time.

    Raises NotAllowed ("not_verified"), InvalidInput, Conflict ("case_open" with the open one's `case`,
    "already_verified").
    """
    if not by.has_verified_contact:
        raise NotAllowed("not_verified", _("Verify your e-mail address or phone first."))
    _judge_subject(by, kind=kind, subject=subject)
    _judge_facts(kind, facts or {})
    same = Case.objects.filter(user=by, kind=kind, subject=subject)
    if kind == CaseKind.IDENTITY and same.filter(state=CaseState.APPROVED).exists():
        raise Conflict("already_verified", _("This has been shown and approved already."))
    try:
        with transaction.atomic():
            case = Case.objects.create(user=by, kind=kind, subject=subject, facts=dict(facts or {}))
    except IntegrityError as error:
        present = same.filter(state__in=sorted(OPEN)).values_list("pk", flat=True).first()
        raise Conflict("case_open", _("Such a case is open already."), case=str(present)) from error
    audit.record(actor=by, action="case.opened", subject=case)
    return case


@transaction.atomic
def change_facts(*, case_id: UUID, by: Any, facts: Mapping[str, Any], check: Precondition = always) -> Case:
    """Write the case's facts anew while it is in the person's hands.

    Locks the case. Raises NotFound, Stale, Conflict ("illegal_transition"), InvalidInput.
    """
    case = selectors.lock_own_case(by, case_id=case_id)
    check(case)
    case_steps.require("submit", state=case.state)
    _judge_facts(case.kind, facts)
    case.facts = {**case.facts, **facts}
    case.save(update_fields=["facts", "updated_at"])
    return selectors.own_case(by, case_id=case_id)


@transaction.atomic
def submit_case(*, case_id: UUID, by: Any, check: Precondition = always) -> Case:
    """Send a case in; staff look at it. Locks the case.

    Raises NotFound, Stale, Conflict ("illegal_transition"), InvalidInput ("case_incomplete") naming every
    group of documents and every fact that is missing.
    """
    case = selectors.lock_own_case(by, case_id=case_id)
    check(case)
    target = case_steps.require("submit", state=case.state)
    _require_complete(case)
    case.state, case.submitted_at, case.reason = target, clock.now(), ""
    case.save(update_fields=["state", "submitted_at", "reason", "updated_at"])
    audit.record(actor=by, action="case.submitted", subject=case)
    publish(CaseSubmitted(case_id=case.pk, user_id=case.user_id, kind=case.kind))
    return selectors.own_case(by, case_id=case_id)


def _judge_subject(user: Any, *, kind: str, subject: UUID | None) -> None:
    wanted = REQUIREMENTS[kind].subject
    if not wanted and subject is not None:
        raise _fault("not_allowed_here", _("A case of this kind is about you alone."))
    if wanted and subject is None:
        raise _fault("required", _("Say what the case is about."))
    if subject is not None and not selectors.subject_is_theirs(user, subject=wanted, subject_id=subject):
        raise _fault("does_not_exist", _("There is no such thing of yours."))


def _judge_facts(kind: str, facts: Mapping[str, Any]) -> None:
    strange = sorted(set(facts) - set(REQUIREMENTS[kind].facts))
    if strange:
        raise InvalidInput(
            faults=[
                Fault(f"/facts/{name}", "unknown_field", _("There is no such field.")) for name in strange
            ]
        )


def _require_complete(case: Case) -> None:
    faults = [
        Fault(
            "/documents",
            "document_required",
            _("One of these is needed: %(kinds)s.")
            % {"kinds": ", ".join(str(DocumentKind(each).label) for each in group)},
        )
        for group in missing_groups(case.kind, present=selectors.kept_kinds(case))
    ]
    faults += [
        Fault(f"/facts/{name}", "required", _("This is needed."))
        for name in REQUIREMENTS[case.kind].facts
        if not case.facts.get(name)
    ]
    ends = case.facts.get("expires_on")
    if ends and date.fromisoformat(ends) < clock.today():
        faults.append(Fault("/facts/expires_on", "in_the_past", _("This licence has run out.")))
    if faults:
        raise InvalidInput(
            "case_incomplete", _("Something is missing before this can be checked."), faults=faults
        )


def _fault(code: str, detail: Any) -> InvalidInput:
    return InvalidInput(faults=[Fault("/subject", code, detail)])
