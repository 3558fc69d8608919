from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from key2key.common import clock
from key2key.common.errors import Conflict, InvalidInput, Throttled, Unavailable
from uploads import kinds, selectors, services, storage
from uploads.kinds import Kind, Reason, State
from uploads.models import Upload
from uploads.tests import pictures
from uploads.tests.conftest import Disk
from uploads.tests.factories import OwnerFactory
from uploads.tests.racing import in_threads, stored
from uploads.tests.storages import FULL_DISK

pytestmark = pytest.mark.django_db

DAY = timedelta(hours=24, minutes=1)


def test_a_photo_is_kept_as_it_was_sent_and_waits_for_the_worker(disk: Disk) -> None:
    upload = stored()

    upload.refresh_from_db()
    assert (upload.state, upload.work_state) == (State.PENDING, Upload.WorkState.QUEUED)
    assert (upload.content_type, upload.bytes) == ("image/jpeg", len(pictures.jpeg()))
    assert disk.objects == {f"private/{upload.original_key}"}
    assert storage.read_original(upload.original_key) == pictures.jpeg()


@pytest.mark.parametrize("name", pictures.REFUSED_AT_THE_DOOR)
def test_what_is_no_photo_is_refused_at_the_door_and_nothing_is_stored(disk: Disk, name: str) -> None:
    data, code = pictures.REFUSED_AT_THE_DOOR[name]

    with pytest.raises(InvalidInput) as refusal:
        services.store_photo(owner=OwnerFactory(), file=ContentFile(data, name="holiday.jpg"))

    assert refusal.value.code == code
    assert refusal.value.faults[0].pointer == "/file"
    assert not Upload.objects.exists()
    assert not disk.objects


def test_the_limit_is_exact_to_the_byte(disk: Disk) -> None:
    most = kinds.RULES[Kind.PHOTO].most_bytes
    with pytest.raises(services.TooLarge) as refusal:
        stored(data=pictures.padded_jpeg(most + 1))
    assert (refusal.value.code, refusal.value.status) == ("too_large", 413)
    assert not Upload.objects.exists()
    assert not disk.objects

    assert stored(data=pictures.padded_jpeg(most)).bytes == most


@pytest.mark.parametrize("kind", [Kind.DOCUMENT, Kind.CHAT])
def test_kinds_whose_domain_is_still_to_come_are_refused(disk: Disk, kind: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        services.store_photo(owner=OwnerFactory(), file=pictures.jpeg(), kind=kind)

    assert refusal.value.code == "kind_not_accepted"
    assert not disk.objects


def test_the_same_bytes_again_are_the_same_upload_until_it_is_claimed(disk: Disk) -> None:
    owner = OwnerFactory()
    first = stored(owner)
    with clock.advanced(timedelta(hours=20)):
        assert stored(owner) == first
        assert len(disk.objects) == 1
        first.refresh_from_db()
        assert first.unclaimed_since > clock.now() - timedelta(minutes=1)

    assert services.store_photo(owner=owner, file=pictures.jpeg(), kind=Kind.AVATAR) != first
    assert stored(OwnerFactory()) != first
    services.claim(upload_ids=[first.pk], by=owner, claimed_by="listings.photo:1")
    assert stored(owner) != first


def test_a_rejected_upload_is_not_reused() -> None:
    owner = OwnerFactory()
    first = stored(owner)
    Upload.objects.update(state=State.REJECTED, reason=Reason.DAMAGED)

    assert stored(owner) != first


@pytest.mark.django_db(transaction=True)
def test_the_same_bytes_sent_twice_at_once_are_stored_once(disk: Disk) -> None:
    owner = OwnerFactory()

    first, second = in_threads(lambda: stored(owner), lambda: stored(owner))

    assert first.pk == second.pk
    assert Upload.objects.count() == 1
    assert len(disk.objects) == 1


def test_a_receiver_that_never_books_leaves_nothing(disk: Disk) -> None:
    owner = OwnerFactory()
    with services.receive(owner=owner, file=ContentFile(pictures.jpeg())):
        assert len(disk.objects) == 1

    assert not disk.objects


def test_a_booking_that_is_rolled_back_leaves_nothing(disk: Disk) -> None:
    def fail() -> None:
        file = ContentFile(pictures.jpeg())
        with services.receive(owner=OwnerFactory(), file=file) as upload, transaction.atomic():
            services.book(upload)
            raise Conflict("something_later")

    with pytest.raises(Conflict):
        fail()

    assert not Upload.objects.exists()
    assert not disk.objects


def test_the_storage_is_never_written_inside_a_transaction(disk: Disk) -> None:
    owner = OwnerFactory()

    with pytest.raises(RuntimeError), transaction.atomic():
        stored(owner)

    assert not disk.objects


def test_a_full_disk_is_told_and_leaves_no_half_object(disk: Disk, settings: Any) -> None:
    full = {"BACKEND": FULL_DISK, "OPTIONS": {"location": str(disk.root / "private")}}
    settings.STORAGES = {**settings.STORAGES, "private": full}

    with pytest.raises(Unavailable) as refusal:
        stored()

    assert refusal.value.code == "storage_unavailable"
    assert not Upload.objects.exists()
    assert not disk.objects


def filled(owner: Any, *, files: int, size: int) -> None:
    Upload.objects.bulk_create(
        Upload(
            owner=owner, kind=Kind.PHOTO, content_type="image/jpeg", bytes=size, sha256=f"{number}",
            original_key=f"originals/x/{number}", folder=f"photos/00/{number}", work_state="done",
        )
        for number in range(files)
    )  # fmt: skip


@pytest.mark.parametrize("files,size", [(kinds.FILES_A_DAY, 1), (8, kinds.BYTES_A_DAY // 8)])
def test_a_days_room_is_limited_in_files_and_bytes(disk: Disk, files: int, size: int) -> None:
    owner = OwnerFactory()
    filled(owner, files=files, size=size)

    with pytest.raises(Throttled) as refusal:
        stored(owner)

    assert 0 < refusal.value.retry_after <= 24 * 3600 + 1
    assert Upload.objects.count() == files
    assert not disk.objects
    assert stored(OwnerFactory())
    Upload.objects.filter(owner=owner).first().delete()
    assert stored(owner)  # what is gone is free again


def test_tomorrow_there_is_room_again() -> None:
    owner = OwnerFactory()
    filled(owner, files=kinds.FILES_A_DAY, size=1)

    with clock.advanced(timedelta(seconds=selectors.seconds_to_tomorrow())):
        assert stored(owner)


@pytest.mark.django_db(transaction=True)
def test_parallel_senders_do_not_pass_the_days_limit_together(disk: Disk) -> None:
    owner = OwnerFactory()
    filled(owner, files=kinds.FILES_A_DAY - 1, size=1)

    outcomes = in_threads(
        *(lambda number=number: stored(owner, pictures.numbered_jpeg(number)) for number in range(4))
    )

    assert sum(isinstance(outcome, Upload) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Throttled) for outcome in outcomes) == 3
    assert Upload.objects.count() == kinds.FILES_A_DAY
    assert len(disk.objects) == 1
