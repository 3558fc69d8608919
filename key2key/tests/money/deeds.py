"""What may happen to money: payers, payees, staff, gateways and banks do what comes to their minds.

Each deed is one random attempt; what is refused is refused by a documented error. What gateways answer is
said to the rules as if it had been asked for, true or not: the books must add up whatever is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from accounts.tests.factories import StaffFactory
from key2key.common import background
from key2key.common.ids import uuid7
from key2key.common.models import EventDelivery
from key2key.tests.machine.market import Pick, one_of
from listings.tests.factories import ListingFactory
from payments import services
from payments.enums import HoldPolicy
from payments.gateways.contract import Chargeback, MoneyStatus, RefundStanding, Standing
from payments.gateways.contract import RefundStatus as Told
from payments.models import (
    Hold,
    HoldInstruction,
    Payment,
    PaymentProof,
    Payout,
    PayoutAccount,
    Refund,
    SuspenseItem,
)
from payments.services import Asked, Release, Whose
from payments.services.strays import book_stray
from payments.targets import Target
from payments.tests import bank
from payments.tests.factories import HoldFactory, PayoutAccountFactory
from payments.tests.paying import pay_in_full, standing_of

DEPOSIT = Decimal("90000.00")
REASON = "They asked for it."
LEAPS = [timedelta(minutes=31), timedelta(hours=6), timedelta(days=4), timedelta(days=40)]
POLICIES = [HoldPolicy.PLATFORM_LEDGER, HoldPolicy.PLATFORM_LEDGER, HoldPolicy.PARTNER_BANK]
LATEST = 5
Deed = Callable[["Till", Pick], Any]


@dataclass
class Till:
    """Who handles money: two sellers' listings, staff of both rights, and how late it is."""

    finance: Sequence[Any]
    treasury: Sequence[Any]
    listings: Sequence[Any]
    payees: Sequence[Any]
    ahead: timedelta = timedelta()
    told: list[tuple[Any, Standing]] = field(default_factory=list)

    def finances(self, pick: Pick) -> Any:
        """One of finance, mostly."""
        return one_of(self.finance if pick(8) else self.treasury, pick=pick)

    def treasurys(self, pick: Pick) -> Any:
        """One of treasury, mostly."""
        return one_of(self.treasury if pick(8) else self.finance, pick=pick)


def open_till() -> Till:
    """Two people of each right; a home that several want, another that was sold: its deposit is owed."""
    listing, payee = ListingFactory(), PayoutAccountFactory().added_by
    sold = pay_in_full(HoldFactory(payee_id=payee.pk, amount=DEPOSIT))
    services.release_hold(target=Target(sold.target_type, sold.target_id), terms=Release(reason=REASON))
    return Till(
        finance=[StaffFactory(groups=["finance"]) for _number in range(2)],
        treasury=[StaffFactory(groups=["treasury"]) for _number in range(2)],
        listings=[listing],
        payees=[payee],
    )


# payers


def ask_for_deposit(till: Till, pick: Pick) -> None:
    """Somebody's offer is accepted."""
    listing = one_of(till.listings, pick=pick)
    payee, policy = one_of(till.payees, pick=pick), one_of(POLICIES, pick=pick)
    HoldFactory(listing=listing, payee_id=payee.pk, amount=DEPOSIT, policy=policy)


def begin_leg(_till: Till, pick: Pick) -> None:
    """The buyer begins to pay a deposit or a part of it."""
    hold = one_of(_latest(Hold, state="pending"), pick=pick)
    amount = one_of([None, DEPOSIT / 2, DEPOSIT / 3], pick=pick)
    gateway = one_of(["sandbox", "sandbox", "bank_transfer"], pick=pick)
    _begin("deposit", Target(hold.target_type, hold.target_id), by=hold.buyer, gateway=gateway, amount=amount)


