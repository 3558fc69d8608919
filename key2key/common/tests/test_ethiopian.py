"""The Ethiopian calendar, against days that everybody there knows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from key2key.common.ethiopian import EthiopianDate, ethiopian


@pytest.mark.parametrize(
    ("day", "same"),
    [
        (date(2007, 9, 12), (2000, 1, 1)),  # the Ethiopian millennium
        (date(2023, 9, 11), (2015, 13, 6)),  # the sixth day of Pagumen, in a leap year
        (date(2023, 9, 12), (2016, 1, 1)),
        (date(2024, 9, 11), (2017, 1, 1)),
        (date(1896, 3, 1), (1888, 6, 23)),  # Adwa
        (date(2024, 1, 7), (2016, 4, 28)),  # Genna
    ],
)
def test_days_that_everybody_knows_are_right(day: date, same: tuple[int, int, int]) -> None:
    assert ethiopian(day) == EthiopianDate(*same)


def test_each_day_follows_the_one_before_and_months_have_thirty_days() -> None:
    day = date(1990, 1, 1)
    for _ in range(20_000):
        before, day = ethiopian(day), day + timedelta(days=1)
        after = ethiopian(day)
        assert after > before
        assert after.day in {before.day + 1, 1}
        assert (after.day == 1) == (
            before.day == (30 if before.month < 13 else 6 if before.year % 4 == 3 else 5)
        )


def test_it_is_written_in_both_languages() -> None:
    assert ethiopian(date(2026, 11, 22)).spoken("en") == "13 Hidar 2019 E.C."
    assert ethiopian(date(2026, 11, 22)).spoken("am") == "13 ኅዳር 2019 ዓ.ም."
    assert ethiopian(date(2026, 11, 22)).spoken("om") == "13 Hidar 2019 E.C."
