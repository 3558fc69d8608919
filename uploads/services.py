"""Every rule that writes uploads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from key2key.common import background, clock
from key2key.common.errors import Conflict, Fault, InvalidInput, NotFound, Throttled
from key2key.common.events import publish
from key2key.common.ids import uuid7
from uploads import guarded, images, selectors, storage
from uploads.events import UploadProcessed, UploadRejected
from uploads.images import Derived
from uploads.kinds import MIB, RULES, Kind, Reason, Rules, State
from uploads.models import Upload

log = structlog.get_logger(__name__)

KEPT_UNCLAIMED = timedelta(hours=24)
STRAY_DAYS = range(2, 8)  # days ago whose originals are compared with the rows
SWEPT_AT_ONCE = 500
TAKEN_AT_ONCE = 4
LEASE = timedelta(minutes=2)


class TooLarge(InvalidInput):
    """The file is beyond its kind's limit."""

    status = 413


@contextmanager
def receive(*, owner: Any, file: File[Any], kind: str = Kind.PHOTO) -> Iterator[Upload]:
    """Look at a file and keep its original; the block then books it, in whatever transaction it likes.

    Only the first bytes are looked at: the worker decodes. When the block ends without the row being
    there, the original is removed again. Must not be called inside a transaction (RuntimeError):
    storages do not roll back.

    Raises InvalidInput ("kind_not_accepted", "empty_file", "not_an_image", "format_not_supported"),
    TooLarge ("too_large"), Throttled (300 files and 1 GiB a day).
    """
    content_type = _inspect(file, rules=_rules_of(kind))
    with transaction.atomic(durable=True):
        _require_room(owner, size=file.size)
    upload = _unsaved(owner=owner, kind=kind, file=file, content_type=content_type)
    storage.write_original(upload.original_key, file, content_type=content_type)
    try:
        yield upload
    finally:
        for key in selectors.strays([upload.original_key]):
            storage.remove_original(key)


@transaction.atomic
def book(upload: Upload) -> Upload:
    """Write the row of a received file and wake the worker.

    The same bytes sent again by the same owner for the same kind are the same upload as long as nothing
    claims it: its day begins anew, and nothing is stored twice. Raises Throttled.
    """
    selectors.lock_intake_of(upload.owner)
    known = selectors.reusable_upload(upload.owner, kind=upload.kind, sha256=upload.sha256)
    if known:
        known.unclaimed_since = clock.now()
        known.save(update_fields=["unclaimed_since", "updated_at"])
        return known
    _require_room(upload.owner, size=upload.bytes)
    upload.save(force_insert=True)
    background.wake("uploads.tasks.process_photos")
    return upload


def store_photo(*, owner: Any, file: File[Any] | bytes, kind: str = Kind.PHOTO) -> Upload:
    """Take a photo in; the worker makes it ready. Errors and promises as of `receive` and `book`."""
    content = ContentFile(file) if isinstance(file, bytes) else file
    with receive(owner=owner, file=content, kind=kind) as upload:
        return book(upload)


def store_processed(*, owner: Any, original: bytes, derived: Derived, claimed_by: str = "") -> Upload:
    """Take in a photo of our own that was derived already, ready at once. For demo data.

    No quota, no second look; twice the same bytes are two uploads. Not inside a transaction.
    """
    file = ContentFile(original)
    upload = _unsaved(owner=owner, kind=Kind.PHOTO, file=file, content_type=derived.content_type)
    upload.state, upload.work_state = State.READY, Upload.WorkState.DONE
    upload.width, upload.height, upload.blurhash = derived.width, derived.height, derived.blurhash
    if claimed_by:
        upload.claimed_by, upload.claimed_at = claimed_by, clock.now()
    storage.write_original(upload.original_key, file, content_type=derived.content_type)
    storage.write_variants(upload.folder, derived.variants)
    upload.save(force_insert=True)
    return upload


@transaction.atomic
def claim(*, upload_ids: Iterable[UUID], by: Any, claimed_by: str, kind: str = Kind.PHOTO) -> list[Upload]:
    """Tie uploads to the row that shows them from now on, so that they are not swept. All or none.

    An upload may be claimed before it is ready; UploadProcessed or UploadRejected tells the end. Claiming
    again for the same `claimed_by` changes nothing. Returns them in the order given; they stay locked
    until the transaction ends.

    Raises NotFound (missing or not theirs), InvalidInput ("wrong_upload_kind"), Conflict
    ("upload_rejected", "upload_claimed").
    """
    wanted = list(dict.fromkeys(upload_ids))
    found = {upload.pk: upload for upload in selectors.lock_uploads(wanted).filter(owner=by)}
    if len(found) < len(wanted):
        raise NotFound
    for upload in found.values():
        _require_claimable(upload, claimed_by=claimed_by, kind=kind)
    fresh = [upload for upload in found.values() if not upload.claimed_by]
    for upload in fresh:
        upload.claimed_by, upload.claimed_at = claimed_by, clock.now()
        upload.save(update_fields=["claimed_by", "claimed_at", "updated_at"])
    return [found[upload_id] for upload_id in wanted]


@transaction.atomic
def release(*, upload_ids: Iterable[UUID], claimed_by: str) -> int:
    """Untie uploads from the row that showed them; a day later they are swept.

    What somebody else has claimed stays theirs. Returns how many were released; the second time, none.
    """
    held = [upload for upload in selectors.lock_uploads(upload_ids) if upload.claimed_by == claimed_by]
    for upload in held:
        upload.claimed_by, upload.claimed_at, upload.unclaimed_since = "", None, clock.now()
        upload.save(update_fields=["claimed_by", "claimed_at", "unclaimed_since", "updated_at"])
    return len(held)


