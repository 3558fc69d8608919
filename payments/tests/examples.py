"""Objects for the paths of payments (key2key/tests/test_who_may.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from key2key.common import clock
from payments import services
from payments.enums import PayoutAccountState
from payments.models import PayoutAccount
from payments.tests import bank
from payments.tests.factories import HoldFactory, PaymentFactory, PayoutAccountFactory
from payments.tests.owing import owed_account, payout_in, refund_in
from payments.tests.paying import hear


def own_payment(owner: Any) -> UUID:
    return PaymentFactory(hold=HoldFactory(buyer=owner)).pk


def payment_at_the_bank(owner: Any) -> UUID:
    return PaymentFactory(hold=HoldFactory(buyer=owner), gateway="bank_transfer").pk


def paid_service(owner: Any) -> UUID:
    return hear(PaymentFactory(hold=None, payer=owner)).pk


def receipted(owner: Any) -> UUID:
    payment = hear(PaymentFactory(hold=HoldFactory(buyer=owner)))
    services.issue_receipt(payment.pk)
    return payment.pk


def refund_of(status: str) -> Callable[[Any], dict[str, UUID]]:
    def made(owner: Any) -> dict[str, UUID]:
        refund = refund_in(status, payment=hear(PaymentFactory(hold=None, payer=owner)))
        return {"id": refund.payment_id, "refund": refund.pk}

    return made


def checked_account(owner: Any) -> PayoutAccount:
    return owed_account(payee=owner)


def new_account(owner: Any) -> UUID:
    return PayoutAccountFactory(payee=owner, state=PayoutAccountState.PENDING).pk


def payout_of(status: str) -> Callable[[Any], UUID]:
    return lambda owner: payout_in(status, account=checked_account(owner)).pk


EXAMPLES: dict[str, Any] = {
    "/api/v1/payments/webhooks/{gateway}": lambda owner: "sandbox",
    "/api/v1/payments/chapa/return/{token}": lambda owner: "K2K7F3A-forged",
    "/api/v1/payments/{id}": own_payment,
    "/api/v1/organisations/{id}/subscription": lambda owner: owner.organisation.pk,
    "POST /api/v1/payments/{id}/proof": payment_at_the_bank,
    "POST /api/v1/payments/{id}/refunds": paid_service,
    "GET /api/v1/payments/{id}/receipt": receipted,
    "GET /api/v1/payments/{id}/receipt.pdf": receipted,
    "POST /api/v1/payments/{id}/refunds/{refund}/approve": refund_of("requested"),
    "POST /api/v1/payments/{id}/refunds/{refund}/decline": refund_of("requested"),
    "POST /api/v1/payments/{id}/refunds/{refund}/execute": refund_of("approved"),
    "/api/v1/payout-accounts/{id}": new_account,
    "/api/v1/payouts/{id}": payout_of("requested"),
    "POST /api/v1/payouts/{id}/send": payout_of("approved"),
    "POST /api/v1/payouts/{id}/paid": payout_of("processing"),
    "POST /api/v1/payouts/{id}/failed": payout_of("processing"),
}
BODIES: dict[str, Any] = {
    "POST /api/v1/payments": {
        "purpose": "boost",
        "target": {"type": "deal", "id": "019a0000-0000-7000-8000-000000000000"},
        "gateway": "sandbox",
        "return_url": "https://app.example/back",
    },
    "POST /api/v1/payments/{id}/proof": lambda owner: {
        "file": SimpleUploadedFile("slip.png", bank.picture(), content_type="image/png"),
        "amount": "50000.00",
        "paid_on": clock.today().isoformat(),
        "bank_reference": "FT26327ABCD",
    },
    "POST /api/v1/payments/{id}/refunds": {"reason": "Paid by mistake"},
    "POST /api/v1/payments/{id}/refunds/{refund}/decline": {"reason": "It was used"},
    "POST /api/v1/payout-accounts": {
        "bank_code": "946",
        "bank_name": "Commercial Bank of Ethiopia",
        "account_name": "Hana Bekele Tesfaye",
        "account_number": "1000123456789",
    },
    "POST /api/v1/payout-accounts/{id}/reject": {"reason": "The account is closed"},
    "POST /api/v1/payouts": lambda owner: {"account": str(checked_account(owner).pk), "amount": "100.00"},
    "POST /api/v1/payouts/{id}/decline": {"reason": "The account is disputed"},
    "POST /api/v1/payouts/{id}/send": {"channel": "manual"},
    "POST /api/v1/payouts/{id}/paid": {"bank_reference": "FT26327ABC"},
    "POST /api/v1/payouts/{id}/failed": {"reason": "The account is closed"},
}
