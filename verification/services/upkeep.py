"""What the clock does: cases that end, documents that are not needed any more."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from constance import config
from django.db import transaction

from key2key.common import audit, batches, clock
from uploads import storage
from verification import selectors
from verification.models import Document
from verification.services.decisions import expire

AT_ONCE = 200


def expire_due() -> int:
    """End approved cases whose day is over, each in a transaction of its own. Returns how many."""
    due = selectors.run_out(today=clock.today()).order_by("valid_until").values_list("pk", flat=True)
    return batches.each_alone(list(due[:AT_ONCE]), deed=expire)


def forget_documents() -> int:
    """Delete the documents of cases decided longer ago than the retention setting. Returns how many."""
    before = clock.now() - timedelta(days=int(config.DOCUMENT_RETENTION_DAYS))
    old = selectors.kept_too_long(before=before).order_by("pk").values_list("pk", flat=True)
    count = batches.each_alone(list(old[:AT_ONCE]), deed=_delete)
    wipe_deleted()
    return count


def wipe_deleted() -> int:
    """Remove the bytes of deleted documents, then their keys. What was broken off is finished here."""
    waiting = list(selectors.to_wipe()[:AT_ONCE])
    for document in waiting:
        storage.remove_original(document.storage_key)
        Document.objects.filter(pk=document.pk).update(sealed_key="")
    return len(waiting)


@transaction.atomic
def _delete(document_id: UUID) -> bool:
    document = Document.objects.select_for_update(of=("self",)).get(pk=document_id)
    if document.deleted_at is not None:
        return False
    document.deleted_at = clock.now()
    document.save(update_fields=["deleted_at", "updated_at"])
    audit.record(actor=None, action="document.deleted", subject=document)
    return True
