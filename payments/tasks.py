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


@shared_task(name="payments.tasks.send_payouts")
def send_payouts() -> None:
    """Send payouts that wait for a channel."""
    services.send_payouts()


@shared_task(name="payments.tasks.ask_about_payouts")
def ask_about_payouts() -> None:
    """Have channels asked about payouts they have not ended."""
    services.ask_about_payouts()


@shared_task(name="payments.tasks.deliver_sandbox_webhooks")
def deliver_sandbox_webhooks() -> None:
    """Tell the merchant what happened in the sandbox."""
    sandbox.deliver_due()


@shared_task(name="payments.tasks.match_statements")
def match_statements() -> None:
    """Try again with lines of statements that wait."""
    services.match_waiting()


@shared_task(name="payments.tasks.prove_days")
def prove_days() -> None:
    """Prove yesterday, and days that are not proven yet."""
    services.prove_due()


@shared_task(name="payments.tasks.remind_finance")
def remind_finance() -> None:
    """Tell finance what waits for them."""
    services.remind_finance()


@shared_task(name="payments.tasks.revive_refunds")
def revive_refunds() -> None:
    """Send refunds again whose gateway was silent and answers now."""
    services.revive_refunds()


@shared_task(name="payments.tasks.return_suspense")
def return_suspense() -> None:
    """Send back money that matched nothing."""
    services.return_suspense()


@shared_task(name="payments.tasks.end_entitlements")
def end_entitlements() -> None:
    """End boosts and plans whose time is over."""
    services.end_due()


@shared_task(name="payments.tasks.warn_of_plans")
def warn_of_plans() -> None:
    """Tell those whose plan ends soon."""
    services.warn_of_end()
