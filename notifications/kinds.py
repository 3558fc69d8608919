"""The kinds of news, and over which channels each may go. The text is a template per language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from key2key.common.plugins import notification_kinds


class Channel(TextChoices):
    """How news reach a person: in the feed, which never leaves the house, or over a way out of it."""

    IN_APP = "in_app", _("in the app")
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")
    PUSH = "push", _("push")


IN_APP, EMAIL, SMS, PUSH = Channel.IN_APP, Channel.EMAIL, Channel.SMS, Channel.PUSH
FAR = (EMAIL, PUSH, SMS)  # a text message costs: it goes where there is no e-mail, or where it was asked for


@dataclass(frozen=True)
class Kind:
    """A kind of news, and how it behaves.

    `channels` are the ways out, in the order of preference; with `feed` it also stands in the app. What is
    `locked` cannot be switched off; what is `off` must be switched on; `offer` news can be left by a link.
    """

    label: Any
    channels: tuple[Channel, ...] = FAR
    feed: bool = True
    locked: bool = False
    off: frozenset[Channel] = field(default_factory=frozenset)
    offer: bool = False

    @property
    def everywhere(self) -> tuple[Channel, ...]:
        """The ways out, and the feed when it stands there."""
        return (IN_APP, *self.channels) if self.feed else self.channels


_ACCOUNT = {
    "email_verification": Kind(_("Proof of an e-mail address"), (EMAIL,), feed=False, locked=True),
    "password_reset": Kind(_("New password"), (EMAIL,), feed=False, locked=True),
    "password_changed": Kind(_("Your password was changed"), (EMAIL, SMS), locked=True),
    "phone_code": Kind(_("Code for a phone"), (SMS,), feed=False, locked=True),
    "staff_invitation": Kind(_("Invitation to the staff"), (EMAIL,), feed=False, locked=True),
    "organisation_invitation": Kind(_("Invitation to an agency"), (EMAIL, SMS), feed=False, locked=True),
    "session_family_ended": Kind(_("A device was signed out"), (EMAIL, SMS), locked=True),
}
_LISTINGS = {
    "listing_approved": Kind(_("Your listing was approved")),
    "listing_rejected": Kind(_("Your listing was not approved")),
    "listing_changes_requested": Kind(_("Your listing needs corrections")),
    "listing_fee_due": Kind(_("Your listing waits for its fee")),
    "saved_search_match": Kind(_("A new listing fits your saved search"), (EMAIL, PUSH), offer=True),
}
_BROKERS = {
    "lead_new": Kind(_("Somebody asks about your listing")),
    "viewing_requested": Kind(_("Somebody would like a viewing")),
    "viewing_proposed": Kind(_("Another time is proposed for a viewing")),
    "viewing_confirmed": Kind(_("A viewing is confirmed")),
    "viewing_declined": Kind(_("A viewing is declined")),
    "viewing_cancelled": Kind(_("A viewing is cancelled")),
    "viewing_tomorrow": Kind(_("A viewing is tomorrow")),
    "offer_received": Kind(_("You have an offer")),
    "offer_countered": Kind(_("You have a counter-offer")),
    "offer_accepted": Kind(_("Your offer was accepted")),
    "offer_rejected": Kind(_("Your offer was rejected")),
    "offer_withdrawn": Kind(_("An offer was withdrawn")),
    "offer_expired": Kind(_("An offer has ended")),
    "review_due": Kind(_("You may write a review"), (EMAIL, PUSH)),
    "reviews_published": Kind(_("Reviews are visible"), (EMAIL, PUSH)),
    "broker_status_changed": Kind(_("The state of your broker profile")),
    "licence_expiring": Kind(_("Your licence ends soon")),
    "licence_expired": Kind(_("Your licence has ended")),
}
_DEALS = {
    "deal_deposit_due": Kind(_("A deposit is due")),
    "deal_deposit_held": Kind(_("A deposit has arrived")),
    "deal_papers_reminder": Kind(_("Papers are awaited")),
    "deal_papers_overdue": Kind(_("Papers are overdue")),
    "deal_handover": Kind(_("The handover can take place")),
    "deal_handover_overdue": Kind(_("The handover is overdue")),
    "deal_code_entered": Kind(_("A handover code was entered")),
    "deal_completed": Kind(_("A deal is completed")),
    "deal_cancel_requested": Kind(_("The other side wants to cancel a deal")),
    "deal_cancel_refused": Kind(_("The cancellation of a deal is refused")),
    "deal_cancel_taken_back": Kind(_("A wish to cancel is taken back")),
    "deal_cancelled": Kind(_("A deal is cancelled")),
    "deal_disputed": Kind(_("A deal is in dispute")),
    "deal_decided": Kind(_("A dispute is decided")),
}
_MONEY = {
    "payment_succeeded": Kind(_("A payment has arrived")),
    "payment_failed": Kind(_("A payment failed")),
    "payment_expired": Kind(_("A payment has ended")),
    "proof_approved": Kind(_("A bank slip was accepted")),
    "proof_rejected": Kind(_("A bank slip was not accepted")),
    "deposit_released": Kind(_("A deposit was released")),
    "refund_sent": Kind(_("A refund is on its way")),
    "refund_succeeded": Kind(_("A refund has arrived")),
    "refund_failed": Kind(_("A refund failed")),
    "payout_paid": Kind(_("A payout has arrived")),
    "payout_failed": Kind(_("A payout did not go through")),
    "chargeback_opened": Kind(_("A payment is disputed at the bank")),
    "chargeback_won": Kind(_("A disputed payment stays")),
    "chargeback_lost": Kind(_("A disputed payment was taken back")),
    "money_waits": Kind(_("Money waits for a decision of finance"), (EMAIL,), feed=False),
    "late_payment_refunded": Kind(_("A late payment goes back")),
    "boost_started": Kind(_("A boost of your listing begins"), (EMAIL, PUSH)),
    "boost_ended": Kind(_("A boost of your listing has ended"), (EMAIL, PUSH)),
    "plan_expiring": Kind(_("Your plan ends soon")),
    "plan_ended": Kind(_("Your plan has ended")),
}
_TRUST = {
    "verification_approved": Kind(_("A verification is approved")),
    "verification_needs_revision": Kind(_("A verification needs corrections")),
    "verification_rejected": Kind(_("A verification is rejected")),
    "verification_expired": Kind(_("A verification has ended")),
}
# The inbox counts unread messages itself, so they are no lines of the feed.
_CHAT = {"new_message": Kind(_("New message"), (PUSH, EMAIL), feed=False, off=frozenset({EMAIL}))}

KINDS = {**_ACCOUNT, **_LISTINGS, **_BROKERS, **_DEALS, **_MONEY, **_TRUST, **_CHAT}


def register_all() -> None:
    """Make the kinds known to the floor."""
    for name, kind in KINDS.items():
        notification_kinds.register(name, kind)
