"""What gateways told us, for staff."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from key2key.common import work_queue
from key2key.common.plugins import Panel
from key2key.common.staff_pages import Confirmation, ReadOnlyPage, attempt, audit_panel, go, link, page_of
from payments.admin.common import FoundWhole
from payments.admin.reviewing import WebhookReviews
from payments.chronicle import shown_body
from payments.models import Payment, WebhookDelivery


@admin.register(WebhookDelivery)
class WebhookPage(FoundWhole, WebhookReviews, ReadOnlyPage):
    """What gateways told us; what is parked waits for a person."""

    list_display = ("created_at", "gateway", "kind", "reference", "work_state", "last_error", "payment")
    list_filter = ("work_state", "gateway", "kind", "created_at")
    list_select_related = ("payment",)
    search_fields = ("=event_key",)
    whole = ("reference", "gateway_reference", "event_key")
    ordering = ("-created_at", "-id")
    fields = (
        "gateway", "kind", "event_key", "reference", "gateway_reference", "payment_page", "work_state",
        "attempts", "last_error", "headers", "text", "created_at",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("read_again", "close_delivery")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("payment__checkout_url")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        parked = WebhookDelivery.objects.filter(pk=object_id, work_state="parked")
        return super().get_actions_detail(request, object_id) if parked.exists() else []

    def panels(self, request: HttpRequest, row: WebhookDelivery) -> list[Panel]:
        return [audit_panel(row)]

    @admin.display(description=_("payment"))
    def payment_page(self, delivery: WebhookDelivery) -> str:
        payment = delivery.payment
        return link(payment, url=page_of(Payment, pk=payment.pk)) if payment else "–"

    @admin.display(description=_("body"))
    def text(self, delivery: WebhookDelivery) -> str:
        return shown_body(delivery)

    @action(
        description=_("Read again"),
        icon="replay",
        permissions=["act"],
        dialog={
            "title": _("Read the notification again"),
            "description": _("The gateway is asked about it once more."),
            "form_class": Confirmation,
            "form_submit_text": _("Read"),
        },
    )
    def read_again(self, request: HttpRequest, form: Confirmation, object_id: str) -> HttpResponse:
        key = UUID(object_id)
        attempt(
            request,
            lambda: work_queue.try_again([f"payments.webhookdelivery:{key}"], by=request.user),
            done=_("The gateway is being asked."),
        )
        return go(request, page_of(WebhookDelivery, pk=key))
