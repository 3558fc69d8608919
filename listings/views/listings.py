"""Doors to listings: making, reading, changing, and the owner's steps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from key2key.common.api.idempotency import idempotent
from key2key.common.api.serializers import NoBodySerializer
from key2key.common.api.views import ApiViewSet
from listings import selectors, services
from listings.filters import OwnListingFilter
from listings.permissions import ReadOrSignedIn
from listings.serializers.listings import PropertySerializer, VehicleSerializer
from listings.serializers.steps import CloseSerializer, OwnListingSerializer
from listings.views.search import SearchList, search_schema

ANY_KIND = PolymorphicProxySerializer(
    component_name="Listing",
    serializers={"property": PropertySerializer, "vehicle": VehicleSerializer},
    resource_type_field_name="kind",
)
SHAPES = {"property": PropertySerializer, "vehicle": VehicleSerializer}


class AnyListing:
    """Answers with the shape of the listing's kind."""

    def represent(self, listing: Any) -> Any:
        """The whole listing as its GET answers it to this caller."""
        context = self.get_serializer_context()  # type: ignore[attr-defined]
        return SHAPES[listing.kind](listing, context=context).data


class ListingViewSet(AnyListing, SearchList, ApiViewSet):
    """Listings of either kind."""

    kind = None
    permission_classes = (ReadOrSignedIn,)
    serializer_class = NoBodySerializer
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    @search_schema("searchListings", kind=None)
    def list(self, request: Request) -> Any:
        """Search everything on the market."""
        return self.search(request)

    @extend_schema(operation_id="getListing", responses=ANY_KIND)
    def retrieve(self, request: Request, id: UUID) -> Response:
        """One listing, whole; one's own also before it is public."""
        return Response(self.represent(selectors.seen_listing(request.user, listing_id=id)))

    @extend_schema(operation_id="submitListing", request=NoBodySerializer, responses=ANY_KIND)
    @action(detail=True, methods=["post"])
    @idempotent
    def submit(self, request: Request, id: UUID) -> Response:
        """Send it to review."""
        self._no_body(request)
        return self._stepped(services.submit_listing, request, id)

    @extend_schema(operation_id="renewListing", request=NoBodySerializer, responses=ANY_KIND)
    @action(detail=True, methods=["post"])
    @idempotent
    def renew(self, request: Request, id: UUID) -> Response:
        """Send an expired one to review again."""
        self._no_body(request)
        return self._stepped(services.renew_listing, request, id)

    @extend_schema(operation_id="closeListing", request=CloseSerializer, responses=ANY_KIND)
    @action(detail=True, methods=["post"])
    @idempotent
    def close(self, request: Request, id: UUID) -> Response:
        """Sold or rented: the end."""
        body = CloseSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        closing = services.Closing(
            kind=body.validated_data["close_kind"],
            price=body.validated_data.get("close_price"),
            day=body.validated_data["close_date"],
        )
        return self._stepped(services.close_listing, request, id, closing=closing)

    @extend_schema(operation_id="takeBackListing", request=NoBodySerializer, responses=ANY_KIND)
    @action(detail=True, methods=["post"], url_path="take-back")
    @idempotent
    def take_back(self, request: Request, id: UUID) -> Response:
        """Take it out of review to change it."""
        return self._plain("take_back", request, id)

    @extend_schema(operation_id="reviseListing", request=NoBodySerializer, responses=ANY_KIND)
    @action(detail=True, methods=["post"])
    @idempotent
    def revise(self, request: Request, id: UUID) -> Response:
        """Make a refused one a draft again."""
        return self._plain("revise", request, id)

    @extend_schema(operation_id="withdrawListing", request=NoBodySerializer, responses=ANY_KIND)
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request: Request, id: UUID) -> Response:
        """Take it off the market; the mandate still runs."""
        return self._plain("withdraw", request, id)

    @extend_schema(operation_id="holdListing", request=NoBodySerializer, responses=ANY_KIND)
    @action(detail=True, methods=["post"])
    @idempotent
    def hold(self, request: Request, id: UUID) -> Response:
        """Hide it for a while."""
        return self._plain("hold", request, id)

    @extend_schema(operation_id="reactivateListing", request=NoBodySerializer, responses=ANY_KIND)
    @action(detail=True, methods=["post"])
    @idempotent
    def reactivate(self, request: Request, id: UUID) -> Response:
        """Put it back on the market."""
        return self._plain("reactivate", request, id)

    @extend_schema(operation_id="launchListing", request=NoBodySerializer, responses=ANY_KIND)
    @action(detail=True, methods=["post"])
    @idempotent
    def launch(self, request: Request, id: UUID) -> Response:
        """What was coming soon is on the market now."""
        return self._plain("launch", request, id)

    @extend_schema(operation_id="cancelListing", request=NoBodySerializer, responses=ANY_KIND)
    @action(detail=True, methods=["post"])
    @idempotent
    def cancel(self, request: Request, id: UUID) -> Response:
        """End the mandate without a deal."""
        return self._plain("cancel", request, id)

    def _plain(self, step: str, request: Request, listing_id: UUID) -> Response:
        self._no_body(request)
        return self._stepped(services.step_listing, request, listing_id, action=step)

    def _no_body(self, request: Request) -> None:
        NoBodySerializer(data=request.data).is_valid(raise_exception=True)

    def _stepped(self, rule: Any, request: Request, listing_id: UUID, **given: Any) -> Response:
        listing = rule(listing_id=listing_id, by=request.user, check=self.if_match(request), **given)
        return Response(self.represent(listing))