def fill_deposit(till: Till, pick: Pick) -> None:
    """The buyer pays all that is left."""
    hold = one_of(_latest(Hold, state="pending"), pick=pick)
    payment = _begin("deposit", Target(hold.target_type, hold.target_id), by=hold.buyer, gateway="sandbox")
    _hear(till, payment, standing_of(payment))


def begin_boost(till: Till, pick: Pick) -> None:
    """A seller begins to pay for a better place."""
    listing = one_of(till.listings, pick=pick)
    _begin("boost", Target("listing", listing.pk), by=listing.owner, gateway="sandbox", days=7)


def cancel_payment(_till: Till, pick: Pick) -> None:
    payment = one_of(_latest(Payment), pick=pick)
    services.cancel_payment(payment_id=payment.pk, by=payment.payer)


def send_slip(_till: Till, pick: Pick) -> None:
    """A payer says that they were at the bank."""
    payment = one_of(_latest(Payment, gateway="bank_transfer"), pick=pick)
    bank.send_slip(payment, bank_reference=f"FT{uuid7().hex[:12]}")


# gateways


def pay(till: Till, pick: Pick) -> None:
    """A payer pays, and the gateway says so."""
    payment = one_of(_latest(Payment, gateway="sandbox", status="pending"), pick=pick)
    _hear(till, payment, standing_of(payment, fee=payment.amount / 50))


def say_anything(till: Till, pick: Pick) -> None:
    """The gateway says something of a payment, new or old or wrong."""
    payment = one_of(_latest(Payment, gateway="sandbox"), pick=pick)
    status = one_of(list(MoneyStatus), pick=pick)
    is_paid = status == MoneyStatus.SUCCEEDED
    odd: list[dict[str, Any]] = [
        {},
        {},
        {},
        {"charged": 2 * payment.amount},
        {"currency": "USD"},
        {"merchant": "x"},
    ]
    said = {"status": status, **({} if is_paid else {"charged": Decimal(0)}), **one_of(odd, pick=pick)}
    _hear(till, payment, standing_of(payment, **said))


def say_it_again(till: Till, pick: Pick) -> None:
    """An old answer comes once more."""
    payment_id, standing = one_of(till.told, pick=pick)
    _settle(payment_id, standing)


def charge_back(till: Till, pick: Pick) -> None:
    """A payer's bank takes money back, or decides."""
    payment = one_of(_latest(Payment, gateway="sandbox", status__in=["succeeded", "disputed"]), pick=pick)
    _hear(till, payment, standing_of(payment, chargeback=one_of(list(Chargeback), pick=pick)))


def answer_refund(till: Till, pick: Pick) -> None:
    """The gateway says how a refund stands."""
    refund = one_of(_latest(Refund, tries__gt=0, payment__gateway="sandbox"), pick=pick)
    status = one_of([Told.SUCCEEDED, Told.SUCCEEDED, Told.PENDING, Told.FAILED], pick=pick)
    reference = f"{refund.reference}-{refund.tries}"
    answer = RefundStanding(status=status, refund_reference=reference, amount=refund.amount, code="no")
    given = refund.amount if status == Told.SUCCEEDED else Decimal(0)
    _hear(till, refund.payment, standing_of(refund.payment, refunded=given, refunds=(answer,)))


def bring_stray_money(_till: Till, pick: Pick) -> None:
    """Money comes of which we know nothing."""
    amount = one_of([DEPOSIT, DEPOSIT / 2, DEPOSIT / 3], pick=pick)
    order = f"chk-{uuid7().hex[:16]}"
    standing = Standing(
        status=MoneyStatus.SUCCEEDED, amount=amount, charged=amount, currency="ETB", reference="K2K-LOST",
        gateway_reference=order, merchant="key2key", mode="test",
    )  # fmt: skip
    book_stray("sandbox", standing=standing)


# the bank's desk


