"""Organisations: opened by somebody who can be reached, renamed and closed by those who manage them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from accounts import selectors
from accounts.events import MembershipChanged, OrganisationChanged
from accounts.models import Membership, Organisation, User
from key2key.common import audit
from key2key.common.conditions import Precondition, always
from key2key.common.errors import Conflict, NotAllowed
from key2key.common.events import publish

CHANGEABLE = frozenset({"name"})


@transaction.atomic
def create_organisation(*, name: str, by: User) -> Organisation:
    """Open an organisation; who opens it is its first owner. Raises NotAllowed ("not_verified")."""
    if not selectors.present(by).has_verified_contact:
        raise NotAllowed("not_verified", _("Verify your e-mail address or phone first."))
    organisation = Organisation.objects.create(name=name, market=by.market)
    Membership.objects.create(organisation=organisation, user=by, role=Membership.Role.OWNER)
    audit.record(actor=by, action="organisation.created", subject=organisation)
    publish(MembershipChanged(user_id=by.pk, organisation_id=organisation.pk))
    return organisation


@transaction.atomic
def change_organisation(
    *, organisation_id: UUID, by: User, changes: Mapping[str, Any], check: Precondition = always
) -> Organisation:
    """Rename it. Raises NotFound (for all who do not manage it). Locks the organisation."""
    organisation = selectors.lock_managed_organisation(organisation_id, by=by)
    check(organisation)
    wanted = {name: value for name, value in changes.items() if name in CHANGEABLE}
    if not wanted:
        return organisation
    for name, value in wanted.items():
        setattr(organisation, name, value)
    organisation.save(update_fields=[*wanted, "updated_at"])
    audit.record(actor=by, action="organisation.changed", subject=organisation)
    publish(OrganisationChanged(organisation_id=organisation.pk))
    return organisation


@transaction.atomic
def delete_organisation(*, organisation_id: UUID, by: User, check: Precondition = always) -> None:
    """Close it for good; nobody works there any more.

    Raises NotFound (for all who do not manage it), Conflict ("organisation_in_use") when it has offered
    something. Locks the organisation.
    """
    organisation = selectors.lock_managed_organisation(organisation_id, by=by)
    check(organisation)
    members = list(organisation.memberships.values_list("user_id", flat=True))
    audit.record(actor=by, action="organisation.deleted", subject=organisation)
    try:
        organisation.delete()
    except ProtectedError as error:
        raise Conflict("organisation_in_use", _("It has listings, so it must stay.")) from error
    for user_id in members:
        publish(MembershipChanged(user_id=user_id, organisation_id=organisation_id))
