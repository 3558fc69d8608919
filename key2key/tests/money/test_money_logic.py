"""Amounts that nobody means, money asked for twice or by many at once: no wrong ledger (SC-21, RL-07)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from rest_framework.test import APIClient

from brokers.enums import DealState
from brokers.tests.factories import deal_in
from key2key.common import background
from key2key.common.errors import Conflict, InvalidInput
from key2key.tests.machine.crowds import CALLERS, crowd, no_row_locks, patient
from key2key.tests.machine.market import DONE
from key2key.tests.money.companies import Companies
from key2key.tests.money.shopping import BACK, boost, boost_asked, deposit, deposit_asked
from key2key.tests.money.telling import work
from key2key.tests.test_who_may import differences, snapshot
from listings.tests.factories import ListingFactory
from payments import services
from payments.models import Boost, Payment, Payout, Refund, RefundSending, Transfer
from payments.tests.factories import PaymentFactory
from payments.tests.owing import finance, owed_account, owed_to, treasury
from payments.tests.paying import charge_back, hear, standing_of

SignIn = Callable[..., APIClient]
ALL, SOME = Decimal("500.00"), 12

# What is no amount of money, and what is none of this deposit, whose 90,000 are all there is to pay.
NO_AMOUNTS: list[Any] = [
    "-1.00", "-0.01", "0", "0.00", "-0", "0.001", "1.005", "1e3", "1E-1", "NaN", "-NaN", "Infinity",
    "-Infinity", "", " ", "1,000.00", "1 000", "0x10", "١٠٠", "1.00.00", "ETB 100", "9" * 13, "9" * 40,
    "99999999999999.99",
    "1" + "0" * 400, "+5", "5_0", 5, 5.5, True, None, [], {}, ["5.00"], {"amount": "5.00"},
]  # fmt: skip
TOO_MUCH = ["90000.01", "180000.00", "999999999999.99"]
OTHER_CURRENCIES = ["USD", "EUR", "etb", "XXX", "", "ETBX", None, 230]


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


@pytest.mark.django_db
class TestAmounts:
    @pytest.mark.parametrize(
        "name, values", [("amount", NO_AMOUNTS + TOO_MUCH), ("currency", OTHER_CURRENCIES)]
    )
    def test_nobody_begins_to_pay_what_is_no_amount_or_another_one(
        self, name: str, values: list[Any], companies: Companies, sign_in: SignIn
    ) -> None:
        deal = deal_in(DealState.DEPOSIT_DUE)
        client = sign_in(deal.buyer)
        before, orders = snapshot(), len(companies.named("chapa").standin.orders)
        answers = [self.ask(client, deal, **{name: value}) for value in values]
        assert [(value, status) for value, status in zip(values, answers, strict=True) if status != 400] == []
        assert [table for table in differences(before, snapshot()) if table != "common_idempotencykey"] == []
        assert len(companies.named("chapa").standin.orders) == orders
        assert self.ask(client, deal, amount="90000.00", currency="ETB") == 201, "the control"

    def ask(self, client: APIClient, deal: Any, **words: Any) -> int:
        body = {
            "purpose": "deposit",
            "target": {"type": "deal", "id": str(deal.pk)},
            "gateway": "chapa",
            "return_url": BACK,
            **words,
        }
        answer = client.post(
            "/api/v1/payments", body, format="json", headers={"Idempotency-Key": str(words)[:99]}
        )
        return answer.status_code

    def test_a_part_of_a_deposit_never_leaves_a_rest_below_nothing(self, companies: Companies) -> None:
        deal = deal_in(DealState.DEPOSIT_DUE)
        deposit(gateway="chapa", deal=deal, amount=Decimal("89000.00"))
        for amount in ("1000.01", "89000.00"):
            asked = deposit_asked(deal, gateway="stripe", amount=Decimal(amount))
            with pytest.raises(InvalidInput):
                services.pay(by=deal.buyer, asked=asked)
        deposit(gateway="stripe", deal=deal, amount=Decimal("1000.00"))
        with pytest.raises(Conflict) as refusal:
            deposit(gateway="telebirr", deal=deal)
        assert refusal.value.code == "nothing_to_pay"

    @pytest.mark.parametrize("amount", ["-1.00", "0.00", "500.01", "1000.00"])
    def test_nobody_asks_for_a_refund_of_nothing_or_of_more_than_was_paid(self, amount: str) -> None:
        payment = hear(PaymentFactory(hold=None, amount=ALL))
        with pytest.raises(InvalidInput):
            asked_back(payment, amount=Decimal(amount))
        assert not Refund.objects.exists()

    @pytest.mark.parametrize("amount", ["-1.00", "0.00", "1000.01", "999999999999.99"])
    def test_nobody_is_paid_out_nothing_or_more_than_is_owed(self, amount: str) -> None:
        account = owed_account(amount=Decimal("1000.00"))
        with pytest.raises((InvalidInput, Conflict)):
            services.request_payout(by=account.added_by, account_id=account.pk, amount=Decimal(amount))
        assert not Payout.objects.exists()

    @pytest.mark.parametrize(
        "words", [{"currency": "USD"}, {"amount": Decimal("250000.01")}, {"charged": Decimal(1)}]
    )
    def test_what_a_gateway_says_of_another_sum_is_not_booked(self, words: dict[str, Any]) -> None:
        payment = hear(PaymentFactory(), **words)
        assert (payment.status, bool(payment.review_reason)) == ("pending", True)
        assert not Transfer.objects.exists()


@pytest.mark.django_db
class TestTwice:
    def test_two_halves_are_given_back_and_no_third(self) -> None:
        payment = hear(PaymentFactory(hold=None, amount=ALL))
        for _half in range(2):
            asked_back(payment, amount=ALL / 2)
        with pytest.raises(Conflict) as refusal:
            asked_back(payment, amount=Decimal("0.01"))
        assert refusal.value.code == "nothing_to_refund"

    def test_what_the_bank_takes_is_not_refunded_too(self) -> None:
        payment = hear(PaymentFactory(hold=None, amount=ALL))
        refund = asked_back(payment, amount=ALL)
        services.approve_refund(payment_id=payment.pk, refund_id=refund.pk, by=treasury())
        charge_back(payment)
        with pytest.raises(Conflict) as refusal:
            services.execute_refund(payment_id=payment.pk, refund_id=refund.pk, by=finance())
        assert refusal.value.code == "chargeback_open"
        assert not RefundSending.objects.exists()

    @pytest.mark.parametrize("name", ["telebirr", "chapa", "stripe"])
    def test_the_company_gives_a_refund_once_however_often_the_worker_is_told(
        self, name: str, companies: Companies
    ) -> None:
        company = companies.named(name)
        payment = boost(ListingFactory(), gateway=name)
        before = company.takings()
        company.pay(payment)
        services.settle_payment(
            payment_id=payment.pk, standing=standing_of(payment, fee=Decimal(0)), source="sweep"
        )
        refund = asked_back(payment, amount=Decimal("100.00"))
        services.approve_refund(payment_id=payment.pk, refund_id=refund.pk, by=treasury())
        services.execute_refund(payment_id=payment.pk, refund_id=refund.pk, by=finance())
        for _again in range(3):
            background.again(RefundSending, RefundSending.objects.values_list("pk", flat=True))
            work()
        assert company.takings()[0] - before[0] == payment.amount - Decimal("100.00")


def asked_back(payment: Payment, *, amount: Decimal) -> Refund:
    return services.request_refund(payment_id=payment.pk, by=finance(), amount=amount, reason="By mistake")


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(240)
class TestFiftyAtOnce:
    """Each with its control: without the lock of the row, the same question is answered wrongly."""

    def test_one_of_fifty_payments_of_a_deposit_begins(self) -> None:
        deposit_begun_once()

    def test_without_locks_several_begin(self) -> None:
        with no_row_locks(), pytest.raises(AssertionError, match="payments of one deposit"):
            deposit_begun_once(callers=SOME)

    def test_a_success_that_fifty_hear_of_is_booked_once(self) -> None:
        payment = PaymentFactory()
        answers = crowd(lambda _number: patient(lambda: _settled(payment)))
        assert set(answers) == {DONE}
        assert Transfer.objects.count() == 1
        assert hold_state(payment) == "held"

    def test_without_locks_the_ledgers_own_key_is_the_last_to_say_no(self) -> None:
        payment = PaymentFactory()
        with no_row_locks():
            answers = crowd(lambda _number: _settled(payment), callers=SOME)
        assert "IntegrityError" in answers
        assert Transfer.objects.count() == 1

    def test_one_of_fifty_refunds_of_all_is_asked_for(self) -> None:
        refunded_once()

    def test_without_locks_more_is_asked_back_than_was_paid(self) -> None:
        with no_row_locks(), pytest.raises(AssertionError, match="refunds of one payment"):
            refunded_once(callers=SOME)

    def test_one_of_fifty_payouts_of_all_that_is_owed_is_asked_for(self) -> None:
        paid_out_once()

    def test_without_locks_more_is_asked_for_than_is_owed(self) -> None:
        with no_row_locks(), pytest.raises(AssertionError, match="payouts of one balance"):
            paid_out_once(callers=SOME)
        Payout.objects.all().delete()  # the ledger's own proof has seen it, too

    def test_boosts_of_one_listing_that_are_paid_at_once_follow_each_other(self) -> None:
        boosted_one_after_the_other()

    def test_without_locks_they_run_beside_each_other(self) -> None:
        with no_row_locks(), pytest.raises(AssertionError, match="begin while others run"):
            boosted_one_after_the_other()


def deposit_begun_once(*, callers: int = CALLERS) -> None:
    deal = deal_in(DealState.DEPOSIT_DUE)
    asked = deposit_asked(deal, gateway="sandbox")
    crowd(lambda _number: services.start_payment(by=deal.buyer, asked=asked), callers=callers)
    many = Payment.objects.count()
    assert many == 1, f"{many} payments of one deposit"


def refunded_once(*, callers: int = CALLERS) -> None:
    payment, staff = hear(PaymentFactory(hold=None, amount=ALL)), finance()

    def ask(_number: int) -> None:
        services.request_refund(payment_id=payment.pk, by=staff, amount=None, reason="By mistake")

    crowd(ask, callers=callers)
    many = Refund.objects.count()
    assert many == 1, f"{many} refunds of one payment"


def paid_out_once(*, callers: int = CALLERS) -> None:
    account = owed_account(amount=Decimal("1000.00"))
    owed = owed_to(account.payee_id)
    crowd(
        lambda _number: services.request_payout(by=account.added_by, account_id=account.pk, amount=owed),
        callers=callers,
    )
    many = Payout.objects.count()
    assert many == 1, f"{many} payouts of one balance"


def boosted_one_after_the_other() -> None:
    listing = ListingFactory()
    asked = boost_asked(listing.pk, gateway="sandbox")
    payments = [services.start_payment(by=listing.owner, asked=asked) for _number in range(SOME)]
    answers = crowd(lambda number: patient(lambda: _settled(payments[number])), callers=SOME)
    assert set(answers) == {DONE}
    spans = Boost.objects.filter(state="active").order_by("starts_at").values_list("starts_at", "ends_at")
    early = [start for (_start, end), (start, _end) in pairwise(spans) if start < end]
    assert not early, f"{len(early)} begin while others run"


def hold_state(payment: Payment) -> str:
    payment.refresh_from_db()
    assert payment.hold is not None
    payment.hold.refresh_from_db()
    return payment.hold.state


def _settled(payment: Payment) -> Any:
    standing = standing_of(payment)
    return services.settle_payment(payment_id=payment.pk, standing=standing, source="sandbox") and None
