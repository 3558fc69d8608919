"""Money that came and belongs to no payment: it lies in suspense until finance knows whose it is."""

from __future__ import annotations

from payments.gateways.contract import MoneyStatus, Standing
from payments.services.suspense import Stray, keep_stray


def book_stray(gateway: str, *, standing: Standing) -> bool:
    """Book what an order brought that is not of a payment, once. Returns whether it was booked just now."""
    if standing.status != MoneyStatus.SUCCEEDED or standing.charged <= 0:
        return False
    return keep_stray(stray_of(gateway, standing=standing)) is not None


def stray_of(gateway: str, *, standing: Standing) -> Stray:
    """The money of an order, under the one name by which it is booked."""
    return Stray(
        key=f"stray:{gateway}:{standing.gateway_reference}",
        gateway=gateway,
        amount=standing.charged,
        currency=standing.currency,
        gateway_reference=standing.gateway_reference,
    )
