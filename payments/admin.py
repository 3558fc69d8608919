"""Money for staff: payments with all that happened, deposits, the ledger, what gateways told us."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.paginator import InfinitePaginator

from key2key.common import work_queue
from key2key.common.plugins import Panel
from key2key.common.staff_pages import (
    Confirmation,
    ReadOnlyPage,
    attempt,
    audit_panel,
    go,
    link,
    page_of,
)
from payments import dossier, selectors, services
from payments.enums import HoldState, PaymentStatus, RefundStatus
from payments.models import (
    Account,
    Hold,
    Payment,
    PaymentCheck,
    Refund,
    RefundSending,
    SandboxWebhook,
    Transfer,
    WebhookDelivery,
)

COLOURS = {
    PaymentStatus.SUCCEEDED: "success", PaymentStatus.PENDING: "info", PaymentStatus.DISPUTED: "danger",
    PaymentStatus.FAILED: "warning", HoldState.HELD: "success", HoldState.RELEASED: "primary",
    RefundStatus.APPROVED: "info", RefundStatus.SENT: "info",
}  # fmt: skip


class MoneyPage(ReadOnlyPage):
    """A page of rows with an amount, a payer or buyer, and a state."""

    ordering = ("-created_at", "-id")

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, row: Any) -> str:
        return f"{row.amount:,} {row.currency}"

    @display(description=_("status"), ordering="status", label=COLOURS)
    def shown_status(self, row: Any) -> tuple[str, str]:
        return row.status, row.get_status_display()


class OddFilter(admin.SimpleListFilter):
    """Only those of which a gateway said what does not match."""

    title = _("does not match")
    parameter_name = "odd"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Payment]) -> QuerySet[Payment]:
        return queryset.exclude(review_reason="") if self.value() == "yes" else queryset


@admin.register(Payment)
class PaymentPage(MoneyPage):
    """Every try to pay. Found by any reference: ours, the gateway's, a refund's, the target's id."""

    list_display = (
        "reference", "shown_status", "shown_amount", "purpose", "gateway", "payer", "review_reason",
        "created_at",
    )  # fmt: skip
    list_filter = (OddFilter, "status", "purpose", "gateway", "charged_back", "created_at")
    list_select_related = ("payer",)
    search_fields = (
        "=reference", "=gateway_reference", "=refunds__reference", "=payer__email", "=payer__phone"
    )  # fmt: skip
    search_help_text = _("Any reference or id of the payment, its refund, hold or target; payer's e-mail")
    fields = (
        "reference", "status", "placement", "amount", "currency", "refunded_amount", "disputed_amount",
        "charged_back", "fee", "purpose", "description", "person", "payee_id", "target_type", "target_id",
        "deposit", "gateway", "mode", "gateway_reference", "review_reason", "failure_code", "created_at",
        "expires_at", "paid_at", "checked_at",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("ask_gateway",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """An id is that of a payment, or of what it belongs to."""
        try:
            key = UUID(search_term.strip())
        except ValueError:
            return super().get_search_results(request, queryset, search_term)
        return queryset.filter(Q(pk=key) | Q(hold=key) | Q(target_id=key) | Q(refunds=key)), True

    def panels(self, request: HttpRequest, row: Payment) -> list[Panel]:
        return [
            dossier.timeline_of(row),
            dossier.transfers_where(Q(payment_id=row.pk)),
            dossier.refunds_of(row.refunds.order_by("created_at")),
            dossier.webhooks_of(row),
            audit_panel(row),
        ]

    @admin.display(description=_("payer"))
    def person(self, payment: Payment) -> str:
        return link(payment.payer, url=page_of("accounts.user", pk=payment.payer_id))

    @admin.display(description=_("hold"))
    def deposit(self, payment: Payment) -> str:
        return link(payment.hold, url=page_of(Hold, pk=payment.hold_id)) if payment.hold_id else "–"

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


@admin.register(Hold)
class HoldPage(MoneyPage):
    """Deposits."""

    list_display = ("__str__", "shown_state", "shown_amount", "listing", "buyer", "policy", "created_at")
    list_filter = ("state", "policy", "currency", "created_at")
    list_select_related = ("listing", "buyer")
    search_fields = ("=buyer__email", "=payments__reference")
    search_help_text = _("An id of the hold, buyer's e-mail, or the reference of a payment")
    fields = (
        "state", "amount", "currency", "refunded_amount", "lies_there", "policy", "listing_page", "person",
        "payee_id", "target_type", "target_id", "frozen_because", "end_reason", "created_at", "held_at",
        "ended_at",
    )  # fmt: skip
    readonly_fields = fields

    def panels(self, request: HttpRequest, row: Hold) -> list[Panel]:
        return [
            dossier.legs_of(row),
            dossier.transfers_where(Q(hold_id=row.pk)),
            dossier.refunds_of(Refund.objects.filter(payment__hold=row).order_by("created_at")),
            audit_panel(row),
        ]

    @display(description=_("state"), ordering="state", label=COLOURS)
    def shown_state(self, hold: Hold) -> tuple[str, str]:
        return hold.state, hold.get_state_display()

    @admin.display(description=_("lies there now"))
    def lies_there(self, hold: Hold) -> str:
        accounts = Account.objects.filter(owner=hold.pk)
        return f"{sum(selectors.balances(accounts).values()):,} {hold.currency}"

    @admin.display(description=_("listing"))
    def listing_page(self, hold: Hold) -> str:
        return link(hold.listing, url=page_of("listings.listing", pk=hold.listing_id))

    @admin.display(description=_("buyer"))
    def person(self, hold: Hold) -> str:
        return link(hold.buyer, url=page_of("accounts.user", pk=hold.buyer_id))


@admin.register(Refund)
class RefundPage(MoneyPage):
    """Money on its way back."""

    list_display = ("reference", "shown_status", "shown_amount", "source", "payment", "reason", "created_at")
    list_filter = ("status", "source", "created_at")
    list_select_related = ("payment",)
    search_fields = ("=reference", "=payment__reference", "=payment__gateway_reference")
    fields = (
        "reference", "status", "amount", "currency", "source", "reason", "failure_code", "tries",
        "payment_page", "requested_by", "created_at", "sent_at", "ended_at",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("try_again",)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        failed = Refund.objects.filter(pk=object_id, status=RefundStatus.FAILED)
        return super().get_actions_detail(request, object_id) if failed.exists() else []

    def panels(self, request: HttpRequest, row: Refund) -> list[Panel]:
        return [dossier.transfers_where(Q(refund_id=row.pk)), audit_panel(row)]

    @admin.display(description=_("payment"))
    def payment_page(self, refund: Refund) -> str:
        return link(refund.payment, url=page_of(Payment, pk=refund.payment_id))

    @action(
        description=_("Try again"),
        permissions=["act"],
        dialog={
            "title": _("Send the refund again"),
            "description": _("The gateway refused it. It is sent under a new reference."),
            "form_class": Confirmation,
            "form_submit_text": _("Send"),
        },
    )
    def try_again(self, request: HttpRequest, form: Confirmation, object_id: str) -> HttpResponse:
        key = UUID(object_id)
        attempt(
            request,
            lambda: services.retry_refund(refund_id=key, by=request.user),
            done=_("It is on its way again."),
        )
        return go(request, page_of(Refund, pk=key))


@admin.register(WebhookDelivery)
class WebhookPage(ReadOnlyPage):
    """What gateways told us; what is parked waits for a person."""

    list_display = ("created_at", "gateway", "kind", "reference", "work_state", "last_error", "payment")
    list_filter = ("work_state", "gateway", "kind", "created_at")
    list_select_related = ("payment",)
    search_fields = ("=reference", "=gateway_reference", "=event_key")
    ordering = ("-created_at", "-id")
    fields = (
        "gateway", "kind", "event_key", "reference", "gateway_reference", "payment_page", "work_state",
        "attempts", "last_error", "headers", "text", "created_at",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("read_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("payment__checkout_url")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        parked = WebhookDelivery.objects.filter(pk=object_id, work_state="parked")
        return super().get_actions_detail(request, object_id) if parked.exists() else []

    def panels(self, request: HttpRequest, row: WebhookDelivery) -> list[Panel]:
        return [audit_panel(row)]

    @admin.display(description=_("payment"))
    def payment_page(self, delivery: WebhookDelivery) -> str:
        payment = delivery.payment
        return link(payment, url=page_of(Payment, pk=payment.pk)) if payment else "–"

    @admin.display(description=_("body"))
    def text(self, delivery: WebhookDelivery) -> str:
        return bytes(delivery.body).decode(errors="replace")

    @action(
        description=_("Read again"),
        icon="replay",
        permissions=["act"],
        dialog={
            "title": _("Read the notification again"),
            "description": _("The gateway is asked about it once more."),
            "form_class": Confirmation,
            "form_submit_text": _("Read"),
        },
    )
    def read_again(self, request: HttpRequest, form: Confirmation, object_id: str) -> HttpResponse:
        key = UUID(object_id)
        attempt(
            request,
            lambda: work_queue.try_again([f"payments.webhookdelivery:{key}"], by=request.user),
            done=_("The gateway is being asked."),
        )
        return go(request, page_of(WebhookDelivery, pk=key))


class DutyPage(ReadOnlyPage):
    """Work that a worker does; what is parked is tried again in the queue of stuck work."""

    list_display = ("__str__", "work_state", "attempts", "due_at", "last_error")
    list_filter = ("work_state",)
    ordering = ("-due_at", "-pk")


@admin.register(RefundSending)
class RefundSendingPage(DutyPage):
    """Refunds that are sent, or were."""

    list_select_related = ("refund",)
    search_fields = ("=reference",)
    fields = ("refund", "reference", "work_state", "attempts", "due_at", "last_error")
    readonly_fields = fields


@admin.register(PaymentCheck)
class PaymentCheckPage(DutyPage):
    """Payments of which a gateway is asked."""

    list_select_related = ("payment",)
    search_fields = ("=payment__reference",)
    fields = ("payment", "work_state", "attempts", "due_at", "last_error")
    readonly_fields = fields


@admin.register(SandboxWebhook)
class SandboxWebhookPage(DutyPage):
    """What the sandbox tells us, on desks and in tests."""

    list_select_related = ("checkout",)
    search_fields = ("=checkout__reference",)
    fields = ("checkout", "kind", "work_state", "attempts", "due_at", "last_error")
    readonly_fields = fields


@admin.register(Account)
class AccountPage(ReadOnlyPage):
    """The accounts of the ledger."""

    list_display = ("__str__", "kind", "gateway", "owner", "currency", "created_at")
    list_filter = ("kind", "gateway", "currency")
    ordering = ("kind", "gateway", "currency", "id")
    fields = ("kind", "owner", "gateway", "currency", "balance", "created_at")
    readonly_fields = fields

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By the id of the account or of its owner."""
        try:
            key = UUID(search_term.strip())
        except ValueError:
            return super().get_search_results(request, queryset, search_term)
        return queryset.filter(Q(pk=key) | Q(owner=key)), False

    search_fields = ("kind",)
    search_help_text = _("Kind, or the id of the account or of its owner")

    def panels(self, request: HttpRequest, row: Account) -> list[Panel]:
        return [dossier.transfers_where(Q(debit=row) | Q(credit=row))]

    @admin.display(description=_("credits less debits"))
    def balance(self, account: Account) -> str:
        return f"{selectors.balances([account])[account]:,} {account.currency}"


@admin.register(Transfer)
class TransferPage(ReadOnlyPage):
    """Every movement of money. Nobody can change one, nor can the product."""

    list_display = ("created_at", "cause", "debit", "credit", "amount", "currency")
    list_filter = ("cause", "currency", "created_at")
    list_select_related = ("debit", "credit")
    search_fields = ("=key",)
    ordering = ("-created_at", "-id")
    paginator = InfinitePaginator
    fields = (
        "created_at", "cause", "debit", "credit", "amount", "currency", "journal", "key", "payment_id",
        "refund_id", "hold_id",
    )  # fmt: skip
    readonly_fields = fields
