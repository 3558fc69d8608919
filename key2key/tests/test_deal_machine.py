"""Three sides, staff, a payment company and the clock do whatever comes to their minds to deals (Hypothesis).

After every step: no exception but a documented refusal, no state that deals.md does not know, every transfer
accounted for, and at the company as much money as our books say. `make test` lives a few lives, always the
same; the slow form more, each time others (K2K_MACHINE_LIVES says how many).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from brokers.enums import DealState
from brokers.models import Deal
from key2key.common import clock
from key2key.tests.examples import undone
from key2key.tests.machine import deeds, judgement, surroundings
from key2key.tests.machine.market import DONE, NOTHING, Market, Pick, open_market, outcome_of
from payments.models import Hold, SandboxWebhook, Transfer

pytestmark = pytest.mark.django_db
FEW, MANY = 4, int(os.environ.get("K2K_MACHINE_LIVES", "12"))
STEPS = 40
Deed = Callable[[Market, Pick], str]

# How often each deed is chosen, so that deals get on and yet much happens around them.
DEEDS: list[Deed] = [
    *[deeds.step_deal] * 10,
    *[deeds.get_on] * 6,
    deeds.make_offer,
    *[deeds.answer_offer] * 2,
    deeds.step_listing,
    *[surroundings.press_button] * 4,
    *[surroundings.pay_at_once] * 4,
    surroundings.cancel_payment,
    surroundings.retry_refund,
    surroundings.refund_payment,
    *[surroundings.decide] * 3,
    surroundings.help_sides,
    *[surroundings.let_time_pass] * 2,
    *[surroundings.run_clock_tasks] * 2,
    *[surroundings.do_one_duty] * 2,
    *[surroundings.do_some_duties] * 2,
    *[surroundings.settle] * 3,
]
# As far as the first deal may have come when a life begins.
BEGINNING: list[Deed] = [deeds.get_going, deeds.get_on, surroundings.pay_at_once, deeds.get_on]
CHOICES = [deed.__name__ for deed in [*DEEDS * 8, *[surroundings.remove_listing] * 3]]
NAMED = {deed.__name__: deed for deed in [*DEEDS, surroundings.remove_listing]}


class DealMachine(RuleBasedStateMachine):
    """One life of the market. All of it is undone when it ends."""

    seen: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self._undone = undone()
        self._undone.__enter__()
        self.market, self.steps = open_market(), 0

    @initialize(steps=st.sampled_from(range(len(BEGINNING) + 1)))
    def begin(self, steps: int) -> None:
        for deed in BEGINNING[:steps]:
            deed(self.market, Random(0).randrange)

    def teardown(self) -> None:
        self._undone.__exit__(None, None, None)

    @rule(deed=st.sampled_from(CHOICES), dice=st.integers(0, 2**32))
    def somebody_does(self, deed: str, dice: int) -> None:
        self.steps += 1
        pick = Random(dice * STEPS + self.steps).randrange  # Hypothesis likes to say the same number again
        with clock.advanced(self.market.ahead):
            answer = outcome_of(lambda: NAMED[deed](self.market, pick))
            if answer == NOTHING:
                answer = outcome_of(lambda: deeds.get_going(self.market, pick))
            if answer == DONE:  # what is refused is rolled back
                assert not list(judgement.faults(self.market))
                self.seen.update(f"a deal is {deal.state}" for deal in self.market.deals())
        self.seen[f"{deed}: {answer}"] += 1


def live(*, lives: int, always_the_same: bool) -> None:
    DealMachine.seen.clear()
    run_state_machine_as_test(
        DealMachine,
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
    print("\n".join(["", *(f"{many:6} {what}" for what, many in sorted(DealMachine.seen.items()))]))


@pytest.fixture(autouse=True)
def _nobody_complains(sandbox: Any) -> Iterator[None]:
    """No error that somebody caught, logged and went on after."""
    with judgement.complaints() as heard:
        yield
    assert not heard


@pytest.mark.timeout(300)
def test_whatever_people_do_deals_and_money_stay_in_step() -> None:
    live(lives=FEW, always_the_same=True)


@pytest.mark.slow
@pytest.mark.timeout(60 + 15 * MANY)
def test_whatever_people_do_in_many_lives_deals_and_money_stay_in_step() -> None:
    live(lives=MANY, always_the_same=False)
    reached = {what.removeprefix("a deal is ") for what in DealMachine.seen if what.startswith("a deal is ")}
    assert reached == set(DealState.values)


class TestTheJudge:
    """The controls: a fault of each sort is seen."""

    @pytest.mark.parametrize(
        "spoil, says",
        [
            (lambda: Deal.objects.update(state=DealState.DEPOSIT_HELD), "with deposit pending"),
            (lambda: Hold.objects.update(state="held"), "is held with"),
            (lambda: Deal.objects.update(deadline_at=None), "has no deadline"),
        ],
    )
    def test_it_sees_what_does_not_fit_together(self, spoil: Callable[[], Any], says: str) -> None:
        market = open_market()
        deeds.get_going(market, Random(0).randrange)
        surroundings.do_all_duties()
        assert not list(judgement.faults(market))
        spoil()
        assert any(says in fault for fault in judgement.faults(market))

    def test_it_sees_money_that_we_have_not_heard_of(self) -> None:
        market = open_market()
        deeds.get_going(market, Random(0).randrange)
        deeds.get_on(market, lambda _below: 0)
        surroundings.press_button(market, lambda _below: 0)
        SandboxWebhook.objects.all().delete()  # the company tells nobody
        surroundings.do_all_duties()
        assert not Transfer.objects.exists()
        assert any("the company has" in fault for fault in judgement.faults(market))
