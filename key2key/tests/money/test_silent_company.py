"""A company says nothing for half a minute: everybody else is served as before (RL-21)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from django.db import connection

from key2key.tests.money.callers import Caller, caller, code_of
from key2key.tests.money.companies import Companies
from key2key.tests.money.processes import Hatchery
from key2key.tests.money.shopping import boost_asked
from listings.tests.factories import ListingFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.alone,
    pytest.mark.timeout(180),
]
# More than a server process has connections. The gateway's time is up after eight seconds.
PAYERS, SILENCE, WATCHED, FOUND_OUT = 20, 30.0, 7.0, 10.0
LONG_TRANSACTIONS = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND xact_start < clock_timestamp() - interval '1 second'
"""
AWAY = (503, "gateway_unavailable")


@contextmanager
def silent(company: Any) -> Iterator[None]:
    """Telebirr takes every call and answers none of them in time."""
    company.slow_seconds = SILENCE
    company.misbehave(*["slow"] * 200)
    try:
        yield
    finally:
        company._faults.clear()
        company.slow_seconds = 0.1


def look(visitor: httpx.Client) -> float:
    """How long somebody who only looks around waits, in milliseconds."""
    began = time.monotonic()
    answer = visitor.get("/api/v1/listings")
    assert answer.status_code == 200, "a visitor is not served"
    return 1000 * (time.monotonic() - began)


def long_transactions() -> int:
    with connection.cursor() as cursor:
        cursor.execute(LONG_TRANSACTIONS)
        return int(cursor.fetchone()[0])


def test_twenty_payers_of_a_silent_company_take_nothing_from_others(
    companies: Companies, processes: Hatchery
) -> None:
    listing, server = ListingFactory(), processes.serve()
    payer = caller(listing.owner, asked=boost_asked(listing.pk, gateway="telebirr"))
    other = Caller(payer.token, {**payer.wish, "gateway": "chapa"})
    assert payer.ask(server.base, key="before").status_code == 201
    with httpx.Client(base_url=server.base, trust_env=False, timeout=30) as visitor:
        before = sorted(look(visitor) for _look in range(100))
        with silent(companies.named("telebirr").standin), ThreadPoolExecutor(PAYERS) as pool:
            began = time.monotonic()
            asked = [pool.submit(payer.ask, server.base, key=f"payer {number}") for number in range(PAYERS)]
            during, open_ones = [], 0
            while time.monotonic() - began < WATCHED:
                during.append(look(visitor))
                open_ones += long_transactions()
            assert not any(one.done() for one in asked), "the control: they do wait"
            assert other.ask(server.base, key="other").status_code == 201, "who pays elsewhere is served, too"
            answers = [one.result() for one in asked]
            waited = time.monotonic() - began
            again = payer.ask(server.base, key="later")
            asked_again = time.monotonic() - began - waited
    server.kill()
    during.sort()
    medians = f"{before[50]:.0f} before, {during[len(during) // 2]:.0f} during"
    print(f"\nmilliseconds within which half of the visitors were served: {medians}")
    assert during[len(during) // 2] < 3 * before[50] + 20
    assert open_ones == 0, "no transaction is open while a company is asked"
    assert Counter((one.status_code, code_of(one)) for one in answers) == {AWAY: PAYERS}
    assert waited < FOUND_OUT
    assert ((again.status_code, code_of(again)), asked_again < 1) == (AWAY, True), (
        "then nobody asks it any more"
    )
