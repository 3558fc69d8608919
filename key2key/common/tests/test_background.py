from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from key2key.common import background, housekeeping
from key2key.common.models import Event, EventDelivery, Work

State = Work.WorkState


def delivery(**fields) -> EventDelivery:
    event = Event.objects.create(name="tests.Happened", payload={})
    return EventDelivery.objects.create(event=event, receiver="tests.nobody", **fields)


def due_now(work: EventDelivery) -> None:
    EventDelivery.objects.filter(pk=work.pk).update(due_at=timezone.now() - timedelta(seconds=1))


@pytest.fixture
def handler(monkeypatch):
    """A kind of work whose handler the test chooses, in place of the product's own."""
    chosen = {"deed": lambda duty: None}

    def do(duty):
        chosen["deed"](duty)

    kind = background.Kind(EventDelivery, do)
    monkeypatch.setitem(background._kinds, "common.EventDelivery", kind)
    return chosen


@pytest.mark.django_db
def test_what_is_due_is_done_once_and_booked(handler):
    seen = []
    handler["deed"] = lambda duty: seen.append(duty.pk)
    work = delivery()
    assert background.perform(EventDelivery) == 1
    assert background.perform(EventDelivery) == 0
    work.refresh_from_db()
    assert (seen, work.work_state, work.attempts) == ([work.pk], State.DONE, 1)


@pytest.mark.django_db
def test_what_is_not_due_waits(handler):
    work = delivery(due_at=timezone.now() + timedelta(minutes=5))
    assert background.sweep() == 0
    work.refresh_from_db()
    assert work.work_state == State.QUEUED


@pytest.mark.django_db
def test_a_failure_is_tried_again_later_and_says_why(handler):
    def fail(duty):
        raise ValueError("no such street")

    handler["deed"] = fail
    work = delivery()
    background.perform(EventDelivery)
    work.refresh_from_db()
    assert (work.work_state, work.attempts) == (State.QUEUED, 1)
    assert work.due_at > timezone.now()
    assert "no such street" in work.last_error


@pytest.mark.django_db
def test_the_eighth_failure_parks_and_others_flow(handler):
    poison, good, seen = delivery(), delivery(), []

    def deed(duty):
        if duty.pk == poison.pk:
            raise ValueError("poison")
        seen.append(duty.pk)

    handler["deed"] = deed
    for _ in range(background.ATTEMPTS):
        due_now(poison)
        background.perform(EventDelivery)
    poison.refresh_from_db()
    assert (poison.work_state, poison.attempts, seen) == (State.PARKED, 8, [good.pk])
    due_now(poison)
    assert background.perform(EventDelivery) == 0, "parked work waits for a person"
    assert background.requeue(EventDelivery, [poison.pk]) == 1
    assert background.perform(EventDelivery) == 1


@pytest.mark.django_db
def test_a_worker_that_wakes_up_late_cannot_overwrite_its_successor(handler):
    work = delivery()
    (late,) = background.claim(EventDelivery, limit=1)
    due_now(work)  # its lease is over
    (successor,) = background.claim(EventDelivery, limit=1)
    background.finish(successor)
    with pytest.raises(background.LeaseLost):
        background.retry_later(late, error="too late")
    work.refresh_from_db()
    assert (work.work_state, work.last_error) == (State.DONE, "")


@pytest.mark.django_db
def test_a_handler_that_lost_its_lease_changes_nothing_more(handler):
    def slow(duty):
        EventDelivery.objects.filter(pk=duty.pk).update(lease=duty.lease + 1)

    handler["deed"] = slow
    work = delivery()
    background.perform(EventDelivery)
    work.refresh_from_db()
    assert work.work_state == State.RUNNING, "its new holder books the end"


@pytest.mark.django_db
def test_a_failed_handler_without_its_lease_books_nothing(handler):
    def slow_and_wrong(duty):
        EventDelivery.objects.filter(pk=duty.pk).update(lease=duty.lease + 1)
        raise ValueError("late and wrong")

    handler["deed"] = slow_and_wrong
    work = delivery()
    background.perform(EventDelivery)
    work.refresh_from_db()
    assert (work.work_state, work.last_error) == (State.RUNNING, "")


