"""Addresses of payments."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from payments.views import pages, sandbox
from payments.views.payments import Gateways, Ledger, Payments, Webhooks

urlpatterns: list[URLPattern | URLResolver] = [
    path("payments", Payments.as_view({"get": "list", "post": "create"})),
    path("payments/gateways", Gateways.as_view({"get": "retrieve"})),
    path("payments/ledger", Ledger.as_view({"get": "list"})),
    path("payments/webhooks/<slug:gateway>", Webhooks.as_view({"post": "create"})),
    path("payments/<uuid:id>", Payments.as_view({"get": "retrieve"})),
    path("payments/<uuid:id>/cancel", Payments.as_view({"post": "cancel"})),
    path("payments/<uuid:id>/refunds", Payments.as_view({"post": "refund"})),
]

# Of the payment company of desks and tests, not of our API. In production they do not exist.
_SANDBOX = [
    path("sandbox/payments/checkouts", sandbox.Checkouts.as_view()),
    path("sandbox/payments/checkouts/<uuid:checkout_id>", sandbox.Checkout.as_view()),
    path("sandbox/payments/checkouts/<uuid:checkout_id>/cancel", sandbox.Cancelling.as_view()),
    path("sandbox/payments/checkouts/<uuid:checkout_id>/refunds", sandbox.Refunds.as_view()),
    path("sandbox/checkout/<str:token>", pages.SandboxCheckoutPage.as_view()),
]
sandbox_urlpatterns = _SANDBOX if settings.SANDBOX else []
