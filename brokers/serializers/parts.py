"""Shapes that offers and deals share."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from brokers.enums import Side
from brokers.selectors import side_of
from key2key.common.api.fields import StrictCharField
from key2key.common.api.serializers import StrictModelSerializer, StrictSerializer
from listings.models import Listing


class ListingNameSerializer(StrictModelSerializer):
    """Which listing it is about."""

    class Meta:
        model = Listing
        fields: ClassVar[list[str]] = ["id", "title", "kind", "purpose", "status"]
        read_only_fields = fields


class PartySerializer(StrictSerializer):
    """Who stands on a side: the person, or the organisation for which its people act."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    type = serializers.ChoiceField(choices=["user", "organisation"])


class DealReasonSerializer(StrictSerializer):
    """A step that wants a reason."""

    reason = StrictCharField(max_length=1000)


class MaybeReasonSerializer(StrictSerializer):
    """A step that may have a reason."""

    reason = StrictCharField(max_length=500, required=False, allow_blank=True)


class SeenBySide(serializers.ModelSerializer[Any]):
    """A row that each side sees from its own."""

    def side(self, row: Any) -> Side:
        """The side of the caller."""
        return side_of(row, self.context["request"].user)


def buyer_of(row: Any) -> dict[str, Any]:
    """The buyer, by name."""
    return {"id": row.buyer_id, "name": row.buyer.full_name, "type": "user"}


def seller_of(listing: Listing) -> dict[str, Any]:
    """The seller's side, by the name under which the listing is sold."""
    is_agency = listing.organisation_id is not None
    return {
        "id": listing.organisation_id or listing.owner_id,
        "name": listing.seller.name,
        "type": "organisation" if is_agency else "user",
    }
