"""Derived columns follow what they are derived from: base prices the rates, search rows the names."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from accounts.tests.desk import ADMIN, at_desk
from key2key.common import clock
from key2key.common.models import ExchangeRate
from key2key.common.money import rate_to_base
from listings import areas, makes, services
from listings.models import Area, Listing, SearchRow, VehicleBrand
from listings.tasks import refresh_base_prices, rewrite_search_rows
from listings.tests.factories import ListingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _read_anew() -> Any:
    """What a test renames is rolled back; what the process holds of it must go too."""
    yield
    areas.forget()
    makes.forget()


def move_rate(*, by: str) -> Decimal:
    rate = (rate_to_base("USD") * Decimal(by)).quantize(Decimal("0.000001"))
    ExchangeRate.objects.create(currency="USD", rate=rate, valid_from=clock.today())
    return rate


def base_prices() -> dict[Any, Decimal | None]:
    rows = dict(SearchRow.objects.values_list("pk", "price_base"))
    assert dict(Listing.objects.values_list("pk", "price_base")) == rows
    return rows


def test_a_rate_that_moved_moves_the_base_prices_once() -> None:
    dollars = ListingFactory(price=Decimal("1000.01"), currency="USD")
    birr = ListingFactory()
    on_request = ListingFactory(price=None, currency="USD", price_qualifier="on_request")
    history = apps.get_model("listings", "ListingEvent").objects.count()
    rate = move_rate(by="1.03")
    refresh_base_prices()
    assert base_prices() == {
        dollars.pk: (Decimal("1000.01") * rate).quantize(Decimal("0.01")),
        birr.pk: birr.price,
        on_request.pk: None,
    }
    assert services.refresh_base_prices() == 0
    assert apps.get_model("listings", "ListingEvent").objects.count() == history, "nobody changed a listing"


@pytest.mark.parametrize("by, rewritten", [("1.019", 0), ("1.021", 1), ("0.981", 0), ("0.979", 1)])
def test_a_small_move_is_not_worth_it(by: str, rewritten: int) -> None:
    ListingFactory(price=Decimal("1000000.00"), currency="USD")
    move_rate(by=by)
    assert services.refresh_base_prices() == rewritten


def test_all_pages_are_done() -> None:
    listing = ListingFactory(photos=0, price=Decimal("100.00"), currency="USD")
    plain = {field.attname: getattr(listing, field.attname) for field in Listing._meta.concrete_fields}
    more = [Listing(**(plain | {"id": None, "live_slot": str(number)})) for number in range(450)]
    for one in more:
        one.pk = Listing._meta.pk.get_default()
    Listing.objects.bulk_create(more)
    move_rate(by="1.10")
    assert services.refresh_base_prices() == 451
    assert Listing.objects.values("price_base").distinct().count() == 1


def test_rows_that_say_the_same_are_left_alone() -> None:
    for kind in ("property", "vehicle"):
        ListingFactory(kind=kind, texts={"am": ("ቪላ ከአትክልት ጋር", "ጸጥ ያለ ቦታ it's 3መኝታ")}, price=Decimal("7.50"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT listing_id, xmin::text FROM listings_searchrow ORDER BY 1")
        before = cursor.fetchall()
        assert services.rewrite_search_rows() == 0
        cursor.execute("SELECT listing_id, xmin::text FROM listings_searchrow ORDER BY 1")
        assert cursor.fetchall() == before


def test_what_differs_is_written() -> None:
    listings = [ListingFactory() for _ in range(3)]
    SearchRow.objects.filter(pk=listings[0].pk).update(card_am="{}")
    SearchRow.objects.filter(pk=listings[1].pk).update(text="'old':1A")
    ListingFactory(status="draft")
    out = StringIO()
    call_command("rewrite_search_rows", stdout=out)
    assert out.getvalue() == "Search rows rewritten: 2.\n"
    assert services.rewrite_search_rows() == 0


def test_a_place_that_staff_rename_is_renamed_everywhere(
    api: Any, django_capture_on_commit_callbacks: Any
) -> None:
    ListingFactory()
    area = Area.objects.get(slug="bole")
    assert api.get("/api/v1/listings").json()["results"][0]["location"]["name"] == "Bole"
    form = {"name_en": "Bole Hills", "name_am": "", "popularity": 5, "latitude": 9.0, "longitude": 38.8}
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        answer = at_desk("content").post(f"{ADMIN}listings/area/{area.pk}/change/", form)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert areas.get(area.pk).name_en == "Bole Hills", "this process has read it anew"
    assert len(callbacks) >= 2, "told the others, and woke the rewriting"
    rewrite_search_rows()
    assert api.get("/api/v1/listings").json()["results"][0]["location"]["name"] == "Bole Hills"
    assert len(api.get("/api/v1/listings?q=hills").json()["results"]) == 1


def test_a_make_that_staff_rename_is_renamed_on_cards(
    api: Any, django_capture_on_commit_callbacks: Any
) -> None:
    ListingFactory(kind="vehicle")
    brand = VehicleBrand.objects.get(slug="toyota")
    form = {"name_en": "Tojota", "name_am": "", "popularity": 5, "country": "JP"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = at_desk("content").post(f"{ADMIN}listings/vehiclebrand/{brand.pk}/change/", form)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    rewrite_search_rows()
    assert api.get("/api/v1/vehicles").json()["results"][0]["brand_name"] == "Tojota"


def test_a_place_that_staff_delete_is_gone(django_capture_on_commit_callbacks: Any) -> None:
    area = Area.objects.create(
        slug="nowhere", name_en="Nowhere", path="addis-ababa/nowhere", level="neighbourhood",
        latitude=9, longitude=38, parent=Area.objects.get(slug="addis-ababa"),
    )  # fmt: skip
    areas.forget()
    assert areas.find("nowhere")
    with django_capture_on_commit_callbacks(execute=True):
        answer = at_desk("content", is_superuser=True).post(
            f"{ADMIN}listings/area/{area.pk}/delete/", {"post": "yes"}
        )
    assert answer.status_code == 302
    assert areas.find("nowhere") is None


def test_a_later_rate_does_not_count_before_its_day() -> None:
    ListingFactory(price=Decimal("1000.00"), currency="USD")
    ExchangeRate.objects.create(currency="USD", rate=999, valid_from=clock.today() + timedelta(days=9))
    assert services.refresh_base_prices() == 0
