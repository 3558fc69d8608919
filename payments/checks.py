"""Gateways that are named but do not exist stop the start with a sentence."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from payments.enums import PayoutChannelName
from payments.gateways.chapa.line import KEYS as CHAPA_KEYS
from payments.gateways.telebirr import signing


@register
def gateways_are_known(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Every word of PAYMENT_GATEWAYS is a gateway that we have."""
    unknown = [name for name in settings.PAYMENT_GATEWAYS if name not in settings.GATEWAY_CLASSES]
    if not unknown:
        return []
    return [
        Error(
            f"PAYMENT_GATEWAYS names what we do not have: {', '.join(unknown)}.",
            hint=f"Choose from {', '.join(settings.GATEWAY_CLASSES)}.",
            id="k2k.E020",
        )
    ]


@register
def payout_channels_are_known(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Every word of PAYOUT_CHANNELS is a way to send money out that we have, by people or by itself."""
    known = [*PayoutChannelName.values, *settings.PAYOUT_CHANNEL_CLASSES]
    unknown = [name for name in settings.PAYOUT_CHANNELS if name not in known]
    if not unknown:
        return []
    return [
        Error(
            f"PAYOUT_CHANNELS names what we do not have: {', '.join(unknown)}.",
            hint=f"Choose from {', '.join(known)}.",
            id="k2k.E021",
        )
    ]


TELEBIRR_NEEDS = (
    "BASE_URL",
    "WEB_BASE_URL",
    "FABRIC_APP_ID",
    "APP_SECRET",
    "MERCHANT_APP_ID",
    "MERCHANT_CODE",
    "PRIVATE_KEY",
    "PUBLIC_KEY",
)
SHORTEST_RSA_KEY = 2048
LONGEST_NOTIFY_URL = 512


@register
def telebirr_is_set_up(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """All that Ethio telecom gave us is there, the keys are keys, and real money goes over a proved line."""
    if "telebirr" not in settings.PAYMENT_GATEWAYS:
        return []
    if missing := missing_of_telebirr():
        hint = "Set what Ethio telecom gave you, or take `telebirr` out of PAYMENT_GATEWAYS."
        return [Error(f"Telebirr is enabled without {', '.join(missing)}.", hint=hint, id="k2k.E040")]
    return [*_telebirr_keys(), *_telebirr_line()]


def missing_of_telebirr() -> list[str]:
    """Settings without which Telebirr cannot be asked anything."""
    names = (f"TELEBIRR_{name}" for name in TELEBIRR_NEEDS)
    return [name for name in names if not getattr(settings, name)]


def _telebirr_keys() -> Iterator[CheckMessage]:
    try:
        ours = signing.private_key(settings.TELEBIRR_PRIVATE_KEY).public_key()
        theirs = signing.public_key(settings.TELEBIRR_PUBLIC_KEY)
    except (ValueError, TypeError) as error:  # TypeError: it is under a password
        yield Error(
            f"A key of Telebirr cannot be read: {error}",
            hint="TELEBIRR_PRIVATE_KEY is PKCS#8 and TELEBIRR_PUBLIC_KEY is SPKI, in PEM or bare base64.",
            id="k2k.E041",
        )
        return
    if min(ours.key_size, theirs.key_size) < SHORTEST_RSA_KEY:
        yield Error("A key of Telebirr has less than 2048 bits.", hint="Make another.", id="k2k.E042")
    if ours.public_numbers() == theirs.public_numbers():
        yield Error(
            "TELEBIRR_PUBLIC_KEY is the public half of our own key: we would believe only ourselves.",
            hint="Set the key with which telebirr signs.",
            id="k2k.E043",
        )


def _telebirr_line() -> Iterator[CheckMessage]:
    is_real = settings.ENVIRONMENT == "production"
    if is_real != settings.TELEBIRR_LIVE:
        yield Error(
            f"TELEBIRR_LIVE is {settings.TELEBIRR_LIVE} in {settings.ENVIRONMENT}.",
            hint="Real money belongs to production, and nothing else does.",
            id="k2k.E048",
        )
    yield from _telebirr_proofs(is_real=is_real or settings.TELEBIRR_LIVE)
    if len(settings.TELEBIRR_NOTIFY_URL) > LONGEST_NOTIFY_URL:
        yield Error("TELEBIRR_NOTIFY_URL is longer than 512 characters.", id="k2k.E045")
    if settings.TELEBIRR_CA_BUNDLE:
        try:
            ssl.create_default_context(cafile=settings.TELEBIRR_CA_BUNDLE)
        except OSError as error:
            hint = "Name a file with certificates in PEM."
            yield Error(f"TELEBIRR_CA_BUNDLE cannot be read: {error}", hint=hint, id="k2k.E047")


def _telebirr_proofs(*, is_real: bool) -> Iterator[CheckMessage]:
    """What real money asks for: an encrypted line to a server that proves itself, and signed answers."""
    if not is_real:
        return
    addresses = {
        name: getattr(settings, name)
        for name in ("TELEBIRR_BASE_URL", "TELEBIRR_WEB_BASE_URL", "TELEBIRR_NOTIFY_URL")
    }
    open_ones = [name for name, url in addresses.items() if url and not url.startswith("https://")]
    if open_ones:
        yield Error(
            f"Not encrypted: {', '.join(open_ones)}.", hint="Begin them with https://.", id="k2k.E044"
        )
    if not settings.TELEBIRR_VERIFY_TLS:
        yield Error(
            "TELEBIRR_VERIFY_TLS is off while the money is real.",
            hint="Set it to true, and TELEBIRR_CA_BUNDLE to a file with the missing certificates.",
            id="k2k.E046",
        )
    if not settings.TELEBIRR_VERIFY_RESPONSES:
        yield Error(
            "TELEBIRR_VERIFY_RESPONSES is off while the money is real.",
            hint="Set it to true: an answer that nobody signed is nobody's.",
            id="k2k.E049",
        )


@register
def bank_accounts_are_named(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Who may pay at the bank is told an account of ours."""
    if "bank_transfer" not in settings.PAYMENT_GATEWAYS or settings.BANK_ACCOUNTS:
        return []
    return [
        Error(
            "bank_transfer is enabled, but no account of ours is named.",
            hint="Set BANK_ACCOUNTS, each account as `bank | name | number`.",
            id="k2k.E050",
        )
    ]


@register
def stripe_is_set_up(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """An enabled Stripe has its key, secrets and account, and they fit where we run."""
    return list(_stripe()) if "stripe" in settings.PAYMENT_GATEWAYS else []


def _stripe() -> Iterator[CheckMessage]:
    key, is_real = settings.STRIPE_SECRET_KEY, settings.ENVIRONMENT == "production"
    named = {
        "STRIPE_SECRET_KEY": key,
        "STRIPE_WEBHOOK_SECRET": settings.STRIPE_WEBHOOK_SECRETS,
        "STRIPE_ACCOUNT_ID": settings.STRIPE_ACCOUNT_ID,
    }
    missing = [name for name, value in named.items() if not value]
    if missing:
        yield Error(
            f"stripe is enabled, but not set: {', '.join(missing)}.",
            hint="Copy them from Stripe's dashboard, or take stripe out of PAYMENT_GATEWAYS.",
            id="k2k.E060",
        )
    if key and not key.startswith(("sk_live_", "rk_live_") if is_real else ("sk_test_", "rk_test_")):
        wanted = "sk_live_ or rk_live_" if is_real else "sk_test_ or rk_test_"
        yield Error(
            f"STRIPE_SECRET_KEY is not one for {settings.ENVIRONMENT}.",
            hint=f"Here it begins with {wanted}: real money belongs to production, and nothing else does.",
            id="k2k.E061",
        )
    odd = [secret for secret in settings.STRIPE_WEBHOOK_SECRETS if not secret.startswith("whsec_")]
    if odd or not (settings.STRIPE_ACCOUNT_ID or "acct_").startswith("acct_"):
        yield Error(
            "STRIPE_WEBHOOK_SECRET or STRIPE_ACCOUNT_ID is something else.",
            hint="The secrets of webhooks begin with whsec_, the account with acct_.",
            id="k2k.E062",
        )
    if is_real and not settings.STRIPE_API_BASE.startswith("https://"):
        yield Error("STRIPE_API_BASE is not encrypted.", hint="Begin it with https://.", id="k2k.E063")


@register
def chapa_is_set_up(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """An enabled Chapa has a key of its generation and mode, and secrets that are no key."""
    pays_out = "chapa" in settings.PAYOUT_CHANNELS
    if not pays_out and "chapa" not in settings.PAYMENT_GATEWAYS:
        return []
    return [*_chapa(), *(_chapa_transfers() if pays_out else ())]


def _chapa() -> Iterator[CheckMessage]:
    key, is_real = settings.CHAPA_SECRET_KEY, settings.ENVIRONMENT == "production"
    prefix = CHAPA_KEYS[settings.CHAPA_API_VERSION, settings.CHAPA_MODE]
    if not key.startswith(prefix) or key == prefix:
        yield Error(
            f"CHAPA_SECRET_KEY is not one for {settings.CHAPA_API_VERSION}, {settings.CHAPA_MODE}.",
            hint=f"It begins with {prefix}; or set CHAPA_API_VERSION and CHAPA_MODE as the key is.",
            id="k2k.E070",
        )
    if (settings.CHAPA_MODE == "live") != is_real:
        yield Error(
            f"CHAPA_MODE is {settings.CHAPA_MODE} in {settings.ENVIRONMENT}.",
            hint="Real money belongs to production, and nothing else does.",
            id="k2k.E071",
        )
    if settings.CHAPA_WEBHOOK_SECRET in {"", key}:
        yield Error(
            "CHAPA_WEBHOOK_SECRET is missing, or is the API key.",
            hint="Set a secret hash of its own in Chapa's dashboard, and here.",
            id="k2k.E072",
        )
    is_open = settings.CHAPA_BASE_URL and not settings.CHAPA_BASE_URL.startswith("https://")
    if is_open and not (settings.DEBUG or settings.SANDBOX):
        yield Error("CHAPA_BASE_URL is not encrypted.", hint="Begin it with https://.", id="k2k.E073")


def _chapa_transfers() -> Iterator[CheckMessage]:
    if settings.CHAPA_API_VERSION != "v1":
        yield Error(
            "Payouts over Chapa need its first generation.",
            hint="Take `chapa` out of PAYOUT_CHANNELS, or set CHAPA_API_VERSION=v1.",
            id="k2k.E074",
        )
    if settings.CHAPA_APPROVAL_SECRET in {"", settings.CHAPA_SECRET_KEY, settings.CHAPA_WEBHOOK_SECRET}:
        yield Error(
            "CHAPA_APPROVAL_SECRET is missing, or is another secret.",
            hint="Set one of its own where Chapa's dashboard asks for the address of approval, and here.",
            id="k2k.E075",
        )
