from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from key2key.common import clock
from key2key.common.errors import Conflict, InvalidInput, NotFound
from uploads import selectors, services, storage
from uploads.kinds import Kind, Reason, State
from uploads.models import Upload
from uploads.tests import pictures
from uploads.tests.conftest import Disk
from uploads.tests.factories import OwnerFactory, UploadFactory
from uploads.tests.racing import in_threads, stored

pytestmark = pytest.mark.django_db

DAY = timedelta(hours=24, minutes=1)


def test_a_claimed_upload_is_kept_and_a_released_one_is_swept_a_day_later(disk: Disk) -> None:
    owner = OwnerFactory()
    first, second = UploadFactory(owner=owner), UploadFactory(owner=owner)

    claimed = services.claim(upload_ids=[second.pk, first.pk], by=owner, claimed_by="listings.photo:1")

    assert claimed == [second, first]
    with clock.advanced(DAY):
        assert services.sweep_orphans() == 0
        assert services.release(upload_ids=[first.pk, second.pk], claimed_by="listings.photo:1") == 2
        assert services.release(upload_ids=[first.pk], claimed_by="listings.photo:1") == 0
        assert services.sweep_orphans() == 0
    with clock.advanced(2 * DAY):
        assert services.sweep_orphans() == 2
    assert not Upload.objects.exists()
    assert not disk.objects


@pytest.mark.parametrize("state", [State.PENDING, State.SCANNING, State.READY])
def test_an_upload_may_be_claimed_before_it_is_ready(state: str) -> None:
    upload = UploadFactory()
    Upload.objects.update(state=state)

    services.claim(upload_ids=[upload.pk], by=upload.owner, claimed_by="x:1")
    services.claim(upload_ids=[upload.pk], by=upload.owner, claimed_by="x:1")

    upload.refresh_from_db()
    assert upload.claimed_by == "x:1"
    assert upload.claimed_at is not None


def test_a_claim_is_refused_whole_when_one_part_of_it_is() -> None:
    owner = OwnerFactory()
    good, theirs, rejected, taken, avatar, gone = (
        UploadFactory(owner=owner), UploadFactory(), UploadFactory(owner=owner),
        UploadFactory(owner=owner, claimed_by="y:1"), UploadFactory(owner=owner), UploadFactory(owner=owner),
    )  # fmt: skip
    Upload.objects.filter(pk=rejected.pk).update(state=State.REJECTED, reason=Reason.DAMAGED)
    Upload.objects.filter(pk=avatar.pk).update(kind=Kind.AVATAR)
    Upload.objects.filter(pk=gone.pk).update(discarded_at=clock.now())
    for bad, code, kind in (
        (theirs, "not_found", NotFound),
        (gone, "not_found", NotFound),
        (rejected, "upload_rejected", Conflict),
        (taken, "upload_claimed", Conflict),
        (avatar, "wrong_upload_kind", InvalidInput),
    ):
        with pytest.raises(kind) as refusal:
            services.claim(upload_ids=[good.pk, bad.pk], by=owner, claimed_by="x:1")
        assert refusal.value.code == code
        good.refresh_from_db()
        assert not good.claimed_by
    taken.refresh_from_db()
    assert taken.claimed_by == "y:1"


def test_nobody_releases_what_another_has_claimed() -> None:
    upload = UploadFactory(claimed_by="y:1")

    assert services.release(upload_ids=[upload.pk], claimed_by="x:1") == 0

    upload.refresh_from_db()
    assert upload.claimed_by == "y:1"


@pytest.mark.django_db(transaction=True)
def test_of_many_who_claim_at_once_one_wins() -> None:
    owner = OwnerFactory()
    uploads = [UploadFactory(owner=owner).pk for _ in range(3)]

    outcomes = in_threads(
        *(
            lambda number=number: services.claim(
                upload_ids=uploads[:: 1 if number % 2 else -1], by=owner, claimed_by=f"x:{number}"
            )
            for number in range(6)
        )
    )

    assert sum(isinstance(outcome, list) for outcome in outcomes) == 1
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Conflict)} == {"upload_claimed"}
    assert len(set(Upload.objects.values_list("claimed_by", flat=True))) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_would_win() -> None:
    """The control of the test above: the race is real."""
    upload = UploadFactory()
    both_have_read = threading.Barrier(2)

    def claim_unlocked(name: str) -> bool:
        row = Upload.objects.get(pk=upload.pk)
        both_have_read.wait(5)
        if row.claimed_by:
            return False
        row.claimed_by, row.claimed_at = name, clock.now()
        row.save()
        return True

    assert in_threads(lambda: claim_unlocked("x:1"), lambda: claim_unlocked("x:2")) == [True, True]


