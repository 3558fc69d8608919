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
    ("GET", "/api/v1/payments/{id}"): (Who.OWNER, Who.FINANCE, Who.TREASURY),
    ("GET", "/api/v1/payments/{id}/receipt"): (Who.OWNER, Who.FINANCE, Who.TREASURY),
    ("GET", "/api/v1/payments/{id}/receipt.pdf"): (Who.OWNER, Who.FINANCE, Who.TREASURY),
    ("POST", "/api/v1/payments/{id}/cancel"): Who.OWNER,
    ("POST", "/api/v1/payments/{id}/proof"): Who.OWNER,
    ("GET", "/api/v1/payments/suggestion"): Who.USER,
    ("POST", "/api/v1/payments/{id}/refunds"): Who.FINANCE,
    ("POST", "/api/v1/payments/{id}/refunds/{refund}/approve"): Who.TREASURY,
    ("POST", "/api/v1/payments/{id}/refunds/{refund}/decline"): Who.TREASURY,
    ("POST", "/api/v1/payments/{id}/refunds/{refund}/execute"): Who.FINANCE,
    ("POST", "/api/v1/payments/webhooks/{gateway}"): Who.GATEWAY,
    ("GET", "/api/v1/payments/chapa/return/{token}"): Who.GATEWAY,
    ("POST", "/api/v1/payments/chapa/transfer-approval"): Who.GATEWAY,
    ("GET", "/api/v1/payments/ledger"): Who.USER,
    ("GET", "/api/v1/plans"): Who.ANYONE,
    ("GET", "/api/v1/users/me/subscription"): Who.USER,
    ("GET", "/api/v1/organisations/{id}/subscription"): Who.OWNER,
    ("GET", "/api/v1/payout-accounts"): Who.USER,
    ("POST", "/api/v1/payout-accounts"): Who.USER,
    ("POST", "/api/v1/payout-accounts/{id}/activate"): Who.FINANCE,
    ("POST", "/api/v1/payout-accounts/{id}/reject"): Who.FINANCE,
    ("GET", "/api/v1/payouts"): Who.USER,
    ("POST", "/api/v1/payouts"): Who.USER,
    ("GET", "/api/v1/payouts/{id}"): (Who.OWNER, Who.FINANCE, Who.TREASURY),
    ("POST", "/api/v1/payouts/{id}/cancel"): Who.OWNER,
    ("POST", "/api/v1/payouts/{id}/approve"): Who.TREASURY,
    ("POST", "/api/v1/payouts/{id}/decline"): Who.TREASURY,
    ("POST", "/api/v1/payouts/{id}/send"): Who.FINANCE,
    ("POST", "/api/v1/payouts/{id}/paid"): Who.FINANCE,
    ("POST", "/api/v1/payouts/{id}/failed"): Who.FINANCE,
}
SEE_ALL = frozenset({StaffGroup.FINANCE.value, StaffGroup.TREASURY.value, StaffGroup.ADMIN.value})


def acts_as_finance(request: Any) -> bool:
    """Whether the caller is staff of finance or treasury who showed the second factor: they see all money."""
    has_shown_both = request.user.is_staff and getattr(request.auth, "second_factor", False)
    return bool(has_shown_both and is_in_group(request.user, names=SEE_ALL))
