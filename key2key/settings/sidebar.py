"""The sidebar of the staff admin: what there is, and who sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def _may(right: str) -> Callable[[HttpRequest], bool]:
    return lambda request: bool(request.user.has_perm(right))


def _is_at_payments(request: HttpRequest) -> bool:
    """On the list or the page of a payment: two entries of their own stand below the same address."""
    own = str(reverse_lazy("admin:payments_payment_changelist"))
    beside = ("admin:payments_payment_find", "admin:payments_payment_parked")
    return request.path.startswith(own) and request.path not in {str(reverse_lazy(name)) for name in beside}


def _entry(title: Any, *, icon: str, page: str, right: str, **more: Any) -> dict[str, Any]:
    """A link, shown to whoever has the right."""
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{page}"),
        "permission": _may(right),
        **more,
    }


SIDEBAR: list[dict[str, Any]] = [
    {
        "items": [
            {"title": _("My work"), "icon": "home", "link": reverse_lazy("admin:index")},
            _entry(
                _("Review queue"),
                icon="fact_check",
                page="listings_reviewitem_changelist",
                right="listings.view_reviewitem",
                badge="listings.review_queue.badge",
                badge_variant="primary",
            ),
            _entry(
                _("Cases to check"),
                icon="badge",
                page="verification_queuedcase_changelist",
                right="verification.view_queuedcase",
            ),
            _entry(
                _("Reports of conversations"),
                icon="flag",
                page="chat_report_changelist",
                right="chat.change_report",
                badge="chat.report_queue.badge",
                badge_variant="primary",
            ),
        ]
    },
    {
        "title": _("Market"),
        "separator": True,
        "items": [
            _entry(
                _("Listings"),
                icon="real_estate_agent",
                page="listings_listing_changelist",
                right="listings.view_listing",
            ),
            _entry(
                _("Sellers"),
                icon="storefront",
                page="listings_seller_changelist",
                right="listings.view_seller",
            ),
            _entry(
                _("Brokers"),
                icon="badge",
                page="brokers_broker_changelist",
                right="brokers.view_broker",
            ),
            _entry(
                _("Reviews"),
                icon="reviews",
                page="brokers_review_changelist",
                right="brokers.view_review",
            ),
            _entry(_("Deals"), icon="handshake", page="brokers_deal_changelist", right="brokers.view_deal"),
            _entry(
                _("Leads"), icon="person_search", page="brokers_lead_changelist", right="brokers.view_lead"
            ),
            _entry(
                _("Viewings"), icon="event", page="brokers_viewing_changelist", right="brokers.view_viewing"
            ),
            _entry(
                _("Offers"), icon="request_quote", page="brokers_offer_changelist", right="brokers.view_offer"
            ),
            _entry(
                _("Papers that deals need"),
                icon="description",
                page="brokers_requiredpaper_changelist",
                right="brokers.view_requiredpaper",
            ),
            _entry(
                _("Conversations"),
                icon="forum",
                page="chat_conversation_changelist",
                right="chat.view_conversation",
            ),
            _entry(
                _("Uploads"),
                icon="photo_library",
                page="uploads_upload_changelist",
                right="uploads.view_upload",
            ),
        ],
    },
    {
        "title": _("People"),
        "separator": True,
        "items": [
            _entry(_("Users"), icon="group", page="accounts_user_changelist", right="accounts.view_user"),
            _entry(
                _("Organisations"),
                icon="apartment",
                page="accounts_organisation_changelist",
                right="accounts.view_organisation",
            ),
            _entry(
                _("Cases"),
                icon="verified_user",
                page="verification_case_changelist",
                right="verification.view_case",
            ),
            _entry(
                _("Groups of staff"),
                icon="shield_person",
                page="auth_group_changelist",
                right="auth.view_group",
            ),
            _entry(
                _("Staff invitations"),
                icon="forward_to_inbox",
                page="accounts_staffinvitation_changelist",
                right="accounts.view_staffinvitation",
            ),
            _entry(
                _("Notifications"),
                icon="notifications",
                page="notifications_notification_changelist",
                right="notifications.view_notification",
            ),
        ],
    },
    {
        "title": _("Money"),
        "separator": True,
        "items": [
            _entry(
                _("Find money"),
                icon="search",
                page="payments_payment_find",
                right="payments.view_payment",
            ),
            _entry(
                _("Parked money"),
                icon="local_parking",
                page="payments_payment_parked",
                right="payments.view_payment",
            ),
            _entry(
                _("Payments"),
                icon="payments",
                page="payments_payment_changelist",
                right="payments.view_payment",
                active=_is_at_payments,
            ),
            _entry(
                _("Holds"),
                icon="lock",
                page="payments_hold_changelist",
                right="payments.view_hold",
            ),
            _entry(
                _("Refunds"),
                icon="undo",
                page="payments_refund_changelist",
                right="payments.view_refund",
            ),
            _entry(
                _("Payouts"),
                icon="outbound",
                page="payments_payout_changelist",
                right="payments.view_payout",
            ),
            _entry(
                _("Files for the bank"),
                icon="description",
                page="payments_payoutbatch_changelist",
                right="payments.view_payoutbatch",
            ),
            _entry(
                _("Payout accounts"),
                icon="account_balance_wallet",
                page="payments_payoutaccount_changelist",
                right="payments.view_payoutaccount",
            ),
            _entry(
                _("Instructions on deposits"),
                icon="assignment",
                page="payments_holdinstruction_changelist",
                right="payments.view_holdinstruction",
            ),
            _entry(
                _("Bank slips"),
                icon="receipt_long",
                page="payments_paymentproof_changelist",
                right="payments.view_paymentproof",
            ),
            _entry(
                _("Bank refunds to make"),
                icon="account_balance_wallet",
                page="payments_refundbyhand_changelist",
                right="payments.execute_refund",
            ),
            _entry(
                _("Statements"),
                icon="upload_file",
                page="payments_statement_changelist",
                right="payments.view_statement",
            ),
            _entry(
                _("Lines of statements"),
                icon="rule",
                page="payments_statementline_changelist",
                right="payments.view_statementline",
            ),
            _entry(
                _("Money in suspense"),
                icon="help_center",
                page="payments_suspenseitem_changelist",
                right="payments.view_suspenseitem",
            ),
            _entry(
                _("Daily proof"),
                icon="fact_check",
                page="payments_dailyproof_changelist",
                right="payments.view_dailyproof",
            ),
            _entry(
                _("Webhooks"),
                icon="webhook",
                page="payments_webhookdelivery_changelist",
                right="payments.view_webhookdelivery",
            ),
            _entry(
                _("Transfers"),
                icon="swap_horiz",
                page="payments_transfer_changelist",
                right="payments.view_transfer",
            ),
            _entry(
                _("Receipts"),
                icon="receipt_long",
                page="payments_receipt_changelist",
                right="payments.view_receipt",
            ),
            _entry(
                _("Accounts"),
                icon="account_balance",
                page="payments_account_changelist",
                right="payments.view_account",
            ),
            _entry(
                _("Plans"),
                icon="workspace_premium",
                page="payments_plan_changelist",
                right="payments.view_plan",
            ),
            _entry(
                _("Subscriptions"),
                icon="autorenew",
                page="payments_subscription_changelist",
                right="payments.view_subscription",
            ),
            _entry(
                _("Boosts"),
                icon="rocket_launch",
                page="payments_boost_changelist",
                right="payments.view_boost",
            ),
            _entry(
                _("Listing fees"),
                icon="sell",
                page="payments_listingfee_changelist",
                right="payments.view_listingfee",
            ),
        ],
    },
    {
        "title": _("Reference data"),
        "separator": True,
        "items": [
            _entry(_("Areas"), icon="map", page="listings_area_changelist", right="listings.view_area"),
            _entry(
                _("Vehicle brands"),
                icon="factory",
                page="listings_vehiclebrand_changelist",
                right="listings.view_vehiclebrand",
            ),
            _entry(
                _("Vehicle models"),
                icon="directions_car",
                page="listings_vehiclemodel_changelist",
                right="listings.view_vehiclemodel",
            ),
            _entry(
                _("Exchange rates"),
                icon="currency_exchange",
                page="common_exchangerate_changelist",
                right="common.view_exchangerate",
            ),
        ],
    },
    {
        "title": _("Machine room"),
        "separator": True,
        "items": [
            _entry(
                _("Stuck work"),
                icon="engineering",
                page="common_eventdelivery_changelist",
                right="common.view_eventdelivery",
            ),
            _entry(
                _("Audit log"),
                icon="history",
                page="common_auditentry_changelist",
                right="common.view_auditentry",
            ),
            _entry(
                _("Settings"), icon="tune", page="constance_config_changelist", right="constance.view_config"
            ),
        ],
    },
]
