"""What a person sees in a real browser: signing in with a second factor, the review queue, /docs."""

from __future__ import annotations

from base64 import b32decode
from typing import Any

import pytest
from django_otp.oath import totp

from accounts.models import User
from accounts.services import invite_staff
from accounts.tests.factories import PASSWORD, StaffFactory, UserFactory
from key2key.common import audit, clock
from key2key.tests.browsing import Watched, browse, chromium, enter  # noqa: F401 - fixtures
from listings.enums import Kind, Status
from listings.management.scenes import draw_home, draw_vehicle, home_views
from listings.models import Listing, Photo
from listings.tests.factories import ListingFactory
from uploads import images, services

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDIS_VILLA = (
    "A bright villa on a quiet side street, five minutes on foot from Edna Mall. Walled compound with a "
    "garden, a water tank of 10,000 litres, an own borehole and a guard's room. Roof renewed last year."
)


@pytest.fixture
def moderator(transactional_db: Any) -> User:
    user: User = StaffFactory(groups=["moderator"], full_name="Meron Tadesse")
    return user


@pytest.fixture
def home(transactional_db: Any) -> Listing:
    listing: Listing = ListingFactory(
        status=Status.PENDING_REVIEW,
        title="Villa with a garden in Bole",
        description=ADDIS_VILLA,
        submitted_at=clock.now(),
        photos=0,
        texts={"am": ("ቦሌ ውስጥ አትክልት ያለው ቪላ", "ጸጥ ባለ መንገድ ላይ የሚገኝ ብሩህ ቪላ።")},
        detail__bedrooms=4,
        detail__year_built=2016,
        detail__amenities=["water_tank", "borehole", "garden", "fence_wall", "cctv"],
    )
    views = [*home_views("villa", seed=7), "kitchen", "bathroom"]
    for position, view in enumerate(dict.fromkeys(views), start=1):
        hang(listing, position=position, picture=draw_home(property_type="villa", view=view, seed=7))
    return listing


@pytest.fixture
def car(transactional_db: Any, home: Listing) -> Listing:
    listing: Listing = ListingFactory(
        kind=Kind.VEHICLE,
        status=Status.PENDING_REVIEW,
        title="Toyota Corolla 2015, one owner",
        submitted_at=clock.now(),
        photos=0,
        detail__mileage_km=980_000,
    )
    for position, view in enumerate(("front_left", "side"), start=1):
        car = {"vehicle_class": "car", "body_type": "sedan", "color": "silver", "view": view, "seed": 3}
        hang(listing, position=position, picture=draw_vehicle(**car))
    return listing


def hang(listing: Listing, *, position: int, picture: bytes) -> None:
    photo = Photo(listing=listing, position=position)
    photo.upload = services.store_processed(
        owner=listing.owner,
        original=picture,
        derived=images.derive(picture),
        claimed_by=f"listings.listing:{listing.pk}",
    )
    photo.save()


def test_staff_sign_in_with_password_and_code_and_not_without(browse: Watched, moderator: User) -> None:
    page = browse.page
    browse.open("/admin/")
    browse.shoot("sign-in")
    enter(browse, moderator, code="000000")
    assert "This code is not valid." in page.inner_text("body")
    browse.shoot("sign-in-refused")
    moderator.totpdevice_set.update(throttling_failure_count=0)  # the device rests for a second otherwise
    enter(browse, moderator)
    assert page.url.endswith("/admin/")
    assert "My work" in page.inner_text("body")


def test_what_is_approved_in_the_queue_is_found_by_everybody(
    browse: Watched, moderator: User, home: Listing, car: Listing, api: Any
) -> None:
    page = browse.page
    audit.record(actor=moderator, action="listing.seen", subject=home)
    enter(browse, moderator)
    browse.shoot("my-work")
    page.click("text=Listings to review")
    page.wait_for_load_state("networkidle")
    browse.shoot("queue")
    page.click(f"text={home.title}")
    page.wait_for_load_state("networkidle")
    shown = page.evaluate("[...document.querySelectorAll('.k2k-photos img')].map(one => one.naturalWidth)")
    assert len(shown) == home.photos.count()
    assert min(shown) > 0
    browse.shoot("review-home")
    assert api.get("/api/v1/listings").json()["results"] == []
    page.click("text=Approve")
    page.wait_for_load_state("networkidle")
    assert [found["id"] for found in api.get("/api/v1/listings").json()["results"]] == [str(home.pk)]
    assert car.title in page.inner_text("body")
    assert "Please compare." in page.inner_text(".k2k-warn")
    browse.shoot("review-car")


def test_the_owner_reads_why_a_listing_was_rejected(
    browse: Watched, moderator: User, home: Listing, sign_in: Any
) -> None:
    page = browse.page
    enter(browse, moderator)
    browse.open(f"/admin/listings/reviewitem/{home.pk}/change/")
    page.keyboard.press("r")
    page.wait_for_selector("#dialog")
    page.click("#dialog button[type=submit]")
    page.wait_for_selector("text=Say why")
    browse.shoot("reject")
    page.select_option("[name=stock]", "foreign_photos")
    page.fill("[name=words]", "The same photos are on another site.")
    page.click("#dialog button[type=submit]")
    page.wait_for_url("**/listings/reviewitem/")
    own = sign_in(home.owner).get("/api/v1/users/me/listings").json()["results"][0]
    assert own["status"] == "rejected"
    assert own["review_reason"] == (
        "The photos are not of this home or vehicle.\nThe same photos are on another site."
    )


