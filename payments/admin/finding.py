"""Find money: one field for whatever somebody has, and all that goes by it."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from key2key.common.plugins import Panel
from key2key.common.staff_pages import link, page_of
from payments.finding import Found, look_for
from payments.models import Payment

SHOWN = 50


def find_page(request: HttpRequest, *, known: dict[str, Any]) -> HttpResponse:
    """The field, and below it payments first, then the rows that were found themselves."""
    if not request.user.has_perm("payments.view_payment"):
        raise PermissionDenied
    term = request.GET.get("q", "").strip()
    found = look_for(term) if term else Found()
    panels = [_payments(found), _rows(found)] if term else []
    context = {**known, "title": _("Find money"), "term": term, "panels": panels}
    return render(request, "admin/payments/find.html", context)


def _payments(found: Found) -> Panel:
    rows = Payment.objects.filter(found.payments()).select_related("payer").order_by("-created_at", "-id")
    by = {hit.payment_id: str(hit.by) for hit in found.hits if hit.payment_id}
    return Panel(
        title=_("Payments"),
        headers=[
            _("Reference"), _("Amount"), _("Status"), _("Purpose"), _("Gateway"), _("Payer"), _("Begun"),
            _("Found by"),
        ],
        rows=[
            [
                link(row.reference, url=page_of(Payment, pk=row.pk)),
                f"{row.amount:,} {row.currency}",
                row.get_status_display(),
                row.get_purpose_display(),
                row.gateway,
                link(row.payer, url=page_of("accounts.user", pk=row.payer_id)),
                f"{row.created_at:%F %H:%M}",
                by.get(row.pk, _("its payer or payee")),
            ]
            for row in rows[:SHOWN]
        ],
    )  # fmt: skip


def _rows(found: Found) -> Panel:
    others = [hit for hit in found.hits if hit.model != Payment._meta.label_lower]
    return Panel(
        title=_("Other rows that go by it"),
        headers=[_("What"), _("Found by"), _("Page")],
        rows=[
            [
                apps.get_model(hit.model)._meta.verbose_name,
                hit.by,
                link(hit.pk, url=page_of(hit.model, pk=hit.pk)),
            ]
            for hit in others[:SHOWN]
        ],
    )
