"""A storm of notifications: many, at once, in any order, some forged, while workers are killed (RL-01)."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle, islice
from random import Random
from urllib.parse import urlsplit

from django.utils import timezone

from key2key.common import background
from key2key.common.models import Work
from key2key.tests.money.companies import Companies, Sent
from key2key.tests.money.forging import FORGERIES
from key2key.tests.money.processes import Hatchery
from payments.models import Payment

EACH, FORGED, REPLAYED = 5, 0.02, 0.02
AT_ONCE, KILLS, WORKERS = 20, 20, 2
WAITING = (Work.WorkState.QUEUED, Work.WorkState.RUNNING)


@dataclass(frozen=True)
class Delivery:
    """One notification on its way; `kind` is "true", "forged" or "replayed"."""

    path: str
    sent: Sent
    kind: str = "true"


@dataclass
class Heard:
    """What we answered, and after how long."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, *, status: int, seconds: float) -> None:
        with self.lock:
            self.answers[kind, status] += 1
            self.seconds.append(seconds)

    def quantile(self, share: float) -> float:
        """In milliseconds."""
        return 1000 * sorted(self.seconds)[int(share * (len(self.seconds) - 1))]


def clouds(payments: Sequence[Payment], *, companies: Companies, dice: Random) -> list[Delivery]:
    """Each paid order told five times, some forged, some repeated, all shuffled."""
    true = [
        Delivery(companies.of(payment).path, sent)
        for payment in payments
        for sent in islice(cycle(companies.of(payment).news_of(payment)), EACH)
    ]
    odd = dice.sample(true, k=round(len(true) * (FORGED + REPLAYED)))
    forged = [_forged(one, dice=dice) for one in odd[: len(odd) // 2]]
    replayed = [Delivery(one.path, one.sent, "replayed") for one in odd[len(odd) // 2 :]]
    told = [*true, *forged, *replayed]
    dice.shuffle(told)
    return told


def _forged(true: Delivery, *, dice: Random) -> Delivery:
    company = true.path.rpartition("/")[2]
    return Delivery(true.path, dice.choice(list(FORGERIES[company].values()))(true.sent), "forged")


class Storm:
    """Deliveries to one web server, while workers work and die."""

    def __init__(self, processes: Hatchery) -> None:
        self._processes, self.heard, self.killed = processes, Heard(), 0
        self._web = processes.serve()
        self._workers = [processes.work() for _number in range(WORKERS)]

    def deliver(self, told: Sequence[Delivery]) -> None:
        """Twenty at once; a worker is killed after each twentieth part of it."""
        parts = [told[number::AT_ONCE] for number in range(AT_ONCE)]
        over = threading.Event()
        reaper = threading.Thread(target=self._reap, args=[len(told), over])
        reaper.start()
        try:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(self._send, parts))
        finally:
            over.set()
            reaper.join()

    def calm_down(self, *, seconds: float) -> None:
        """The last workers die too; once their leases are over others do what is left."""
        for worker in self._workers:
            worker.kill()
        for kind in background.kinds():
            kind.model._default_manager.filter(work_state__in=WAITING).update(due_at=timezone.now())
        self._workers = [self._processes.work() for _number in range(WORKERS)]
        deadline = time.monotonic() + seconds
        while any(_waits(kind.model) for kind in background.kinds()):
            assert time.monotonic() < deadline, "the work does not end"
            time.sleep(0.1)

    def end(self) -> None:
        """Nobody works any more."""
        for living in [self._web, *self._workers]:
            living.kill()

    def _reap(self, all_told: int, over: threading.Event) -> None:
        while self.killed < KILLS and not over.wait(0.01):
            if len(self.heard.seconds) >= all_told * (self.killed + 0.5) / KILLS:
                number = self.killed % WORKERS
                self._workers[number].kill()
                self.killed += 1
                self._workers[number] = self._processes.work()

    def _send(self, part: Sequence[Delivery]) -> None:
        place = urlsplit(self._web.base)
        line = http.client.HTTPConnection(str(place.hostname), place.port, timeout=30)
        for told in part:
            headers, body = told.sent
            began = time.monotonic()
            line.request("POST", told.path, body, headers)
            answer = line.getresponse()
            answer.read()
            self.heard.note(told.kind, status=answer.status, seconds=time.monotonic() - began)
        line.close()


def _waits(model: type[Work]) -> bool:
    return model._default_manager.filter(work_state__in=WAITING).exists()
