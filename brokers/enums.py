"""Every closed list of words in this app, in one place."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BrokerStatus(TextChoices):
    """How far a professional is (away and licence_expired are derived)."""

    DRAFT = "draft", _("Draft")
    PENDING_REVIEW = "pending_review", _("Waiting for review")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    TERMINATED = "terminated", _("Terminated")


class Speciality(TextChoices):
    """What a professional is good at."""

    RESIDENTIAL_SALE = "residential_sale", _("Homes for sale")
    RESIDENTIAL_RENT = "residential_rent", _("Homes for rent")
    COMMERCIAL = "commercial", _("Shops, offices and warehouses")
    LAND = "land", _("Land")
    NEW_DEVELOPMENT = "new_development", _("New developments")
    CARS = "cars", _("Cars")
    TRUCKS_AND_MACHINES = "trucks_and_machines", _("Trucks and machines")
    ELECTRIC_VEHICLES = "electric_vehicles", _("Electric vehicles")


class LicenceState(TextChoices):
    """What staff found of a licence."""

    UNCHECKED = "unchecked", _("Not checked yet")
    CONFIRMED = "confirmed", _("Confirmed")
    REPLACED = "replaced", _("Replaced by a newer one")
    REVOKED = "revoked", _("Revoked")
    EXPIRED = "expired", _("Run out")


class LeadStage(TextChoices):
    """How far somebody's interest has come (decision 18)."""

    NEW = "new", _("New")
    CONTACTED = "contacted", _("Contacted")
    QUALIFIED = "qualified", _("Qualified")
    VIEWING = "viewing", _("Viewing")
    NEGOTIATING = "negotiating", _("Negotiating")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
    SPAM = "spam", _("Spam")


class LeadSource(TextChoices):
    """Where the interest came from."""

    WEB_FORM = "web_form", _("Inquiry")
    PHONE_REVEAL = "phone_reveal", _("Phone shown")
    CHAT = "chat", _("Chat")
    VIEWING_REQUEST = "viewing_request", _("Viewing request")
    OFFER = "offer", _("Offer")
    WANTED_MATCH = "wanted_match", _("Saved search")
    TELEGRAM = "telegram", _("Telegram")
    IMPORT = "import", _("Import")


class ViewingMode(TextChoices):
    """How one looks at it."""

    IN_PERSON = "in_person", _("In person")
    VIDEO = "video", _("By video")


class ViewingState(TextChoices):
    """Where a viewing stands."""

    REQUESTED = "requested", _("Requested")
    PROPOSED = "proposed", _("Another time proposed")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    CANCELLED_BY_BUYER = "cancelled_by_buyer", _("Cancelled by the buyer")
    CANCELLED_BY_BROKER = "cancelled_by_broker", _("Cancelled by the seller's side")
    DONE = "done", _("Done")
    NO_SHOW_BUYER = "no_show_buyer", _("The buyer did not come")
    NO_SHOW_BROKER = "no_show_broker", _("The seller's side did not come")


LIVE_VIEWINGS = frozenset({ViewingState.REQUESTED, ViewingState.PROPOSED, ViewingState.CONFIRMED})


class Side(TextChoices):
    """The two sides of an offer and of a deal."""

    BUYER = "buyer", _("buyer")
    SELLER = "seller", _("seller")

    @property
    def other(self) -> Side:
        """The side across the table."""
        return Side.SELLER if self is Side.BUYER else Side.BUYER


class OfferState(TextChoices):
    """Where an offer stands."""

    MADE = "made", _("On the table")
    COUNTERED = "countered", _("Answered by a counter-offer")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")
    SUPERSEDED = "superseded", _("Replaced by a newer one")


class Refundable(TextChoices):
    """What the buyer gets back of the deposit when the buyer cancels and the seller agrees."""

    FULL = "full", _("all of it")
    PARTIAL = "partial", _("a part of it")
    NONE = "none", _("nothing")


class DealState(TextChoices):
    """Where a deal stands (deals.md)."""

    DEPOSIT_DUE = "deposit_due", _("Deposit due")
    DEPOSIT_HELD = "deposit_held", _("Deposit held")
    HANDOVER = "handover", _("Handover")
    COMPLETED = "completed", _("Completed")
    CANCEL_REQUESTED = "cancel_requested", _("Cancellation asked for")
    DISPUTED = "disputed", _("Disputed")
    CANCELLED = "cancelled", _("Cancelled")


ENDED = frozenset({DealState.COMPLETED, DealState.CANCELLED})


class Outcome(TextChoices):
    """How a deal ended, and who or what ended it."""

    COMPLETED = "completed", _("The keys changed hands")
    BUYER_WITHDREW = "buyer_withdrew", _("The buyer withdrew before the deposit was complete")
    SELLER_WITHDREW = "seller_withdrew", _("The seller withdrew before the deposit was complete")
    DEPOSIT_NOT_PAID = "deposit_not_paid", _("The deposit was not paid in time")
    ASSET_TAKEN = "asset_taken", _("Another deposit was complete first")
    BUYER_CANCELLED = "buyer_cancelled", _("The buyer cancelled")
    SELLER_CANCELLED = "seller_cancelled", _("The seller cancelled")
    LISTING_REMOVED = "listing_removed", _("The listing was removed by staff")
    DECIDED = "decided", _("Decided by staff")
    CHARGED_BACK = "charged_back", _("The payment was charged back")


class DecisionKind(TextChoices):
    """What staff may decide of a deal."""

    KEYS_CHANGED_HANDS = "keys_changed_hands", _("The keys changed hands: release the deposit")
    REFUND = "refund", _("Cancel: everything back to the buyer")
    RELEASE = "release", _("Cancel: everything to the seller")
    SPLIT = "split", _("Cancel: split the deposit")


class ReviewState(TextChoices):
    """Where a review stands."""

    PENDING = "pending", _("Waits for the other side")
    PUBLISHED = "published", _("Published")
    REJECTED = "rejected", _("Rejected")
    DISPUTED = "disputed", _("Disputed")
    HIDDEN = "hidden", _("Hidden")


class ReportReason(TextChoices):
    """What is wrong with a review."""

    SPAM = "spam", _("Spam")
    FRAUD = "fraud", _("Fraud")
    OFFENSIVE = "offensive", _("Offensive")
    OTHER = "other", _("Something else")
