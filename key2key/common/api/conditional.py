"""ETag, If-None-Match, If-Match: the version of an answer is the hash of its bytes (decision 28)."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from rest_framework.request import Request
from rest_framework.response import Response

from key2key.common.conditions import Precondition
from key2key.common.errors import Stale

_VARY = ("Authorization", "Accept-Language")


def etag_of(body: bytes) -> str:
    """The strong entity tag of these bytes."""
    return f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'


def tags(header: str) -> set[str]:
    """The tags of an If-Match or If-None-Match header; weak marks are cut."""
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


def not_modified(request: Request, response: HttpResponse) -> HttpResponse:
    """Tag the answer; 304 without a body when the caller has these very bytes."""
    etag = etag_of(response.content)
    response["ETag"] = etag
    patch_vary_headers(response, _VARY)
    given = tags(request.headers.get("If-None-Match", ""))
    if etag not in given and "*" not in given:
        return response
    kept = {name: value for name, value in response.headers.items() if name != "Content-Type"}
    return HttpResponseNotModified(headers=kept)


class Conditional:
    """A view whose GET answers carry ETags and whose writes heed If-Match."""

    cache_control = "private, no-cache"

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Tag what was read."""
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        if request.method in {"GET", "HEAD"} and response.status_code == 200:  # noqa: PLR2004
            if isinstance(response, Response):
                response.render()
            response.headers.setdefault("Cache-Control", self.cache_control)
            return not_modified(request, response)
        return response  # type: ignore[no-any-return]

    def if_match(self, request: Request) -> Precondition:
        """What a service calls with the row it has locked, before it changes it.

        Raises Stale when the caller named a version that the row no longer has.
        """
        header = request.headers.get("If-Match")

        def check(row: Any) -> None:
            if header is not None and header.strip() != "*" and self._tag(request, row) not in tags(header):
                raise Stale

        return check

    def _tag(self, request: Request, row: Any) -> str:
        data = self.represent(row)
        return etag_of(request.accepted_renderer.render(data, request.accepted_media_type, {}))

    def represent(self, row: Any) -> Any:
        """The data of the row's own GET answer."""
        return self.get_serializer(row).data  # type: ignore[attr-defined]
