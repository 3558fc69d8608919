"""The Ethiopian calendar: twelve months of thirty days, a short thirteenth, seven or eight years behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

_FIRST_DAY = 2431  # 29 August of the year 8 in the calendar of `date`, as `date.toordinal` counts it
_FOUR_YEARS, _YEAR, _MONTH = 1461, 365, 30
_MONTHS = {
    "en": (
        "Meskerem", "Tikimt", "Hidar", "Tahsas", "Tir", "Yekatit", "Megabit", "Miyazya", "Ginbot", "Sene",
        "Hamle", "Nehase", "Pagumen",
    ),
    "am": (
        "መስከረም", "ጥቅምት", "ኅዳር", "ታኅሣሥ", "ጥር", "የካቲት", "መጋቢት", "ሚያዝያ", "ግንቦት", "ሰኔ", "ሐምሌ", "ነሐሴ", "ጳጉሜን",
    ),
}  # fmt: skip
_ERA = {"en": "E.C.", "am": "ዓ.ም."}


@dataclass(frozen=True, order=True)
class EthiopianDate:
    """A day; months and days count from 1, and the thirteenth month has five days, in a leap year six."""

    year: int
    month: int
    day: int

    def spoken(self, language: str) -> str:
        """As it is written in the language ("en" or "am"), the era after it."""
        tongue = language if language in _MONTHS else "en"
        return f"{self.day} {_MONTHS[tongue][self.month - 1]} {self.year} {_ERA[tongue]}"


def ethiopian(day: date) -> EthiopianDate:
    """The same day in the Ethiopian calendar, for days of its own era."""
    rounds, left = divmod(day.toordinal() - _FIRST_DAY, _FOUR_YEARS)
    is_sixth_day = left // (_FOUR_YEARS - 1)
    of_year = left % _YEAR + _YEAR * is_sixth_day
    return EthiopianDate(
        year=4 * rounds + left // _YEAR - is_sixth_day,
        month=of_year // _MONTH + 1,
        day=of_year % _MONTH + 1,
    )
