"""Stripe's own helper takes and refuses what ours does (payments.md 3.6)."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
import stripe

from key2key.common.errors import InvalidInput
from payments.gateways.contract import BadSignature
from payments.gateways.stripe import Stripe
from payments.gateways.stripe.signatures import is_signed
from payments.tests.standins.stripe import StripeStandIn, proof
from payments.tests.stripe_desk import connect

SECRET, NEXT = "whsec_now", "whsec_next"
EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "checkout.session.completed",
    "livemode": False,
    "data": {"object": {"id": "cs_1", "object": "checkout.session", "client_reference_id": "K2K1ሀ"}},
}
BODY = json.dumps(EVENT, ensure_ascii=False).encode()
SPACED = json.dumps(EVENT, ensure_ascii=False, indent=1).encode()
ESCAPED = json.dumps(EVENT).encode()


def header(*, body=BODY, age=0, secrets=(SECRET,), scheme="v1"):
    at = int(time.time()) - age
    return f"t={at}," + ",".join(f"{scheme}={proof(body, at=at, secret=secret)}" for secret in secrets)


def good():
    return proof(BODY, at=int(time.time()), secret=SECRET)


TABLE = [
    ("good", header, BODY, True),
    ("good, by the secret that comes next", lambda: header(secrets=(NEXT,)), BODY, True),
    ("two signatures, the first by a stranger", lambda: header(secrets=("whsec_x", SECRET)), BODY, True),
    ("two signatures while a secret is replaced", lambda: header(secrets=(SECRET, NEXT)), BODY, True),
    (
        "another scheme beside it",
        lambda: header() + ",v0=6ffbb59b2300aae63f272406069a9788598b792a",
        BODY,
        True,
    ),
    ("nearly too old", lambda: header(age=290), BODY, True),
    ("from a clock that is a little ahead", lambda: header(age=-30), BODY, True),
    ("sent again within its time", lambda: header(age=60), BODY, True),
    ("too old", lambda: header(age=302), BODY, False),
    ("sent again after its time", lambda: header(age=3600), BODY, False),
    ("forged", lambda: header(secrets=("whsec_guess",)), BODY, False),
    ("by an empty secret", lambda: header(secrets=("",)), BODY, False),
    ("of another body", lambda: header(body=SPACED), BODY, False),
    ("encoded anew", header, ESCAPED, False),
    ("laid out anew", header, SPACED, False),
    ("with a byte more", header, BODY + b" ", False),
    ("with a byte less", header, BODY[:-1], False),
    ("without a body", header, b"", False),
    ("another scheme only", lambda: header(scheme="v0"), BODY, False),
    ("without a time", lambda: header().partition(",")[2], BODY, False),
    ("without a signature", lambda: header().partition(",")[0], BODY, False),
    ("with another time", lambda: f"t={int(time.time()) - 5},v1={good()}", BODY, False),
    ("with a time that is none", lambda: f"t=now,v1={good()}", BODY, False),
    ("with an endless time", lambda: f"t={'9' * 5000},v1={good()}", BODY, False),
    ("with a time beyond all numbers", lambda: f"t={'9' * 400},v1={good()}", BODY, False),
    ("in capitals", lambda: f"t={int(time.time())},v1={good().upper()}", BODY, False),
    ("cut off", lambda: header()[:-1], BODY, False),
    ("with spaces", lambda: header().replace(",", ", "), BODY, False),
    ("with signs that are no letters", lambda: f"t={int(time.time())},v1=ü", BODY, False),
    ("with an odd end", lambda: header() + ",", BODY, True),
    ("with a name alone", lambda: header() + ",v1", BODY, False),
    ("with two times", lambda: header() + ",t=1", BODY, True),
    ("with another time first", lambda: "t=1," + header(), BODY, False),
    ("empty", lambda: "", BODY, False),
    ("something else", lambda: "Bearer sk_test_1", BODY, False),
    ("in UTF-16", lambda: header(body=BODY.decode().encode("utf-16")), BODY.decode().encode("utf-16"), False),
    ("no JSON", lambda: header(body=b"hello"), b"hello", False),
]


@pytest.fixture(autouse=True)
def _stripe(settings) -> Iterator[None]:
    with StripeStandIn() as company:
        connect(settings, company)
        settings.STRIPE_WEBHOOK_SECRETS = [SECRET, NEXT]
        yield


def ours(value, body):
    try:
        Stripe().read_webhook({"Stripe-Signature": value}, body)
    except (BadSignature, InvalidInput):
        return False
    return True


def theirs(value, body):
    return any(_their(value, body, secret=secret) for secret in (SECRET, NEXT))


def _their(value, body, *, secret):
    try:
        stripe.Webhook.construct_event(body, value, secret)
    except (stripe.SignatureVerificationError, ValueError, TypeError):  # it stumbles over odd letters
        return False
    return True


@pytest.mark.parametrize(
    ("sent", "body", "is_good"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_stripes_own_helper_takes_and_refuses_the_same(sent, body, is_good):
    value = sent()

    assert (ours(value, body), theirs(value, body)) == (is_good, is_good)


def test_their_signatures_are_ours():
    for body in (BODY, SPACED, b"{}"):
        value = stripe.WebhookSignature.generate_signature_header(body.decode(), SECRET)
        assert is_signed({"stripe-signature": value}, body, secrets=[SECRET])
        assert not is_signed({"stripe-signature": value}, body, secrets=[NEXT])


def test_the_vector_of_the_design():
    digest = proof(b'{"id":"evt_1","object":"event"}', at=1700000000, secret="whsec_test")

    assert digest == "4c15fb2a43f93ef61eaa3e0893866d57cad9cad4223242cfb96f362480cb4021"


def test_a_time_to_come_is_refused_by_us_alone():
    value = header(age=-90)

    assert (ours(value, BODY), theirs(value, BODY)) == (False, True)


def test_two_headers_prove_nothing():
    headers = {"Stripe-Signature": header(), "stripe-signature": header()}

    assert not is_signed(headers, BODY, secrets=[SECRET])


def test_without_a_secret_nobody_is_believed(settings):
    settings.STRIPE_WEBHOOK_SECRETS = []

    assert not ours(header(), BODY)


@pytest.mark.parametrize(
    "change",
    [
        {"livemode": True},
        {"livemode": None},
        {"account": "acct_of_a_seller"},
        {"id": ""},
        {"id": 7},
        {"type": None},
        {"data": {"object": {"id": "acct_1", "object": "account"}}},
        {"data": {"object": None}},
        {"data": []},
    ],
)
def test_a_proved_notification_that_is_not_ours_is_refused(change):
    body = json.dumps({**EVENT, **change}).encode()
    with pytest.raises(InvalidInput) as refusal:
        Stripe().read_webhook({"Stripe-Signature": header(body=body)}, body)

    assert refusal.value.code == "gateway_refused"


@pytest.mark.parametrize(
    ("about", "reference", "gateway_reference"),
    [
        ({"object": "checkout.session", "id": "cs_1", "client_reference_id": "K2K1"}, "K2K1", "cs_1"),
        ({"object": "payment_intent", "id": "pi_1", "metadata": {"payment": "K2K1"}}, "K2K1", ""),
        ({"object": "payment_intent", "id": "pi_1", "metadata": {}}, "", "pi_1"),
        (
            {"object": "charge", "id": "ch_1", "payment_intent": "pi_1", "metadata": {"payment": "K2K1"}},
            "K2K1",
            "",
        ),
        ({"object": "refund", "id": "re_1", "payment_intent": "pi_1", "metadata": None}, "", "pi_1"),
        ({"object": "dispute", "id": "dp_1", "payment_intent": "pi_1", "metadata": {}}, "", "pi_1"),
    ],
)
def test_what_an_event_is_about(about, reference, gateway_reference):
    body = json.dumps({**EVENT, "data": {"object": about}}).encode()

    report = Stripe().read_webhook({"Stripe-Signature": header(body=body)}, body)

    assert (report.reference, report.gateway_reference, report.event_key) == (
        reference,
        gateway_reference,
        "evt_1",
    )
