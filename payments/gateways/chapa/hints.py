"""The address that Chapa calls when somebody has paid: by GET, unsigned, so only a hint (decision 31)."""

from __future__ import annotations

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from payments.gateways.contract import BadSignature

PATH = "/api/v1/payments/chapa/return"


def hint_url(reference: str) -> str:
    """Where a hint on that order comes in. Its token is told to Chapa alone."""
    return f"{settings.BASE_URL}{PATH}/{reference}-{_proof(reference)}"


def reference_in(token: str) -> str:
    """The order that the token was made for. Raises BadSignature."""
    reference, _dash, proof = token.rpartition("-")
    if not reference or not constant_time_compare(proof, _proof(reference)):
        raise BadSignature
    return reference


def _proof(reference: str) -> str:
    return salted_hmac("payments.chapa.hint", reference, algorithm="sha256").hexdigest()[:40]
