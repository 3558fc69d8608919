"""The work of workers on money, for staff."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from key2key.common.staff_pages import ReadOnlyPage
from payments.admin.reviewing import CheckReviews, SendingReviews
from payments.models import PaymentCheck, RefundSending, SandboxWebhook


class DutyPage(ReadOnlyPage):
    """Work that a worker does; what is parked is tried again in the queue of stuck work."""

    list_display = ("__str__", "work_state", "attempts", "due_at", "last_error")
    list_filter = ("work_state",)
    ordering = ("-due_at", "-pk")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only for what is parked."""
        parked = self.model._default_manager.filter(pk=object_id, work_state="parked")
        return super().get_actions_detail(request, object_id) if parked.exists() else []


@admin.register(RefundSending)
class RefundSendingPage(SendingReviews, DutyPage):
    """Refunds that are sent, or were."""

    list_select_related = ("refund",)
    search_fields = ("=reference",)
    fields = ("refund", "reference", "work_state", "attempts", "due_at", "last_error")
    readonly_fields = fields
    actions_detail = ("end_sending",)
    actions_list = ("requeue_refunds",)


@admin.register(PaymentCheck)
class PaymentCheckPage(CheckReviews, DutyPage):
    """Payments of which a gateway is asked."""

    list_select_related = ("payment",)
    search_fields = ("=payment__reference",)
    fields = ("payment", "work_state", "attempts", "due_at", "last_error")
    readonly_fields = fields
    actions_detail = ("close_check",)


@admin.register(SandboxWebhook)
class SandboxWebhookPage(DutyPage):
    """What the sandbox tells us, on desks and in tests."""

    list_select_related = ("checkout",)
    search_fields = ("=checkout__reference",)
    fields = ("checkout", "kind", "work_state", "attempts", "due_at", "last_error")
    readonly_fields = fields
