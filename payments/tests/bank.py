"""Bank transfers in tests: slips that are real pictures, in a private storage of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from key2key.common import clock
from payments import services
from payments.gateways.bank import BankTransfer
from payments.models import Payment, PaymentProof
from payments.services import Arrival, Asked, Slip
from payments.targets import Target

DISK = "django.core.files.storage.FileSystemStorage"
ACCOUNTS = ["Commercial Bank of Ethiopia | Key2Key PLC | 1000123456789", "Dashen | Key2Key PLC | 7788"]


def picture(colour: str = "navy") -> bytes:
    """A small real picture."""
    out = BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    return out.getvalue()


def enable(settings: Any, folder: Path) -> Path:
    """Let payers bring money to the bank; slips lie below `folder`, which is returned."""
    settings.PAYMENT_GATEWAYS = [*settings.PAYMENT_GATEWAYS, BankTransfer.name]
    settings.BANK_ACCOUNTS = ACCOUNTS
    options = {"BACKEND": DISK, "OPTIONS": {"location": str(folder)}}
    settings.STORAGES = {**settings.STORAGES, "private": options}
    return folder


def begin(hold: Any, *, amount: Decimal | None = None) -> Payment:
    """The buyer of a hold wants to pay it, or a part, at the bank."""
    asked = Asked(
        purpose="deposit",
        target=Target(hold.target_type, hold.target_id),
        gateway=BankTransfer.name,
        return_url="https://app.example/back",
        amount=amount,
    )
    return services.open_checkout(payment=services.start_payment(by=hold.buyer, asked=asked))


def slip_of(payment: Payment, **said: Any) -> Slip:
    """What a slip of the whole payment shows, unless `said` otherwise."""
    known = {
        "amount": payment.amount,
        "paid_on": clock.today(),
        "bank_reference": f"FT-{payment.reference}",
        "sender_name": "Hana Bekele",
        "sender_bank": "Dashen",
        "sender_account": "0041234567",
    }
    return Slip(**{**known, **said})


def send_slip(payment: Payment, **said: Any) -> PaymentProof:
    """The payer sends a slip in."""
    file = ContentFile(picture(), name="slip.png")
    with receiving(payment, slip=slip_of(payment, **said), file=file) as received:
        return services.add_proof(received, by=payment.payer)


@contextmanager
def receiving(payment: Payment, *, slip: Slip, file: Any) -> Iterator[PaymentProof]:
    with services.receive_proof(by=payment.payer, payment_id=payment.pk, slip=slip, file=file) as received:
        yield received


def proof_row(payment: Payment) -> PaymentProof:
    """The row of a slip whose document lies nowhere."""
    return PaymentProof(
        payment=payment,
        amount=payment.amount,
        paid_on=clock.today(),
        bank_reference=f"FT{payment.reference}",
        content_type="image/png",
        bytes=1000,
        storage_key=f"slips/{payment.pk.hex}",
        sealed_key="",
    )


def arrival_of(proof: PaymentProof, **read: Any) -> Arrival:
    """What the statement shows, unless `read` otherwise: what the slip says."""
    known = {"amount": proof.amount, "bank_reference": proof.bank_reference}
    return Arrival(**{**known, **read})


def approve(proof: PaymentProof, *, by: Any, **read: Any) -> PaymentProof:
    """Finance find it on the statement."""
    return services.approve_proof(proof_id=proof.pk, by=by, arrival=arrival_of(proof, **read))
