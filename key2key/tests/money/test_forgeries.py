"""Twenty forgeries for each payment company, and lies that are rightly signed: none is believed (SC-20)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from key2key.tests.money.companies import Companies, Company
from key2key.tests.money.forging import FORGERIES
from key2key.tests.money.shopping import boost
from key2key.tests.money.telling import post, sweep, work
from key2key.tests.test_who_may import snapshot
from key2key.tests.test_worker import ROOT, environment
from listings.tests.factories import ListingFactory
from payments import services
from payments.models import Boost, Transfer, WebhookDelivery

pytestmark = pytest.mark.django_db
NAMES = ["telebirr", "chapa", "stripe"]
Lie = Callable[[Any, str], None]


@pytest.mark.parametrize("name", NAMES)
def test_what_the_company_did_not_sign_is_refused_and_not_even_kept(name: str, companies: Companies) -> None:
    company = companies.named(name)
    payment = boost(ListingFactory(), gateway=name)
    company.pay(payment)
    (*_others, true), before = company.news_of(payment), snapshot()

    answers = {how: post(company, forge(true)) for how, forge in FORGERIES[name].items()}

    assert {how: status for how, status in answers.items() if status not in {400, 401}} == {}
    assert len(answers) >= 20
    assert snapshot() == before
    assert post(company, true) == 200, "the control: what it did sign is taken, at the same door"
    after = snapshot()
    assert [table for table in before if before[table] != after[table]] == ["payments_webhookdelivery"]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_again_later_changes_nothing(name: str, companies: Companies) -> None:
    company = companies.named(name)
    payment = boost(ListingFactory(), gateway=name)
    company.pay(payment)
    news = company.news_of(payment)
    assert {post(company, sent) for sent in news} == {200}
    work()
    assert Boost.objects.get(payment=payment).state == "active"
    before = snapshot()
    assert {post(company, sent) for sent in news * 3} == {200}
    work()
    assert snapshot() == before


def says(**words: Any) -> Lie:
    """The company's books say something else of the order that is paid then."""

    def lie(standin: Any, reference: str) -> None:
        order = standin.orders[reference]
        for name, value in words.items():
            if isinstance(order, dict):
                order[name] = value
            else:
                setattr(order, name, value)
        standin.pay(reference)

    return lie


def answers(kind: str) -> Lie:
    """Telebirr's answer to us is rightly signed and says something else."""

    def lie(standin: Any, reference: str) -> None:
        standin.pay(reference)
        standin.misbehave(*[kind] * 20, route="merchant/queryOrder")

    return lie


def unpaid_chapa(standin: Any, reference: str) -> None:
    standin.orders[reference].events.append(("charge.success", "success"))


def unpaid_telebirr(standin: Any, reference: str) -> None:
    standin.orders[reference].events.append("Completed")


def unpaid_stripe(standin: Any, reference: str) -> None:
    session = standin.orders[reference]
    standin._tell(session, "checkout.session.completed", {**session, "payment_status": "paid"})


def real_chapa(standin: Any, reference: str) -> None:
    standin.pay(reference)
    standin.mode = "live"


def other_meta(standin: Any, reference: str) -> None:
    standin.orders[reference].words["meta"] = {"merchant": "somebody-else"}
    standin.pay(reference)


def other_account(standin: Any, reference: str) -> None:
    standin.orders[reference]["metadata"] = {"merchant": "acct_SOMEBODY"}
    standin.pay(reference)


