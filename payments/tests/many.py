"""Rows for the pages of staff (key2key/tests/test_staff_admin.py): how to make so many more of each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from accounts.tests.factories import UserFactory
from key2key.common import clock
from key2key.common.ids import uuid7
from listings.tests.factories import ListingFactory
from payments import ledger, services
from payments.enums import Cause, HoldPolicy, Purpose
from payments.models import (
    DailyProof,
    ListingFee,
    PaymentCheck,
    PayoutSending,
    SandboxCheckout,
    SandboxWebhook,
    SuspenseItem,
    SuspenseReturn,
    WebhookDelivery,
)
from payments.services.ledger import book
from payments.services.suspense import Stray, keep_stray
from payments.targets import Target
from payments.tests.bank import proof_row
from payments.tests.buying import boost, plan, subscribe
from payments.tests.factories import HoldFactory, PaymentFactory, PayoutAccountFactory
from payments.tests.owing import finance, payout_in, target_of
from payments.tests.paying import hear, pay_in_full
from payments.tests.statement_files import take_in, told


def make_transfers(number: int) -> None:
    for _ in range(number):
        made = uuid7()
        parties = ledger.Parties(gateway="sandbox", hold=made)
        one = ledger.posting(Cause.DEPOSIT_PAID, key=str(made), amount=Decimal(10), parties=parties)
        book(one, currency="ETB")


def make_refunds(number: int) -> None:
    for _ in range(number):
        hold = pay_in_full(HoldFactory())
        services.refund_hold(target=Target(hold.target_type, hold.target_id), reason="cancelled")


def make_webhooks(number: int) -> None:
    for payment in PaymentFactory.create_batch(number):
        WebhookDelivery.objects.create(
            gateway="sandbox", event_key=str(payment.pk), body=b"{}", payment=payment, kind="checkout.paid"
        )


def make_checks(number: int) -> None:
    for payment in PaymentFactory.create_batch(number):
        PaymentCheck.objects.create(payment=payment)


def make_sandbox_webhooks(number: int) -> None:
    for _ in range(number):
        page = SandboxCheckout.objects.create(
            reference=str(uuid7()), amount=10, currency="ETB", return_url="https://x.example/",
            expires_at=clock.now(),
        )  # fmt: skip
        SandboxWebhook.objects.create(checkout=page, kind=SandboxWebhook.Kind.PAID)


def make_receipts(number: int) -> None:
    for _ in range(number):
        services.issue_receipt(hear(PaymentFactory(hold=None)).pk)


def make_plans(number: int) -> None:
    for _ in range(number):
        plan(uuid7().hex[-20:])


def make_subscriptions(number: int) -> None:
    for user in UserFactory.create_batch(number):
        subscribe(user, plan(uuid7().hex[-20:]))


def make_boosts(number: int) -> None:
    for listing in ListingFactory.create_batch(number, photos=0):
        boost(listing)


def make_fees(number: int) -> None:
    for payment in PaymentFactory.create_batch(number, hold=None, purpose=Purpose.LISTING_FEE):
        ListingFee.objects.create(payment=payment, listing=ListingFactory(photos=0))


def make_payouts(number: int) -> None:
    for _ in range(number):
        payout_in()


def make_batches(number: int) -> None:
    for _ in range(number):
        payout_in("approved")
        services.export_payouts(currency="ETB", by=finance())


def make_payout_sendings(number: int) -> None:
    for _ in range(number):
        PayoutSending.objects.create(payout=payout_in())


def make_instructions(number: int) -> None:
    for _ in range(number):
        hold = pay_in_full(HoldFactory(policy=HoldPolicy.PARTNER_BANK))
        services.release_hold(target=target_of(hold), terms=services.Release())


def make_lines(number: int) -> None:
    for _ in range(number):
        take_in(told(number=uuid7().hex, gross="7.00", kind="other"))


def make_suspense(number: int) -> None:
    for payment in PaymentFactory.create_batch(number):
        keep_stray(
            Stray(
                key=str(payment.pk), gateway="sandbox", amount=Decimal(7), currency="ETB", payment=payment,
                gateway_reference=str(payment.pk),
            )
        )  # fmt: skip


def make_returns(number: int) -> None:
    make_suspense(number)
    for item in SuspenseItem.objects.filter(returns=None):
        SuspenseReturn.objects.create(item=item, reference=uuid7().hex[-24:])


def make_days(number: int) -> None:
    first = DailyProof.objects.count()
    for count in range(first, first + number):
        day = clock.today() - timedelta(days=count)
        DailyProof.objects.create(
            source="sandbox", currency="ETB", day=day, ledger_total=0, state="open", proved_at=clock.now()
        )


def make_proofs(number: int) -> None:
    for payment in PaymentFactory.create_batch(number, gateway="bank_transfer"):
        proof_row(payment).save(force_insert=True)


def make_refunds_by_hand(number: int) -> None:
    for _ in range(number):
        hold = pay_in_full(HoldFactory())
        services.refund_hold(target=Target(hold.target_type, hold.target_id), reason="cancelled")
        hold.payments.update(gateway="bank_transfer")


ROWS: dict[str, Callable[[int], Any]] = {
    "payments_paymentproof": make_proofs,
    "payments_refundbyhand": make_refunds_by_hand,
    "payments_payment": PaymentFactory.create_batch,
    "payments_hold": HoldFactory.create_batch,
    "payments_refund": make_refunds,
    "payments_refundsending": make_refunds,
    "payments_payoutaccount": PayoutAccountFactory.create_batch,
    "payments_payout": make_payouts,
    "payments_payoutbatch": make_batches,
    "payments_payoutsending": make_payout_sendings,
    "payments_holdinstruction": make_instructions,
    "payments_webhookdelivery": make_webhooks,
    "payments_paymentcheck": make_checks,
    "payments_sandboxwebhook": make_sandbox_webhooks,
    "payments_transfer": make_transfers,
    "payments_account": make_transfers,
    "payments_receipt": make_receipts,
    "payments_statement": make_lines,
    "payments_statementline": make_lines,
    "payments_suspenseitem": make_suspense,
    "payments_suspensereturn": make_returns,
    "payments_dailyproof": make_days,
    "payments_plan": make_plans,
    "payments_subscription": make_subscriptions,
    "payments_boost": make_boosts,
    "payments_listingfee": make_fees,
}
