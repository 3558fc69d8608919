"""Bank slips for staff: the queue, each with its document in sight, and the decisions."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from key2key.common.api.documents import document_response
from key2key.common.errors import NotFound
from key2key.common.plugins import Panel
from key2key.common.sealing import unseal
from key2key.common.staff_pages import (
    Confirmation,
    StockReasonForm,
    age,
    attempt,
    audit_panel,
    go,
    link,
    page_of,
)
from payments import dossier, reasons, services
from payments.admin.common import NumbersMasked, ending_of
from payments.enums import ProofState
from payments.models import Payment, PaymentProof
from uploads import viewing

DOCUMENTS = "payments.proof"  # whose documents a token opens
COLOURS = {ProofState.WAITING: "info", ProofState.APPROVED: "success", ProofState.REJECTED: "danger"}


class WithSlip(Confirmation):
    """A dialog that shows the slip above its fields."""

    form_before_template = "payments/admin/slip.html"

    def get_before_template_context(self, request: HttpRequest, object_id: Any = None) -> dict[str, Any]:
        """The slip and the address of its document, which opens for a minute."""
        proof = PaymentProof.objects.select_related("payment").get(pk=object_id)
        return {"proof": proof, "document": _address(request, proof)}


class ArrivalForm(WithSlip):
    """What the bank's statement shows."""

    amount = forms.DecimalField(
        label=_("Amount on the statement"),
        min_value=Decimal("0.01"),
        max_digits=14,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget(),
    )
    bank_reference = forms.CharField(
        label=_("Bank's reference on the statement"), max_length=60, widget=UnfoldAdminTextInputWidget()
    )

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **known: Any) -> None:
        super().__init__(request, object_id, *args, **known)
        proof = PaymentProof.objects.filter(pk=object_id).first()
        if proof is not None:
            self.initial |= {"amount": proof.amount, "bank_reference": proof.bank_reference}

    def arrival(self) -> services.Arrival:
        """The same for the rule."""
        return services.Arrival(
            amount=self.cleaned_data["amount"], bank_reference=self.cleaned_data["bank_reference"]
        )


