"""Who may see whom, and the locks on people and their sessions."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.agency import Right, roles_with
from accounts.models import Block, Membership, Organisation, OrganisationInvitation, Session, User
from accounts.models.people import canonical_email
from key2key.common import clock
from key2key.common.errors import NotFound


def public_profiles() -> QuerySet[User]:
    """Whose profile everybody may read."""
    return User.objects.filter(status=User.Status.ACTIVE)


def public_profile(user_id: UUID) -> User:
    """One profile as everybody may read it. Raises NotFound (suspended and erased people too)."""
    user = public_profiles().filter(pk=user_id).first()
    if user is None:
        raise NotFound
    return user


def users_seen_by_staff() -> QuerySet[User]:
    """Everybody, for staff who may look."""
    return User.objects.prefetch_related("groups")


def present(user: User) -> User:
    """The person as their row is now: who signs a request may be some seconds old (`session_cache`)."""
    return User.objects.get(pk=user.pk)


def lock_user(user_id: UUID) -> User:
    """The user's row, locked until the transaction ends. Raises NotFound (erased accounts too)."""
    user = User.objects.select_for_update().exclude(status=User.Status.ERASED).filter(pk=user_id).first()
    if user is None:
        raise NotFound
    return user


def user_by_email(email: str) -> User | None:
    """The account of the address, whatever the case it is written in."""
    return User.objects.filter(email=canonical_email(email)).first()


def user_by_verified_phone(phone: str) -> User | None:
    """The account whose owner has proven the number (E.164). A mere claim does not count."""
    return User.objects.filter(phone=phone, phone_verified_at__isnull=False).first()


def is_in_group(user: User, *, names: Iterable[str]) -> bool:
    """Whether the user is in one of the groups of staff, or has every right."""
    return user.is_superuser or user.groups.filter(name__in=list(names)).exists()


def own_sessions(user: User) -> QuerySet[Session]:
    """The user's sign-ins that still hold."""
    return Session.objects.filter(user=user, ended_at__isnull=True, expires_at__gt=clock.now())


def lock_own_session(user: User, *, session_id: UUID) -> Session:
    """One of the user's sign-ins, locked. Raises NotFound (other people's and ended ones alike)."""
    session = own_sessions(user).select_for_update().filter(pk=session_id).first()
    if session is None:
        raise NotFound
    return session


def live_session(session_id: UUID) -> Session | None:
    """The sign-in with its user, if it holds and the account may be used."""
    session = Session.objects.select_related("user").filter(pk=session_id, ended_at__isnull=True).first()
    return session if session and session.user.is_active else None


