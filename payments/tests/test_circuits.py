from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from key2key.common.errors import InvalidInput, NotFound, Unavailable
from payments import circuits
from payments.circuits import Circuit, CircuitOpen


@pytest.fixture
def quick(monkeypatch):
    """Patience and the pause are short."""
    monkeypatch.setattr("payments.circuits.PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr("payments.circuits.OPEN_SECONDS", 0.1)


def silent(circuit, *, seconds=0.0):
    """Whether the company was asked; it did not answer."""
    with pytest.raises(Unavailable) as refusal:
        call(circuit, lambda: time.sleep(seconds))
    return not isinstance(refusal.value, CircuitOpen)


def call(circuit, wait):
    with circuit.guard():
        wait()
        raise Unavailable("gateway_unavailable")


def answers(circuit):
    with circuit.guard():
        pass


def opened():
    circuit = Circuit("a company")
    for _call in range(circuits.FAILURES):
        assert silent(circuit)
    return circuit


def test_three_failures_in_a_row_open_it_and_nobody_asks_then():
    circuit = opened()

    assert not silent(circuit)
    with pytest.raises(CircuitOpen) as refusal, circuit.guard():
        raise AssertionError("the company was asked")

    assert refusal.value.code == "gateway_unavailable"
    assert 1 <= refusal.value.retry_after <= circuits.OPEN_SECONDS


def test_an_answer_between_failures_keeps_it_closed():
    circuit = Circuit("a company")
    for _round in range(3):
        assert silent(circuit)
        assert silent(circuit)
        answers(circuit)

    assert silent(circuit)


@pytest.mark.parametrize("said", [NotFound(), InvalidInput("gateway_refused")])
def test_who_refuses_is_there(said):
    circuit = Circuit("a company")
    for _call in range(2 * circuits.FAILURES):
        with pytest.raises(type(said)), circuit.guard():
            raise said

    assert silent(circuit)


def test_one_long_silence_is_enough(quick):
    circuit = Circuit("a company")

    assert silent(circuit, seconds=0.06)

    assert not silent(circuit)


def test_a_long_call_beside_which_others_were_answered_is_no_silence(quick):
    circuit = Circuit("a company")

    def wait():
        time.sleep(0.06)
        answers(circuit)

    with pytest.raises(Unavailable):
        call(circuit, wait)

    assert silent(circuit)


def test_callers_do_not_wait_for_each_other(quick):
    circuit, all_inside = Circuit("a company"), threading.Barrier(5, timeout=5)

    def call(_number):
        with circuit.guard():
            all_inside.wait()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(call, range(5)))


def test_after_the_pause_exactly_one_asks_and_its_answer_closes_it(quick):
    circuit = opened()
    time.sleep(0.11)

    with circuit.guard():
        for _other in range(3):
            assert not silent(circuit)

    for _call in range(2):
        answers(circuit)


def test_a_probe_that_fails_opens_it_for_another_pause(quick):
    circuit = opened()
    time.sleep(0.11)

    assert silent(circuit)

    assert not silent(circuit)


def test_a_probe_that_our_own_fault_ends_leaves_the_place_to_the_next(quick):
    circuit = opened()
    time.sleep(0.11)

    with pytest.raises(ZeroDivisionError), circuit.guard():
        raise ZeroDivisionError
    answers(circuit)

    answers(circuit)


def test_a_call_from_before_it_opened_says_nothing_afterwards(quick):
    circuit = Circuit("a company")

    with circuit.guard():
        for _call in range(circuits.FAILURES):
            assert silent(circuit)

    assert not silent(circuit)


def test_each_company_has_its_own():
    for _call in range(circuits.FAILURES):
        silent(circuits.circuit("one"))

    answers(circuits.circuit("another"))
    assert not silent(circuits.circuit("one"))
    circuits.forget()
    answers(circuits.circuit("one"))
