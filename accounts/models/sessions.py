"""How people are signed in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from key2key.common import clock
from key2key.common.models import Row


class Session(Row):
    """One sign-in on one device: a family of refresh tokens, and the `sid` of its access tokens."""

    class EndReason(models.TextChoices):
        """Why it is over."""

        LOGOUT = "logout", _("signed out")
        PASSWORD = "password", _("password changed")
        REUSE = "reuse", _("a refresh token came twice")
        SUSPENDED = "suspended", _("account suspended")
        ERASED = "erased", _("account erased")
        ENROLMENT = "enrolment", _("second factor enrolled anew")

    user = models.ForeignKey(User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="sessions")
    device = models.CharField(_("device"), max_length=255, blank=True, default="")
    ip = models.CharField(_("address"), max_length=45, blank=True, default="")
    second_factor = models.BooleanField(_("second factor shown"), default=False)
    last_used_at = models.DateTimeField(_("last used"), default=clock.now)
    expires_at = models.DateTimeField(_("expires"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(
        _("reason of the end"), max_length=10, choices=EndReason.choices, blank=True, default=""
    )

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ("-created_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="")
                | Q(ended_at__isnull=False) & ~Q(end_reason=""),
                name="accounts_session_end_has_reason",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "-created_at", "-id"], name="accounts_session_own"),
            models.Index(
                fields=["ended_at"], condition=Q(ended_at__isnull=False), name="accounts_session_ended"
            ),
            models.Index(fields=["expires_at"], name="accounts_session_expires"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.device[:40]}"


class RefreshToken(Row):
    """One link in a session's chain. The token itself is known to its holder only.

    The successor's text rests encrypted for the few seconds in which a client whose answer got lost
    may ask again with the same token.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="refresh_tokens")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    generation = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    sealed_successor = models.TextField(blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("refresh token")
        verbose_name_plural = _("refresh tokens")
        ordering = ("session", "generation")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["session", "generation"], name="accounts_one_token_per_generation"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=False) | Q(sealed_successor=""),
                name="accounts_only_used_tokens_have_successors",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["used_at"], condition=Q(used_at__isnull=False), name="accounts_token_used"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} #{self.generation}"
