"""Deposits for staff."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from key2key.common.plugins import Panel
from key2key.common.staff_pages import audit_panel, link, page_of
from payments import dossier, selectors
from payments.admin.common import COLOURS, FOUND, MoneyPage
from payments.finding import look_for
from payments.models import Account, Hold, Payment, Refund


@admin.register(Hold)
class HoldPage(MoneyPage):
    """Deposits."""

    list_display = ("__str__", "shown_state", "shown_amount", "listing", "buyer", "policy", "created_at")
    list_filter = ("state", "policy", "currency", "created_at")
    list_select_related = ("listing", "buyer")
    search_fields = ("=target_type",)
    search_help_text = _("An id of the hold or its deal, or whatever one of its payments is found by")
    fields = (
        "state", "amount", "currency", "refunded_amount", "lies_there", "policy", "listing_page", "person",
        "payee_id", "target_type", "target_id", "frozen_because", "end_reason", "created_at", "held_at",
        "ended_at",
    )  # fmt: skip
    readonly_fields = fields

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By what is found of its payments, or of itself; all of it is compared by an index."""
        if not search_term.strip():
            return queryset, False
        found = look_for(search_term)
        keys = {hit.pk for hit in found.hits if hit.model == Hold._meta.label_lower}
        legs = Payment.objects.filter(found.payments(), hold__isnull=False)
        keys |= {str(hold_id) for hold_id in legs.values_list("hold_id", flat=True)[:FOUND]}
        return queryset.filter(Q(pk__in=keys) | Q(buyer__in=found.payers)), False

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
