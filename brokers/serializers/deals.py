"""Shapes of deals."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from brokers import deal_steps
from brokers.enums import DealState, Outcome, Side
from brokers.models import Deal, DealEvidence, DealPaper
from brokers.next_step import Seen, keeper, next_step
from brokers.selectors import conversation_of
from brokers.serializers.parts import (
    ListingNameSerializer,
    PartySerializer,
    SeenBySide,
    buyer_of,
    seller_of,
)
from key2key.common import clock
from key2key.common.api.fields import StrictBooleanField, StrictCharField
from key2key.common.api.serializers import Strict, StrictModelSerializer, StrictSerializer
from payments.selectors import HoldProgress

CODE_STATES = ("not_made", "made", "entered", "locked")


class PaperTickSerializer(StrictSerializer):
    """The paper that one has seen."""

    paper = StrictCharField(max_length=40)


class CodeSerializer(StrictSerializer):
    """The code that the other side gave."""

    code = serializers.RegexField(r"^\d{6}$")


class CancelAnswerSerializer(StrictSerializer):
    """Whether one agrees to cancel."""

    agree = StrictBooleanField()
    reason = StrictCharField(max_length=1000, required=False, allow_blank=True)


class NewEvidenceSerializer(StrictSerializer):
    """What one has to say in a dispute."""

    text = StrictCharField(max_length=4000)


class EvidenceSerializer(StrictModelSerializer):
    """What a side said in a dispute."""

    class Meta:
        model = DealEvidence
        fields: ClassVar[list[str]] = ["id", "side", "text", "created_at"]
        read_only_fields = fields


class PaperSerializer(StrictModelSerializer):
    """A paper, and who has ticked it."""

    name = serializers.CharField(read_only=True)

    class Meta:
        model = DealPaper
        fields: ClassVar[list[str]] = ["slug", "name", "required", "buyer_ticked_at", "seller_ticked_at"]
        read_only_fields = fields


class StepSerializer(StrictSerializer):
    """A step that was taken; `side` is empty for the clock, the money and staff."""

    action = serializers.CharField()
    side = serializers.ChoiceField(choices=Side.choices, allow_blank=True)
    state = serializers.ChoiceField(choices=DealState.choices)
    happened_at = serializers.DateTimeField()


class MoneySerializer(StrictSerializer):
    """Where the deposit is. `commission` and `platform_fee` are shown to the seller's side only."""

    deposit_amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    currency = serializers.CharField()
    paid = serializers.DecimalField(max_digits=14, decimal_places=2)
    policy = serializers.CharField()
    kept = serializers.CharField()
    checkout_url = serializers.CharField(allow_blank=True)
    proof_waiting = serializers.BooleanField()
    refunded = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    commission = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    platform_fee = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)


class CodesSerializer(StrictSerializer):
    """How far the code is that each side gives."""

    buyer = serializers.ChoiceField(choices=CODE_STATES)
    seller = serializers.ChoiceField(choices=CODE_STATES)


class RequestSerializer(StrictSerializer):
    """Who asked, and why."""

    side = serializers.ChoiceField(choices=Side.choices, allow_blank=True)
    reason = serializers.CharField()


class IssuedCodeSerializer(StrictSerializer):
    """The code that the caller gives to the other side, shown this once; it may be printed."""

    code = serializers.CharField()
    giver = serializers.ChoiceField(choices=Side.choices)
    give_to = serializers.CharField()
    printable = serializers.CharField()


