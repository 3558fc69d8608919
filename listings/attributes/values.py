"""Reading the values of attributes: each takes a value of its own JSON type only."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from key2key.common.currency import Currency
from key2key.common.errors import Fault
from listings import areas
from listings.attributes.definition import FIRST_YEAR, LAST_YEAR, AttributeType, Definition
from listings.enums import AreaLevel

MOST_DIGITS = 12
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


class Refused(Exception):
    """The value is not one of the definition; `where` is the place inside the value."""

    def __init__(self, code: str, detail: Any, *, where: str = "") -> None:
        super().__init__(code)
        self.fault = Fault(where, code, detail)


def read(definition: Definition, value: Any) -> Any:
    """The value as it is stored: plain JSON. Raises Refused."""
    return _READERS[definition.type](definition, value)


def _dropdown(definition: Definition, value: Any) -> str:
    if not isinstance(value, str) or not definition.choices or value not in definition.choices.values:
        raise Refused("invalid_choice", _("This is none of the choices."))
    return value


def _multiselect(definition: Definition, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise Refused("not_a_list", _("A list is expected."))
    for position, item in enumerate(value):
        try:
            _dropdown(definition, item)
        except Refused as refused:
            raise Refused(refused.fault.code, refused.fault.detail, where=f"/{position}") from refused
    if len(set(value)) != len(value):
        raise Refused("not_unique", _("A choice stands twice."))
    return value


def _number(definition: Definition, value: Any) -> int | str:
    if definition.decimals:
        number = _decimal(value, decimals=definition.decimals)
        _within(definition, number)
        return str(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused("invalid", _("A whole number is expected."))
    _within(definition, Decimal(value))
    return int(value)


def _money(definition: Definition, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise Refused("invalid", _("An object with amount and currency is expected."))
    for name in value:
        if name not in {"amount", "currency"}:
            raise Refused("unknown_field", _("There is no such field."), where=pointer(name))
    for name in ("amount", "currency"):
        if name not in value:
            raise Refused("required", _("This field is required."), where=f"/{name}")
    currency = value["currency"]
    if not isinstance(currency, str) or currency not in Currency.values:
        raise Refused("invalid_choice", _("This is none of the choices."), where="/currency")
    try:
        amount = _decimal(value["amount"], decimals=definition.decimals)
        _within(definition, amount)
    except Refused as refused:
        raise Refused(refused.fault.code, refused.fault.detail, where="/amount") from refused
    return {"amount": f"{amount:.2f}", "currency": currency}


def _boolean(_definition: Definition, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Refused("invalid", _("true or false is expected."))
    return value


def _date(_definition: Definition, value: Any) -> str:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            if FIRST_YEAR <= date.fromisoformat(value).year <= LAST_YEAR:
                return value
        except ValueError as error:
            raise Refused("invalid", _("There is no such day.")) from error
    raise Refused("invalid", _("A date (yyyy-mm-dd) is expected."))


def _year_month(_definition: Definition, value: Any) -> str:
    found = _MONTH.fullmatch(value) if isinstance(value, str) else None
    if found is None or not FIRST_YEAR <= int(found.group(1)) <= LAST_YEAR:
        raise Refused("invalid", _("A month (yyyy-mm) is expected."))
    return str(value)


def _text(definition: Definition, value: Any) -> str:
    if not isinstance(value, str):
        raise Refused("invalid", _("A text is expected."))
    text = value.strip()
    if not text:
        raise Refused("blank", _("The text is empty."))
    if len(text) > definition.max_length:
        raise Refused("max_length", _("At most %(most)d characters.") % {"most": definition.max_length})
    if definition.pattern and not re.fullmatch(definition.pattern, text):
        raise Refused("invalid", _("The text has characters that do not belong there."))
    return text


def _reference(definition: Definition, value: Any) -> str:
    if not isinstance(value, str) or not _TARGETS[definition.target](value):
        raise Refused("unknown_reference", _("The reference data has no such entry."))
    return value


def _is_region(slug: str) -> bool:
    found = areas.find(slug)
    return found is not None and found.level in {AreaLevel.REGION, AreaLevel.CITY_ADMINISTRATION}


def _decimal(value: Any, *, decimals: int) -> Decimal:
    form = rf"-?\d{{1,{MOST_DIGITS}}}(\.\d{{1,{decimals}}})?"
    if not isinstance(value, str) or not re.fullmatch(form, value, re.ASCII):
        raise Refused(
            "invalid", _("A decimal number as a string, with at most %(most)d places.") % {"most": decimals}
        )
    return Decimal(value)


def _within(definition: Definition, number: Decimal) -> None:
    if definition.minimum is not None and number < definition.minimum:
        raise Refused("min_value", _("At least %(least)s.") % {"least": definition.minimum})
    if definition.maximum is not None and number > definition.maximum:
        raise Refused("max_value", _("At most %(most)s.") % {"most": definition.maximum})


def pointer(name: str) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return "/" + name.replace("~", "~0").replace("/", "~1")


_TARGETS: dict[str, Callable[[str], bool]] = {"region": _is_region}

_READERS: dict[AttributeType, Callable[[Definition, Any], Any]] = {
    AttributeType.DROPDOWN: _dropdown,
    AttributeType.MULTISELECT: _multiselect,
    AttributeType.NUMBER: _number,
    AttributeType.MONEY: _money,
    AttributeType.BOOLEAN: _boolean,
    AttributeType.DATE: _date,
    AttributeType.YEAR_MONTH: _year_month,
    AttributeType.TEXT: _text,
    AttributeType.REFERENCE: _reference,
}
