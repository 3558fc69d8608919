from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from rest_framework.request import Request
from rest_framework.test import APIClient

from key2key.common.ids import uuid7
from key2key.common.models import IdempotencyKey
from uploads import kinds, services
from uploads.kinds import State
from uploads.models import Upload
from uploads.serializers import FileParser
from uploads.tests import pictures
from uploads.tests.conftest import Disk
from uploads.tests.factories import OwnerFactory, UploadFactory

pytestmark = pytest.mark.django_db

UPLOADS = "/api/v1/uploads"
MOST = kinds.RULES[kinds.Kind.PHOTO].most_bytes
SHAPE = {
    "id", "kind", "state", "content_type", "bytes", "width", "height", "sha256", "blurhash", "variants",
    "reason",
}  # fmt: skip


@pytest.fixture
def owner() -> Any:
    return OwnerFactory()


@pytest.fixture
def client(sign_in: Any, owner: Any) -> APIClient:
    return sign_in(owner)


@pytest.fixture(autouse=True)
def temporary(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path_factory.mktemp("receiving"))
    return Path(settings.FILE_UPLOAD_TEMP_DIR)


def send(
    client: APIClient, data: bytes, *, name: str = "photo.jpg", kind: str = "photo", **extra: Any
) -> Any:
    file = SimpleUploadedFile(name, data, content_type="image/jpeg")
    return client.post(UPLOADS, {"file": file, "kind": kind}, format="multipart", **extra)


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["code"] == code
    return document


def test_a_photo_is_sent_in_made_ready_and_looked_up(client: APIClient, disk: Disk) -> None:
    sent = send(client, pictures.jpeg())

    assert sent.status_code == 201
    told = sent.json()
    assert set(told) == SHAPE
    assert sent["Location"] == f"{UPLOADS}/{told['id']}"
    assert (told["state"], told["content_type"], told["bytes"]) == (
        "pending",
        "image/jpeg",
        len(pictures.jpeg()),
    )
    assert (told["width"], told["height"], told["blurhash"], told["variants"], told["reason"]) == (None,) * 5

    services.process_photos()

    ready = client.get(sent["Location"])
    assert ready.status_code == 200
    told = ready.json()
    assert (told["state"], told["width"], told["height"]) == ("ready", 800, 600)
    assert set(told["variants"]) == {"thumb", "card", "full"}
    for name, url in told["variants"].items():
        assert url.startswith("http")
        assert url.endswith(f"/{name}.webp")
        assert client.get(url[url.index("/media/") :]).status_code == 200
    assert client.get(sent["Location"], headers={"If-None-Match": ready["ETag"]}).status_code == 304


def test_a_rejected_photo_tells_its_reason(client: APIClient) -> None:
    sent = send(client, pictures.png_claiming(50_000, 50_000)).json()
    services.process_photos()

    told = client.get(f"{UPLOADS}/{sent['id']}").json()

    assert (told["state"], told["reason"], told["variants"]) == ("rejected", "too_many_pixels", None)


def test_who_is_not_signed_in_may_not_knock(api: APIClient, disk: Disk) -> None:
    upload = UploadFactory()
    before = disk.objects

    problem(send(api, pictures.jpeg()), 401, "not_authenticated")
    problem(api.get(f"{UPLOADS}/{upload.pk}"), 401, "not_authenticated")
    assert disk.objects == before


def test_anothers_upload_is_not_there(client: APIClient) -> None:
    theirs = client.get(f"{UPLOADS}/{UploadFactory().pk}")
    missing = client.get(f"{UPLOADS}/{uuid7()}")

    assert problem(theirs, 404, "not_found").keys() == problem(missing, 404, "not_found").keys()


