"""Plans, and what was bought, for staff."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from key2key.common.plugins import Panel
from key2key.common.staff_pages import EditablePage, ReadOnlyPage, audit_panel, link, page_of
from payments.enums import EntitlementState
from payments.models import Boost, ListingFee, Payment, Plan, PlanPrice, Subscription

COLOURS = {
    EntitlementState.WAITING: "info",
    EntitlementState.ACTIVE: "success",
    EntitlementState.CANCELLED: "warning",
}


class PlanPriceRows(TabularInline):
    """What the plan costs; without a price it is not on sale."""

    model = PlanPrice
    extra = 0


@admin.register(Plan)
class PlanPage(EditablePage):
    """Plans: reference data. A change is for those who buy from now on."""

    list_display = ("name_en", "name_am", "code", "live_quota", "photo_quota", "period_days", "is_active")
    list_filter = ("is_active",)
    search_fields = ("^code", "name_en", "name_am")
    ordering = ("order", "code")
    inlines = (PlanPriceRows,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("code",) if obj else ()


class EntitlementPage(ReadOnlyPage):
    """A page of what payments bought."""

    ordering = ("-created_at", "-id")

    def panels(self, request: HttpRequest, row: Any) -> list[Panel]:
        return [audit_panel(row)]

    @display(description=_("state"), ordering="state", label=COLOURS)
    def shown_state(self, row: Any) -> tuple[str, str]:
        return row.state, row.get_state_display()

    @admin.display(description=_("payment"))
    def payment_page(self, row: Any) -> str:
        return link(row.payment, url=page_of(Payment, pk=row.payment_id))

    @admin.display(description=_("listing"))
    def listing_page(self, row: Any) -> str:
        if row.listing_id is None:
            return "–"
        return link(row.listing, url=page_of("listings.listing", pk=row.listing_id))


@admin.register(Subscription)
class SubscriptionPage(EntitlementPage):
    """Who has which plan, and until when."""

    list_display = ("plan", "holder", "shown_state", "starts_at", "ends_at", "payment")
    list_filter = ("state", "plan", "ends_at")
    list_select_related = ("plan", "user", "organisation", "payment")
    search_fields = ("=user__email", "organisation__name", "=payment__reference")
    search_help_text = _("An e-mail, the name of an organisation, the reference of a payment, or an id")
    fields = (
        "plan", "holder_page", "shown_state", "live_quota", "photo_quota", "days", "starts_at", "ends_at",
        "payment_page", "warned_at", "ended_at", "created_at",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("whose"))
    def holder(self, row: Subscription) -> str:
        return str(row.user or row.organisation)

    @admin.display(description=_("whose"))
    def holder_page(self, row: Subscription) -> str:
        if row.user_id is not None:
            return link(row.user, url=page_of("accounts.user", pk=row.user_id))
        return link(row.organisation, url=page_of("accounts.organisation", pk=row.organisation_id))


@admin.register(Boost)
class BoostPage(EntitlementPage):
    """Which listings stand before others, and until when."""

    list_display = ("listing", "days", "shown_state", "starts_at", "ends_at", "payment")
    list_filter = ("state", "days", "ends_at")
    list_select_related = ("listing", "payment")
    search_fields = ("=listing__owner__email", "listing__title", "=payment__reference")
    search_help_text = _("Title, owner's e-mail, the reference of a payment, or an id")
    fields = (
        "listing_page", "shown_state", "days", "starts_at", "ends_at", "payment_page", "ended_at",
        "created_at",
    )  # fmt: skip
    readonly_fields = fields


@admin.register(ListingFee)
class ListingFeePage(EntitlementPage):
    """Fees that were paid for a place on the market."""

    list_display = ("listing", "shown_state", "payment", "created_at")
    list_filter = ("state", "created_at")
    list_select_related = ("listing", "payment")
    search_fields = ("=listing__owner__email", "listing__title", "=payment__reference")
    search_help_text = _("Title, owner's e-mail, the reference of a payment, or an id")
    fields = ("listing_page", "shown_state", "payment_page", "created_at")
    readonly_fields = fields
