"""Payouts for staff: bank accounts to check, payouts to approve and send, files for the bank."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget

from key2key.common.errors import DomainError
from key2key.common.plugins import Panel
from key2key.common.staff_pages import (
    Confirmation,
    ReasonForm,
    attempt,
    audit_panel,
    go,
    link,
    page_of,
)
from payments import dossier, payables, services
from payments.admin.common import MoneyPage
from payments.admin.duties import DutyPage
from payments.admin.steps import EvidenceForm, ReturnForm, StepPage, asks, asks_why
from payments.enums import PayoutAccountState as A
from payments.enums import PayoutChannelName
from payments.enums import PayoutStatus as S
from payments.models import Payout, PayoutAccount, PayoutBatch, PayoutSending

OPEN = frozenset({S.REQUESTED, S.APPROVED})


class ChannelForm(Confirmation):
    """Over which channel."""

    channel = forms.ChoiceField(label=_("Channel"), widget=UnfoldAdminSelectWidget())

    def __init__(self, *args: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        self.fields["channel"].choices = [
            (name, dict(PayoutChannelName.choices).get(name, name))
            for name in settings.PAYOUT_CHANNELS
            if name != PayoutChannelName.BANK_CSV
        ]


@admin.register(PayoutAccount)
class PayoutAccountPage(StepPage):
    """Bank accounts: whose they are is checked before money goes there."""

    stands = "state"
    list_display = ("account_name", "bank_name", "masked", "shown_state", "currency", "created_at")
    list_filter = ("state", "currency", "created_at")
    search_fields = ("=added_by__email", "account_name", "=number_ending")
    fields = (
        "holder", "payee_id", "bank_name", "bank_code", "account_name", "masked", "currency", "state",
        "state_reason", "added_by", "checked_by", "checked_at", "created_at",
    )  # fmt: skip
    readonly_fields = fields
    ordering = ("-created_at", "-id")
    actions_detail = ("activate", "reject", "restrict")
    steps: ClassVar[dict[str, frozenset[str]]] = {
        "activate": frozenset({A.PENDING, A.RESTRICTED}), "reject": frozenset({A.PENDING}),
        "restrict": frozenset({A.ACTIVE}),
    }  # fmt: skip

    def panels(self, request: HttpRequest, row: PayoutAccount) -> list[Panel]:
        return [audit_panel(row)]

    @display(description=_("state"), ordering="state", label={A.ACTIVE: "success", A.PENDING: "info"})
    def shown_state(self, account: PayoutAccount) -> tuple[str, str]:
        return account.state, account.get_state_display()

    @admin.display(description=_("number"))
    def masked(self, account: PayoutAccount) -> str:
        return account.masked_number

    @admin.display(description=_("whose money it is"))
    def holder(self, account: PayoutAccount) -> str:
        found = payables.holder_of(account.payee_id)
        return f"{found.name} ({_('verified') if found.is_verified else _('not verified')})"

    @action(
        description=_("Activate"),
        permissions=["act"],
        dialog=asks(
            _("Activate the account"),
            says=_("Its name must be that of the verified holder. Money may go there then."),
            submit=_("Activate"),
        ),
    )
    def activate(self, request: HttpRequest, form: Confirmation, object_id: str) -> HttpResponse:
        return self.take(
            request,
            object_id,
            lambda key: services.activate_payout_account(account_id=key, by=request.user),
            done=_("Money may go there."),
        )

    @action(
        description=_("Reject"),
        permissions=["act"],
        dialog=asks_why(_("Reject the account"), says=_("No money ever goes there."), submit=_("Reject")),
    )
    def reject(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        return self.take(
            request,
            object_id,
            lambda key: services.reject_payout_account(account_id=key, by=request.user, reason=reason),
            done=_("Rejected."),
        )

    @action(
        description=_("Restrict"),
        permissions=["act"],
        dialog=asks_why(
            _("Restrict the account"), says=_("No money goes there until it is activated."), submit=_("Stop")
        ),
    )
    def restrict(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        return self.take(
            request,
            object_id,
            lambda key: services.restrict_payout_account(account_id=key, by=request.user, reason=reason),
            done=_("Restricted."),
        )


@admin.register(Payout)
class PayoutPage(StepPage):
    """What we owe, on its way to bank accounts."""

    list_display = (
        "reference", "shown_status", "shown_amount", "account", "channel", "review_reason", "created_at"
    )  # fmt: skip
    list_filter = ("status", "channel", "currency", "created_at")
    list_select_related = ("account",)
    search_fields = ("=reference", "=channel_reference", "=bank_reference", "=batch__reference")
    fields = (
        "reference", "status", "amount", "currency", "account_page", "payee_id", "requested_by",
        "approvals_needed", "channel", "batch_page", "channel_reference", "sent_by", "bank_reference",
        "reason", "failure_code", "review_reason", "created_at", "sent_at", "ended_at",
    )  # fmt: skip
    readonly_fields = fields
    actions_list = ("export",)
    actions_detail = ("approve", "decline", "send", "confirm", "fail", "give_back", "hold", "resume")
    steps: ClassVar[dict[str, frozenset[str]]] = {
        "approve": frozenset({S.REQUESTED}), "decline": frozenset({*OPEN, S.ON_HOLD}),
        "send": frozenset({S.APPROVED}), "confirm": frozenset({S.PROCESSING}),
        "fail": frozenset({S.PROCESSING}), "give_back": frozenset({S.PAID}), "hold": OPEN,
        "resume": frozenset({S.ON_HOLD}),
    }  # fmt: skip

    def panels(self, request: HttpRequest, row: Payout) -> list[Panel]:
        approvals = Panel(
            title=_("Approvals"),
            headers=[_("When"), _("Who")],
            rows=[[f"{each.created_at:%F %T}", str(each.by)] for each in row.approvals.select_related("by")],
        )
        return [approvals, dossier.transfers_where(Q(payout_id=row.pk)), audit_panel(row)]

    @admin.display(description=_("account"))
    def account_page(self, payout: Payout) -> str:
        return link(payout.account, url=page_of(PayoutAccount, pk=payout.account_id))

    @admin.display(description=_("file for the bank"))
    def batch_page(self, payout: Payout) -> str:
        return link(payout.batch, url=page_of(PayoutBatch, pk=payout.batch_id)) if payout.batch else "–"

    @action(
        description=_("File for the bank"),
        permissions=["execute"],
        dialog=asks(
            _("Put all approved payouts into a file"),
            says=_("They are on their way then. Those that you approved are left to others."),
            submit=_("Make the file"),
        ),
    )
    def export(self, request: HttpRequest, form: Confirmation) -> HttpResponse:
        made = attempt(
            request,
            lambda: services.export_payouts(currency=settings.BASE_CURRENCY, by=request.user),
            done=_("The file is made. Fetch it from its page."),
        )
        page = "payoutbatch" if made else "payout"
        return go(request, reverse(f"admin:payments_{page}_changelist"))

    @action(
        description=_("Approve"),
        permissions=["approve"],
        dialog=asks(
            _("Approve the payout"), says=_("Above the limit two people have to agree."), submit=_("Approve")
        ),
    )
    def approve(self, request: HttpRequest, form: Confirmation, object_id: str) -> HttpResponse:
        return self.take(
            request,
            object_id,
            lambda key: services.approve_payout(payout_id=key, by=request.user),
            done=_("You have approved it."),
        )

    @action(
        description=_("Decline"),
        permissions=["approve"],
        dialog=asks_why(_("Decline the payout"), says=_("The payee reads why."), submit=_("Decline")),
    )
    def decline(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        return self.take(
            request,
            object_id,
            lambda key: services.decline_payout(payout_id=key, by=request.user, reason=reason),
            done=_("Declined."),
        )

    @action(
        description=_("Send"),
        permissions=["execute"],
        dialog=asks(
            _("Send the payout"),
            says=_("By hand means that you pay it at the bank and confirm it here."),
            submit=_("Send"),
            form=ChannelForm,
        ),
    )
    def send(self, request: HttpRequest, form: ChannelForm, object_id: str) -> HttpResponse:
        channel = form.cleaned_data["channel"]
        return self.take(
            request,
            object_id,
            lambda key: services.send_payout(payout_id=key, by=request.user, channel=channel),
            done=_("It is on its way."),
        )

    @action(
        description=_("It is paid"),
        permissions=["execute"],
        dialog=asks(
            _("The payout has arrived"),
            says=_("The bank's reference is the evidence. The payee is told."),
            submit=_("Confirm"),
            form=EvidenceForm,
        ),
    )
    def confirm(self, request: HttpRequest, form: EvidenceForm, object_id: str) -> HttpResponse:
        evidence = form.cleaned_data["reference"]
        return self.take(
            request,
            object_id,
            lambda key: services.confirm_payout(payout_id=key, by=request.user, bank_reference=evidence),
            done=_("Confirmed and booked."),
        )

    @action(
        description=_("It failed"),
        permissions=["execute"],
        dialog=asks_why(
            _("The payout failed"),
            says=_("The money is owed again. The payee reads why."),
            submit=_("It failed"),
        ),
    )
    def fail(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        return self.take(
            request,
            object_id,
            lambda key: services.fail_payout(payout_id=key, by=request.user, reason=reason),
            done=_("Booked as failed."),
        )

    @action(
        description=_("The bank returned it"),
        permissions=["execute"],
        dialog=asks(
            _("The bank gave it back"),
            says=_("The money is owed again. The payee reads why."),
            submit=_("It came back"),
            form=ReturnForm,
        ),
    )
    def give_back(self, request: HttpRequest, form: ReturnForm, object_id: str) -> HttpResponse:
        told = {"reason": form.cleaned_data["reason"], "bank_reference": form.cleaned_data["reference"]}
        return self.take(
            request,
            object_id,
            lambda key: services.return_payout(payout_id=key, by=request.user, **told),
            done=_("Booked as returned."),
        )

    @action(
        description=_("Hold"),
        permissions=["act"],
        dialog=asks_why(_("Hold the payout"), says=_("It waits until it is resumed."), submit=_("Hold")),
    )
    def hold(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        return self.take(
            request,
            object_id,
            lambda key: services.hold_payout(payout_id=key, by=request.user, reason=reason),
            done=_("It waits."),
        )

    @action(
        description=_("Resume"),
        permissions=["act"],
        dialog=asks(_("Resume the payout"), says=_("It goes on where it was."), submit=_("Resume")),
    )
    def resume(self, request: HttpRequest, form: Confirmation, object_id: str) -> HttpResponse:
        return self.take(
            request,
            object_id,
            lambda key: services.resume_payout(payout_id=key, by=request.user),
            done=_("It goes on."),
        )


@admin.register(PayoutBatch)
class PayoutBatchPage(MoneyPage):
    """Files for the bank. Each payout stands in one of them only."""

    list_display = ("reference", "shown_amount", "many", "made_by", "file", "created_at")
    list_select_related = ("made_by",)
    search_fields = ("=reference", "=payouts__reference")
    fields = ("reference", "amount", "currency", "many", "made_by", "file", "created_at")
    readonly_fields = fields

    def get_urls(self) -> list[URLPattern]:
        name = "payments_payoutbatch_file"
        fetch = path("<uuid:batch_id>/file.csv", self.admin_site.admin_view(self.fetch), name=name)
        return [fetch, *super().get_urls()]

    def panels(self, request: HttpRequest, row: PayoutBatch) -> list[Panel]:
        payouts = Panel(
            title=_("Payouts"),
            headers=[_("Reference"), _("Amount"), _("Status")],
            rows=[
                [
                    link(payout.reference, url=page_of(Payout, pk=payout.pk)),
                    f"{payout.amount:,} {payout.currency}",
                    payout.get_status_display(),
                ]
                for payout in payables.payouts_of(row)
            ],
        )
        return [payouts, audit_panel(row)]

    @admin.display(description=_("file"))
    def file(self, batch: PayoutBatch) -> str:
        return link(_("Fetch"), url=reverse("admin:payments_payoutbatch_file", args=(batch.pk,)))

    def fetch(self, request: HttpRequest, batch_id: UUID) -> HttpResponse:
        """The file, for those who send payouts."""
        try:
            content = services.bank_file_of(batch_id=batch_id, by=request.user)
        except DomainError as refusal:
            return HttpResponse(str(refusal.detail), status=refusal.status, content_type="text/plain")
        response = HttpResponse(content, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="payouts.csv"'
        response["Cache-Control"] = "private, no-store"
        return response


@admin.register(PayoutSending)
class PayoutSendingPage(DutyPage):
    """Payouts that a worker sends, or asks about."""

    list_select_related = ("payout",)
    search_fields = ("=payout__reference",)
    fields = ("payout", "work_state", "attempts", "due_at", "last_error")
    readonly_fields = fields
