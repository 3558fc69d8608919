"""Searches that people keep, and whom a listing was found for."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from key2key.common.models import Row, Work
from listings.enums import Alert, Kind
from listings.models.listing import Listing

_HEARD = models.Q(alert__in=sorted(set(Alert) - {Alert.OFF}))


class SavedSearch(Row):
    """A search that somebody keeps. Written only by `services.searches`.

    `query` is as the person gave it. The columns below repeat of it what tells, without running it, whom a
    listing cannot concern; empty or null means any. `areas` are the named areas, or the roots of the tree.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(_("name"), max_length=80)
    query: models.JSONField[Any, Any] = models.JSONField(_("query"))
    alert = models.CharField(_("alert"), max_length=7, choices=Alert.choices, default=Alert.INSTANT)
    next_digest_at = models.DateTimeField(_("next digest"), null=True, blank=True, editable=False)

    kind = models.CharField(max_length=8, choices=Kind.choices, blank=True, default="", editable=False)
    purposes = ArrayField(models.CharField(max_length=10), default=list, editable=False)
    areas = ArrayField(models.BigIntegerField(), default=list, editable=False)
    price_min = models.DecimalField(max_digits=14, decimal_places=2, null=True, editable=False)
    price_max = models.DecimalField(max_digits=14, decimal_places=2, null=True, editable=False)
    currency = models.CharField(max_length=3, default=settings.BASE_CURRENCY, editable=False)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "-created_at", "-id"], name="listings_saved_newest"),
            GinIndex(fields=["areas"], condition=_HEARD, name="listings_saved_areas"),
            models.Index(
                fields=["next_digest_at"],
                condition=models.Q(next_digest_at__isnull=False),
                name="listings_saved_digest",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SavedSearchMatch(models.Model):
    """That a listing was found for a search, so that nobody is told of it twice."""

    id = models.BigAutoField(primary_key=True)
    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="matches")
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="+")
    matched_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["search", "listing"], name="listings_one_match_each")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["search"], condition=models.Q(told_at__isnull=True), name="listings_match_untold"
            )
        ]

    def __str__(self) -> str:
        return f"{self.search_id} <- {self.listing_id}"


class ListingChange(Work):
    """The duty to find the searches that a new or changed listing fits, some hundreds at a time.

    `after` is the last search that was looked at; null before the first.
    """

    id = models.BigAutoField(primary_key=True)
    listing = models.ForeignKey(
        Listing, verbose_name=_("listing"), on_delete=models.CASCADE, related_name="+"
    )
    after = models.UUIDField(_("after"), null=True, editable=False)

    class Meta(Work.Meta):
        verbose_name = _("changed listing")
        verbose_name_plural = _("changed listings")

    def __str__(self) -> str:
        return str(self.listing_id)
