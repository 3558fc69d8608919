"""The acts of the journey. Each is one thing that people do, and tells what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from chat.reference_client import Client
from key2key.management.journey.caller import Refused, until
from key2key.management.journey.desk import Desk
from key2key.management.journey.offerings import SEARCH, body_of
from key2key.management.journey.people import Person, by_mail, by_phone, photo, show_papers

Tell = Callable[[str], None]
AUTHORITY = "Addis Ababa Trade Bureau"
LATER = timedelta(days=400)
PHOTOS = {"properties": ("front", "living_room"), "vehicles": ("front", "rear")}


@dataclass
class Story:
    """One listing's way from the seller's hands to the buyer's.

    `kind` is "properties" or "vehicles"; `staff` are desks of a moderator, of whoever checks papers, of
    support and of finance, by group.
    """

    base: str
    kind: str
    staff: Mapping[str, Desk]
    tell: Tell
    known: dict[str, str] = field(default_factory=dict)

    def people_come(self) -> None:
        """A broker by one way, a buyer by the other."""
        ways = (by_mail, by_phone) if self.kind == "properties" else (by_phone, by_mail)
        self.broker = ways[0](self.base, name="Hana Gebremariam", role="broker")
        self.buyer = ways[1](self.base, name="Meron Tesfaye", role="buyer", language="am")
        for person in (self.broker, self.buyer):
            self.tell(f"{person.name} registers with {person.address}.")

    def broker_is_licensed(self) -> None:
        """Identity and licence are shown and checked, the profile is approved."""
        ends = (datetime.now(UTC) + LATER).date().isoformat()
        licence = {
            "number": f"ET-{self.broker.id[-8:]}", "authority": AUTHORITY, "category": "Broker",
            "region": "Addis Ababa", "expires_on": ends,
        }  # fmt: skip
        profile = {
            "bio": "Homes and cars, twelve years in Addis Ababa.", "languages": ["am", "en"],
            "specialities": ["residential_sale", "cars"], "years_experience": 12, "areas": ["addis-ababa"],
            "phone": "+251911000001",
        }  # fmt: skip
        self.broker_id = self.broker.post("brokers", profile)["id"]
        self.broker.put("brokers/me/licence", licence)
        self.broker.post("brokers/me/submit")
        identity = show_papers(self.broker, kind="identity", documents=["national_id", "selfie"])
        case = show_papers(self.broker, kind="broker_licence", documents=["broker_licence"], facts=licence)
        for each in (identity, case):
            self.staff["kyc"].act(f"verification/queuedcase/{each}", "approve")
        self.staff["support"].act(f"brokers/broker/{self.broker_id}", "approve", reason="Complete")
        public = self.broker.get(f"brokers/{self.broker_id}")
        until_when, checked = public["licence"]["expires_on"], public["verified"]
        self.tell(f"{public['name']} is a licensed broker until {until_when}; identity checked: {checked}.")

    def buyer_saves_search(self) -> None:
        """The buyer wants to hear of a match at once."""
        wanted = {"name": "What I look for", "query": SEARCH[self.kind], "alert": "instant"}
        self.buyer.post("saved-searches", wanted)
        self.tell(f"{self.buyer.name} saves a search and wants to be told at once.")

    def listing_goes_live(self) -> None:
        """Draft, photos, review, market."""
        draft = self.broker.post(self.kind, body_of(self.kind))
        self.listing, self.title = draft["id"], draft["title"]
        uploads = [
            self.broker.upload("uploads", photo(), name="p.jpg", kind="photo")["id"]
            for _ in PHOTOS[self.kind]
        ]
        for upload, shows in zip(uploads, PHOTOS[self.kind], strict=True):
            self._wait_for_photo(upload)
            self.broker.post(f"listings/{self.listing}/photos", {"upload": upload, "shows": shows})
        self.broker.post(f"listings/{self.listing}/submit")
        self.staff["moderator"].act(f"listings/reviewitem/{self.listing}", "approve")
        self.tell(f'"{self.title}" is on the market.')

    def _wait_for_photo(self, upload: str) -> None:
        until(lambda: self.broker.get(f"uploads/{upload}")["state"] == "ready", what="the photo")

    def listing_is_found(self) -> None:
        """By search, and by whoever waited for it."""

        def shown() -> bool:
            page = self.buyer.get(self.kind, sort="newest", limit=100)
            return self.listing in [card["id"] for card in page["results"]]

        until(shown, what="the listing in the search")
        seen = {"id": str(uuid4()), "kind": "view", "listing": self.listing}
        self.buyer.post("analytics/events", {"events": [seen]})
        heard = until(lambda: self.buyer.note("saved_search_match"), what="the alert")
        self.tell(f"{self.buyer.name} finds it, and was told: {heard['title']}")

    def buyer_asks(self) -> None:
        """The inquiry opens a lead and a conversation; they talk live."""
        asked = self.buyer.post(
            "inquiries", {"listing": self.listing, "message": "ሰላም, is it still for sale?"}
        )
        self.conversation, self.lead = asked["conversation"], asked["lead"]
        again = self.buyer.post("inquiries", {"listing": self.listing, "message": "Hello again"})
        if again["lead"] != self.lead:
            raise AssertionError("one person and listing have one lead")
        lines = asyncio.run(self._talk())
        self.tell(f"They talk: {' · '.join(lines)}")

    async def _talk(self) -> list[str]:
        address = self.base.replace("http", "ws", 1) + "/ws/"
        async with (
            Client(address, token=_token(self.broker)) as seller,
            Client(address, token=_token(self.buyer)) as buyer,
        ):
            await seller.send(self.conversation, body="It is. When would you like to see it?")
            await buyer.send(self.conversation, body="Tomorrow, ከሰዓት በኋላ.")
            heard = seller.store.thread(self.conversation), buyer.store.thread(self.conversation)
            await seller.until(lambda: heard[0].last == heard[1].last and len(heard[0].bodies) >= 4)
            await buyer.until(lambda: heard[0].bodies == heard[1].bodies)
            await seller.read(self.conversation)
            return heard[1].bodies

    def viewing_is_held(self) -> None:
        """A slot, a request, a yes."""
        begins = (datetime.now(UTC) + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
        slot = {
            "starts_at": begins.isoformat(),
            "ends_at": (begins + timedelta(minutes=45)).isoformat(),
            "mode": "in_person",
        }
        offered = self.broker.post(f"listings/{self.listing}/viewing-slots", slot)
        viewing = self.buyer.post("viewings", {"listing": self.listing, "slot": offered["id"]})
        confirmed = self.broker.post(f"viewings/{viewing['id']}/confirm")
        self.tell(f"The viewing is {confirmed['state']} for {confirmed['starts_at']}.")

    def offers_are_made(self) -> None:
        """An offer, a counter-offer, a yes: the deal begins."""
        price = self.broker.get(f"listings/{self.listing}")["price"]
        low, met = f"{float(price) * 0.9:.2f}", f"{float(price) * 0.95:.2f}"
        first = self.buyer.post(
            "offers",
            {"listing": self.listing, "amount": low, "currency": "ETB", "deposit_amount": "50000.00"},
        )
        counter = self.broker.post(
            f"offers/{first['id']}/counter", {"amount": met, "currency": "ETB", "deposit_amount": "50000.00"}
        )
        accepted = self.buyer.post(f"offers/{counter['id']}/accept")
        self.deal = accepted["deal"]
        self.price = met
        self.tell(f"{low} ETB is offered, {met} ETB is met and accepted. {self.next_step(self.buyer)}")

    def deposit_is_paid(self) -> None:
        """The buyer pays on the sandbox's page; the gateway tells us; the deal hears of it."""
        url = self.checkout(self.buyer)
        self.press(url, "pay")
        self.wait_for("deposit_held")
        self.tell(f"The deposit is held. {self.next_step(self.broker)}")

    def papers_are_ticked(self) -> None:
        """Both sides tick every paper that is needed."""
        for person in (self.buyer, self.broker):
            for paper in self.seen(person)["papers"]:
                if paper["required"]:
                    person.post(f"deals/{self.deal}/tick-paper", {"paper": paper["slug"]})
        self.wait_for("handover")
        self.tell(f"All papers are there. {self.next_step(self.buyer)}")

    def keys_change_hands(self) -> None:
        """Each gives a code to the other; one alone moves nothing."""
        codes = {
            person: person.post(f"deals/{self.deal}/handover-code")["code"]
            for person in (self.buyer, self.broker)
        }
        self.buyer.post(f"deals/{self.deal}/confirm-handover", {"code": codes[self.broker]})
        if self.seen(self.buyer)["state"] != "handover":
            raise AssertionError("one code alone ended the deal")
        self.broker.post(f"deals/{self.deal}/confirm-handover", {"code": codes[self.buyer]})
        self.wait_for("completed")
        self.tell(f"Both codes are entered: the keys have changed hands. {self.next_step(self.buyer)}")

    def money_is_released(self) -> None:
        """To whom it is due, less the fee."""

        def owed() -> list[Any]:
            answer = self.broker.get("payments/ledger")
            return [each for each in answer["balances"] if float(each["balance"]) > 0]

        balances = until(owed, what="the release")
        owed_now = f"{balances[0]['balance']} {balances[0]['currency']}"
        self.tell(f"{self.broker.name} is owed {owed_now}: the deposit less the fee.")

    def reviews_appear(self) -> None:
        """Together, when both have written."""
        path = f"deals/{self.deal}/reviews"
        mine = self.buyer.post(path, {"rating": 5, "text": "Honest and quick.", "sub_scores": {"honesty": 5}})
        if mine["state"] != "pending" or self.broker.get(f"brokers/{self.broker_id}/reviews")["results"]:
            raise AssertionError("a review was shown before the other side had written")
        self.broker.post(path, {"rating": 4, "text": "Came on time, paid at once."})
        shown = self.broker.get(f"brokers/{self.broker_id}/reviews")["results"]
        self.tell(f"The reviews appear together: {shown[0]['author']} gives {shown[0]['rating']} of 5.")

    def figures_tell_it(self) -> None:
        """What the broker's dashboard makes of it."""

        def counted() -> Any:
            figures = self.broker.get("analytics/brokers/me")
            funnel = figures["funnel"]
            return figures if funnel["leads"] and funnel["offers"] and funnel["deals"] else None

        figures = until(counted, what="the figures")
        of_listing = self.broker.get(f"analytics/listings/{self.listing}")["totals"]
        self.tell(
            f"The figures: {figures['funnel']}, earned {figures['earnings']}; the listing: {of_listing}."
        )

    def another_buyer(self) -> Person:
        """Somebody else who wants it."""
        return by_mail(self.base, name="Ruth Amare", role="buyer")

    def seen(self, person: Person) -> Any:
        """The deal as one of its sides sees it."""
        return person.get(f"deals/{self.deal}")

    def next_step(self, person: Person) -> str:
        """The sentence that the deal has for one of its sides."""
        return f"({person.name.split()[0]} reads: {self.seen(person)['next_step']})"

    def checkout(self, payer: Person, *, amount: str = "") -> str:
        """Ask to pay the deposit; the address of the page where it is paid."""
        body = {
            "purpose": "deposit", "target": {"type": "deal", "id": self.deal}, "gateway": "sandbox",
            "return_url": f"{self.base}/docs", **({"amount": amount} if amount else {}),
        }  # fmt: skip
        payment = payer.post("payments", body)
        self.known["payment"] = payment["id"]
        return str(payment["checkout_url"])

    def press(self, url: str, *buttons: str) -> None:
        """Press buttons on the payment company's page, as a browser does."""
        for button in buttons:
            page = self.buyer.http.get(url)
            token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
            answer = self.buyer.http.post(
                url, data={"button": button, "csrfmiddlewaretoken": token}, headers={"Referer": url}
            )
            if answer.is_error:
                raise Refused(answer)

    def wait_for(self, state: str) -> None:
        """Until the deal has come so far."""
        until(lambda: self.seen(self.buyer)["state"] == state, what=f"the deal to be {state}")

    def until_market(self) -> None:
        """From nothing to a listing on the market."""
        self.people_come()
        self.broker_is_licensed()
        self.buyer_saves_search()
        self.listing_goes_live()

    def until_deal(self) -> None:
        """On to an accepted offer."""
        self.listing_is_found()
        self.buyer_asks()
        self.viewing_is_held()
        self.offers_are_made()

    def to_the_end(self) -> None:
        """On to the keys, the reviews and the figures."""
        self.deposit_is_paid()
        self.papers_are_ticked()
        self.keys_change_hands()
        self.money_is_released()
        self.reviews_appear()
        self.figures_tell_it()


def _token(person: Person) -> Any:
    async def token() -> str:
        return person.token

    return token
