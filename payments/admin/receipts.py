"""Receipts and credit notes for staff: read, and as files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from key2key.common.api.documents import document_response
from key2key.common.plugins import Panel
from key2key.common.staff_pages import ReadOnlyPage, audit_panel, link, page_of
from payments import drawing, papers
from payments.enums import ReceiptKind
from payments.models import Payment, Receipt, Refund

COLOURS = {ReceiptKind.RECEIPT: "success", ReceiptKind.CREDIT_NOTE: "warning"}


@admin.register(Receipt)
class ReceiptPage(ReadOnlyPage):
    """What was written about money that came or went back. Nobody can change one, nor can the product."""

    list_display = ("number", "shown_kind", "shown_amount", "payment", "issued_at")
    list_filter = ("kind", "year", "market", "issued_at")
    list_select_related = ("payment",)
    search_fields = ("=number",)
    search_help_text = _("Number, or the reference of the payment or refund")
    ordering = ("-issued_at", "-id")
    paginator = InfinitePaginator
    fields = ("number", "kind", "shown_amount", "payment_page", "refund_page", "issued_at", "files")
    readonly_fields = fields

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view(self.show_file)
        return [
            path("<uuid:receipt_id>/<str:language>.pdf", guarded, name="payments_receipt_file"),
            *super().get_urls(),
        ]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Compared whole, each by its index."""
        term = search_term.strip().upper()
        if not term:
            return queryset, False
        payments = Payment.objects.filter(reference=term).values_list("pk", flat=True)
        refunds = Refund.objects.filter(reference=term).values_list("pk", flat=True)
        for which in ({"number": term}, {"payment__in": payments}, {"refund__in": refunds}):
            found = queryset.filter(**which)
            if found.exists():
                return found, False
        return super().get_search_results(request, queryset, search_term)

    def panels(self, request: HttpRequest, row: Receipt) -> list[Panel]:
        paper = papers.paper_of(row)
        lines = [*paper.facts, paper.item[:2], *paper.taxes, paper.total]
        return [Panel(title=_("What it says"), headers=[_("Line"), _("Text")], rows=lines), audit_panel(row)]

    @display(description=_("kind"), ordering="kind", label=COLOURS)
    def shown_kind(self, receipt: Receipt) -> tuple[str, str]:
        return receipt.kind, receipt.get_kind_display()

    @admin.display(description=_("amount"), ordering="amount")
    def shown_amount(self, receipt: Receipt) -> str:
        return f"{receipt.amount:,} {receipt.currency}"

    @admin.display(description=_("payment"))
    def payment_page(self, receipt: Receipt) -> str:
        return link(receipt.payment, url=page_of(Payment, pk=receipt.payment_id))

    @admin.display(description=_("refund"))
    def refund_page(self, receipt: Receipt) -> str:
        return link(receipt.refund, url=page_of(Refund, pk=receipt.refund_id)) if receipt.refund_id else "–"

    @admin.display(description=_("as a file"))
    def files(self, receipt: Receipt) -> str:
        return format_html_join(
            " · ",
            '<a class="k2k-link" href="{}" target="_blank" rel="noopener">{}</a>',
            (
                (reverse("admin:payments_receipt_file", args=[receipt.pk, code]), name)
                for code, name in settings.LANGUAGES
            ),
        )

    def show_file(self, request: HttpRequest, receipt_id: UUID, language: str) -> HttpResponse:
        """The paper in one of our languages."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        receipt = Receipt.objects.filter(pk=receipt_id).first()
        if receipt is None or language not in dict(settings.LANGUAGES):
            raise Http404
        with override(language):
            drawn = drawing.draw(papers.paper_of(receipt))
        return document_response(drawn, content_type="application/pdf", name=receipt.number)
