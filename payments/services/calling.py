"""The one way from a rule to a gateway: outside any transaction, over its circuit, and written down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection, transaction

from key2key.common import metrics
from key2key.common.errors import DomainError, NotFound, Unavailable
from payments import gateways
from payments.circuits import CircuitOpen, circuit
from payments.enums import CallOutcome, Deed
from payments.gateways.contract import Checkout, Gateway, Order, RefundOrder, RefundStanding, Standing
from payments.models import GatewayCall, Payment
from payments.references import read_attempt

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class _Call:
    gateway: str
    deed: str
    payment: Payment | None = None
    refund_reference: str = ""


def open_checkout(payment: Payment, *, order: Order) -> Checkout:
    """Ask for the money of a payment. Raises as `Gateway.open_checkout` does."""
    call = _Call(payment.gateway, Deed.OPEN_CHECKOUT, payment)
    return _ask(call, lambda gateway: gateway.open_checkout(order))


def look_up(payment: Payment, *, reference: str = "") -> Standing:
    """Ask how a payment stands, or the other attempt at it that `reference` names.

    Raises as `Gateway.look_up` does.
    """
    call = _Call(payment.gateway, Deed.LOOK_UP, payment)
    asked = payment.order_reference, payment.gateway_reference
    if reference != payment.order_reference and read_attempt(reference)[0] == payment.reference:
        asked = reference, ""
    return _ask(call, lambda gateway: gateway.look_up(*asked))


def look_up_unknown(gateway: str, *, reference: str, gateway_reference: str) -> Standing:
    """Ask about an order of which we have no payment. Raises as `Gateway.look_up` does."""
    call = _Call(gateway, Deed.LOOK_UP)
    return _ask(call, lambda it: it.look_up(reference, gateway_reference))


def refund(payment: Payment, *, order: RefundOrder) -> RefundStanding:
    """Have money of a payment given back. Raises as `Gateway.refund` does."""
    call = _Call(payment.gateway, Deed.REFUND, payment, order.refund_reference)
    return _ask(call, lambda gateway: gateway.refund(order))


def refund_unknown(gateway: str, *, order: RefundOrder) -> RefundStanding:
    """Have money given back that is of no payment of ours. Raises as `Gateway.refund` does."""
    call = _Call(gateway, Deed.REFUND, None, order.refund_reference)
    return _ask(call, lambda it: it.refund(order))


def cancel(payment: Payment, *, gateway_reference: str) -> None:
    """Have the checkout of a payment closed. Raises as `Gateway.cancel` does."""
    call = _Call(payment.gateway, Deed.CANCEL, payment)
    _ask(call, lambda gateway: gateway.cancel(gateway_reference))


@contextmanager
def line_to(company: str) -> Iterator[None]:
    """The line to a payment company for one deed, all its calls together.

    Raises CircuitOpen (an Unavailable) when it was silent a moment ago, RuntimeError inside a transaction:
    rows would stay locked for as long as the company likes.
    """
    with transaction.atomic(durable=True):  # Django's own question whether one is open
        pass
    if not connection.in_atomic_block:  # always, except in tests that take back what they do
        connection.close()  # to the pool: others need it while we wait
    with circuit(company).guard(), gateways.in_time():
        yield


def _ask(call: _Call, deed: Callable[[Gateway], Answer]) -> Answer:
    gateway = gateways.gateway(call.gateway)
    with _written_down(call), line_to(call.gateway):
        return deed(gateway)


@contextmanager
def _written_down(call: _Call) -> Iterator[None]:
    began = time.monotonic()
    try:
        yield
    except DomainError as error:
        _write(call, outcome=_outcome(error), began=began, code=str(error.extra.get("vendor_code", "")))
        raise
    _write(call, outcome=CallOutcome.OK, began=began)


def _outcome(error: DomainError) -> CallOutcome:
    if isinstance(error, CircuitOpen):
        return CallOutcome.CIRCUIT_OPEN
    if isinstance(error, Unavailable):
        return CallOutcome.UNAVAILABLE
    return CallOutcome.NOT_FOUND if isinstance(error, NotFound) else CallOutcome.REFUSED


def _write(call: _Call, *, outcome: str, began: float, code: str = "") -> None:
    milliseconds = round((time.monotonic() - began) * 1000)
    metrics.gateway_calls.labels(call.gateway, call.deed, outcome).inc()
    GatewayCall.objects.create(
        gateway=call.gateway,
        payment=call.payment,
        refund_reference=call.refund_reference,
        deed=call.deed,
        outcome=outcome,
        vendor_code=code[:60],
        milliseconds=milliseconds,
    )
