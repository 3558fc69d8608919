"""Retries that are safe: one key, one effect, one answer (decision 27)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from key2key.common.errors import Conflict, InvalidInput
from key2key.common.models import IdempotencyKey

Handler = Callable[..., HttpResponse]
_KEPT_HEADERS = ("Location", "Content-Type")
_LONGEST = 255


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
                headers={name: response[name] for name in _KEPT_HEADERS if response.has_header(name)},
                body=response.content,
            )
        return response

    once.heeds_idempotency_key = True  # type: ignore[attr-defined]  # read by the schema
    return once


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
        if not cursor.fetchone()[0]:
            raise Conflict(
                "idempotency_in_progress", _("The first request with this key still runs."), retry_after=1
            )


def _replay(before: IdempotencyKey, *, route: str, fingerprint: str) -> HttpResponse:
    if (before.route, before.fingerprint) != (route, fingerprint):
        raise KeyReused("idempotency_key_reused", _("This key was used for another request."))
    answer = HttpResponse(bytes(before.body), status=before.status, headers=before.headers)
    answer["Idempotent-Replayed"] = "true"
    return answer
