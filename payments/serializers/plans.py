"""What is on sale, and what somebody has bought, from outside."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from key2key.common.api.fields import AmountField
from key2key.common.api.serializers import StrictModelSerializer
from key2key.common.currency import Currency
from listings.enums import Kind
from payments.models import Plan, PlanPrice, Subscription


class PriceSerializer(serializers.Serializer):
    """So much, in a currency."""

    amount = AmountField()
    currency = serializers.ChoiceField(choices=Currency.choices)


class PlanPriceSerializer(StrictModelSerializer):
    """What a plan costs, in one of the currencies in which it can be paid."""

    class Meta:
        model = PlanPrice
        fields: ClassVar[list[str]] = ["amount", "currency"]
        read_only_fields = fields


class PlanNameSerializer(StrictModelSerializer):
    """Which plan, named in the caller's language."""

    name = serializers.CharField(read_only=True)

    class Meta:
        model = Plan
        fields: ClassVar[list[str]] = ["id", "code", "name"]
        read_only_fields = fields


class PlanSerializer(PlanNameSerializer):
    """A plan that can be bought: so many places and photos, for so many days."""

    prices = PlanPriceSerializer(many=True, read_only=True)

    class Meta(PlanNameSerializer.Meta):
        fields: ClassVar[list[str]] = [
            *PlanNameSerializer.Meta.fields, "live_quota", "photo_quota", "period_days", "prices"
        ]  # fmt: skip
        read_only_fields = fields


class FreePlacesSerializer(serializers.Serializer):
    """Listings that everybody may have on the market without a plan, and photos for each."""

    private = serializers.IntegerField()
    broker = serializers.IntegerField()
    agency = serializers.IntegerField()
    photos = serializers.IntegerField()


class BoostPriceSerializer(PriceSerializer):
    """A boost for so many days."""

    days = serializers.IntegerField()


class ListingFeeSerializer(PriceSerializer):
    """What an approved listing of the kind pays before it comes on the market; free kinds are not there."""

    kind = serializers.ChoiceField(choices=Kind.choices)


class PriceListSerializer(serializers.Serializer):
    """All that is on sale in the market."""

    results = PlanSerializer(many=True, source="plans")
    free = FreePlacesSerializer()
    boosts = BoostPriceSerializer(many=True)
    listing_fees = ListingFeeSerializer(many=True)


class SubscriptionSerializer(StrictModelSerializer):
    """A plan that was bought, as it was on that day; it counts from `starts_at` to `ends_at`."""

    plan = PlanNameSerializer(read_only=True)

    class Meta:
        model = Subscription
        fields: ClassVar[list[str]] = [
            "id", "plan", "live_quota", "photo_quota", "starts_at", "ends_at", "payment"
        ]  # fmt: skip
        read_only_fields = fields


class StandingSerializer(serializers.Serializer):
    """What one may have on the market and has. `plan` is null while it is the free places.

    `ends_at` is the end of that plan, renewals counted; `subscriptions` are those that run or will.
    """

    plan = serializers.SerializerMethodField()
    ends_at = serializers.DateTimeField(allow_null=True)
    live_quota = serializers.IntegerField()
    photo_quota = serializers.IntegerField()
    live_listings = serializers.IntegerField()
    subscriptions = SubscriptionSerializer(many=True)

    @extend_schema_field(PlanNameSerializer(allow_null=True))
    def get_plan(self, standing: Any) -> Any:
        """The greatest that runs."""
        return PlanNameSerializer(standing.plan).data if standing.plan else None
