"""The way from an accepted offer to the keys (deals.md)."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from brokers.enums import ENDED, DealState, DecisionKind, Outcome, Refundable, Side
from brokers.models.offers import Offer
from key2key.common.models import AppendOnly, Row
from key2key.common.money import Currency
from key2key.common.tracking import tracked
from listings.enums import Kind, Purpose


class RequiredPaper(models.Model):
    """A paper that deals of a kind and purpose need or may need: dated reference data, never code.

    A deal copies those that are valid on the day it begins; later changes leave it alone.
    """

    reference_data: ClassVar[bool] = True

    market = models.CharField(_("market"), max_length=2, default="ET")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    purposes = ArrayField(
        models.CharField(max_length=10, choices=Purpose.choices), verbose_name=_("purposes")
    )
    slug = models.SlugField(max_length=40)
    name_en = models.CharField(_("name"), max_length=120)
    name_am = models.CharField(_("name in Amharic"), max_length=120, blank=True, default="")
    required = models.BooleanField(_("required"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        ordering = ("market", "kind", "position", "slug")
        verbose_name = _("paper that deals need")
        verbose_name_plural = _("papers that deals need")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["market", "kind", "slug", "valid_from"], name="brokers_one_rule_per_paper"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.name_en}"


@tracked(
    exclude=["cancel_reason", "dispute_reason", "outcome_reason", "updated_at"],
)
class Deal(Row):
    """An accepted offer on its way to the keys. Written only by `brokers.services`."""

    listing = models.ForeignKey(
        "listings.Listing", verbose_name=_("listing"), on_delete=models.PROTECT, related_name="+"
    )
    asset = models.ForeignKey(
        "listings.Asset", verbose_name=_("asset"), on_delete=models.PROTECT, related_name="+"
    )
    offer = models.OneToOneField(
        Offer, verbose_name=_("offer"), on_delete=models.PROTECT, related_name="deal"
    )
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("buyer"), on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("seller"), on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices)
    deposit_amount = models.DecimalField(_("deposit"), max_digits=14, decimal_places=2)
    refundable = models.CharField(_("refundable"), max_length=7, choices=Refundable.choices)
    refundable_percent = models.PositiveSmallIntegerField(_("refundable percent"))
    commission_amount = models.DecimalField(_("commission"), max_digits=14, decimal_places=2, default=0)
    commission_payee = models.UUIDField(_("commission goes to"), null=True, blank=True)
    platform_fee_amount = models.DecimalField(_("platform fee"), max_digits=14, decimal_places=2, default=0)
    policy = models.CharField(_("who holds the deposit"), max_length=20, default="platform_ledger")

    state = models.CharField(
        _("state"), max_length=16, choices=DealState.choices, default=DealState.DEPOSIT_DUE
    )
    deadline_at = models.DateTimeField(_("deadline"), null=True, blank=True)
    # The states to return to, the latest last, each with the seconds its clock had left when it stopped: a
    # payment may be charged back while a cancellation is asked for, that be won, and this be taken back.
    stopped = models.JSONField(_("stopped clocks"), default=list, blank=True)
    reminded = models.PositiveSmallIntegerField(_("reminders sent"), default=0)
    overdue_at = models.DateTimeField(_("handed to staff"), null=True, blank=True)
    review_reminded_at = models.DateTimeField(_("reminded of reviews"), null=True, blank=True)
    deposit_held_at = models.DateTimeField(_("deposit held"), null=True, blank=True)
    handover_at = models.DateTimeField(_("papers done"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    cancel_asked_by = models.CharField(
        _("cancellation asked for by"), max_length=6, choices=Side.choices, blank=True, default=""
    )
    cancel_reason = models.TextField(_("why cancel"), max_length=1000, blank=True, default="")
    # Nobody while it is the gateway that disputes: then the state before may come back.
    disputed_by = models.CharField(
        _("disputed by"), max_length=6, choices=Side.choices, blank=True, default=""
    )
    dispute_reason = models.TextField(_("why disputed"), max_length=2000, blank=True, default="")
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices, blank=True, default="")
    outcome_reason = models.TextField(_("reason of the outcome"), blank=True, default="")
    refund_amount = models.DecimalField(
        _("refunded to the buyer"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    seller_marked = models.BooleanField(_("counts against the seller"), default=False)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["listing"],
                condition=~models.Q(state__in=sorted(ENDED)),
                name="brokers_one_open_deal",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, deposit_amount__gt=0), name="brokers_deal_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(commission_amount__gte=0, platform_fee_amount__gte=0)
                & models.Q(
                    deposit_amount__gte=models.F("commission_amount") + models.F("platform_fee_amount")
                ),
                name="brokers_deal_fees_within",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=sorted(ENDED), ended_at__isnull=False) & ~models.Q(outcome="")
                | ~models.Q(state__in=sorted(ENDED)) & models.Q(ended_at__isnull=True, outcome=""),
                name="brokers_ended_deal_says_how",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["buyer", "-created_at", "-id"], name="brokers_deal_buyer"),
            models.Index(fields=["owner", "-created_at", "-id"], name="brokers_deal_owner"),
            models.Index(fields=["organisation", "-created_at", "-id"], name="brokers_deal_organisation"),
            models.Index(
                fields=["deadline_at"],
                condition=~models.Q(state__in=sorted(ENDED)),
                name="brokers_deal_deadline",
            ),
            models.Index(
                fields=["ended_at"],
                condition=models.Q(state=DealState.COMPLETED),
                name="brokers_deal_completed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} ({self.state})"

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.state not in ENDED

    @property
    def payee_id(self) -> UUID:
        """Whose payable account the deposit is released to: the organisation, else the seller."""
        payee: UUID = self.organisation_id or self.owner_id
        return payee


class DealPaper(Row):
    """A paper of a deal, ticked by each side when it has seen it."""

    deal = models.ForeignKey(Deal, verbose_name=_("deal"), on_delete=models.CASCADE, related_name="papers")
    slug = models.SlugField(max_length=40)
    name_en = models.CharField(_("name"), max_length=120)
    name_am = models.CharField(_("name in Amharic"), max_length=120, blank=True, default="")
    required = models.BooleanField(_("required"), default=True)
    position = models.PositiveSmallIntegerField(default=0)
    buyer_ticked_at = models.DateTimeField(_("ticked by the buyer"), null=True, blank=True)
    buyer_ticked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    seller_ticked_at = models.DateTimeField(_("ticked by the seller"), null=True, blank=True)
    seller_ticked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("position", "slug")
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["deal", "slug"], name="brokers_one_paper_per_slug")
        ]

    def __str__(self) -> str:
        return self.name_en

    @property
    def name(self) -> str:
        """The name in the language of the request."""
        return (self.name_am if get_language() == "am" else "") or self.name_en

    @property
    def is_done(self) -> bool:
        """Whether both sides have ticked it."""
        return self.buyer_ticked_at is not None and self.seller_ticked_at is not None


class HandoverCode(Row):
    """The code that one side must give and the other enters. Only its keyed hash is kept."""

    deal = models.ForeignKey(Deal, verbose_name=_("deal"), on_delete=models.CASCADE, related_name="codes")
    giver = models.CharField(_("given by"), max_length=6, choices=Side.choices)
    digest = models.CharField(max_length=64, editable=False)
    tries = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    entered_at = models.DateTimeField(_("entered"), null=True, blank=True)

    class Meta:
        ordering = ("giver",)
        verbose_name = _("handover code")
        verbose_name_plural = _("handover codes")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["deal", "giver"], name="brokers_one_code_per_giver")
        ]

    def __str__(self) -> str:
        return f"{self.deal_id} {self.giver}"


class DealEvidence(Row):
    """What a side says and shows in a dispute."""

    deal = models.ForeignKey(Deal, verbose_name=_("deal"), on_delete=models.CASCADE, related_name="evidence")
    side = models.CharField(_("side"), max_length=6, choices=Side.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(_("text"), max_length=4000)
    upload = models.OneToOneField(
        "uploads.Upload", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("created_at", "id")
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return self.text[:60]


class DealDecision(Row):
    """What a member of staff decided of a deal; above a limit it waits for a second one."""

    deal = models.ForeignKey(Deal, verbose_name=_("deal"), on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(_("decision"), max_length=18, choices=DecisionKind.choices)
    refund_amount = models.DecimalField(_("to the buyer"), max_digits=14, decimal_places=2)
    platform_fee_amount = models.DecimalField(_("platform fee"), max_digits=14, decimal_places=2, default=0)
    commission_amount = models.DecimalField(_("commission"), max_digits=14, decimal_places=2, default=0)
    reason = models.TextField(_("reason"), max_length=1000)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("second pair of eyes"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    taken_at = models.DateTimeField(_("took effect"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("dropped"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["deal"],
                condition=models.Q(dropped_at__isnull=True),
                name="brokers_one_decision_per_deal",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("proposed_by")),
                name="brokers_two_pairs_of_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.deal_id})"


class DealStep(AppendOnly):
    """A step of a deal, as both sides may read it: the deal's own log."""

    id = models.BigAutoField(primary_key=True)
    deal = models.ForeignKey(Deal, on_delete=models.DO_NOTHING, related_name="steps")
    action = models.CharField(max_length=24)
    side = models.CharField(max_length=6, choices=Side.choices, blank=True, default="")  # "" is not a side
    state = models.CharField(max_length=16, choices=DealState.choices)
    happened_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.action} -> {self.state}"
