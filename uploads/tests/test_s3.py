"""The same rules over S3: only the settings differ. The network is a stand-in inside the process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from key2key.common import clock
from key2key.common.errors import Unavailable
from uploads import kinds, selectors, services, storage
from uploads.kinds import State
from uploads.models import Upload
from uploads.tests import pictures
from uploads.tests.factories import OwnerFactory, UploadFactory

pytestmark = pytest.mark.django_db

PUBLIC, PRIVATE = "key2key-public", "key2key-private"


def bucket(name: str, **options: Any) -> dict[str, Any]:
    """As key2key.settings.vendors has it."""
    usual = {"signature_version": "s3v4", "addressing_style": "path", "file_overwrite": False}
    return {"BACKEND": "uploads.gateways.bucket.Bucket", "OPTIONS": {"bucket_name": name, **usual, **options}}


@pytest.fixture(autouse=True)
def s3(disk: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "stand-in")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket=PUBLIC)
        client.create_bucket(Bucket=PRIVATE)
        settings.STORAGES = {
            **settings.STORAGES,
            "default": bucket(PUBLIC, querystring_auth=False),
            "private": bucket(PRIVATE, querystring_expire=60),
        }
        yield client


def keys(s3: Any, bucket: str) -> set[str]:
    return {found["Key"] for found in s3.list_objects_v2(Bucket=bucket).get("Contents", [])}


def test_a_photo_goes_all_the_way_over_s3(s3: Any, disk: Any) -> None:
    owner = OwnerFactory()
    upload = services.store_photo(owner=owner, file=pictures.planted("JPEG"))
    assert keys(s3, PRIVATE) == {upload.original_key}
    assert not keys(s3, PUBLIC)

    services.process_photos()

    upload.refresh_from_db()
    assert upload.state == State.READY
    variants = selectors.variant_keys(upload)
    assert variants is not None
    assert keys(s3, PUBLIC) == set(variants.values())
    for key in variants.values():
        found = s3.get_object(Bucket=PUBLIC, Key=key)
        assert found["ContentType"] == "image/webp"
        assert pictures.MARK.encode() not in found["Body"].read()
    assert s3.head_object(Bucket=PRIVATE, Key=upload.original_key)["ContentType"] == "image/jpeg"

    services.claim(upload_ids=[upload.pk], by=owner, claimed_by="x:1")
    with clock.advanced(timedelta(days=2)):
        assert services.sweep_orphans() == 0
        services.release(upload_ids=[upload.pk], claimed_by="x:1")
    with clock.advanced(timedelta(days=4)):
        assert services.sweep_orphans() == 1
    assert not keys(s3, PRIVATE) | keys(s3, PUBLIC)
    assert not disk.objects


def test_addresses_are_the_buckets_own_and_unsigned(s3: Any) -> None:
    upload = UploadFactory()

    urls = selectors.variant_urls(upload)
    variants = selectors.variant_keys(upload)

    assert urls is not None
    assert variants is not None
    for name, url in urls.items():
        assert url.startswith("https://")
        assert url.endswith(f"{PUBLIC}/{variants[name]}")
        assert "Signature" not in url
    assert storage.open_local(variants["thumb"]) is None


def test_a_lost_original_is_told(s3: Any) -> None:
    upload = services.store_photo(owner=OwnerFactory(), file=pictures.jpeg())
    s3.delete_object(Bucket=PRIVATE, Key=upload.original_key)

    services.process_photos()

    upload.refresh_from_db()
    assert upload.reason == kinds.Reason.LOST


def test_the_same_photo_again_and_refused_photos_leave_nothing(s3: Any) -> None:
    owner = OwnerFactory()
    first = services.store_photo(owner=owner, file=pictures.jpeg())

    assert services.store_photo(owner=owner, file=pictures.jpeg()) == first

    assert keys(s3, PRIVATE) == {first.original_key}


def test_strays_are_found_and_a_broken_off_attempt_is_written_over(s3: Any) -> None:
    upload = services.store_photo(owner=OwnerFactory(), file=pictures.jpeg())
    services.claim(upload_ids=[upload.pk], by=upload.owner, claimed_by="x:1")
    stray = storage.new_original_key(upload.owner.pk, day=clock.now().date())
    s3.put_object(Bucket=PRIVATE, Key=stray, Body=b"left behind")
    s3.put_object(Bucket=PUBLIC, Key=storage.variant_key(upload.folder, "thumb"), Body=b"half")

    services.process_photos()
    with clock.advanced(timedelta(days=2)):
        services.sweep_orphans()

    assert keys(s3, PRIVATE) == {upload.original_key}
    assert len(keys(s3, PUBLIC)) == 3


def test_a_bucket_that_is_away_is_told(s3: Any) -> None:
    s3.delete_bucket(Bucket=PRIVATE)

    with pytest.raises(Unavailable):
        services.store_photo(owner=OwnerFactory(), file=pictures.jpeg())

    assert not Upload.objects.exists()
