"""The string that Telebirr signs, and whose signature is believed (payments.md 1.6)."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from payments.gateways.telebirr import signing
from payments.tests.standins import telebirr_crypto as crypto

VECTOR = {
    "timestamp": "1700000000",
    "nonce_str": "0123456789ABCDEF0123456789ABCDEF",
    "method": "payment.preorder",
    "version": "1.0",
    "sign_type": "SHA256WithRSA",
    "biz_content": {
        "notify_url": "https://api.example.test/pay/telebirr/notify",
        "redirect_url": "https://example.test/return",
        "appid": "1234567890123456",
        "merch_code": "123456",
        "merch_order_id": "K2K0001",
        "trade_type": "Checkout",
        "title": "Order K2K0001",
        "total_amount": "150.00",
        "trans_currency": "ETB",
        "timeout_express": "120m",
        "business_type": "BuyGoods",
        "payee_identifier": "123456",
        "payee_identifier_type": "04",
        "payee_type": "5000",
        "callback_info": "",
    },
}
STRING = (
    "appid=1234567890123456&business_type=BuyGoods&merch_code=123456&merch_order_id=K2K0001"
    "&method=payment.preorder&nonce_str=0123456789ABCDEF0123456789ABCDEF"
    "&notify_url=https://api.example.test/pay/telebirr/notify&payee_identifier=123456"
    "&payee_identifier_type=04&payee_type=5000&redirect_url=https://example.test/return"
    "&timeout_express=120m&timestamp=1700000000&title=Order K2K0001&total_amount=150.00"
    "&trade_type=Checkout&trans_currency=ETB&version=1.0"
)
DIGEST = "7f9dd5d7848d5a4f7103471bb774506717a446933f67e77cd2ba1e900640cb60"
OURS, THEIRS = "merchant", "telebirr"


def signed(*, pads: str = "pss32", signer: str = THEIRS, **words: object) -> dict[str, object]:
    said = {**VECTOR, **words}
    return {**said, "sign": crypto.signed_by(signer, said, pads=pads)}


def believed(words: dict[str, object], *, accept_pkcs1: bool = False) -> bool:
    key = signing.public_key(crypto.public_text(THEIRS))
    return signing.is_signed(words, key=key, accept_pkcs1=accept_pkcs1)


def test_the_string_is_that_of_the_vector():
    assert signing.canonical(VECTOR) == STRING
    assert hashlib.sha256(signing.canonical(VECTOR).encode()).hexdigest() == DIGEST


def test_what_is_never_signed_is_in_no_string():
    noise = dict.fromkeys(signing.NEVER_SIGNED - {"biz_content"}, "x")
    inner = {**VECTOR["biz_content"], **noise, "nothing": None}

    assert signing.canonical({**VECTOR, **noise, "biz_content": inner}) == STRING
    assert signing.canonical({"a": "1", "biz_content": "not an object"}) == "a=1"


def test_empty_words_can_be_kept():
    assert signing.canonical({"b": "", "a": None, "c": "1"}) == "c=1"
    assert signing.canonical({"b": "", "a": None, "c": "1"}, keep_empty=True) == "a=&b=&c=1"


def test_numbers_are_signed_as_the_text_they_came_in():
    words = signing.read_words(b'{"c": 1784750000123, "b": 150.00, "a": true, "d": "1"}')

    assert signing.canonical(words) == "a=true&b=150.00&c=1784750000123&d=1"


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"7", b"{", b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_object_is_not_read(body):
    with pytest.raises(ValueError):
        signing.read_words(body)


@pytest.mark.parametrize("scheme", list(signing.Scheme))
def test_what_we_sign_they_prove_with_that_padding_only(scheme):
    key = signing.private_key(crypto.private_text(OURS))
    words = {**VECTOR, "sign": signing.sign(VECTOR, key=key, scheme=scheme)}

    assert len(words["sign"]) == 344
    proved = [pads for pads in ("pss32", "pkcs1") if crypto.is_signed_by(OURS, words, pads=pads)]
    assert proved == [scheme] * (scheme != signing.Scheme.PSSMAX)
    assert not crypto.is_signed_by(THEIRS, words)


@pytest.mark.parametrize("pads", ["pss32", "pssmax"])
def test_what_they_sign_is_believed_whatever_the_salt(pads):
    assert believed(signed(pads=pads))


def test_the_older_padding_is_believed_only_where_the_setting_says_so():
    assert not believed(signed(pads="pkcs1"))
    assert believed(signed(pads="pkcs1"), accept_pkcs1=True)


def test_only_their_own_key_proves():
    assert not believed(signed(signer="stranger"))
    assert not believed(signed(signer=OURS))


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": "1700000001"},
        {"nonce_str": ""},
        {"more": "1"},
        {"sign": ""},
        {"sign": None},
        {"sign": 7},
    ],
)
def test_one_changed_word_is_enough(change):
    words = signed()
    assert believed(words)
    assert not believed({**words, **change})


@pytest.mark.parametrize("sign", ["%%%", "AAAA", "\ud800", "x" * 344])
def test_a_signature_that_is_none_is_not_believed(sign):
    assert not believed({**VECTOR, "sign": sign})


def test_a_word_that_is_no_text_is_not_believed():
    assert not believed({**signed(), "more": "\ud800"})


def test_a_plus_that_came_as_a_space_is_a_plus():
    words = signed()
    while "+" not in words["sign"]:
        words = signed()

    assert believed({**words, "sign": words["sign"].replace("+", " ")})


def test_a_transaction_may_be_spelt_otherwise_than_it_is_signed():
    words = signed(trans_id="DAB1CDE2FG")
    spelt = {"transId" if name == "trans_id" else name: value for name, value in words.items()}

    assert believed(spelt)
    assert not believed({**spelt, "transId": "DAB1CDE2FH"})
    assert not believed({**spelt, "trans_id": "DAB1CDE2FG"}), "both of them nobody has signed"


def test_empty_words_may_have_been_signed_too():
    said = {**VECTOR, "empty": ""}
    string = signing.canonical(said, keep_empty=True)
    raw = crypto.pair(THEIRS).sign(string.encode(), crypto.PSS32, crypto.SHA)

    assert believed({**said, "sign": base64.b64encode(raw).decode()})


@pytest.mark.parametrize("pem", [True, False])
def test_keys_come_armoured_or_bare(pem):
    private, public = crypto.private_text(OURS, pem=pem), crypto.public_text(OURS, pem=pem)
    for shape in (str, str.strip, lambda text: text.replace("\n", "\\n"), lambda text: f"\n {text} \n"):
        ours = signing.private_key(shape(private)).public_key()
        assert ours.public_numbers() == signing.public_key(shape(public)).public_numbers()


def test_what_is_no_rsa_key_is_refused():
    curve = ec.generate_private_key(ec.SECP256R1())
    der = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    public = base64.b64encode(curve.public_key().public_bytes(*der)).decode()
    for text in ("", "no key", public, crypto.private_text(OURS)):
        with pytest.raises(ValueError):
            signing.public_key(text)
    with pytest.raises(ValueError):
        signing.private_key(crypto.public_text(OURS))
