"""Objects for the paths of accounts (key2key/tests/test_who_may.py)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accounts import services
from accounts.models import User
from accounts.tests.factories import (
    PASSWORD,
    BlockFactory,
    InvitationFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
)

TOKEN = "the-token-of-the-link"


def session(owner: User) -> UUID:
    return services.open_session(user=owner, second_factor=False).session.pk


def customer(owner: User) -> UUID:
    user: User = UserFactory()
    return user.pk


def suspended(owner: User) -> UUID:
    user: User = UserFactory(status=User.Status.SUSPENDED)
    return user.pk


def blocked(owner: User) -> UUID:
    return BlockFactory(user=owner).blocked_id


def organisation(owner: Any) -> UUID:
    return owner.organisation.pk


def member(owner: Any) -> dict[str, Any]:
    return {"id": owner.organisation.pk, "user": MembershipFactory(organisation=owner.organisation).user_id}


def invitation(owner: Any) -> dict[str, Any]:
    return {
        "id": owner.organisation.pk,
        "invitation": InvitationFactory(organisation=owner.organisation).pk,
    }


def own_invitation(owner: User) -> dict[str, str]:
    InvitationFactory(organisation=OrganisationFactory(), email=owner.email, token=TOKEN)
    return {"token": TOKEN}


EXAMPLES: dict[str, Any] = {
    "/api/v1/auth/sessions/{id}": session,
    "/api/v1/users/{id}": customer,
    "/api/v1/users/me/blocks/{id}": blocked,
    "PUT /api/v1/users/me/blocks/{id}": customer,
    "/api/v1/organisations/{id}": organisation,
    "/api/v1/organisations/{id}/members/{user}": member,
    "/api/v1/organisations/{id}/invitations/{invitation}": invitation,
    "POST /api/v1/users/{id}/reinstate": suspended,
}
BODIES: dict[str, Any] = {
    "POST /api/v1/auth/password/change": {
        "current_password": PASSWORD,
        "new_password": "another long password",
    },
    "POST /api/v1/organisations": {"name": "Bole Homes"},
    "PATCH /api/v1/organisations/{id}": {"name": "Bole Homes and Cars"},
    "PATCH /api/v1/organisations/{id}/members/{user}": {"role": "manager"},
    "POST /api/v1/organisations/{id}/invitations": {"email": "new.agent@example.com", "role": "agent"},
    "POST /api/v1/organisation-invitations/accept": own_invitation,
    "PATCH /api/v1/users/me": {"full_name": "Somebody Else"},
    "POST /api/v1/users": {"full_name": "Almaz Bekele", "email": "almaz@example.com"},
    "PATCH /api/v1/users/{id}": {"full_name": "Somebody Else"},
    "POST /api/v1/users/{id}/suspend": {"reason": "A test"},
    "POST /api/v1/users/{id}/reinstate": {"reason": "A test"},
}
