"""Refunds that finance make at the bank: the list for the bank, and what came of each."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from key2key.common import audit
from key2key.common.plugins import Panel
from key2key.common.sealing import unseal
from key2key.common.staff_pages import Confirmation, ReasonForm, attempt, audit_panel, go, link, page_of
from payments import queues, services, slips
from payments.admin.common import NumbersMasked, ending_of
from payments.bank_orders import orders_for_bank
from payments.models import Payment, PaymentProof, RefundByHand


class EvidenceForm(Confirmation):
    """What the bank calls the transfer."""

    bank_reference = forms.CharField(
        label=_("Bank's reference"), max_length=60, widget=UnfoldAdminTextInputWidget()
    )


@admin.register(RefundByHand)
class RefundByHandPage(NumbersMasked):
    """What finance have to send back at the bank, the first first."""

    list_display = ("reference", "shown_amount", "shown_status", "payer", "payment", "created_at")
    list_select_related = ("payment__payer",)
    list_filter = ("source", "created_at")
    search_fields = ("=reference", "=payment__reference")
    ordering = ("created_at", "id")
    fields = (
        "reference", "status", "amount", "currency", "reason", "payment_page", "payer", "to_name", "to_bank",
        "to_account", "created_at",
    )  # fmt: skip
    readonly_fields = (*fields, "to_account_ending")
    masked: ClassVar[dict[str, str]] = {"to_account": "to_account_ending"}
    actions = ("list_for_bank",)
    actions_detail = ("confirm", "fail")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """On the list those that are to be made; a page stays reachable afterwards."""
        rows = super().get_queryset(request)
        is_list = request.resolver_match is not None and str(request.resolver_match.url_name).endswith("list")
        return rows.filter(pk__in=queues.refunds_by_hand().values("pk")) if is_list else rows

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        waits = queues.refunds_by_hand().filter(pk=object_id).exists()
        return super().get_actions_detail(request, object_id) if waits else []

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Those who execute refunds."""
        return bool(request.user.has_perm("payments.execute_refund"))

    def panels(self, request: HttpRequest, row: RefundByHand) -> list[Panel]:
        return [audit_panel(row)]

    @admin.display(description=_("payment"))
    def payment_page(self, refund: RefundByHand) -> str:
        return link(refund.payment, url=page_of(Payment, pk=refund.payment_id))

    @admin.display(description=_("payer"))
    def payer(self, refund: RefundByHand) -> str:
        return link(refund.payment.payer, url=page_of("accounts.user", pk=refund.payment.payer_id))

    @admin.display(description=_("name"))
    def to_name(self, refund: RefundByHand) -> str:
        sender = _sender(refund)
        return (sender.sender_name if sender else "") or str(refund.payment.payer)

    @admin.display(description=_("bank"))
    def to_bank(self, refund: RefundByHand) -> str:
        sender = _sender(refund)
        return (sender.sender_bank if sender else "") or "–"

    @admin.display(description=_("account"))
    def to_account(self, refund: RefundByHand) -> str:
        sender = _sender(refund)
        return unseal(sender.sealed_account) if sender else str(_("ask the payer"))

    @admin.display(description=_("account"))
    def to_account_ending(self, refund: RefundByHand) -> str:
        sender = _sender(refund)
        return ending_of(sender.sealed_account) if sender else str(_("ask the payer"))

    @admin.action(description=_("List for the bank (CSV)"), permissions=["act"])
    def list_for_bank(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        refunds = list(queues.refunds_by_hand().filter(pk__in=queryset.values("pk")))
        for refund in refunds:
            audit.record(actor=request.user, action="refund.listed_for_bank", subject=refund)
        senders = slips.senders(refund.payment_id for refund in refunds)
        response = HttpResponse(
            orders_for_bank(refunds, senders=senders), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = 'attachment; filename="refunds.csv"'
        response["Cache-Control"] = "private, no-store"
        return response

    @action(
        description=_("It is sent"),
        permissions=["act"],
        dialog={
            "title": _("The bank has sent it"),
            "description": _("The bank's own reference is the evidence. The payer is told."),
            "form_class": EvidenceForm,
            "form_submit_text": _("Confirm"),
        },
    )
    def confirm(self, request: HttpRequest, form: EvidenceForm, object_id: str) -> HttpResponse:
        key = UUID(object_id)
        attempt(
            request,
            lambda: services.confirm_bank_refund(
                refund_id=key, by=request.user, bank_reference=form.cleaned_data["bank_reference"]
            ),
            done=_("Confirmed and booked."),
        )
        return go(request, page_of(RefundByHand, pk=key))

    @action(
        description=_("It could not be sent"),
        permissions=["act"],
        dialog={
            "title": _("The bank could not send it"),
            "description": _("The money stays with us, and the refund can be tried again."),
            "form_class": ReasonForm,
            "form_submit_text": _("It failed"),
        },
    )
    def fail(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        key = UUID(object_id)
        attempt(
            request,
            lambda: services.fail_bank_refund(
                refund_id=key, by=request.user, reason=form.cleaned_data["reason"]
            ),
            done=_("Booked as failed."),
        )
        return go(request, page_of(RefundByHand, pk=key))


def _sender(refund: RefundByHand) -> PaymentProof | None:
    return slips.senders([refund.payment_id]).get(refund.payment_id)
