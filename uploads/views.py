"""Doors of uploads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from key2key.common.api.idempotency import idempotent
from key2key.common.api.views import ApiViewSet
from uploads import selectors, services, storage
from uploads.serializers import FileParser, NewUploadSerializer, UploadSerializer

YEAR_SECONDS = 365 * 24 * 3600


class UploadViewSet(ApiViewSet):
    """Files that people send in."""

    serializer_class = UploadSerializer
    parser_classes = (FileParser,)

    @property
    def rate_policy(self) -> str | None:  # type: ignore[override]  # sending is dear, asking is not
        """The limit of this call."""
        return "upload" if self.action == "create" else None

    @extend_schema(
        operation_id="createUpload",
        request={"multipart/form-data": NewUploadSerializer},
        responses={201: UploadSerializer},
    )
    def create(self, request: Request) -> HttpResponse:
        """Send in a file. It is looked at and, if it is a photo, made ready in the background.

        The same bytes sent again are the same upload until it is used.
        """
        given = NewUploadSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with services.receive(owner=request.user, **given.validated_data) as upload:
            return self._book(request, upload)

    # The storage is written before the key's transaction begins (nothing leaves the house inside one).
    create.heeds_idempotency_key = True  # type: ignore[attr-defined]  # read by the schema

    @idempotent
    def _book(self, request: Request, received: Any) -> Response:
        upload = services.book(received)
        headers = {"Location": f"{request.path}/{upload.pk}"}
        return Response(self.get_serializer(upload).data, status=201, headers=headers)

    @extend_schema(operation_id="getUpload", responses=UploadSerializer)
    def retrieve(self, request: Request, id: UUID) -> Response:
        """How far an own upload has come."""
        return Response(self.get_serializer(selectors.own_upload(request.user, id)).data)


def _version(request: HttpRequest, key: str) -> str:
    return f'"{key}"'  # a key is written once: it is its own version


@require_safe
@condition(etag_func=_version)
def media(request: HttpRequest, key: str) -> HttpResponse:
    """A variant from this machine's disk, for desks without S3. Only keys of variants get here."""
    file = storage.open_local(key)
    if file is None:
        raise Http404
    with file:
        response = HttpResponse(file.read(), content_type=storage.VARIANT_TYPE)
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(response, public=True, max_age=YEAR_SECONDS, immutable=True)
    return response
