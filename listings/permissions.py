"""Who may knock at the doors of listings."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from key2key.common.plugins import Who, WhoMay

_STEPS = (
    "submit", "take-back", "revise", "withdraw", "hold", "reactivate", "launch", "renew", "close", "cancel",
)  # fmt: skip

WHO_MAY: WhoMay = {
    ("GET", "/api/v1/listings"): Who.ANYONE,
    ("GET", "/api/v1/properties"): Who.ANYONE,
    ("GET", "/api/v1/vehicles"): Who.ANYONE,
    ("GET", "/api/v1/listings/{id}"): Who.ANYONE,
    ("GET", "/api/v1/properties/{id}"): Who.ANYONE,
    ("GET", "/api/v1/vehicles/{id}"): Who.ANYONE,
    ("POST", "/api/v1/properties"): Who.USER,
    ("POST", "/api/v1/vehicles"): Who.USER,
    ("PATCH", "/api/v1/properties/{id}"): Who.OWNER,
    ("PATCH", "/api/v1/vehicles/{id}"): Who.OWNER,
    ("DELETE", "/api/v1/properties/{id}"): Who.OWNER,
    ("DELETE", "/api/v1/vehicles/{id}"): Who.OWNER,
    **{("POST", f"/api/v1/listings/{{id}}/{step}"): Who.OWNER for step in _STEPS},
    ("GET", "/api/v1/listings/{id}/photos"): Who.ANYONE,
    ("POST", "/api/v1/listings/{id}/photos"): Who.OWNER,
    ("PATCH", "/api/v1/listings/{id}/photos/{photo}"): Who.OWNER,
    ("DELETE", "/api/v1/listings/{id}/photos/{photo}"): Who.OWNER,
    ("GET", "/api/v1/users/me/listings"): Who.USER,
    ("GET", "/api/v1/saved-searches"): Who.USER,
    ("POST", "/api/v1/saved-searches"): Who.USER,
    ("GET", "/api/v1/saved-searches/{id}"): Who.OWNER,
    ("PATCH", "/api/v1/saved-searches/{id}"): Who.OWNER,
    ("DELETE", "/api/v1/saved-searches/{id}"): Who.OWNER,
    ("GET", "/api/v1/locations"): Who.ANYONE,
    ("GET", "/api/v1/vehicle-brands"): Who.ANYONE,
    ("GET", "/api/v1/vehicle-brands/{slug}/models"): Who.ANYONE,
    ("GET", "/api/v1/reference"): Who.ANYONE,
}


class ReadOrSignedIn(BasePermission):
    """Reading is open to all, writing to whoever is signed in; whose it is, the selectors judge."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the caller may knock."""
        return request.method in SAFE_METHODS or request.user.is_authenticated
