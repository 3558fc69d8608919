"""The narrow row that search reads: filter columns, sort keys, text, and the finished cards."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import MD5, Cast, Coalesce

from listings.models.listing import Listing

# What has no price comes last, whichever way prices are sorted; `search_sql` sorts by the same words.
NO_PRICE_LAST = {"price": Decimal("9999999999999999.99"), "-price": Decimal("0.00")}


class SearchRow(models.Model):
    """One row per listing that was ever public; `is_public` decides whether it is found.

    Written by `search_rows.write` in the transaction that changes the listing. The card is text, one
    per market language, without the seller's part. Columns repeat others on purpose: nothing is joined
    before sort and limit. The point is the one that strangers are shown, so that no search by place can
    find out the exact one.
    """

    listing = models.OneToOneField(
        Listing, primary_key=True, on_delete=models.CASCADE, related_name="search_row"
    )
    is_public = models.BooleanField()
    kind = models.CharField(max_length=8)
    purpose = models.CharField(max_length=10)
    status = models.CharField(max_length=20)
    seller_id = models.UUIDField()
    seller_type = models.CharField(max_length=8)
    seller_verified = models.BooleanField(default=False)
    area_id = models.BigIntegerField()
    price = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3)
    price_base = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    published_at = models.DateTimeField()
    reduced_until = models.DateTimeField(null=True)
    boosted_until = models.DateTimeField(null=True)
    photo_count = models.PositiveSmallIntegerField(default=0)

    property_type = models.CharField(max_length=24, default="")
    bedrooms = models.PositiveSmallIntegerField(null=True)
    bathrooms = models.PositiveSmallIntegerField(null=True)
    size_m2 = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    furnished = models.CharField(max_length=11, default="")
    features = ArrayField(models.CharField(max_length=40), default=list)

    vehicle_class = models.CharField(max_length=14, default="")
    body_type = models.CharField(max_length=12, default="")
    brand_id = models.BigIntegerField(null=True)
    model_id = models.BigIntegerField(null=True)
    year = models.PositiveSmallIntegerField(null=True)
    mileage_km = models.PositiveIntegerField(null=True)
    fuel_type = models.CharField(max_length=14, default="")
    transmission = models.CharField(max_length=14, default="")
    condition = models.CharField(max_length=12, default="")
    exterior_color = models.CharField(max_length=8, default="")

    text = SearchVectorField()
    card_en = models.TextField()
    card_am = models.TextField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["-published_at", "-listing"],
                condition=Q(is_public=True),
                name="listings_search_newest",
            ),
            models.Index(
                fields=["kind", "-published_at", "-listing"],
                condition=Q(is_public=True),
                name="listings_search_kind",
            ),
            models.Index(
                fields=["area_id", "-published_at", "-listing"],
                condition=Q(is_public=True),
                name="listings_search_area",
            ),
            models.Index(
                fields=["brand_id", "-published_at", "-listing"],
                condition=Q(is_public=True, brand_id__isnull=False),
                name="listings_search_brand",
            ),
            models.Index(
                Coalesce("price_base", Value(NO_PRICE_LAST["price"])),
                F("listing"),
                condition=Q(is_public=True),
                name="listings_search_cheapest",
            ),
            models.Index(
                Coalesce("price_base", Value(NO_PRICE_LAST["-price"])).desc(),
                F("listing").desc(),
                condition=Q(is_public=True),
                name="listings_search_dearest",
            ),
            models.Index(fields=["seller_id"], name="listings_search_seller"),
            models.Index(
                MD5(Cast("listing", models.TextField())),  # a lot that each has drawn: see `search_sql`
                condition=Q(is_public=True, boosted_until__isnull=False),
                name="listings_search_boosted",
            ),
            GistIndex(
                Func(F("longitude"), F("latitude"), function="point"),
                condition=Q(is_public=True, latitude__isnull=False),
                name="listings_search_point",
            ),
            GinIndex(fields=["text"], name="listings_search_text"),
        ]

    def __str__(self) -> str:
        return str(self.listing_id)
