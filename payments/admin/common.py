"""What the pages of money share."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from key2key.common.sealing import unseal
from key2key.common.staff_pages import ReadOnlyPage
from payments.enums import HoldState, PaymentStatus, RefundStatus
from payments.finding import look_for
from payments.models import Payment

FOUND = 200  # payments whose rows one search shows
SHOWN = 4  # of a masked number, the last

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


class NumbersMasked(MoneyPage):
    """A page with numbers of accounts: whole for those whom its actions are for, by their end for others.

    `masked` names, for each field with a whole number, the one with its end.
    """

    masked: ClassVar[dict[str, str]] = {}

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The whole numbers, or the masked ones in their places."""
        fields = list(super().get_fields(request, obj))
        is_whole = self.has_act_permission(request)
        return fields if is_whole else [self.masked.get(name, name) for name in fields]


def ending_of(sealed: str) -> str:
    """A sealed number as it may be shown to those who do not act on it."""
    number = unseal(sealed)
    return f"•••• {number[-SHOWN:]}" if len(number) > SHOWN else "••••"


class FoundWhole:
    """A page whose rows are found like payments, or by columns of their own, compared whole by an index.

    `payment_path` leads from a row to its payment; `whole` names the columns.
    """

    payment_path = "payment"
    whole: tuple[str, ...] = ()
    search_help_text = _(
        "Any reference, number, id or key; the payer's e-mail, phone, or beginning of the name"
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """What goes by the term."""
        term = search_term.strip()
        if not term:
            return queryset, False
        found = Payment.objects.filter(look_for(term).payments()).values_list("pk", flat=True)[:FOUND]
        which = Q(**{f"{self.payment_path}__in": list(found)})
        for column in self.whole:
            which |= Q(**{f"{column}__in": {term, term.upper()}})
        return queryset.filter(which), False
