"""Many people at once do whatever comes to their minds to a few deals, for a while.

No deadlock, nothing that hangs or breaks, and in the end every cent is where deals.md says. Three seconds in
`make test`, a minute in the slow form; K2K_LOAD_SECONDS lets the latter run for as long as one likes.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from threading import Lock
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.utils import timezone

from key2key.common import clock
from key2key.common.errors import DomainError
from key2key.common.models import Work
from key2key.tests.machine import deeds, judgement, surroundings
from key2key.tests.machine.judgement import Complaint
from key2key.tests.machine.market import NOTHING, Market, Pick, open_market, outcome_of
from listings.enums import Status
from listings.models import Listing

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("sandbox"),
]
PEOPLE, MARKETS = 8, 2
SHORT, LONG = 3.0, float(os.environ.get("K2K_LOAD_SECONDS", "60"))
HANGS_AFTER = 60.0  # a deed waits for a lock for two seconds at most
Deed = Callable[[Market, Pick], str]

DEEDS: list[Deed] = [
    *[deeds.step_deal] * 12,
    *[deeds.get_on] * 8,
    *[deeds.get_going] * 6,
    *[deeds.answer_offer] * 4,
    *[deeds.make_offer] * 2,
    deeds.step_listing,
    *[surroundings.press_button] * 6,
    *[surroundings.pay_at_once] * 6,
    *[surroundings.cancel_payment] * 2,
    *[surroundings.retry_refund] * 2,
    *[surroundings.refund_payment] * 2,
    *[surroundings.decide] * 3,
    surroundings.help_sides,
    *[surroundings.run_clock_tasks] * 4,
    *[surroundings.do_some_duties] * 16,
    surroundings.let_time_pass,
]
REMOVED_SELDOM = 200


@dataclass
class Load:
    """Markets that are busy until the time is over; one that has nothing left to sell makes room."""

    until: float
    markets: list[Market] = field(default_factory=list)
    past: list[Market] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)
    slowest: float = 0.0

    def somebody(self, number: int) -> None:
        """One person, on a connection of their own, until the time is over."""
        dice = Random(number)
        try:
            while time.monotonic() < self.until:
                self._one_deed(dice)
        except BaseException:
            self.until = 0.0  # the others need not go on
            raise
        finally:
            connections.close_all()

    def _one_deed(self, dice: Random) -> None:
        market = self._market(dice)
        deed = surroundings.remove_listing if dice.randrange(REMOVED_SELDOM) == 0 else dice.choice(DEEDS)
        began = time.monotonic()
        with clock.advanced(market.ahead):
            answer = outcome_of(lambda: deed(market, dice.randrange))
            if answer == NOTHING:
                answer = outcome_of(lambda: deeds.get_going(market, dice.randrange))
        with self.lock:
            self.answers[f"{deed.__name__}: {answer}"] += 1
            self.slowest = max(self.slowest, time.monotonic() - began)

    def _market(self, dice: Random) -> Market:
        with self.lock:
            place = dice.randrange(len(self.markets))
            market = self.markets[place]
            left = Listing.objects.filter(pk__in=market.listings, status__in=ALIVE)
            if dice.randrange(10) == 0 and not left.exists():
                self.past.append(market)
                self.markets[place] = market = open_market(alone=False)
            return market


ALIVE = sorted(deeds.FREE | {Status.UNDER_OFFER, Status.RESERVED})


def run(seconds: float) -> Load:
    load = Load(until=time.monotonic() + seconds)
    load.markets = [open_market(alone=False) for _number in range(MARKETS)]
    with ThreadPoolExecutor(PEOPLE) as pool:
        for person in [pool.submit(load.somebody, number) for number in range(PEOPLE)]:
            person.result(timeout=seconds + HANGS_AFTER)
    return load


def let_all_end(load: Load) -> None:
    """What was tried in vain is tried again now, and the clock is done with what is due."""
    for _round in range(3):
        for market in [*load.markets, *load.past]:
            with clock.advanced(market.ahead):
                for duty in surroundings.DUTIES:
                    queued = duty._default_manager.filter(work_state=Work.WorkState.QUEUED)
                    queued.update(due_at=timezone.now())
                surroundings.do_all_duties()


def is_fault(complaint: Complaint) -> bool:
    """A lock that was waited for too long is tried again, as is a refusal; anything else is a fault."""
    error = complaint.error
    waited = isinstance(error, OperationalError) and "lock timeout" in str(error)
    return not waited and not isinstance(error, DomainError)


@pytest.fixture(autouse=True)
def _nobody_is_deadlocked() -> Iterator[None]:
    before = judgement.deadlocks()
    yield
    assert judgement.deadlocks() == before


def judge(seconds: float) -> None:
    with judgement.complaints() as heard:
        load = run(seconds)
        let_all_end(load)
    assert not [complaint for complaint in heard if is_fault(complaint)]
    faults = [fault for market in [*load.markets, *load.past] for fault in _faults(market)]
    assert not faults
    assert load.slowest < HANGS_AFTER
    show(load, seconds=seconds, complaints=len(heard))


def _faults(market: Market) -> list[str]:
    with clock.advanced(market.ahead):
        return list(judgement.faults(market))


def show(load: Load, *, seconds: float, complaints: int) -> None:
    """The figures, for whoever asks pytest for output (-s)."""
    lines: list[Any] = [f"{many:6} {what}" for what, many in sorted(load.answers.items())]
    lines += [
        f"{load.answers.total()} deeds of {PEOPLE} people in {seconds:.0f} s",
        f"{len(load.past) + MARKETS} markets, the slowest deed took {load.slowest:.2f} s",
        f"{complaints} pieces of work were refused or had to wait, and were done later",
    ]
    print("\n".join(["", *lines]))


@pytest.mark.timeout(240)
def test_a_crowd_deadlocks_nobody_and_loses_nothing() -> None:
    judge(SHORT)


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.timeout(LONG + 600)
def test_a_crowd_that_stays_deadlocks_nobody_and_loses_nothing() -> None:
    judge(LONG)
