"""Shapes of uploads: how a file is read from the wire, what is told of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, load_handler
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser

from key2key.common.api.fields import StrictChoiceField
from key2key.common.api.serializers import StrictModelSerializer, StrictSerializer
from uploads import selectors
from uploads.kinds import MOST_BYTES, Kind, Reason
from uploads.models import Upload

_ENVELOPE = 64 * 1024  # boundaries, part headers and small fields around the file


class SizeLimit(FileUploadHandler):
    """Stops reading as soon as the files of a request pass the largest limit there is."""

    received = 0
    is_passed = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the piece on to the handlers that keep it."""
        self.received += len(raw_data)
        if self.received > MOST_BYTES:
            self.is_passed = True
            raise StopUpload(connection_reset=True)  # any other error would leave the temporary file behind
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers behind have the file."""


class FileParser(MultiPartParser):
    """Multipart that is never held whole: refused by its announced length, else while it arrives."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The fields and files."""
        request = parser_context["request"]
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES + _ENVELOPE:
            raise RequestDataTooBig
        limit = SizeLimit(request)
        keepers = (load_handler(name, request) for name in settings.FILE_UPLOAD_HANDLERS)
        request.upload_handlers = [limit, *keepers]
        parsed = super().parse(stream, media_type, parser_context)
        if limit.is_passed:
            raise RequestDataTooBig
        return parsed


class NewUploadSerializer(StrictSerializer):
    """A file and what it is for."""

    file = serializers.FileField(allow_empty_file=True, help_text="At most 15 MB; JPEG, PNG, WebP or AVIF.")
    kind = StrictChoiceField(choices=Kind.choices)


class VariantsSerializer(serializers.Serializer[Any]):
    """Addresses of the photo in three sizes (longest side 320, 640, 1600), WebP, fit to be kept for ever."""

    thumb = serializers.URLField()
    card = serializers.URLField()
    full = serializers.URLField()


class UploadSerializer(StrictModelSerializer):
    """How far the file has come, and where it is shown."""

    blurhash = serializers.SerializerMethodField()
    variants = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()

    class Meta:
        model = Upload
        fields = (
            "id", "kind", "state", "content_type", "bytes", "width", "height", "sha256", "blurhash",
            "variants", "reason",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_blurhash(self, upload: Upload) -> str | None:
        """The placeholder; null until ready."""
        return upload.blurhash or None

    @extend_schema_field(VariantsSerializer(allow_null=True))
    def get_variants(self, upload: Upload) -> dict[str, str] | None:
        """Null until ready."""
        return selectors.variant_urls(upload)

    @extend_schema_field(serializers.ChoiceField(choices=Reason.choices, allow_null=True))
    def get_reason(self, upload: Upload) -> str | None:
        """Null unless rejected."""
        return upload.reason or None
