"""Who sees which money, and in which shape."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import Membership
from accounts.tests.factories import MembershipFactory, OrganisationFactory, StaffFactory, UserFactory
from payments import services
from payments.services import Release
from payments.targets import Target
from payments.tests.company import Company
from payments.tests.factories import HoldFactory, PaymentFactory
from payments.tests.owing import finance, treasury
from payments.tests.paying import hear, pay_in_full

pytestmark = pytest.mark.django_db
SignIn = Callable[..., APIClient]
PATH = "/api/v1/payments"


def sees(client: APIClient, payment: Any) -> bool:
    one, many = client.get(f"{PATH}/{payment.pk}"), client.get(PATH)
    assert one.status_code in {200, 404}
    listed = str(payment.pk) in [row["id"] for row in many.json()["results"]]
    assert listed == (one.status_code == 200)
    return listed


def test_payer_payee_and_finance_see_a_payment_and_nobody_else(sign_in: SignIn) -> None:
    payment = PaymentFactory()
    payee = payment.hold.listing.owner
    assert sees(sign_in(payment.payer), payment)
    assert sees(sign_in(payee), payment)
    assert sees(sign_in(StaffFactory(groups=["finance"]), second_factor=True), payment)
    assert not sees(sign_in(StaffFactory(groups=["finance"])), payment)
    assert not sees(sign_in(StaffFactory(groups=["support"]), second_factor=True), payment)
    assert not sees(sign_in(UserFactory()), payment)


@pytest.mark.parametrize("role", Membership.Role.values)
def test_of_an_organisation_those_see_money_whose_role_has_it(role: str, sign_in: SignIn) -> None:
    organisation = OrganisationFactory()
    payment = PaymentFactory(hold=HoldFactory(payee_id=organisation.pk))
    person = MembershipFactory(organisation=organisation, role=role).user
    assert sees(sign_in(person), payment) == (role in {"owner", "manager", "accountant"})


def test_why_money_goes_back_is_told_in_the_callers_language_or_as_it_was_written(sign_in: SignIn) -> None:
    hold = pay_in_full(HoldFactory())
    hear(PaymentFactory(hold=hold, payer=hold.buyer))
    services.refund_hold(target=Target(hold.target_type, hold.target_id), reason="The papers are false.")
    rows = sign_in(hold.buyer).get(PATH).json()["results"]
    assert [refund["reason"] for row in rows for refund in row["refunds"]] == [
        "it came when it could no longer count",
        "The papers are false.",
    ]


def test_what_staff_say_to_each_other_about_a_refund_is_for_finance(sign_in: SignIn) -> None:
    payment = hear(PaymentFactory(hold=None))
    for reason in ("A friend of ours", "To be rid of him", "Fraud?"):
        asked = services.request_refund(
            payment_id=payment.pk, by=finance(), amount=Decimal("1.00"), reason=reason
        )
        which = {"payment_id": payment.pk, "refund_id": asked.pk}
        if reason == "Fraud?":
            services.decline_refund(**which, by=treasury(), reason="He lies")
        elif reason == "To be rid of him":
            services.approve_refund(**which, by=treasury())
            sent = services.execute_refund(**which, by=finance())

    told = sign_in(finance(), second_factor=True).get(f"{PATH}/{payment.pk}").json()["refunds"]
    assert {row["reason"] for row in told} == {"A friend of ours", "Fraud?", "To be rid of him"}
    payer = sign_in(payment.payer)
    for answer in (payer.get(f"{PATH}/{payment.pk}").json(), payer.get(PATH).json()["results"][0]):
        assert [(row["id"], row["reason"]) for row in answer["refunds"]] == [(str(sent.pk), "")]


def test_only_the_payer_is_shown_where_to_pay(sign_in: SignIn) -> None:
    payment = PaymentFactory()
    payer, payee = sign_in(payment.payer), sign_in(payment.hold.listing.owner)
    assert payer.get(f"{PATH}/{payment.pk}").json()["checkout_url"] == payment.checkout_url
    assert payee.get(f"{PATH}/{payment.pk}").json()["checkout_url"] is None


def test_nobody_lists_without_signing_in(api: APIClient) -> None:
    assert api.get(PATH).status_code == 401
    assert api.get(f"{PATH}/ledger").status_code == 401


def test_the_list_costs_the_same_for_one_and_for_many(sign_in: SignIn, assert_same_queries: Any) -> None:
    payer = UserFactory()

    def add(many: int) -> None:
        for _ in range(many):
            pay_in_full(HoldFactory(buyer=payer))

    assert_same_queries(sign_in(payer), PATH, add=add)


def test_everybody_may_know_the_ways_to_pay(api: APIClient) -> None:
    answer = api.get(f"{PATH}/gateways")
    assert answer.status_code == 200
    [sandbox] = answer.json()["results"]
    assert (sandbox["name"], sandbox["min_amount"]) == ("sandbox", "1.00")
    assert sorted(sandbox["currencies"]) == ["ETB", "USD"]


def release(**terms: Any) -> Any:
    hold = pay_in_full(HoldFactory(amount=Decimal("1000.00")))
    services.release_hold(target=Target(hold.target_type, hold.target_id), terms=Release(**terms))
    return hold


def test_a_payee_sees_what_is_owed_and_how_it_came(sign_in: SignIn) -> None:
    hold = release(platform_fee=Decimal("20.00"))
    release()
    said = sign_in(hold.listing.owner).get(f"{PATH}/ledger").json()
    assert said["balances"] == [{"owner": str(hold.payee_id), "currency": "ETB", "balance": "980.00"}]
    entries = {(row["cause"], row["direction"], row["amount"]) for row in said["results"]}
    assert entries == {("released", "in", "1000.00"), ("platform_fee", "out", "20.00")}


def test_who_is_owed_nothing_sees_an_empty_ledger(sign_in: SignIn) -> None:
    release()
    said = sign_in(UserFactory()).get(f"{PATH}/ledger").json()
    assert (said["results"], said["balances"]) == ([], [])


def test_the_ledger_costs_the_same_for_one_and_for_many(sign_in: SignIn, assert_same_queries: Any) -> None:
    seller = release().listing.seller

    def add(many: int) -> None:
        for _ in range(many):
            hold = pay_in_full(HoldFactory(listing__seller=seller))
            services.release_hold(target=Target(hold.target_type, hold.target_id), terms=Release())

    assert_same_queries(sign_in(seller.user), f"{PATH}/ledger", add=add)


def test_a_payment_answers_with_its_version(sign_in: SignIn, sandbox: Company) -> None:
    payment = PaymentFactory()
    client = sign_in(payment.payer)
    first = client.get(f"{PATH}/{payment.pk}")
    again = client.get(f"{PATH}/{payment.pk}", headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)


def test_a_payment_of_nobody_is_not_found(sign_in: SignIn) -> None:
    client = sign_in(UserFactory())
    other = PaymentFactory()
    for payment_id in (uuid4(), other.pk):
        assert client.get(f"{PATH}/{payment_id}").status_code == 404
        assert client.post(f"{PATH}/{payment_id}/cancel").status_code == 404
    other.refresh_from_db()
    assert other.status == "pending"
