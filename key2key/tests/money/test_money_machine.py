"""Whatever is done with money, in whatever order: the books add up after every step (issue 4, must show 3).

Transfers balance, no account that may not go below nothing does, balances are what a sum over all transfers
says, and no deposit leaves twice. `make test` lives a few lives, always the same; the slow form more of them,
each time others (K2K_MACHINE_LIVES says how many).
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from key2key.common import clock
from key2key.tests.examples import undone
from key2key.tests.machine.market import DONE, outcome_of
from key2key.tests.money.deeds import DEEDS, open_till
from payments import ledger, services
from payments.models import Account, Hold, Transfer
from payments.selectors import balances
from payments.services.ledger import book
from payments.targets import Target
from payments.tests import bank
from payments.tests.factories import HoldFactory
from payments.tests.paying import pay_in_full
from payments.tests.stand import stand_up

pytestmark = pytest.mark.django_db
FEW, MANY = 2, int(os.environ.get("K2K_MACHINE_LIVES", "16"))
STEPS, TRIES = 40, 20
ZERO = Decimal(0)
LEAVES_A_HOLD = {"released", "deposit_refund", "deposit_charged_back"}
COMES_BACK = {"deposit_refund_failed"}
COMES_IN = {"deposit_paid", "suspense_to_hold"}


def faults() -> Iterator[str]:
    """What does not add up: by the product's own proof, and by a sum that knows nothing of it."""
    yield from services.ledger_faults()
    yield from services.receipt_faults()
    yield from _sums()
    yield from _deposits()


def _sums() -> Iterator[str]:
    sums: dict[Any, Decimal] = defaultdict(lambda: ZERO)
    for debit, credit, amount in Transfer.objects.values_list("debit", "credit", "amount"):
        sums[debit] -= amount
        sums[credit] += amount
        if amount <= 0 or debit == credit:
            yield f"a transfer of {amount} from {debit} to {credit}"
    for account, balance in balances(Account.objects.all()).items():
        if sums[account.pk] != balance:
            yield f"{account.kind} is told to be {balance}, its transfers sum to {sums[account.pk]}"


def _deposits() -> Iterator[str]:
    """Nothing leaves a deposit that did not come in, and it is released once."""
    moved: dict[Any, Counter[str]] = defaultdict(Counter)
    for hold, cause, amount in Transfer.objects.exclude(hold_id=None).values_list(
        "hold_id", "cause", "amount"
    ):
        moved[hold][cause] += amount
    for hold, by_cause in moved.items():
        came = sum((by_cause[cause] for cause in COMES_IN | COMES_BACK), ZERO)
        left = sum((by_cause[cause] for cause in LEAVES_A_HOLD), ZERO)
        if left > came:
            yield f"{left} left the deposit {hold}, into which {came} came"
    ours = Hold.objects.filter(policy="platform_ledger").values("pk")
    released = Transfer.objects.filter(cause="released", hold_id__in=ours).values_list("hold_id", flat=True)
    for hold, times in Counter(released).items():
        if times > 1:
            yield f"the deposit {hold} was released {times} times"


class MoneyMachine(RuleBasedStateMachine):
    """One life of a till. All of it is undone when it ends."""

    seen: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self._undone = undone()
        self._undone.__enter__()
        self.till, self.steps = open_till(), 0

    def teardown(self) -> None:
        self._undone.__exit__(None, None, None)

    @rule(seed=st.integers(0, 2**32))
    def somebody_does(self, seed: int) -> None:
        self.steps += 1
        dice = Random(seed * STEPS + self.steps)  # Hypothesis likes to say the same number again
        for _try in range(TRIES):
            deed = dice.choice(DEEDS)
            with clock.advanced(self.till.ahead):
                answer = outcome_of(lambda chosen=deed: chosen(self.till, dice.randrange))
                assert answer != DONE or not list(faults()), deed.__name__  # what is refused is rolled back
            self.seen[f"{deed.__name__}: {answer}"] += 1
            if answer == DONE:
                return


def live(*, lives: int, always_the_same: bool) -> None:
    MoneyMachine.seen.clear()
    run_state_machine_as_test(
        MoneyMachine,
        settings=settings(
            max_examples=lives,
            stateful_step_count=STEPS,
            derandomize=always_the_same,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # every step costs, and a life that fails is told step by step
            suppress_health_check=list(HealthCheck),
        ),
    )
    print("\n".join(["", *(f"{many:6} {what}" for what, many in sorted(MoneyMachine.seen.items()))]))


@pytest.fixture(autouse=True)
def _a_bank(settings: Any, tmp_path: Path) -> None:
    stand_up()
    bank.enable(settings, tmp_path)


@pytest.mark.timeout(300)
def test_whatever_is_done_with_money_the_books_add_up() -> None:
    live(lives=FEW, always_the_same=True)


@pytest.mark.slow
@pytest.mark.timeout(60 + 15 * MANY)
def test_whatever_is_done_with_money_in_many_lives_the_books_add_up() -> None:
    live(lives=MANY, always_the_same=False)
    done = {what.removesuffix(f": {DONE}") for what in MoneyMachine.seen if what.endswith(f": {DONE}")}
    assert {deed.__name__ for deed in DEEDS} - done == set(), "each deed was done at least once"


class TestTheJudge:
    """The controls: a fault of each sort is seen."""

    @pytest.fixture
    def hold(self) -> Hold:
        hold = pay_in_full(HoldFactory())
        services.release_hold(target=Target(hold.target_type, hold.target_id), terms=services.Release())
        assert not list(faults())
        return hold

    @pytest.mark.parametrize(
        "cause, says",
        [
            ("released", "was released 2 times"),
            ("deposit_refund", "left the deposit"),
            ("deposit_paid", "should be"),
            ("payout_sent", "payouts_in_transit is"),
        ],
    )
    def test_it_sees_what_is_booked_a_second_time(self, hold: Hold, cause: str, says: str) -> None:
        parties = ledger.Parties(gateway="sandbox", hold=hold.pk, payable=hold.payee_id)
        again = ledger.posting(cause, key=f"again:{hold.pk}", amount=hold.amount, parties=parties)
        book(again, currency=hold.currency, hold_id=hold.pk)
        assert any(says in fault for fault in faults())
