"""Who works for an organisation: invited, joined, given another role, gone.

Whatever changes the members holds the organisation's row, so that of two owners who leave in the same
moment one stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import selectors
from accounts.digests import new_token, token_digest
from accounts.events import MembershipChanged
from accounts.models import Membership, Organisation, OrganisationInvitation, User
from accounts.models.people import canonical_email
from accounts.services.codes import count_sending
from accounts.services.contacts import link_to
from key2key.common import audit, clock
from key2key.common.conditions import Precondition, always
from key2key.common.errors import Conflict, NotAllowed, NotFound
from key2key.common.events import publish
from notifications.services import notify

Role = Membership.Role
INVITATION_LIFE = timedelta(days=7)


@dataclass(frozen=True)
class Invited:
    """Whom to invite, by e-mail or by phone (E.164), and as what."""

    role: str
    email: str = ""
    phone: str = ""


@transaction.atomic
def invite_member(invited: Invited, *, organisation_id: UUID, by: User) -> OrganisationInvitation:
    """Send a single-use link that is good for 7 days; one sent before to the same address dies.

    Raises NotFound (for all who do not manage the members), NotAllowed ("not_allowed": only an owner
    makes owners), Conflict ("already_member"), Throttled. Locks the organisation.
    """
    organisation = selectors.lock_managed_organisation(organisation_id, by=by)
    _require_power_over({invited.role}, organisation=organisation, by=by)
    address = {"email": canonical_email(invited.email), "phone": invited.phone}
    known = _person_at(**address)
    if known and selectors.membership_of(known.pk, organisation_id=organisation.pk):
        raise Conflict("already_member", _("This person works there already."))
    count_sending(address["email"] or address["phone"])
    organisation.invitations.filter(**address, accepted_at__isnull=True).delete()
    token = new_token()
    invitation = OrganisationInvitation.objects.create(
        organisation=organisation,
        role=invited.role,
        digest=token_digest(token),
        expires_at=clock.now() + INVITATION_LIFE,
        **address,
    )
    audit.record(actor=by, action="organisation.invited", subject=organisation, reason=invited.role)
    _send(invitation, token=token, language=known.language if known else by.language)
    return invitation


def organisation_invitation_of(token: str) -> OrganisationInvitation:
    """The invitation of a link that is still good, with its organisation. Raises NotFound."""
    return selectors.invitation_of_link(digest=token_digest(token))


@transaction.atomic
def withdraw_invitation(*, organisation_id: UUID, invitation_id: UUID, by: User) -> None:
    """Let the link of an invitation die. Raises NotFound. Locks the organisation."""
    organisation = selectors.lock_managed_organisation(organisation_id, by=by)
    invitation = organisation.invitations.filter(pk=invitation_id, accepted_at__isnull=True).first()
    if invitation is None:
        raise NotFound
    invitation.delete()
    audit.record(
        actor=by, action="organisation.invitation_withdrawn", subject=organisation, reason=invitation.role
    )


@transaction.atomic
def accept_invitation(*, token: str, by: User) -> Membership:
    """Join by the token of the link that was sent to one's own, verified e-mail or phone.

    Raises NotFound for unknown, used and late tokens and for those sent to somebody else, Conflict
    ("already_member"). Locks the organisation.
    """
    person = selectors.present(by)
    invitation = selectors.invitation_for(person, digest=token_digest(token))
    organisation = selectors.lock_organisation(invitation.organisation_id)
    if selectors.membership_of(person.pk, organisation_id=organisation.pk):
        raise Conflict("already_member", _("You work there already."))
    unused = organisation.invitations.filter(pk=invitation.pk, accepted_at__isnull=True)
    if not unused.update(accepted_at=clock.now()):
        raise NotFound
    return join(person, organisation=organisation, role=invitation.role)


def join(user: User, *, organisation: Organisation, role: str) -> Membership:
    """Somebody works there from now on; in the caller's transaction, who saw to it that they may."""
    with audit.because("joined", actor=user):
        membership = Membership.objects.create(organisation=organisation, user=user, role=role)
        audit.record(actor=user, action="organisation.joined", subject=organisation, reason=role)
    _tell(membership)
    return membership


@transaction.atomic
def change_member_role(
    *, organisation_id: UUID, user_id: UUID, role: str, by: User, check: Precondition = always
) -> Membership:
    """Give a colleague another role; a role that they have already changes nothing.

    Raises NotFound, NotAllowed ("not_allowed": only an owner makes owners, or ends their being it),
    Conflict ("last_owner"). Locks the organisation.
    """
    organisation = selectors.lock_managed_organisation(organisation_id, by=by)
    membership = selectors.colleague(user_id, organisation_id=organisation.pk)
    check(membership)
    if membership.role == role:
        return membership
    _require_power_over({membership.role, role}, organisation=organisation, by=by)
    _require_another_owner(membership)
    before, membership.role = membership.role, role
    with audit.because("role", actor=by):
        membership.save(update_fields=["role", "updated_at"])
        audit.record(
            actor=by, action="organisation.role_changed", subject=organisation, reason=f"{before} → {role}"
        )
    _tell(membership)
    return membership


@transaction.atomic
def remove_member(*, organisation_id: UUID, user_id: UUID, by: User, check: Precondition = always) -> None:
    """End somebody's work for the organisation, or one's own.

    Raises NotFound, NotAllowed ("not_allowed": only an owner removes owners), Conflict ("last_owner").
    Locks the organisation.
    """
    is_own = user_id == by.pk
    organisation = (
        selectors.lock_organisation(organisation_id)
        if is_own
        else selectors.lock_managed_organisation(organisation_id, by=by)
    )
    membership = selectors.colleague(user_id, organisation_id=organisation.pk)
    check(membership)
    if not is_own:
        _require_power_over({membership.role}, organisation=organisation, by=by)
    _require_another_owner(membership)
    with audit.because("left" if is_own else "removed", actor=by):
        membership.delete()
        action = "organisation.left" if is_own else "organisation.member_removed"
        audit.record(actor=by, action=action, subject=organisation, reason=membership.role)
    _tell(membership)


def _require_power_over(roles: set[str], *, organisation: Organisation, by: User) -> None:
    """What concerns owners is the owners' own."""
    mine = selectors.membership_of(by.pk, organisation_id=organisation.pk)
    if Role.OWNER in roles and (mine is None or mine.role != Role.OWNER):
        raise NotAllowed("not_allowed", _("Only an owner does this."))


def _require_another_owner(membership: Membership) -> None:
    """With the organisation's row locked."""
    if membership.role != Role.OWNER:
        return
    owners = Membership.objects.filter(organisation_id=membership.organisation_id, role=Role.OWNER)
    if not owners.exclude(pk=membership.pk).exists():
        raise Conflict("last_owner", _("Somebody must own it. Make somebody else an owner first."))


def _person_at(*, email: str, phone: str) -> User | None:
    """Who has proven the address; a mere claim is nobody's business."""
    if phone:
        return selectors.user_by_verified_phone(phone)
    known = selectors.user_by_email(email)
    return known if known and known.email_verified else None


def _send(invitation: OrganisationInvitation, *, token: str, language: str) -> None:
    notify(
        kind="organisation_invitation",
        channel="email" if invitation.email else "sms",
        to=invitation.email or invitation.phone,
        language=language,
        data={"organisation": invitation.organisation.name, "role": invitation.role},
        secret={"token": token, "link": link_to("join-organisation", token=token)},
    )


def _tell(membership: Membership) -> None:
    publish(MembershipChanged(user_id=membership.user_id, organisation_id=membership.organisation_id))
