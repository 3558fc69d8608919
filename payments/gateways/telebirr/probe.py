"""Which padding of our signature Telebirr takes: asked by a person, on the testbed, never by a payment."""

from __future__ import annotations

import secrets
from enum import StrEnum

from django.conf import settings

from key2key.common.errors import Unavailable
from payments.gateways.telebirr import line, signing


class Finding(StrEnum):
    """What came of one padding."""

    WORKS = "works"
    REFUSED = "refused"
    NO_ANSWER = "no answer that can be believed"


def try_paddings() -> dict[signing.Scheme, Finding]:
    """Ask about an order that does not exist, signed in each way: it leaves no trace there.

    Telebirr looks at the signature before it looks for the order, so that any other no is a yes here.
    """
    return {scheme: _tried(scheme) for scheme in signing.Scheme}


def _tried(scheme: signing.Scheme) -> Finding:
    words = {
        "appid": settings.TELEBIRR_MERCHANT_APP_ID,
        "merch_code": settings.TELEBIRR_MERCHANT_CODE,
        "merch_order_id": f"PROBE{secrets.token_hex(8).upper()}",
    }
    try:
        line.call("merchant/queryOrder", method="payment.queryorder", words=words, scheme=scheme)
    except line.WrongSignature:
        return Finding.REFUSED
    except line.SaidNo:
        return Finding.WORKS
    except Unavailable:
        return Finding.NO_ANSWER
    return Finding.WORKS
