"""Serializers that drop nothing silently."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS
from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from key2key.common.api import fields

_UNKNOWN = _("There is no such field.")
_READ_ONLY = _("This field cannot be written.")


class Strict:
    """Refuses unknown fields (`unknown_field`) and read-only ones (`read_only_field`)."""

    def to_internal_value(self, data: Any) -> Any:
        """The validated values; all faults at once."""
        refused = self._refused(data) if isinstance(data, Mapping) else {}
        try:
            values = super().to_internal_value(data)  # type: ignore[misc]
        except serializers.ValidationError as error:
            if refused and isinstance(error.detail, dict):
                raise serializers.ValidationError({**refused, **error.detail}) from error
            raise
        if refused:
            raise serializers.ValidationError(refused)
        return values

    def _refused(self, data: Mapping[str, Any]) -> dict[str, list[serializers.ErrorDetail]]:  # type: ignore[name-defined]
        known: dict[str, serializers.Field[Any, Any, Any, Any]] = self.fields  # type: ignore[attr-defined]
        refused = {}
        for name in data:
            if name == NON_FIELD_ERRORS or name not in known:
                refused[name] = [serializers.ErrorDetail(str(_UNKNOWN), code="unknown_field")]
            elif known[name].read_only:
                refused[name] = [serializers.ErrorDetail(str(_READ_ONLY), code="read_only_field")]
        return refused


class StrictSerializer(Strict, serializers.Serializer[Any]):
    """A shape of its own."""


class NoBodySerializer(StrictSerializer):
    """A step that needs no words."""


class StrictModelSerializer(Strict, serializers.ModelSerializer[Any]):
    """The shape of a row, with strict fields."""

    serializer_field_mapping: ClassVar[dict[type[models.Field], type[serializers.Field]]] = {  # type: ignore[type-arg, misc]
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: fields.StrictCharField,
        models.TextField: fields.StrictCharField,
        models.IntegerField: fields.StrictIntegerField,
        models.PositiveIntegerField: fields.StrictIntegerField,
        models.PositiveSmallIntegerField: fields.StrictIntegerField,
        models.SmallIntegerField: fields.StrictIntegerField,
        models.BooleanField: fields.StrictBooleanField,
        models.FloatField: fields.StrictFloatField,
        models.DecimalField: fields.StrictDecimalField,
        models.UUIDField: fields.StrictUUIDField,
    }
    serializer_choice_field = fields.StrictChoiceField

    def include_extra_kwargs(
        self, kwargs: MutableMapping[str, Any], extra_kwargs: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """Keeps the blank of a choice that is only read: DRF drops it, and the schema would deny it."""
        may_be_blank = "choices" in kwargs and kwargs.get("allow_blank", False)
        included = super().include_extra_kwargs(kwargs, extra_kwargs)
        return {**included, "allow_blank": True} if may_be_blank else included
