"""The pages of payments: where the payers of the sandbox press buttons, and where a bank transfer goes."""

from __future__ import annotations

from typing import Any

from csp.constants import NONCE, NONE, SELF
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from key2key.common.errors import NotFound
from payments.bank_page import bank_page
from payments.sandbox_words import Refusal, page_of
from payments.services import sandbox

PAGE_CSP = {
    "default-src": [NONE],
    "style-src": [NONCE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
}


@method_decorator([never_cache, csp_replace(PAGE_CSP)], name="dispatch")
class BankTransferPage(View):
    """Where to bring the money of one payment. Its address is the secret of who may pay it."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Account, amount, reference, and until when."""
        try:
            page = bank_page(token)
        except NotFound as error:
            raise Http404 from error
        response = render(request, "payments/bank/instructions.html", {"page": page})
        response.headers["Referrer-Policy"] = "no-referrer"
        return response


@method_decorator([never_cache, csp_replace(PAGE_CSP)], name="dispatch")
class SandboxCheckoutPage(View):
    """The page of one order. Its address is the secret of who may pay it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, whose address is told to nobody else."""
        try:
            response = super().dispatch(request, *args, **kwargs)
        except NotFound as error:
            raise Http404 from error
        # Not "no-referrer": with it browsers send `Origin: null`, which the CSRF check refuses.
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """What it is about, what may be pressed, what has happened."""
        return self._show(request, token=token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Press a button; one that does not fit any more shows the page as it stands now."""
        try:
            checkout = sandbox.press(token=token, button=request.POST.get("button", ""))
        except Refusal:
            late = _("This is not possible any more. Here is how it stands.")
            return self._show(request, token=token, status=409, notice=late)
        return HttpResponseRedirect(page_of(checkout))

    def _show(self, request: HttpRequest, *, token: str, notice: str = "", status: int = 200) -> HttpResponse:
        page = sandbox.checkout_page(token=token)
        known = {"page": page, "notice": notice}
        return render(request, "payments/sandbox/checkout.html", known, status=status)
