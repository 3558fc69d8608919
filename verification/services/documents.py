"""Documents: encrypted before the first byte is written, shown for a minute, every look noted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from key2key.common import audit, clock
from key2key.common.errors import Conflict, Fault, InvalidInput
from uploads import vault
from verification import case_steps, selectors
from verification.models import Document, DocumentView
from verification.requirements import MOST_DOCUMENTS, accepted_kinds


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
    with vault.keep(
        file, folder="kyc", is_booked=lambda key: Document.objects.filter(pk=key).exists()
    ) as kept:
        yield Document(case=case, kind=kind, **vars(kept))


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
    plain = vault.open_document(document.pk, storage_key=document.storage_key, sealed_key=document.sealed_key)
    return document, plain


def _refusal(code: str, pointer: str, detail: Any) -> InvalidInput:
    return InvalidInput(code, detail, faults=[Fault(pointer, code, detail)])
