"""Statements for staff: taking them in, the queue of lines without a match, the daily proof."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from key2key.common.errors import DomainError, InvalidInput
from key2key.common.plugins import Panel
from key2key.common.staff_pages import (
    Confirmation,
    ReadOnlyPage,
    attempt,
    audit_panel,
    go,
    page_of,
    sentence_of,
)
from payments import line_findings, services, statements
from payments.admin.steps import asks
from payments.enums import DayState, LineState
from payments.models import DailyProof, Statement
from payments.services import StatementFile

COLOURS = {
    LineState.MATCHED: "success", LineState.UNMATCHED: "warning", LineState.IGNORED: "info",
    DayState.PROVEN: "success", DayState.SAMPLED: "info", DayState.OPEN: "danger",
}  # fmt: skip
SHOWN_FAULTS = 100


class StatementForm(forms.Form):
    """A file of a gateway or of the bank."""

    source = forms.ChoiceField(
        label=_("Source"),
        choices=[(name, name) for name in statements.LAYOUTS],
        widget=UnfoldAdminSelectWidget(),
    )
    account = forms.CharField(
        label=_("Account"), required=False, max_length=40, widget=UnfoldAdminTextInputWidget(),
        help_text=_("Which of several accounts of one source, as you always call it."),
    )  # fmt: skip
    first_day = forms.DateField(
        label=_("From"), required=False, widget=UnfoldAdminSingleDateWidget(),
        help_text=_("Where the statement tells of more days than it has lines for."),
    )  # fmt: skip
    last_day = forms.DateField(label=_("To"), required=False, widget=UnfoldAdminSingleDateWidget())
    file = forms.FileField(label=_("CSV file"), widget=UnfoldAdminFileFieldWidget())

    def clean_file(self) -> Any:
        """Refused by its size before a byte is read."""
        file = self.cleaned_data["file"]
        if file.size > statements.LONGEST_FILE:
            raise forms.ValidationError(_("A statement may be at most 5 MB."))
        return file

    def handed_in(self) -> StatementFile:
        """The file as the rule takes it."""
        known = self.cleaned_data
        return StatementFile(
            source=known["source"],
            body=known["file"].read(),
            name=known["file"].name,
            account=known["account"],
            first_day=known["first_day"],
            last_day=known["last_day"],
        )


class DayForm(Confirmation):
    """Which day is to be proven."""

    day = forms.DateField(label=_("Day"), widget=UnfoldAdminSingleDateWidget())


@admin.register(Statement)
class StatementPage(ReadOnlyPage):
    """Files that were taken in."""

    list_display = (
        "__str__",
        "account",
        "line_count",
        "known_count",
        "file_name",
        "imported_by",
        "created_at",
    )
    list_filter = ("source", "currency", "created_at")
    list_select_related = ("imported_by",)
    search_fields = ("=account", "=file_name", "=file_hash")
    ordering = ("-created_at", "-id")
    fields = (
        "source", "account", "currency", "first_day", "last_day", "opening_balance", "closing_balance",
        "line_count", "known_count", "file_name", "file_hash", "imported_by", "created_at",
    )  # fmt: skip
    readonly_fields = fields
    actions_list = ("take_in",)

    def panels(self, request: HttpRequest, row: Statement) -> list[Panel]:
        return [audit_panel(row)]

    @action(description=_("Import a statement"), icon="upload_file", permissions=["act"], url_path="import")
    def take_in(self, request: HttpRequest) -> HttpResponse:
        """The form; a try says what it would do, with mistakes nothing is written."""
        form = StatementForm(request.POST or None, request.FILES or None)
        faults: list[str] = []
        if request.method == "POST" and form.is_valid():
            try:
                return self._take_in(request, form)
            except InvalidInput as refusal:
                faults = [str(fault.detail) for fault in refusal.faults[:SHOWN_FAULTS]]
                form.add_error("file", str(refusal.detail))
            except DomainError as refusal:
                form.add_error("file", sentence_of(refusal))
        known = {
            **self.admin_site.each_context(request),
            "title": _("Import a statement"),
            "form": form,
            "faults": faults,
            "opts": self.opts,
        }
        return render(request, "admin/payments/import_statement.html", known)

    def _take_in(self, request: HttpRequest, form: StatementForm) -> HttpResponse:
        file = form.handed_in()
        if "try" in request.POST:
            tried = services.try_statement(file)
            messages.info(request, _("%d new lines. Nothing was written.") % tried.new)
            return go(request, request.path)
        done = services.import_statement(file, by=request.user)
        told = {"new": done.new, "known": done.known, "matched": done.matched}
        messages.success(request, _("%(new)d new lines, %(known)d known ones, %(matched)d matched.") % told)
        return go(request, page_of(Statement, pk=done.statement.pk))


@admin.register(DailyProof)
class DailyProofPage(ReadOnlyPage):
    """Days, and whether they are proven."""

    list_display = (
        "day", "source", "currency", "ledger_total", "statement_total", "difference", "shown_state",
        "proved_at",
    )  # fmt: skip
    list_filter = ("state", "source", "currency", "day")
    ordering = ("-day", "source", "currency")
    search_fields = ("=source",)
    fields = (
        "day", "source", "currency", "ledger_total", "statement_total", "difference", "state", "proved_at",
    )  # fmt: skip
    readonly_fields = fields
    actions_list = ("prove",)

    def panels(self, request: HttpRequest, row: DailyProof) -> list[Panel]:
        return [_open_panel(row), audit_panel(row)]

    @display(description=_("state"), ordering="state", label=COLOURS)
    def shown_state(self, proof: DailyProof) -> tuple[str, str]:
        return proof.state, proof.get_state_display()

    @action(
        description=_("Prove a day"),
        icon="fact_check",
        permissions=["act"],
        dialog=asks(
            _("Prove a day"),
            says=_("Our ledger is compared with the statements, or the gateways are asked."),
            submit=_("Prove"),
            form=DayForm,
        ),
    )
    def prove(self, request: HttpRequest, form: DayForm) -> HttpResponse:
        day: date = form.cleaned_data["day"]
        attempt(
            request,
            lambda: services.prove_day(day, by=request.user, asks_anew=True),
            done=_("%s was compared.") % day,
        )
        return go(request, reverse("admin:payments_dailyproof_changelist") + f"?day={day}")


def _open_panel(proof: DailyProof) -> Panel:
    return Panel(
        title=_("What is open"),
        headers=[_("What"), _("Reference"), _("Amount"), _("More")],
        rows=[
            [
                line_findings.difference_named(detail["what"]),
                detail["reference"] or "–",
                detail["amount"],
                detail.get("cause") or line_findings.sentence_of(detail.get("finding", "")) or "–",
            ]
            for detail in proof.details
        ],
    )
