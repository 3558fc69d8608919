"""What the sides of a completed deal say of each other."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from brokers.enums import ReportReason, ReviewState, Side
from brokers.models.deals import Deal
from key2key.common.models import Row
from key2key.common.tracking import tracked


@tracked(
    exclude=["text", "reply", "updated_at"],
)
class Review(Row):
    """One side's word on the other, shown together with the other's or when the time is over."""

    deal = models.ForeignKey(Deal, verbose_name=_("deal"), on_delete=models.PROTECT, related_name="reviews")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.PROTECT, related_name="+"
    )
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("about"), on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    side = models.CharField(_("the author was"), max_length=6, choices=Side.choices)
    rating = models.PositiveSmallIntegerField(_("rating"))
    sub_scores = models.JSONField(_("single scores"), default=dict, blank=True)
    text = models.TextField(_("text"), max_length=2000, blank=True, default="")
    reply = models.TextField(_("reply"), max_length=2000, blank=True, default="")
    replied_at = models.DateTimeField(_("replied"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=9, choices=ReviewState.choices, default=ReviewState.PENDING
    )
    state_reason = models.TextField(_("reason"), blank=True, default="")
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["deal", "author"], name="brokers_one_review_each"),
            models.UniqueConstraint(fields=["deal", "side"], name="brokers_one_review_per_side"),
            models.CheckConstraint(condition=models.Q(rating__range=(1, 5)), name="brokers_review_rating"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject", "-published_at", "-id"], name="brokers_review_subject"),
            models.Index(fields=["organisation", "-published_at", "-id"], name="brokers_review_organisation"),
            models.Index(
                fields=["deal"],
                condition=models.Q(state=ReviewState.PENDING),
                name="brokers_review_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rating}/5 ({self.state})"


class ReviewReport(Row):
    """Somebody's complaint about a review."""

    review = models.ForeignKey(
        Review, verbose_name=_("review"), on_delete=models.CASCADE, related_name="reports"
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("reporter"), on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=9, choices=ReportReason.choices)
    text = models.TextField(_("text"), max_length=1000, blank=True, default="")
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        ordering = ("created_at", "id")
        verbose_name = _("report on a review")
        verbose_name_plural = _("reports on reviews")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["review", "reporter"], name="brokers_one_report_each")
        ]

    def __str__(self) -> str:
        return f"{self.reason} ({self.review_id})"
