from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    """Money: payments, ledger, holds, payouts."""

    name = "payments"
    verbose_name = _("Payments")

    def ready(self) -> None:
        from key2key.common import background, plugins
        from payments import checks, privacy, queues, services  # noqa: F401 - the checks register themselves
        from payments.models import PaymentCheck, RefundSending, SandboxWebhook, WebhookDelivery
        from payments.permissions import WHO_MAY
        from payments.services import sandbox

        background.register(WebhookDelivery, services.read_delivery)
        background.register(RefundSending, services.send_refund)
        background.register(PaymentCheck, services.check_payment)
        background.register(SandboxWebhook, sandbox.deliver)
        plugins.who_may.register("payments", WHO_MAY)
        privacy.register_parts()
        queues.register_counters()
