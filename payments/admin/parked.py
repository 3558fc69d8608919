"""The parked queue: everything of money that waits for a person, on one page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from key2key.common import work_queue
from key2key.common.staff_pages import go
from payments.parked import queues_of_finance


def parked_page(request: HttpRequest, *, known: dict[str, Any]) -> HttpResponse:
    """The queues; a POST tries parked work again."""
    if not request.user.has_perm("payments.view_payment"):
        raise PermissionDenied
    may_retry = request.user.has_perm("payments.change_payment")
    if request.method == "POST":
        if not may_retry:
            raise PermissionDenied
        keys = [key for key in request.POST.getlist("row") if key.startswith("payments.")]
        done = work_queue.try_again(keys, by=request.user)
        messages.success(request, ngettext("%d is tried again.", "%d are tried again.", done) % done)
        return go(request, request.path)
    context = {
        **known,
        "title": _("Parked money"),
        "queues": queues_of_finance(),
        "may_retry": may_retry,
    }
    return render(request, "admin/payments/parked.html", context)
