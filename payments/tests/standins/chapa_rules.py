"""What Chapa refuses, and in which words (payments.md 2.2, 2.5, 2.8, 2.11). Knows nothing of our gateway."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

CURRENCIES = {"ETB", "USD"}
FIT = re.compile(r"[A-Za-z0-9\-_ .]*")
FAKE_DOMAINS = (".local", ".test", ".invalid", ".localhost", "example.com")
BANKS: list[dict[str, Any]] = [
    {"id": 855, "slug": "telebirr", "name": "telebirr", "acct_length": 10, "is_mobilemoney": 1, "active": 1},
    {"id": 946, "slug": "cbe_bank", "name": "Commercial Bank of Ethiopia", "acct_length": 13, "active": 1},
    {"id": 130, "slug": "abay_bank", "name": "Abay Bank", "acct_length": 16, "active": 1},
    {"id": 999, "slug": "closed_bank", "name": "A bank that closed", "acct_length": 13, "active": 0},
]
Refusal = tuple[int, Any]


def money(said: Any) -> Decimal | None:
    """A positive amount of whole cents, or nothing."""
    if isinstance(said, bool) or not isinstance(said, (str, int, float)):
        return None
    try:
        read = Decimal(str(said))
    except InvalidOperation:
        return None
    return read if read.is_finite() and read > 0 and read == read.quantize(Decimal("0.01")) else None


def faults_of_order(words: dict[str, Any]) -> Refusal | None:
    """Why v1 would not open a page for this."""
    missing = [name for name in ("amount", "currency", "tx_ref") if not words.get(name)]
    if missing:
        return 400, {name: ["validation.required"] for name in missing}
    if not isinstance(words["amount"], str) or money(words["amount"]) is None:
        return 400, {"amount": ["validation.numeric"]}
    if words["currency"] not in CURRENCIES:
        return 400, "Invalid currency"
    if not re.fullmatch(r"[A-Za-z0-9-]{1,50}", words["tx_ref"]):
        return 400, {"tx_ref": ["validation.regex"]}
    return _faults_of_texts(words) or _faults_of_payer(words, phone=r"0[79]\d{8}")


def faults_of_hosted(words: dict[str, Any]) -> str:
    """Why v2 would not open a page for this."""
    if not isinstance(words.get("amount"), int) or isinstance(words["amount"], bool) or words["amount"] <= 0:
        return "amount must be a positive integer in minor units"
    if words.get("currency") not in CURRENCIES:
        return "unsupported currency"
    if not re.fullmatch(r"[A-Za-z0-9-]{1,20}", str(words.get("merchant_reference", ""))):
        return "merchant_reference must have at most 20 characters"
    if words.get("callback_url", "https://").startswith("http://"):
        return "callback_url must be https"
    refusal = _faults_of_payer(words.get("customer", {}), phone=r"\+251[79]\d{8}")
    return str(refusal[1]) if refusal else ""


def _faults_of_texts(words: dict[str, Any]) -> Refusal | None:
    custom = words.get("customization", {})
    title, description = custom.get("title", ""), custom.get("description", "")
    if len(title) > 16:
        return 400, "The customization.title must not exceed 16 characters."
    if not (FIT.fullmatch(title) and FIT.fullmatch(description)) or len(description) > 50:
        return 400, {"customization.description": ["validation.regex"]}
    return None


def _faults_of_payer(words: dict[str, Any], *, phone: str) -> Refusal | None:
    if "phone_number" in words and not re.fullmatch(phone, words["phone_number"]):
        return 400, {"phone_number": ["validation.regex"]}
    email = words.get("email")
    if email is not None and ("@" not in email or email.endswith(FAKE_DOMAINS)):
        return 400, {"email": ["validation.email"]}
    return None


def faults_of_transfer(words: dict[str, Any], *, balance: Decimal, is_closed: bool) -> Refusal | None:
    """Why a transfer would not be taken on."""
    missing = [name for name in ("account_number", "amount", "bank_code", "reference") if not words.get(name)]
    if missing:
        return 400, {name: ["validation.required"] for name in missing}
    if is_closed:
        return 401, "Transfers are accepted from Monday to Saturday, 8:30 AM to 4:30 PM."
    if words.get("currency") != "ETB":
        return 400, "Only ETB is supported for transfers"
    bank = next((bank for bank in BANKS if str(bank["id"]) == str(words["bank_code"])), None)
    if bank is None:
        return 401, "The bank code is invalid"
    if not bank["active"]:
        return 400, "Transfers to this bank are banned"
    if len(words["account_number"]) != bank["acct_length"]:
        return 400, f"Account number is not valid for {bank['name']}"
    amount = money(words["amount"])
    if amount is None:
        return 400, {"amount": ["validation.numeric"]}
    return (400, "Insufficient Balance") if amount > balance else None
