"""Uploads for staff: looked at, tried again, never edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from key2key.common import work_queue
from key2key.common.plugins import Panel
from key2key.common.staff_pages import Confirmation, ReadOnlyPage, attempt, audit_panel, go, page_of
from uploads import selectors
from uploads.kinds import State
from uploads.models import Upload

COLOURS: Mapping[str, str] = {State.READY: "success", State.REJECTED: "danger", State.SCANNING: "info"}


@admin.register(Upload)
class UploadPage(ReadOnlyPage):
    """What people sent in, and how far it has come."""

    list_display = (
        "picture", "kind", "progress", "reason", "owner", "bytes", "claimed_by", "created_at"
    )  # fmt: skip
    list_display_links = ("picture", "kind")
    list_filter = ("state", "reason", "kind", "work_state", "created_at")
    list_select_related = ("owner",)
    search_fields = ("=owner__email", "=sha256", "=claimed_by")
    search_help_text = _("Owner's e-mail, the file's SHA-256, or an id")
    ordering = ("-created_at", "-id")
    actions_detail = ("requeue",)
    fields = (
        "large_picture", "id", "kind", "state", "reason", "owner", "content_type", "bytes", "width", "height",
        "sha256", "claimed_by", "claimed_at", "work_state", "attempts", "due_at", "last_error", "created_at",
        "updated_at",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("picture"))
    def picture(self, upload: Upload) -> str:
        return _image(upload, variant="thumb", css="k2k-thumb")

    @admin.display(description=_("picture"))
    def large_picture(self, upload: Upload) -> str:
        return _image(upload, variant="card", css="k2k-picture")

    @display(description=_("state"), ordering="state", label=COLOURS)
    def progress(self, upload: Upload) -> tuple[str, str]:
        return upload.state, upload.get_state_display()

    def panels(self, request: HttpRequest, row: Upload) -> list[Panel]:
        return [audit_panel(row)]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only parked work can be tried again."""
        parked = Upload.objects.filter(pk=object_id, work_state=Upload.WorkState.PARKED)
        return super().get_actions_detail(request, object_id) if parked.exists() else []

    @action(
        description=_("Try again"),
        icon="replay",
        permissions=["act"],
        dialog={
            "title": _("Try again"),
            "description": _("The file gets its eight attempts anew."),
            "form_class": Confirmation,
            "form_submit_text": _("Try again"),
        },
    )
    def requeue(self, request: HttpRequest, form: Confirmation, object_id: str) -> HttpResponse:
        attempt(
            request,
            lambda: work_queue.try_again([f"uploads.upload:{object_id}"], by=request.user),
            done=_("It is tried again."),
        )
        return go(request, page_of(Upload, pk=object_id))


def _image(upload: Upload, *, variant: str, css: str) -> str:
    paths = selectors.variant_paths(upload)
    return (
        format_html('<img class="{}" src="{}" alt="" loading="lazy">', css, paths[variant]) if paths else "–"
    )
