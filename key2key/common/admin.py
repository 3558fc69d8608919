"""The machine room for staff: stuck work, the audit log, exchange rates, settings."""

from __future__ import annotations

from typing import Any

from constance.admin import Config, ConstanceAdmin
from constance.forms import ConstanceForm
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.paginator import InfinitePaginator

from key2key.common import work_queue
from key2key.common.history import changes_of
from key2key.common.models import AuditEntry, EventDelivery, ExchangeRate
from key2key.common.plugins import Panel
from key2key.common.staff_pages import EditablePage, ReadOnlyPage, go, link, page_of


@admin.register(AuditEntry)
class AuditEntryPage(ReadOnlyPage):
    """Who did what to what, when and why. Nobody edits it."""

    list_display = ("created_at", "actor", "action", "subject", "short_reason")
    list_filter = ("action", "subject_type", "created_at")
    list_select_related = ("actor",)
    search_fields = ("=subject_id", "=actor__email", "=request_id", "^action")
    search_help_text = _("Object's id, actor's e-mail, request id or the beginning of an action")
    ordering = ("-created_at", "-id")
    paginator = InfinitePaginator
    fields = (
        "created_at", "actor", "impersonator", "action", "subject", "reason", "request_id", "context"
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("object"))
    def subject(self, entry: AuditEntry) -> str:
        name = f"{entry.subject_type} {entry.subject_id}"
        return link(name, url=page_of(entry.subject_type, pk=entry.subject_id))

    @admin.display(description=_("reason"))
    def short_reason(self, entry: AuditEntry) -> str:
        return entry.reason if len(entry.reason) <= 80 else f"{entry.reason[:79]}…"  # noqa: PLR2004

    def panels(self, request: HttpRequest, row: AuditEntry) -> list[Panel]:
        headers = [_("Row"), _("Field"), _("Before"), _("After")]
        rows = [
            [change.row, change.field, _shown(change.before), _shown(change.after)]
            for change in changes_of(row)
        ]
        return [Panel(title=_("Before and after"), headers=headers, rows=rows)]


@admin.register(EventDelivery)
class WorkQueuePage(ReadOnlyPage):
    """The one queue of stuck work, of every kind: what is parked waits for a person."""

    fields = ("event", "receiver", "work_state", "attempts", "due_at", "last_error")
    readonly_fields = fields

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_retry = request.user.has_perm("common.change_eventdelivery")
        if request.method == "POST":
            return self._try_again(request, may_retry=may_retry)
        rows = [(one, page_of(type(one.row), pk=one.row.pk)) for one in work_queue.waiting()]
        known = {
            **self.admin_site.each_context(request),
            "title": _("Stuck work"),
            "rows": rows,
            "may_retry": may_retry,
        }
        return render(request, "admin/work_queue.html", known)

    def _try_again(self, request: HttpRequest, *, may_retry: bool) -> HttpResponse:
        if not may_retry:
            raise PermissionDenied
        done = work_queue.try_again(request.POST.getlist("row"), by=request.user)
        messages.success(request, ngettext("%d is tried again.", "%d are tried again.", done) % done)
        return go(request, request.path)


@admin.register(ExchangeRate)
class ExchangeRatePage(EditablePage):
    """What one unit of a currency is worth, from a day on."""

    list_display = ("currency", "rate", "valid_from")
    list_filter = ("currency",)
    ordering = ("-valid_from", "currency")


admin.site.unregister([Config])


@admin.register(Config)
class SettingsPage(ConstanceAdmin):
    """What may be set while the product runs. All of a form is saved, and audited, or none."""

    change_list_form = ConstanceForm

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        with transaction.atomic():
            return super().changelist_view(request, {"title": _("Settings"), **(extra_context or {})})


def _shown(value: Any) -> str:
    return "–" if value is None or value == "" else str(value)
