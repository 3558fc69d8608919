"""What gateways are asked and told, and what the clock does to payments."""

from __future__ import annotations

from celery import shared_task

from payments import services
from payments.services import sandbox


@shared_task(name="payments.tasks.read_webhooks")
def read_webhooks() -> None:
    """Read what gateways told us."""
    services.read_webhooks()


@shared_task(name="payments.tasks.send_refunds")
def send_refunds() -> None:
    """Send refunds that wait."""
    services.send_refunds()


@shared_task(name="payments.tasks.ask_gateways")
def ask_gateways() -> None:
    """Ask about payments that are to be asked about."""
    services.ask_gateways()


@shared_task(name="payments.tasks.expire_payments")
def expire_payments() -> None:
    """End payments whose window has closed."""
    services.expire_due()


@shared_task(name="payments.tasks.ask_about_silent")
def ask_about_silent() -> None:
    """Have the gateways asked about what they told us nothing of."""
    services.ask_about_silent()


@shared_task(name="payments.tasks.deliver_sandbox_webhooks")
def deliver_sandbox_webhooks() -> None:
    """Tell the merchant what happened in the sandbox."""
    sandbox.deliver_due()
