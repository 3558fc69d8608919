"""Which roles may knock at the doors of accounts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts import selectors
from accounts.roles import StaffGroup
from key2key.common.errors import NotAllowed
from key2key.common.plugins import Who, WhoMay

WHO_MAY: WhoMay = {
    ("POST", "/api/v1/auth/register"): Who.ANYONE,
    ("POST", "/api/v1/auth/login"): Who.ANYONE,
    ("POST", "/api/v1/auth/refresh"): Who.ANYONE,
    ("POST", "/api/v1/auth/logout"): Who.USER,
    ("POST", "/api/v1/auth/logout-all"): Who.USER,
    ("GET", "/api/v1/auth/sessions"): Who.USER,
    ("DELETE", "/api/v1/auth/sessions/{id}"): Who.OWNER,
    ("POST", "/api/v1/auth/password/forgot"): Who.ANYONE,
    ("POST", "/api/v1/auth/password/reset"): Who.ANYONE,
    ("POST", "/api/v1/auth/password/change"): Who.USER,
    ("POST", "/api/v1/auth/email/verify"): Who.ANYONE,
    ("POST", "/api/v1/auth/email/resend"): Who.ANYONE,
    ("POST", "/api/v1/auth/phone/start"): Who.ANYONE,
    ("POST", "/api/v1/auth/phone/verify"): Who.ANYONE,
    ("GET", "/api/v1/users/me"): Who.USER,
    ("PATCH", "/api/v1/users/me"): Who.USER,
    ("GET", "/api/v1/users/me/blocks"): Who.USER,
    ("GET", "/api/v1/users/me/blocks/{id}"): Who.OWNER,
    ("PUT", "/api/v1/users/me/blocks/{id}"): Who.USER,
    ("DELETE", "/api/v1/users/me/blocks/{id}"): Who.USER,
    ("GET", "/api/v1/organisations"): Who.USER,
    ("POST", "/api/v1/organisations"): Who.USER,
    ("GET", "/api/v1/organisations/{id}"): Who.ANYONE,
    ("PATCH", "/api/v1/organisations/{id}"): Who.OWNER,
    ("DELETE", "/api/v1/organisations/{id}"): Who.OWNER,
    ("GET", "/api/v1/organisations/{id}/members"): Who.SIDE,
    ("PATCH", "/api/v1/organisations/{id}/members/{user}"): Who.OWNER,
    ("DELETE", "/api/v1/organisations/{id}/members/{user}"): Who.OWNER,
    ("GET", "/api/v1/organisations/{id}/invitations"): Who.OWNER,
    ("POST", "/api/v1/organisations/{id}/invitations"): Who.OWNER,
    ("DELETE", "/api/v1/organisations/{id}/invitations/{invitation}"): Who.OWNER,
    ("POST", "/api/v1/organisation-invitations/accept"): Who.OWNER,
    ("GET", "/api/v1/users/{id}"): Who.ANYONE,
    ("GET", "/api/v1/users"): Who.SUPPORT,
    ("POST", "/api/v1/users"): Who.SUPPORT,
    ("PATCH", "/api/v1/users/{id}"): Who.SUPPORT,
    ("DELETE", "/api/v1/users/{id}"): Who.SUPPORT,
    ("POST", "/api/v1/users/{id}/suspend"): Who.SUPPORT,
    ("POST", "/api/v1/users/{id}/reinstate"): Who.SUPPORT,
}


def StaffOf(*groups: Who) -> type[BasePermission]:  # noqa: N802 - it makes a class
    """Staff of one of the groups, or of the administration, who showed the second factor.

    Others get 403: `second_factor_required` when only that is missing, else `not_allowed`.
    """
    names = {str(group) for group in groups} | {StaffGroup.ADMIN.value}

    class StaffOnly(BasePermission):
        """Built for the groups above."""

        def has_permission(self, request: Request, view: Any) -> bool:
            """Whether the caller may knock."""
            user = request.user
            if not user.is_authenticated:
                return False
            if not user.is_staff or not selectors.is_in_group(user, names=names):
                raise NotAllowed("not_allowed")
            if not getattr(request.auth, "second_factor", False):
                raise NotAllowed(
                    "second_factor_required", _("Sign in with your second factor to act as staff.")
                )
            return True

    return StaffOnly
