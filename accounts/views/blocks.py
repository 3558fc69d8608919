"""Doors to whom one has blocked."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts import selectors, serializers, services
from accounts.authentication import SignedIn
from key2key.common.api.views import ApiViewSet


class Blocks(ApiViewSet):
    """Whom one wants nothing to do with."""

    serializer_class = serializers.BlockSerializer

    @extend_schema(operation_id="listBlocks")
    def list(self, request: SignedIn) -> Response:
        """Whom one has blocked."""
        return self.page(selectors.own_blocks(request.user))

    @extend_schema(operation_id="getBlock")
    def retrieve(self, request: SignedIn, id: UUID) -> Response:
        """Whether one has blocked somebody, and since when."""
        return Response(self.get_serializer(selectors.own_block(request.user, blocked_id=id)).data)

    @extend_schema(
        operation_id="blockUser",
        request=None,
        responses={200: serializers.BlockSerializer, 201: serializers.BlockSerializer},
    )
    def update(self, request: SignedIn, id: UUID) -> Response:
        """Block somebody. A second time changes nothing."""
        block, made = services.block_user(user_id=id, by=request.user)
        return Response(self.get_serializer(block).data, status=201 if made else 200)

    @extend_schema(operation_id="unblockUser", responses={204: None})
    def destroy(self, request: SignedIn, id: UUID) -> Response:
        """Take a block back."""
        services.unblock_user(user_id=id, by=request.user)
        return Response(status=204)