def test_only_what_nothing_claimed_for_a_day_is_swept(disk: Disk) -> None:
    old = stored(data=pictures.numbered_jpeg(1))
    ready = UploadFactory()
    claimed = UploadFactory(claimed_by="x:1")
    with clock.advanced(timedelta(hours=23)):
        assert services.sweep_orphans() == 0
        fresh = stored(data=pictures.numbered_jpeg(2))
    with clock.advanced(DAY):
        assert services.sweep_orphans() == 2

    assert set(Upload.objects.values_list("pk", flat=True)) == {claimed.pk, fresh.pk}
    assert not any(old.original_key in name or ready.folder in name for name in disk.objects)
    assert len(disk.objects) == 5
    assert not (disk.root / "public" / ready.folder).exists()


def test_a_sweep_that_died_is_finished_by_the_next(disk: Disk) -> None:
    upload = UploadFactory()
    Upload.objects.update(discarded_at=clock.now())
    storage.remove_variants(upload.folder)  # so far it came

    with pytest.raises(NotFound):
        selectors.own_upload(upload.owner, upload.pk)
    assert services.sweep_orphans() == 1
    assert not disk.objects


def test_what_is_being_claimed_is_not_swept() -> None:
    upload = UploadFactory()
    with clock.advanced(DAY):
        with transaction.atomic():
            services.claim(upload_ids=[upload.pk], by=upload.owner, claimed_by="x:1")
        assert services.sweep_orphans() == 0


def test_originals_that_no_row_knows_are_swept_two_days_later(disk: Disk) -> None:
    kept = UploadFactory(claimed_by="x:1")
    key = storage.new_original_key(kept.owner.pk, day=clock.now().date())
    storage.write_original(key, ContentFile(b"left by a process that died"), content_type="image/jpeg")
    services.sweep_orphans()
    assert f"private/{key}" in disk.objects

    with clock.advanced(timedelta(days=2)):
        services.sweep_orphans()

    assert f"private/{key}" not in disk.objects
    assert f"private/{kept.original_key}" in disk.objects


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": State.REJECTED},
        {"reason": Reason.DAMAGED},
        {"state": State.READY, "blurhash": ""},
        {"state": State.READY, "width": 0},
        {"claimed_by": "x:1"},
        {"claimed_at": "2026-01-01T00:00:00Z"},
        {"claimed_by": "x:1", "claimed_at": "2026-01-01T00:00:00Z", "discarded_at": "2026-01-01T00:00:00Z"},
    ],
)
def test_the_database_refuses_rows_that_contradict_themselves(wrong: dict[str, Any]) -> None:
    upload = UploadFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Upload.objects.filter(pk=upload.pk).update(**wrong)


def test_a_persons_uploads_are_handed_out_and_forgotten(disk: Disk) -> None:
    from key2key.common.plugins import privacy

    part = privacy["uploads.upload"]
    owner = OwnerFactory()
    loose, shown, other = (
        UploadFactory(owner=owner),
        UploadFactory(owner=owner, claimed_by="x:1"),
        UploadFactory(),
    )
    assert {row["id"] for row in part.export(owner)} == {loose.pk, shown.pk}
    assert set(part.fields) <= {field.name for field in Upload._meta.fields}

    part.erase(owner)
    services.sweep_orphans()

    assert set(Upload.objects.values_list("pk", flat=True)) == {shown.pk, other.pk}
    services.release(upload_ids=[shown.pk], claimed_by="x:1")
    part.erase(owner)
    services.sweep_orphans()
    assert list(Upload.objects.all()) == [other]
    assert len(disk.objects) == 4


@pytest.mark.django_db(transaction=True)
def test_the_same_bytes_sent_while_the_first_are_being_claimed_are_an_upload_of_their_own() -> None:
    owner, claimed, sent = OwnerFactory(), threading.Event(), threading.Event()
    first = stored(owner)

    def claim() -> None:
        with transaction.atomic():
            services.claim(upload_ids=[first.pk], by=owner, claimed_by="x:1")
            claimed.set()
            sent.wait(0.5)

    def send_again() -> Upload:
        claimed.wait(5)
        again = stored(owner)
        sent.set()
        return again

    _, again = in_threads(claim, send_again)
    assert again.pk != first.pk
    assert (again.claimed_by, Upload.objects.count()) == ("", 2)
