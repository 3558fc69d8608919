from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    """Money: payments, ledger, holds, payouts."""

    name = "payments"
    verbose_name = _("Payments")

    def ready(self) -> None:
        from key2key.common import background, plugins
        from payments import (  # noqa: F401 - some register themselves
            checks,
            line_panels,
            outgoing,
            parked,
            privacy,
            queues,
            receivers,
            reconciliation,
            services,
        )
        from payments.management import plans
        from payments.models import (
            PaymentCheck,
            PayoutSending,
            RefundSending,
            SandboxWebhook,
            SuspenseReturn,
            WebhookDelivery,
        )
        from payments.permissions import WHO_MAY
        from payments.services import sandbox

        background.register(WebhookDelivery, services.read_delivery)
        background.register(RefundSending, services.send_refund)
        background.register(PaymentCheck, services.check_payment)
        background.register(SuspenseReturn, services.send_return)
        background.register(SandboxWebhook, sandbox.deliver)
        plugins.who_may.register("payments", WHO_MAY)
        privacy.register_parts()
        background.register(PayoutSending, services.send_over_channel)
        for target in services.ON_SALE:
            plugins.payable_targets.register(target.name, target)
        plugins.seed_steps.register("plans", plugins.SeedStep(plans.ORDER, plans.sow))
        queues.register_counters()
        parked.register_counter()
        outgoing.register_counters()
        reconciliation.register_counters()
        line_panels.register_panels()