def decide_slip(till: Till, pick: Pick) -> None:
    """Finance find the money on the statement: all of it, less, or not at all."""
    proof = one_of(_latest(PaymentProof, state="waiting"), pick=pick)
    by, amount = till.finances(pick), one_of([proof.amount, proof.amount, proof.amount / 2], pick=pick)
    arrival = bank.arrival_of(proof, amount=amount)
    deeds: list[Callable[[], Any]] = [
        lambda: services.approve_proof(proof_id=proof.pk, by=by, arrival=arrival),
        lambda: services.approve_proof(proof_id=proof.pk, by=by, arrival=arrival),
        lambda: services.keep_in_suspense(proof_id=proof.pk, by=by, arrival=arrival, reason=REASON),
        lambda: services.reject_proof(proof_id=proof.pk, by=by, reason=REASON),
    ]
    one_of(deeds, pick=pick)()


def decide_suspense(till: Till, pick: Pick) -> None:
    """Finance find out whose money it is, or send it back."""
    item, by = one_of(_latest(SuspenseItem, state="waiting"), pick=pick), till.finances(pick)
    payment, hold = _one_or_none(_latest(Payment), pick), _one_or_none(_latest(Hold), pick)
    whose = [
        Whose(payment_id=payment.pk if payment else uuid7()),
        Whose(hold_id=hold.pk if hold else uuid7()),
        Whose(payer_id=one_of(till.payees, pick=pick).pk),
    ]
    if pick(4) == 0:
        services.send_back_suspense(item_id=item.pk, by=by, reason=REASON)
    else:
        services.match_suspense(item_id=item.pk, whose=one_of(whose, pick=pick), by=by, reason=REASON)


# deposits


def move_hold(till: Till, pick: Pick) -> None:
    """A deal says where its deposit goes."""
    hold = one_of(_latest(Hold), pick=pick)
    target = Target(hold.target_type, hold.target_id)
    back, fee = (one_of([Decimal(0), DEPOSIT / 9, DEPOSIT / 3], pick=pick) for _part in range(2))
    agent = one_of(till.payees, pick=pick)
    terms = Release(
        refund=back, platform_fee=fee, commission=DEPOSIT / 9, commission_payee=agent.pk, reason=REASON
    )
    deeds: list[Callable[[], Any]] = [
        lambda: services.release_hold(target=target, terms=terms),
        lambda: services.release_hold(target=target, terms=terms),
        lambda: services.refund_hold(target=target, reason=REASON),
        lambda: services.lapse_hold(target=target, reason=REASON),
        lambda: services.freeze_hold(target=target, reason=REASON),
        lambda: services.unfreeze_hold(target=target),
    ]
    one_of(deeds, pick=pick)()


def follow_instruction(till: Till, pick: Pick) -> None:
    """Who keeps a deposit is told, and does it."""
    which = {"instruction_id": one_of(_latest(HoldInstruction), pick=pick).pk}
    finance, treasury = till.finances(pick), till.treasurys(pick)
    deeds: list[Callable[[], Any]] = [
        lambda: services.approve_instruction(**which, by=treasury),
        lambda: services.carry_out_instruction(**which, by=finance, evidence="FT1"),
    ]
    one_of(deeds, pick=pick)()


# refunds and payouts


def step_refund(till: Till, pick: Pick) -> None:
    """Staff ask for a refund, agree, decline, send it, or try it again."""
    finance, treasury = till.finances(pick), till.treasurys(pick)
    if pick(3) == 0:
        payment = one_of(_latest(Payment), pick=pick)
        amount = one_of([None, payment.amount / 2, payment.amount], pick=pick)
        services.request_refund(payment_id=payment.pk, by=finance, amount=amount, reason=REASON)
        return
    refund = one_of(_latest(Refund), pick=pick)
    which = {"payment_id": refund.payment_id, "refund_id": refund.pk}
    deeds: list[Callable[[], Any]] = [
        lambda: services.approve_refund(**which, by=treasury),
        lambda: services.execute_refund(**which, by=finance),
        lambda: services.retry_refund(refund_id=refund.pk, by=finance),
        lambda: services.decline_refund(**which, by=treasury, reason=REASON),
    ]
    one_of(deeds, pick=pick)()


