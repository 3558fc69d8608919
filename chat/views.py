"""Doors of chat: the REST twin of the socket (chat-protocol.md)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from chat import selectors, services
from chat import serializers as shapes
from key2key.common.api.idempotency import idempotent
from key2key.common.api.views import ApiViewSet


class ConversationViewSet(ApiViewSet):
    """The caller's conversations, the liveliest first."""

    serializer_class = shapes.ConversationSerializer
    keyset = ("-last_at", "-id")
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    @extend_schema(operation_id="listConversations")
    def list(self, request: Request) -> Response:
        """All conversations in which the caller is, archived ones too."""
        return self.page(selectors.conversations_of(request.user))

    @extend_schema(
        operation_id="openConversation",
        request=shapes.NewConversationSerializer,
        responses={200: shapes.ConversationSerializer, 201: shapes.ConversationSerializer},
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Turn to a listing's selling side, or to one other person. 200 when the conversation exists."""
        given = _valid(shapes.NewConversationSerializer(data=request.data))
        conversation, is_new = services.open_conversation(
            by=request.user, members=given.get("members", []), listing_id=given.get("listing")
        )
        shown = selectors.conversation_of(request.user, conversation_id=conversation.pk)
        headers = {"Location": f"{request.path}/{conversation.pk}"}
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(self.get_serializer(shown).data, status=code, headers=headers)

    @extend_schema(operation_id="getConversation")
    def retrieve(self, request: Request, id: UUID) -> Response:
        """One conversation as it stands for the caller."""
        return Response(self.get_serializer(selectors.conversation_of(request.user, conversation_id=id)).data)


class ConversationStepViewSet(ApiViewSet):
    """What a member does with a conversation."""

    serializer_class = shapes.ConversationSerializer
    pagination_class = None

    @extend_schema(
        operation_id="readConversation",
        request=shapes.ReadSerializer,
        responses=shapes.ConversationSerializer,
    )
    def read(self, request: Request, id: UUID) -> Response:
        """Move the own read mark forward; never back."""
        given = _valid(shapes.ReadSerializer(data=request.data))
        services.mark_read(by=request.user, conversation_id=id, seq=given["seq"])
        return self._shown(request, id)

    @extend_schema(
        operation_id="archiveConversation",
        request=shapes.ArchiveSerializer,
        responses=shapes.ConversationSerializer,
    )
    def archive(self, request: Request, id: UUID) -> Response:
        """Put it away until somebody writes, or take it out again."""
        given = _valid(shapes.ArchiveSerializer(data=request.data))
        services.archive(by=request.user, conversation_id=id, archived=given["archived"])
        return self._shown(request, id)

    @extend_schema(
        operation_id="muteConversation",
        request=shapes.MuteSerializer,
        responses=shapes.ConversationSerializer,
    )
    def mute(self, request: Request, id: UUID) -> Response:
        """Hear no more of new messages while away, or hear of them again."""
        given = _valid(shapes.MuteSerializer(data=request.data))
        services.mute(by=request.user, conversation_id=id, muted=given["muted"])
        return self._shown(request, id)

    @extend_schema(
        operation_id="reportConversation",
        request=shapes.NewReportSerializer,
        responses={201: shapes.ReportSerializer},
    )
    @idempotent
    def report(self, request: Request, id: UUID) -> Response:
        """Complain of the conversation, or of one message in it. Staff see the messages around it."""
        given = _valid(shapes.NewReportSerializer(data=request.data))
        message_id = given.pop("message", None)
        made = services.report(by=request.user, conversation_id=id, message_id=message_id, **given)
        return Response(shapes.ReportSerializer(made).data, status=status.HTTP_201_CREATED)

    def _shown(self, request: Request, conversation_id: UUID) -> Response:
        row = selectors.conversation_of(request.user, conversation_id=conversation_id)
        return Response(self.get_serializer(row).data)


class MessageViewSet(ApiViewSet):
    """What is said in a conversation."""

    serializer_class = shapes.MessageSerializer
    keyset = ("-seq", "-id")

    @extend_schema(operation_id="listMessages")
    def list(self, request: Request, id: UUID) -> Response:
        """The messages as they stand, the newest first."""
        return self.page(selectors.messages_of(request.user, conversation_id=id))

    @extend_schema(
        operation_id="sendMessage",
        request=shapes.NewMessageSerializer,
        responses={200: shapes.SentSerializer, 201: shapes.SentSerializer},
    )
    def create(self, request: Request, id: UUID) -> Response:
        """Say something. The same `client_id` again answers 200 with what it was the first time."""
        given = _valid(shapes.NewMessageSerializer(data=request.data))
        sent = services.send(
            by=request.user,
            conversation_id=id,
            client_id=given["client_id"],
            body=given["body"],
            attachments=given["attachments"],
            reply=given["reply_to"],
        )
        told = {**vars(sent), "conversation": id, "client_id": given["client_id"]}
        code = status.HTTP_200_OK if sent.dup else status.HTTP_201_CREATED
        return Response(shapes.SentSerializer(told).data, status=code)

    @extend_schema(
        operation_id="editMessage",
        request=shapes.NewWordsSerializer,
        responses=shapes.MessageSerializer,
    )
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Correct an own message, within 15 minutes."""
        given = _valid(shapes.NewWordsSerializer(data=request.data))
        changed = services.edit(by=request.user, message_id=id, **given, check=self.if_match(request))
        return Response(self.get_serializer(changed.message).data)

    @extend_schema(operation_id="deleteMessage")
    def destroy(self, request: Request, id: UUID) -> Response:
        """Take an own message back. Its number stays."""
        services.delete(by=request.user, message_id=id, check=self.if_match(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class LogViewSet(ApiViewSet):
    """The gap-free log, and what changed."""

    pagination_class = None
    serializer_class = shapes.BatchSerializer

    @extend_schema(
        operation_id="listEvents",
        parameters=[shapes.LogQuerySerializer],
        responses=shapes.BatchSerializer,
    )
    def events(self, request: Request, id: UUID) -> Response:
        """The entries after a number, or the last ones before one; rising, without a gap."""
        asked = _valid(shapes.LogQuerySerializer(data=request.query_params.dict()))
        batch = selectors.entries_of(request.user, conversation_id=id, **asked)
        told = [entry.frame(viewer=request.user.pk) for entry in batch.entries]
        return Response({"results": told, "head": batch.head})

    @extend_schema(
        operation_id="getInbox",
        parameters=[shapes.InboxQuerySerializer],
        responses=shapes.InboxSerializer,
    )
    def inbox(self, request: Request) -> Response:
        """What changed for the caller since the cursor. Changes may repeat; none is ever left out."""
        asked = _valid(shapes.InboxQuerySerializer(data=request.query_params.dict()))
        return Response(selectors.inbox_of(request.user, **asked))


def _valid(body: BaseSerializer[Any]) -> dict[str, Any]:
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)
