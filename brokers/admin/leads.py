"""Leads and viewings for staff: to look at; the people of a listing work on them."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from brokers.enums import LeadStage, ViewingState
from brokers.models import Lead, Viewing
from key2key.common.plugins import Panel
from key2key.common.staff_pages import ReadOnlyPage, audit_panel, link, page_of

STAGES = {
    LeadStage.NEW: "info", LeadStage.NEGOTIATING: "primary", LeadStage.WON: "success",
    LeadStage.LOST: "warning", LeadStage.SPAM: "danger",
}  # fmt: skip
STATES = {
    ViewingState.REQUESTED: "warning", ViewingState.PROPOSED: "warning", ViewingState.CONFIRMED: "primary",
    ViewingState.DONE: "success", ViewingState.NO_SHOW_BUYER: "danger", ViewingState.NO_SHOW_BROKER: "danger",
}  # fmt: skip


@admin.register(Lead)
class LeadPage(ReadOnlyPage):
    """Who is interested in what, and how soon they were answered. What colleagues noted is not shown."""

    list_display = ("about", "buyer", "owner", "shown_stage", "source", "response_minutes", "created_at")
    list_filter = ("stage", "source")
    list_select_related = ("listing", "buyer", "owner", "organisation")
    search_fields = ("=buyer__email", "=owner__email", "=organisation__name")
    ordering = ("-created_at", "-id")
    fields = (
        "about", "buyer", "owner", "organisation", "shown_stage", "lost_reason", "source", "talk",
        "asked_at", "first_answered_at", "response_minutes", "created_at",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("listing"))
    def about(self, lead: Lead) -> str:
        return link(lead.listing, url=page_of("listings.listing", pk=lead.listing_id))

    @admin.display(description=_("conversation"))
    def talk(self, lead: Lead) -> str:
        known = lead.conversation_id
        return link(known, url=page_of("chat.conversation", pk=known)) if known else "–"

    @display(description=_("stage"), ordering="stage", label=STAGES)
    def shown_stage(self, lead: Lead) -> tuple[str, str]:
        return lead.stage, lead.get_stage_display()

    def panels(self, request: HttpRequest, row: Lead) -> list[Panel]:
        return [_viewings(row), audit_panel(row)]


@admin.register(Viewing)
class ViewingPage(ReadOnlyPage):
    """Who looks at what, and when."""

    list_display = ("about", "buyer", "starts_at", "mode", "shown_state", "proposed_by")
    list_filter = ("state", "mode")
    list_select_related = ("listing", "buyer")
    search_fields = ("=buyer__email",)
    ordering = ("-starts_at", "-id")
    fields = (
        "about", "buyer", "starts_at", "ends_at", "mode", "shown_state", "proposed_by", "reason",
        "reminded_at", "created_at",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("listing"))
    def about(self, viewing: Viewing) -> str:
        return link(viewing.listing, url=page_of("listings.listing", pk=viewing.listing_id))

    @display(description=_("state"), ordering="state", label=STATES)
    def shown_state(self, viewing: Viewing) -> tuple[str, str]:
        return viewing.state, viewing.get_state_display()

    def panels(self, request: HttpRequest, row: Viewing) -> list[Panel]:
        return [audit_panel(row)]


def _viewings(lead: Lead) -> Panel:
    rows = Viewing.objects.filter(listing_id=lead.listing_id, buyer_id=lead.buyer_id).order_by("-starts_at")
    return Panel(
        title=_("Viewings"),
        headers=[_("When"), _("State")],
        rows=[
            [
                link(f"{viewing.starts_at:%F %H:%M}", url=page_of(Viewing, pk=viewing.pk)),
                viewing.get_state_display(),
            ]
            for viewing in rows
        ],
    )
