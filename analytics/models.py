"""What happened, as it was noted, and the figures of each day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from analytics.enums import EntityType, EventKind
from key2key.common.models import AppendOnly


class JourneyEvent(AppendOnly):
    """One thing that happened, noted once: `key` is the published event's, or the client's own.

    Ids are plain: what they name may go, the figure stays. `value` is minutes or an amount.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=EventKind.choices)
    listing = models.UUIDField(_("listing"), null=True, blank=True)
    owner = models.UUIDField(_("owner"), null=True, blank=True)
    organisation = models.UUIDField(_("organisation"), null=True, blank=True)
    viewer = models.CharField(_("viewer"), max_length=64, blank=True, default="")
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=2, null=True, blank=True)
    happened_at = models.DateTimeField(_("when"))
    noted_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("event of the journey")
        verbose_name_plural = _("events of the journey")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["happened_at"], name="analytics_event_day"),
            models.Index(fields=["noted_at"], name="analytics_event_noted"),
            models.Index(fields=["listing", "happened_at"], name="analytics_event_listing"),
            models.Index(fields=["owner", "happened_at"], name="analytics_event_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class DailyFigure(models.Model):
    """One metric of one entity on one day of the market's zone; made from the events, at any time anew."""

    id = models.BigAutoField(primary_key=True)
    entity_type = models.CharField(_("whose"), max_length=12, choices=EntityType.choices)
    entity = models.UUIDField(_("entity"), null=True, blank=True)
    metric = models.CharField(_("metric"), max_length=20)
    day = models.DateField(_("day"))
    value = models.BigIntegerField(_("value"))
    updated_at = models.DateTimeField(_("updated"), db_default=Now())

    class Meta:
        ordering = ("-day", "entity_type", "metric")
        verbose_name = _("figure of a day")
        verbose_name_plural = _("figures of the days")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["entity_type", "entity", "metric", "day"],
                nulls_distinct=False,
                name="analytics_one_figure",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["day"], name="analytics_figure_day")]

    def __str__(self) -> str:
        return f"{self.entity_type} {self.metric} {self.day:%F}"


class RollUp(models.Model):
    """Up to which moment of noting the figures are made; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    noted_until = models.DateTimeField(_("noted until"))

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id=1), name="analytics_one_rollup")
        ]

    def __str__(self) -> str:
        return f"{self.noted_until:%F %T}"