class ToldToPayer(StockReasonForm):
    """A reason that the payer reads."""

    def __init__(self, *args: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        self.fields["words"].help_text = _("The payer reads this.")


class RejectionForm(WithSlip, ToldToPayer):
    """Why the slip does not count."""

    stock_reasons = reasons.TO_REJECT_SLIPS


class SuspenseForm(ArrivalForm, ToldToPayer):
    """What came, and what the payer is told."""

    stock_reasons = reasons.TO_SUSPEND_SLIPS


@admin.register(PaymentProof)
class ProofPage(NumbersMasked):
    """Bank slips. Those that wait are found by the counter on the first page, the oldest first."""

    list_display = (
        "bank_reference", "shown_state", "shown_amount", "payment", "payer", "paid_on", "waiting",
        "created_at",
    )  # fmt: skip
    list_filter = ("state", "is_in_suspense", "created_at")
    list_select_related = ("payment__payer",)
    search_fields = ("=bank_reference", "=payment__reference", "=payment__payer__email")
    ordering = ("created_at", "id")
    fields = (
        "state", "amount", "asked", "paid_on", "bank_reference", "payment_page", "payer", "sender_name",
        "sender_bank", "sender_account", "is_in_suspense", "reason", "decided_by", "decided_at", "created_at",
    )  # fmt: skip
    readonly_fields = (*fields, "sender_account_ending")
    masked: ClassVar[dict[str, str]] = {"sender_account": "sender_account_ending"}
    actions_detail = ("approve", "suspend", "reject")

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view(self.show_document)
        return [path("document/<str:token>/", guarded, name="payments_proof_document"), *super().get_urls()]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only while it waits, and nothing on one's own payment."""
        waiting = PaymentProof.objects.filter(pk=object_id, state=ProofState.WAITING)
        is_mine = waiting.filter(payment__payer=request.user.pk).exists()
        return super().get_actions_detail(request, object_id) if waiting.exists() and not is_mine else []

    def panels(self, request: HttpRequest, row: PaymentProof) -> list[Panel]:
        may_see = self.has_act_permission(request) and row.payment.payer_id != request.user.pk
        shown = _picture(request, row) if may_see else "–"
        return [
            Panel(title=_("Document"), headers=[_("Picture")], rows=[[shown]]),
            dossier.timeline_of(row.payment),
            dossier.transfers_where(Q(payment_id=row.payment_id)),
            audit_panel(row),
        ]

    def show_document(self, request: HttpRequest, token: str) -> HttpResponse:
        """A slip, for the member of staff whose page asked for it a moment ago."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        try:
            opened = viewing.read_token(token, kind=DOCUMENTS, viewer=request.user)
            proof, plain = services.show_proof(proof_id=opened.document_id, to=request.user)
        except NotFound as gone:
            raise Http404 from gone
        return document_response(plain, content_type=proof.content_type, name="slip")

    @display(description=_("state"), ordering="state", label=COLOURS)
    def shown_state(self, proof: PaymentProof) -> tuple[str, str]:
        return proof.state, proof.get_state_display()

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, row: PaymentProof) -> str:
        return f"{row.amount:,} {row.payment.currency}"

    @admin.display(description=_("asked for"))
    def asked(self, proof: PaymentProof) -> str:
        return f"{proof.payment.amount:,} {proof.payment.currency}"

    @admin.display(description=_("waits"), ordering="created_at")
    def waiting(self, proof: PaymentProof) -> str:
        return age(proof.created_at) if proof.state == ProofState.WAITING else "–"

    @admin.display(description=_("payment"))
    def payment_page(self, proof: PaymentProof) -> str:
        return link(proof.payment, url=page_of(Payment, pk=proof.payment_id))

    @admin.display(description=_("payer"))
    def payer(self, proof: PaymentProof) -> str:
        return link(proof.payment.payer, url=page_of("accounts.user", pk=proof.payment.payer_id))

    @admin.display(description=_("sender's account"))
    def sender_account(self, proof: PaymentProof) -> str:
        return unseal(proof.sealed_account) if proof.sealed_account else "–"

    @admin.display(description=_("sender's account"))
    def sender_account_ending(self, proof: PaymentProof) -> str:
        return ending_of(proof.sealed_account) if proof.sealed_account else "–"

    @action(
        description=_("Approve"),
        permissions=["act"],
        dialog={
            "title": _("Approve the slip"),
            "description": _("The statement shows this money. More than was asked for goes back by itself."),
            "form_class": ArrivalForm,
            "form_submit_text": _("Approve"),
        },
    )
    def approve(self, request: HttpRequest, form: ArrivalForm, object_id: str) -> HttpResponse:
        return self._decide(
            request, object_id, services.approve_proof, arrival=form.arrival(), done=_("Approved and booked.")
        )

    @action(
        description=_("Keep in suspense"),
        permissions=["act"],
        dialog={
            "title": _("Keep the money in suspense"),
            "description": _("Less came than was asked for. The payment waits on; the payer is told why."),
            "form_class": SuspenseForm,
            "form_submit_text": _("Keep"),
        },
    )
    def suspend(self, request: HttpRequest, form: SuspenseForm, object_id: str) -> HttpResponse:
        return self._decide(
            request,
            object_id,
            services.keep_in_suspense,
            arrival=form.arrival(),
            reason=_in_their_language(object_id, form),
            done=_("It lies in suspense."),
        )

    @action(
        description=_("Reject"),
        permissions=["act"],
        dialog={
            "title": _("Reject the slip"),
            "description": _("There is no such money. The payer is told why and may send another slip."),
            "form_class": RejectionForm,
            "form_submit_text": _("Reject"),
        },
    )
    def reject(self, request: HttpRequest, form: RejectionForm, object_id: str) -> HttpResponse:
        reason = _in_their_language(object_id, form)
        return self._decide(request, object_id, services.reject_proof, reason=reason, done=_("Rejected."))

    def _decide(
        self, request: HttpRequest, object_id: str, rule: Callable[..., Any], *, done: Any, **words: Any
    ) -> HttpResponse:
        key = UUID(object_id)
        attempt(request, lambda: rule(proof_id=key, by=request.user, **words), done=done)
        return go(request, page_of(PaymentProof, pk=key))


def _address(request: HttpRequest, proof: PaymentProof) -> str:
    token = viewing.token_for(request.user, kind=DOCUMENTS, document_id=proof.pk)
    return reverse("admin:payments_proof_document", args=[token])


def _picture(request: HttpRequest, proof: PaymentProof) -> str:
    url = _address(request, proof)
    if proof.content_type == "application/pdf":
        return format_html('<a class="k2k-link" href="{}" target="_blank" rel="noopener">PDF</a>', url)
    return format_html('<img class="k2k-document" src="{}" alt="">', url)


def _in_their_language(object_id: str, form: StockReasonForm) -> str:
    proofs = PaymentProof.objects.filter(pk=object_id)
    language = proofs.values_list("payment__payer__language", flat=True).first()
    with translation.override(language or "en"):
        return form.reason()
