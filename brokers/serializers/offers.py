"""Shapes of offers."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from brokers import offer_steps
from brokers.enums import Refundable, Side
from brokers.models import Deal, Offer
from brokers.serializers.parts import (
    ListingNameSerializer,
    PartySerializer,
    SeenBySide,
    buyer_of,
    seller_of,
)
from brokers.services import OfferTerms
from key2key.common import clock
from key2key.common.api.fields import (
    AmountField,
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
    StrictUUIDField,
)
from key2key.common.api.serializers import Strict, StrictSerializer
from key2key.common.money import Currency


class TermsSerializer(StrictSerializer):
    """What a side offers."""

    amount = AmountField()
    currency = StrictChoiceField(choices=Currency.choices)
    deposit_amount = AmountField(required=False)
    refundable = StrictChoiceField(choices=Refundable.choices, required=False)
    refundable_percent = StrictIntegerField(min_value=1, max_value=99, required=False)
    message = StrictCharField(max_length=2000, required=False, allow_blank=True)
    expires_at = serializers.DateTimeField(required=False)

    def terms(self) -> OfferTerms:
        """The validated terms, as the rules take them."""
        values: dict[str, Any] = {
            name: value for name, value in self.validated_data.items() if name != "listing"
        }
        return OfferTerms(**values)


class NewOfferSerializer(TermsSerializer):
    """An offer for a listing."""

    listing = StrictUUIDField()


class OfferSerializer(Strict, SeenBySide):
    """One offer, seen from the caller's side."""

    listing = ListingNameSerializer(read_only=True)
    buyer = serializers.SerializerMethodField()
    seller = serializers.SerializerMethodField()
    your_side = serializers.SerializerMethodField()
    answers = serializers.UUIDField(source="answers_id", read_only=True, allow_null=True)
    deal = serializers.SerializerMethodField()
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = Offer
        fields: ClassVar[list[str]] = [
            "id", "listing", "buyer", "seller", "your_side", "made_by", "amount", "currency",
            "deposit_amount", "refundable", "refundable_percent", "message", "state", "reason", "answers",
            "deal", "allowed_actions", "expires_at", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(PartySerializer)
    def get_buyer(self, offer: Offer) -> dict[str, Any]:
        """Who would buy."""
        return buyer_of(offer)

    @extend_schema_field(PartySerializer)
    def get_seller(self, offer: Offer) -> dict[str, Any]:
        """Who would sell."""
        return seller_of(offer.listing)

    @extend_schema_field(serializers.ChoiceField(choices=Side.choices))
    def get_your_side(self, offer: Offer) -> str:
        """On which side the caller stands."""
        return self.side(offer)

    def get_deal(self, offer: Offer) -> UUID | None:
        """The deal that began when it was accepted."""
        deal: Deal | None = getattr(offer, "deal", None)
        return deal.pk if deal else None

    def get_allowed_actions(self, offer: Offer) -> list[str]:
        """What the caller may do with it now."""
        return offer_steps.allowed_actions(offer, side=self.side(offer), at=clock.now())
