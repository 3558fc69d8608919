"""Doors to one's own news, wishes and devices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from key2key.common.api.idempotency import idempotent
from key2key.common.api.pagination import KeysetPagination
from key2key.common.api.views import ApiViewSet
from notifications import selectors, serializers, services


class FeedPagination(KeysetPagination):
    """Pages of the feed, which also say how much is unread."""

    def get_paginated_response(self, data: Any) -> Response:
        """The page, with the number beside it."""
        response = super().get_paginated_response(data)
        response.data["unread"] = selectors.unread_count(self.request.user)
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The page's shape."""
        page = super().get_paginated_response_schema(schema)
        unread = {"type": "integer", "minimum": 0, "maximum": selectors.UNREAD_CAP}
        return {
            **page,
            "required": [*page["required"], "unread"],
            "properties": {**page["properties"], "unread": unread},
        }


class Feed(ApiViewSet):
    """One's own news."""

    serializer_class = serializers.NotificationSerializer
    pagination_class = FeedPagination
    keyset = ("-is_unread", "-created_at", "-id")

    @extend_schema(operation_id="listNotifications")
    def list(self, request: Request) -> Response:
        """What is new: unread first, then newest first."""
        return self.page(selectors.feed(request.user))

    @extend_schema(operation_id="readNotification", request=None)
    def read(self, request: Request, id: UUID) -> Response:
        """Mark one as read."""
        return Response(self.get_serializer(services.mark_read(by=request.user, note_id=id)).data)

    @extend_schema(operation_id="readAllNotifications", request=None, responses={204: None})
    def read_all(self, request: Request) -> Response:
        """Mark all as read."""
        services.mark_all_read(by=request.user)
        return Response(status=204)


class Preferences(ApiViewSet):
    """Of which news one wants to hear, and how."""

    serializer_class = serializers.NotificationPreferencesSerializer

    @extend_schema(operation_id="getNotificationPreferences")
    def retrieve(self, request: Request) -> Response:
        """Every kind of news that can be switched, and over which channels it comes."""
        return Response(self.represent(request.user))

    @extend_schema(
        operation_id="setNotificationPreferences", request=serializers.NotificationWishesSerializer
    )
    def update(self, request: Request) -> Response:
        """Say what one wants to hear of; what is not named is as by default."""
        given = serializers.NotificationWishesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.set_preferences(by=request.user, wishes=given.wishes(), check=self.if_match(request))
        return Response(self.represent(request.user))


class Devices(ApiViewSet):
    """The browsers that show news also while no page is open."""

    serializer_class = serializers.PushDeviceSerializer

    @extend_schema(operation_id="listPushDevices")
    def list(self, request: Request) -> Response:
        """One's own."""
        return self.page(selectors.devices(request.user))

    @extend_schema(
        operation_id="addPushDevice",
        request=serializers.NewPushDeviceSerializer,
        responses={200: serializers.PushDeviceSerializer, 201: serializers.PushDeviceSerializer},
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Let news ring in this browser (web push). The same browser again is the same device."""
        given = serializers.NewPushDeviceSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        device, is_new = services.add_device(given.subscription(), by=request.user)
        return Response(self.get_serializer(device).data, status=201 if is_new else 200)

    @extend_schema(operation_id="removePushDevice", responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:
        """Sign a browser off."""
        services.remove_device(by=request.user, device_id=id)
        return Response(status=204)

    @extend_schema(operation_id="getPushKey", responses=serializers.PushKeySerializer)
    def key(self, request: Request) -> Response:
        """The public key that a browser subscribes with."""
        return Response(serializers.PushKeySerializer({"key": services.push_key()}).data)


class Leaving(ApiViewSet):
    """Leaving a kind of mail without signing in."""

    permission_classes = (AllowAny,)
    serializer_class = serializers.UnsubscriptionSerializer

    @extend_schema(operation_id="unsubscribe", responses={204: None})
    def create(self, request: Request) -> Response:
        """Switch a kind of mail off by the word of one such mail. Twice is once."""
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.unsubscribe(token=given.validated_data["token"])
        return Response(status=204)
