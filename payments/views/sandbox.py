"""The doors of the sandbox for merchants: the API that its gateway calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from payments.sandbox_words import asked, asked_back, outcome
from payments.services import sandbox


@method_decorator([never_cache, csrf_exempt], name="dispatch")
class Call(View):
    """A call of the API: with the merchant's key, answered in JSON, refused with a word."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The answer; without the key nothing is told."""
        if not sandbox.is_merchant(request.headers.get("Authorization", "")):
            return JsonResponse({"code": "key_not_valid"}, status=401)
        return super().dispatch(request, *args, **kwargs)

    def answer(self, rule: Callable[[], dict[str, Any]], *, status: int = 200) -> JsonResponse:
        """What the rule says, with that status, or its refusal with its own."""
        words, refused = outcome(rule)
        return JsonResponse(words, status=refused or status)


class Checkouts(Call):
    """Orders."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """The order with the merchant's `reference`."""
        reference = request.GET.get("reference", "")
        return self.answer(lambda: sandbox.checkout_told(reference=reference))

    def post(self, request: HttpRequest) -> JsonResponse:
        """Open a page."""
        return self.answer(lambda: sandbox.open_checkout(order=asked(request.body)), status=201)


class Checkout(Call):
    """One order."""

    def get(self, request: HttpRequest, checkout_id: UUID) -> JsonResponse:
        """How it stands."""
        return self.answer(lambda: sandbox.checkout_told(checkout_id=checkout_id))


class Cancelling(Call):
    """The end of an order."""

    def post(self, request: HttpRequest, checkout_id: UUID) -> JsonResponse:
        """Close its page."""
        return self.answer(lambda: sandbox.cancel(checkout_id=checkout_id))


class Refunds(Call):
    """Money that goes back."""

    def post(self, request: HttpRequest, checkout_id: UUID) -> JsonResponse:
        """Give some of it back."""
        return self.answer(lambda: sandbox.refund(checkout_id=checkout_id, order=asked_back(request.body)))
