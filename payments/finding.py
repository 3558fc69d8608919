"""Money found by whatever somebody has of it: a reference of ours or another's, a number, an address, a name.

Everything is compared whole, but names from their beginning: each comparison is one of an index.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import CharField, F, Model, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import to_python

from payments.models import (
    Hold,
    Payment,
    PaymentProof,
    Payout,
    Receipt,
    Refund,
    RefundSending,
    StatementLine,
    WebhookDelivery,
)
from payments.references import read_attempt

MOST = 200  # hits of one search
MOST_PEOPLE = 50
SHORTEST_NAME, SHORTEST_PHONE = 3, 7
# field -> what to call it
_OF_PAYMENTS = {
    "reference": _("our reference"),
    "gateway_reference": _("the gateway's reference"),
    "transaction": _("the gateway's transaction"),
}


@dataclass(frozen=True)
class Hit:
    """What was found: of which model, under which name, and the payment that it leads to, if any."""

    model: str
    pk: str
    by: Any
    payment_id: UUID | None


@dataclass(frozen=True)
class Found:
    """All that a search found: rows, and people whose payments are meant."""

    hits: tuple[Hit, ...] = ()
    payers: tuple[UUID, ...] = ()
    payees: tuple[UUID, ...] = ()

    def payments(self) -> Q:
        """The payments that all of it leads to."""
        named = {hit.payment_id for hit in self.hits if hit.payment_id}
        return Q(pk__in=named) | Q(payer__in=self.payers) | Q(payee_id__in=self.payees)


def look_for(term: str) -> Found:
    """Whatever goes by this: an id, an e-mail address, a phone, any reference, or the beginning of a name."""
    term = term.strip()
    if not term:
        return Found()
    try:
        return _by_id(UUID(term))
    except ValueError:
        pass
    if "@" in term:
        return Found(payers=_people(Q(email=term.lower())))
    if phone := _phone(term):
        return Found(payers=_people(Q(phone=phone)), hits=_by_reference(term))
    hits = _by_reference(term)
    if hits or len(term) < SHORTEST_NAME:
        return _with_payees(hits)
    return Found(payers=_people(Q(full_name__istartswith=term)))


def references_named(term: str) -> QuerySet[Any, Any]:
    """One query over all that carries a reference: model, key, what it is called, payment."""
    said = {term, term.upper(), read_attempt(term.upper())[0]}
    arms = [
        *(_arm(Payment, Q(**{f"{field}__in": said}), by=field, payment="pk") for field in _OF_PAYMENTS),
        _arm(Refund, Q(reference__in=said), by="refund"),
        _arm(RefundSending, Q(reference__in=said), by="sending", payment="refund__payment_id"),
        _arm(Receipt, Q(number__in=said), by="receipt"),
        _arm(PaymentProof, Q(bank_reference__in=said), by="proof"),
        _arm(Payout, Q(reference__in=said), by="payout", payment=None),
        _arm(StatementLine, _named_in_line(said), by="line"),
        *(
            _arm(WebhookDelivery, Q(**{f"{field}__in": said}), by="webhook")
            for field in ("event_key", "reference", "gateway_reference")
        ),
    ]
    return arms[0].union(*arms[1:])[:MOST]


_CALLED = {
    **_OF_PAYMENTS,
    "refund": _("a refund"),
    "sending": _("the sending of a refund"),
    "receipt": _("a receipt"),
    "proof": _("a bank slip"),
    "payout": _("a payout"),
    "line": _("a line of a statement"),
    "webhook": _("a webhook"),
}


def _by_reference(term: str) -> tuple[Hit, ...]:
    return tuple(
        Hit(model=model, pk=pk, by=_CALLED[by], payment_id=payment_id)
        for model, pk, by, payment_id in references_named(term)
    )


def _arm(model: type[Model], which: Q, *, by: str, payment: str | None = "payment_id") -> QuerySet[Any, Any]:
    found = F(payment) if payment else Cast(Value(None), UUIDField())
    rows: QuerySet[Any, Any] = (
        model._default_manager.filter(which)
        .order_by()
        .annotate(
            of=Value(model._meta.label_lower), key=Cast("pk", CharField()), by=Value(by), leads_to=found
        )
        .values_list("of", "key", "by", "leads_to")
    )
    return rows


def _named_in_line(said: set[str]) -> Q:
    which = Q()
    for each in sorted(said):
        which |= Q(references__contains=[each])
    return which


def ids_named(key: UUID) -> QuerySet[Any, Any]:
    """One query over all that an id may be of: a payment, what it is for, or anything that hangs on it."""
    arms = [
        _arm(Payment, Q(pk=key), by="payment", payment="pk"),
        _arm(Payment, Q(hold=key), by="hold", payment="pk"),
        _arm(Payment, Q(target_id=key), by="target", payment="pk"),
        _arm(Hold, Q(pk=key), by="hold", payment=None),
        _arm(Refund, Q(pk=key), by="refund"),
        _arm(Receipt, Q(pk=key), by="receipt"),
        _arm(Payout, Q(pk=key), by="payout", payment=None),
        _arm(WebhookDelivery, Q(pk=key), by="webhook"),
    ]
    return arms[0].union(*arms[1:])[:MOST]


def _by_id(key: UUID) -> Found:
    called = {**_CALLED, "payment": _("its id"), "hold": _("its hold"), "target": _("what it is for")}
    rows = ids_named(key)
    hits = tuple(Hit(model=of, pk=pk, by=called[by], payment_id=leads_to) for of, pk, by, leads_to in rows)
    return _with_payees(hits) if hits else Found(payers=(key,), payees=(key,))


def _people(which: Q) -> tuple[UUID, ...]:
    rows = get_user_model()._default_manager.filter(which).order_by()
    return tuple(rows.values_list("pk", flat=True)[:MOST_PEOPLE])


def _with_payees(hits: tuple[Hit, ...]) -> Found:
    """A payout belongs to no single payment: it leads to all that its payee was paid."""
    payouts = [hit.pk for hit in hits if hit.model == Payout._meta.label_lower]
    rows = Payout.objects.filter(pk__in=payouts).values_list("payee_id", flat=True)
    return Found(hits=hits, payees=tuple(rows) if payouts else ())


def _phone(term: str) -> str:
    """As it is stored, if it can be a phone here."""
    if sum(sign.isdigit() for sign in term) < SHORTEST_PHONE or any(sign.isalpha() for sign in term):
        return ""
    number = to_python(term)
    return str(number.as_e164) if number.is_valid() else ""
