"""Refunds for staff: asked for by finance, decided by treasury, sent by finance."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from key2key.common.plugins import Panel
from key2key.common.staff_pages import Confirmation, ReasonForm, audit_panel, link, page_of
from payments import dossier, services
from payments.admin.steps import StepPage, asks, asks_why
from payments.enums import RefundStatus as S
from payments.models import Payment, Refund


@admin.register(Refund)
class RefundPage(StepPage):
    """Money on its way back."""

    list_display = ("reference", "shown_status", "shown_amount", "source", "payment", "reason", "created_at")
    list_filter = ("status", "source", "created_at")
    list_select_related = ("payment",)
    search_fields = ("=reference", "=payment__reference", "=payment__gateway_reference")
    fields = (
        "reference", "status", "amount", "currency", "source", "reason", "failure_code", "tries",
        "payment_page", "requested_by", "decided_by", "decided_at", "decline_reason", "executed_by",
        "created_at", "sent_at", "ended_at",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("approve", "decline", "execute", "try_again")
    steps: ClassVar[dict[str, frozenset[str]]] = {
        "approve": frozenset({S.REQUESTED}), "decline": frozenset({S.REQUESTED}),
        "execute": frozenset({S.APPROVED}), "try_again": frozenset({S.FAILED}),
    }  # fmt: skip

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """One that was sent is not sent by hand again."""
        offered = super().get_actions_detail(request, object_id)
        sent = Refund.objects.filter(pk=object_id, status=S.APPROVED, tries__gt=0)
        return [] if sent.exists() else offered

    def panels(self, request: HttpRequest, row: Refund) -> list[Panel]:
        return [dossier.transfers_where(Q(refund_id=row.pk)), audit_panel(row)]

    @admin.display(description=_("payment"))
    def payment_page(self, refund: Refund) -> str:
        return link(refund.payment, url=page_of(Payment, pk=refund.payment_id))

    @action(
        description=_("Approve"),
        permissions=["approve"],
        dialog=asks(
            _("Approve the refund"),
            says=_("It leaves when finance sends it. You cannot approve what you asked for."),
            submit=_("Approve"),
        ),
    )
    def approve(self, request: HttpRequest, form: Confirmation, object_id: str) -> HttpResponse:
        return self.take(
            request,
            object_id,
            lambda key: services.approve_refund(payment_id=_payment(key), refund_id=key, by=request.user),
            done=_("Approved. Finance sends it now."),
        )

    @action(
        description=_("Decline"),
        permissions=["approve"],
        dialog=asks_why(
            _("Decline the refund"), says=_("Nothing leaves. Finance reads why."), submit=_("Decline")
        ),
    )
    def decline(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        return self.take(
            request,
            object_id,
            lambda key: services.decline_refund(
                payment_id=_payment(key), refund_id=key, by=request.user, reason=reason
            ),
            done=_("Declined."),
        )

    @action(
        description=_("Send"),
        permissions=["execute"],
        dialog=asks(
            _("Send the refund"),
            says=_("The gateway is asked to give the money back. You cannot send what you approved."),
            submit=_("Send"),
        ),
    )
    def execute(self, request: HttpRequest, form: Confirmation, object_id: str) -> HttpResponse:
        return self.take(
            request,
            object_id,
            lambda key: services.execute_refund(payment_id=_payment(key), refund_id=key, by=request.user),
            done=_("It is on its way."),
        )

    @action(
        description=_("Try again"),
        permissions=["execute"],
        dialog=asks(
            _("Send the refund again"),
            says=_("The gateway refused it. It is sent under a new reference."),
            submit=_("Send"),
        ),
    )
    def try_again(self, request: HttpRequest, form: Confirmation, object_id: str) -> HttpResponse:
        return self.take(
            request,
            object_id,
            lambda key: services.retry_refund(refund_id=key, by=request.user),
            done=_("It is on its way again."),
        )


def _payment(refund_id: UUID) -> UUID:
    return Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id)
