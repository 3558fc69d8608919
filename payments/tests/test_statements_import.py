"""Taking statements in: whole or not at all, each file and each line once."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.tests.factories import StaffFactory
from accounts.tests.parallel import at_once
from key2key.common.errors import Conflict, InvalidInput, NotAllowed
from payments import services
from payments.models import (
    Payment,
    Statement,
    StatementLine,
    Transfer,
)
from payments.tests.factories import HoldFactory
from payments.tests.paying import pay
from payments.tests.statement_files import file_of, sheet, take_in, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _the_ledger_adds_up() -> Iterator[None]:
    yield
    assert services.ledger_faults() == []


@pytest.fixture
def paid() -> Payment:
    return pay(HoldFactory(amount=Decimal("1000.00")))


def test_the_same_file_is_taken_in_once(paid: Payment) -> None:
    take_in(told(paid))
    with pytest.raises(Conflict) as refusal:
        take_in(told(paid))
    assert refusal.value.code == "statement_known"
    assert (Statement.objects.count(), StatementLine.objects.count()) == (1, 1)


def test_one_file_is_not_taken_in_again_under_another_name_of_its_account(paid: Payment) -> None:
    take_in(told(paid), account="Main")
    with pytest.raises(Conflict) as refusal:
        take_in(told(paid), account="main")
    assert refusal.value.code == "statement_known"
    with pytest.raises(InvalidInput) as mistake:
        take_in(told(paid), told(number="t2", gross="7.00", reference="?"), account="main")
    assert mistake.value.code == "statement_malformed"
    assert "(Main)" in str(mistake.value.faults[0].detail)
    assert (Statement.objects.count(), StatementLine.objects.count()) == (1, 1)


def test_a_line_of_an_earlier_statement_is_not_taken_in_again(paid: Payment) -> None:
    take_in(told(paid))
    done = take_in(told(paid), told(number="t2", gross="7.00", reference="?"))
    assert (done.new, done.known, StatementLine.objects.count()) == (1, 1, 2)


def test_a_line_that_changed_since_refuses_the_whole_file(paid: Payment) -> None:
    take_in(told(paid))
    with pytest.raises(InvalidInput) as refusal:
        take_in(told(paid, gross="1001.00"), told(number="t2", gross="7.00", reference="?"))
    assert refusal.value.code == "statement_malformed"
    assert "told otherwise before" in str(refusal.value.faults[0].detail)
    assert (Statement.objects.count(), StatementLine.objects.count()) == (1, 1)


def test_with_one_malformed_line_nothing_is_written(paid: Payment) -> None:
    with pytest.raises(InvalidInput) as refusal:
        take_in(told(paid), told(paid, number="t2", net="1.00"))
    assert refusal.value.faults[0].pointer == "/lines/3"
    assert not Statement.objects.exists()
    assert not StatementLine.objects.exists()


def test_trying_reads_and_writes_nothing(paid: Payment) -> None:
    done = services.try_statement(file_of(told(paid)))
    assert (done.new, done.statement) == (1, None)
    assert not Statement.objects.exists()


def test_a_line_outside_the_days_of_the_statement_is_a_mistake(paid: Payment) -> None:
    from datetime import timedelta

    from key2key.common import clock

    yesterday = clock.today() - timedelta(days=1)
    with pytest.raises(InvalidInput):
        take_in(told(paid), first_day=yesterday, last_day=yesterday)
    assert take_in(told(paid), first_day=yesterday).statement is not None
    assert Statement.objects.get().first_day == yesterday


@pytest.mark.parametrize("group", ["support", "moderator", "treasury"])
def test_only_finance_takes_statements_in(group: str, paid: Payment) -> None:
    with pytest.raises(NotAllowed):
        services.import_statement(file_of(told(paid)), by=StaffFactory(groups=[group]))
    assert not Statement.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_file_handed_in_by_many_at_once_is_one_statement() -> None:
    payment = pay(HoldFactory(amount=Decimal("1000.00")))
    file = file_of(told(payment, fee="25.00"))

    def one(_number: int) -> bool:
        try:
            services.import_statement(file, by=None)
        except Conflict:
            return False
        return True

    assert sum(at_once(6, one)) == 1
    assert Transfer.objects.filter(cause="gateway_fee").count() == 1


class TestCommand:
    def run(self, path: Path, *more: str) -> str:
        out = StringIO()
        call_command(
            "import_statement", "--gateway", "sandbox", *more, str(path), stdout=out, stderr=StringIO()
        )
        return out.getvalue()

    def test_it_tries_and_takes_in(self, tmp_path: Path, paid: Payment) -> None:
        path = tmp_path / "day.csv"
        path.write_bytes(file_of(told(paid)).body)
        assert "1 new lines" in self.run(path, "--dry-run")
        assert not Statement.objects.exists()
        assert "1 matched" in self.run(path)
        with pytest.raises(CommandError, match="imported before"):
            self.run(path)

    def test_it_names_what_is_wrong(self, tmp_path: Path) -> None:
        path = tmp_path / "day.csv"
        path.write_bytes(sheet("a,b", ["1,2"]))
        with pytest.raises(CommandError, match="Nothing was written"):
            self.run(path)
        with pytest.raises(CommandError, match="no file"):
            self.run(tmp_path / "other.csv")
