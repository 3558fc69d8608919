"""What a receipt or a credit note says: fixed on the day of issue, worded in the reader's language."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypedDict
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from key2key.common.ethiopian import ethiopian
from key2key.common.money import round_money
from payments import gateways
from payments.enums import HoldPolicy, OwnReason, Purpose, ReceiptKind
from payments.models import Payment, Receipt, Refund

HUNDRED = Decimal(100)
_SERIES = {ReceiptKind.RECEIPT: "", ReceiptKind.CREDIT_NOTE: "CN-"}


@dataclass(frozen=True)
class Seller:
    """Who sells: we, as the law knows us. The Amharic forms are empty where there are none."""

    name: str
    name_am: str
    address: str
    address_am: str
    tin: str


class Tax(TypedDict):
    """What of the amount is tax: decimals as text."""

    percent: str
    net: str
    amount: str


class Content(TypedDict):
    """What stands on the paper besides its number, amount and day.

    `tax` is None on a deposit, of which `kept_by` is the policy of its hold.
    """

    seller: dict[str, str]
    payer: str
    purpose: str
    description: str
    gateway: str
    reference: str
    gateway_reference: str
    paid_at: str
    tax: Tax | None
    corrects: str
    reason: str
    refund_reference: str
    kept_by: str


@dataclass(frozen=True)
class Paper:
    """The words of one paper, in one language, ready to be drawn."""

    language: str
    title: str
    number: str
    seller: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    item: tuple[str, str, str]  # what it was, about what, how much
    taxes: tuple[tuple[str, str], ...]
    total: tuple[str, str]
    remarks: tuple[str, ...]


def number_of(*, kind: str, market: str, year: int, serial: int, prefix: str) -> str:
    """The number as people read it: ET-2026-000001, of a credit note ET-CN-2026-000001."""
    return f"{prefix}{market}-{_SERIES[ReceiptKind(kind)]}{year}-{serial:06d}"


def tax_in(amount: Decimal, *, purpose: str, percent: Decimal) -> Tax | None:
    """The tax that an amount contains. None on a deposit, which is kept for others and sells nothing."""
    if purpose == Purpose.DEPOSIT:
        return None
    net = round_money(amount / (1 + percent / HUNDRED))
    return {"percent": str(percent), "net": str(net), "amount": str(amount - net)}


def content_of(
    payment: Payment, *, seller: Seller, tax: Tax | None, refund: Refund | None = None, corrects: str = ""
) -> Content:
    """What is true today of a payment, or of a refund of it."""
    return {
        "seller": asdict(seller),
        "payer": str(payment.payer),
        "purpose": payment.purpose,
        "description": payment.description,
        "gateway": payment.gateway,
        "reference": payment.reference,
        "gateway_reference": payment.gateway_reference,
        "paid_at": payment.paid_at.isoformat() if payment.paid_at else "",
        "tax": tax,
        "corrects": corrects,
        "reason": refund.reason if refund else "",
        "refund_reference": refund.reference if refund else "",
        "kept_by": payment.hold.policy if payment.hold else "",
    }


def paper_of(receipt: Receipt) -> Paper:
    """A receipt in the active language."""
    language = "am" if get_language() == "am" else "en"
    said: Content = receipt.content
    is_receipt = receipt.kind == ReceiptKind.RECEIPT
    amount = f"{receipt.amount:,.2f} {receipt.currency}"
    return Paper(
        language=language,
        title=_("Receipt") if is_receipt else _("Credit note"),
        number=receipt.number,
        seller=_seller(said["seller"]),
        facts=_facts(receipt, said=said, language=language),
        item=(_purpose(said["purpose"], is_receipt=is_receipt), said["description"], amount),
        taxes=_taxes(said["tax"], currency=receipt.currency),
        total=(_("Total received") if is_receipt else _("Total given back"), amount),
        remarks=_remarks(said, is_receipt=is_receipt),
    )


def seller_of(seller: dict[str, str]) -> dict[str, str]:
    """Name, address and number of the taxpayer, in the active language as far as there are such forms."""
    is_amharic = get_language() == "am"
    name = (is_amharic and seller["name_am"]) or seller["name"]
    address = (is_amharic and seller["address_am"]) or seller["address"]
    return {"name": name, "address": address, "tin": seller["tin"]}


def reason_of(reason: str) -> str:
    """Why money went back: in the active language, or as somebody wrote it."""
    return str(dict(OwnReason.choices).get(reason, reason))


def _seller(seller: dict[str, str]) -> tuple[str, ...]:
    shown = seller_of(seller)
    tin = _("TIN %s") % shown["tin"] if shown["tin"] else ""
    return tuple(line for line in (shown["name"], shown["address"], tin) if line)


def _facts(receipt: Receipt, *, said: Content, language: str) -> tuple[tuple[str, str], ...]:
    is_receipt = receipt.kind == ReceiptKind.RECEIPT
    paid = datetime.fromisoformat(said["paid_at"]) if said["paid_at"] else None
    facts = (
        (_("Issued"), _day(receipt.issued_at, language=language)),
        (_("Received from") if is_receipt else _("Given back to"), said["payer"]),
        (_("Paid on"), _day(paid, language=language) if paid else ""),
        (_("Paid with"), _gateway(said["gateway"])),
        (_("Reference"), said["reference"]),
        (_("Payment company's number"), said["gateway_reference"]),
        (_("Corrects receipt"), said["corrects"]),
        (_("Reference of the refund"), said["refund_reference"]),
        (_("Reason"), reason_of(said["reason"])),
    )
    return tuple((name, value) for name, value in facts if value)


def _day(moment: datetime, *, language: str) -> str:
    """The day in the market, by both calendars; the reader's own first."""
    day = moment.astimezone(ZoneInfo(settings.MARKET_TIME_ZONE)).date()
    ours = ethiopian(day).spoken(language)
    return f"{ours} ({day:%d/%m/%Y})" if language == "am" else f"{day:%-d %B %Y} ({ours})"


def _gateway(name: str) -> str:
    labels = {one.name: str(one.label) for one in gateways.enabled()}
    return labels.get(name, name)


def _purpose(purpose: str, *, is_receipt: bool) -> str:
    paid = {
        Purpose.DEPOSIT: _("Deposit"),
        Purpose.BOOST: _("Boost of a listing"),
        Purpose.SUBSCRIPTION: _("Subscription"),
        Purpose.LISTING_FEE: _("Fee for a listing"),
    }[Purpose(purpose)]
    return paid if is_receipt else _("Refund: %s") % paid


def _taxes(tax: Tax | None, *, currency: str) -> tuple[tuple[str, str], ...]:
    if tax is None:
        return ()
    percent = Decimal(tax["percent"]).normalize()
    if not percent:
        return ((_("VAT: none is charged"), f"{Decimal(0):.2f} {currency}"),)
    return (
        (_("Before VAT"), f"{Decimal(tax['net']):,.2f} {currency}"),
        (_("VAT %s %%") % f"{percent:f}", f"{Decimal(tax['amount']):,.2f} {currency}"),
    )


def _remarks(said: Content, *, is_receipt: bool) -> tuple[str, ...]:
    made = _("This paper was made by a machine and is valid without a signature.")
    if said["purpose"] != Purpose.DEPOSIT or not is_receipt:
        return (made,)
    keeper = dict(HoldPolicy.choices).get(said["kept_by"], "–")
    kept = _(
        "A deposit, kept until the deal is done or off. It is kept by: %s. It is no price of a service, and "
        "no VAT is due on it."
    )
    return (kept % keeper, made)
