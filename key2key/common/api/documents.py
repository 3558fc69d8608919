"""How private documents come in from the wire and go out to it, without touching a disk."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpResponse
from rest_framework.parsers import MultiPartParser

_ENVELOPE = 64 * 1024  # boundaries, part headers and small fields around the file


class MemoryOnly(FileUploadHandler):
    """Holds a document in memory: a temporary file would be its first write, in clear (decision 26)."""

    held: BytesIO
    is_passed = False

    def new_file(self, *args: Any, **known: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **known)
        self.held = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep the piece; stop as soon as the file is too large."""
        if start + len(raw_data) > settings.DOCUMENT_MAX_SIZE:
            self.is_passed = True
            raise StopUpload(connection_reset=True)
        self.held.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The whole file."""
        self.held.seek(0)
        return InMemoryUploadedFile(
            self.held, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )


class DocumentParser(MultiPartParser):
    """Multipart that never reaches a disk: refused by its announced length, else while it arrives."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The fields and the file."""
        request = parser_context["request"]
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DOCUMENT_MAX_SIZE + _ENVELOPE:
            raise RequestDataTooBig
        holder = MemoryOnly(request)
        request.upload_handlers = [holder]
        parsed = super().parse(stream, media_type, parser_context)
        if holder.is_passed:
            raise RequestDataTooBig
        return parsed


def document_response(plain: bytes, *, content_type: str, name: str) -> HttpResponse:
    """The bytes, to be seen once and kept nowhere. `name` is the file's, without its ending."""
    extension = content_type.rpartition("/")[2].replace("jpeg", "jpg")
    response = HttpResponse(plain, content_type=content_type)
    response["Content-Disposition"] = f'inline; filename="{name}.{extension}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
