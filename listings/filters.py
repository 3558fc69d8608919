"""What may be asked of lists that are not searches."""

from __future__ import annotations

from typing import ClassVar

from django_filters import ChoiceFilter, FilterSet, UUIDFilter

from listings.enums import Kind, Status
from listings.models import Listing


class OwnListingFilter(FilterSet):  # type: ignore[misc]  # the package has no types
    """One's own listings by status, kind, and the organisation that offers them."""

    status = ChoiceFilter(choices=Status.choices)
    kind = ChoiceFilter(choices=Kind.choices)
    organisation = UUIDFilter(field_name="organisation_id")

    class Meta:
        model = Listing
        fields: ClassVar[list[str]] = ["status", "kind", "organisation"]
