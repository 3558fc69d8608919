"""Objects for the paths of payments (key2key/tests/test_who_may.py)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.paying import hear


def own_payment(owner: Any) -> UUID:
    return PaymentFactory(hold=HoldFactory(buyer=owner)).pk


def paid_service(owner: Any) -> UUID:
    return hear(PaymentFactory(hold=None, payer=owner)).pk


EXAMPLES: dict[str, Any] = {
    "/api/v1/payments/webhooks/{gateway}": lambda owner: "sandbox",
    "/api/v1/payments/{id}": own_payment,
    "POST /api/v1/payments/{id}/refunds": paid_service,
}
BODIES: dict[str, Any] = {
    "POST /api/v1/payments": {
        "purpose": "boost",
        "target": {"type": "listing", "id": "019a0000-0000-7000-8000-000000000000"},
        "gateway": "sandbox",
        "return_url": "https://app.example/back",
    },
    "POST /api/v1/payments/{id}/refunds": {"reason": "Paid by mistake"},
}
