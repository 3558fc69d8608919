from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from key2key.common import background, clock
from key2key.common.models import Event
from uploads import images, selectors, services, storage, tasks
from uploads.kinds import Reason, State
from uploads.models import Upload
from uploads.tests import pictures
from uploads.tests.conftest import Disk
from uploads.tests.factories import UploadFactory
from uploads.tests.racing import stored, working
from uploads.tests.storages import FULL_DISK

pytestmark = pytest.mark.django_db

DAY = timedelta(hours=24, minutes=1)


def test_the_worker_makes_a_photo_ready_and_says_so(disk: Disk) -> None:
    upload = stored()

    assert services.process_photos() == 1

    upload.refresh_from_db()
    assert (upload.state, upload.work_state) == (State.READY, Upload.WorkState.DONE)
    assert (upload.width, upload.height) == (800, 600)
    assert upload.blurhash
    keys = selectors.variant_keys(upload)
    assert keys is not None
    assert disk.public == set(keys.values())
    event = Event.objects.get()
    assert (event.name, event.payload) == ("uploads.UploadProcessed", {"upload_id": str(upload.pk)})


@pytest.mark.parametrize("name", pictures.NEUTRALISED)
def test_odd_photos_are_made_ready_too(disk: Disk, name: str) -> None:
    upload = stored(data=pictures.NEUTRALISED[name])

    services.process_photos()

    upload.refresh_from_db()
    assert upload.state == State.READY
    for key in disk.public:
        with storages["default"].open(key) as file:
            assert pictures.MARK.encode() not in file.read()


@pytest.mark.parametrize("name", [name for name in pictures.REJECTED_WHEN_DECODED if name != "gif"])
def test_the_worker_rejects_what_is_no_whole_photo_and_says_why(disk: Disk, name: str) -> None:
    data, reason = pictures.REJECTED_WHEN_DECODED[name]
    upload = stored(data=data)

    services.process_photos()

    upload.refresh_from_db()
    assert (upload.state, upload.reason, upload.work_state) == (State.REJECTED, reason, "done")
    assert not disk.public
    event = Event.objects.get()
    assert event.name == "uploads.UploadRejected"
    assert event.payload == {"upload_id": str(upload.pk), "reason": reason}
    assert selectors.variant_keys(upload) is None
    assert selectors.variant_urls(upload) is None


def test_the_tasks_do_what_the_services_do(disk: Disk) -> None:
    upload = stored()

    tasks.process_photos()
    upload.refresh_from_db()
    assert upload.state == State.READY

    with clock.advanced(2 * DAY):
        tasks.sweep_orphans()
    assert not Upload.objects.exists()
    assert {tasks.process_photos.name, tasks.sweep_orphans.name} == {
        "uploads.tasks.process_photos",
        "uploads.tasks.sweep_orphans",
    }


def test_a_lost_original_is_told(disk: Disk) -> None:
    upload = stored()
    storage.remove_original(upload.original_key)

    services.process_photos()

    upload.refresh_from_db()
    assert (upload.state, upload.reason) == (State.REJECTED, Reason.LOST)


def test_a_full_disk_is_tried_again(disk: Disk, settings: Any) -> None:
    upload = stored()
    usual = settings.STORAGES
    full = {"BACKEND": FULL_DISK, "OPTIONS": {"location": str(disk.root / "public")}}
    settings.STORAGES = {**usual, "default": full}
    services.process_photos()

    upload.refresh_from_db()
    assert (upload.state, upload.work_state) == (State.SCANNING, Upload.WorkState.QUEUED)
    assert "Unavailable" in upload.last_error
    assert not disk.public
    assert not Event.objects.exists()

    settings.STORAGES = usual
    services.process_upload(working(upload))
    upload.refresh_from_db()
    assert upload.state == State.READY


def test_an_attempt_that_was_broken_off_is_written_over(disk: Disk) -> None:
    upload = stored()
    storage.write_variants(upload.folder, {"thumb": b"half a th"})

    services.process_photos()

    keys = selectors.variant_keys(Upload.objects.get())
    assert keys is not None
    assert disk.public == set(keys.values())
    with storages["default"].open(keys["thumb"]) as file:
        assert file.read() == images.derive(pictures.jpeg()).variants["thumb"]


def test_a_worker_that_wakes_up_late_changes_nothing(disk: Disk) -> None:
    upload = stored()
    late = working(upload)
    services.process_upload(working(upload))
    ready = Upload.objects.get()

    with pytest.raises(background.LeaseLost):
        services.process_upload(late)

    after = Upload.objects.get()
    assert (after.state, after.updated_at) == (State.READY, ready.updated_at)
    assert Event.objects.count() == 1
    assert len(disk.public) == 3


def test_what_is_swept_while_a_worker_has_it_leaves_nothing(disk: Disk) -> None:
    upload = stored()
    busy = working(upload)
    with clock.advanced(DAY):
        assert services.sweep_orphans() == 1

    storage.write_original(upload.original_key, ContentFile(pictures.jpeg()), content_type="image/jpeg")
    with pytest.raises(background.LeaseLost):
        services.process_upload(busy)

    assert not disk.public
    assert not Event.objects.exists()


def test_a_duty_done_twice_is_done_once() -> None:
    upload = UploadFactory()

    services.process_upload(upload)

    assert not Event.objects.exists()
