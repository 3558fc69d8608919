"""Instructions to those who keep deposits, for staff."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from key2key.common.plugins import Panel
from key2key.common.staff_pages import Confirmation, audit_panel, link, page_of
from payments import services
from payments.admin.steps import EvidenceForm, StepPage, asks
from payments.enums import InstructionState as S
from payments.models import Hold, HoldInstruction


@admin.register(HoldInstruction)
class HoldInstructionPage(StepPage):
    """What was decided about deposits that a bank or a broker keeps, and is to be carried out there."""

    stands = "state"
    list_display = ("kind", "shown_state", "shown_amount", "kept_by", "created_at")
    list_filter = ("state", "kind", "hold__policy", "created_at")
    list_select_related = ("hold",)
    search_fields = ("=evidence", "=hold__payments__reference")
    fields = (
        "kind", "state", "amount", "currency", "platform_fee", "commission", "commission_payee", "hold_page",
        "kept_by", "reason", "approved_by", "approved_at", "carried_out_by", "carried_out_at", "evidence",
        "created_at",
    )  # fmt: skip
    readonly_fields = fields
    actions_detail = ("approve", "carry_out")
    steps: ClassVar[dict[str, frozenset[str]]] = {
        "approve": frozenset({S.WAITING}),
        "carry_out": frozenset({S.APPROVED}),
    }

    def panels(self, request: HttpRequest, row: HoldInstruction) -> list[Panel]:
        return [audit_panel(row)]

    @display(description=_("state"), ordering="state", label={S.WAITING: "warning", S.APPROVED: "info"})
    def shown_state(self, instruction: HoldInstruction) -> tuple[str, str]:
        return instruction.state, instruction.get_state_display()

    @admin.display(description=_("kept by"))
    def kept_by(self, instruction: HoldInstruction) -> str:
        return instruction.hold.get_policy_display()

    @admin.display(description=_("hold"))
    def hold_page(self, instruction: HoldInstruction) -> str:
        return link(instruction.hold, url=page_of(Hold, pk=instruction.hold_id))

    @action(
        description=_("Approve"),
        permissions=["approve"],
        dialog=asks(
            _("Approve the instruction"),
            says=_("Somebody else has the keeper carry it out then."),
            submit=_("Approve"),
        ),
    )
    def approve(self, request: HttpRequest, form: Confirmation, object_id: str) -> HttpResponse:
        return self.take(
            request,
            object_id,
            lambda key: services.approve_instruction(instruction_id=key, by=request.user),
            done=_("Approved."),
        )

    @action(
        description=_("It is carried out"),
        permissions=["execute"],
        dialog=asks(
            _("The keeper has carried it out"),
            says=_("The keeper's reference is the evidence. It is booked now."),
            submit=_("Confirm"),
            form=EvidenceForm,
        ),
    )
    def carry_out(self, request: HttpRequest, form: EvidenceForm, object_id: str) -> HttpResponse:
        evidence = form.cleaned_data["reference"]
        return self.take(
            request,
            object_id,
            lambda key: services.carry_out_instruction(
                instruction_id=key, by=request.user, evidence=evidence
            ),
            done=_("Booked."),
        )