def process_photos() -> int:
    """Make ready what waits; few at a time, so that several workers share it. Returns how many were taken."""
    return background.perform(Upload, limit=TAKEN_AT_ONCE)


def process_upload(upload: Upload) -> None:
    """Make an upload ready, or reject it. The worker's duty: safe to run twice, fenced by its lease."""
    if upload.state not in {State.PENDING, State.SCANNING}:
        return
    Upload.objects.filter(pk=upload.pk, lease=upload.lease, state=State.PENDING).update(state=State.SCANNING)
    try:
        derived = guarded.derive(storage.read_original(upload.original_key))
    except images.Refused as refusal:
        _reject(upload, reason=Reason(refusal.flaw))
    except FileNotFoundError:
        _reject(upload, reason=Reason.LOST)
    else:
        storage.write_variants(upload.folder, derived.variants)
        _settle(
            upload,
            event=UploadProcessed(upload.pk),
            state=State.READY,
            width=derived.width,
            height=derived.height,
            blurhash=derived.blurhash,
        )


def sweep_orphans() -> int:
    """Remove what nothing claimed for a day, with all its objects. Returns how many uploads went.

    First the rows are marked and the mark is committed, then the objects go, then the rows: a sweep that
    dies is finished by the next one.
    """
    with transaction.atomic():
        idle = selectors.lock_unclaimed(before=clock.now() - KEPT_UNCLAIMED, limit=SWEPT_AT_ONCE)
        Upload.objects.filter(pk__in=[upload.pk for upload in idle]).update(
            discarded_at=clock.now(), work_state=Upload.WorkState.DONE
        )
    gone = sum(_remove(upload) for upload in selectors.discarded(limit=SWEPT_AT_ONCE))
    for days in STRAY_DAYS:
        _remove_strays(days)
    return gone


def _rules_of(kind: str) -> Rules:
    rules = RULES[kind]
    if not rules.is_accepted:
        raise _refusal("kind_not_accepted", _("Files of this kind cannot be sent in yet."), field="kind")
    return rules


def _unsaved(*, owner: Any, kind: str, file: File[Any], content_type: str) -> Upload:
    upload_id = uuid7()
    return Upload(
        id=upload_id,
        owner=owner,
        kind=kind,
        content_type=content_type,
        bytes=file.size,
        sha256=storage.digest_of(file),
        original_key=storage.new_original_key(upload_id, day=clock.now().date()),
        folder=storage.new_folder(),
    )


def _inspect(file: File[Any], *, rules: Rules) -> str:
    """The media type that the file's own first bytes tell."""
    if file.size > rules.most_bytes:
        detail = _("The file is larger than %(limit)d MB.") % {"limit": rules.most_bytes // MIB}
        raise TooLarge("too_large", detail)
    file.seek(0)
    head = file.read(images.SNIFFED_BYTES)
    file.seek(0)
    if not head:
        raise _refusal("empty_file", _("The file is empty."))
    content_type = images.sniff(head)
    if content_type in rules.content_types:
        return content_type
    if content_type.startswith("image/"):
        raise _refusal("format_not_supported", _("Send the picture as JPEG, PNG, WebP or AVIF."))
    raise _refusal("not_an_image", _("The file is not a picture."))


def _refusal(code: str, detail: Any, *, field: str = "file") -> InvalidInput:
    return InvalidInput(code, detail, faults=[Fault(f"/{field}", code, detail)])


def _require_room(owner: Any, *, size: int) -> None:
    files, room = selectors.room_left(owner)
    if files < 1 or room < size:
        raise Throttled(
            retry_after=selectors.seconds_to_tomorrow(),
            detail=_("You have sent in as much as one day allows. Please go on tomorrow."),
        )


def _require_claimable(upload: Upload, *, claimed_by: str, kind: str) -> None:
    if upload.kind != kind:
        raise InvalidInput("wrong_upload_kind", _("This file was sent in for something else."))
    if upload.state == State.REJECTED:
        raise Conflict("upload_rejected", upload.get_reason_display())
    if upload.claimed_by not in {"", claimed_by}:
        raise Conflict("upload_claimed", _("This file is in use already. Send it in again."))


def _reject(upload: Upload, *, reason: Reason) -> None:
    event = UploadRejected(upload.pk, reason.value)
    _settle(upload, event=event, state=State.REJECTED, reason=reason)


def _settle(upload: Upload, *, event: UploadProcessed | UploadRejected, **values: Any) -> None:
    """The upload's end, the duty's end and the event, in one transaction, if the lease still holds."""
    try:
        with transaction.atomic():
            background.finish(upload)
            Upload.objects.filter(pk=upload.pk).update(**values, updated_at=clock.now())
            publish(event)
    except background.LeaseLost:
        if not Upload.objects.filter(pk=upload.pk, discarded_at__isnull=True).exists():
            storage.remove_variants(upload.folder)  # swept meanwhile: nobody else will remove them
        raise


def _remove(upload: Upload) -> bool:
    storage.remove_variants(upload.folder)
    storage.remove_original(upload.original_key)
    try:
        upload.delete()
    except ProtectedError:
        log.exception("swept_upload_still_shown", upload=str(upload.pk))
        return False
    return True


def _remove_strays(days_ago: int) -> None:
    """Originals without a row: a process died between keeping a file and booking it."""
    day = (clock.now() - timedelta(days=days_ago)).date()
    for key in selectors.strays(storage.originals_of(day)):
        storage.remove_original(key)
