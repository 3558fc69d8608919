"""Doors to offers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from brokers import selectors, services
from brokers.filters import OfferFilter
from brokers.serializers.offers import NewOfferSerializer, OfferSerializer, TermsSerializer
from brokers.serializers.parts import MaybeReasonSerializer
from key2key.common.api.idempotency import idempotent, key_required
from key2key.common.api.serializers import NoBodySerializer
from key2key.common.api.views import ApiViewSet


class OfferViewSet(ApiViewSet):
    """Offers that one made or was made."""

    serializer_class = OfferSerializer
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"
    filterset_class = OfferFilter

    @extend_schema(operation_id="listOffers")
    def list(self, request: Request) -> Response:
        """All of them, newest first."""
        return self.page(selectors.offers_seen_by(request.user))

    @extend_schema(operation_id="getOffer")
    def retrieve(self, request: Request, id: UUID) -> Response:
        """One offer."""
        return Response(self.represent(selectors.seen_offer(request.user, offer_id=id)))

    @extend_schema(operation_id="makeOffer", request=NewOfferSerializer, responses={201: OfferSerializer})
    @key_required
    @idempotent
    def create(self, request: Request) -> Response:
        """Offer something for a listing; one's own open offer for it is replaced."""
        body = NewOfferSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        offer = services.make_offer(
            listing_id=body.validated_data["listing"], by=request.user, terms=body.terms()
        )
        return self._made(request, offer)

    @extend_schema(operation_id="counterOffer", request=TermsSerializer, responses={201: OfferSerializer})
    @action(detail=True, methods=["post"])
    @idempotent
    def counter(self, request: Request, id: UUID) -> Response:
        """Answer with an offer of one's own."""
        body = TermsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        check = self.if_match(request)
        offer = services.counter_offer(offer_id=id, by=request.user, terms=body.terms(), check=check)
        return self._made(request, offer)

    @extend_schema(operation_id="acceptOffer", request=NoBodySerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def accept(self, request: Request, id: UUID) -> Response:
        """Accept it: the deal begins, `deal` names it."""
        NoBodySerializer(data=request.data).is_valid(raise_exception=True)
        return self._stepped(services.accept_offer, request, id)

    @extend_schema(operation_id="rejectOffer", request=MaybeReasonSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def reject(self, request: Request, id: UUID) -> Response:
        """Refuse it."""
        body = MaybeReasonSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return self._stepped(services.reject_offer, request, id, **body.validated_data)

    @extend_schema(operation_id="withdrawOffer", request=NoBodySerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request: Request, id: UUID) -> Response:
        """Take one's own offer back."""
        NoBodySerializer(data=request.data).is_valid(raise_exception=True)
        return self._stepped(services.withdraw_offer, request, id)

    def _stepped(self, rule: Any, request: Request, offer_id: UUID, **given: Any) -> Response:
        offer = rule(offer_id=offer_id, by=request.user, check=self.if_match(request), **given)
        return Response(self.represent(offer))

    def _made(self, request: Request, offer: Any) -> Response:
        place = request.build_absolute_uri(f"/api/v1/offers/{offer.pk}")
        return Response(self.represent(offer), status=status.HTTP_201_CREATED, headers={"Location": place})
