"""Who may knock at the doors of payments."""

from __future__ import annotations

from typing import Any

from accounts.roles import StaffGroup
from accounts.selectors import is_in_group
from key2key.common.plugins import Who, WhoMay

WHO_MAY: WhoMay = {
    ("GET", "/api/v1/payments/gateways"): Who.ANYONE,
    ("GET", "/api/v1/payments"): Who.USER,
    ("POST", "/api/v1/payments"): Who.USER,
    ("GET", "/api/v1/payments/{id}"): (Who.OWNER, Who.FINANCE),
    ("POST", "/api/v1/payments/{id}/cancel"): Who.OWNER,
    ("POST", "/api/v1/payments/{id}/refunds"): Who.FINANCE,
    ("POST", "/api/v1/payments/webhooks/{gateway}"): Who.GATEWAY,
    ("GET", "/api/v1/payments/ledger"): Who.USER,
}
FINANCE = frozenset({StaffGroup.FINANCE.value, StaffGroup.ADMIN.value})


def acts_as_finance(request: Any) -> bool:
    """Whether the caller is staff of finance who showed the second factor, and so sees all payments."""
    has_shown_both = request.user.is_staff and getattr(request.auth, "second_factor", False)
    return bool(has_shown_both and is_in_group(request.user, names=FINANCE))
