from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.storage import storages
from PIL import Image
from rest_framework.test import APIClient

from key2key.common import background
from key2key.tests.features.market import API, HOME, Person, found
from uploads.models import Upload
from uploads.tests import pictures

pytestmark = pytest.mark.django_db
LONGEST_SIDES = {"thumb": 320, "card": 640, "full": 1600}


def send(person: Person, data: bytes, name: str = "home.jpg") -> dict[str, Any]:
    """Send a photo in, let the worker make it ready, read the upload."""
    file = io.BytesIO(data)
    file.name = name
    answer = person.client.post(f"{API}/uploads", {"kind": "photo", "file": file}, format="multipart")
    assert answer.status_code == 201, answer.content
    background.perform(Upload)
    upload: dict[str, Any] = person.client.get(f"{API}/uploads/{answer.json()['id']}").json()
    return upload


def fetched(api: APIClient, url: str) -> bytes:
    """The bytes of a variant, as a stranger's browser gets them."""
    answer = api.get(urlsplit(url).path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    return answer.content


@pytest.fixture
def photos(seller: Person) -> tuple[str, list[str]]:
    """A draft's path and its three photos, captions a, b and c."""
    draft = seller.client.post(f"{API}/properties", HOME).json()["id"]
    path = f"{API}/listings/{draft}/photos"
    made = []
    for number, caption in enumerate("abc"):
        upload = send(seller, pictures.numbered_jpeg(number))
        made.append(seller.client.post(path, {"upload": upload["id"], "caption": caption}).json()["id"])
    return path, made


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_med_2_a_photo_becomes_clean_upright_variants(api: APIClient, seller: Person, form: str) -> None:
    upload = send(seller, pictures.planted(form, orientation=6))  # a camera held upright: turn it right
    assert upload["state"] == "ready"
    assert (upload["width"], upload["height"]) == (300, 400)
    assert len(upload["blurhash"]) >= 6
    assert set(upload["variants"]) == set(LONGEST_SIDES)
    for name, url in upload["variants"].items():
        data = fetched(api, url)
        assert pictures.MARK.encode() not in data
        with Image.open(io.BytesIO(data)) as picture:
            assert (picture.format, dict(picture.getexif())) == ("WEBP", {})
            assert max(picture.size) <= LONGEST_SIDES[name]
            assert picture.width < picture.height
            red, green, blue = picture.convert("RGB").getpixel((picture.width - 2, 1))
            assert red > max(green, blue), "the top left corner has turned to the right"


def test_med_2_variants_have_the_sizes_that_screens_need(api: APIClient, seller: Person) -> None:
    upload = send(seller, pictures.jpeg(3000, 2000))
    widths = {}
    for name, url in upload["variants"].items():
        with Image.open(io.BytesIO(fetched(api, url))) as picture:
            widths[name] = picture.width
    assert widths == LONGEST_SIDES
    stored = Upload.objects.get(pk=upload["id"])
    assert storages["private"].exists(stored.original_key), "the original is kept, and not served"
    assert stored.original_key not in str(upload)


def test_med_3_photos_have_order_cover_caption_and_say_what_they_show(
    seller: Person, photos: tuple[str, list[str]]
) -> None:
    path, (first, second, third) = photos

    def shown() -> list[tuple[str, bool]]:
        return [(photo["caption"], photo["cover"]) for photo in seller.client.get(path).json()]

    assert shown() == [("a", True), ("b", False), ("c", False)]
    seller.client.patch(f"{path}/{third}", {"cover": True})
    assert shown() == [("c", True), ("a", False), ("b", False)]
    seller.client.patch(f"{path}/{third}", {"position": 2})
    assert shown() == [("a", True), ("c", False), ("b", False)]
    changed = seller.client.patch(f"{path}/{second}", {"caption": "The kitchen", "shows": "kitchen"}).json()
    assert (changed["caption"], changed["shows"], changed["position"]) == ("The kitchen", "kitchen", 3)
    refusal = seller.client.patch(f"{path}/{second}", {"shows": "elephant"})
    assert (refusal.status_code, refusal.json()["errors"][0]["pointer"]) == (400, "/shows")
    assert seller.client.delete(f"{path}/{first}").status_code == 204
    assert shown() == [("c", True), ("The kitchen", False)]


def test_med_3_the_cover_is_on_the_card(
    api: APIClient, seller: Person, on_the_market: Callable[..., dict[str, Any]]
) -> None:
    home = on_the_market(seller, "properties")
    upload = send(seller, pictures.jpeg())
    path = f"{API}/listings/{home['id']}/photos"
    seller.client.post(path, {"upload": upload["id"], "shows": "front", "cover": True})
    (card,) = found(api)
    assert upload["variants"]["card"].rpartition("/media/")[2] in str(card["photo"])
