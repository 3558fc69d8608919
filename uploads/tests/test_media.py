from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from uploads import selectors
from uploads.models import Upload
from uploads.tests.factories import UploadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload() -> Upload:
    return UploadFactory()


@pytest.fixture
def address(upload: Upload) -> str:
    keys = selectors.variant_keys(upload)
    assert keys is not None
    return f"/media/{keys['thumb']}"


def test_a_variant_is_served_as_a_picture_and_as_nothing_else(client: Client, address: str) -> None:
    answer = client.get(address)

    assert answer.status_code == 200
    assert answer.content[:4] == b"RIFF"
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Content-Disposition"] == "inline"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer


def test_a_variant_in_hand_is_not_sent_again(client: Client, address: str) -> None:
    tag = client.get(address)["ETag"]

    again = client.get(address, headers={"If-None-Match": tag})

    assert again.status_code == 304
    assert not again.content


def test_a_variant_is_only_read(client: Client, address: str) -> None:
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405
    assert client.delete(address).status_code == 405


def test_nothing_but_variants_can_be_asked_for(client: Client, upload: Upload, disk: Any) -> None:
    (disk.root / "public" / "secret.txt").write_text("secret")
    (disk.root / "public" / upload.folder / "page.html").write_text("secret")
    folder = upload.folder
    for path in (
        "",
        folder,
        f"{folder}/",
        "secret.txt",
        f"{folder}/page.html",
        f"{folder}/thumb.webp/",
        f"{folder}/thumb.webp%00.html",
        f"{folder}/thumb.webp%0a",
        f"{folder}/THUMB.webp",
        f"{folder}/../../secret.txt",
        f"{folder}/..%2f..%2f..%2fsecret.txt",
        "../private/" + upload.original_key,
        "..%2fprivate%2f" + upload.original_key,
        "%2e%2e/private/" + upload.original_key,
        "..\\private\\" + upload.original_key,
        upload.original_key,
        "/etc/passwd",
        "photos/00/" + "A" * 24 + "/thumb.webp",
    ):
        answer = client.get(f"/media/{path}")
        assert answer.status_code in {400, 404}, path
        assert b"secret" not in answer.content


def test_a_folder_that_is_swept_is_gone(client: Client, upload: Upload, address: str) -> None:
    from uploads import storage

    storage.remove_variants(upload.folder)

    assert client.get(address).status_code == 404


def test_addresses_cannot_be_guessed_and_tell_nothing(upload: Upload) -> None:
    twin = UploadFactory(owner=upload.owner)
    token = upload.folder.rpartition("/")[2]

    assert upload.folder != twin.folder
    assert len(token) == 24
    for known in (upload.pk.hex, str(upload.pk), upload.sha256, upload.owner.pk.hex):
        assert known not in upload.folder