class DealRowSerializer(Strict, SeenBySide):
    """A deal in the list, seen from the caller's side."""

    listing = ListingNameSerializer(read_only=True)
    buyer = serializers.SerializerMethodField()
    seller = serializers.SerializerMethodField()
    your_side = serializers.SerializerMethodField()
    allowed_actions = serializers.SerializerMethodField()
    next_step = serializers.SerializerMethodField()

    class Meta:
        model = Deal
        fields: ClassVar[list[str]] = [
            "id", "listing", "offer", "buyer", "seller", "your_side", "amount", "currency", "deposit_amount",
            "refundable", "refundable_percent", "state", "allowed_actions", "deadline_at", "next_step",
            "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(PartySerializer)
    def get_buyer(self, deal: Deal) -> dict[str, Any]:
        """Who buys."""
        return buyer_of(deal)

    @extend_schema_field(PartySerializer)
    def get_seller(self, deal: Deal) -> dict[str, Any]:
        """Who sells."""
        return seller_of(deal.listing)

    @extend_schema_field(serializers.ChoiceField(choices=Side.choices))
    def get_your_side(self, deal: Deal) -> str:
        """On which side the caller stands."""
        return self.side(deal)

    def get_allowed_actions(self, deal: Deal) -> list[str]:
        """What the caller may do now."""
        return deal_steps.allowed_actions(deal, side=self.side(deal), at=clock.now())

    def get_next_step(self, deal: Deal) -> str:
        """One sentence: what happens next, and who must act."""
        progress = self.progress(deal)
        seen = Seen(deal, self.side(deal), clock.now())
        if progress is not None:
            seen = Seen(
                deal, seen.side, seen.at, progress.paid, progress.proof_waiting, progress.waits_for_keeper
            )
        return next_step(seen)

    def progress(self, deal: Deal) -> HoldProgress | None:
        """How far the deposit is paid, as the view has read it."""
        found: HoldProgress | None = self.context["progress"].get(deal.pk)
        return found


class DealSerializer(DealRowSerializer):
    """One deal, whole."""

    conversation = serializers.SerializerMethodField()
    money = serializers.SerializerMethodField()
    papers = PaperSerializer(many=True, read_only=True)
    codes = serializers.SerializerMethodField()
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_blank=True, read_only=True)
    cancel_request = serializers.SerializerMethodField()
    dispute = serializers.SerializerMethodField()
    evidence = EvidenceSerializer(many=True, read_only=True)
    reviews_until = serializers.SerializerMethodField()
    steps = StepSerializer(many=True, read_only=True)

    class Meta(DealRowSerializer.Meta):
        fields: ClassVar[list[str]] = [
            *DealRowSerializer.Meta.fields, "conversation", "money", "papers", "codes", "cancel_request",
            "dispute", "evidence", "outcome", "outcome_reason", "reviews_until", "steps", "ended_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_conversation(self, deal: Deal) -> UUID | None:
        """Where the sides talk."""
        return conversation_of(listing_id=deal.listing_id, buyer_id=deal.buyer_id)

    @extend_schema_field(MoneySerializer)
    def get_money(self, deal: Deal) -> dict[str, Any]:
        """Where the deposit is, and who keeps it."""
        progress, is_seller = self.progress(deal), self.side(deal) == Side.SELLER
        return dict(
            MoneySerializer(
                {
                    "deposit_amount": deal.deposit_amount,
                    "currency": deal.currency,
                    "paid": progress.paid if progress else Decimal(0),
                    "policy": deal.policy,
                    "kept": keeper(deal.policy),
                    "checkout_url": "" if progress is None or is_seller else progress.open_checkout,
                    "proof_waiting": progress is not None and progress.proof_waiting,
                    "refunded": deal.refund_amount,
                    "commission": deal.commission_amount if is_seller else None,
                    "platform_fee": deal.platform_fee_amount if is_seller else None,
                }
            ).data
        )

    @extend_schema_field(CodesSerializer)
    def get_codes(self, deal: Deal) -> dict[str, str]:
        """How far the code is that each side gives; the codes themselves are shown to nobody else."""
        return {side.value: _code_state(deal, giver=side) for side in Side}

    @extend_schema_field(RequestSerializer(allow_null=True))
    def get_cancel_request(self, deal: Deal) -> dict[str, str] | None:
        """Who asked to cancel, while that is open or was the end."""
        if not deal.cancel_asked_by:
            return None
        return {"side": deal.cancel_asked_by, "reason": deal.cancel_reason}

    @extend_schema_field(RequestSerializer(allow_null=True))
    def get_dispute(self, deal: Deal) -> dict[str, str] | None:
        """Who asked staff to decide; no side when it is the payer's bank."""
        if not deal.disputed_by and deal.state != DealState.DISPUTED:
            return None
        return {"side": deal.disputed_by, "reason": deal.dispute_reason}

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_reviews_until(self, deal: Deal) -> Any:
        """Until when a completed deal may be reviewed."""
        return deal_steps.reviews_end_at(deal) if deal.state == DealState.COMPLETED else None


def _code_state(deal: Deal, *, giver: Side) -> str:
    code = deal_steps.code_of(deal, giver=giver)
    if code is None:
        return "not_made"
    if code.entered_at is not None:
        return "entered"
    return "locked" if deal_steps.is_locked(deal, giver.other) else "made"
