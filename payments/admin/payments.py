"""Payments for staff: found by any reference, and all that happened to one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from key2key.common.plugins import Panel
from key2key.common.staff_pages import (
    FOUND_AT_ONCE,
    Confirmation,
    ReasonForm,
    attempt,
    audit_panel,
    go,
    link,
    page_of,
)
from payments import dossier, gateways, selectors, services
from payments.admin.common import MoneyPage
from payments.admin.finding import find_page
from payments.admin.parked import parked_page
from payments.admin.reviewing import REVIEWS, PaymentReviews, reviews_of
from payments.enums import PaymentStatus, Placement
from payments.finding import look_for
from payments.models import Hold, Payment
from payments.owners import names_of


class OddFilter(admin.SimpleListFilter):
    """Only those of which a gateway said what does not match."""

    title = _("does not match")
    parameter_name = "odd"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Payment]) -> QuerySet[Payment]:
        return queryset.exclude(review_reason="") if self.value() == "yes" else queryset


class RefundForm(ReasonForm):
    """How much goes back, and why."""

    amount = forms.DecimalField(
        label=_("Amount"),
        required=False,
        max_digits=14,
        decimal_places=2,
        help_text=_("Empty: all that is left."),
        widget=UnfoldAdminDecimalFieldWidget(),
    )


@admin.register(Payment)
class PaymentPage(PaymentReviews, MoneyPage):
    """Every try to pay. Found by any reference: ours, the gateway's, a refund's, the target's id."""

    list_display = (
        "reference", "shown_status", "shown_amount", "purpose", "gateway", "payer", "review_reason",
        "created_at",
    )  # fmt: skip
    list_filter = (OddFilter, "status", "purpose", "gateway", "charged_back", "created_at")
    list_select_related = ("payer",)
    search_fields = ("=reference",)
    search_help_text = _(
        "Any reference, number, id or key; the payer's e-mail, phone, or beginning of the name"
    )
    fields = (
        "reference", "status", "placement", "shown_amount", "refunded_amount", "disputed_amount",
        "charged_back", "fee", "purpose", "description", "person", "payee", "target_type", "target_id",
        "deposit", "gateway", "mode", "gateway_reference", "review_reason", "failure_code", "created_at",
        "expires_at", "paid_at", "checked_at",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("ask_gateway", "request_refund", "accept_review", "close_review", "keep_odd_money")

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """The payment with its payee's name: the page asks for a value several times."""
        payment: Any = super().get_object(request, object_id, from_field)
        if payment is not None:
            payment.payee_name = names_of([payment.payee_id]).get(payment.payee_id, "–")
        return payment

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """What is possible now, for this member of staff."""
        payment = Payment.objects.filter(pk=object_id).first()
        hidden = (REVIEWS | {"ask_gateway", "request_refund"}) - set(_possible(payment, by=request.user))
        offered = super().get_actions_detail(request, object_id)
        return [each for each in offered if each.method.original_function_name not in hidden]

    def get_urls(self) -> list[URLPattern]:
        def page(view: Callable[..., HttpResponse], name: str) -> URLPattern:
            def shown(request: HttpRequest) -> HttpResponse:
                return view(request, known=self.admin_site.each_context(request))

            return path(f"{name}/", self.admin_site.admin_view(shown), name=f"payments_payment_{name}")

        return [page(find_page, "find"), page(parked_page, "parked"), *super().get_urls()]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Whatever goes by the term; all of it is compared by an index."""
        if not search_term.strip():
            return queryset, False
        rows = queryset.filter(look_for(search_term).payments())
        is_palette = request.resolver_match is not None and request.resolver_match.url_name == "search"
        return (rows[:FOUND_AT_ONCE] if is_palette else rows), False

    def panels(self, request: HttpRequest, row: Payment) -> list[Panel]:
        return [
            dossier.timeline_of(row),
            dossier.transfers_where(Q(payment_id=row.pk)),
            dossier.refunds_of(row.refunds.order_by("created_at")),
            dossier.receipts_of(row),
            audit_panel(row),
        ]

    @admin.display(description=_("payer"))
    def person(self, payment: Payment) -> str:
        return link(payment.payer, url=page_of("accounts.user", pk=payment.payer_id))

    @admin.display(description=_("payee"))
    def payee(self, payment: Any) -> str:
        return payment.payee_name

    @admin.display(description=_("hold"))
    def deposit(self, payment: Payment) -> str:
        return link(payment.hold, url=page_of(Hold, pk=payment.hold_id)) if payment.hold_id else "–"

    def has_refund_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Those who ask for refunds."""
        return bool(request.user.has_perm("payments.execute_refund"))

    @action(
        description=_("Request a refund"),
        icon="undo",
        permissions=["refund"],
        dialog={
            "title": _("Request a refund"),
            "description": _(
                "Treasury approves it, and finance sends it then. Deposits move with their deals."
            ),
            "form_class": RefundForm,
            "form_submit_text": _("Request"),
        },
    )
    def request_refund(self, request: HttpRequest, form: RefundForm, object_id: str) -> HttpResponse:
        key = UUID(object_id)
        attempt(
            request,
            lambda: services.request_refund(
                payment_id=key,
                by=request.user,
                amount=form.cleaned_data["amount"],
                reason=form.cleaned_data["reason"],
            ),
            done=_("It waits for approval."),
        )
        return go(request, page_of(Payment, pk=key))

    @action(
        description=_("Ask the gateway"),
        icon="contact_support",
        permissions=["act"],
        dialog={
            "title": _("Ask the gateway"),
            "description": _("What it answers is booked, as far as it fits what we asked for."),
            "form_class": Confirmation,
            "form_submit_text": _("Ask"),
        },
    )
    def ask_gateway(self, request: HttpRequest, form: Confirmation, object_id: str) -> HttpResponse:
        key = UUID(object_id)
        attempt(
            request,
            lambda: services.ask_about(payment_id=key, by=request.user),
            done=_("The gateway is being asked."),
        )
        return go(request, page_of(Payment, pk=key))


def _possible(payment: Payment | None, *, by: Any) -> Iterator[str]:
    """The deeds that no rule would refuse at once; about what is one's own, nobody decides."""
    if payment is None:
        return
    if payment.gateway not in gateways.by_hand():
        yield "ask_gateway"
    if payment.payer_id == by.pk:
        return
    yield from reviews_of(payment)
    is_owed = payment.placement in {Placement.REVENUE, Placement.PAYER}
    if is_owed and payment.status != PaymentStatus.DISPUTED and selectors.refundable(payment):
        yield "request_refund"
