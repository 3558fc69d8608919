"""What Key2Key says to somebody who reads Amharic (decision 35): words change, codes never do."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.utils.translation import ngettext, override, trans_real

from accounts.tests.factories import PASSWORD, StaffFactory, UserFactory
from key2key.common import rates
from key2key.tests.house import catalogue
from listings import enums
from listings.enums import Status
from listings.tests.factories import ListingFactory, SellerFactory
from notifications import letters
from notifications.kinds import EMAIL, KINDS

pytestmark = pytest.mark.django_db
AMHARIC, ENGLISH = "am", "en"
ETHIOPIC = re.compile(r"[\u1200-\u137f]")
LATIN = re.compile(r"[^\W\d_\u1200-\u137f][\w-]*")
# Of headers, formats and JSON: a translation would hide what the program has to look for.
NAMES = {"Accept", "Allow", "JSON", "UUID", "NUL", "VIN", "Key2Key", "true", "false", "YYYY-MM-DD"}
STANDARDS = {"emission_class", "charge_port"}  # their choices are names of standards: Euro 6d, CCS2
HOME = {"title": "Two bedrooms in Bole", "purpose": "sale", "property_type": "villa"}
NEW = {"full_name": "Hana Tesfaye", "email": "hana@example.com", "password": PASSWORD}


@dataclass(frozen=True)
class Call:
    """A request that is refused; `echoed` are words of the request that the answer repeats."""

    method: str
    path: str
    body: Any = None
    signed_in: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    echoed: tuple[str, ...] = ()


def _registration(**changes: Any) -> Call:
    return Call("POST", "auth/register", {**NEW, **changes}, echoed=tuple(map(str, changes.values())))


def _own(body: Any, **more: Any) -> Call:
    return Call("PATCH", "users/me", body, signed_in=True, **more)


def _home(*echoed: str, **changes: Any) -> Call:
    return Call("POST", "properties", {**HOME, **changes}, signed_in=True, echoed=echoed)


REFUSED = {
    "missing": (400, "required", Call("POST", "auth/register", {})),
    "null": (400, "null", _own({"full_name": None})),
    "blank": (400, "blank", _own({"full_name": ""})),
    "wrong type": (400, "invalid", _own({"full_name": 5})),
    "too long": (400, "max_length", _own({"full_name": "ሀ" * 151})),
    "too short": (400, "min_length", _home(title="ab")),
    "unknown choice": (400, "invalid_choice", _own({"language": "xx"}, echoed=("xx",))),
    "unknown field": (400, "unknown_field", _own({"wings": 2})),
    "read-only field": (400, "read_only_field", _own({"id": "x"})),
    "no object": (400, "invalid", _own([], echoed=("list",))),
    "no list": (400, "not_a_list", _home("str", amenities="pool")),
    "no integer": (400, "invalid", _home(bedrooms="2")),
    "no decimal": (400, "invalid", _home(price=5)),
    "negative": (400, "min_value", _home(price="-1.00")),
    "too many decimals": (400, "max_decimal_places", _home(price="1.001")),
    "too large": (400, "max_value", _home(latitude=91.0, longitude=38.0)),
    "unknown place": (400, "unknown_location", _home("atlantis", location="atlantis")),
    "no date": (400, "invalid", _home(available_from="soon")),
    "no e-mail": (400, "invalid", _registration(email="hana")),
    "no phone": (400, "invalid", _registration(phone="12")),
    "short password": (400, "password_too_short", _registration(password="x7kq")),
    "common password": (400, "password_too_common", _registration(password="password")),
    "numeric password": (400, "password_entirely_numeric", _registration(password="1122334455667")),
    "personal password": (400, "password_too_similar", _registration(password="hana@example.com")),
    "unknown parameter": (400, "unknown_parameter", Call("GET", "locations?moat=1")),
    "page size": (400, None, Call("GET", "locations?limit=0")),
    "cursor": (400, "invalid_cursor", Call("GET", "locations?cursor=rubbish")),
    "no JSON": (400, "malformed", _own(b"{")),
    "nobody": (401, "not_authenticated", Call("GET", "users/me")),
    "bad token": (401, "token_not_valid", Call("GET", "users/me", headers={"Authorization": "Bearer x"})),
    "wrong password": (
        401,
        "invalid_credentials",
        Call("POST", "auth/login", {"email": "a@example.com", "password": "wrong"}),
    ),
    "not staff": (403, None, Call("GET", "users", signed_in=True)),
    "no such thing": (404, "not_found", Call("GET", "nothing")),
    "no such method": (405, "method_not_allowed", Call("PUT", "locations", {}, echoed=("PUT",))),
    "no such format": (406, "not_acceptable", Call("GET", "locations", headers={"Accept": "text/html"})),
    "taken": (409, "email_taken", _registration(email="somebody@example.com")),
    "above a megabyte": (413, "too_large", _own({"full_name": "a" * 1_100_000})),
    "another Content-Type": (
        415,
        "unsupported_media_type",
        _own(b"<a/>", headers={"Content-Type": "application/xml"}, echoed=("application/xml",)),
    ),
}


def foreign(text: str, *, echoed: tuple[str, ...] = ()) -> set[str]:
    """The words of the text in another script, but for names and what the caller wrote."""
    return set(LATIN.findall(text)) - NAMES - {word for part in echoed for word in LATIN.findall(part)}


def sentences(document: dict[str, Any]) -> list[str]:
    """What the problem says to a person."""
    return [document["title"], document["detail"], *(one["detail"] for one in document.get("errors", []))]


def unspoken(document: dict[str, Any]) -> Any:
    """What the problem says to a program."""
    errors = [(one["pointer"], one["code"]) for one in document.get("errors", [])]
    return document["status"], document["code"], document["type"], errors


@pytest.fixture
def ask(api, sign_in):
    """`ask(call, language)`: the problem document, from somebody who was there before."""
    user = UserFactory(email="somebody@example.com")
    SellerFactory(user=user)
    known = sign_in(user)

    def asked(call: Call, *, language: str) -> dict[str, Any]:
        client = known if call.signed_in else api
        headers = {**call.headers, "Accept-Language": language}
        body = call.body if isinstance(call.body, bytes) else json.dumps(call.body)
        response = client.generic(
            call.method,
            f"/api/v1/{call.path}",
            b"" if call.body is None else body,
            content_type=headers.pop("Content-Type", "application/json"),
            headers=headers,
        )
        return response.json()

    return asked


@pytest.fixture
def without_catalogue(monkeypatch) -> None:
    """Amharic as Django and its packages ship it: English."""
    monkeypatch.setitem(trans_real._translations, AMHARIC, trans_real.translation(ENGLISH))


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED.keys())
def test_a_refusal_is_in_amharic_and_its_codes_are_as_in_english(ask, refused):
    status, code, call = refused
    amharic, english = ask(call, language=AMHARIC), ask(call, language=ENGLISH)
    assert amharic["status"] == status
    assert unspoken(amharic) == unspoken(english)
    assert code in {None, amharic["code"], *(one["code"] for one in amharic.get("errors", []))}
    for sentence in sentences(amharic):
        assert ETHIOPIC.search(sentence)
        assert not foreign(sentence, echoed=call.echoed), sentence
    assert all(foreign(sentence, echoed=call.echoed) for sentence in sentences(english))


@pytest.mark.parametrize("name", ["missing", "too long", "common password", "no such method"])
def test_without_our_catalogue_the_same_refusals_are_english(without_catalogue, ask, name):
    call = REFUSED[name][2]
    assert any(foreign(sentence, echoed=call.echoed) for sentence in sentences(ask(call, language=AMHARIC)))


def test_too_many_requests_are_told_in_amharic(api, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "anonymous": "1/minute"}
    rates._item.cache_clear()
    try:
        answers = [
            api.get("/api/v1/locations", REMOTE_ADDR="10.9.8.6", headers={"Accept-Language": AMHARIC})
            for _ in range(2)
        ]
    finally:
        rates._item.cache_clear()
    document = answers[-1].json()
    assert (document["status"], document["code"]) == (429, "rate_limited")
    assert not [sentence for sentence in sentences(document) if foreign(sentence)]


def test_a_step_that_is_not_possible_says_so_in_amharic(sign_in):
    user = UserFactory()
    listing = ListingFactory(seller=SellerFactory(user=user), status=Status.WITHDRAWN)
    answer = sign_in(user).post(
        f"/api/v1/listings/{listing.pk}/hold", {}, format="json", headers={"Accept-Language": AMHARIC}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")
    assert not [sentence for sentence in sentences(answer.json()) if foreign(sentence)]
    listing.refresh_from_db()
    assert listing.status == Status.WITHDRAWN


def test_every_label_of_the_reference_is_amharic_and_every_value_is_not(api):
    found = api.get("/api/v1/reference", headers={"Accept-Language": AMHARIC}).json()
    english = api.get("/api/v1/reference", headers={"Accept-Language": ENGLISH}).json()
    lists = {**found["enums"], **{one["name"]: [one, *one["choices"]] for one in found["attributes"]}}
    spoken = [entry["label"] for name in lists.keys() - STANDARDS for entry in lists[name]]
    assert len(spoken) > 500
    assert not {label for label in spoken if foreign(label)}
    assert all(ETHIOPIC.search(label) or not LATIN.search(label) for label in spoken)
    for name, entries in found["enums"].items():
        assert [entry["value"] for entry in entries] == [entry["value"] for entry in english["enums"][name]]


@pytest.mark.parametrize("name", ["holding_type", "property_type", "transmission", "fuel_type", "purpose"])
def test_no_two_choices_of_a_list_read_alike(api, name):
    entries = api.get("/api/v1/reference", headers={"Accept-Language": AMHARIC}).json()["enums"][name]
    labels = [entry["label"] for entry in entries]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    "label, said",
    [
        (enums.HoldingType.LEASE, "ሊዝ"),
        (enums.PropertyType.VILLA, "ቪላ"),
        (enums.PropertyType.CONDOMINIUM_20_80, "20/80 ኮንዶሚኒየም"),
        (enums.SellerType.BROKER, "አገናኝ"),
        (Status.DRAFT, "ረቂቅ"),
    ],
)
def test_the_market_says_it_so(label, said):
    with override(AMHARIC):
        assert str(label.label) == said


def test_nought_and_one_are_singular():
    def characters(number: int) -> str:
        singular = "This password is too short. It must contain at least %d character."
        return ngettext(singular, f"{singular[:-1]}s.", number) % number

    with override(AMHARIC):
        assert {characters(0).replace("0", "1"), characters(1)} == {characters(1)}
        assert characters(2) != characters(1).replace("1", "2")


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_is_amharic_from_subject_to_end(kind):
    known = {
        "name": "ሐና",
        "title": "ቪላ በቦሌ",
        "reason": "ፎቶ ይጨምሩ።",
        "device": "ስልክ",
        "link": "123",
        "token": "123",
        "code": "123456",
    }
    letter = letters.write(kind=kind, language=AMHARIC, channel=EMAIL, to="a@example.com", known=known)
    assert ETHIOPIC.search(letter.subject or letter.text)
    assert not foreign(letter.subject)
    assert not foreign(letter.text.replace("Key2Key", ""))
    english = letters.write(kind=kind, language=ENGLISH, channel=EMAIL, to="a@example.com", known=known)
    assert foreign(english.subject)


def test_the_desk_of_the_staff_speaks_amharic(client, settings):
    """One page of the admin stands for all: the words of Django, unfold and our own side by side."""
    page = client.get(f"/{settings.ADMIN_PATH}/login/", headers={"Accept-Language": AMHARIC}).content.decode()
    assert "ኢሜይል" in page
    assert "የይለፍ ቃል" in page
    assert "Password" not in re.sub(r"<[^>]*>", "", page)


def test_somebody_who_lost_a_right_reads_it_in_amharic(sign_in):
    """Staff without the second factor in this sign-in."""
    answer = sign_in(StaffFactory(groups=["support"])).get(
        "/api/v1/users", headers={"Accept-Language": AMHARIC}
    )
    assert answer.status_code in {401, 403}
    assert not [sentence for sentence in sentences(answer.json()) if foreign(sentence)]


def test_a_translation_that_loses_or_invents_a_placeholder_is_a_fault():
    message = next(one for one in catalogue.present() if one.id == "At most %(most)s.")
    assert catalogue._keeps_placeholders(message, message.string)
    assert not catalogue._keeps_placeholders(message, "ቢበዛ።")
    assert not catalogue._keeps_placeholders(message, "ቢበዛ %(least)s ወይም %(most)s።")


def test_a_readers_cookie_does_not_change_what_shared_caches_keep_of_the_api(client):
    client.cookies["django_language"] = AMHARIC
    answer = client.get("/api/v1/locations", headers={"accept-language": ENGLISH})
    assert (answer.status_code, answer["Content-Language"]) == (200, ENGLISH)
    assert "Accept-Language" in answer["Vary"]
    assert "public" in answer["Cache-Control"]
    assert "cookie" not in answer["Vary"].lower()
    page = client.get("/problems/not_found", headers={"accept-language": ENGLISH})
    assert page["Content-Language"] == AMHARIC, "on pages for people the cookie is their choice"
