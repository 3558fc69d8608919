from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    """Money: payments, ledger, holds, payouts."""

    name = "payments"
    verbose_name = _("Payments")
