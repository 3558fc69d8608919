"""Pages for people without a client: leaving mails, and the outbox of the sandbox."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from key2key.common.errors import DomainError
from notifications import selectors, services
from notifications.serializers import OutboxMessageSerializer

SHOWN = 100
_CSP = {"default-src": [NONE], "style-src": [UNSAFE_INLINE], "form-action": [SELF], "frame-ancestors": [NONE]}


@method_decorator([never_cache, csrf_exempt, csp_replace(_CSP)], name="dispatch")
class Leave(View):
    """The link below a mail. A button, because mail scanners open links.

    Without a CSRF token: mail programs press the button too (RFC 8058), and the word is proof enough.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        """Asks for the press of the button."""
        return render(request, "notifications/leave.html")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Switches such mails off."""
        try:
            services.unsubscribe(token=request.GET.get("token", ""))
        except DomainError as error:
            refused = {"refused": error.detail}
            return render(request, "notifications/leave.html", refused, status=error.status)
        return render(request, "notifications/leave.html", {"done": True})


@method_decorator([never_cache, csp_replace(_CSP)], name="dispatch")
class Outbox(View):
    """Every mail, text message and push that left, with its codes. In the sandbox only."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Nothing of it is there in production, whatever the addresses say."""
        if not settings.SANDBOX:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page; it looks again every few seconds."""
        to = _asked(request)
        context = {
            "messages": selectors.outbox(to=to)[:SHOWN],
            "recipients": selectors.outbox_recipients()[:SHOWN],
            "to": to,
        }
        return render(request, "notifications/outbox.html", context)


class OutboxJson(Outbox):
    """The same for programs."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """`results`, newest first, up to a hundred; `?to=` an address or phone."""
        messages = selectors.outbox(to=_asked(request))[:SHOWN]
        return JsonResponse({"results": OutboxMessageSerializer(messages, many=True).data})


def _asked(request: HttpRequest) -> str:
    """Whose messages are asked for."""
    return request.GET.get("to", "").replace("\x00", "").strip()
