"""When somebody looks at what is on offer."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func
from django.utils.translation import gettext_lazy as _

from brokers.enums import LIVE_VIEWINGS, Side, ViewingMode, ViewingState
from key2key.common.models import Row

_TIMES = Func(F("starts_at"), F("ends_at"), function="TSTZRANGE", output_field=DateTimeRangeField())


class ViewingSlot(Row):
    """A time that the seller's side offers for one viewing."""

    listing = models.ForeignKey(
        "listings.Listing", verbose_name=_("listing"), on_delete=models.PROTECT, related_name="+"
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    capacity = models.PositiveSmallIntegerField(_("places"), default=1)
    mode = models.CharField(
        _("how"), max_length=9, choices=ViewingMode.choices, default=ViewingMode.IN_PERSON
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("starts_at", "id")
        verbose_name = _("viewing slot")
        verbose_name_plural = _("viewing slots")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            ExclusionConstraint(
                name="brokers_one_slot_at_a_time",
                expressions=[
                    ("listing", RangeOperators.EQUAL),
                    (_TIMES, RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="brokers_slot_ends_later"
            ),
            # One live viewing per slot is what the index below proves; a group viewing needs another proof.
            models.CheckConstraint(condition=models.Q(capacity=1), name="brokers_slot_for_one"),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} {self.starts_at:%F %H:%M}"


class Viewing(Row):
    """One person's appointment to look at a listing."""

    listing = models.ForeignKey(
        "listings.Listing", verbose_name=_("listing"), on_delete=models.PROTECT, related_name="+"
    )
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("buyer"), on_delete=models.PROTECT, related_name="+"
    )
    slot = models.ForeignKey(
        ViewingSlot,
        verbose_name=_("slot"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="viewings",
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    mode = models.CharField(
        _("how"), max_length=9, choices=ViewingMode.choices, default=ViewingMode.IN_PERSON
    )
    state = models.CharField(
        _("state"), max_length=19, choices=ViewingState.choices, default=ViewingState.REQUESTED
    )
    proposed_by = models.CharField(
        _("proposed by"), max_length=6, choices=Side.choices, default=Side.BUYER
    )  # whose proposal of a time it is: the other side confirms
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)

    class Meta:
        ordering = ("-starts_at", "-id")
        verbose_name = _("viewing")
        verbose_name_plural = _("viewings")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["slot"],
                condition=models.Q(state__in=[ViewingState.REQUESTED, ViewingState.CONFIRMED]),
                name="brokers_one_viewing_per_slot",
            ),
            models.UniqueConstraint(
                fields=["listing", "buyer"],
                condition=models.Q(state__in=sorted(LIVE_VIEWINGS)),
                name="brokers_one_live_viewing_each",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="brokers_viewing_ends_later"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["buyer", "-created_at", "-id"], name="brokers_viewing_buyer"),
            models.Index(fields=["listing", "-created_at", "-id"], name="brokers_viewing_listing"),
            models.Index(
                fields=["starts_at"],
                condition=models.Q(state=ViewingState.CONFIRMED),
                name="brokers_viewing_coming",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} {self.starts_at:%F %H:%M} ({self.state})"
