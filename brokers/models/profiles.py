"""Professionals and their licences."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from brokers.enums import BrokerStatus, LicenceState, Speciality
from key2key.common.models import Row
from key2key.common.tracking import tracked

WORDS = ("bio", "phone", "whatsapp", "telegram", "website")
FIGURES = ("rating", "reviews_count", "closed_deals", "response_minutes")


@tracked(
    # A person's words and addresses are not kept; the figures follow from other rows.
    exclude=[*WORDS, *FIGURES, "updated_at"],
)
class Broker(Row):
    """A professional's public profile. Written only by `brokers.services`."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(
        _("status"), max_length=17, choices=BrokerStatus.choices, default=BrokerStatus.DRAFT
    )
    status_reason = models.TextField(_("reason"), blank=True, default="")
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    bio = models.TextField(_("about"), max_length=2000, blank=True, default="")
    language = models.CharField(
        _("language of the text"), max_length=2, choices=settings.LANGUAGES, default="en"
    )
    languages = ArrayField(
        models.CharField(max_length=3), verbose_name=_("spoken languages"), default=list, blank=True
    )
    areas = models.ManyToManyField("listings.Area", verbose_name=_("areas"), blank=True, related_name="+")
    specialities = ArrayField(
        models.CharField(max_length=24, choices=Speciality.choices),
        verbose_name=_("specialities"),
        default=list,
        blank=True,
    )
    years_experience = models.PositiveSmallIntegerField(_("years of experience"), null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True, default="")
    whatsapp = models.CharField(_("WhatsApp"), max_length=16, blank=True, default="")
    telegram = models.CharField(_("Telegram"), max_length=32, blank=True, default="")
    website = models.URLField(_("website"), max_length=200, blank=True, default="")
    rating = models.DecimalField(_("rating"), max_digits=3, decimal_places=2, null=True, blank=True)
    reviews_count = models.PositiveIntegerField(_("reviews"), default=0)
    closed_deals = models.PositiveIntegerField(_("completed deals"), default=0)
    response_minutes = models.PositiveIntegerField(_("response time"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("broker")
        verbose_name_plural = _("brokers")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True) | models.Q(rating__range=(1, 5)),
                name="brokers_broker_rating",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["-created_at", "-id"],
                condition=models.Q(status=BrokerStatus.ACTIVE),
                name="brokers_active_newest",
            ),
            models.Index(
                fields=["submitted_at"],
                condition=models.Q(status=BrokerStatus.PENDING_REVIEW),
                name="brokers_profile_queue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} ({self.status})"

    @property
    def left_by_themselves(self) -> bool:
        """Whether the person ended the profile: staff say why they do."""
        return self.status == BrokerStatus.TERMINATED and not self.status_reason


@tracked(
    # The number names a person.
    exclude=["number", "updated_at"],
)
class Licence(Row):
    """A licence that a professional named, and what staff found of it. At most one is confirmed."""

    broker = models.ForeignKey(
        Broker, verbose_name=_("broker"), on_delete=models.PROTECT, related_name="licences"
    )
    number = models.CharField(_("number"), max_length=50)
    authority = models.CharField(_("authority"), max_length=120)
    category = models.CharField(_("category"), max_length=60, blank=True, default="")
    region = models.CharField(_("region"), max_length=80, blank=True, default="")
    expires_on = models.DateField(_("valid until"))
    state = models.CharField(
        _("state"), max_length=9, choices=LicenceState.choices, default=LicenceState.UNCHECKED
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("checked by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    confirmed_at = models.DateTimeField(_("checked"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True, default="")
    warned_at = models.DateTimeField(_("warned of its end"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("licence")
        verbose_name_plural = _("licences")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["broker", "state"],
                condition=models.Q(state__in=[LicenceState.CONFIRMED, LicenceState.UNCHECKED]),
                name="brokers_one_licence_per_state",
            ),
            models.UniqueConstraint(
                fields=["authority", "number"],
                condition=models.Q(state=LicenceState.CONFIRMED),
                name="brokers_one_holder_per_licence",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["expires_on"],
                condition=models.Q(state=LicenceState.CONFIRMED),
                name="brokers_licence_expiry",
            )
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.number}"
