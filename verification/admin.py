"""Verification for staff: the queue, every case, who looked at what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from key2key.common.api.documents import document_response
from key2key.common.errors import NotFound
from key2key.common.plugins import Panel
from key2key.common.staff_pages import (
    Confirmation,
    ReadOnlyPage,
    ReasonForm,
    StockReasonForm,
    age,
    attempt,
    audit_panel,
    go,
    link,
    page_of,
)
from uploads import viewing
from verification import case_steps, reasons, selectors, services, work
from verification.enums import CaseState
from verification.models import Case, Document, QueuedCase
from verification.requirements import DOCUMENTS

COLOURS = {
    CaseState.SUBMITTED: "info", CaseState.IN_REVIEW: "primary", CaseState.APPROVED: "success",
    CaseState.NEEDS_REVISION: "warning", CaseState.REJECTED: "danger", CaseState.REVOKED: "danger",
}  # fmt: skip
SHOWN_VIEWS = 20


class RevisionForm(StockReasonForm):
    """What the person has to mend."""

    stock_reasons = reasons.TO_MEND


class RejectionForm(StockReasonForm):
    """Why it cannot be approved."""

    stock_reasons = reasons.TO_REJECT


class CaseSheet(ReadOnlyPage):
    """A case with its documents in sight and the decisions at hand."""

    list_display = ("kind", "person", "colour", "waiting", "created_at")
    list_filter: tuple[str, ...] = ("kind", "state")
    search_fields = ("=user__email", "=user__phone", "user__full_name")
    list_select_related = ("user",)
    fields = (
        "kind", "person", "about", "state", "told", "reason", "submitted_at", "decided_at", "decided_by",
        "valid_until",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("start_review", "approve", "request_revision", "reject", "revoke")

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view(self.show_document)
        return [path("document/<str:token>/", guarded, name=self._document_page), *super().get_urls()]

    @property
    def _document_page(self) -> str:
        return f"verification_{self.opts.model_name}_document"

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what is possible now, and nothing on one's own case."""
        case = Case.objects.filter(pk=object_id).first()
        if case is None or case.user_id == request.user.pk:
            return []
        open_now = case_steps.allowed_actions(case.state, actor=case_steps.Actor.STAFF)
        return [each for each in super().get_actions_detail(request, object_id) if _step_of(each) in open_now]

    def panels(self, request: HttpRequest, row: Case) -> list[Panel]:
        return [self._documents(request, row), _views(row), audit_panel(row)]

    def show_document(self, request: HttpRequest, token: str) -> HttpResponse:
        """A document, for the member of staff whose page asked for it a moment ago."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        try:
            opened = viewing.read_token(token, kind=DOCUMENTS, viewer=request.user)
            document, plain = services.show(document_id=opened.document_id, to=request.user, reason="check")
        except NotFound as gone:
            raise Http404 from gone
        return document_response(plain, content_type=document.content_type, name=document.kind)

    def _documents(self, request: HttpRequest, case: Case) -> Panel:
        may_see = self.has_act_permission(request) and case.user_id != request.user.pk
        kept = case.documents.filter(deleted_at__isnull=True)
        return Panel(
            title=_("Documents"),
            headers=[_("Document"), _("Sent"), _("Picture")],
            rows=[
                [
                    document.get_kind_display(),
                    f"{document.created_at:%F %H:%M}",
                    self._picture(request, document) if may_see else "–",
                ]
                for document in kept
            ],
        )

    def _picture(self, request: HttpRequest, document: Document) -> str:
        token = viewing.token_for(request.user, kind=DOCUMENTS, document_id=document.pk)
        url = reverse(f"admin:{self._document_page}", args=[token])
        if document.content_type == "application/pdf":
            return format_html('<a class="k2k-link" href="{}" target="_blank" rel="noopener">PDF</a>', url)
        return format_html('<img class="k2k-document" src="{}" alt="">', url)

    @admin.display(description=_("person"))
    def person(self, case: Case) -> str:
        return link(case.user, url=page_of("accounts.user", pk=case.user_id))

    @admin.display(description=_("about"))
    def about(self, case: Case) -> str:
        if case.subject is None:
            return "–"
        model = "listings.listing" if case.kind == "ownership" else "accounts.organisation"
        return link(case.subject, url=page_of(model, pk=case.subject))

    @admin.display(description=_("told"))
    def told(self, case: Case) -> str:
        return ", ".join(f"{name}: {value}" for name, value in case.facts.items()) or "–"

    @display(description=_("state"), ordering="state", label=COLOURS)
    def colour(self, case: Case) -> tuple[str, str]:
        return case.state, case.get_state_display()

    @admin.display(description=_("waits"), ordering="submitted_at")
    def waiting(self, case: Case) -> str:
        return age(case.submitted_at)

    @action(
        description=_("Take up"),
        permissions=["act"],
        dialog={
            "title": _("Take up"),
            "description": _("Colleagues see that it is in your hands."),
            "form_class": Confirmation,
            "form_submit_text": _("Take up"),
        },
    )
    def start_review(self, request: HttpRequest, form: Confirmation, object_id: str) -> HttpResponse:
        return self._decide(request, object_id, services.start_review, done=_("It is in your hands."))

    @action(
        description=_("Approve"),
        permissions=["act"],
        dialog={
            "title": _("Approve"),
            "description": _("The papers are real and show what they should. The badge follows at once."),
            "form_class": Confirmation,
            "form_submit_text": _("Approve"),
        },
    )
    def approve(self, request: HttpRequest, form: Confirmation, object_id: str) -> HttpResponse:
        return self._decide(request, object_id, services.approve, done=_("Approved."))

    @action(
        description=_("Ask for a revision"),
        permissions=["act"],
        dialog={
            "title": _("Ask for a revision"),
            "description": _("The person mends the case and submits it again."),
            "form_class": RevisionForm,
            "form_submit_text": _("Send back"),
        },
    )
    def request_revision(self, request: HttpRequest, form: RevisionForm, object_id: str) -> HttpResponse:
        reason = _in_their_language(object_id, form)
        return self._decide(
            request, object_id, services.request_revision, reason=reason, done=_("Sent back.")
        )

    @action(
        description=_("Reject"),
        permissions=["act"],
        dialog={
            "title": _("Reject"),
            "description": _("The case is refused. The person may open another one."),
            "form_class": RejectionForm,
            "form_submit_text": _("Reject"),
        },
    )
    def reject(self, request: HttpRequest, form: RejectionForm, object_id: str) -> HttpResponse:
        reason = _in_their_language(object_id, form)
        return self._decide(request, object_id, services.reject, reason=reason, done=_("Rejected."))

    @action(
        description=_("Revoke"),
        permissions=["act"],
        dialog={
            "title": _("Revoke"),
            "description": _("What was approved ends, and what hangs on it: the badge, the licence."),
            "form_class": ReasonForm,
            "form_submit_text": _("Revoke"),
        },
    )
    def revoke(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        return self._decide(request, object_id, services.revoke, reason=reason, done=_("Revoked."))

    def _decide(
        self, request: HttpRequest, object_id: str, rule: Callable[..., Any], *, done: Any, **words: str
    ) -> HttpResponse:
        key = UUID(object_id)
        attempt(request, lambda: rule(case_id=key, by=request.user, **words), done=done)
        return go(request, page_of(self.model, pk=key))


@admin.register(QueuedCase)
class QueuePage(CaseSheet):
    """What waits, the longest waiting first."""

    ordering = ("submitted_at", "id")
    list_filter = ("kind",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        is_list = request.resolver_match is not None and str(request.resolver_match.url_name).endswith("list")
        return rows.filter(pk__in=work.queue().values("pk")) if is_list else rows


@admin.register(Case)
class CasePage(CaseSheet):
    """Every case, in whatever state."""


def _step_of(detail_action: Any) -> str:
    name = getattr(detail_action, "action_name", "")
    return next((step for step in case_steps.STEPS if name.endswith(step)), "")


def _in_their_language(object_id: str, form: StockReasonForm) -> str:
    language = Case.objects.filter(pk=object_id).values_list("user__language", flat=True).first()
    with translation.override(language or "en"):
        return form.reason()


def _views(case: Case) -> Panel:
    return Panel(
        title=_("Who looked at the documents"),
        headers=[_("When"), _("Who"), _("Document"), _("Reason")],
        rows=[
            [f"{view.created_at:%F %H:%M}", view.viewer, view.document.get_kind_display(), view.reason]
            for view in selectors.views_of(case)[:SHOWN_VIEWS]
        ],
    )
