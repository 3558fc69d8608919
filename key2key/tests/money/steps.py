"""The steps that a process takes towards the outside, counted, and its death at one of them (trust.md RL-04).

The product has no hook for this: the steps are seen from below (statements and commits at the database's
driver, calls at the one line to gateways) and from above (the answer at the server).
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from payments import gateways

PATH = "/api/v1/payments"
ASIDE = {"constance_constance"}  # written when a setting is first read
_WRITE = re.compile(
    r'(?:^|;)\s*(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"'
)  # pghistory writes its own before


class Steps:
    """One process's. `die_at` names a step, such as "after commit of payments_payment"; "*" prints all."""

    def __init__(self, die_at: str) -> None:
        self.die_at, self.taken, self.is_counting = die_at, Counter[str](), False
        self._written: list[str] = []

    def around(self, application: Callable[..., Any]) -> Callable[..., Any]:
        """The application, whose steps count from the first request that makes a payment."""
        if not self.die_at:
            return application

        async def counted(scope: Any, receive: Any, send: Any) -> None:
            if scope.get("path") != PATH or scope.get("method") != "POST":
                await application(scope, receive, send)
                return

            async def tell(message: Any) -> None:
                if message["type"] == "http.response.start":
                    self.take("before the answer")
                await send(message)

            self.begin()
            await application(scope, receive, tell)

        return counted

    def begin(self) -> None:
        """Count from here on."""
        if not self.die_at or self.is_counting:
            return
        self.is_counting = True
        connection_created.connect(self._watch, weak=False)
        if connection.connection is not None:
            self._watch(connection=connection)
        commit, steps = BaseDatabaseWrapper._commit, self

        def counted(wrapper: Any) -> Any:
            written, steps._written = steps._written, []
            if written:
                steps.take(f"before commit of {written[0]}")
            commit(wrapper)
            if written:
                steps.take(f"after commit of {written[0]}")

        BaseDatabaseWrapper._commit = counted  # type: ignore[method-assign]
        gateways._transport = _Line(self)

    def take(self, step: str) -> None:
        """Note a step, or die at it. The second of a name is called "... 2"."""
        if not self.is_counting:
            return
        self.taken[step] += 1
        name = step if self.taken[step] == 1 else f"{step} {self.taken[step]}"
        if self.die_at == "*":
            print(json.dumps(name), file=sys.stderr, flush=True)
        if name == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def _watch(self, *, connection: Any, **_other: Any) -> None:
        if self._statement not in connection.execute_wrappers:
            connection.execute_wrappers.append(self._statement)

    def _statement(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        found = _WRITE.search(str(sql))
        if found is None:
            return execute(sql, params, many, context)
        if context["connection"].in_atomic_block:
            self._written += [found[1]] if found[1] not in ASIDE else []
            return execute(sql, params, many, context)
        self.take(f"before writing {found[1]}")
        answer = execute(sql, params, many, context)
        self.take(f"after writing {found[1]}")
        return answer


class _Line(httpx.BaseTransport):
    """The network, with a step at both ends of each call."""

    def __init__(self, steps: Steps) -> None:
        self._steps, self._line = steps, httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._steps.take("before asking")
        answer = self._line.handle_request(request)
        answer.read()
        self._steps.take("after asking")
        return answer
