"""The JSON shapes of attributes, for the OpenAPI schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from key2key.common.currency import Currency
from listings.attributes.definition import AttributeType, Definition

Shape = dict[str, Any]


def shape(definition: Definition) -> Shape:
    """The JSON schema of one attribute's value; null takes it away."""
    found = _SHAPES[definition.type](definition)
    return {"description": _description(definition), "anyOf": [found, {"type": "null"}]}


def _description(definition: Definition) -> str:
    return f"{definition.label} ({definition.unit})." if definition.unit else f"{definition.label}."


def _slug(definition: Definition) -> Shape:
    return {"type": "string", "enum": list(definition.choices.values) if definition.choices else []}


def _number(definition: Definition) -> Shape:
    if definition.decimals:
        return _decimal(definition.decimals)
    limits = {"minimum": definition.minimum, "maximum": definition.maximum}
    return {"type": "integer", **{name: int(limit) for name, limit in limits.items() if limit is not None}}


def _money(definition: Definition) -> Shape:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["amount", "currency"],
        "properties": {
            "amount": _decimal(definition.decimals),
            "currency": {"type": "string", "enum": list(Currency.values)},
        },
    }


def _text(definition: Definition) -> Shape:
    pattern = {"pattern": f"^{definition.pattern}$"} if definition.pattern else {}
    return {"type": "string", "minLength": 1, "maxLength": definition.max_length, **pattern}


def _decimal(decimals: int) -> Shape:
    return {"type": "string", "pattern": rf"^\d{{1,12}}(\.\d{{1,{decimals}}})?$"}


_SHAPES: dict[AttributeType, Callable[[Definition], Shape]] = {
    AttributeType.DROPDOWN: _slug,
    AttributeType.MULTISELECT: lambda definition: {
        "type": "array",
        "uniqueItems": True,
        "items": _slug(definition),
    },
    AttributeType.NUMBER: _number,
    AttributeType.MONEY: _money,
    AttributeType.BOOLEAN: lambda _definition: {"type": "boolean"},
    AttributeType.DATE: lambda _definition: {"type": "string", "format": "date"},
    AttributeType.YEAR_MONTH: lambda _definition: {"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$"},
    AttributeType.TEXT: _text,
    AttributeType.REFERENCE: lambda _definition: {"type": "string", "maxLength": 80},
}
