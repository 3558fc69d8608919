"""Doors of verification."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from key2key.common.api.documents import DocumentParser, document_response
from key2key.common.api.idempotency import idempotent
from key2key.common.api.serializers import NoBodySerializer
from key2key.common.api.views import ApiViewSet
from uploads import vault, viewing
from verification import selectors, services
from verification.requirements import DOCUMENTS
from verification.serializers import (
    CaseChangeSerializer,
    CaseSerializer,
    DocumentSerializer,
    DocumentTokenSerializer,
    NewCaseSerializer,
    NewDocumentSerializer,
    RequirementsSerializer,
    told_requirements,
)


class RequirementViewSet(ApiViewSet):
    """What is needed to be verified."""

    permission_classes = (AllowAny,)
    serializer_class = RequirementsSerializer

    @extend_schema(operation_id="getVerificationRequirements", responses=RequirementsSerializer)
    def retrieve(self, request: Request) -> Response:
        """Which documents and facts each kind of case needs."""
        return Response(told_requirements())


class CaseViewSet(ApiViewSet):
    """The cases of the caller."""

    serializer_class = CaseSerializer
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    @extend_schema(operation_id="listVerificationCases", responses=CaseSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Own cases, the newest first."""
        return self.page(selectors.own_cases(request.user))

    @extend_schema(
        operation_id="openVerificationCase", request=NewCaseSerializer, responses={201: CaseSerializer}
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Begin to show something; one case of a kind is open at a time."""
        given = NewCaseSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        case = services.open_case(by=request.user, **given.validated_data)
        return Response(
            self.get_serializer(case).data, status=201, headers={"Location": f"{request.path}/{case.pk}"}
        )

    @extend_schema(operation_id="getVerificationCase", responses=CaseSerializer)
    def retrieve(self, request: Request, id: UUID) -> Response:
        """An own case."""
        return Response(self.get_serializer(selectors.own_case(request.user, case_id=id)).data)

    @extend_schema(
        operation_id="changeVerificationCase", request=CaseChangeSerializer, responses=CaseSerializer
    )
    def partial_update(self, request: Request, id: UUID) -> Response:
        """Correct the facts while the case is in one's own hands."""
        given = CaseChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        case = services.change_facts(
            case_id=id, by=request.user, facts=given.validated_data["facts"], check=self.if_match(request)
        )
        return Response(self.get_serializer(case).data)

    @extend_schema(operation_id="submitVerificationCase", request=NoBodySerializer, responses=CaseSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def submit(self, request: Request, id: UUID) -> Response:
        """Send it in: staff look at it."""
        NoBodySerializer(data=request.data or {}).is_valid(raise_exception=True)
        case = services.submit_case(case_id=id, by=request.user)
        return Response(self.get_serializer(case).data)


class CaseDocumentViewSet(ApiViewSet):
    """The documents of an own case."""

    serializer_class = DocumentSerializer

    @property
    def rate_policy(self) -> str | None:  # type: ignore[override]  # sending is dear
        """The limit of this call."""
        return "upload" if self.action == "create" else None

    def get_parsers(self) -> list[Any]:
        """Only the call that brings a file reads multipart."""
        is_upload = str(getattr(self.request, "path", "")).endswith("/documents")
        return [DocumentParser()] if is_upload else super().get_parsers()

    @extend_schema(
        operation_id="addVerificationDocument",
        request={"multipart/form-data": NewDocumentSerializer},
        responses={201: DocumentSerializer},
    )
    def create(self, request: Request, id: UUID) -> HttpResponse:
        """Send a document in. It is encrypted in memory before anything of it is written."""
        given = NewDocumentSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with services.receive(by=request.user, case_id=id, **given.validated_data) as received:
            return self._book(request, received)

    # The storage is written before the key's transaction begins (nothing leaves the house inside one).
    create.heeds_idempotency_key = True  # type: ignore[attr-defined]  # read by the schema

    @idempotent
    def _book(self, request: Request, received: Any) -> Response:
        document = services.add_document(received, by=request.user)
        return Response(self.get_serializer(document).data, status=201)

    @extend_schema(operation_id="deleteVerificationDocument", responses={204: None})
    def destroy(self, request: Request, id: UUID, document: UUID) -> Response:
        """Take a document out again while the case is in one's own hands."""
        services.delete_document(case_id=id, document_id=document, by=request.user)
        return Response(status=204)

    @extend_schema(
        operation_id="openVerificationDocument", request=NoBodySerializer, responses=DocumentTokenSerializer
    )
    @action(detail=True, methods=["post"])
    def token(self, request: Request, id: UUID, document: UUID) -> Response:
        """An address that shows the document to the caller for a minute."""
        NoBodySerializer(data=request.data or {}).is_valid(raise_exception=True)
        found = selectors.own_document(request.user, case_id=id, document_id=document)
        token = viewing.token_for(request.user, kind=DOCUMENTS, document_id=found.pk)
        address = reverse("verification-document", kwargs={"token": token})
        ends = timezone.now() + timedelta(seconds=viewing.SECONDS)
        return Response({"url": f"{settings.BASE_URL}{address}", "expires_at": ends})


class DocumentViewSet(ApiViewSet):
    """Documents behind their tokens."""

    serializer_class = NoBodySerializer

    @extend_schema(
        operation_id="getVerificationDocument",
        responses={(200, kind): OpenApiResponse(OpenApiTypes.BINARY) for kind in vault.CONTENT_TYPES},
    )
    def retrieve(self, request: Request, token: str) -> HttpResponse:
        """The document itself, for the person whom the token was made for; the look is written down."""
        opened = viewing.read_token(token, kind=DOCUMENTS, viewer=request.user)
        document, plain = services.show(
            document_id=opened.document_id, to=request.user, reason="own document"
        )
        return document_response(plain, content_type=document.content_type, name=document.kind)