def live_session_ids(session_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these sign-ins hold, of accounts that may be used."""
    held = Session.objects.filter(
        pk__in=session_ids, ended_at__isnull=True, user__status=User.Status.ACTIVE
    ).order_by()
    return set(held.values_list("pk", flat=True))


def is_known_device(user: User | None, *, ip: str, device: str) -> bool:
    """Whether the account was signed in from this address with this user agent before."""
    return user is not None and bool(ip) and Session.objects.filter(user=user, ip=ip, device=device).exists()


def organisations_where(user: User, *, right: Right) -> QuerySet[Membership, UUID]:
    """The ids of the organisations in which the user has the right; fit for `organisation_id__in=`."""
    held = Membership.objects.filter(user=user, role__in=roles_with(right)).order_by()
    return held.values_list("organisation_id", flat=True)


def has_right(user: User, *, organisation_id: UUID, right: Right) -> bool:
    """Whether the user has the right in that organisation."""
    return organisations_where(user, right=right).filter(organisation_id=organisation_id).exists()


def members_with(organisation_id: UUID, *, right: Right) -> QuerySet[User]:
    """The colleagues with the right whose accounts may be used."""
    held = Membership.objects.filter(organisation_id=organisation_id, role__in=roles_with(right))
    return User.objects.filter(status=User.Status.ACTIVE, pk__in=held.values("user_id"))


def organisation(organisation_id: UUID) -> Organisation:
    """One organisation as everybody may see it. Raises NotFound."""
    found = Organisation.objects.filter(pk=organisation_id).first()
    if found is None:
        raise NotFound
    return found


def own_memberships(user: User) -> QuerySet[Membership]:
    """For whom the user works, with the organisations."""
    return Membership.objects.filter(user=user).select_related("organisation")


def members_of(organisation_id: UUID, *, seen_by: User) -> QuerySet[Membership]:
    """Who works there, with the people, as colleagues may see. Raises NotFound for everybody else."""
    if not Membership.objects.filter(organisation_id=organisation_id, user=seen_by).exists():
        raise NotFound
    return Membership.objects.filter(organisation_id=organisation_id).select_related("user")


def membership_of(user_id: UUID, *, organisation_id: UUID) -> Membership | None:
    """Somebody's place in the organisation, if they work there."""
    return Membership.objects.filter(organisation_id=organisation_id, user_id=user_id).first()


def colleague(user_id: UUID, *, organisation_id: UUID) -> Membership:
    """Somebody's place in the organisation, with the person. Raises NotFound."""
    works_there = Membership.objects.filter(organisation_id=organisation_id, user_id=user_id)
    found = works_there.select_related("user").first()
    if found is None:
        raise NotFound
    return found


def invitations_that_hold() -> QuerySet[OrganisationInvitation]:
    """Invitations whose link still lets somebody in, of all organisations."""
    return OrganisationInvitation.objects.filter(accepted_at__isnull=True, expires_at__gt=clock.now())


def open_invitations(organisation_id: UUID, *, seen_by: User) -> QuerySet[OrganisationInvitation]:
    """Invitations that still hold, for those who manage the members. Raises NotFound for others."""
    if not has_right(seen_by, organisation_id=organisation_id, right=Right.MANAGE_MEMBERS):
        raise NotFound
    return invitations_that_hold().filter(organisation_id=organisation_id)


def invitation_for(user: User, *, digest: str) -> OrganisationInvitation:
    """The invitation that still holds and went to the user's proven e-mail or phone. Raises NotFound."""
    found = invitations_that_hold().filter(digest=digest).first()
    if found is None or not _is_addressed_to(found, user):
        raise NotFound
    return found


def invitation_of_link(*, digest: str) -> OrganisationInvitation:
    """The invitation of a link that still holds, whoever opened it. Raises NotFound ("link_not_valid")."""
    found = invitations_that_hold().select_related("organisation").filter(digest=digest).first()
    if found is None:
        raise NotFound("link_not_valid", _("This link is not valid any more. Ask for a new one."))
    return found


def lock_organisation(organisation_id: UUID) -> Organisation:
    """The organisation's row, locked: whoever changes its members holds it. Raises NotFound."""
    found = Organisation.objects.select_for_update().filter(pk=organisation_id).first()
    if found is None:
        raise NotFound
    return found


def lock_managed_organisation(organisation_id: UUID, *, by: User) -> Organisation:
    """The organisation's row, locked, for those who manage its members. Raises NotFound for others."""
    found = lock_organisation(organisation_id)
    if not has_right(by, organisation_id=organisation_id, right=Right.MANAGE_MEMBERS):
        raise NotFound
    return found


def own_blocks(user: User) -> QuerySet[Block]:
    """Whom the user has blocked, with the people."""
    return Block.objects.filter(user=user).select_related("blocked")


def own_block(user: User, *, blocked_id: UUID) -> Block:
    """The user's block of somebody. Raises NotFound."""
    found = own_blocks(user).filter(blocked_id=blocked_id).first()
    if found is None:
        raise NotFound
    return found


def is_blocked(one_id: UUID, other_id: UUID) -> bool:
    """Whether one of the two has blocked the other."""
    either_way = Q(user_id=one_id, blocked_id=other_id) | Q(user_id=other_id, blocked_id=one_id)
    return Block.objects.filter(either_way).exists()


def _is_addressed_to(invitation: OrganisationInvitation, user: User) -> bool:
    if invitation.email:
        return user.email_verified and user.email == invitation.email
    return user.phone_verified and user.phone == invitation.phone
