from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from key2key.common import clock
from key2key.common.ids import uuid7


def test_ids_are_uuid_version_7_and_carry_their_time():
    made = uuid7()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    milliseconds = made.int >> 80
    assert abs(datetime.fromtimestamp(milliseconds / 1000, UTC) - datetime.now(UTC)) < timedelta(seconds=5)


def test_ids_of_one_process_rise_and_never_repeat():
    made = [uuid7() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_made_beside_each_other_are_all_different():
    with ThreadPoolExecutor(8) as pool:
        batches = pool.map(lambda _: [uuid7() for _ in range(2_000)], range(8))
    made = [one for batch in batches for one in batch]
    assert len(set(made)) == 16_000


def test_an_advanced_clock_is_ahead_only_inside():
    before = clock.now()
    with clock.advanced(timedelta(days=3)):
        assert clock.now() - before > timedelta(days=2, hours=23)
    assert clock.now() - before < timedelta(minutes=1)


def test_a_day_is_a_day_of_the_market(settings):
    settings.MARKET_TIME_ZONE = "Pacific/Kiritimati"  # UTC+14: there it is tomorrow first
    far_east = clock.today()
    settings.MARKET_TIME_ZONE = "Etc/GMT+12"
    assert far_east > clock.today()
