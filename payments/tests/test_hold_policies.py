"""Who keeps the deposit decides how it moves: our ledger at once, a bank or a broker by instruction first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import IntegrityError

from accounts.tests.factories import StaffFactory, UserFactory
from accounts.tests.parallel import at_once
from key2key.common.errors import Conflict, InvalidInput
from key2key.common.ids import uuid7
from key2key.common.money import Money
from payments import selectors, services
from payments.enums import HoldPolicy, HoldState, InstructionKind, InstructionState
from payments.gateways.contract import Chargeback
from payments.models import Hold, HoldInstruction, Payment, Refund, Transfer
from payments.services import Release
from payments.targets import Target
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.owing import balance_of, finance, owed_to, refused, target_of, treasury
from payments.tests.paying import charge_back, hear, pay, pay_in_full

pytestmark = pytest.mark.django_db
KEPT_BY_OTHERS = [HoldPolicy.PARTNER_BANK, HoldPolicy.MANUAL]


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


def kept_by(policy: str, *, amount: str = "1000.00") -> Hold:
    return pay_in_full(HoldFactory(policy=policy, amount=Decimal(amount)))


def carry_out(instruction: HoldInstruction) -> HoldInstruction:
    services.approve_instruction(instruction_id=instruction.pk, by=treasury())
    return services.carry_out_instruction(instruction_id=instruction.pk, by=finance(), evidence="CBE-77")


def released(hold: Hold, **terms: Any) -> Hold:
    return services.release_hold(target=target_of(hold), terms=Release(**terms))


@pytest.mark.parametrize("policy", KEPT_BY_OTHERS)
def test_where_another_keeps_it_the_decision_moves_nothing(policy: str) -> None:
    broker = UserFactory()
    hold = released(
        kept_by(policy),
        platform_fee=Decimal("20.00"),
        commission=Decimal("30.00"),
        commission_payee=broker.pk,
    )
    instruction = HoldInstruction.objects.get()
    assert (hold.state, instruction.kind, instruction.amount) == ("released", "release", Decimal("1000.00"))
    assert (owed_to(hold.payee_id), balance_of("held")) == (0, Decimal("1000.00"))
    carry_out(instruction)
    assert (owed_to(hold.payee_id), owed_to(broker.pk)) == (Decimal("950.00"), Decimal("30.00"))
    assert (balance_of("held"), balance_of("platform_revenue")) == (0, Decimal("20.00"))


def test_in_our_own_ledger_it_is_owed_at_once() -> None:
    """The negative control of the test above: the policy makes the difference."""
    hold = released(kept_by(HoldPolicy.PLATFORM_LEDGER))
    assert owed_to(hold.payee_id) == Decimal("1000.00")
    assert not HoldInstruction.objects.exists()


@pytest.mark.parametrize("policy", KEPT_BY_OTHERS)
def test_a_refund_too_waits_for_its_keeper(policy: str) -> None:
    hold = kept_by(policy)
    given_back = services.refund_hold(target=target_of(hold), reason="seller_cancelled")
    assert services.refund_hold(target=target_of(hold), reason="again") == given_back
    instruction = HoldInstruction.objects.get()
    assert (given_back.state, given_back.refunded_amount) == (HoldState.REFUNDED, Decimal("1000.00"))
    assert not Refund.objects.exists()
    carry_out(instruction)
    assert Refund.objects.get().amount == Decimal("1000.00")


def test_a_refund_in_our_own_ledger_leaves_at_once() -> None:
    hold = kept_by(HoldPolicy.PLATFORM_LEDGER)
    services.refund_hold(target=target_of(hold), reason="seller_cancelled")
    assert Refund.objects.get().tries == 1


def test_a_split_is_two_instructions() -> None:
    hold = released(kept_by(HoldPolicy.PARTNER_BANK), refund=Decimal("300.00"), reason="half each")
    back = HoldInstruction.objects.get(kind=InstructionKind.REFUND)
    on = HoldInstruction.objects.get(kind=InstructionKind.RELEASE)
    assert (back.amount, on.amount) == (Decimal("300.00"), Decimal("700.00"))
    carry_out(on)
    assert (owed_to(hold.payee_id), Refund.objects.count()) == (Decimal("700.00"), 0)
    carry_out(back)
    assert Refund.objects.get().amount == Decimal("300.00")
    assert balance_of("held") == 0


def test_a_half_paid_deposit_that_lapses_waits_as_well() -> None:
    hold = HoldFactory(policy=HoldPolicy.MANUAL, amount=Decimal("1000.00"))
    pay(hold, amount=Decimal("400.00"))
    services.lapse_hold(target=target_of(hold), reason="clock")
    instruction = HoldInstruction.objects.get()
    assert (instruction.kind, instruction.amount, Refund.objects.count()) == ("refund", Decimal("400.00"), 0)
    carry_out(instruction)
    assert Refund.objects.get().amount == Decimal("400.00")


def test_the_home_is_free_for_others_while_the_money_waits() -> None:
    hold = kept_by(HoldPolicy.PARTNER_BANK)
    services.refund_hold(target=target_of(hold), reason="buyer_cancelled")
    other = pay_in_full(HoldFactory(listing=hold.listing))
    assert other.state == HoldState.HELD


class TestHands:
    def test_one_approves_another_carries_out_with_evidence(self) -> None:
        released(kept_by(HoldPolicy.PARTNER_BANK))
        instruction = HoldInstruction.objects.get()
        both, other = (StaffFactory(groups=["admin"]) for _ in "ab")

        def done(by: Any, evidence: str = "CBE-77") -> Any:
            return services.carry_out_instruction(instruction_id=instruction.pk, by=by, evidence=evidence)

        assert refused(lambda: done(both)) == "instruction_not_approved"
        services.approve_instruction(instruction_id=instruction.pk, by=both)
        assert refused(lambda: done(both)) == "other_person_needed"
        assert refused(lambda: done(treasury())) == "not_allowed"
        with pytest.raises(InvalidInput):
            done(other, evidence="  ")
        assert not Transfer.objects.filter(cause="released").exists()
        assert done(other).evidence == "CBE-77"
        assert refused(lambda: done(other)) == "instruction_not_approved"
        assert Transfer.objects.filter(cause="released").count() == 1

    def test_the_wrong_people_do_not_approve(self) -> None:
        hold = kept_by(HoldPolicy.MANUAL)
        released(hold)
        instruction = HoldInstruction.objects.get()
        for by in (finance(), StaffFactory(groups=["support"]), hold.buyer):
            deed = lambda by=by: services.approve_instruction(instruction_id=instruction.pk, by=by)  # noqa: E731
            assert refused(deed) == "not_allowed"
        instruction.refresh_from_db()
        assert instruction.state == InstructionState.WAITING

    def test_staff_do_not_release_to_themselves(self) -> None:
        mine = treasury()
        released(pay_in_full(HoldFactory(policy=HoldPolicy.MANUAL, payee_id=mine.pk)))
        deed = lambda: services.approve_instruction(instruction_id=HoldInstruction.objects.get().pk, by=mine)  # noqa: E731
        assert refused(deed) == "own_money"

    def test_the_table_too_wants_two_people_and_evidence(self) -> None:
        released(kept_by(HoldPolicy.MANUAL))
        by = finance()
        done = {"state": "carried_out", "approved_by": by, "carried_out_by": by, "evidence": "X"}
        for change in (done, {**done, "carried_out_by": finance(), "evidence": ""}):
            with pytest.raises(IntegrityError, match="payments_instruction_two_people"), transaction.atomic():
                HoldInstruction.objects.update(**change)

    @pytest.mark.django_db(transaction=True)
    def test_many_who_carry_it_out_at_once_do_it_once(self) -> None:
        released(kept_by(HoldPolicy.PARTNER_BANK))
        instruction = services.approve_instruction(
            instruction_id=HoldInstruction.objects.get().pk, by=treasury()
        )
        people = [finance() for _ in range(10)]

        def one(number: int) -> str:
            try:
                services.carry_out_instruction(
                    instruction_id=instruction.pk, by=people[number], evidence="CBE-77"
                )
            except Conflict as refusal:
                return refusal.code
            return "done"

        assert sorted(at_once(10, one)) == ["done"] + ["instruction_not_approved"] * 9
        assert Transfer.objects.filter(cause="released").count() == 1


class TestChargebacks:
    def test_while_the_bank_disputes_it_nothing_is_carried_out(self) -> None:
        hold = kept_by(HoldPolicy.PARTNER_BANK)
        leg = hold.payments.get()
        released(hold)
        instruction = HoldInstruction.objects.get()
        charge_back(leg)
        assert refused(lambda: carry_out(instruction)) == "chargeback_open"
        charge_back(leg, outcome=Chargeback.WON)
        carry_out(instruction)
        assert owed_to(hold.payee_id) == Decimal("1000.00")

    def test_what_the_bank_took_does_not_leave_a_second_time(self) -> None:
        hold = kept_by(HoldPolicy.PARTNER_BANK)
        leg = hold.payments.get()
        services.refund_hold(target=target_of(hold), reason="cancelled")
        charge_back(leg, outcome=Chargeback.LOST)
        instruction = HoldInstruction.objects.get()
        assert instruction.state == InstructionState.DROPPED
        assert refused(lambda: carry_out(instruction)) == "instruction_not_waiting"
        assert (balance_of("held"), balance_of("loss"), Refund.objects.count()) == (0, 0, 0)

    def test_the_payers_part_shrinks_first(self) -> None:
        hold = HoldFactory(policy=HoldPolicy.MANUAL, amount=Decimal("1000.00"))
        pay(hold, amount=Decimal("400.00"))
        lost = pay(hold, amount=Decimal("600.00"))
        released(hold, refund=Decimal("300.00"), platform_fee=Decimal("20.00"))
        charge_back(lost, outcome=Chargeback.LOST)
        back = HoldInstruction.objects.get(kind=InstructionKind.REFUND)
        on = HoldInstruction.objects.get(kind=InstructionKind.RELEASE)
        assert (back.state, on.amount, on.platform_fee) == ("dropped", Decimal("400.00"), Decimal("20.00"))
        carry_out(on)
        assert (owed_to(hold.payee_id), balance_of("held")) == (Decimal("380.00"), 0)

    def test_once_it_was_carried_out_a_loss_is_ours(self) -> None:
        hold = kept_by(HoldPolicy.PARTNER_BANK)
        leg = hold.payments.get()
        released(hold)
        carry_out(HoldInstruction.objects.get())
        charge_back(leg, outcome=Chargeback.LOST)
        assert (balance_of("loss"), owed_to(hold.payee_id)) == (Decimal("-1000.00"), Decimal("1000.00"))

    def test_a_disputed_leg_of_a_lapsed_deposit_waits_too_when_it_comes_back(self) -> None:
        hold = HoldFactory(policy=HoldPolicy.MANUAL, amount=Decimal("1000.00"))
        leg = pay(hold, amount=Decimal("400.00"))
        pay(hold, amount=Decimal("100.00"))
        charge_back(leg)
        services.lapse_hold(target=target_of(hold), reason="clock")
        assert HoldInstruction.objects.get().amount == Decimal("100.00")
        charge_back(leg, outcome=Chargeback.WON)
        instruction = HoldInstruction.objects.get()
        assert (instruction.amount, Refund.objects.count()) == (Decimal("500.00"), 0)
        carry_out(instruction)
        assert sum(refund.amount for refund in Refund.objects.all()) == Decimal("500.00")


def test_money_that_came_too_late_goes_back_by_itself_whoever_keeps_deposits() -> None:
    hold = HoldFactory(policy=HoldPolicy.MANUAL)
    late = PaymentFactory(hold=hold)
    services.lapse_hold(target=target_of(hold), reason="clock")
    hear(late)
    assert Refund.objects.get().source == "payer"
    assert not HoldInstruction.objects.exists()


def test_nobody_keeps_deposits_by_splitting_at_the_gateway() -> None:
    some = HoldFactory()
    with pytest.raises(Conflict) as refusal:
        services.open_hold(
            target=Target("stand", uuid7()), listing_id=some.listing_id, asset_id=some.asset_id,
            buyer_id=some.buyer_id, payee_id=some.payee_id, amount=Money(Decimal("10.00"), "ETB"),
            policy=HoldPolicy.GATEWAY_SPLIT,
        )  # fmt: skip
    assert refusal.value.code == "hold_policy_not_offered"
    assert Hold.objects.count() == 1


def test_a_deal_hears_whether_the_keeper_is_still_to_do_it() -> None:
    hold = kept_by(HoldPolicy.PARTNER_BANK)
    waits = lambda: selectors.hold_progress(target_of(hold)).waits_for_keeper  # noqa: E731
    assert not waits()
    released(hold)
    assert waits()
    carry_out(HoldInstruction.objects.get())
    assert not waits()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_at_once_to_a_deposit_that_another_keeps_the_ledger_adds_up(seed: int) -> None:
    hold = HoldFactory(policy=HoldPolicy.PARTNER_BANK, amount=Decimal("1000.00"))
    legs = [PaymentFactory(hold=hold, amount=Decimal("500.00")) for _ in "ab"]
    approver, carrier, chance = treasury(), finance(), Random(seed)
    target = target_of(hold)

    def instruct() -> None:
        for instruction in HoldInstruction.objects.all():
            with suppress(Conflict):
                services.approve_instruction(instruction_id=instruction.pk, by=approver)
            with suppress(Conflict):
                services.carry_out_instruction(instruction_id=instruction.pk, by=carrier, evidence="CBE")

    told = [*Chargeback, Chargeback.NONE, Chargeback.NONE]
    deeds: list[Callable[[], object]] = [
        *(partial(hear, Payment.objects.get(pk=leg.pk), chargeback=said) for leg in legs for said in told),
        partial(services.lapse_hold, target=target, reason="clock"),
        partial(services.freeze_hold, target=target, reason="?"),
        partial(services.unfreeze_hold, target=target),
        partial(services.refund_hold, target=target, reason="?"),
        partial(services.release_hold, target=target, terms=Release(refund=Decimal("300.00"))),
        *[instruct] * 6,
    ]
    chance.shuffle(deeds)

    def one(number: int) -> None:
        for deed in deeds[number::6]:
            with suppress(Conflict):
                deed()

    at_once(6, one)
    assert services.ledger_faults() == []
    for leg in legs:
        charge_back(Payment.objects.get(pk=leg.pk), outcome=Chargeback.WON)
    instruct()
    left = HoldInstruction.objects.filter(state__in=["waiting", "approved"])
    assert not left.exists() or selectors.has_disputed_leg(hold)
