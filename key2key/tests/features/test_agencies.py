from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from rest_framework.test import APIClient

from accounts.tests.desk import at_desk
from accounts.tests.factories import StaffFactory
from key2key.common import clock
from key2key.tests.features.dealing import Deal, agreed, do, offer, read, refused, settle
from key2key.tests.features.market import API, HOME, Desk, Person
from listings import services
from listings.services import SellerFacts
from payments.tests.company import Company

pytestmark = pytest.mark.django_db
ROLES = ("agent", "assistant", "accountant", "viewer")


@pytest.fixture
def agency(person: Callable[..., Person]) -> dict[str, Person]:
    """The people of an agency by their roles; all but the owner came by an invitation."""
    people = {"owner": person(), **{role: person() for role in ROLES}}
    made = do(people["owner"], "organisations", {"name": "Sheger Homes"})["id"]
    for role in ROLES:
        address = people[role].user.email
        do(people["owner"], f"organisations/{made}/invitations", {"email": address, "role": role})
        settle()
        token = mail.outbox[-1].body.partition("token=")[2].split()[0]
        assert do(people[role], "organisation-invitations/accept", {"token": token})["role"] == role
    return people


@pytest.fixture
def organisation(agency: dict[str, Person]) -> str:
    (membership,) = read(agency["agent"], "organisations")["results"]
    made: str = membership["organisation"]["id"]
    return made


@pytest.fixture
def home(agency: dict[str, Person], organisation: str, desk: Desk) -> str:
    """What the agent has put on the market for the agency."""
    agent = agency["agent"]
    draft: str = agent.draft("properties", organisation=organisation)["id"]
    until = clock.now().replace(year=clock.now().year + 1)
    services.set_seller_facts(organisation_id=organisation, facts=SellerFacts(may_publish_until=until))
    assert agent.step(draft, "submit").status_code == 200
    desk.approve(draft)
    return draft


def able(people: dict[str, Person], call: Callable[[APIClient], Any], *, status: int = 200) -> set[str]:
    """The roles for whom a call goes well; for all others its object does not exist."""
    answers = {role: call(person.client) for role, person in people.items()}
    passed = {role for role, answer in answers.items() if answer.status_code == status}
    others = {answers[role].status_code for role in answers.keys() - passed}
    assert others <= {404}, {role: answer.content for role, answer in answers.items()}
    return passed


def test_auth_7_the_role_in_an_agency_says_what_one_may_do_with_its_objects(
    agency: dict[str, Person], organisation: str, home: str, person: Callable[..., Person], sandbox: Company
) -> None:
    everybody, everyone_else = {"owner", *ROLES}, {"stranger": person()}
    people = agency | everyone_else

    seen = {
        role: [row["id"] for row in read(one, "users/me/listings")["results"]] for role, one in people.items()
    }
    assert {role for role, listings in seen.items() if home in listings} == everybody
    title = {"title": "Two bedrooms, new kitchen"}
    assert able(people, lambda client: client.patch(f"{API}/properties/{home}", title)) == {"owner", "agent"}
    new = HOME | {"organisation": organisation}
    refusal = agency["viewer"].client.post(f"{API}/properties", new)
    assert refusal.json()["errors"][0]["pointer"] == "/organisation"

    buyer = person()
    made = offer(buyer, home)
    assert able(people, lambda client: client.get(f"{API}/offers/{made['id']}")) == {"owner", "agent"}
    deal = agreed(buyer, agency["agent"], home)
    assert able(people, lambda client: client.get(f"{API}/deals/{deal.id}")) == {"owner", "agent"}
    payment = deal.pay(sandbox)
    assert able(people, lambda client: client.get(f"{API}/payments/{payment['id']}")) == {
        "owner",
        "accountant",
    }
    members = f"{API}/organisations/{organisation}/members"
    assert able(people, lambda client: client.get(members)) == everybody
    role = {"role": "assistant"}
    viewer = agency["viewer"].user.pk
    assert able(people, lambda client: client.patch(f"{members}/{viewer}", role)) == {"owner"}


def test_auth_7_a_right_ends_with_the_role(
    agency: dict[str, Person], organisation: str, home: str, person: Callable[..., Person]
) -> None:
    agent, owner = agency["agent"], agency["owner"]
    deal: Deal = agreed(person(), agent, home)
    gone = owner.client.delete(f"{API}/organisations/{organisation}/members/{agent.user.pk}")
    assert gone.status_code == 204
    for path in (f"deals/{deal.id}", f"organisations/{organisation}/members"):
        assert refused(agent.client.get(f"{API}/{path}")) == (404, "not_found")
    assert agent.client.patch(f"{API}/properties/{home}", {"title": "My own home"}).status_code == 404
    assert deal.seen(owner)["your_side"] == "seller"
    last = owner.client.delete(f"{API}/organisations/{organisation}/members/{owner.user.pk}")
    assert refused(last) == (409, "last_owner")


def test_auth_7_groups_of_staff_have_the_rights_of_their_work(
    seller: Person, sign_in: Callable[..., APIClient], api: APIClient
) -> None:
    may = {
        "support": {"/admin/accounts/user/", "/admin/brokers/deal/"},
        "moderator": {"/admin/listings/reviewitem/"},
        "finance": {"/admin/payments/payment/", "/admin/payments/hold/", "/admin/brokers/deal/"},
        "kyc": {"/admin/verification/queuedcase/"},
    }
    closed = {
        "support": "/admin/verification/queuedcase/",
        "moderator": "/admin/verification/queuedcase/",
        "finance": "/admin/verification/queuedcase/",
        "kyc": "/admin/payments/payment/",
    }
    for group, pages in may.items():
        browser = at_desk(group)
        assert {path: browser.get(path).status_code for path in pages} == dict.fromkeys(pages, 200)
        assert browser.get(closed[group]).status_code == 403, group
    support = StaffFactory(groups=["support"])
    assert sign_in(support, second_factor=True).get(f"{API}/users").status_code == 200
    assert refused(sign_in(support).get(f"{API}/users")) == (403, "second_factor_required")
    moderator = sign_in(StaffFactory(groups=["moderator"]), second_factor=True)
    for stranger in (moderator, seller.client):
        assert refused(stranger.get(f"{API}/users")) == (403, "not_allowed")
    assert api.get(f"{API}/users").status_code == 401
