"""What staff and the clock decide, and what follows from it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from accounts.tests.desk import at_desk, said
from accounts.tests.factories import StaffFactory, UserFactory
from accounts.tests.parallel import at_once
from brokers.enums import LicenceState
from brokers.models import Licence
from key2key.common import clock
from key2key.common.errors import Conflict, InvalidInput, NotAllowed
from key2key.common.models import AuditEntry
from key2key.common.plugins import privacy
from listings.models import Seller
from notifications.models import Notification
from verification import services
from verification.enums import CaseKind, CaseState
from verification.models import Case, Document, DocumentView
from verification.tests.factories import CaseFactory, attach, submitted_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def checker() -> User:
    made: User = StaffFactory(groups=["kyc"])
    return made


def news(user: User) -> set[str]:
    return set(Notification.objects.filter(user=user).values_list("kind", flat=True))


def test_an_approved_identity_gives_the_badge_and_revoking_takes_it(checker: User) -> None:
    case = submitted_case()
    services.approve(case_id=case.pk, by=checker)
    case.user.refresh_from_db()
    assert (case.user.identity_verified, Seller.objects.get(user=case.user).verified) == (True, True)
    assert news(case.user) == {"verification_approved"}
    assert AuditEntry.objects.filter(action="case.approve", actor=checker, subject_id=str(case.pk)).exists()

    services.revoke(case_id=case.pk, by=checker, reason="The document was borrowed")
    case.user.refresh_from_db()
    assert (case.user.identity_verified, Seller.objects.get(user=case.user).verified) == (False, False)
    assert "verification_rejected" in news(case.user)


def test_an_approved_licence_is_confirmed_and_its_case_ends_with_it(checker: User) -> None:
    case = submitted_case(kind=CaseKind.BROKER_LICENCE)
    services.approve(case_id=case.pk, by=checker)
    licence = Licence.objects.get(broker__user=case.user)
    assert (licence.state, licence.number, licence.expires_on) == (
        LicenceState.CONFIRMED,
        "ET-4711",
        date(2031, 12, 31),
    )
    case.refresh_from_db()
    assert case.valid_until == licence.expires_on
    with clock.advanced(timedelta(days=365 * 6)):
        assert (services.expire_due(), services.expire_due()) == (1, 0)
    case.refresh_from_db()
    assert case.state == CaseState.EXPIRED
    assert "verification_expired" in news(case.user)


def test_a_licence_that_somebody_else_holds_is_not_confirmed_twice(checker: User) -> None:
    first, second = (submitted_case(kind=CaseKind.BROKER_LICENCE) for _ in range(2))
    services.approve(case_id=first.pk, by=checker)
    with pytest.raises(Conflict, match="licence_taken"):
        services.approve(case_id=second.pk, by=checker)
    second.refresh_from_db()
    assert second.state == CaseState.SUBMITTED
    assert not news(second.user)


def test_what_is_sent_back_is_mended_and_sent_in_again(checker: User) -> None:
    case = submitted_case()
    services.start_review(case_id=case.pk, by=checker)
    services.request_revision(case_id=case.pk, by=checker, reason="The picture is dark")
    assert news(case.user) == {"verification_needs_revision"}
    attach(case, "passport")
    again = services.submit_case(case_id=case.pk, by=case.user)
    assert (again.state, again.reason) == (CaseState.SUBMITTED, "")


def test_a_refusal_needs_a_reason(checker: User) -> None:
    case = submitted_case()
    for rule in (services.request_revision, services.reject):
        with pytest.raises(InvalidInput):
            rule(case_id=case.pk, by=checker, reason="  ")
    case.refresh_from_db()
    assert (case.state, news(case.user)) == (CaseState.SUBMITTED, set())


def test_nobody_decides_about_themselves() -> None:
    judge = StaffFactory(groups=["kyc"])
    case = submitted_case(judge)
    for rule, words in ((services.approve, {}), (services.reject, {"reason": "no"})):
        with pytest.raises(NotAllowed, match="own_case"):
            rule(case_id=case.pk, by=judge, **words)  # type: ignore[operator]
    case.refresh_from_db()
    assert case.state == CaseState.SUBMITTED


@pytest.mark.parametrize("state", sorted(set(CaseState) - {CaseState.SUBMITTED, CaseState.IN_REVIEW}))
def test_only_what_waits_is_approved(checker: User, state: str) -> None:
    case = CaseFactory(state=state)
    with pytest.raises(Conflict, match="illegal_transition"):
        services.approve(case_id=case.pk, by=checker)
    case.refresh_from_db()
    assert case.state == state


@pytest.mark.django_db(transaction=True)
def test_of_fifty_approvals_at_once_one_counts(checker: User) -> None:
    case = submitted_case()

    def approve(_: int) -> str:
        try:
            services.approve(case_id=case.pk, by=checker)
        except Conflict as refusal:
            return refusal.code
        return "approved"

    outcomes = at_once(50, approve)
    assert sorted(set(outcomes)) == ["approved", "illegal_transition"]
    assert outcomes.count("approved") == 1
    assert Notification.objects.filter(kind="verification_approved", channel="in_app").count() == 1


def test_documents_of_decided_cases_are_deleted_after_their_time(checker: User, vault: Path) -> None:
    case, waiting = submitted_case(), submitted_case()
    services.reject(case_id=case.pk, by=checker, reason="Not readable")
    assert services.forget_documents() == 0
    with clock.advanced(timedelta(days=366)):
        assert services.forget_documents() == 2
    assert not case.documents.filter(deleted_at__isnull=True).exists()
    assert waiting.documents.filter(deleted_at__isnull=True).count() == 2
    kept = {str(path.relative_to(vault)) for path in vault.rglob("*") if path.is_file()}
    assert kept == set(waiting.documents.values_list("storage_key", flat=True))


class TestAtTheDesk:
    """Whoever checks papers does so in the admin."""

    def page(self, case: Case, model: str = "queuedcase") -> str:
        return f"/admin/verification/{model}/{case.pk}/change/"

    def act(self, client: Any, case: Case, action: str, **form: str) -> Any:
        path = f"/admin/verification/queuedcase/{case.pk}/{action}/"
        return client.post(path, {"_form_submitted": "true", **form})

    def test_the_queue_shows_what_waits_and_the_page_its_documents(self) -> None:
        client, case = at_desk("kyc"), submitted_case()
        CaseFactory()
        listing = client.get("/admin/verification/queuedcase/").content.decode()
        assert listing.count("/admin/verification/queuedcase/0") == 1 or str(case.pk) in listing
        page = client.get(self.page(case)).content.decode()
        pictures = [part.split('"')[0] for part in page.split('<img class="k2k-document" src="')[1:]]
        assert len(pictures) == 2
        shown = client.get(pictures[0])
        assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
        assert DocumentView.objects.get().viewer == client.user
        assert at_desk("kyc").get(pictures[0]).status_code == 404

    @pytest.mark.parametrize("group", ["support", "moderator", "finance", "content"])
    def test_other_staff_see_neither_case_nor_document(self, group: str) -> None:
        client, case = at_desk(group), submitted_case()
        assert client.get(self.page(case)).status_code == 403
        assert client.get(f"/admin/verification/queuedcase/document/{'x' * 20}/").status_code == 403
        assert not DocumentView.objects.exists()

    def test_decisions_are_made_there(self) -> None:
        client, good, bad = at_desk("kyc"), submitted_case(), submitted_case()
        self.act(client, good, "approve")
        self.act(client, bad, "reject", stock="altered", words="")
        good.refresh_from_db()
        bad.refresh_from_db()
        assert (good.state, good.decided_by) == (CaseState.APPROVED, client.user)
        assert (bad.state, bad.reason) == (CaseState.REJECTED, "The document looks altered.")
        own = submitted_case(client.user)
        assert "not possible" not in said(self.act(client, own, "approve"))
        own.refresh_from_db()
        assert own.state == CaseState.SUBMITTED


def test_an_erased_persons_documents_are_gone(vault: Path) -> None:
    case = submitted_case(UserFactory())
    dict(privacy)["verification.document"].erase(case.user)
    dict(privacy)["verification.case"].erase(case.user)
    services.wipe_deleted()
    assert not [path for path in vault.rglob("*") if path.is_file()]
    assert not Document.objects.exclude(sealed_key="").exists()
