"""What Stripe keeps, and by which rules it changes (payments.md 3.4, 3.5, 3.9, 3.12)."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from typing import Any

Words = dict[str, Any]
HALF_HOUR, DAY = 30 * 60, 24 * 60 * 60
REFUNDS_SHOWN = 10
ANYTHING = {"*": str}
SESSION = {
    "mode": str,
    "client_reference_id": str,
    "line_items": [
        {
            "quantity": int,
            "price_data": {"currency": str, "unit_amount": int, "product_data": {"name": str}},
        }
    ],
    "success_url": str,
    "cancel_url": str,
    "customer_email": str,
    "expires_at": int,
    "locale": str,
    "adaptive_pricing": {"enabled": bool},
    "metadata": ANYTHING,
    "payment_intent_data": {"description": str, "capture_method": str, "metadata": ANYTHING},
    "expand": [str],
}
REFUND = {
    "charge": str,
    "payment_intent": str,
    "amount": int,
    "reason": str,
    "metadata": ANYTHING,
    "expand": [str],
}
REASONS = {"duplicate", "fraudulent", "requested_by_customer"}


class Refusal(Exception):
    """Stripe says no."""

    def __init__(
        self, status: int, code: str, *, kind: str = "invalid_request_error", param: str = ""
    ) -> None:
        super().__init__(code)
        self.status = status
        self.words = {"error": {"type": kind, "code": code, "message": code, "param": param}}


class Books:
    """One account's sessions, payments, charges, refunds and disputes."""

    def __init__(self) -> None:
        self.account, self.livemode = "acct_1STANDIN", False
        self.currencies = {"usd", "etb", "eur"}
        self.settles_in = ""  # another currency than the payer's, when set
        self.refunds_wait = False
        self.orders: dict[str, Words] = {}  # sessions by the merchant's reference
        self.events: dict[str, list[Words]] = {}
        self._things: dict[str, Words] = {}
        self._lock = threading.RLock()

    # what the merchant asks

    def create_session(self, words: Words) -> Words:
        check(words, SESSION)
        line = words["line_items"][0]
        price, reference = line["price_data"], words["client_reference_id"]
        if price["currency"] not in self.currencies:
            raise Refusal(400, "currency_not_supported", param="line_items[0][price_data][currency]")
        if int(price["unit_amount"]) < 50:
            raise Refusal(400, "amount_too_small", param="line_items[0][price_data][unit_amount]")
        if not all(words[name].startswith(("https://", "http://")) for name in ("success_url", "cancel_url")):
            raise Refusal(400, "url_invalid", param="success_url")
        now = int(time.time())
        session = self._new(
            "checkout.session",
            "cs_test_",
            mode=words["mode"],
            status="open",
            payment_status="unpaid",
            payment_intent=None,
            client_reference_id=reference,
            amount_total=int(price["unit_amount"]) * int(line["quantity"]),
            currency=price["currency"],
            metadata=words.get("metadata", {}),
            created=now,
            expires_at=int(words.get("expires_at", now + DAY)),
            livemode=self.livemode,
            ui_mode="hosted_page",
        )
        session["url"] = f"https://checkout.stripe.example/c/pay/{session['id']}"
        session["_intent"] = words.get("payment_intent_data", {}).get("metadata", {})
        self.orders[reference] = session
        return session

    def expire_session(self, session: Words) -> Words:
        if session["status"] != "open":
            raise Refusal(400, "session_not_open")
        session.update(status="expired", url=None)
        self._tell(session, "checkout.session.expired", session)
        return session

    def create_refund(self, words: Words) -> Words:
        check(words, REFUND)
        charge = self._things.get(words.get("charge", ""))
        if charge is None:
            raise Refusal(404, "resource_missing", param="charge")
        left = charge["amount"] - sum(one["amount"] for one in self.refunds_of(charge) if is_given(one))
        amount = int(words.get("amount", left))
        if not charge["paid"]:
            raise Refusal(400, "charge_not_refundable", param="charge")
        if not left:
            raise Refusal(400, "charge_already_refunded", param="charge")
        if not 0 < amount <= left or words.get("reason", "duplicate") not in REASONS:
            raise Refusal(400, "parameter_invalid", param="amount")
        return self._refund(charge, amount=amount, metadata=words.get("metadata", {}))

    def list_sessions(self, words: Words) -> list[Words]:
        check(words, {"limit": int, "created": {"gte": int}, "payment_intent": str, "starting_after": str})
        rows = [one for one in self._of("checkout.session") if one["created"] >= _since(words)]
        if "payment_intent" in words:
            rows = [one for one in rows if one["payment_intent"] == words["payment_intent"]]
        rows.reverse()
        if "starting_after" in words:
            rows = rows[[one["id"] for one in rows].index(words["starting_after"]) + 1 :]
        return rows

    def list_disputes(self, words: Words) -> list[Words]:
        check(words, {"limit": int, "payment_intent": str})
        return [one for one in self._of("dispute") if one["payment_intent"] == words["payment_intent"]]

    def find(self, number: str, *, kind: str) -> Words:
        thing = self._things.get(number)
        if thing is None or thing["object"] != kind:
            raise Refusal(404, "resource_missing", param="id")
        return thing

    # what happens at Stripe

    def pay(self, reference: str) -> None:
        """The payer's card is charged."""
        with self._lock:
            session = self.orders[reference]
            assert session["status"] == "open" or self._intent(session)["status"] == "processing"
            intent = self._intent(session)
            charge = self._charge(session, intent=intent)
            intent.update(status="succeeded", amount_received=intent["amount"], latest_charge=charge["id"])
            session.update(status="complete", payment_status="paid", url=None)
            self._tell(session, "charge.succeeded", charge)
            self._tell(session, "payment_intent.succeeded", intent)
            self._tell(session, "checkout.session.completed", session)

    def fail(self, reference: str) -> None:
        """A bank that answers days later says no: for good."""
        self._decline(reference)
        session = self.orders[reference]
        session.update(status="complete", url=None)
        self._tell(session, "checkout.session.async_payment_failed", session)

    def decline(self, reference: str) -> None:
        """A card is declined; the payer may try another on the same page."""
        self._decline(reference)
        session = self.orders[reference]
        self._tell(session, "payment_intent.payment_failed", self._intent(session))

    def let_wait(self, reference: str, *, status: str = "processing") -> None:
        """The payer is done, the money is not there: a slow bank, or (`requires_capture`) only held."""
        session = self.orders[reference]
        self._intent(session)["status"] = status
        session.update(status="complete", url=None)
        self._tell(session, "checkout.session.completed", session)

    def expire(self, reference: str) -> None:
        """The page's time runs out."""
        session = self.orders[reference]
        session["expires_at"] = int(time.time()) - 1
        self.expire_session(session)

    def dispute(self, reference: str, *, status: str = "needs_response") -> None:
        """The payer's bank takes the money back, or decides."""
        session = self.orders[reference]
        intent = self._intent(session)
        charge = self._things[intent["latest_charge"]]
        known = [one for one in self._of("dispute") if one["charge"] == charge["id"]]
        dispute = (
            known[0]
            if known
            else self._new(
                "dispute",
                "dp_",
                amount=charge["amount"],
                currency=charge["currency"],
                charge=charge["id"],
                payment_intent=intent["id"],
                reason="fraudulent",
                metadata={},
            )
        )
        dispute["status"], charge["disputed"] = status, True
        self._tell(session, f"charge.dispute.{'updated' if known else 'created'}", dispute)

    def refund_by_hand(self, reference: str, *, amount: int) -> None:
        """Somebody presses a button in Stripe's dashboard."""
        charge = self._things[self._intent(self.orders[reference])["latest_charge"]]
        self._refund(charge, amount=amount, metadata={})

    def finish_refunds(self, *, status: str = "succeeded") -> None:
        for refund in self._of("refund"):
            refund["status"] = status
            if status == "failed":
                refund["failure_reason"] = "expired_or_canceled_card"
            self._tell(self._session_of(refund["charge"]), "refund.updated", refund)

    def something_else(self, reference: str) -> None:
        """What concerns nobody happens too."""
        session = self.orders[reference]
        self._tell(session, "charge.updated", self._things[self._intent(session)["latest_charge"]])

    # its rows

    def refunds_of(self, charge: Words) -> list[Words]:
        return [one for one in self._of("refund") if one["charge"] == charge["id"]]

    def shown(self, thing: Words, *, expand: list[str]) -> Words:
        """A copy as the API shows it: numbers of other things, unless they are to be unfolded."""
        copy = {name: value for name, value in thing.items() if not name.startswith("_")}
        for path in expand:
            name, _dot, rest = path.partition(".")
            if copy["object"] == "charge" and name == "refunds":
                copy["refunds"] = listed(self.refunds_of(thing), limit=REFUNDS_SHOWN)
            elif name not in copy:
                raise Refusal(400, "parameter_invalid", param="expand")
            elif thing[name] is not None:
                below = (
                    [one.partition(".")[2] for one in expand if one.startswith(f"{name}.")] if rest else []
                )
                copy[name] = self.shown(self._things[thing[name]], expand=below)
        return copy

    def _decline(self, reference: str) -> None:
        error = {"type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds"}
        self._intent(self.orders[reference])["last_payment_error"] = error

    def _refund(self, charge: Words, *, amount: int, metadata: Words) -> Words:
        refund = self._new(
            "refund",
            "re_",
            amount=amount,
            currency=charge["currency"],
            status="pending" if self.refunds_wait else "succeeded",
            charge=charge["id"],
            payment_intent=charge["payment_intent"],
            metadata=metadata,
        )
        charge["amount_refunded"] += amount
        self._tell(self._session_of(charge["id"]), "charge.refunded", charge)
        return refund

    def _intent(self, session: Words) -> Words:
        """The payment of a session, made when the payer first tries."""
        if session["payment_intent"] is None:
            intent = self._new(
                "payment_intent",
                "pi_",
                status="requires_payment_method",
                amount=session["amount_total"],
                amount_received=0,
                currency=session["currency"],
                latest_charge=None,
                last_payment_error=None,
                cancellation_reason=None,
                metadata=session["_intent"],
                livemode=self.livemode,
            )
            session["payment_intent"] = intent["id"]
        return self._things[session["payment_intent"]]

    def _charge(self, session: Words, *, intent: Words) -> Words:
        fee = intent["amount"] * 29 // 1000 + 30
        booked = self._new(
            "balance_transaction", "txn_", fee=fee, currency=self.settles_in or session["currency"]
        )
        return self._new(
            "charge",
            "ch_",
            amount=intent["amount"],
            amount_captured=intent["amount"],
            amount_refunded=0,
            currency=intent["currency"],
            paid=True,
            captured=True,
            disputed=False,
            status="succeeded",
            created=int(time.time()),
            payment_intent=intent["id"],
            balance_transaction=booked["id"],
            metadata=intent["metadata"],
            livemode=self.livemode,
        )

    def _session_of(self, charge: str) -> Words:
        intent = self._things[charge]["payment_intent"]
        return next(one for one in self._of("checkout.session") if one["payment_intent"] == intent)

    def _of(self, kind: str) -> list[Words]:
        return [thing for thing in self._things.values() if thing["object"] == kind]

    def _new(self, kind: str, prefix: str, **words: Any) -> Words:
        thing = {"id": f"{prefix}{secrets.token_hex(12)}", "object": kind, **words}
        self._things[thing["id"]] = thing
        return thing

    def _tell(self, session: Words, kind: str, thing: Words) -> None:
        event = {
            "id": f"evt_{secrets.token_hex(12)}",
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": int(time.time()),
            "type": kind,
            "livemode": self.livemode,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "data": {"object": self.shown(thing, expand=[])},
        }
        self.events.setdefault(session["client_reference_id"], []).append(event)


def is_given(refund: Words) -> bool:
    return refund["status"] not in {"failed", "canceled"}


def listed(rows: list[Words], *, limit: int) -> Words:
    return {"object": "list", "data": rows[:limit], "has_more": len(rows) > limit, "url": "/v1/some"}


def check(words: Words, allowed: Any) -> None:
    """Refuses what Stripe would: words it does not know, and words of the wrong kind."""
    for path, value, kind in _leaves(words, allowed, path=""):
        is_fit = isinstance(value, str) and (
            kind is str
            or (kind is int and value.isascii() and value.isdigit())
            or (kind is bool and value in {"true", "false"})
        )
        if not is_fit:
            raise Refusal(400, "parameter_unknown" if kind is None else "parameter_invalid", param=path)


def _leaves(words: Any, allowed: Any, *, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(words, dict) and isinstance(allowed, dict):
        for name, value in words.items():
            yield from _leaves(value, allowed.get(name, allowed.get("*")), path=f"{path}[{name}]")
    elif isinstance(words, list) and isinstance(allowed, list):
        for value in words:
            yield from _leaves(value, allowed[0], path=f"{path}[]")
    else:
        yield path, words, allowed


def _since(words: Words) -> int:
    return int(words.get("created", {}).get("gte", 0))
