"""Documents: encrypted before the first byte is written, shown for a minute, every look noted."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from key2key.common import audit, clock
from key2key.common.errors import Conflict, Fault, InvalidInput, NotFound
from key2key.common.ids import uuid7
from key2key.common.sealing import seal, unseal
from uploads import storage
from uploads.images import SNIFFED_BYTES, sniff
from verification import case_steps, selectors, vault
from verification.models import Document, DocumentView
from verification.requirements import CONTENT_TYPES, MOST_BYTES, MOST_DOCUMENTS, accepted_kinds

SEALED = "application/octet-stream"  # what the storage is told: nothing of what is inside


class TooLarge(InvalidInput):
    """The file is beyond the limit."""

    status = 413


@contextmanager
def receive(*, by: Any, case_id: UUID, kind: str, file: File[Any]) -> Iterator[Document]:
    """Judge a file, encrypt it in memory and keep it; the block then books it with `add_document`.

    When the block ends without the row being there, the object is removed again. Must not be called
    inside a transaction: storages do not roll back. Raises NotFound, Conflict ("illegal_transition"),
    InvalidInput ("document_not_accepted", "empty_file", "format_not_supported"), TooLarge ("too_large").
    """
    case = selectors.own_case(by, case_id=case_id)
    case_steps.require("submit", state=case.state)
    if kind not in accepted_kinds(case.kind):
        raise _refusal(
            "document_not_accepted", "/kind", _("A case of this kind does not take this document.")
        )
    plain, content_type = _read(file)
    document_id = uuid7()
    locked, key = vault.lock(plain, name=document_id.hex)
    document = Document(
        id=document_id,
        case=case,
        kind=kind,
        content_type=content_type,
        bytes=len(plain),
        storage_key=vault.place_of(document_id),
        sealed_key=seal(base64.b64encode(key).decode()),
    )
    storage.write_original(document.storage_key, ContentFile(locked), content_type=SEALED)
    try:
        yield document
    finally:
        if not Document.objects.filter(pk=document_id).exists():
            storage.remove_original(document.storage_key)


@transaction.atomic
def add_document(document: Document, *, by: Any) -> Document:
    """Write the row of a received document. Locks the case.

    Raises NotFound, Conflict ("illegal_transition", "too_many_documents").
    """
    case = selectors.lock_own_case(by, case_id=document.case_id)
    case_steps.require("submit", state=case.state)
    if len(selectors.kept_kinds(case)) >= MOST_DOCUMENTS:
        raise Conflict(
            "too_many_documents", _("A case takes no more documents than that."), limit=MOST_DOCUMENTS
        )
    document.save(force_insert=True)
    audit.record(actor=by, action="document.added", subject=document)
    return document


@transaction.atomic
def delete_document(*, case_id: UUID, document_id: UUID, by: Any) -> None:
    """Take a document out while the case is in the person's hands; its bytes go right after.

    Locks the case. Raises NotFound, Conflict ("illegal_transition").
    """
    case = selectors.lock_own_case(by, case_id=case_id)
    document = selectors.own_document(by, case_id=case_id, document_id=document_id)
    case_steps.require("submit", state=case.state)
    document.deleted_at = clock.now()
    document.save(update_fields=["deleted_at", "updated_at"])
    audit.record(actor=by, action="document.deleted", subject=document)


def show(*, document_id: UUID, to: Any, reason: str) -> tuple[Document, bytes]:
    """A document and its plain bytes; that this person saw it is written down first.

    The caller has judged that they may. Raises NotFound, also when its bytes are gone.
    """
    document = selectors.document(document_id)
    with transaction.atomic():
        DocumentView.objects.create(document=document, viewer=to, reason=reason[:200])
    try:
        locked = storage.read_original(document.storage_key)
    except FileNotFoundError as gone:
        raise NotFound from gone
    key = base64.b64decode(unseal(document.sealed_key))
    return document, vault.unlock(locked, key=key, name=document.pk.hex)


def _read(file: File[Any]) -> tuple[bytes, str]:
    if file.size > MOST_BYTES:
        raise TooLarge("too_large", _("The file is larger than 10 MB."), limit=MOST_BYTES)
    plain = file.read()
    if not plain:
        raise _refusal("empty_file", "/file", _("The file is empty."))
    content_type = sniff(plain[:SNIFFED_BYTES])
    if content_type not in CONTENT_TYPES:
        raise _refusal("format_not_supported", "/file", _("Send a JPEG, PNG, WebP or PDF file."))
    return plain, content_type


def _refusal(code: str, pointer: str, detail: Any) -> InvalidInput:
    return InvalidInput(code, detail, faults=[Fault(pointer, code, detail)])
