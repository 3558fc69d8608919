"""Stripe's own client over the line of all gateways: the same limits, the same stand-ins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import stripe
from django.conf import settings
from stripe import StripeClient

from key2key.common.errors import InvalidInput, NotFound, Unavailable
from payments import gateways

TRUTH = ["payment_intent.latest_charge.balance_transaction", "payment_intent.latest_charge.refunds"]
MISSING, BUSY = 404, 409


class _Line(stripe.HTTPClient):
    """How the client speaks HTTP. It never tries again by itself: who asked does, with the same key."""

    name = "key2key"

    def request(  # noqa: PLR0917 - as the client calls it
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[Any, int, Mapping[str, str]]:
        answer = gateways.ask(method.upper(), url, headers=headers or {}, body=(post_data or "").encode())
        return answer.body, answer.status, {}


def ask(deed: Callable[[StripeClient], Any]) -> dict[str, Any]:
    """What Stripe answers. Raises Unavailable, NotFound, InvalidInput ("gateway_refused")."""
    try:
        said = deed(_client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE))
    except (stripe.InvalidRequestError, stripe.IdempotencyError, stripe.CardError) as refusal:
        raise _meant(refusal) from refusal
    except (stripe.StripeError, AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise Unavailable("gateway_unavailable") from error  # the client stumbles over what is no answer
    if not isinstance(said, stripe.StripeObject):
        raise Unavailable("gateway_unavailable")
    return said.to_dict()


def ask_truth(session: str) -> dict[str, Any]:
    """A checkout session with its payment, the charge, the fee and the refunds, in one call."""
    return ask(lambda client: client.v1.checkout.sessions.retrieve(session, {"expand": TRUTH}))


def _meant(refusal: stripe.StripeError) -> Exception:
    if refusal.http_status == MISSING:
        return NotFound()
    if refusal.http_status == BUSY:  # another call with the same key is still at work
        return Unavailable("gateway_unavailable")
    kind = getattr(refusal.error, "type", None)
    return InvalidInput("gateway_refused", vendor_code=str(refusal.code or kind or "refused"))


@cache
def _client(key: str, base: str) -> StripeClient:
    return StripeClient(key, base_addresses={"api": base}, max_network_retries=0, http_client=_Line())
