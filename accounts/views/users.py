"""Doors to one's own account, to public profiles, and for staff to all accounts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors, serializers, services
from accounts.authentication import SignedIn
from accounts.filters import UserFilter
from accounts.permissions import StaffOf
from accounts.services import NewUser
from key2key.common.api.idempotency import idempotent
from key2key.common.api.views import ApiViewSet
from key2key.common.plugins import Who


class OwnAccount(ApiViewSet):
    """Oneself."""

    serializer_class = serializers.UserSerializer

    @extend_schema(operation_id="getMe")
    def retrieve(self, request: SignedIn) -> Response:
        """One's own account."""
        return Response(self.get_serializer(selectors.present(request.user)).data)

    @extend_schema(operation_id="updateMe")
    def partial_update(self, request: SignedIn) -> Response:
        """Change one's name or language."""
        given = self.get_serializer(request.user, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        user = services.change_own_profile(
            user_id=request.user.pk, changes=given.validated_data, check=self.if_match(request)
        )
        return Response(self.get_serializer(user).data)


class Users(ApiViewSet):
    """All accounts: the public profile for everybody, the rest for staff."""

    serializer_class = serializers.StaffUserSerializer
    filterset_class = UserFilter

    def get_permissions(self) -> list[Any]:
        """Reading a profile is open; everything else is support's."""
        return [AllowAny()] if self.action == "retrieve" else [StaffOf(Who.SUPPORT)()]

    @extend_schema(operation_id="getUser", responses={200: serializers.PublicProfileSerializer})
    def retrieve(self, request: Request, id: UUID) -> Response:
        """What everybody may know of a user."""
        profile = selectors.public_profile(id)
        return Response(self.represent(profile), headers={"Cache-Control": "public, max-age=60"})

    @extend_schema(operation_id="listUsers")
    def list(self, request: SignedIn) -> Response:
        """Search the accounts."""
        return self.page(selectors.users_seen_by_staff())

    @extend_schema(
        operation_id="createUser",
        request=serializers.NewUserSerializer,
        responses={201: serializers.StaffUserSerializer},
    )
    @idempotent
    def create(self, request: SignedIn) -> Response:
        """Open an account for somebody."""
        given = serializers.NewUserSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = services.create_user(NewUser(**given.validated_data), by=request.user)
        return Response(self.get_serializer(user).data, status=201)

    @extend_schema(operation_id="updateUser", request=serializers.StaffChangeSerializer)
    def partial_update(self, request: SignedIn, id: UUID) -> Response:
        """Change somebody's name, language, role or groups of staff."""
        given = serializers.StaffChangeSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        user = services.change_user(
            user_id=id, by=request.user, changes=given.validated_data, check=self.if_match(request)
        )
        return Response(self.get_serializer(user).data)

    @extend_schema(operation_id="eraseUser", responses={204: None})
    def destroy(self, request: SignedIn, id: UUID) -> Response:
        """Make an account anonymous for good."""
        services.erase_user(user_id=id, by=request.user, check=self.if_match(request))
        return Response(status=204)

    @extend_schema(operation_id="suspendUser", request=serializers.ReasonSerializer)
    def suspend(self, request: SignedIn, id: UUID) -> Response:
        """Close an account for the time being and end its sessions."""
        user = services.suspend_user(user_id=id, by=request.user, reason=self._reason(request))
        return Response(self.get_serializer(user).data)

    @extend_schema(operation_id="reinstateUser", request=serializers.ReasonSerializer)
    def reinstate(self, request: SignedIn, id: UUID) -> Response:
        """Open a suspended account again."""
        user = services.reinstate_user(user_id=id, by=request.user, reason=self._reason(request))
        return Response(self.get_serializer(user).data)

    def represent(self, row: Any) -> Any:
        """The account's GET answer is its public profile: that is what If-Match names."""
        return serializers.PublicProfileSerializer(row).data

    def _reason(self, request: Request) -> str:
        given = serializers.ReasonSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return str(given.validated_data["reason"])
