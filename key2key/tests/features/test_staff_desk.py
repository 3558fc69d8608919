from __future__ import annotations

import pytest
from django.db import ProgrammingError, transaction

from accounts.tests.desk import at_desk
from key2key.common.models import AuditEntry
from key2key.tests.features.market import API, Desk, Person
from listings.models import Listing

pytestmark = pytest.mark.django_db


def test_adm_3_the_audit_log_says_who_did_what_to_what_and_how_it_was_before(
    seller: Person, desk: Desk
) -> None:
    home = seller.draft("properties")["id"]
    seller.step(home, "submit")
    desk.reject(home, words="These are photos of another home.")

    entry = AuditEntry.objects.get(action="listing.reject")
    moderator = desk.browser.user
    assert (entry.actor_id, entry.subject_type, entry.subject_id) == (moderator.pk, "listings.listing", home)
    assert entry.request_id
    admin = Desk(at_desk("admin"))
    page = admin.page(f"/admin/common/auditentry/{entry.pk}/change/")
    for told in (moderator.full_name, "listing.reject", home, entry.reason, "pending_review", "rejected"):
        assert told in page, told
    assert "listing.reject" in admin.page(f"/admin/common/auditentry/?q={home}")
    own = AuditEntry.objects.get(action="listing.submit")
    assert own.actor_id == seller.user.pk


def test_adm_3_nobody_edits_the_audit_log(seller: Person) -> None:
    home = seller.draft("properties")["id"]
    seller.step(home, "submit")
    entry = AuditEntry.objects.get(action="listing.submit")
    address = f"/admin/common/auditentry/{entry.pk}"
    for group in ("admin", "moderator"):
        browser = at_desk(group)
        browser.post(f"{address}/change/", {"reason": "forged", "action": "nothing"})
        browser.post(f"{address}/delete/", {"post": "yes"})
        browser.post("/admin/common/auditentry/add/", {"action": "forged"})
    assert AuditEntry.objects.filter(action="listing.submit").get().reason == entry.reason
    assert not AuditEntry.objects.filter(action="forged").exists()
    for forge in (lambda log: log.update(reason="forged"), lambda log: log._raw_delete("default")):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            forge(AuditEntry.objects.filter(pk=entry.pk))
    history = Listing.history.rel.related_model
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        history.objects.update(title="forged")


def test_plt_3_saving_returns_warnings_beside_the_saved(seller: Person) -> None:
    doubtful = {
        "vin": "1HGCM82633A004353",  # the check digit of this one would be 2
        "mileage_km": 1_500_000,
        "description": "Call 0911 22 33 44 for more.",
    }
    saved = seller.draft("vehicles", **doubtful)
    assert {(notice["pointer"], notice["code"]) for notice in saved["warnings"]} == {
        ("/vin", "vin_check_digit"),
        ("/mileage_km", "mileage_unusual"),
        ("/description", "contact_removed"),
    }
    assert all(notice["detail"] for notice in saved["warnings"])
    assert "0911" not in saved["description"]
    better = {"mileage_km": 120_000, "vin": "1HGCM82633A004352", "description": "One owner."}
    answer = seller.client.patch(f"{API}/vehicles/{saved['id']}", better)
    assert (answer.status_code, answer.json()["warnings"]) == (200, [])
    assert seller.step(saved["id"], "submit").status_code == 200
