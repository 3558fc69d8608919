"""Money in suspense, for staff: whose it is, or back where it came from."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.selectors import user_by_email
from key2key.common.plugins import Panel
from key2key.common.staff_pages import ReadOnlyPage, ReasonForm, age, attempt, audit_panel, go, link, page_of
from payments import dossier, reconciliation, services
from payments.admin.duties import DutyPage
from payments.admin.steps import asks, asks_why
from payments.enums import SuspenseState
from payments.models import Hold, Payment, Refund, SuspenseItem, SuspenseReturn
from payments.services import Whose

COLOURS = {
    SuspenseState.WAITING: "warning", SuspenseState.MATCHED: "success", SuspenseState.SENT_BACK: "info"
}  # fmt: skip


class WhoseForm(ReasonForm):
    """Whose the money is, by one of three."""

    payment = forms.CharField(
        label=_("Reference of a payment that waits for it"), required=False, max_length=100,
        widget=UnfoldAdminTextInputWidget(),
    )  # fmt: skip
    hold = forms.UUIDField(
        label=_("Or the id of a deposit that lacks it"), required=False, widget=UnfoldAdminTextInputWidget()
    )
    payer = forms.EmailField(
        label=_("Or the e-mail address of the person who sent it"), required=False,
        widget=UnfoldAdminTextInputWidget(),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """One of the three, and it exists."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        named = [name for name in ("payment", "hold", "payer") if values.get(name)]
        if len(named) != 1:
            raise forms.ValidationError(_("Name a payment, a deposit or a person: one of them."))
        if self.whose() == Whose():
            self.add_error(named[0], _("There is nothing here."))
        return values

    def whose(self) -> Whose:
        """As the rule takes it; empty for what does not exist."""
        values = self.cleaned_data
        if reference := values.get("payment"):
            payment = Payment.objects.filter(reference__iexact=reference.strip()).first()
            return Whose(payment_id=payment.pk if payment else None)
        if hold_id := values.get("hold"):
            return Whose(hold_id=hold_id if Hold.objects.filter(pk=hold_id).exists() else None)
        payer = user_by_email(values.get("payer") or "")
        return Whose(payer_id=payer.pk if payer else None)


class LiesThereFilter(admin.SimpleListFilter):
    """Only money that lies in suspense now."""

    title = _("lies there")
    parameter_name = "lies_there"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[SuspenseItem]) -> QuerySet[SuspenseItem]:
        lies_there = reconciliation.in_suspense().values("pk")
        return queryset.filter(pk__in=lies_there) if self.value() == "yes" else queryset


@admin.register(SuspenseItem)
class SuspensePage(ReadOnlyPage):
    """Money that matched nothing when it came, the oldest first."""

    list_display = (
        "shown_amount", "gateway", "gateway_reference", "shown_state", "waits", "payment", "refund",
        "created_at",
    )  # fmt: skip
    list_filter = (LiesThereFilter, "state", "gateway", "currency", "created_at")
    list_select_related = ("payment", "refund")
    search_fields = ("=gateway_reference", "=payment__reference", "=refund__reference")
    search_help_text = _("The gateway's reference, or that of a payment or refund")
    ordering = ("created_at", "id")
    fields = (
        "amount", "currency", "gateway", "gateway_reference", "state", "waits", "payment_page", "refund_page",
        "owner_page", "reason", "decided_by", "decided_at", "created_at",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("match", "send_back")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        lies_there = reconciliation.in_suspense().filter(pk=object_id).exists()
        return super().get_actions_detail(request, object_id) if lies_there else []

    def panels(self, request: HttpRequest, row: SuspenseItem) -> list[Panel]:
        booked = Q(pk=row.transfer_id) | Q(key__startswith=f"suspense:{row.pk}:")
        return [dossier.transfers_where(booked), _returns(row), audit_panel(row)]

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, item: SuspenseItem) -> str:
        return f"{item.amount:,} {item.currency}"

    @display(description=_("state"), ordering="state", label=COLOURS)
    def shown_state(self, item: SuspenseItem) -> tuple[str, str]:
        return item.state, item.get_state_display()

    @admin.display(description=_("waits"), ordering="created_at")
    def waits(self, item: SuspenseItem) -> str:
        return age(item.created_at) if item.state == SuspenseState.WAITING else "–"

    @admin.display(description=_("payment"))
    def payment_page(self, item: SuspenseItem) -> str:
        return link(item.payment, url=page_of(Payment, pk=item.payment_id)) if item.payment else "–"

    @admin.display(description=_("refund"))
    def refund_page(self, item: SuspenseItem) -> str:
        return link(item.refund, url=page_of(Refund, pk=item.refund_id)) if item.refund else "–"

    @admin.display(description=_("owed to"))
    def owner_page(self, item: SuspenseItem) -> str:
        return link(item.owed_to, url=page_of("accounts.user", pk=item.owed_to)) if item.owed_to else "–"

    @action(
        description=_("Whose it is"),
        permissions=["act"],
        dialog=asks(
            _("Say whose the money is"),
            says=_("It counts for the payment or the deposit, or is owed to the person."),
            submit=_("Book"),
            form=WhoseForm,
        ),
    )
    def match(self, request: HttpRequest, form: WhoseForm, object_id: str) -> HttpResponse:
        key, whose, reason = UUID(object_id), form.whose(), form.cleaned_data["reason"]
        attempt(
            request,
            lambda: services.match_suspense(item_id=key, whose=whose, by=request.user, reason=reason),
            done=_("Booked."),
        )
        return go(request, page_of(SuspenseItem, pk=key))

    @action(
        description=_("Send back"),
        permissions=["act"],
        dialog=asks_why(
            _("Send the money back"),
            says=_("The gateway is asked to give it back the way it came."),
            submit=_("Send back"),
        ),
    )
    def send_back(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        key, reason = UUID(object_id), form.cleaned_data["reason"]
        attempt(
            request,
            lambda: services.send_back_suspense(item_id=key, by=request.user, reason=reason),
            done=_("It is on its way back."),
        )
        return go(request, page_of(SuspenseItem, pk=key))


@admin.register(SuspenseReturn)
class SuspenseReturnPage(DutyPage):
    """Money that gateways are asked to give back without a payment of ours."""

    list_select_related = ("item",)
    search_fields = ("=reference",)
    fields = ("item", "reference", "status", "failure_code", "work_state", "attempts", "due_at", "last_error")
    readonly_fields = fields


def _returns(item: SuspenseItem) -> Panel:
    return Panel(
        title=_("Sent back by the gateway's own number"),
        headers=[_("Reference"), _("Status"), _("Why it failed"), _("Last error")],
        rows=[
            [
                link(one.reference, url=page_of(SuspenseReturn, pk=one.pk)),
                one.get_status_display(),
                one.failure_code or "–",
                one.last_error or "–",
            ]
            for one in item.returns.order_by("id")
        ],
    )
