"""What happens around a deal: at the payment company, at the desks of staff, by the clock, in the background.

Background work of the product and of the company is done in pieces, so that the news of what happened may
come late and in between anything else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from brokers import selectors as deal_selectors
from brokers import services
from brokers.enums import DealState, DecisionKind
from brokers.models import Deal
from brokers.services import Proposal
from key2key.common import background
from key2key.common.models import EventDelivery, Work
from key2key.tests.machine.market import DONE, Market, Pick, one_of, outcome_of
from listings import services as listing_services
from payments import services as payment_services
from payments.models import (
    Payment,
    PaymentCheck,
    Refund,
    RefundSending,
    SandboxCheckout,
    SandboxWebhook,
    WebhookDelivery,
)
from payments.services import sandbox as company

# What moves deals and money, in the order in which news of a payment passes through.
DUTIES: list[type[Work]] = [SandboxWebhook, WebhookDelivery, PaymentCheck, RefundSending, EventDelivery]
LEAPS = [
    timedelta(minutes=10),
    timedelta(minutes=31),
    timedelta(hours=25),
    timedelta(hours=49),
    timedelta(hours=73),
    timedelta(days=8),
    timedelta(days=31),
]
ALL = 100
DECISION_REFUSALS = frozenset(
    {
        "illegal_transition",
        "chargeback_open",
        "decision_waiting",
        "no_decision_waiting",
        "own_decision",
        "hold_not_open",
    }
)


def press_button(market: Market, pick: Pick) -> str:
    """Somebody presses a button of one of the company's pages."""
    latest = list(SandboxCheckout.objects.order_by("-created_at", "-pk")[:4])
    checkout = one_of(latest, pick=pick)
    button = one_of(company.buttons_of(checkout), pick=pick)
    answer = outcome_of(lambda: company.press(token=checkout.token, button=button))
    assert answer == DONE or not market.alone, f"{button}: {answer}"
    return answer


def pay_at_once(market: Market, pick: Pick) -> str:
    """The payer of the latest page pays, and everybody hears of it."""
    checkout = SandboxCheckout.objects.order_by("-created_at", "-pk").first()
    buttons = company.buttons_of(checkout) if checkout else []
    button = one_of([name for name in buttons if name in {"pay", "pay_late"}], pick=pick)
    answer = outcome_of(lambda: company.press(token=checkout.token, button=button)) if checkout else DONE
    do_all_duties(rounds=ALL if market.alone else 1)
    return answer


def cancel_payment(market: Market, pick: Pick) -> str:
    """A payer thinks better of it."""
    payment = one_of(_payments(), pick=pick)
    answer = outcome_of(lambda: payment_services.cancel_payment(payment_id=payment.pk, by=payment.payer))
    assert answer in {DONE, "payment_not_open", "busy"}, answer
    return answer


def retry_refund(market: Market, pick: Pick) -> str:
    """Finance sends a refund again."""
    refund = one_of(list(Refund.objects.order_by("-created_at", "-pk")[:3]), pick=pick)
    finance = market.staff[1]
    answer = outcome_of(lambda: payment_services.retry_refund(refund_id=refund.pk, by=finance))
    assert answer in {DONE, "refund_not_failed", "chargeback_open", "nothing_to_refund", "busy"}, answer
    return answer


def refund_payment(market: Market, pick: Pick) -> str:
    """Finance wants to give a payment back, and treasury agrees: a deposit moves only with its deal."""
    payment = one_of(_payments(), pick=pick)
    _support, finance, treasury = market.staff

    def by_three_steps() -> None:
        refund = payment_services.request_refund(
            payment_id=payment.pk, by=finance, amount=None, reason="They asked for it."
        )
        step = {"payment_id": payment.pk, "refund_id": refund.pk}
        payment_services.approve_refund(**step, by=treasury)
        payment_services.execute_refund(**step, by=finance)

    answer = outcome_of(by_three_steps)
    refusals = {"deposit_moves_with_deal", "chargeback_open", "nothing_to_refund", "busy"}
    assert answer in {DONE, *refusals}, answer
    assert payment.placement != "hold" or answer in refusals
    return answer