@pytest.mark.parametrize("name", pictures.REFUSED_AT_THE_DOOR)
def test_a_file_that_only_claims_to_be_a_photo_is_refused(client: APIClient, disk: Disk, name: str) -> None:
    data, code = pictures.REFUSED_AT_THE_DOOR[name]

    document = problem(send(client, data, name="holiday.jpg"), 400, code)

    assert document["errors"][0]["pointer"] == "/file"
    assert not Upload.objects.exists()
    assert not disk.objects


@pytest.mark.parametrize("name", pictures.HOSTILE_NAMES)
def test_the_files_name_is_never_used(client: APIClient, disk: Disk, name: str) -> None:
    sent = send(client, pictures.jpeg(), name=name)

    assert sent.status_code == 201
    upload = Upload.objects.get()
    assert disk.objects == {f"private/{upload.original_key}"}


@pytest.mark.parametrize("name", ["a\x00.jpg", "..", "."])
def test_a_name_that_is_none_is_refused_or_ignored(client: APIClient, disk: Disk, name: str) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="kind"\r\n\r\nphoto\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="'
        + name.encode()
        + b'"\r\nContent-Type: image/jpeg\r\n\r\n'
        + pictures.jpeg()
        + b"\r\n--b--\r\n"
    )

    sent = client.generic("POST", UPLOADS, body, content_type="multipart/form-data; boundary=b")

    assert sent.status_code in {201, 400}
    assert len(disk.objects) == Upload.objects.count() == int(sent.status_code == 201)


@pytest.mark.parametrize(
    "fields,code,pointer",
    [
        ({"kind": "photo"}, "required", "/file"),
        ({"file": "text", "kind": "photo"}, "invalid", "/file"),
        ({"file": None}, "required", "/kind"),
        ({"file": None, "kind": "film"}, "invalid_choice", "/kind"),
        ({"file": None, "kind": "document"}, "kind_not_accepted", "/kind"),
        ({"file": None, "kind": "photo", "state": "ready"}, "unknown_field", "/state"),
    ],
)
def test_wrong_fields_are_named(
    client: APIClient, disk: Disk, fields: dict[str, Any], code: str, pointer: str
) -> None:
    if fields.get("file", "") is None:
        fields = {**fields, "file": SimpleUploadedFile("a.jpg", pictures.jpeg())}

    response = client.post(UPLOADS, fields, format="multipart")

    assert response.status_code == 400
    assert {(fault["pointer"], fault["code"]) for fault in response.json()["errors"]} == {(pointer, code)}
    assert not disk.objects


@pytest.mark.parametrize(
    "content_type", ["application/json", "image/jpeg", "application/x-www-form-urlencoded"]
)
def test_only_multipart_is_understood(client: APIClient, content_type: str) -> None:
    response = client.generic("POST", UPLOADS, pictures.jpeg(), content_type=content_type)

    problem(response, 415, "unsupported_media_type")


def test_broken_multipart_is_malformed(client: APIClient) -> None:
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=ü"):
        problem(client.generic("POST", UPLOADS, b"--x", content_type=content_type), 400, "malformed")


def test_more_files_than_anybody_sends_are_refused(client: APIClient, disk: Disk) -> None:
    files = {f"file{number}": SimpleUploadedFile("a.jpg", b"x") for number in range(150)}

    assert client.post(UPLOADS, files, format="multipart").status_code == 400
    assert not disk.objects


# Too large


def test_a_photo_of_20_mb_is_refused_and_nothing_of_it_remains(
    client: APIClient, disk: Disk, temporary: Path
) -> None:
    problem(send(client, pictures.padded_jpeg(20 * 1024**2)), 413, "too_large")

    assert not Upload.objects.exists()
    assert not disk.objects
    assert not list(temporary.iterdir())


def test_one_byte_over_the_limit_is_refused_and_nothing_of_it_remains(
    client: APIClient, disk: Disk, temporary: Path
) -> None:
    problem(send(client, pictures.padded_jpeg(MOST + 1)), 413, "too_large")

    assert not disk.objects
    assert not list(temporary.iterdir())
    assert send(client, pictures.padded_jpeg(MOST)).status_code == 201


