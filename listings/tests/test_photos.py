from __future__ import annotations

import pytest

from accounts.tests.factories import UserFactory
from key2key.common import background
from listings.enums import Status
from listings.models import Photo, SearchRow
from listings.tests.factories import ListingFactory, ReadyUploadFactory, SellerFactory
from uploads.kinds import State
from uploads.models import Upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller():
    return SellerFactory()


@pytest.fixture
def client(sign_in, seller):
    return sign_in(seller.user)


@pytest.fixture
def listing(seller):
    return ListingFactory(seller=seller, status=Status.DRAFT, photos=0)


def add(client, listing, upload, **fields):
    return client.post(
        f"/api/v1/listings/{listing.pk}/photos", {"upload": str(upload.pk), **fields}, format="json"
    )


def order(listing):
    return list(listing.photos.order_by("position").values_list("caption", flat=True))


def test_an_upload_is_hung_and_claimed(client, seller, listing):
    upload = ReadyUploadFactory(owner=seller.user)
    answer = add(client, listing, upload, caption="The gate", shows="front")
    assert answer.status_code == 201, answer.content
    photo = answer.json()
    assert (photo["position"], photo["cover"], photo["caption"], photo["shows"]) == (
        1,
        True,
        "The gate",
        "front",
    )
    assert photo["variants"]["card"].startswith("http")
    upload.refresh_from_db()
    assert upload.claimed_by == f"listings.listing:{listing.pk}"
    shown = client.get(f"/api/v1/listings/{listing.pk}/photos").json()
    assert shown == [photo]


def test_order_cover_and_removal(client, seller, listing):
    for caption in ("a", "b", "c"):
        add(client, listing, ReadyUploadFactory(owner=seller.user), caption=caption)
    photos = {photo.caption: photo for photo in listing.photos.all()}
    url = f"/api/v1/listings/{listing.pk}/photos"
    assert client.patch(f"{url}/{photos['c'].pk}", {"cover": True}, format="json").json()["cover"] is True
    assert order(listing) == ["c", "a", "b"]
    client.patch(f"{url}/{photos['c'].pk}", {"position": 99}, format="json")
    assert order(listing) == ["a", "b", "c"]
    client.patch(f"{url}/{photos['b'].pk}", {"caption": "B!", "shows": "kitchen"}, format="json")
    assert client.delete(f"{url}/{photos['a'].pk}").status_code == 204
    assert order(listing) == ["B!", "c"]
    assert list(listing.photos.order_by("position").values_list("position", flat=True)) == [1, 2]
    freed = Upload.objects.get(pk=photos["a"].upload_id)
    assert freed.claimed_by == ""
    add(client, listing, ReadyUploadFactory(owner=seller.user), caption="first", cover=True)
    assert order(listing) == ["first", "B!", "c"]


def test_an_upload_of_somebody_else_does_not_exist(client, listing):
    answer = add(client, listing, ReadyUploadFactory(owner=UserFactory()))
    assert answer.status_code == 404
    assert Photo.objects.count() == 0


def test_an_upload_hangs_in_one_place(client, seller, listing):
    upload = ReadyUploadFactory(owner=seller.user)
    add(client, listing, upload)
    other = ListingFactory(seller=seller, status=Status.DRAFT, photos=0)
    assert add(client, other, upload).status_code == 409
    assert other.photos.count() == 0


def test_a_photo_hangs_once(client, seller, listing):
    upload = ReadyUploadFactory(owner=seller.user)
    add(client, listing, upload)
    answer = add(client, listing, upload, cover=True)
    assert (answer.status_code, answer.json()["code"]) == (409, "upload_claimed")
    assert listing.photos.count() == 1


def test_a_strangers_listing_takes_no_photos(sign_in, listing):
    stranger = UserFactory()
    answer = add(sign_in(stranger), listing, ReadyUploadFactory(owner=stranger))
    assert answer.status_code == 404
    assert listing.photos.count() == 0


def test_there_is_a_limit(client, seller, listing):
    seller.photo_quota = 1
    seller.save()
    add(client, listing, ReadyUploadFactory(owner=seller.user))
    spare = ReadyUploadFactory(owner=seller.user)
    answer = add(client, listing, spare)
    assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (409, "photo_limit", 1)
    spare.refresh_from_db()
    assert spare.claimed_by == ""


def test_a_reviewed_listing_keeps_its_last_photo(client, seller):
    live = ListingFactory(seller=seller, photos=1)
    answer = client.delete(f"/api/v1/listings/{live.pk}/photos/{live.photos.get().pk}")
    assert (answer.status_code, answer.json()["code"]) == (409, "last_photo")
    assert live.photos.count() == 1


def test_a_listing_in_review_is_left_alone(client, seller):
    waiting = ListingFactory(seller=seller, status=Status.PENDING_REVIEW)
    answer = add(client, waiting, ReadyUploadFactory(owner=seller.user))
    assert (answer.status_code, answer.json()["code"]) == (409, "listing_not_editable")


def test_a_photo_that_is_processed_later_appears_on_the_card(client, seller):
    live = ListingFactory(seller=seller, photos=0)
    upload = ReadyUploadFactory(owner=seller.user, state=State.PENDING, width=None, height=None, blurhash="")
    add(client, live, upload)
    assert client.get(f"/api/v1/listings/{live.pk}/photos").json()[0]["variants"] is None
    assert SearchRow.objects.get(pk=live.pk).photo_count == 0
    Upload.objects.filter(pk=upload.pk).update(
        state=State.READY, width=800, height=600, blurhash="LEHV6nWB2yk8pyo0adR*.7kCMdnj"
    )
    from key2key.common.events import publish
    from uploads.events import UploadProcessed

    publish(UploadProcessed(upload_id=upload.pk))
    background.sweep()
    assert SearchRow.objects.get(pk=live.pk).photo_count == 1
    live.refresh_from_db()
    assert live.edited_since_review, "the owner added a photo"


def test_photos_of_a_hidden_listing_are_hidden(api, listing):
    assert api.get(f"/api/v1/listings/{listing.pk}/photos").status_code == 404


def test_if_match_guards_a_photo_by_the_version_of_the_list(client, seller, listing):
    for caption in "ab":
        add(client, listing, ReadyUploadFactory(owner=seller.user), caption=caption)
    photos = f"/api/v1/listings/{listing.pk}/photos"
    photo, other = (f"{photos}/{one.pk}" for one in listing.photos.order_by("position"))
    read = client.get(photos)["ETag"]
    assert client.patch(photo, {"caption": "A"}, format="json", HTTP_IF_MATCH=read).status_code == 200
    for refused in (
        client.patch(photo, {"cover": True}, format="json", HTTP_IF_MATCH=read),
        client.patch(other, {"cover": True}, format="json", HTTP_IF_MATCH=read),
        client.delete(other, HTTP_IF_MATCH=read),
    ):
        assert (refused.status_code, refused.json()["code"]) == (412, "stale")
    assert order(listing) == ["A", "b"]
    assert client.delete(other, HTTP_IF_MATCH=client.get(photos)["ETag"]).status_code == 204
    assert order(listing) == ["A"]
