"""Notifications for staff: what left, what did not. Codes and links are never shown."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from key2key.common.staff_pages import ReadOnlyPage
from notifications.models import Notification


@admin.register(Notification)
class NotificationPage(ReadOnlyPage):
    """One piece of news on its way."""

    list_display = ("created_at", "kind", "channel", "recipient", "state", "attempts")
    list_filter = ("status", "channel", "kind", "work_state")
    search_fields = ("=recipient",)
    search_help_text = _("Whole e-mail address or phone, or an id")
    ordering = ("-created_at", "-id")
    fields = (
        "created_at", "user", "kind", "channel", "recipient", "language", "status", "data", "sent_at",
        "read_at", "work_state", "attempts", "due_at", "last_error",
    )  # fmt: skip
    readonly_fields = fields

    @display(description=_("status"), ordering="status", label={
        "sent": "success", "delivered": "success", "read": "success", "failed": "danger", "parked": "danger",
    })  # fmt: skip
    def state(self, notification: Notification) -> Any:
        return notification.status, notification.get_status_display()

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("secret")
