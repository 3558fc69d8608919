"""Opens the organisations of the demo."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from accounts.management.seeding.cast import AGENCIES, Agency
from accounts.models import Membership, Organisation
from accounts.selectors import user_by_email
from accounts.services import create_organisation
from accounts.services.members import join
from key2key.common import audit, clock


def sow_agencies() -> int:
    """Open what is missing, each in a transaction of its own. Returns how many were opened."""
    missing = [agency for agency in AGENCIES if not _is_there(agency)]
    for agency in missing:
        with clock.advanced(-timedelta(days=agency.days)):
            _open(agency)
    return len(missing)


def _is_there(agency: Agency) -> bool:
    owner, role = agency.people[0]
    owned = Membership.objects.filter(user__email=owner, role=role, organisation__name=agency.name)
    return owned.exists()


@transaction.atomic
def _open(agency: Agency) -> None:
    (owner, *others) = [(user_by_email(email), role) for email, role in agency.people]
    if owner[0] is None:
        return
    with audit.because("demo data"):
        organisation = create_organisation(name=agency.name, by=owner[0])
        for user, role in others:
            if user is not None:
                join(user, organisation=organisation, role=role)
    Organisation.objects.filter(pk=organisation.pk).update(created_at=clock.now())
    Membership.objects.filter(organisation=organisation).update(created_at=clock.now())
