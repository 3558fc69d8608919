"""Rate limits at the HTTP door, told in the RateLimit headers."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from key2key.common import rates
from key2key.common.request import facts


class RateLimit(BaseThrottle):
    """One policy per call: the view's `rate_policy`, else by who asks and whether it writes.

    The address is only a high ceiling: mobile carriers put thousands of people behind one.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request, remember the allowance for the headers."""
        policy = _policy(request, view)
        subject = f"user:{request.user.pk}" if request.user.is_authenticated else f"ip:{facts().ip}"
        ceiling = rates.hit("ceiling", f"ip:{facts().ip}")
        self.allowance = rates.hit(policy, subject)
        if not ceiling.allowed:
            self.allowance = ceiling
        request.allowance = self.allowance  # type: ignore[attr-defined]  # read when the answer leaves
        return self.allowance.allowed

    def wait(self) -> float:
        """Seconds until the window ends."""
        return self.allowance.reset_seconds


def write_headers(request: Request, response: HttpResponse) -> None:
    """Say what is left, in the form of the IETF draft `RateLimit header fields`."""
    allowance: rates.Allowance | None = getattr(request, "allowance", None)
    if allowance:
        response["RateLimit-Policy"] = (
            f'"{allowance.policy}";q={allowance.quota};w={allowance.window_seconds}'
        )
        response["RateLimit"] = (
            f'"{allowance.policy}";r={allowance.remaining};t={round(allowance.reset_seconds)}'
        )


def _policy(request: Request, view: Any) -> str:
    given: str | None = getattr(view, "rate_policy", None)
    if given:
        return given
    if not request.user.is_authenticated:
        return "anonymous"
    return "user" if request.method in {"GET", "HEAD", "OPTIONS"} else "write"
