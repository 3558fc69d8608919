"""Short-lived tokens that open one private document to one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import signing

from key2key.common.errors import NotFound

SECONDS = 60


@dataclass(frozen=True)
class Pass:
    """Whom a token lets see what."""

    document_id: UUID
    viewer_id: UUID


def token_for(viewer: Any, *, kind: str, document_id: UUID) -> str:
    """A token that lets this person see this document for a minute. `kind` says whose documents these are."""
    return signing.dumps([document_id.hex, viewer.pk.hex], salt=kind, compress=False)


def read_token(token: str, *, kind: str, viewer: Any) -> Pass:
    """What the token opens. Raises NotFound: altered, older than a minute, or of another kind or person."""
    try:
        document, person = signing.loads(token, salt=kind, max_age=SECONDS)
    except signing.BadSignature as refusal:
        raise NotFound from refusal
    found = Pass(UUID(hex=document), UUID(hex=person))
    if found.viewer_id != viewer.pk:
        raise NotFound
    return found
