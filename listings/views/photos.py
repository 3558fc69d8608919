"""Doors to a listing's photos."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from key2key.common.api.idempotency import idempotent
from key2key.common.api.views import ApiViewSet
from listings import selectors, services
from listings.permissions import ReadOrSignedIn
from listings.serializers.listings import PhotoSerializer
from listings.serializers.steps import NewPhotoSerializer, PhotoChangeSerializer


class PhotoViewSet(ApiViewSet):
    """The photos of one listing, in their order."""

    permission_classes = (ReadOrSignedIn,)
    serializer_class = PhotoSerializer
    pagination_class = None
    lookup_url_kwarg = "photo"

    def represent(self, row: Any) -> Any:
        """A photo, or all of them: If-Match names the version of the list, as its GET tells it."""
        return self.get_serializer(row, many=isinstance(row, list)).data

    @extend_schema(operation_id="listPhotos", responses=PhotoSerializer(many=True))
    def list(self, request: Request, id: UUID) -> Response:
        """All photos, the cover first."""
        return Response(self.represent(selectors.seen_photos(request.user, listing_id=id)))

    @extend_schema(operation_id="addPhoto", request=NewPhotoSerializer, responses={201: PhotoSerializer})
    @idempotent
    def create(self, request: Request, id: UUID) -> Response:
        """Hang an upload of yours into the listing."""
        values = _valid(NewPhotoSerializer(data=request.data))
        upload_id = values.pop("upload")
        photo = services.add_photo(
            listing_id=id, by=request.user, upload_id=upload_id, change=services.PhotoChange(**values)
        )
        return Response(self.represent(photo), status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="updatePhoto", request=PhotoChangeSerializer)
    def partial_update(self, request: Request, id: UUID, photo: UUID) -> Response:
        """Caption, what it shows, its place, cover. If-Match takes the ETag of the list."""
        values = _valid(PhotoChangeSerializer(data=request.data))
        changed = services.change_photo(
            listing_id=id,
            photo_id=photo,
            by=request.user,
            change=services.PhotoChange(**values),
            check=self.if_match(request),
        )
        return Response(self.represent(changed))

    @extend_schema(operation_id="removePhoto")
    def destroy(self, request: Request, id: UUID, photo: UUID) -> Response:
        """Take it down. If-Match takes the ETag of the list."""
        services.remove_photo(listing_id=id, photo_id=photo, by=request.user, check=self.if_match(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _valid(body: Any) -> dict[str, Any]:
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)