# What the company signs and should not, and what a person finds who looks: "" where nobody has to.
LIES: list[tuple[str, str, Lie, str]] = [
    ("telebirr", "paid, though nobody did", unpaid_telebirr, ""),
    ("telebirr", "a lower amount", answers("wrong_amount"), "other_amount"),
    ("telebirr", "another currency", answers("wrong_currency"), "other_currency"),
    ("telebirr", "another merchant", answers("other_merchant"), "other_merchant"),
    ("telebirr", "another order", answers("other_order"), ""),
    ("telebirr", "an answer by somebody else", answers("wrong_key"), ""),
    ("telebirr", "an answer by nobody", answers("unsigned"), ""),
    ("chapa", "paid, though nobody did", unpaid_chapa, ""),
    ("chapa", "a lower amount", says(amount=1), "other_amount"),
    ("chapa", "another currency", says(currency="USD"), "other_currency"),
    ("chapa", "another merchant", other_meta, "other_merchant"),
    ("chapa", "the other kind of money", real_chapa, "other_mode"),
    ("stripe", "paid, though nobody did", unpaid_stripe, ""),
    ("stripe", "a lower amount", says(amount_total=100), "other_amount"),
    ("stripe", "another currency", says(currency="usd"), "other_currency"),
    ("stripe", "another merchant", other_account, "other_merchant"),
    ("stripe", "the other kind of money", says(livemode=True), "other_mode"),
]


@pytest.mark.parametrize(
    "name, lie, tell, found", LIES, ids=lambda part: part if isinstance(part, str) else ""
)
def test_what_is_signed_is_a_hint_and_what_does_not_match_is_not_believed(
    name: str, lie: str, tell: Lie, found: str, companies: Companies
) -> None:
    company = companies.named(name)
    payment = boost(ListingFactory(), gateway=name)
    try:
        tell(company.standin, payment.order_reference)
        assert post(company, company.news_of(payment)[-1]) == 200
        work()
        sweep()
    finally:
        make_honest(company)
    payment.refresh_from_db()
    assert (payment.status, payment.review_reason) == ("pending", found)
    assert not Transfer.objects.exists()
    assert Boost.objects.get(payment=payment).state == "waiting"
    assert services.ledger_faults() == []
    parked = WebhookDelivery.objects.filter(work_state="parked").exists()
    assert parked == bool(found), "a person looks at what does not match"


def make_honest(company: Company) -> None:
    """Other tests use it, too."""
    if company.name == "telebirr":
        company.standin._faults.clear()
    elif company.name == "chapa":
        company.standin.mode = "test"


NEEDED = {
    "telebirr": ("TELEBIRR_PUBLIC_KEY", ""),
    "chapa": ("CHAPA_WEBHOOK_SECRET", ""),
    "stripe": ("STRIPE_WEBHOOK_SECRETS", []),
}


@pytest.mark.parametrize("name", NAMES)
def test_without_the_secret_the_start_is_refused(name: str, companies: Companies, settings: Any) -> None:
    setting, nothing = NEEDED[name]
    assert complaints_about(setting) == []
    setattr(settings, setting, nothing)
    assert len(complaints_about(setting)) == 1


def complaints_about(setting: str) -> list[str]:
    said = [f"{found.msg} {found.hint}" for found in run_checks() if found.is_serious()]
    return [one for one in said if setting.removesuffix("S") in one]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_server_without_the_secrets_does_not_start(companies: Companies, tmp_path: Path) -> None:
    known = {**companies.environment(), "STRIPE_CURRENCIES": "USD", "PAYMENT_GATEWAYS": ",".join(NAMES)}
    missing = ["TELEBIRR_PUBLIC_KEY", "CHAPA_WEBHOOK_SECRET", "STRIPE_WEBHOOK_SECRET"]

    def started(**other: str) -> subprocess.CompletedProcess[str]:
        words = {**environment(tmp_path), **known, **other}
        starting = [sys.executable, "-c", "import key2key.asgi"]
        return subprocess.run(starting, cwd=ROOT, env=words, capture_output=True, text=True, check=False)

    refused = started(**dict.fromkeys(missing, ""))
    assert refused.returncode != 0
    assert [name for name in missing if name not in refused.stderr] == []
    assert started().returncode == 0, "the control: with them it does"


def test_every_company_has_its_twenty() -> None:
    assert {name: len(FORGERIES[name]) >= 20 for name in NAMES} == dict.fromkeys(NAMES, True)
