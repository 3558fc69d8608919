"""Fields that take a value of their own JSON type only: no "7" for 7, no "yes" for true."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from phonenumber_field.serializerfields import PhoneNumberField
from rest_framework import serializers


class StrictCharField(serializers.CharField):
    """A JSON string; surrounding white space is cut."""

    def to_internal_value(self, data: Any) -> str:
        """The text."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)  # type: ignore[no-any-return]


class StrictIntegerField(serializers.IntegerField):
    """A JSON integer (2.0 is not one)."""

    def to_internal_value(self, data: Any) -> int:
        """The number."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)  # type: ignore[no-any-return]


class StrictBooleanField(serializers.BooleanField):
    """`true` or `false`; null where `allow_null`."""

    NULL_VALUES = {None}  # noqa: RUF012 - DRF's own name and type

    def to_internal_value(self, data: Any) -> bool:
        """The truth value."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class StrictFloatField(serializers.FloatField):
    """A JSON number, finite."""

    def to_internal_value(self, data: Any) -> float:
        """The number."""
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)  # type: ignore[no-any-return]


# Decimal itself reads exponents and the digits of all scripts, too, which the contract does not promise.
_PLAIN = re.compile(r"-?[0-9]*\.?[0-9]*")


class StrictDecimalField(serializers.DecimalField):
    """A decimal as a JSON string, in plain digits: a JSON number would have been through a float."""

    def to_internal_value(self, data: Any) -> Decimal:
        """The exact number."""
        if not isinstance(data, str) or not _PLAIN.fullmatch(data):
            self.fail("invalid")
        return super().to_internal_value(data)  # type: ignore[no-any-return]


class AmountField(StrictDecimalField):
    """An amount of money, zero or more, two decimals. Its currency is a field beside it."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("min_value", Decimal(0))
        super().__init__(max_digits=14, decimal_places=2, **options)


class StrictChoiceField(serializers.ChoiceField):
    """One of the slugs, as a string."""

    def to_internal_value(self, data: Any) -> Any:
        """The slug."""
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)


class StrictUUIDField(serializers.UUIDField):
    """A UUID in its usual form with hyphens."""

    default_error_messages = {"invalid": _("Must be a valid UUID.")}  # noqa: RUF012 - DRF's own name

    def to_internal_value(self, data: Any) -> Any:
        """The id."""
        if not isinstance(data, str) or len(data) != 36:  # noqa: PLR2004 - 32 digits and 4 hyphens
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "examples": ["+251911234567"]})
class PhoneField(PhoneNumberField):  # type: ignore[misc]  # the package has no types
    """A phone, answered in E.164; national forms of the default region are understood."""

    def to_internal_value(self, data: Any) -> Any:
        """The number in E.164, or "" where blank is allowed."""
        if not isinstance(data, str):
            self.fail("invalid")
        number = super().to_internal_value(data)
        return number.as_e164 if number else ""
