"""Doors to organisations, to who works there, and to who is invited to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors, serializers, services
from accounts.authentication import SignedIn
from key2key.common.api.idempotency import idempotent
from key2key.common.api.views import ApiViewSet


class Organisations(ApiViewSet):
    """Agencies, dealers, developers."""

    serializer_class = serializers.OrganisationSerializer

    def get_permissions(self) -> list[Any]:
        """What is public is open."""
        return [AllowAny()] if self.action == "retrieve" else list(super().get_permissions())

    def get_serializer_class(self) -> Any:
        """The list is of one's own places, not of organisations."""
        return serializers.MembershipSerializer if self.action == "list" else self.serializer_class

    @extend_schema(operation_id="listOwnOrganisations")
    def list(self, request: SignedIn) -> Response:
        """For whom one works, with one's role and rights."""
        return self.page(selectors.own_memberships(request.user))

    @extend_schema(operation_id="createOrganisation", responses={201: serializers.OrganisationSerializer})
    @idempotent
    def create(self, request: SignedIn) -> Response:
        """Open an organisation and become its owner."""
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        organisation = services.create_organisation(name=given.validated_data["name"], by=request.user)
        return Response(self.get_serializer(organisation).data, status=201)

    @extend_schema(operation_id="getOrganisation")
    def retrieve(self, request: Request, id: UUID) -> Response:
        """What everybody may know of an organisation."""
        shown = self.get_serializer(selectors.organisation(id)).data
        return Response(shown, headers={"Cache-Control": "public, max-age=60"})

    @extend_schema(operation_id="updateOrganisation")
    def partial_update(self, request: SignedIn, id: UUID) -> Response:
        """Rename it."""
        given = self.get_serializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        organisation = services.change_organisation(
            organisation_id=id, by=request.user, changes=given.validated_data, check=self.if_match(request)
        )
        return Response(self.get_serializer(organisation).data)

    @extend_schema(operation_id="deleteOrganisation", responses={204: None})
    def destroy(self, request: SignedIn, id: UUID) -> Response:
        """Close it for good, unless it has offered something."""
        services.delete_organisation(organisation_id=id, by=request.user, check=self.if_match(request))
        return Response(status=204)


class Members(ApiViewSet):
    """Who works for an organisation."""

    serializer_class = serializers.MemberSerializer
    keyset = ("created_at", "id")

    @extend_schema(operation_id="listMembers")
    def list(self, request: SignedIn, id: UUID) -> Response:
        """The colleagues, the longest there first."""
        return self.page(selectors.members_of(id, seen_by=request.user))

    @extend_schema(operation_id="updateMember")
    def partial_update(self, request: SignedIn, id: UUID, user: UUID) -> Response:
        """Give a colleague another role."""
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        membership = services.change_member_role(
            organisation_id=id,
            user_id=user,
            role=given.validated_data["role"],
            by=request.user,
            check=self.if_match(request),
        )
        return Response(self.get_serializer(membership).data)

    @extend_schema(operation_id="removeMember", responses={204: None})
    def destroy(self, request: SignedIn, id: UUID, user: UUID) -> Response:
        """End somebody's work for the organisation, or one's own."""
        services.remove_member(
            organisation_id=id, user_id=user, by=request.user, check=self.if_match(request)
        )
        return Response(status=204)


class Invitations(ApiViewSet):
    """Who is invited to an organisation."""

    serializer_class = serializers.InvitationSerializer

    @extend_schema(operation_id="listInvitations")
    def list(self, request: SignedIn, id: UUID) -> Response:
        """Invitations that still hold."""
        return self.page(selectors.open_invitations(id, seen_by=request.user))

    @extend_schema(
        operation_id="inviteMember",
        request=serializers.NewInvitationSerializer,
        responses={201: serializers.InvitationSerializer},
    )
    @idempotent
    def create(self, request: SignedIn, id: UUID) -> Response:
        """Send a single-use link, good for 7 days; one sent before to the same address dies."""
        given = serializers.NewInvitationSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        invited = services.Invited(**given.validated_data)
        invitation = services.invite_member(invited, organisation_id=id, by=request.user)
        return Response(self.get_serializer(invitation).data, status=201)

    @extend_schema(operation_id="withdrawInvitation", responses={204: None})
    def destroy(self, request: SignedIn, id: UUID, invitation: UUID) -> Response:
        """Let the link die."""
        services.withdraw_invitation(organisation_id=id, invitation_id=invitation, by=request.user)
        return Response(status=204)


class ReceivedInvitations(ApiViewSet):
    """Invitations that one has received."""

    serializer_class = serializers.MembershipSerializer

    @extend_schema(
        operation_id="acceptInvitation",
        request=serializers.LinkSerializer,
        responses={
            200: serializers.MembershipSerializer,
            (404, "application/problem+json"): {"$ref": "#/components/schemas/Problem"},
        },
    )
    def accept(self, request: SignedIn) -> Response:
        """Join by the token of the link that was sent to one's own, verified address."""
        given = serializers.LinkSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        membership = services.accept_invitation(token=given.validated_data["token"], by=request.user)
        return Response(self.get_serializer(membership).data)
