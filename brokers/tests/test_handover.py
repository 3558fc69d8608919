"""Two codes, each shown to the one who gives it, and never money for one alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from brokers import services
from brokers.enums import DealState, Side
from brokers.models import Deal, HandoverCode
from brokers.tests.factories import deal_in, exchange_codes, hold_under, person_of
from key2key.common.errors import Conflict
from payments.models import Transfer

pytestmark = pytest.mark.django_db


def enter(deal: Deal, side: Side, code: str) -> Any:
    return services.confirm_handover(deal_id=deal.pk, by=person_of(deal, side), code=code)


def issue(deal: Deal, side: Side) -> str:
    return services.issue_code(deal_id=deal.pk, by=person_of(deal, side)).code


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


@pytest.mark.parametrize("enterer", list(Side))
def test_one_code_alone_moves_no_money(enterer: Side) -> None:
    deal = deal_in(DealState.HANDOVER)
    moved = Transfer.objects.count()
    exchange_codes(deal, enterer)
    deal.refresh_from_db()
    assert (deal.state, hold_under(deal).state) == (DealState.HANDOVER, "held")
    assert Transfer.objects.count() == moved
    exchange_codes(deal, enterer.other)
    deal.refresh_from_db()
    assert (deal.state, hold_under(deal).state) == (DealState.COMPLETED, "released")


def test_ones_own_code_is_not_the_other_sides() -> None:
    deal = deal_in(DealState.HANDOVER)
    mine, _theirs = issue(deal, Side.BUYER), issue(deal, Side.SELLER)
    with pytest.raises(Conflict) as error:
        enter(deal, Side.BUYER, mine)
    assert (error.value.code, error.value.extra["tries_left"]) == ("wrong_code", 4)
    assert not HandoverCode.objects.filter(entered_at__isnull=False).exists()


def test_a_new_code_replaces_the_one_before() -> None:
    deal = deal_in(DealState.HANDOVER)
    old = issue(deal, Side.SELLER)
    new = issue(deal, Side.SELLER)
    if old != new:
        with pytest.raises(Conflict):
            enter(deal, Side.BUYER, old)
    enter(deal, Side.BUYER, new)
    assert HandoverCode.objects.get(giver=Side.SELLER).entered_at is not None


def test_a_code_that_was_not_made_cannot_be_entered() -> None:
    deal = deal_in(DealState.HANDOVER)
    with pytest.raises(Conflict) as error:
        enter(deal, Side.BUYER, "123456")
    assert error.value.code == "code_not_issued"


def test_only_a_keyed_hash_is_kept() -> None:
    deal = deal_in(DealState.HANDOVER)
    code = issue(deal, Side.BUYER)
    kept = HandoverCode.objects.values().get()
    assert code not in str({name: value for name, value in kept.items() if name == "digest"})
    assert len(kept["digest"]) == 64


def test_after_five_wrong_tries_staff_must_help_and_a_new_code_does_not() -> None:
    deal = deal_in(DealState.HANDOVER)
    code = issue(deal, Side.SELLER)
    codes = []
    for _try in range(5):
        with pytest.raises(Conflict) as error:
            enter(deal, Side.BUYER, other_than(code))
        codes.append(error.value.code)
    assert codes == ["wrong_code"] * 4 + ["code_locked"]
    fresh = issue(deal, Side.SELLER)
    with pytest.raises(Conflict) as error:
        enter(deal, Side.BUYER, fresh)
    assert error.value.code == "illegal_transition"
    deal.refresh_from_db()
    assert deal.overdue_at is not None, "the deal waits for staff"
    assert deal.state == DealState.HANDOVER
    # Whom the wrong tries do not concern may go on.
    enter(deal, Side.SELLER, issue(deal, Side.BUYER))


def test_the_release_pays_the_agency_and_its_agent() -> None:
    from accounts.tests.factories import MembershipFactory, OrganisationFactory
    from listings.models import Seller
    from listings.tests.factories import ListingFactory
    from payments.models import Account
    from payments.selectors import balances

    organisation = OrganisationFactory()
    agent = MembershipFactory(organisation=organisation).user
    seller = Seller.objects.create(organisation=organisation, type="agency", name=organisation.name)
    listing = ListingFactory(seller=seller, owner=agent, organisation=organisation)
    deal_in(DealState.COMPLETED, listing=listing)
    owed = {
        account.owner: amount
        for account in Account.objects.filter(kind="payable")
        for amount in balances([account]).values()
    }
    assert owed == {organisation.pk: Decimal("70200.00"), agent.pk: Decimal("18000.00")}
