"""People of the journey: they register, read their mail in the sandbox's outbox, and are verified."""

from __future__ import annotations

import random
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from uuid import uuid4

from PIL import Image, ImageDraw

from key2key.management.journey.caller import Caller, until

WORD = "a house has two keys"


class Person(Caller):
    """Somebody with a name; registered by one of the two functions below."""

    def __init__(self, base: str, *, name: str, language: str = "en") -> None:
        super().__init__(base, language=language)
        self.name = name
        self.id = ""
        self.address = ""

    def mail(self, kind: str) -> Mapping[str, Any]:
        """The newest message of a kind that went to them, as the sandbox's outbox shows it."""

        def look() -> Mapping[str, Any]:
            answer = self.http.get(f"{self.base}/sandbox/outbox.json", params={"to": self.address})
            return next((each for each in answer.json()["results"] if each["kind"] == kind), {})

        return until(look, what=f"a message {kind} to {self.address}")

    def news(self) -> list[str]:
        """The kinds of news in their feed, the newest first."""
        return [each["kind"] for each in self._feed()]

    def note(self, kind: str) -> Mapping[str, Any]:
        """The newest piece of news of a kind; empty when there is none."""
        return next((each for each in self._feed() if each["kind"] == kind), {})

    def _feed(self) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = self.get("notifications", limit=100)["results"]
        return found


def by_mail(base: str, *, name: str, role: str, language: str = "en") -> Person:
    """Register with an e-mail address, prove it with the code of the mail, sign in."""
    person = Person(base, name=name, language=language)
    person.address = f"{name.partition(' ')[0].lower()}.{uuid4().hex[:10]}@example.com"
    told = {"full_name": name, "email": person.address, "password": WORD, "role": role, "language": language}
    person.id = person.post("auth/register", told)["id"]
    person.post("auth/email/verify", {"token": person.mail("email_verification")["codes"]["token"]})
    person.sign_in(person.post("auth/login", {"email": person.address, "password": WORD}))
    return person


def by_phone(base: str, *, name: str, role: str, language: str = "en") -> Person:
    """Register with a phone and the code of the text message; that signs in."""
    person = Person(base, name=name, language=language)
    person.address = f"+2519{random.randrange(10**8):08d}"
    person.post("auth/phone/start", {"phone": person.address})
    code = person.mail("phone_code")["codes"]["code"]
    told = {"phone": person.address, "code": code, "full_name": name, "role": role, "language": language}
    person.sign_in(person.post("auth/phone/verify", told))
    person.id = person.get("users/me")["id"]
    return person


def show_papers(
    person: Person, *, kind: str, documents: list[str], facts: Mapping[str, str] | None = None
) -> str:
    """Open a case of verification, send its documents in, submit it. Returns its id."""
    case = person.post("verification/cases", {"kind": kind, **({"facts": facts} if facts else {})})
    for document in documents:
        picture = specimen(document, title=person.name)
        person.upload(f"verification/cases/{case['id']}/documents", picture, name="paper.png", kind=document)
    person.post(f"verification/cases/{case['id']}/submit")
    return str(case["id"])


def specimen(kind: str, *, title: str) -> bytes:
    """A picture that says what it is."""
    image = Image.new("RGB", (640, 400), (244, 240, 228))
    draw = ImageDraw.Draw(image)
    draw.text((40, 60), f"SPECIMEN {kind}".upper(), fill=(52, 58, 64), font_size=32)
    draw.text((40, 180), title, fill=(15, 118, 110), font_size=40)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def photo() -> bytes:
    """A photo of nothing, no two alike."""
    image = Image.effect_noise((800, 600), 60).convert("RGB")
    out = BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