class KindViewSet(AnyListing, SearchList, ApiViewSet):
    """Listings of one kind: search, and the owner's writing."""

    permission_classes = (ReadOrSignedIn,)
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"
    kind: str

    def retrieve(self, request: Request, id: UUID) -> Response:
        """One listing, whole."""
        listing = selectors.seen_listing(request.user, listing_id=id, kind=self.kind)
        return Response(self.represent(listing))

    @idempotent
    def create(self, request: Request) -> Response:
        """Write a draft down."""
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        listing = services.create_listing(kind=self.kind, by=request.user, values=body.validated_data)
        place = request.build_absolute_uri(f"{request.path.rstrip('/')}/{listing.pk}")
        return Response(self.represent(listing), status=status.HTTP_201_CREATED, headers={"Location": place})

    def partial_update(self, request: Request, id: UUID) -> Response:
        """Change some facts."""
        body = self.get_serializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        listing = services.edit_listing(
            listing_id=id,
            kind=self.kind,
            by=request.user,
            values=body.validated_data,
            check=self.if_match(request),
        )
        return Response(self.represent(listing))

    def destroy(self, request: Request, id: UUID) -> Response:
        """Throw away a draft that was never public."""
        services.delete_listing(listing_id=id, kind=self.kind, by=request.user, check=self.if_match(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_view(
    retrieve=extend_schema(operation_id="getProperty"),
    create=extend_schema(operation_id="createProperty"),
    partial_update=extend_schema(operation_id="updateProperty"),
    destroy=extend_schema(operation_id="deleteProperty"),
)
class PropertyViewSet(KindViewSet):
    """Homes, buildings and plots."""

    kind = "property"
    serializer_class = PropertySerializer

    @search_schema("searchProperties", kind="property")
    def list(self, request: Request) -> Any:
        """Search homes."""
        return self.search(request)


@extend_schema_view(
    retrieve=extend_schema(operation_id="getVehicle"),
    create=extend_schema(operation_id="createVehicle"),
    partial_update=extend_schema(operation_id="updateVehicle"),
    destroy=extend_schema(operation_id="deleteVehicle"),
)
class VehicleViewSet(KindViewSet):
    """Vehicles."""

    kind = "vehicle"
    serializer_class = VehicleSerializer

    @search_schema("searchVehicles", kind="vehicle")
    def list(self, request: Request) -> Any:
        """Search vehicles."""
        return self.search(request)


class OwnListingViewSet(ApiViewSet):
    """One's own listings and those of one's organisations, drafts too."""

    serializer_class = OwnListingSerializer
    filterset_class = OwnListingFilter

    @extend_schema(operation_id="listOwnListings")
    def list(self, request: Request) -> Response:
        """All of them, newest first."""
        return self.page(selectors.own_listings(request.user))
