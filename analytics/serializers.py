"""Shapes of analytics."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from analytics.enums import FUNNEL, UNIQUE_VIEWERS, ClientKind
from brokers.enums import LeadStage
from key2key.common import clock
from key2key.common.api.fields import StrictChoiceField, StrictUUIDField
from key2key.common.api.serializers import StrictSerializer

MOST_EVENTS, MOST_DAYS = 50, 366
USUAL_DAYS = 30


class ClientEventSerializer(StrictSerializer):
    """One thing that a client saw. `id` is made once by the client: sent again, it counts once."""

    id = StrictUUIDField()
    kind = StrictChoiceField(choices=ClientKind.choices)
    listing = StrictUUIDField()
    at = serializers.DateTimeField(required=False, help_text="When it was, if not now; within 24 hours.")


class ClientEventsSerializer(StrictSerializer):
    """A batch. `viewer` is a random id that the client keeps: it tells anonymous people apart."""

    viewer = StrictUUIDField(required=False)
    events = serializers.ListField(child=ClientEventSerializer(), min_length=1, max_length=MOST_EVENTS)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Whoever is not signed in needs a `viewer`."""
        if "viewer" not in attrs and not self.context["request"].user.is_authenticated:
            raise serializers.ValidationError({"viewer": [_("This is needed.")]}, code="required")
        return attrs


class CountedSerializer(serializers.Serializer[Any]):
    """How many of the events were counted: not those of one's own listings, nor of those off the market."""

    counted = serializers.IntegerField()


class PeriodSerializer(StrictSerializer):
    """Which days; by default the last thirty. They are days of the market's zone."""

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python."""
        return {"from": serializers.DateField(required=False), "to": serializers.DateField(required=False)}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Not backwards, not more than a year."""
        last: date = attrs.get("to", clock.today())
        first: date = attrs.get("from", last - timedelta(days=USUAL_DAYS - 1))
        if first > last:
            raise serializers.ValidationError({"to": [_("This is before the first day.")]}, code="invalid")
        if (last - first).days >= MOST_DAYS:
            raise serializers.ValidationError({"from": [_("At most a year at once.")]}, code="invalid")
        return {"first": first, "last": last}


class FiguresSerializer(serializers.Serializer[Any]):
    """Figures of one day, or of all the days together."""

    def get_fields(self) -> dict[str, Any]:
        """The funnel, and how many different people looked."""
        return {name: serializers.IntegerField() for name in (*FUNNEL, UNIQUE_VIEWERS)}


class DayFiguresSerializer(FiguresSerializer):
    """Figures of one day."""

    def get_fields(self) -> dict[str, Any]:
        """The day, then its figures."""
        return {"day": serializers.DateField(), **super().get_fields()}


class ListingFiguresSerializer(serializers.Serializer[Any]):
    """What became of a listing. Unique viewers are counted per day; the total is their sum."""

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python."""
        return {
            "listing": serializers.UUIDField(),
            "from": serializers.DateField(),
            "to": serializers.DateField(),
            "totals": FiguresSerializer(),
            "days": DayFiguresSerializer(many=True),
        }


class EarningSerializer(serializers.Serializer[Any]):
    """What came in, in one currency."""

    currency = serializers.CharField()
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)


class FunnelSerializer(serializers.Serializer[Any]):
    """From looking to holding the keys."""

    def get_fields(self) -> dict[str, Any]:
        """The steps."""
        return {name: serializers.IntegerField() for name in FUNNEL}


class StagesSerializer(serializers.Serializer[Any]):
    """Leads by stage; a stage without leads is 0."""

    def get_fields(self) -> dict[str, Any]:
        """The stages."""
        return {str(stage): serializers.IntegerField() for stage in LeadStage}


class BrokerFiguresSerializer(serializers.Serializer[Any]):
    """A professional's figures over all that they look after."""

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python."""
        return {
            "from": serializers.DateField(),
            "to": serializers.DateField(),
            "leads_by_stage": StagesSerializer(),
            "response_minutes": serializers.IntegerField(allow_null=True),
            "funnel": FunnelSerializer(),
            "earnings": EarningSerializer(many=True),
            "days": DayFiguresSerializer(many=True),
        }