@pytest.mark.django_db(transaction=True)
def test_workers_beside_each_other_share_the_work(handler):
    for _ in range(60):
        delivery()

    def claim(_):
        try:
            return [duty.pk for duty in background.claim(EventDelivery, limit=10)]
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        claimed = [pk for batch in pool.map(claim, range(6)) for pk in batch]
    assert len(claimed) == len(set(claimed)) == 60


@pytest.mark.django_db
def test_old_rows_are_forgotten_and_young_ones_kept():
    old = delivery(work_state=State.DONE, due_at=timezone.now() - timedelta(days=31))
    young = delivery(work_state=State.DONE)
    parked = delivery(work_state=State.PARKED, due_at=timezone.now() - timedelta(days=31))
    housekeeping.forget_old_rows()
    assert set(EventDelivery.objects.values_list("pk", flat=True)) == {young.pk, parked.pk}
    assert not EventDelivery.objects.filter(pk=old.pk).exists()


@pytest.mark.django_db
def test_the_lag_is_the_age_of_the_oldest_duty():
    assert background.lag_seconds() == 0
    delivery(due_at=timezone.now() - timedelta(seconds=90))
    assert 85 < background.lag_seconds() < 120
    background.measure()


@pytest.mark.django_db(transaction=True)
def test_a_wake_up_leaves_only_after_the_commit(celery_messages):
    with transaction.atomic():
        background.wake("tests.tasks.now")
        assert celery_messages() == []
    assert celery_messages() == ["tests.tasks.now"]


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_the_row_is_still_written(settings, broken_broker):
    with transaction.atomic():
        work = delivery()
        background.wake("tests.tasks.now")
    assert EventDelivery.objects.get(pk=work.pk).work_state == State.QUEUED


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_hangs_costs_a_moment_and_no_row(own_broker):
    background.wake("tests.tasks.before")
    own_broker.hang()
    began = time.monotonic()
    with transaction.atomic():
        work = delivery()
        background.wake("tests.tasks.now")
    assert time.monotonic() - began < 3
    assert EventDelivery.objects.get(pk=work.pk).work_state == State.QUEUED
    own_broker.go_on()
    background.wake("tests.tasks.after")
    assert own_broker.messages >= 2, "it is used again as soon as it answers"


@pytest.mark.django_db
def test_work_that_kills_its_workers_is_parked_after_the_eighth(handler):
    poison, good, seen = delivery(), delivery(), []
    handler["deed"] = lambda duty: seen.append(duty.pk)
    EventDelivery.objects.filter(pk=good.pk).update(due_at=timezone.now() + timedelta(minutes=5))
    for _ in range(background.ATTEMPTS):
        assert background.claim(EventDelivery, limit=20), "its worker died: nobody books an end"
        due_now(poison)
    assert background.claim(EventDelivery, limit=20) == []
    due_now(good)
    assert background.perform(EventDelivery) == 1
    poison.refresh_from_db()
    assert (poison.work_state, poison.attempts, seen) == (State.PARKED, 8, [good.pk])
    assert poison.last_error
    assert background.requeue(EventDelivery, [poison.pk]) == 1
    assert background.perform(EventDelivery) == 1


@pytest.mark.django_db
def test_the_eighth_attempt_is_left_alone_while_its_lease_runs(handler):
    work = delivery(attempts=background.ATTEMPTS - 1)
    (held,) = background.claim(EventDelivery, limit=1)
    assert background.perform(EventDelivery) == 0
    background.finish(held)
    work.refresh_from_db()
    assert work.work_state == State.DONE


@pytest.mark.django_db
def test_what_waits_behind_a_slow_duty_is_free_for_other_workers(handler):
    first, second = delivery(), delivery()
    taken_by_another = []

    def slow(duty):
        if duty.pk == first.pk:
            taken_by_another.extend(other.pk for other in background.claim(EventDelivery, limit=20))

    handler["deed"] = slow
    assert background.perform(EventDelivery) == 1
    assert taken_by_another == [second.pk]


@pytest.mark.django_db
def test_rows_are_deleted_in_batches(django_assert_max_num_queries):
    for _ in range(5):
        delivery(work_state=State.DONE)
    kept = delivery()
    done = EventDelivery.objects.filter(work_state=State.DONE)
    with CaptureQueriesContext(connection) as captured:
        assert housekeeping.delete_in_batches(done, size=2) == 5
    deletions = [query for query in captured if query["sql"].startswith("DELETE")]
    assert len(deletions) == 3
    assert list(EventDelivery.objects.all()) == [kept]