def decide(market: Market, pick: Pick) -> str:
    """One of staff decides a deal, or is the second pair of eyes, or drops what the other decided."""
    deals = market.deals()
    queue = [deal for deal in deals if deal.state == DealState.DISPUTED or deal.overdue_at is not None]
    deal = one_of(queue if queue and pick(8) else deals, pick=pick)
    by = one_of(market.staff, pick=pick)
    kind = one_of(list(DecisionKind), pick=pick)
    share = (deal.deposit_amount * (1 + pick(9)) / 10).quantize(Decimal("0.01"))
    proposal = Proposal(kind, "The papers say so.", share if kind == DecisionKind.SPLIT else None)
    deeds: list[Callable[[], Any]] = [
        lambda: services.decide_deal(deal_id=deal.pk, by=by, proposal=proposal),
        lambda: services.decide_deal(deal_id=deal.pk, by=by, proposal=proposal),
        lambda: services.approve_decision(deal_id=deal.pk, by=by),
        lambda: services.drop_decision(deal_id=deal.pk, by=by, reason="Not so fast."),
    ]
    answer = outcome_of(one_of(deeds, pick=pick))
    assert answer in {DONE, "busy", *DECISION_REFUSALS}, answer
    return answer


def help_sides(market: Market, pick: Pick) -> str:
    """One of staff gives more time or more tries."""
    deal = market.deal(pick)
    by = one_of(market.staff, pick=pick)
    reason = "They asked for it."
    deeds: list[Callable[[], Any]] = [
        lambda: services.extend_deadline(deal_id=deal.pk, by=by, days=1 + pick(10), reason=reason),
        lambda: services.reset_code_tries(deal_id=deal.pk, by=by, reason=reason),
    ]
    answer = outcome_of(one_of(deeds, pick=pick))
    assert answer in {DONE, "busy", "illegal_transition"}, answer
    return answer


def remove_listing(market: Market, pick: Pick) -> str:
    """Staff take a listing down, whatever is going on with it."""
    listing = one_of(market.listings, pick=pick)
    answer = outcome_of(
        lambda: listing_services.remove_listing(listing_id=listing, by=market.staff[0], reason="Fraud")
    )
    assert answer in {DONE, "busy", "illegal_transition"}, answer
    return answer


def let_time_pass(market: Market, pick: Pick) -> str:
    """It is later now. What is due is done when the tasks of the clock run."""
    market.ahead += one_of(LEAPS, pick=pick)
    return DONE


def run_clock_tasks(market: Market, pick: Pick) -> str:
    """What the scheduler does every minute, in any order, or only one of it."""
    tasks: list[Callable[[], Any]] = [
        lambda: _advance_deals(alone=market.alone),
        services.expire_due,
        payment_services.expire_due,
        payment_services.ask_about_silent,
        listing_services.expire_due,
        services.publish_due,
        services.remind_due,
    ]
    first = pick(len(tasks))
    for task in [*tasks[first:], *tasks[:first]] if pick(2) else tasks[first : first + 1]:
        task()
    return DONE


def do_one_duty(market: Market, pick: Pick) -> str:
    """A worker does one piece of background work."""
    background.perform(one_of(DUTIES, pick=pick), limit=1)
    return DONE


def do_some_duties(market: Market, pick: Pick) -> str:
    """A worker does all that waits of one kind."""
    background.perform(one_of(DUTIES, pick=pick))
    return DONE


def settle(market: Market, pick: Pick) -> str:
    """Workers have time to do everything."""
    do_all_duties(rounds=ALL if market.alone else 1)
    return DONE


def do_all_duties(*, rounds: int = ALL) -> None:
    """All that waits is done, and what comes of it; only so much of it while others do the same."""
    for _round in range(rounds):
        if not sum(background.perform(duty) for duty in DUTIES):
            return
    assert rounds < ALL, "the background work does not end"


def _advance_deals(*, alone: bool) -> None:
    """As the task does, but a fault is not only written into a log."""
    for deal_id in list(deal_selectors.due_deals().values_list("pk", flat=True)):
        answer = outcome_of(lambda due=deal_id: services.advance_deal(due))
        assert answer in {DONE, "busy", "chargeback_open", "hold_not_open"}, answer
        if alone and answer == "chargeback_open":
            assert Deal.objects.get(pk=deal_id).state == DealState.CANCEL_REQUESTED


def _payments() -> list[Payment]:
    return list(Payment.objects.order_by("-created_at", "-pk")[:4])
