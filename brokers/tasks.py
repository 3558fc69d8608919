"""What the clock does to leads, viewings, offers and deals."""

from __future__ import annotations

from celery import shared_task

from brokers import services


@shared_task(name="brokers.tasks.advance_deals")
def advance_deals() -> None:
    """Let the clock act on deals whose time has come."""
    services.advance_due()


@shared_task(name="brokers.tasks.expire_offers")
def expire_offers() -> None:
    """End offers whose time is over."""
    services.expire_due()


@shared_task(name="brokers.tasks.watch_licences")
def watch_licences() -> None:
    """Warn of licences that end soon, and end those whose day is over."""
    services.watch_licences()


@shared_task(name="brokers.tasks.publish_reviews")
def publish_reviews() -> None:
    """Remind of reviews, and publish those whose time of waiting is over."""
    services.advance_reviews()


@shared_task(name="brokers.tasks.note_answers")
def note_answers() -> None:
    """Note the first answers to leads."""
    services.note_answers()


@shared_task(name="brokers.tasks.tell_response_times")
def tell_response_times() -> None:
    """Write down how long people usually wait for an answer."""
    services.tell_response_times()


@shared_task(name="brokers.tasks.remind_of_viewings")
def remind_of_viewings() -> None:
    """Remind of viewings a day ahead."""
    services.remind_of_viewings()


@shared_task(name="brokers.tasks.end_past_viewings")
def end_past_viewings() -> None:
    """End viewings whose time is over."""
    services.end_past_viewings()
