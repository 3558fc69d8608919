"""The ledger for staff: accounts with their balances, the entries of one, journals, every movement."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.paginator import InfinitePaginator

from key2key.common import clock
from key2key.common.plugins import Panel
from key2key.common.staff_pages import ReadOnlyPage, link, page_of
from payments import dossier
from payments.admin import ledger_pages
from payments.books import Period, always_until, sums_of
from payments.models import Account, Hold, Transfer
from payments.owners import account_name, names_of


def periods() -> dict[str, tuple[Any, Period]]:
    """The stretches of days that the list of accounts offers."""
    today = clock.today()
    month = today.replace(day=1)
    last = month - timedelta(days=1)
    return {
        "today": (_("Today"), Period(today, today)),
        "month": (_("This month"), Period(month, today)),
        "last_month": (_("Last month"), Period(last.replace(day=1), last)),
        "year": (_("This year"), Period(today.replace(month=1, day=1), today)),
    }


class PeriodFilter(admin.SimpleListFilter):
    """Over which days the balances are shown; it leaves no account out."""

    title = _("period")
    parameter_name = "period"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, label) for name, (label, _period) in periods().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Account]) -> QuerySet[Account]:
        return queryset


class AccountList(ChangeList):  # type: ignore[misc]
    """The accounts of a page with their sums and owners, each read for all of them at once."""

    def get_results(self, request: HttpRequest) -> None:
        """The page."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        chosen = periods().get(request.GET.get("period", ""))
        period = chosen[1] if chosen else always_until(clock.today())
        _complete(self.result_list, period=period)


def _complete(accounts: list[Any], *, period: Period) -> None:
    """Give accounts their sums and the names of their owners."""
    sums, names = sums_of(accounts, period=period), names_of(account.owner for account in accounts)
    for account in accounts:
        account.sums = sums[account.pk]
        account.owner_name = names.get(account.owner, account.owner or "–")


@admin.register(Account)
class AccountPage(ReadOnlyPage):
    """The accounts of the ledger."""

    list_display = ("named", "currency", "opening", "debits", "credits", "closing")
    list_filter = (PeriodFilter, "kind", "gateway", "currency")
    ordering = ("kind", "gateway", "currency", "id")
    fields = ("kind", "whose", "gateway", "currency", "balance", "created_at")
    readonly_fields = fields
    search_fields = ("=kind",)
    search_help_text = _("Kind, or the id of the account or of its owner")
    paginator = InfinitePaginator
    actions_list = ("sheet",)
    actions_detail = ("entries",)

    def get_changelist(self, request: HttpRequest, **known: Any) -> type[ChangeList]:
        return AccountList

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """The account with its balance and owner: the page asks for a value several times."""
        account = super().get_object(request, object_id, from_field)
        if account is not None:
            _complete([account], period=always_until(clock.today()))
        return account

    def get_urls(self) -> list[URLPattern]:
        def page(view: Callable[..., HttpResponse], where: str, name: str) -> URLPattern:
            def shown(request: HttpRequest, **at: Any) -> HttpResponse:
                return view(request, known=self.admin_site.each_context(request), **at)

            return path(where, self.admin_site.admin_view(shown), name=f"payments_account_{name}")

        return [
            page(ledger_pages.balances, "balances/", "balances"),
            page(ledger_pages.entries, "<uuid:account_id>/book/", "book"),
            page(ledger_pages.export, "<uuid:account_id>/export/", "export"),
            *super().get_urls(),
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By the id of the account or of its owner."""
        try:
            key = UUID(search_term.strip())
        except ValueError:
            return super().get_search_results(request, queryset, search_term)
        return queryset.filter(Q(pk=key) | Q(owner=key)), False

    def panels(self, request: HttpRequest, row: Account) -> list[Panel]:
        return [ledger_pages.newest_entries(row)]

    @action(description=_("Balances of all kinds"), url_path="all-balances", icon="balance")
    def sheet(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:payments_account_balances"))

    @action(description=_("Entries"), url_path="all-entries", icon="list_alt")
    def entries(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:payments_account_book", args=[object_id]))

    @admin.display(description=_("account"), ordering="kind")
    def named(self, account: Any) -> str:
        return account_name(account, names={account.owner: str(account.owner_name)})

    @admin.display(description=_("owner"))
    def whose(self, account: Any) -> str:
        if account.owner is None:
            return "–"
        url = page_of(Hold, pk=account.owner) if account.kind == "held" else ""
        return link(account.owner_name, url=url)

    @admin.display(description=_("opening balance"))
    def opening(self, account: Any) -> str:
        return ledger_pages.shown(account.sums.opening)

    @admin.display(description=_("debits"))
    def debits(self, account: Any) -> str:
        return ledger_pages.shown(account.sums.debits)

    @admin.display(description=_("credits"))
    def credits(self, account: Any) -> str:
        return ledger_pages.shown(account.sums.credits)

    @admin.display(description=_("closing balance"))
    def closing(self, account: Any) -> str:
        return ledger_pages.shown(account.sums.closing)

    @admin.display(description=_("balance"))
    def balance(self, account: Any) -> str:
        return f"{ledger_pages.shown(account.sums.closing)} {account.currency}"


@admin.register(Transfer)
class TransferPage(ReadOnlyPage):
    """Every movement of money. Nobody can change one, nor can the product."""

    list_display = ("created_at", "cause", "debit", "credit", "amount", "currency")
    list_filter = ("cause", "currency", "created_at")
    list_select_related = ("debit", "credit")
    search_fields = ("=key",)
    search_help_text = _("Id or key of the transfer, or the id of its journal, payment, refund or hold")
    ordering = ("-created_at", "-id")
    paginator = InfinitePaginator
    fields = (
        "created_at", "cause", "debit_page", "credit_page", "amount", "currency", "journal_page", "key",
        "payment_id", "refund_id", "hold_id",
    )  # fmt: skip
    readonly_fields = fields

    def get_urls(self) -> list[URLPattern]:
        def shown(request: HttpRequest, journal: UUID) -> HttpResponse:
            known = self.admin_site.each_context(request)
            return ledger_pages.journal(request, journal=journal, known=known)

        guarded = self.admin_site.admin_view(shown)
        return [
            path("journal/<uuid:journal>/", guarded, name="payments_transfer_journal"),
            *super().get_urls(),
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By the key, compared whole, or by an id of anything that it belongs to."""
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            key = UUID(term)
        except ValueError:
            return queryset.filter(key=term), False
        of = Q(pk=key) | Q(journal=key) | Q(payment_id=key) | Q(refund_id=key) | Q(hold_id=key)
        return queryset.filter(of), False

    def panels(self, request: HttpRequest, row: Transfer) -> list[Panel]:
        return [dossier.transfers_where(Q(journal=row.journal))]

    @admin.display(description=_("debit"))
    def debit_page(self, transfer: Transfer) -> str:
        return link(transfer.debit, url=page_of(Account, pk=transfer.debit_id))

    @admin.display(description=_("credit"))
    def credit_page(self, transfer: Transfer) -> str:
        return link(transfer.credit, url=page_of(Account, pk=transfer.credit_id))

    @admin.display(description=_("journal"))
    def journal_page(self, transfer: Transfer) -> str:
        return link(transfer.journal, url=reverse("admin:payments_transfer_journal", args=[transfer.journal]))
