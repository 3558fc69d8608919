"""The documentation's pages: the OpenAPI document, Swagger UI, Redoc, and a page per problem code."""

from __future__ import annotations

import json
from functools import cache

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

from key2key.common.api.codes import CODES
from key2key.common.api.conditional import etag_of, tags

_page = csp_replace(settings.DOCS_CSP)


@cache
def document() -> bytes:
    """The OpenAPI 3.1 document; it is made once per process, since only code changes it."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return json.dumps(schema, ensure_ascii=False, indent=1, default=str).encode()


def openapi(request: HttpRequest) -> HttpResponse:
    """The formal description of the API."""
    body = document()
    etag = etag_of(body)
    headers = {"ETag": etag, "Cache-Control": "public, max-age=300"}
    if etag in tags(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(body, content_type="application/json", headers=headers)


@_page
def swagger(request: HttpRequest) -> HttpResponse:
    """Try the API: Authorize takes a user's e-mail and password."""
    return render(request, "docs/swagger.html")


@_page
def redoc(request: HttpRequest) -> HttpResponse:
    """Read the API."""
    return render(request, "docs/redoc.html")


def problem(request: HttpRequest, code: str) -> HttpResponse:
    """What a problem document's `type` leads to."""
    code = code.replace("-", "_")
    if code not in CODES:
        raise Http404
    return render(request, "docs/problem.html", {"code": code, "sentence": CODES[code]})
