"""One error shape for everything under /api: RFC 9457 problem documents."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.exceptions import ValidationError as ModelValidationError
from django.db.utils import Error as DatabaseError
from django.db.utils import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from psycopg import errors as pg
from psycopg_pool import PoolTimeout
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import set_rollback

from key2key.common.errors import DomainError, Fault, InvalidInput, Throttled, Unavailable
from key2key.common.request import current_request_id

log = structlog.get_logger(__name__)

TITLES = {
    400: _("The request is not valid"),
    401: _("Sign in first"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("Not possible here"),
    406: _("No such format"),
    409: _("Conflict"),
    412: _("It has changed"),
    413: _("Too large"),
    415: _("Format not understood"),
    422: _("Cannot be processed"),
    429: _("Too many requests"),
    500: _("Our fault"),
    503: _("Not available now"),
}
_CODES: dict[type[exceptions.APIException], str] = {
    exceptions.ParseError: "malformed",
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.AuthenticationFailed: "token_not_valid",
    exceptions.PermissionDenied: "not_allowed",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.NotAcceptable: "not_acceptable",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.Throttled: "rate_limited",
}
# Codes of a single kind of fault that say more as the document's own code than "validation_error".
_TELLING = ("unknown_field", "read_only_field", "unknown_parameter")


def problem_response(
    request: HttpRequest | Request | None,
    *,
    status: int,
    code: str,
    detail: Any = None,
    faults: Sequence[Fault] = (),
    extra: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The document as an answer. `detail` defaults to the status's title."""
    document: dict[str, Any] = {
        "type": f"{settings.BASE_URL}/problems/{code}",
        "title": str(TITLES.get(status, HTTPStatus(status).phrase)),
        "status": status,
        "detail": str(detail or TITLES.get(status, "")),
        "code": code,
        "request_id": current_request_id(),
        **(extra or {}),
    }
    if faults:
        document["errors"] = [
            {"pointer": fault.pointer, "code": fault.code, "detail": str(fault.detail)} for fault in faults
        ]
    return HttpResponse(
        json.dumps(document, ensure_ascii=False, default=str),
        status=status,
        content_type="application/problem+json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def handle(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """DRF's exception handler: whatever was raised becomes a problem; the transaction rolls back."""
    request: Request | None = context.get("request")
    set_rollback()
    if isinstance(error, DomainError):
        return _domain(request, error)
    if isinstance(error, ModelValidationError):
        return _domain(request, InvalidInput(faults=list(_model_faults(error))))
    if isinstance(error, Http404):
        return problem_response(request, status=404, code="not_found")
    if isinstance(error, PermissionDenied):
        return problem_response(request, status=403, code="not_allowed")
    if isinstance(error, RequestDataTooBig):
        return problem_response(request, status=413, code="too_large")
    if isinstance(error, TooManyFieldsSent | TooManyFilesSent):
        return problem_response(request, status=400, code="malformed")
    if isinstance(error, exceptions.APIException):
        return _drf(request, error)
    return _database(request, error) or _unexpected(request, error)


def _domain(request: Request | None, error: DomainError) -> HttpResponse:
    headers = {}
    if isinstance(error, Unavailable | Throttled):
        headers["Retry-After"] = str(error.retry_after)
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    faults = error.faults if isinstance(error, InvalidInput) else ()
    code = _telling(faults) if error.code == "validation_error" else error.code
    extra = dict(error.extra)
    if "retry_after" in extra:
        headers["Retry-After"] = str(extra.pop("retry_after"))
    return problem_response(
        request,
        status=error.status,
        code=code,
        detail=error.detail,
        faults=faults,
        extra=extra,
        headers=headers,
    )


def _drf(request: Request | None, error: exceptions.APIException) -> HttpResponse:
    if isinstance(error, exceptions.ValidationError):
        return _domain(request, InvalidInput(faults=list(_faults(error.detail))))
    headers = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    wait = getattr(error, "wait", None)  # of DRF's Throttled
    if wait is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    if isinstance(error, exceptions.MethodNotAllowed) and request is not None:
        view = request.parser_context["view"]
        headers["Allow"] = ", ".join(view.allowed_methods)
    code = next((code for kind, code in _CODES.items() if isinstance(error, kind)), "error")
    given = getattr(error.detail, "code", None)
    if given and given != type(error).default_code:
        code = given
    return problem_response(
        request, status=error.status_code, code=code, detail=error.detail, headers=headers
    )


def _database(request: Request | None, error: Exception) -> HttpResponse | None:
    """What a busy, absent or read-only database (a standby) comes to: never a hang, never a 500."""
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    if isinstance(cause, pg.LockNotAvailable | pg.QueryCanceled | pg.DeadlockDetected | PoolTimeout):
        code = "busy"
    elif isinstance(error, OperationalError | InterfaceError) or isinstance(cause, pg.ReadOnlySqlTransaction):
        code = "database_unavailable"
    else:
        return None
    log.warning(code, error=type(cause).__name__)
    return _domain(request, Unavailable(code, retry_after=2))


def _unexpected(request: Request | None, error: Exception) -> HttpResponse:
    log.error("unexpected_error", exc_info=error)
    return problem_response(request, status=500, code="internal_error")


def _faults(detail: Any, pointer: str = "") -> Iterator[Fault]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            here = pointer if name == "non_field_errors" else f"{pointer}/{_escape(str(name))}"
            yield from _faults(inner, here)
    elif isinstance(detail, list):
        for position, inner in enumerate(detail):
            is_row = isinstance(inner, dict | list)
            yield from _faults(inner, f"{pointer}/{position}" if is_row else pointer)
    else:
        yield Fault(pointer, getattr(detail, "code", "invalid"), str(detail))


def _model_faults(error: ModelValidationError) -> Iterator[Fault]:
    if hasattr(error, "error_dict"):
        for name, inner in error.error_dict.items():
            pointer = "" if name == "__all__" else f"/{_escape(name)}"
            yield from (Fault(pointer, one.code or "invalid", one.messages[0]) for one in inner)
    else:
        yield from (Fault("", one.code or "invalid", one.messages[0]) for one in error.error_list)


def _telling(faults: Sequence[Fault]) -> str:
    codes = {fault.code for fault in faults}
    return codes.pop() if len(codes) == 1 and codes <= set(_TELLING) else "validation_error"


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
