"""Assets and the offers of them."""

from __future__ import annotations

import builtins
import secrets
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from key2key.common.models import AppendOnly, Row
from key2key.common.money import Currency
from key2key.common.tracking import tracked
from listings.enums import (
    IN_DEAL,
    OCCUPYING,
    PUBLIC,
    CloseKind,
    HiddenReason,
    Kind,
    LocationPrecision,
    PhotoShows,
    PriceQualifier,
    Purpose,
    RentPeriod,
    Status,
)
from listings.models.reference import Area
from listings.models.seller import Seller

LANGUAGES = settings.LANGUAGES


def new_point_seed() -> str:
    """What decides, for good, where strangers see a home whose exact point is not shown."""
    return secrets.token_hex(16)


class Asset(Row):
    """The home or vehicle itself. Its identity is private and at most one asset has it."""

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    parcel_number = models.CharField(_("parcel number"), max_length=50, null=True, blank=True, unique=True)
    site_name = models.CharField(_("site"), max_length=100, blank=True, default="")
    block = models.CharField(_("block"), max_length=20, blank=True, default="")
    unit = models.CharField(_("unit"), max_length=20, blank=True, default="")
    vin = models.CharField(_("VIN"), max_length=17, null=True, blank=True, unique=True)
    chassis_number = models.CharField(_("chassis number"), max_length=20, null=True, blank=True, unique=True)
    engine_number = models.CharField(_("engine number"), max_length=30, blank=True, default="")
    point_seed = models.CharField(max_length=32, default=new_point_seed, editable=False)

    class Meta:
        verbose_name = _("asset")
        verbose_name_plural = _("assets")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                models.F("site_name"),
                models.F("block"),
                models.F("unit"),
                condition=~models.Q(site_name="") & ~models.Q(unit=""),
                name="listings_one_asset_per_unit",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def has_identity(self) -> bool:
        """Whether it can be told from any other: by VIN, frame number, parcel or unit."""
        return bool(self.vin or self.chassis_number or self.parcel_number or (self.site_name and self.unit))


@tracked(
    # The base price follows the rate by itself; what people set is in `price` and in PriceChange.
    exclude=["address", "latitude", "longitude", "price_base", "updated_at"],
)
class Listing(Row):
    """One offer of an asset. Written only by `listings.services`."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="listings")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.DRAFT)
    market = models.CharField(_("market"), max_length=2, default="ET")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    seller = models.ForeignKey(
        Seller, verbose_name=_("seller"), on_delete=models.PROTECT, related_name="listings"
    )

    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), max_length=4000, blank=True, default="")
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="en")

    price = models.DecimalField(_("price"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices, default=Currency.ETB)
    price_base = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    price_qualifier = models.CharField(
        _("price qualifier"), max_length=14, choices=PriceQualifier.choices, default=PriceQualifier.FIXED
    )
    rent_period = models.CharField(
        _("rent period"), max_length=9, choices=RentPeriod.choices, blank=True, default=""
    )
    reduced_until = models.DateTimeField(null=True, blank=True)
    boosted_until = models.DateTimeField(_("boosted until"), null=True, blank=True)

    area = models.ForeignKey(Area, verbose_name=_("location"), on_delete=models.PROTECT, related_name="+")
    address = models.CharField(_("address"), max_length=255, blank=True, default="")
    landmark = models.CharField(_("landmark"), max_length=120, blank=True, default="")
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    location_precision = models.CharField(
        _("precision"), max_length=5, choices=LocationPrecision.choices, default=LocationPrecision.AREA
    )
    attributes = models.JSONField(_("more facts"), default=dict, blank=True)

    exclusive = models.BooleanField(_("exclusive mandate"), default=False)
    live_slot = models.CharField(max_length=36)
    hidden_reasons = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    edited_since_review = models.BooleanField(_("edited since review"), default=False)
    review_reason = models.TextField(_("reason"), blank=True, default="")
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    close_kind = models.CharField(max_length=6, choices=CloseKind.choices, blank=True, default="")
    close_price = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    close_date = models.DateField(null=True, blank=True)
    deal_id = models.UUIDField(_("open deal"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["asset", "purpose", "live_slot"],
                condition=models.Q(status__in=sorted(OCCUPYING)),
                name="listings_one_live_offer",
            ),
            models.CheckConstraint(
                condition=models.Q(price__isnull=True) | models.Q(price__gt=0), name="listings_price_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(price__isnull=False) | models.Q(price_qualifier=PriceQualifier.ON_REQUEST),
                name="listings_price_or_on_request",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=Status.CLOSED)
                | (~models.Q(close_kind="") & models.Q(close_date__isnull=False)),
                name="listings_closed_says_how",
            ),
            models.CheckConstraint(
                condition=models.Q(deal_id__isnull=True) | models.Q(status__in=sorted(IN_DEAL)),
                name="listings_deal_holds_it",
            ),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="listings_point_whole",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "-created_at", "-id"], name="listings_owner_newest"),
            models.Index(fields=["seller", "status"], name="listings_seller_status"),
            models.Index(
                fields=["submitted_at"],
                condition=models.Q(status=Status.PENDING_REVIEW),
                name="listings_queue",
            ),
            models.Index(
                fields=["expires_at"],
                condition=models.Q(status__in=sorted(OCCUPYING)),
                name="listings_expiry",
            ),
            models.Index(
                fields=["seller"],
                condition=models.Q(hidden_reasons__contains=[HiddenReason.QUOTA]),
                name="listings_over_quota",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @builtins.property  # `property` is the reverse accessor of the home's own row
    def was_public(self) -> bool:
        """Whether it is or has been on the market."""
        return self.published_at is not None

    @builtins.property
    def has_open_deal(self) -> bool:
        """Whether a deal holds it: until the deal ends only the deal, or staff, move it."""
        return self.deal_id is not None

    @builtins.property
    def is_visible(self) -> bool:
        """Whether everybody may see it."""
        return self.status in PUBLIC and not self.hidden_reasons


class ListingText(models.Model):
    """A translation of a listing's words."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=2, choices=LANGUAGES)
    title = models.CharField(max_length=120)
    description = models.TextField(max_length=4000, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["listing", "language"], name="listings_one_text_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.title}"


class PriceChange(AppendOnly):
    """A price that a listing has had, from a moment on."""

    id = models.BigAutoField(primary_key=True)
    # Only a draft that was never public can go, and it has none.
    listing = models.ForeignKey(Listing, on_delete=models.DO_NOTHING, related_name="price_changes")
    price = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3)
    price_base = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.price} {self.currency}"


class Photo(Row):
    """A picture of a listing, in its place. The file and its variants are the upload's."""

    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="photos")
    upload = models.OneToOneField("uploads.Upload", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("position"))
    caption = models.CharField(_("caption"), max_length=200, blank=True, default="")
    shows = models.CharField(_("shows"), max_length=12, choices=PhotoShows.choices, blank=True, default="")

    class Meta:
        ordering = ("position",)
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["listing", "position"],
                name="listings_one_photo_per_place",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.shows}"
