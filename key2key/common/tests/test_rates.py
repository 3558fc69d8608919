from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from key2key.common import metrics, rates
from key2key.common.ids import uuid7


@pytest.fixture
def policies(settings):
    settings.RATE_LIMITS = {"ten": "10/minute", "guarded": "3/minute"}
    settings.GUARDED_RATE_LIMITS = {"guarded"}
    rates._item.cache_clear()
    yield
    rates._item.cache_clear()


@pytest.mark.usefixtures("policies")
def test_two_hundred_at_once_and_exactly_ten_pass():
    subject = str(uuid7())
    with ThreadPoolExecutor(50) as pool:
        allowances = list(pool.map(lambda _: rates.hit("ten", subject), range(200)))
    assert sum(allowance.allowed for allowance in allowances) == 10


@pytest.mark.usefixtures("policies")
def test_the_allowance_says_what_is_left_and_until_when():
    subject = str(uuid7())
    first = rates.hit("ten", subject)
    assert (first.quota, first.window_seconds, first.remaining) == (10, 60, 9)
    assert 0 < first.reset_seconds <= 60
    assert rates.peek("ten", subject).remaining == 9, "a look does not count"
    rates.forgive("ten", subject)
    assert rates.peek("ten", subject).remaining == 10


@pytest.mark.usefixtures("policies")
def test_one_subject_does_not_use_up_another():
    busy, other = str(uuid7()), str(uuid7())
    for _ in range(11):
        rates.hit("ten", busy)
    assert not rates.hit("ten", busy).allowed
    assert rates.hit("ten", other).allowed


@pytest.mark.usefixtures("policies")
def test_with_redis_away_reads_pass_and_are_counted(redis_away):
    before = metrics.limiter_open._value.get()
    assert rates.hit("ten", "x").allowed
    assert metrics.limiter_open._value.get() == before + 1


@pytest.mark.usefixtures("policies")
def test_with_redis_away_sign_in_is_still_limited(redis_away):
    subject = str(uuid7())
    assert [rates.hit("guarded", subject).allowed for _ in range(5)] == [True, True, True, False, False]
    rates.forgive("guarded", subject)
    assert rates.hit("guarded", subject).allowed
