"""Shapes of reviews."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from brokers.enums import ReportReason
from brokers.models import Review
from brokers.services import Verdict
from key2key.common.api.fields import StrictCharField, StrictChoiceField, StrictIntegerField
from key2key.common.api.serializers import StrictModelSerializer, StrictSerializer

LEAST, MOST = 1, 5


class SubScoresSerializer(StrictSerializer):
    """Single scores; each may be left out."""

    communication = StrictIntegerField(min_value=LEAST, max_value=MOST, required=False)
    honesty = StrictIntegerField(min_value=LEAST, max_value=MOST, required=False)
    punctuality = StrictIntegerField(min_value=LEAST, max_value=MOST, required=False)


class NewReviewSerializer(StrictSerializer):
    """What one thinks of the other side."""

    rating = StrictIntegerField(min_value=LEAST, max_value=MOST)
    sub_scores = SubScoresSerializer(required=False)
    text = StrictCharField(max_length=2000, required=False, allow_blank=True)

    def verdict(self) -> Verdict:
        """What was said."""
        return Verdict(**self.validated_data)


class ReviewSerializer(StrictModelSerializer):
    """A review as everybody reads it; `author` is the name alone."""

    author = serializers.SerializerMethodField()
    listing = serializers.CharField(source="deal.listing.title", read_only=True)
    sub_scores = SubScoresSerializer(read_only=True)

    class Meta:
        model = Review
        fields: ClassVar[list[str]] = [
            "id", "author", "side", "listing", "rating", "sub_scores", "text", "reply", "replied_at",
            "published_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_author(self, review: Review) -> str:
        """The author's name."""
        return str(review.author.full_name)


class OwnReviewSerializer(ReviewSerializer):
    """One's own review, also while it waits for the other side."""

    class Meta(ReviewSerializer.Meta):
        fields: ClassVar[list[str]] = [*ReviewSerializer.Meta.fields, "state", "created_at"]
        read_only_fields = fields


class ReplySerializer(StrictSerializer):
    """The answer of whom it is about."""

    text = StrictCharField(max_length=2000)


class ReviewReportSerializer(StrictSerializer):
    """What is wrong with it."""

    reason = StrictChoiceField(choices=ReportReason.choices)
    text = StrictCharField(max_length=1000, required=False, allow_blank=True)


class ReportedSerializer(serializers.Serializer[Any]):
    """Staff will look at it."""

    id = serializers.UUIDField()
