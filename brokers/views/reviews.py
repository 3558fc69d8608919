"""Doors to reviews."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from brokers import selectors, services
from brokers.serializers.reviews import (
    NewReviewSerializer,
    OwnReviewSerializer,
    ReplySerializer,
    ReportedSerializer,
    ReviewReportSerializer,
    ReviewSerializer,
)
from key2key.common.api.idempotency import idempotent
from key2key.common.api.views import ApiViewSet


class PublicReviews(ApiViewSet):
    """What others said of somebody."""

    permission_classes = (AllowAny,)
    serializer_class = ReviewSerializer
    keyset = ("-published_at", "-id")

    @extend_schema(operation_id="listReviewsOfBroker", responses=ReviewSerializer(many=True))
    def of_broker(self, request: Request, id: UUID) -> Response:
        """Of a professional, the newest first."""
        return self.page(selectors.reviews_about_broker(id))

    @extend_schema(operation_id="listReviewsOfUser", responses=ReviewSerializer(many=True))
    def of_user(self, request: Request, id: UUID) -> Response:
        """Of a person, the newest first."""
        return self.page(selectors.reviews_about(id))


class Reviews(ApiViewSet):
    """What the sides of a completed deal say of each other."""

    serializer_class = OwnReviewSerializer

    @extend_schema(
        operation_id="writeReview", request=NewReviewSerializer, responses={201: OwnReviewSerializer}
    )
    @idempotent
    def create(self, request: Request, id: UUID) -> Response:
        """Review the other side, once; it is shown when both have written or the time is over."""
        body = NewReviewSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        review = services.write_review(deal_id=id, by=request.user, verdict=body.verdict())
        return Response(self.get_serializer(review).data, status=201)

    @extend_schema(operation_id="replyToReview", request=ReplySerializer, responses=ReviewSerializer)
    @idempotent
    def reply(self, request: Request, id: UUID) -> Response:
        """Answer a review about oneself, once."""
        body = ReplySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        review = services.reply(review_id=id, by=request.user, **body.validated_data)
        return Response(ReviewSerializer(review, context=self.get_serializer_context()).data)

    @extend_schema(
        operation_id="reportReview", request=ReviewReportSerializer, responses={201: ReportedSerializer}
    )
    @idempotent
    def report(self, request: Request, id: UUID) -> Response:
        """Ask staff to look at a review."""
        body = ReviewReportSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        report = services.report(review_id=id, by=request.user, **body.validated_data)
        return Response(ReportedSerializer(report).data, status=201)