class Tap(io.RawIOBase):
    """A body that flows as long as somebody reads, and counts."""

    def __init__(self, start: bytes) -> None:
        self.start, self.drawn = start, 0

    def read(self, size: int = -1) -> bytes:
        piece = self.start or bytes(64 * 1024 if size < 0 else size)
        self.start = b""
        self.drawn += len(piece)
        return piece


def received(announced: int) -> tuple[Any, int]:
    """How a body that never ends is answered, and how much of it was read."""
    from django.core.exceptions import RequestDataTooBig

    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    tap = Tap(head)
    plain = RequestFactory().post(UPLOADS, content_type="multipart/form-data; boundary=b")
    plain.META["CONTENT_LENGTH"] = str(announced)
    request = Request(plain, parsers=[FileParser()])
    with pytest.raises(RequestDataTooBig) as refusal:
        FileParser().parse(tap, "multipart/form-data; boundary=b", {"request": request, "encoding": "utf-8"})
    return refusal.value, tap.drawn


def test_what_announces_too_much_is_refused_unread() -> None:
    _, drawn = received(announced=20 * 1024**2)

    assert drawn == 0


def test_what_turns_out_too_large_is_read_no_further(temporary: Path) -> None:
    _, drawn = received(announced=MOST + 60 * 1024)

    assert drawn <= MOST + 256 * 1024
    assert not list(temporary.iterdir())


# Retries


def test_the_same_key_gets_the_same_answer_and_stores_nothing_twice(client: APIClient, disk: Disk) -> None:
    first = send(client, pictures.jpeg(), headers={"Idempotency-Key": "one"})
    upload = Upload.objects.get()
    services.claim(upload_ids=[upload.pk], by=upload.owner, claimed_by="x:1")

    again = send(client, pictures.jpeg(), headers={"Idempotency-Key": "one"})

    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotent-Replayed"] == "true"
    assert again["Location"] == first["Location"]
    assert Upload.objects.count() == len(disk.objects) == IdempotencyKey.objects.count() == 1


def test_the_same_key_with_another_photo_is_refused(client: APIClient, disk: Disk) -> None:
    send(client, pictures.jpeg(), headers={"Idempotency-Key": "one"})

    problem(
        send(client, pictures.numbered_jpeg(2), headers={"Idempotency-Key": "one"}),
        422,
        "idempotency_key_reused",
    )

    assert Upload.objects.count() == len(disk.objects) == 1


def test_without_a_key_the_same_photo_is_the_same_upload(client: APIClient, disk: Disk) -> None:
    assert send(client, pictures.jpeg()).json()["id"] == send(client, pictures.jpeg()).json()["id"]
    assert len(disk.objects) == 1


# Limits


def test_sending_has_a_limit_of_its_own_and_asking_does_not_count(client: APIClient) -> None:
    sent = send(client, pictures.jpeg())
    asked = client.get(sent["Location"])

    assert '"upload"' in sent["RateLimit-Policy"]
    assert '"user"' in asked["RateLimit-Policy"]


def test_a_full_day_is_answered_with_429_and_when_to_return(
    client: APIClient, owner: Any, disk: Disk
) -> None:
    UploadFactory(owner=owner)
    Upload.objects.update(bytes=kinds.BYTES_A_DAY)
    before = disk.objects

    refused = send(client, pictures.numbered_jpeg(1))

    problem(refused, 429, "rate_limited")
    assert 0 < int(refused["Retry-After"]) <= 24 * 3600 + 1
    assert Upload.objects.count() == 1
    assert disk.objects == before


def test_what_waits_is_told_as_such(client: APIClient, owner: Any) -> None:
    upload = UploadFactory(owner=owner)
    Upload.objects.update(state=State.SCANNING)

    assert client.get(f"{UPLOADS}/{upload.pk}").json()["state"] == "scanning"
