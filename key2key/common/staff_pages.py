"""What the pages of the staff admin have in common: read-only rows, deeds through forms, small tables.

A page that changes a row of the domain does so by an action form that calls a service; what the service
refuses becomes a message. Every deed is a POST with its CSRF token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from key2key.common import audit, clock
from key2key.common.errors import DomainError, InvalidInput
from key2key.common.models import AuditEntry
from key2key.common.plugins import Panel, evidence_panels

FOUND_AT_ONCE = 10  # per model, in the command palette
SHOWN_ENTRIES = 20


class StaffPage(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """A changelist that stays quick when the table is large, and a page with panels below its fields."""

    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True
    change_form_outer_after_template = "admin/panels.html"

    def panels(self, request: HttpRequest, row: Any) -> Iterable[Panel]:
        """The small tables below the fields."""
        return []

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **known: Any) -> HttpResponse:
        """The page, with the panels of its own app and of the apps above."""
        row = known.get("obj")
        if row is not None:
            context["panels"] = [*self.panels(request, row), *_evidence(request, row)]
        return super().render_change_form(request, context, **known)  # type: ignore[no-any-return]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Rows that match; a whole id is looked up by the key. The command palette gets a few only."""
        key = _as_uuid(search_term)
        if key is not None and queryset.model._meta.pk.get_internal_type() == "UUIDField":
            return queryset.filter(pk=key), False
        rows, may_repeat = super().get_search_results(request, queryset, search_term)
        is_palette = request.resolver_match is not None and request.resolver_match.url_name == "search"
        return (rows[:FOUND_AT_ONCE] if is_palette else rows), may_repeat


class ReadOnlyPage(StaffPage):
    """Rows of the domain: looked at here, changed by services only.

    Actions name the right `act`: Django's right to change the model, which no form of the page uses.
    """

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whether the actions of the page are for this member of staff."""
        return bool(request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: a service makes them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never by the form of the page."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


class EditablePage(StaffPage):
    """Reference data: saved as it stands, and every saving is in the audit log instead of Django's own."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Audit it."""
        self._note(request, obj, deed="added")

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Audit it, with the names of the fields."""
        fields = ", ".join(
            name for change in message or [] for name in change.get("changed", {}).get("fields", [])
        )
        self._note(request, obj, deed="changed", reason=fields)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Any]) -> None:
        """Audit each."""
        for obj in queryset:
            self._note(request, obj, deed="deleted", reason=str(obj))

    def _note(self, request: HttpRequest, obj: Any, *, deed: str, reason: str = "") -> None:
        action = f"{obj._meta.model_name}.{deed}"
        audit.record(actor=request.user, action=action, subject=obj, reason=reason)


class Confirmation(BaseDialogForm):  # type: ignore[misc]
    """A deed that is asked for twice."""


class ReasonForm(Confirmation):
    """A deed that wants a reason."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=UnfoldAdminTextareaWidget({"rows": 4})
    )


class StockReasonForm(Confirmation):
    """A reason from a short list, words of one's own, or both."""

    stock_reasons: Sequence[tuple[str, Any]] = ()

    stock = forms.ChoiceField(label=_("Reason"), required=False, widget=UnfoldAdminSelectWidget())
    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=1000,
        widget=UnfoldAdminTextareaWidget({"rows": 4}),
        help_text=_("The owner reads this."),
    )

    def __init__(self, *args: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        self.fields["stock"].choices = [("", _("Choose, or write below")), *self.stock_reasons]

    def clean(self) -> dict[str, Any]:
        """One of the two must be there."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not values.get("stock") and not (values.get("words") or "").strip():
            self.add_error("words", _("Say why: the owner reads it."))
        return values

    def reason(self) -> str:
        """The whole reason, in the language that is active."""
        stock = str(dict(self.stock_reasons).get(self.cleaned_data["stock"], ""))
        return "\n".join(part for part in (stock, self.cleaned_data["words"].strip()) if part)


def attempt(request: HttpRequest, deed: Callable[[], Any], *, done: Any) -> bool:
    """Do it and say so; a refusal becomes a message. Returns whether it was done."""
    try:
        deed()
    except DomainError as refusal:
        messages.error(request, sentence_of(refusal))
        return False
    messages.success(request, done)
    return True


def sentence_of(refusal: DomainError) -> str:
    """A refusal as a person reads it."""
    if isinstance(refusal, InvalidInput) and refusal.faults:
        return " ".join(str(fault.detail) for fault in refusal.faults)
    return str(refusal.detail)


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Lead on after a deed: dialogs are sent by htmx, which wants the address in a header."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def page_of(model: type[Model] | str, *, pk: Any) -> str:
    """The address of a row's page, empty when its model has none. `model` or its label."""
    label = model if isinstance(model, str) else model._meta.label_lower
    try:
        return reverse(f"admin:{label.replace('.', '_')}_change", args=(pk,))
    except NoReverseMatch:
        return ""


def link(text: Any, *, url: str) -> str:
    """Text that leads somewhere; the text alone without an address."""
    return format_html('<a class="k2k-link" href="{}">{}</a>', url, text) if url else str(text)


def age(moment: datetime | None) -> str:
    """How long ago, in one unit."""
    if moment is None:
        return ""
    if clock.now() - moment < timedelta(minutes=1):
        return str(_("less than a minute"))
    return timesince(moment, clock.now(), depth=1)


def audit_panel(row: Model) -> Panel:
    """The latest entries of the audit log on this row."""
    subject = row._meta.concrete_model or type(row)
    entries = AuditEntry.objects.filter(subject_type=subject._meta.label_lower, subject_id=str(row.pk))
    return Panel(
        title=_("Audit log"),
        headers=[_("When"), _("Who"), _("Action"), _("Reason")],
        rows=[
            [
                link(f"{entry.created_at:%F %H:%M}", url=page_of(AuditEntry, pk=entry.pk)),
                entry.actor or _("the product"),
                entry.action,
                entry.reason or "–",
            ]
            for entry in entries.select_related("actor")[:SHOWN_ENTRIES]
        ],
    )


def _evidence(request: HttpRequest, row: Any) -> Iterable[Panel]:
    for _name, panel in evidence_panels:
        seen = panel.read(row) if request.user.has_perm(panel.permission) else None
        if seen is not None:
            yield seen


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
