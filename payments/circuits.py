"""One circuit per payment company and process: who is silent is not asked by everybody (trust.md, RL-21).

Own code: pybreaker 1.4 holds its lock while it calls, so callers of a silent company would queue up.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from key2key.common.errors import DomainError, Unavailable

log = structlog.get_logger(__name__)

FAILURES = 3  # in a row, however quick
PATIENCE_SECONDS = 5.0  # one failure is enough when nobody got an answer for so long
OPEN_SECONDS = 15.0


class CircuitOpen(Unavailable):
    """The company was silent a moment ago; it was not asked now."""

    def __init__(self, *, retry_after: int) -> None:
        super().__init__("gateway_unavailable", retry_after=retry_after)


class Circuit:
    """Closed: all may call. Open: nobody. Half open, once that time is over: one, whose end decides.

    A call that began before the circuit last changed says nothing of it any more. Safe for many threads,
    and no thread waits for another's call.
    """

    def __init__(self, name: str) -> None:
        self._name, self._lock = name, threading.Lock()
        self._era = self._failures = 0
        self._answered_at = -math.inf
        self._opens_until: float | None = None
        self._is_probed = False

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Let the call inside through. Raises CircuitOpen; Unavailable from inside counts as a failure.

        Any other answer, a refusal too, shows that the company is there; a fault of ours shows nothing.
        """
        era, began = self._enter(), time.monotonic()
        try:
            yield
        except Unavailable:
            self._fail(era, began=began)
            raise
        except DomainError:
            self._answer(era)
            raise
        except BaseException:  # a fault of ours, or this process must stop: it says nothing of the company
            self._let_go(era)
            raise
        self._answer(era)

    def _enter(self) -> int:
        with self._lock:
            if self._opens_until is None:
                return self._era
            rest = self._opens_until - time.monotonic()
            if rest > 0 or self._is_probed:
                raise CircuitOpen(retry_after=max(1, math.ceil(rest)))
            self._is_probed = True
            return self._era

    def _fail(self, era: int, *, began: float) -> None:
        with self._lock:
            if era != self._era:
                return
            self._failures += 1
            silent_for = time.monotonic() - max(began, self._answered_at)
            if self._is_probed or self._failures >= FAILURES or silent_for >= PATIENCE_SECONDS:
                self._change(opens_until=time.monotonic() + OPEN_SECONDS)
                log.error("gateway_circuit_open", gateway=self._name)

    def _answer(self, era: int) -> None:
        with self._lock:
            if era != self._era:
                return
            self._failures, self._answered_at = 0, time.monotonic()
            if self._is_probed:
                self._change(opens_until=None)
                log.info("gateway_circuit_closed", gateway=self._name)

    def _let_go(self, era: int) -> None:
        with self._lock:
            if era == self._era:
                self._is_probed = False

    def _change(self, *, opens_until: float | None) -> None:
        self._era += 1
        self._failures, self._is_probed, self._opens_until = 0, False, opens_until


_circuits: dict[str, Circuit] = {}


def circuit(gateway: str) -> Circuit:
    """The circuit of a gateway in this process; of two threads that ask first, both get the same."""
    return _circuits.setdefault(gateway, Circuit(gateway))


def forget() -> None:
    """Close all circuits, as in a process that has just begun. For tests."""
    _circuits.clear()
