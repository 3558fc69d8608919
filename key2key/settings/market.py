"""What staff change while the product runs (django-constance): limits, clocks, prices, who we are."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

CONSTANCE_BACKEND = "constance.backends.database.DatabaseBackend"
# No cache: a small row is read in no time, is never stale, and needs no Redis.
CONSTANCE_DATABASE_CACHE_BACKEND: str | None = None
CONSTANCE_SUPERUSER_ONLY = False  # the groups of staff decide, as everywhere
CONSTANCE_ADDITIONAL_FIELDS = {
    "line": [
        "django.forms.CharField",
        {"widget": "unfold.widgets.UnfoldAdminTextInputWidget", "required": False, "max_length": 150},
    ],
    "count": [
        "django.forms.IntegerField",
        {"widget": "unfold.widgets.UnfoldAdminIntegerFieldWidget", "min_value": 1, "max_value": 1000},
    ],
    "percent": [
        "django.forms.DecimalField",
        {
            "widget": "unfold.widgets.UnfoldAdminDecimalFieldWidget",
            "min_value": 0, "max_value": 100, "decimal_places": 2,
        },
    ],
    "fee": [
        "django.forms.DecimalField",
        {
            "widget": "unfold.widgets.UnfoldAdminDecimalFieldWidget",
            "min_value": 0, "max_digits": 14, "decimal_places": 2,
        },
    ],
    "amount": [
        "django.forms.DecimalField",
        {
            "widget": "unfold.widgets.UnfoldAdminDecimalFieldWidget",
            "min_value": 1, "max_digits": 14, "decimal_places": 2,
        },
    ],
}  # fmt: skip
_HOLD_POLICIES = (  # a gateway that splits a payment does not exist yet (decision 36)
    ("platform_ledger", _("our account")),
    ("partner_bank", _("a bank account in trust")),
    ("manual", _("the seller's broker")),
)
CONSTANCE_ADDITIONAL_FIELDS["hold_policy"] = [
    "django.forms.ChoiceField",
    {"widget": "unfold.widgets.UnfoldAdminSelectWidget", "choices": _HOLD_POLICIES},
]
CONSTANCE_CONFIG = {
    "COMPANY_NAME": ("Key2Key", _("Our legal name, as it stands on receipts."), "line"),
    "COMPANY_NAME_AM": ("", _("The same in Amharic; empty: as above."), "line"),
    "COMPANY_ADDRESS": ("Addis Ababa, Ethiopia", _("Our address, as it stands on receipts."), "line"),
    "COMPANY_ADDRESS_AM": ("አዲስ አበባ፣ ኢትዮጵያ", _("The same in Amharic; empty: as above."), "line"),
    "COMPANY_TIN": ("", _("Our taxpayer identification number."), "line"),
    "RECEIPT_PREFIX": ("", _("What the numbers of receipts begin with, before the market."), "line"),
    "RECEIPT_TAX_PERCENT": (
        Decimal(0),
        _("VAT in percent that the prices of our services contain; 0 while we owe none."),
        "percent",
    ),
    "LISTING_LIFETIME_DAYS": (60, _("Days that an approved listing stays on the market."), "count"),
    "PRIVATE_LIVE_LIMIT": (5, _("Listings that a private seller may have on the market at once."), "count"),
    "BROKER_LIVE_LIMIT": (50, _("Listings that a broker without a plan may have there at once."), "count"),
    "AGENCY_LIVE_LIMIT": (200, _("Listings that an agency without a plan may have there at once."), "count"),
    "LISTING_FEE_PROPERTY": (
        Decimal(0),
        _("Fee for a home's period on the market, in the base currency; 0: none."),
        "fee",
    ),
    "LISTING_FEE_VEHICLE": (
        Decimal(0),
        _("Fee for a vehicle's period on the market, in the base currency; 0: none."),
        "fee",
    ),
    "LISTING_FEE_DAYS": (30, _("Days in which the listing fee is paid; then the listing expires."), "count"),
    "BOOST_PRICE_7": (
        Decimal(300),
        _("Price of a boost for 7 days, in the base currency; 0: not on sale."),
        "fee",
    ),
    "BOOST_PRICE_14": (
        Decimal(500),
        _("Price of a boost for 14 days, in the base currency; 0: not on sale."),
        "fee",
    ),
    "BOOST_PRICE_30": (
        Decimal(900),
        _("Price of a boost for 30 days, in the base currency; 0: not on sale."),
        "fee",
    ),
    "SAVED_SEARCH_LIMIT": (50, _("Searches that one person may keep."), "count"),
    "PHOTO_LIMIT": (30, _("Photos that one listing may have."), "count"),
    "PHOTO_MINIMUM": (1, _("Photos that a listing needs before it is reviewed."), "count"),
    "DOCUMENT_RETENTION_DAYS": (
        365,
        _("Days that documents are kept after a case was decided."),
        "count",
    ),
    "OFFER_HOURS": (72, _("Hours that an offer holds when it does not say until when."), "count"),
    "DEPOSIT_HOURS": (48, _("Hours in which the buyer pays the whole deposit."), "count"),
    "PAPERS_DAYS": (30, _("Days in which both sides tick the papers."), "count"),
    "HANDOVER_DAYS": (7, _("Days in which both handover codes are entered."), "count"),
    "CANCEL_ANSWER_HOURS": (72, _("Hours in which the other side answers a wish to cancel."), "count"),
    "DISPUTE_DAYS": (5, _("Working days in which staff answer a dispute."), "count"),
    "REVIEW_DAYS": (14, _("Days in which both sides of a completed deal may write a review."), "count"),
    "DEPOSIT_PERCENT": (
        Decimal(10),
        _("Deposit in percent of the price when an offer names none."),
        "percent",
    ),
    "DEPOSIT_MAXIMUM": (
        Decimal(500_000),
        _("Highest deposit, in the base currency, when an offer names none."),
        "amount",
    ),
    "AGENT_COMMISSION_PERCENT": (
        Decimal(20),
        _("Part of the deposit that an agency's agent gets when it is released."),
        "percent",
    ),
    "PLATFORM_FEE_PERCENT": (
        Decimal(2),
        _("Part of the deposit that we keep when it is released."),
        "percent",
    ),
    "HOLD_POLICY": ("platform_ledger", _("Who keeps the deposits of new deals."), "hold_policy"),
    "PAYOUT_TWO_PAIRS_ABOVE": (
        Decimal(50_000),
        _("Payout, in the base currency, above which two members of staff approve it."),
        "amount",
    ),
    "TWO_EYES_LIMIT": (
        Decimal(100_000),
        _("Deposit, in the base currency, above which a second member of staff approves a decision."),
        "amount",
    ),
    "TELEBIRR_MINIMUM": (Decimal(1), _("Least that one payment over Telebirr may be, in birr."), "amount"),
    "TELEBIRR_MAXIMUM": (
        Decimal(100_000),
        _("Most that one payment over Telebirr may be, in birr."),
        "amount",
    ),
    "CHAPA_MINIMUM": (Decimal(1), _("Least that one payment over Chapa may be, in birr."), "amount"),
    "CHAPA_MAXIMUM": (
        Decimal(1_000_000),
        _("Most that one payment over Chapa may be, in birr."),
        "amount",
    ),
    "BANK_TRANSFER_MINIMUM": (
        Decimal(1000),
        _("Least that one bank transfer may be, in birr."),
        "amount",
    ),
    "BANK_TRANSFER_MAXIMUM": (
        Decimal(10_000_000),
        _("Most that one bank transfer may be, in birr."),
        "amount",
    ),
    "BANK_TRANSFER_DAYS": (2, _("Days in which a bank transfer is made and its slip sent in."), "count"),
}
CONSTANCE_CONFIG_FIELDSETS = (  # pairs: as a key of a dict a lazy text would be translated right here
    (
        _("Listings"),
        (
            "LISTING_LIFETIME_DAYS", "PRIVATE_LIVE_LIMIT", "BROKER_LIVE_LIMIT", "AGENCY_LIVE_LIMIT",
            "PHOTO_LIMIT", "PHOTO_MINIMUM", "SAVED_SEARCH_LIMIT",
        ),
    ),
    (
        _("Prices of services"),
        (
            "LISTING_FEE_PROPERTY", "LISTING_FEE_VEHICLE", "LISTING_FEE_DAYS", "BOOST_PRICE_7",
            "BOOST_PRICE_14", "BOOST_PRICE_30",
        ),
    ),
    (_("Verification"), ("DOCUMENT_RETENTION_DAYS",)),
    (
        _("Receipts"),
        (
            "COMPANY_NAME", "COMPANY_NAME_AM", "COMPANY_ADDRESS", "COMPANY_ADDRESS_AM", "COMPANY_TIN",
            "RECEIPT_PREFIX", "RECEIPT_TAX_PERCENT",
        ),
    ),
    (
        _("Deals"),
        (
            "OFFER_HOURS", "DEPOSIT_HOURS", "PAPERS_DAYS", "HANDOVER_DAYS", "CANCEL_ANSWER_HOURS",
            "DISPUTE_DAYS", "REVIEW_DAYS", "DEPOSIT_PERCENT", "DEPOSIT_MAXIMUM", "AGENT_COMMISSION_PERCENT",
            "PLATFORM_FEE_PERCENT", "TWO_EYES_LIMIT", "HOLD_POLICY",
        ),
    ),
    (_("Money"), ("PAYOUT_TWO_PAIRS_ABOVE",)),
    (
        _("Ways to pay"),
        (
            "TELEBIRR_MINIMUM", "TELEBIRR_MAXIMUM", "CHAPA_MINIMUM", "CHAPA_MAXIMUM",
            "BANK_TRANSFER_MINIMUM", "BANK_TRANSFER_MAXIMUM", "BANK_TRANSFER_DAYS",
        ),
    ),
)  # fmt: skip
