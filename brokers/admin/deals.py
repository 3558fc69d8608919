"""Deals for staff: what waits for them, all that a decision needs on one page, and the decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.forms.widgets import ArrayWidget
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
)

from brokers import deal_queue, selectors, services
from brokers.deal_sheet import panels_of
from brokers.enums import DealState, DecisionKind
from brokers.models import Deal, Offer, RequiredPaper
from brokers.services import Proposal
from key2key.common.plugins import Panel
from key2key.common.staff_pages import (
    Confirmation,
    EditablePage,
    ReadOnlyPage,
    ReasonForm,
    age,
    attempt,
    audit_panel,
    go,
    link,
    page_of,
)
from payments.models import Hold, Payment, Refund

COLOURS = {
    DealState.DISPUTED: "danger", DealState.CANCEL_REQUESTED: "warning", DealState.COMPLETED: "success",
    DealState.DEPOSIT_HELD: "primary", DealState.HANDOVER: "primary", DealState.DEPOSIT_DUE: "info",
}  # fmt: skip


def money_panel(deal: Deal) -> Panel:
    """The deposit, what was paid for it and what goes back, each leading to its own page."""
    target = {"target_type": selectors.TARGET, "target_id": deal.pk}
    found: list[Hold | Payment | Refund] = [
        *Hold.objects.filter(**target),
        *Payment.objects.filter(**target).order_by("created_at"),
        *Refund.objects.filter(**{f"payment__{name}": value for name, value in target.items()}),
    ]
    return Panel(
        title=_("Money"),
        headers=[_("When"), _("What"), _("Amount"), _("State")],
        rows=[
            [
                f"{row.created_at:%F %H:%M}",
                link(getattr(row, "reference", _("Deposit")), url=page_of(type(row), pk=row.pk)),
                f"{row.amount:,} {row.currency}",
                row.get_state_display() if isinstance(row, Hold) else row.get_status_display(),
            ]
            for row in found
        ],
    )


class DecisionForm(ReasonForm):
    """What becomes of the deal and its deposit."""

    kind = forms.ChoiceField(
        label=_("Decision"), choices=DecisionKind.choices, widget=UnfoldAdminSelectWidget()
    )
    refund_amount = forms.DecimalField(
        label=_("To the buyer, when it is split"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget(),
    )
    field_order = ("kind", "refund_amount", "reason")


class ExtensionForm(ReasonForm):
    """How much more time."""

    days = forms.IntegerField(
        label=_("Days"), min_value=1, max_value=60, widget=UnfoldAdminIntegerFieldWidget()
    )
    field_order = ("days", "reason")


class QueueFilter(admin.SimpleListFilter):
    """Why deals wait for staff."""

    title = _("waits for staff")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, label) for name, (label, _narrow) in deal_queue.QUEUES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Deal]) -> QuerySet[Deal]:
        name = self.value()
        return deal_queue.in_queue(queryset, name=name) if name in deal_queue.QUEUES else queryset


@admin.register(Deal)
class DealPage(ReadOnlyPage):
    """Every deal, and what staff may do about it."""

    list_display = ("listing", "status", "buyer", "owner", "shown_deposit", "deadline_at", "waiting")
    list_filter = (QueueFilter, "state", "outcome", "seller_marked", "created_at")
    list_select_related = ("listing", "buyer", "owner")
    search_fields = ("listing__title", "=buyer__email", "=owner__email")
    search_help_text = _("Title of the listing, e-mail of a side, or an id")
    fields = (
        "listing", "buyer", "owner", "organisation", "state", "deadline_at", "overdue_at", "amount",
        "currency", "deposit_amount", "refundable", "refundable_percent", "commission_amount",
        "platform_fee_amount", "policy", "cancel_asked_by", "cancel_reason", "disputed_by",
        "dispute_reason", "outcome", "outcome_reason", "refund_amount", "seller_marked", "created_at",
        "ended_at",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("decide", "approve", "drop", "extend", "reset_tries")

    def panels(self, request: HttpRequest, row: Deal) -> Iterable[Panel]:
        return [*panels_of(row), money_panel(row), audit_panel(row)]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """None for a deal that has ended."""
        is_open = Deal.objects.filter(pk=object_id, ended_at__isnull=True).exists()
        return super().get_actions_detail(request, object_id) if is_open else []

    @display(description=_("state"), ordering="state", label=COLOURS)
    def status(self, deal: Deal) -> tuple[str, str]:
        return deal.state, deal.get_state_display()

    @admin.display(description=_("deposit"), ordering="deposit_amount")
    def shown_deposit(self, deal: Deal) -> str:
        return f"{deal.deposit_amount:,} {deal.currency}"

    @admin.display(description=_("waits"), ordering="overdue_at")
    def waiting(self, deal: Deal) -> str:
        return age(deal.overdue_at) if deal.overdue_at else "–"

    @action(
        description=_("Decide"),
        permissions=["act"],
        dialog={
            "title": _("Decide this deal"),
            "description": _("Both sides read the reason. A large deposit waits for a second pair of eyes."),
            "form_class": DecisionForm,
            "form_submit_text": _("Decide"),
        },
    )
    def decide(self, request: HttpRequest, form: DecisionForm, object_id: str) -> HttpResponse:
        given = form.cleaned_data
        proposal = Proposal(
            kind=DecisionKind(given["kind"]), reason=given["reason"], refund_amount=given["refund_amount"]
        )
        return self._do(request, object_id, services.decide_deal, done=_("Decided."), proposal=proposal)

    @action(
        description=_("Approve the decision"),
        permissions=["act"],
        dialog={
            "title": _("Approve the decision"),
            "description": _("It takes effect at once: the money moves."),
            "form_class": Confirmation,
            "form_submit_text": _("Approve"),
        },
    )
    def approve(self, request: HttpRequest, form: Confirmation, object_id: str) -> HttpResponse:
        return self._do(request, object_id, services.approve_decision, done=_("Approved."))

    @action(
        description=_("Drop the decision"),
        permissions=["act"],
        dialog={
            "title": _("Drop the waiting decision"),
            "description": _("Another one can be proposed then."),
            "form_class": ReasonForm,
            "form_submit_text": _("Drop"),
        },
    )
    def drop(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        return self._do(request, object_id, services.drop_decision, done=_("Dropped."), reason=reason)

    @action(
        description=_("Give more time"),
        permissions=["act"],
        dialog={
            "title": _("Give more time"),
            "description": _("Counted from now when the time is over."),
            "form_class": ExtensionForm,
            "form_submit_text": _("Extend"),
        },
    )
    def extend(self, request: HttpRequest, form: ExtensionForm, object_id: str) -> HttpResponse:
        given = form.cleaned_data
        more = {"days": given["days"], "reason": given["reason"]}
        return self._do(request, object_id, services.extend_deadline, done=_("Extended."), **more)

    @action(
        description=_("Let codes be tried again"),
        permissions=["act"],
        dialog={
            "title": _("Let codes be tried again"),
            "description": _("Both sides get their five tries back."),
            "form_class": ReasonForm,
            "form_submit_text": _("Reset"),
        },
    )
    def reset_tries(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        return self._do(request, object_id, services.reset_code_tries, done=_("Reset."), reason=reason)

    def _do(
        self, request: HttpRequest, object_id: str, rule: Callable[..., Any], *, done: Any, **given: Any
    ) -> HttpResponse:
        key = UUID(object_id)
        attempt(request, lambda: rule(deal_id=key, by=request.user, **given), done=done)
        return go(request, page_of(Deal, pk=key))


@admin.register(Offer)
class OfferPage(ReadOnlyPage):
    """Every offer."""

    list_display = ("listing", "buyer", "made_by", "amount", "currency", "state", "expires_at", "created_at")
    list_filter = ("state", "made_by", "created_at")
    list_select_related = ("listing", "buyer")
    search_fields = ("listing__title", "=buyer__email")
    fields = (
        "listing", "buyer", "made_by", "author", "amount", "currency", "deposit_amount", "refundable",
        "refundable_percent", "message", "state", "reason", "expires_at", "answers", "fell_through_at",
        "created_at",
    )  # fmt: skip
    readonly_fields = fields

    def panels(self, request: HttpRequest, row: Offer) -> list[Panel]:
        return [audit_panel(row)]


@admin.register(RequiredPaper)
class RequiredPaperPage(EditablePage):
    """The papers that deals need: a changed rule is a new row with its own dates."""

    formfield_overrides: ClassVar[dict[Any, Any]] = {ArrayField: {"widget": ArrayWidget}}
    list_display = ("name_en", "name_am", "kind", "purposes", "required", "valid_from", "valid_until")
    list_filter = ("market", "kind", "required")
    search_fields = ("slug", "name_en", "name_am")
