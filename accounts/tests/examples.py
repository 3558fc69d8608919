"""Objects for the paths of accounts (key2key/tests/test_who_may.py)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from accounts import services
from accounts.models import User
from accounts.tests.factories import PASSWORD, UserFactory


def session(owner: User) -> UUID:
    return services.open_session(user=owner, second_factor=False).session.pk


def customer(owner: User) -> UUID:
    user: User = UserFactory()
    return user.pk


def suspended(owner: User) -> UUID:
    user: User = UserFactory(status=User.Status.SUSPENDED)
    return user.pk


EXAMPLES: dict[str, Any] = {
    "/api/v1/auth/sessions/{id}": session,
    "/api/v1/users/{id}": customer,
    "POST /api/v1/users/{id}/reinstate": suspended,
}
BODIES: dict[str, Any] = {
    "POST /api/v1/auth/password/change": {
        "current_password": PASSWORD,
        "new_password": "another long password",
    },
    "PATCH /api/v1/users/me": {"full_name": "Somebody Else"},
    "POST /api/v1/users": {"full_name": "Almaz Bekele", "email": "almaz@example.com"},
    "PATCH /api/v1/users/{id}": {"full_name": "Somebody Else"},
    "POST /api/v1/users/{id}/suspend": {"reason": "A test"},
    "POST /api/v1/users/{id}/reinstate": {"reason": "A test"},
}
