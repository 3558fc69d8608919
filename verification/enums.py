"""The closed lists of verification."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseKind(models.TextChoices):
    """What is to be shown."""

    IDENTITY = "identity", _("identity")
    BROKER_LICENCE = "broker_licence", _("broker's licence")
    OWNERSHIP = "ownership", _("ownership of a home or vehicle")
    BUSINESS = "business", _("business")


class CaseState(models.TextChoices):
    """Where a case stands (decision 18)."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    IN_REVIEW = "in_review", _("in review")
    NEEDS_REVISION = "needs_revision", _("needs revision")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    EXPIRED = "expired", _("expired")
    REVOKED = "revoked", _("revoked")


WRITTEN = frozenset({CaseState.DRAFT, CaseState.NEEDS_REVISION})  # in the person's hands
WAITING = frozenset({CaseState.SUBMITTED, CaseState.IN_REVIEW})  # in ours
OPEN = WRITTEN | WAITING


class DocumentKind(models.TextChoices):
    """What a document is."""

    NATIONAL_ID = "national_id", _("National ID (Fayda)")
    KEBELE_ID = "kebele_id", _("Kebele ID")
    PASSPORT = "passport", _("Passport")
    DRIVING_LICENCE = "driving_licence", _("Driving licence")
    SELFIE = "selfie", _("Picture of you holding the document")
    BROKER_LICENCE = "broker_licence", _("Broker's licence")
    TITLE_DEED = "title_deed", _("Title deed (carta)")
    LEASE_CONTRACT = "lease_contract", _("Lease contract")
    CONDOMINIUM_CONTRACT = "condominium_contract", _("Condominium contract")
    OWNERSHIP_BOOK = "ownership_book", _("Vehicle ownership book (libre)")
    POWER_OF_ATTORNEY = "power_of_attorney", _("Power of attorney")
    TRADE_LICENCE = "trade_licence", _("Trade licence")
    TIN_CERTIFICATE = "tin_certificate", _("TIN certificate")
    OTHER = "other", _("Other document")