def ask_for_payout(_till: Till, pick: Pick) -> None:
    """A payee wants money that is owed, or more."""
    account = one_of(_latest(PayoutAccount), pick=pick)
    amount = one_of([DEPOSIT / 9, DEPOSIT / 3, DEPOSIT], pick=pick)
    services.request_payout(by=account.added_by, account_id=account.pk, amount=amount)


def step_payout(till: Till, pick: Pick) -> None:
    """A payout is agreed to, stopped, sent, and arrives or comes back."""
    payout = one_of(_latest(Payout), pick=pick)
    which, finance, treasury = {"payout_id": payout.pk}, till.finances(pick), till.treasurys(pick)
    deeds: list[Callable[[], Any]] = [
        *[lambda: services.approve_payout(**which, by=treasury)] * 3,
        *[lambda: services.send_payout(**which, by=finance, channel="manual")] * 3,
        lambda: services.export_payouts(currency="ETB", by=finance),
        *[lambda: services.confirm_payout(**which, by=finance, bank_reference="FT2")] * 2,
        lambda: services.fail_payout(**which, by=finance, reason=REASON),
        lambda: services.return_payout(**which, by=finance, reason=REASON, bank_reference="FT3"),
        lambda: services.decline_payout(**which, by=treasury, reason=REASON),
        lambda: services.hold_payout(**which, by=finance, reason=REASON),
        lambda: services.resume_payout(**which, by=finance),
        lambda: services.cancel_payout(**which, by=payout.requested_by),
    ]
    one_of(deeds, pick=pick)()


# time


def let_time_pass(till: Till, pick: Pick) -> None:
    till.ahead += one_of(LEAPS, pick=pick)


def run_clock(_till: Till, _pick: Pick) -> None:
    """What the scheduler does."""
    services.expire_due()
    services.ask_about_silent()
    services.end_due()


def hear_news(_till: Till, _pick: Pick) -> None:
    """A worker hands events on."""
    background.perform(EventDelivery, limit=100)


def _begin(purpose: str, target: Target, *, by: Any, gateway: str, **other: Any) -> Payment:
    asked = Asked(purpose=purpose, target=target, gateway=gateway, return_url="https://app.example/", **other)
    payment = services.start_payment(by=by, asked=asked)
    payment.gateway_reference = f"chk-{payment.reference}"
    payment.save(update_fields=["gateway_reference"])
    return payment


def _hear(till: Till, payment: Payment, standing: Standing) -> None:
    till.told.append((payment.pk, standing))
    _settle(payment.pk, standing)


def _settle(payment_id: Any, standing: Standing) -> None:
    services.settle_payment(payment_id=payment_id, standing=standing, source="sandbox")


def _latest(model: Any, **having: Any) -> list[Any]:
    return list(model._default_manager.filter(**having).order_by("-created_at", "-pk")[:LATEST])


def _one_or_none(rows: list[Any], pick: Pick) -> Any:
    return rows[pick(len(rows))] if rows else None


DEEDS: list[Deed] = [
    *[ask_for_deposit] * 2,
    *[begin_leg] * 6,
    *[fill_deposit] * 5,
    begin_boost,
    cancel_payment,
    *[send_slip] * 5,
    *[pay] * 10,
    *[say_anything] * 3,
    *[say_it_again] * 2,
    *[charge_back] * 2,
    *[answer_refund] * 8,
    bring_stray_money,
    *[decide_slip] * 5,
    *[decide_suspense] * 4,
    *[move_hold] * 8,
    *[follow_instruction] * 5,
    *[step_refund] * 6,
    *[ask_for_payout] * 3,
    *[step_payout] * 8,
    let_time_pass,
    run_clock,
    hear_news,
]
