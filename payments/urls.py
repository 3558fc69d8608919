"""Addresses of payments."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from payments.views import pages, sandbox
from payments.views.chapa import ChapaReturns, ChapaTransferApprovals
from payments.views.payments import Gateways, Ledger, Payments, Webhooks
from payments.views.payouts import PayoutAccounts, Payouts
from payments.views.plans import Plans, Standings
from payments.views.proofs import Proofs, Suggestions
from payments.views.receipts import Receipts
from payments.views.refunds import Refunds

urlpatterns: list[URLPattern | URLResolver] = [
    path("payments", Payments.as_view({"get": "list", "post": "create"})),
    path("payments/gateways", Gateways.as_view({"get": "retrieve"})),
    path("payments/suggestion", Suggestions.as_view({"get": "retrieve"})),
    path("payments/ledger", Ledger.as_view({"get": "list"})),
    path("payments/webhooks/<slug:gateway>", Webhooks.as_view({"post": "create"})),
    path("payments/chapa/return/<str:token>", ChapaReturns.as_view({"get": "retrieve"})),
    path("payments/chapa/transfer-approval", ChapaTransferApprovals.as_view({"post": "create"})),
    path("payments/<uuid:id>", Payments.as_view({"get": "retrieve"})),
    path("payments/<uuid:id>/receipt", Receipts.as_view({"get": "retrieve"})),
    path("payments/<uuid:id>/receipt.pdf", Receipts.as_view({"get": "pdf"})),
    path("payments/<uuid:id>/proof", Proofs.as_view({"post": "create"})),
    path("payments/<uuid:id>/cancel", Payments.as_view({"post": "cancel"})),
    path("payments/<uuid:id>/refunds", Payments.as_view({"post": "refund"})),
    path("payments/<uuid:id>/refunds/<uuid:refund>/approve", Refunds.as_view({"post": "approve"})),
    path("payments/<uuid:id>/refunds/<uuid:refund>/decline", Refunds.as_view({"post": "decline"})),
    path("payments/<uuid:id>/refunds/<uuid:refund>/execute", Refunds.as_view({"post": "execute"})),
    path("plans", Plans.as_view({"get": "retrieve"})),
    path("users/me/subscription", Standings.as_view({"get": "own"})),
    path("organisations/<uuid:id>/subscription", Standings.as_view({"get": "of_organisation"})),
    path("payout-accounts", PayoutAccounts.as_view({"get": "list", "post": "create"})),
    path("payout-accounts/<uuid:id>/activate", PayoutAccounts.as_view({"post": "activate"})),
    path("payout-accounts/<uuid:id>/reject", PayoutAccounts.as_view({"post": "reject"})),
    path("payouts", Payouts.as_view({"get": "list", "post": "create"})),
    path("payouts/<uuid:id>", Payouts.as_view({"get": "retrieve"})),
    path("payouts/<uuid:id>/cancel", Payouts.as_view({"post": "cancel"})),
    path("payouts/<uuid:id>/approve", Payouts.as_view({"post": "approve"})),
    path("payouts/<uuid:id>/decline", Payouts.as_view({"post": "decline"})),
    path("payouts/<uuid:id>/send", Payouts.as_view({"post": "send"})),
    path("payouts/<uuid:id>/paid", Payouts.as_view({"post": "paid"})),
    path("payouts/<uuid:id>/failed", Payouts.as_view({"post": "failed"})),
]

page_urlpatterns = [path("bank-transfer/<str:token>", pages.BankTransferPage.as_view())]

# Of the payment company of desks and tests, not of our API. In production they do not exist.
_SANDBOX = [
    path("sandbox/payments/checkouts", sandbox.Checkouts.as_view()),
    path("sandbox/payments/checkouts/<uuid:checkout_id>", sandbox.Checkout.as_view()),
    path("sandbox/payments/checkouts/<uuid:checkout_id>/cancel", sandbox.Cancelling.as_view()),
    path("sandbox/payments/checkouts/<uuid:checkout_id>/refunds", sandbox.Refunds.as_view()),
    path("sandbox/checkout/<str:token>", pages.SandboxCheckoutPage.as_view()),
]
sandbox_urlpatterns = _SANDBOX if settings.SANDBOX else []
