"""Shapes of viewings and of the times that are offered for them."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from brokers import viewing_steps
from brokers.enums import Side, ViewingMode
from brokers.models import Viewing, ViewingSlot
from brokers.serializers.parts import (
    ListingNameSerializer,
    PartySerializer,
    SeenBySide,
    buyer_of,
    seller_of,
)
from brokers.services import NewTime, Wish
from key2key.common import clock
from key2key.common.api.fields import StrictCharField, StrictChoiceField, StrictUUIDField
from key2key.common.api.serializers import Strict, StrictModelSerializer, StrictSerializer


class NewSlotSerializer(StrictSerializer):
    """A time that the seller's side offers."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    mode = StrictChoiceField(choices=ViewingMode.choices, required=False)


class SlotSerializer(StrictModelSerializer):
    """A time that is offered; the seller's side sees taken ones too."""

    is_taken = serializers.SerializerMethodField()

    class Meta:
        model = ViewingSlot
        fields: ClassVar[list[str]] = ["id", "starts_at", "ends_at", "mode", "is_taken"]
        read_only_fields = fields

    def get_is_taken(self, slot: ViewingSlot) -> bool:
        """Whether somebody has booked it."""
        return getattr(slot, "is_taken", False)


class NewViewingSerializer(StrictSerializer):
    """A wish to look at a listing: at an offered time (`slot`), or at one of one's own (`starts_at`)."""

    listing = StrictUUIDField()
    slot = StrictUUIDField(required=False)
    starts_at = serializers.DateTimeField(required=False)
    mode = StrictChoiceField(choices=ViewingMode.choices, required=False)
    note = StrictCharField(max_length=500, required=False, allow_blank=True)

    def wish(self) -> Wish:
        """The validated wish, as the rule takes it."""
        given = dict(self.validated_data)
        del given["listing"]
        return Wish(slot_id=given.pop("slot", None), **given)


class NewTimeSerializer(StrictSerializer):
    """Another time; without an end it lasts as long as before."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField(required=False)
    reason = StrictCharField(max_length=500, required=False, allow_blank=True)

    def new_time(self) -> NewTime:
        """The validated time, as the rule takes it."""
        return NewTime(**self.validated_data)


class ViewingSerializer(Strict, SeenBySide):
    """One viewing, seen from the caller's side."""

    listing = ListingNameSerializer(read_only=True)
    buyer = serializers.SerializerMethodField()
    seller = serializers.SerializerMethodField()
    your_side = serializers.SerializerMethodField()
    slot = serializers.UUIDField(source="slot_id", read_only=True, allow_null=True)
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = Viewing
        fields: ClassVar[list[str]] = [
            "id", "listing", "buyer", "seller", "your_side", "slot", "starts_at", "ends_at", "mode", "state",
            "proposed_by", "note", "reason", "allowed_actions", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(PartySerializer)
    def get_buyer(self, viewing: Viewing) -> dict[str, Any]:
        """Who comes to look."""
        return buyer_of(viewing)

    @extend_schema_field(PartySerializer)
    def get_seller(self, viewing: Viewing) -> dict[str, Any]:
        """Who shows it."""
        return seller_of(viewing.listing)

    @extend_schema_field(serializers.ChoiceField(choices=Side.choices))
    def get_your_side(self, viewing: Viewing) -> str:
        """On which side the caller stands."""
        return self.side(viewing)

    def get_allowed_actions(self, viewing: Viewing) -> list[str]:
        """What the caller may do with it now."""
        return viewing_steps.allowed_actions(viewing, side=self.side(viewing), at=clock.now())
