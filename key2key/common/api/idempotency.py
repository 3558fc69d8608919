"""Retries that are safe: one key, one effect, one answer (decision 27)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from key2key.common import named_locks
from key2key.common.errors import Conflict, DomainError, InvalidInput
from key2key.common.models import IdempotencyKey

Handler = Callable[..., HttpResponse]
_KEPT_HEADERS = ("Location", "Content-Type")
_LONGEST = 255
RUNNING = 0  # as the status of an answer that is still being made


class KeyReused(Conflict):
    """The key came before with another request."""

    status = 422


def idempotent(handler: Handler) -> Handler:
    """A POST handler that heeds Idempotency-Key.

    The effect, the rendered answer and the key are one transaction; refusals are not kept, so that a
    corrected retry may use the same key. Anonymous callers have no keys.
    """

    @wraps(handler)
    def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if key is None or not request.user.is_authenticated:
            return handler(view, request, *args, **kwargs)
        key = _well_formed(key)
        route, fingerprint = str(getattr(request.resolver_match, "route", "")), fingerprint_of(request)
        with transaction.atomic():
            _hold(user=request.user, key=key)
            before = IdempotencyKey.objects.filter(user=request.user, key=key).first()
            if before:
                return _replay(before, route=route, fingerprint=fingerprint)
            response = handler(view, request, *args, **kwargs)
            response = view.finalize_response(request, response, *args, **kwargs)
            response.render()
            IdempotencyKey.objects.create(
                user=request.user,
                key=key,
                route=route,
                fingerprint=fingerprint,
                status=response.status_code,
                headers=_kept(response),
                body=response.content,
            )
        return response

    once.heeds_idempotency_key = True  # type: ignore[attr-defined]  # read by the schema
    return once


def key_required(handler: Handler) -> Handler:
    """A handler above `idempotent` that refuses to begin without an Idempotency-Key.

    Raises InvalidInput ("idempotency_key_required"): for money nobody may have to guess whether to repeat.
    """

    @wraps(handler)
    def begin(view: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        key_of(request)
        return handler(view, request, *args, **kwargs)

    begin.heeds_idempotency_key = True  # type: ignore[attr-defined]  # both are read by the schema
    begin.requires_idempotency_key = True  # type: ignore[attr-defined]
    return begin


def idempotent_in_steps(handler: Handler) -> Handler:
    """A POST handler that calls a vendor between its transactions, and requires an Idempotency-Key.

    The key rests as running while the handler works, and others with it get 409; then it gets the answer.
    A refusal frees the key. What broke on our side or the vendor's leaves it running: the next request
    with the key enters the handler again, which goes on where the first one stopped (decision 27).
    """

    @wraps(handler)
    def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        key, route = key_of(request), str(getattr(request.resolver_match, "route", ""))
        fingerprint = fingerprint_of(request)
        with _held_throughout(user=request.user, key=key):
            row, _is_new = IdempotencyKey.objects.get_or_create(
                user=request.user,
                key=key,
                defaults={"route": route, "fingerprint": fingerprint, "status": RUNNING, "body": b""},
            )
            if row.status != RUNNING or (row.route, row.fingerprint) != (route, fingerprint):
                return _replay(row, route=route, fingerprint=fingerprint)
            try:
                response = handler(view, request, *args, **kwargs)
            except (DomainError, APIException) as refusal:
                if _is_final(refusal):
                    row.delete()
                raise
            response = view.finalize_response(request, response, *args, **kwargs)
            response.render()
            row.status, row.body = response.status_code, response.content
            row.headers = _kept(response)
            row.save(update_fields=["status", "body", "headers"])
        return response

    return key_required(once)


def key_of(request: Request) -> str:
    """The request's key. Raises InvalidInput ("idempotency_key_required", "idempotency_key_invalid")."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        raise InvalidInput("idempotency_key_required", _("Send an Idempotency-Key with this request."))
    return _well_formed(key)


def fingerprint_of(request: Request) -> str:
    """What makes a request the same: method, path, fields, and the hashes of files, not raw bytes."""
    data = request.data
    fields = {name: data.getlist(name) for name in data} if hasattr(data, "getlist") else data
    plain = json.dumps(fields, sort_keys=True, default=_digest)
    return hashlib.sha256(f"{request.method} {request.path}\n{plain}".encode()).hexdigest()


def _digest(value: Any) -> str:
    if not isinstance(value, UploadedFile):
        return str(value)
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return digest.hexdigest()


def _well_formed(key: str) -> str:
    key = key.strip().strip('"')
    if not key or len(key) > _LONGEST or not key.isprintable():
        raise InvalidInput("idempotency_key_invalid", _("The Idempotency-Key is not valid."))
    return key


def _hold(*, user: Any, key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 27))", [f"{user.pk}:{key}"])
        _require_lock(cursor.fetchone()[0])


def _require_lock(is_ours: bool) -> None:  # noqa: FBT001 - as the database says it
    if not is_ours:
        raise Conflict(
            "idempotency_in_progress", _("The first request with this key still runs."), retry_after=1
        )


@contextmanager
def _held_throughout(*, user: Any, key: str) -> Iterator[None]:
    """Over several transactions; no connection is kept meanwhile, and a process that dies lets go of it."""
    with named_locks.held(f"{user.pk}:{key}") as is_ours:
        _require_lock(is_ours)
        yield


def _is_final(refusal: DomainError | APIException) -> bool:
    status = refusal.status if isinstance(refusal, DomainError) else refusal.status_code
    return status < HTTPStatus.INTERNAL_SERVER_ERROR


def _kept(response: HttpResponse) -> dict[str, str]:
    return {name: response[name] for name in _KEPT_HEADERS if response.has_header(name)}


def _replay(before: IdempotencyKey, *, route: str, fingerprint: str) -> HttpResponse:
    if (before.route, before.fingerprint) != (route, fingerprint):
        raise KeyReused("idempotency_key_reused", _("This key was used for another request."))
    answer = HttpResponse(bytes(before.body), status=before.status, headers=before.headers)
    answer["Idempotent-Replayed"] = "true"
    return answer
