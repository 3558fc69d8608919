"""The queue of lines that nothing of ours accounts for, and what finance decide about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from key2key.common import audit, spreadsheet
from key2key.common.plugins import Panel
from key2key.common.staff_pages import ReadOnlyPage, ReasonForm, age, attempt, audit_panel, go, link, page_of
from payments import gateways, line_findings, line_panels, services, statements
from payments.admin.steps import asks, asks_why
from payments.enums import LineState
from payments.models import Payment, Payout, Refund, Statement, StatementLine

COLOURS = {
    LineState.MATCHED: "success", LineState.UNMATCHED: "warning", LineState.IGNORED: "info"
}  # fmt: skip


class MatchForm(ReasonForm):
    """Which payment, refund or payout a line is about."""

    reference = forms.CharField(
        label=_("Reference of the payment, refund or payout"), max_length=100,
        widget=UnfoldAdminTextInputWidget(),
    )  # fmt: skip


class SettlementForm(ReasonForm):
    """Which gateway sent the money."""

    gateway = forms.ChoiceField(label=_("Gateway"), widget=UnfoldAdminSelectWidget())

    def __init__(self, *args: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        self.fields["gateway"].choices = [
            (one.name, one.label) for one in gateways.enabled() if not one.by_hand
        ]


@admin.register(StatementLine)
class StatementLinePage(ReadOnlyPage):
    """The queue: lines that nothing of ours accounts for, the oldest first; and all others."""

    list_display = (
        "external_id", "source", "kind", "shown_gross", "booked_on", "shown_state", "why", "waits",
        "narrative",
    )  # fmt: skip
    list_filter = ("state", "source", "kind", "finding", "currency", "booked_on")
    search_fields = ("=external_id", "=payment__reference", "=refund__reference")
    search_help_text = _("The source's number, or the reference of a payment or refund")
    ordering = ("booked_on", "number")
    fields = (
        "statement_page", "number", "source", "account", "external_id", "kind", "gross", "fee", "net",
        "currency", "booked_on", "references", "narrative", "state", "why", "payment_page", "refund_page",
        "payout_page", "reason", "decided_by", "decided_at",
    )  # fmt: skip
    readonly_fields = fields
    actions = ("export",)
    actions_detail = ("match", "settle", "fee", "suspense", "ignore", "take_up")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what is possible now."""
        line = StatementLine.objects.filter(pk=object_id).first()
        possible = _possible(line) if line else set()
        return [
            one
            for one in super().get_actions_detail(request, object_id)
            if one.method.original_function_name in possible
        ]

    def panels(self, request: HttpRequest, row: StatementLine) -> list[Panel]:
        return [line_panels.transfers_of(row), audit_panel(row)]

    @admin.display(description=_("gross"), ordering="gross")
    def shown_gross(self, line: StatementLine) -> str:
        return f"{line.gross:,} {line.currency}"

    @display(description=_("state"), ordering="state", label=COLOURS)
    def shown_state(self, line: StatementLine) -> tuple[str, str]:
        return line.state, line.get_state_display()

    @admin.display(description=_("why it waits"), ordering="finding")
    def why(self, line: StatementLine) -> str:
        waits = line.state == LineState.UNMATCHED
        return str(line_findings.sentence_of(line.finding)) if waits else "–"

    @admin.display(description=_("waits"), ordering="created_at")
    def waits(self, line: StatementLine) -> str:
        return age(line.created_at) if line.state == LineState.UNMATCHED else "–"

    @admin.display(description=_("statement"))
    def statement_page(self, line: StatementLine) -> str:
        return link(line.statement, url=page_of(Statement, pk=line.statement_id))

    @admin.display(description=_("payment"))
    def payment_page(self, line: StatementLine) -> str:
        return link(line.payment, url=page_of(Payment, pk=line.payment_id)) if line.payment else "–"

    @admin.display(description=_("refund"))
    def refund_page(self, line: StatementLine) -> str:
        return link(line.refund, url=page_of(Refund, pk=line.refund_id)) if line.refund else "–"

    @admin.display(description=_("payout"))
    def payout_page(self, line: StatementLine) -> str:
        return link(line.payout, url=page_of(Payout, pk=line.payout_id)) if line.payout else "–"

    @admin.action(description=_("Download as CSV"), permissions=["act"])
    def export(self, request: HttpRequest, queryset: QuerySet[StatementLine]) -> HttpResponse:
        """The chosen lines; a spreadsheet takes nothing in them for a formula."""
        rows = queryset.select_related("payment", "refund")
        for line in rows[:1]:
            audit.record(actor=request.user, action="statement_line.exported", subject=line)
        response = StreamingHttpResponse(
            spreadsheet.lines(_file(rows)), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = 'attachment; filename="statement-lines.csv"'
        response["Cache-Control"] = "private, no-store"
        return response

    @action(
        description=_("Match"),
        permissions=["act"],
        dialog=asks(
            _("Say what the line is about"),
            says=_("Amount and currency have to fit what we booked."),
            submit=_("Match"),
            form=MatchForm,
        ),
    )
    def match(self, request: HttpRequest, form: MatchForm, object_id: str) -> HttpResponse:
        reference = form.cleaned_data["reference"]
        return self._decide(
            request, form, object_id, rule=services.match_line_with, done=_("Matched."), reference=reference
        )

    @action(
        description=_("Settlement of a gateway"),
        permissions=["act"],
        dialog=asks(
            _("This came from a gateway"),
            says=_("It is booked now. The gateway's own statement finds it later."),
            submit=_("Book"),
            form=SettlementForm,
        ),
    )
    def settle(self, request: HttpRequest, form: SettlementForm, object_id: str) -> HttpResponse:
        gateway = form.cleaned_data["gateway"]
        return self._decide(
            request, form, object_id, rule=services.settle_line, done=_("Booked."), gateway=gateway
        )

    @action(
        description=_("Book as a fee"),
        permissions=["act"],
        dialog=asks_why(
            _("A fee of the gateway or the bank"), says=_("It belongs to no payment."), submit=_("Book")
        ),
    )
    def fee(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return self._decide(request, form, object_id, rule=services.book_line_as_fee, done=_("Booked."))

    @action(
        description=_("Keep in suspense"),
        permissions=["act"],
        dialog=asks_why(
            _("Money whose owner we do not know"),
            says=_("It lies in suspense until it finds its owner. A gateway is asked first."),
            submit=_("Keep"),
        ),
    )
    def suspense(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return self._decide(
            request, form, object_id, rule=services.keep_line_in_suspense, done=_("It lies in suspense.")
        )

    @action(
        description=_("Set aside"),
        permissions=["act"],
        dialog=asks_why(
            _("Set the line aside"),
            says=_("It is no money of ours, or booked elsewhere. The daily proof leaves it out."),
            submit=_("Set aside"),
        ),
    )
    def ignore(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return self._decide(request, form, object_id, rule=services.ignore_line, done=_("Set aside."))

    @action(
        description=_("Take up again"),
        permissions=["act"],
        dialog=asks_why(
            _("Take the line up again"), says=_("It waits for a match as before."), submit=_("Take up")
        ),
    )
    def take_up(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        return self._decide(request, form, object_id, rule=services.take_line_up, done=_("It waits again."))

    def _decide(
        self,
        request: HttpRequest,
        form: ReasonForm,
        object_id: str,
        *,
        rule: Callable[..., Any],
        done: Any,
        **values: Any,
    ) -> HttpResponse:
        key, reason = UUID(object_id), form.cleaned_data["reason"]
        attempt(request, lambda: rule(line_id=key, by=request.user, reason=reason, **values), done=done)
        return go(request, page_of(StatementLine, pk=key))


def _possible(line: StatementLine) -> set[str]:
    if line.state == LineState.IGNORED:
        return {"take_up"}
    if line.state != LineState.UNMATCHED:
        return set()
    money_came = {"suspense"} | ({"settle"} if line.source == statements.BANK else set())
    return {"match", "ignore"} | (money_came if line.gross > 0 else {"fee"})


def _file(rows: QuerySet[StatementLine]) -> Iterator[list[Any]]:
    yield ["day", "source", "account", "id", "kind", "gross", "fee", "net", "currency", "state", "payment",
           "refund", "references", "text"]  # fmt: skip
    for line in rows.iterator(chunk_size=500):
        yield [
            line.booked_on, line.source, line.account, line.external_id, line.kind, line.gross, line.fee,
            line.net, line.currency, line.state, line.payment.reference if line.payment else "",
            line.refund.reference if line.refund else "", " ".join(line.references), line.narrative,
        ]  # fmt: skip
