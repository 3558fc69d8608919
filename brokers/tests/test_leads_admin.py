"""Leads and viewings for staff: to look at, not to change."""

from __future__ import annotations

import pytest

from accounts.tests.desk import ADMIN, at_desk
from brokers.models import Lead, LeadNote, Viewing
from brokers.tests.factories import LeadFactory, ViewingFactory

pytestmark = pytest.mark.django_db


def test_support_looks_at_leads_and_viewings_but_not_at_notes() -> None:
    lead = LeadFactory(stage="lost", lost_reason="Too dear")
    viewing = ViewingFactory(listing=lead.listing, buyer=lead.buyer)
    LeadNote.objects.create(lead=lead, author=lead.owner, text="Her husband decides")
    support = at_desk("support")
    for page, row in (("lead", lead), ("viewing", viewing)):
        rows = support.get(f"{ADMIN}brokers/{page}/").content.decode()
        shown = support.get(f"{ADMIN}brokers/{page}/{row.pk}/change/").content.decode()
        assert lead.listing.title in rows
        assert lead.listing.title in shown
        assert "Her husband decides" not in shown
    assert "Too dear" in support.get(f"{ADMIN}brokers/lead/{lead.pk}/change/").content.decode()


@pytest.mark.parametrize("page", ["lead", "viewing"])
def test_nobody_writes_them_here(page: str) -> None:
    row = LeadFactory() if page == "lead" else ViewingFactory()
    admin = at_desk("admin")
    answers = [
        admin.post(f"{ADMIN}brokers/{page}/add/"),
        admin.post(f"{ADMIN}brokers/{page}/{row.pk}/change/", {"stage": "spam", "state": "done"}),
        admin.post(f"{ADMIN}brokers/{page}/{row.pk}/delete/", {"post": "yes"}),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    stages, states = (
        Lead.objects.values_list("stage", flat=True),
        Viewing.objects.values_list("state", flat=True),
    )
    left = [*stages, *states]
    assert left == ["new" if page == "lead" else "requested"]


@pytest.mark.parametrize("page", ["lead", "viewing"])
def test_who_has_nothing_to_do_with_the_market_sees_neither(page: str) -> None:
    assert at_desk("content").get(f"{ADMIN}brokers/{page}/").status_code == 403
