"""What every request goes through: its id and log line, the slash, the audit context."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pghistory
import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware

from key2key.common import metrics
from key2key.common.api.problems import problem_response
from key2key.common.body_limit import is_cut
from key2key.common.ids import uuid7
from key2key.common.request import RequestFacts, current, facts

GetResponse = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger("key2key.request")
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
_QUIET = ("/health", "/metrics", "/static/")


class RequestLine:
    """Gives the request its id (taken when well formed, else made), echoes it, logs one line at the end."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _WELL_FORMED.fullmatch(given) else uuid7().hex
        known = RequestFacts(
            request_id=request_id,
            ip=client_ip(request),
            user_agent=request.headers.get("User-Agent", "")[:255],
        )
        token = current.set(known)
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            self._report(request, response, seconds=time.perf_counter() - began, known=known)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
            current.reset(token)
        response["X-Request-ID"] = request_id
        return response

    def _report(
        self, request: HttpRequest, response: HttpResponse, *, seconds: float, known: RequestFacts
    ) -> None:
        match = getattr(request, "resolver_match", None)
        route = match.route if match else "unknown"
        metrics.observe_request(
            method=request.method or "", route=route, status=response.status_code, seconds=seconds
        )
        if not request.path.startswith(_QUIET):
            log.info(
                "request",
                method=request.method,
                route=route,
                status=response.status_code,
                milliseconds=round(seconds * 1000, 1),
                user=str(known.user_id) if known.user_id else None,
            )


class TrimSlash:
    """Lets `/api/v1/listings/` be `/api/v1/listings`, without a redirect that would lose a body."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/api/") and request.path_info.endswith("/"):
            request.path_info = request.path_info.rstrip("/")
            request.path = request.path.rstrip("/")
        return self.get_response(request)


class Language(LocaleMiddleware):
    """Django's, but the API heeds Accept-Language alone.

    Its answers lie in shared caches, which tell them apart by that header: a reader's cookie would hand
    everybody else the wrong language.
    """

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith("/api/"):
            request.COOKIES.pop(settings.LANGUAGE_COOKIE_NAME, None)
        super().process_request(request)


class RefuseCutBody:
    """Answers a request whose body was longer than `body_limit` let in."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_cut(getattr(request, "scope", {})):
            return problem_response(request, status=413, code="too_large")
        return self.get_response(request)


class AuditContext:
    """Ties the history rows that a writing request leaves to its id; the actor is added by whoever knows."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        writes = request.method not in {"GET", "HEAD", "OPTIONS"}
        known: dict[str, Any] = {"request": facts().request_id}
        session_user = getattr(request, "user", None) if request.path.startswith(_admin_path()) else None
        if session_user is not None and session_user.is_authenticated:
            known["actor"] = str(session_user.pk)
            facts().user_id = session_user.pk
        with pghistory.context(**known) if writes else nullcontext():
            return self.get_response(request)


def client_ip(request: HttpRequest) -> str:
    """The address of the caller: the hop that our own proxies saw, never what the caller claims."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    proxies: int = settings.TRUSTED_PROXIES
    if proxies and len(hops) >= proxies:
        return hops[-proxies][:45]
    return str(request.META.get("REMOTE_ADDR") or "local")


def _admin_path() -> str:
    return f"/{settings.ADMIN_PATH}/"