def test_every_page_of_the_admin_is_clean(browse: Watched, home: Listing, car: Listing) -> None:
    root = StaffFactory(groups=["admin"], is_superuser=True, full_name="Selam Bekele")
    enter(browse, root)
    upload = home.photos.first().upload_id
    for name, path in {
        "users": "accounts/user/",
        "user": f"accounts/user/{home.owner_id}/change/",
        "groups": "auth/group/",
        "invitations": "accounts/staffinvitation/",
        "listings": "listings/listing/",
        "listing": f"listings/listing/{home.pk}/change/",
        "sellers": "listings/seller/",
        "uploads": "uploads/upload/",
        "upload": f"uploads/upload/{upload}/change/",
        "areas": "listings/area/",
        "area": "listings/area/add/",
        "brands": "listings/vehiclebrand/",
        "models": "listings/vehiclemodel/",
        "rates": "common/exchangerate/",
        "work": "common/eventdelivery/",
        "audit": "common/auditentry/",
        "settings": "constance/config/",
        "notifications": "notifications/notification/",
    }.items():
        browse.open(f"/admin/{path}")
        browse.shoot(name)


def test_an_account_is_suspended_and_staff_are_invited_in_dialogs(browse: Watched, home: Listing) -> None:
    page = browse.page
    enter(browse, StaffFactory(groups=["admin"], is_superuser=True))
    browse.open(f"/admin/accounts/user/{home.owner_id}/change/")
    page.click("text=Suspend")
    page.wait_for_selector("#dialog")
    browse.shoot("suspend")
    page.fill("#dialog [name=reason]", "Asked for deposits outside the product.")
    page.click("#dialog button[type=submit]")
    page.wait_for_selector("text=Reinstate")
    assert User.objects.get(pk=home.owner_id).status == User.Status.SUSPENDED
    browse.open("/admin/accounts/user/")
    page.click("text=Invite staff")
    page.wait_for_selector("#dialog")
    browse.shoot("invite")


def test_authorize_on_the_docs_page_opens_the_api(browse: Watched, transactional_db: Any) -> None:
    user, page = UserFactory(), browse.page
    browse.open("/docs")
    browse.shoot("docs")
    page.click("button.authorize")
    page.fill("#oauth_username", user.email or "")
    page.fill("#oauth_password", PASSWORD)
    browse.shoot("docs-authorize")
    page.locator(".auth-container", has=page.locator("#oauth_username")).locator("button.authorize").click()
    page.wait_for_selector("text=Logout")
    page.click("button.btn-done")
    page.click("#operations-tag-users")
    page.click("[id$=getMe] .opblock-summary")
    page.click("[id$=getMe] button.execute")
    page.wait_for_selector(".live-responses-table .response-col_status")
    assert page.locator(".live-responses-table .response-col_status").last.inner_text().startswith("200")
    assert user.email in page.inner_text(".live-responses-table")
    browse.shoot("docs-authorized")


def test_an_invited_person_enrols_in_the_browser_and_signs_in(browse: Watched, transactional_db: Any) -> None:
    page, phrase = browse.page, "a phrase of my own"
    link = invite_staff(email="new@example.com", full_name="Dawit Haile", groups=["support"])
    browse.open(f"/staff/enrol/{link.rpartition('/')[2]}")
    browse.shoot("enrol")
    secret = b32decode(page.inner_text("#secret").replace(" ", ""))
    page.fill("[name=password]", phrase)
    page.fill("[name=code]", "000000")
    page.click("button")
    page.wait_for_selector(".errorlist")
    browse.shoot("enrol-refused")
    page.fill("[name=password]", phrase)
    page.fill("[name=code]", f"{totp(secret):06d}")
    page.click("button")
    page.wait_for_load_state("networkidle")
    user = User.objects.get(email="new@example.com")
    assert user.is_staff
    browse.shoot("enrolled")
    user.totpdevice_set.update(last_t=-1)  # a code opens once, and the next one is half a minute away
    enter(browse, user, password=phrase)
    assert "My work" in page.inner_text("body")


def test_redoc_reads_the_whole_document(browse: Watched, transactional_db: Any) -> None:
    browse.open("/redoc")
    browse.page.wait_for_selector("text=One's own account")
    browse.shoot("redoc")


def test_the_watch_hears_what_the_policy_refuses(browse: Watched, transactional_db: Any) -> None:
    browse.open("/admin/")
    inline = "Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'})"
    browse.page.evaluate(f"document.body.append({inline})")
    assert any("Content Security Policy" in trouble for trouble in browse.troubles)
    assert browse.page.evaluate("window.ran") is None
    browse.troubles.clear()
