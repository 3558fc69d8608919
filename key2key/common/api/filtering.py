"""What may be asked of a list: nothing is ignored silently."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.request import Request

from key2key.common.api.pagination import OWN_PARAMETERS
from key2key.common.errors import Fault, InvalidInput


class FilterBackend(DjangoFilterBackend):  # type: ignore[misc]  # the package has no types
    """django-filter that refuses unknown parameters with 400 `unknown_parameter`."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """The rows that fit."""
        filterset_class = self.get_filterset_class(view, queryset)
        known = set(filterset_class.base_filters) if filterset_class else set()
        refuse_unknown(request, known=known)
        refuse_empty(request, known=known)
        return super().filter_queryset(request, queryset, view)  # type: ignore[no-any-return]


def refuse_empty(request: Request, *, known: set[str]) -> None:
    """Raises InvalidInput naming every filter without a value: django-filter would pass it over."""
    empty = [name for name in sorted(known) if request.query_params.get(name) == ""]
    if empty:
        raise InvalidInput(faults=[Fault(f"/{name}", "blank", _("This may not be empty.")) for name in empty])


def refuse_unknown(request: Request, *, known: set[str]) -> None:
    """Raises InvalidInput naming every parameter that nobody reads."""
    unknown = set(request.query_params) - known - OWN_PARAMETERS
    if unknown:
        raise InvalidInput(
            faults=[
                Fault(f"/{name}", "unknown_parameter", _("There is no such parameter."))
                for name in sorted(unknown)
            ]
        )
