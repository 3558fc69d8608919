"""The REST twin of the socket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.events import MembershipChanged, SessionsEnded, UserErased
from accounts.models import Membership
from accounts.tests.factories import MembershipFactory, UserFactory
from chat import receivers, services
from chat.models import ChatEvent, Conversation, Member, Message, Report
from chat.tests.factories import ConversationFactory, say, seqs
from key2key.common.ids import uuid7
from listings.tests.factories import ListingFactory
from notifications.services import notify

pytestmark = pytest.mark.django_db

SignIn = Callable[..., APIClient]
API = "/api/v1"


def at(conversation: Conversation, step: str = "") -> str:
    return f"{API}/conversations/{conversation.pk}{step and '/' + step}"


def post(client: APIClient, address: str, **body: Any) -> Any:
    return client.post(address, body, format="json")


class TestConversations:
    def test_opening_answers_201_and_then_200_with_the_same(self, sign_in: SignIn) -> None:
        listing, buyer = ListingFactory(photos=0), UserFactory()
        client = sign_in(buyer)
        known = {"members": [str(listing.owner_id)], "listing": str(listing.pk)}
        first, again = (post(client, f"{API}/conversations", **known) for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        shown = first.json()
        assert shown["receiver"] == {
            "id": str(listing.owner_id), "name": listing.owner.full_name, "side": "seller",
        }  # fmt: skip
        assert (shown["side"], shown["head"], shown["last_message"]) == ("buyer", 0, None)
        assert shown["listing"]["id"] == str(listing.pk)
        assert first["Location"].endswith(f"/conversations/{shown['id']}")

    @pytest.mark.parametrize("named", ["listing", "members"])
    def test_what_does_not_exist_is_named(self, named: str, sign_in: SignIn) -> None:
        body = {"listing": str(uuid7())} if named == "listing" else {"members": [str(uuid7())]}
        response = post(sign_in(UserFactory()), f"{API}/conversations", **body)
        assert response.status_code == 400
        assert response.json()["errors"][0]["pointer"] == f"/{named}"
        assert not Conversation.objects.exists()

    def test_the_list_shows_where_each_stands_the_liveliest_first(self, sign_in: SignIn) -> None:
        quiet = ConversationFactory()
        lively = ConversationFactory(buyer=quiet.buyer)
        ConversationFactory()
        sent = say(lively, by=lively.seller)
        results = sign_in(quiet.buyer).get(f"{API}/conversations").json()["results"]
        assert [row["id"] for row in results] == [str(lively.pk), str(quiet.pk)]
        assert (results[0]["unread"], results[0]["head"]) == (1, 1)
        assert results[0]["last_message"]["seq"] == sent.seq

    def test_the_list_costs_the_same_with_twenty(
        self, sign_in: SignIn, assert_same_queries: Callable[..., None]
    ) -> None:
        buyer = UserFactory()

        def add(count: int) -> None:
            for _ in range(count):
                conversation = ConversationFactory(buyer=buyer)
                say(conversation, by=conversation.seller)

        assert_same_queries(sign_in(buyer), f"{API}/conversations", add=add)

    def test_pages_skip_and_double_nothing(self, sign_in: SignIn) -> None:
        buyer = UserFactory()
        made = {str(ConversationFactory(buyer=buyer).pk) for _ in range(5)}
        client, address, shown = sign_in(buyer), f"{API}/conversations?limit=2", []
        while address:
            page = client.get(address).json()
            shown += [row["id"] for row in page["results"]]
            address = page["next"]
        assert (sorted(shown), len(shown)) == (sorted(made), 5)

    def test_marks_and_flags_answer_the_conversation_as_it_stands(self, sign_in: SignIn) -> None:
        conversation = ConversationFactory()
        say(conversation, by=conversation.seller)
        client = sign_in(conversation.buyer)
        assert post(client, at(conversation, "read"), seq=1).json()["unread"] == 0
        assert post(client, at(conversation, "archive")).json()["archived"] is True
        assert post(client, at(conversation, "mute"), muted=False).json()["muted"] is False
        assert client.get(at(conversation)).json()["read"] == 1

    def test_a_report_is_answered_without_its_evidence(self, sign_in: SignIn) -> None:
        conversation = ConversationFactory()
        sent = say(conversation, by=conversation.seller)
        response = post(
            sign_in(conversation.buyer), at(conversation, "report"), reason="fraud", message=str(sent.mid)
        )
        assert response.status_code == 201
        assert response.json()["message"] == str(sent.mid)
        assert "snapshot" not in response.json()


class TestMessages:
    def test_the_same_client_id_is_one_message(self, sign_in: SignIn) -> None:
        conversation = ConversationFactory()
        client, body = sign_in(conversation.buyer), {"client_id": str(uuid4()), "body": "ሰላም"}
        first, again = (post(client, at(conversation, "messages"), **body) for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 200)
        assert {**again.json(), "dup": False} == first.json()
        other = post(client, at(conversation, "messages"), **{**body, "body": "Other"})
        assert (other.status_code, other.json()["code"]) == (422, "cmid_mismatch")
        assert (other.json()["message"], other.json()["seq"]) == (first.json()["id"], 1)
        assert seqs(conversation.pk) == [1]

    @pytest.mark.parametrize("missing", ["client_id", "body"])
    def test_what_is_missing_is_named(self, missing: str, sign_in: SignIn) -> None:
        conversation = ConversationFactory()
        body = {"client_id": str(uuid4()), "body": "Hello"}
        del body[missing]
        response = post(sign_in(conversation.buyer), at(conversation, "messages"), **body)
        assert response.status_code == 400
        assert response.json()["errors"][0]["pointer"] == f"/{missing}"
        assert not Message.objects.exists()

    def test_too_quick_is_told_with_milliseconds(self, sign_in: SignIn) -> None:
        conversation = ConversationFactory()
        client = sign_in(conversation.buyer)
        answers = [
            post(client, at(conversation, "messages"), client_id=str(uuid4()), body="Hello")
            for _ in range(12)
        ]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert refused
        assert refused[0].json()["retry_ms"] > 0
        assert int(refused[0]["Retry-After"]) >= 1
        assert Message.objects.count() == 12 - len(refused)

    def test_the_list_is_the_present_state_and_keeps_client_ids_to_their_senders(
        self, sign_in: SignIn
    ) -> None:
        conversation = ConversationFactory()
        mine = say(conversation, by=conversation.buyer)
        theirs = say(conversation, by=conversation.seller, reply_to=1)
        services.delete(by=conversation.seller, message_id=theirs.mid)
        results = sign_in(conversation.buyer).get(at(conversation, "messages")).json()["results"]
        assert [row["id"] for row in results] == [str(theirs.mid), str(mine.mid)]
        assert (results[0]["body"], results[0]["deleted"], results[0]["reply_to"]) == ("", True, 1)
        assert results[0]["client_id"] is None
        assert results[1]["client_id"]

    def test_the_list_costs_the_same_with_twenty(
        self, sign_in: SignIn, assert_same_queries: Callable[..., None]
    ) -> None:
        conversation = ConversationFactory()

        def add(count: int) -> None:
            for _ in range(count):
                say(conversation, by=conversation.seller)

        assert_same_queries(sign_in(conversation.buyer), at(conversation, "messages"), add=add)

    def test_own_words_are_corrected_and_taken_back(self, sign_in: SignIn) -> None:
        conversation = ConversationFactory()
        sent = say(conversation, by=conversation.buyer)
        client = sign_in(conversation.buyer)
        edited = client.patch(f"{API}/messages/{sent.mid}", {"body": "Free?"}, format="json")
        assert (edited.status_code, edited.json()["body"], edited.json()["rev"]) == (200, "Free?", 2)
        stale = client.patch(
            f"{API}/messages/{sent.mid}", {"body": "No"}, format="json", headers={"If-Match": '"other"'}
        )
        assert stale.status_code == 412
        assert client.delete(f"{API}/messages/{sent.mid}").status_code == 204
        assert client.delete(f"{API}/messages/{sent.mid}").status_code == 204
        assert seqs(conversation.pk) == [1, 2, 3]


class TestLog:
    def test_events_come_without_a_gap(self, sign_in: SignIn) -> None:
        conversation = ConversationFactory()
        for _ in range(4):
            say(conversation, by=conversation.seller)
        client = sign_in(conversation.buyer)
        body = client.get(at(conversation, "events?after=1&limit=2")).json()
        assert ([entry["seq"] for entry in body["results"]], body["head"]) == ([2, 3], 4)
        assert body["results"][0]["k"] == "msg"
        assert "cmid" not in body["results"][0]
        before = client.get(at(conversation, "events?before=3")).json()
        assert [entry["seq"] for entry in before["results"]] == [1, 2]

    @pytest.mark.parametrize("query", ["after=-1", "limit=0", "limit=501", "limit=2.0", "after=x", "since=1"])
    def test_a_wrong_question_is_refused(self, query: str, sign_in: SignIn) -> None:
        conversation = ConversationFactory()
        response = sign_in(conversation.buyer).get(at(conversation, f"events?{query}"))
        assert response.status_code == 400

    def test_the_log_costs_the_same_with_twenty(
        self, sign_in: SignIn, assert_same_queries: Callable[..., None]
    ) -> None:
        conversation = ConversationFactory()

        def add(count: int) -> None:
            for _ in range(count):
                say(conversation, by=conversation.seller)

        assert_same_queries(sign_in(conversation.buyer), at(conversation, "events"), add=add)

    def test_the_inbox_resumes_where_it_was(self, sign_in: SignIn) -> None:
        conversation = ConversationFactory()
        notify(kind="listing_approved", user=conversation.buyer, data={"title": "Villa", "link": "/"})
        client = sign_in(conversation.buyer)
        first = client.get(f"{API}/inbox").json()
        assert [row["cid"] for row in first["changed"]] == [str(conversation.pk)]
        assert first["notes"][0]["title"]
        say(conversation, by=conversation.seller)
        second = client.get(f"{API}/inbox", {"cursor": first["cursor"]}).json()
        assert [row["unread"] for row in second["changed"]] == [1]
        assert second["epoch"] == first["epoch"]


class TestStrangers:
    CALLS = (
        ("get", "", None),
        ("get", "messages", None),
        ("get", "events", None),
        ("post", "messages", {"client_id": "0b0d9a52-7d5c-4f4e-9f3e-0d9b0a6f4d11", "body": "Hello"}),
        ("post", "read", {"seq": 1}),
        ("post", "archive", {}),
        ("post", "mute", {}),
        ("post", "report", {"reason": "spam"}),
    )

    @pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call[0]} {call[1]}")
    @pytest.mark.parametrize("who", ["a stranger", "who has left"])
    def test_it_does_not_exist_for_them(self, who: str, call: Any, sign_in: SignIn) -> None:
        conversation = ConversationFactory()
        say(conversation, by=conversation.seller)
        person = UserFactory()
        if who == "who has left":
            person = conversation.buyer
            Member.objects.filter(user=person).update(left_at="2026-11-22T12:00:00Z")
        before = list(Member.objects.order_by("pk").values("pk", "stamp"))
        client, (method, step, body) = sign_in(person), call
        real = getattr(client, method)(at(conversation, step), body, format="json")
        unknown = getattr(client, method)(at(Conversation(pk=uuid7()), step), body, format="json")
        assert (real.status_code, unknown.status_code) == (404, 404)
        same = ("type", "title", "status", "detail", "code")
        assert [real.json()[name] for name in same] == [unknown.json()[name] for name in same]
        assert list(Member.objects.order_by("pk").values("pk", "stamp")) == before
        assert (ChatEvent.objects.count(), Report.objects.count()) == (1, 0)


class TestReceivers:
    def test_membership_is_followed(self) -> None:
        owner = MembershipFactory(role=Membership.Role.OWNER)
        listing = ListingFactory(photos=0, owner=owner.user, organisation=owner.organisation)
        conversation, _ = services.open_listing_conversation(buyer_id=UserFactory().pk, listing_id=listing.pk)
        agent = MembershipFactory(organisation=owner.organisation, role=Membership.Role.AGENT)
        receivers.colleagues_take_part(
            MembershipChanged(user_id=agent.user_id, organisation_id=agent.organisation_id)
        )
        assert conversation.members.filter(user=agent.user).exists()

    def test_erased_people_are_forgotten_and_ended_sessions_are_told(self) -> None:
        conversation = ConversationFactory()
        say(conversation, by=conversation.buyer)
        receivers.erased_person_is_forgotten(UserErased(user_id=conversation.buyer_id))
        assert Message.objects.get().body == ""
        receivers.sockets_of_ended_sessions_close(
            SessionsEnded(user_id=conversation.buyer_id, session_ids=[str(uuid4())], reason="logout")
        )
