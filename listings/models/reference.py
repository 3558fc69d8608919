"""Reference data: areas, vehicle brands and models. Loaded by `manage.py load_reference`."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from listings.enums import AreaLevel


class ReferenceData(models.Model):
    """A row that comes with the product: kept when tests empty the database."""

    reference_data: ClassVar[bool] = True

    class Meta:
        abstract = True


class Named(ReferenceData):
    """A thing with a permanent slug and a name in both scripts."""

    slug = models.SlugField(max_length=80)
    name_en = models.CharField(_("name"), max_length=120)
    name_am = models.CharField(_("name in Amharic"), max_length=120, blank=True, default="")
    aliases = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    popularity = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_en

    def name_in(self, language: str) -> str:
        """The name in a language, else the English one."""
        return (self.name_am if language == "am" else "") or self.name_en

    @property
    def name(self) -> str:
        """The name in the language of the request."""
        return self.name_in(get_language() or "en")


class Area(Named):
    """A place of the area tree. `path` is its slugs from the outside in, joined by slashes."""

    market = models.CharField(max_length=2, default="ET")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("in")
    )
    level = models.CharField(_("level"), max_length=20, choices=AreaLevel.choices)
    path = models.CharField(max_length=255, unique=True)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))

    class Meta:
        ordering = ("-popularity", "slug")
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["slug"], name="listings_area_slug")
        ]


class VehicleBrand(Named):
    """A maker."""

    country = models.CharField(max_length=2, blank=True, default="")

    class Meta:
        ordering = ("-popularity", "slug")
        verbose_name = _("vehicle brand")
        verbose_name_plural = _("vehicle brands")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["slug"], name="listings_brand_slug")
        ]


class VehicleModel(Named):
    """A maker's model. Empty lists say nothing about what fits; years are null when unknown."""

    brand = models.ForeignKey(VehicleBrand, on_delete=models.PROTECT, related_name="models")
    classes = ArrayField(models.CharField(max_length=20), default=list)
    bodies = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    fuels = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    year_from = models.PositiveSmallIntegerField(null=True, blank=True)
    year_to = models.PositiveSmallIntegerField(null=True, blank=True)
    generations: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("-popularity", "slug")
        verbose_name = _("vehicle model")
        verbose_name_plural = _("vehicle models")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["brand", "slug"], name="listings_model_slug")
        ]
