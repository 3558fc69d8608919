"""What verification can say, in the admin, about people and listings."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from key2key.common.plugins import EvidencePanel, Panel
from key2key.common.staff_pages import link, page_of
from verification.models import Case

SHOWN = 20
LISTING = "listings.listing"  # by its label: a leaf knows no model of another app


def _cases_about(row: Any) -> Panel | None:
    rows = _cases(row)
    if rows is None:
        return None
    return Panel(
        title=_("Verification"),
        headers=[_("Kind"), _("State"), _("Submitted"), _("Decided"), _("Valid until")],
        rows=[
            [
                link(case.get_kind_display(), url=page_of(Case, pk=case.pk)),
                case.get_state_display(),
                f"{case.submitted_at:%F}" if case.submitted_at else "–",
                f"{case.decided_at:%F}" if case.decided_at else "–",
                f"{case.valid_until:%F}" if case.valid_until else "–",
            ]
            for case in rows[:SHOWN]
        ],
    )


def _cases(row: Any) -> QuerySet[Case] | None:
    if isinstance(row, get_user_model()):
        return Case.objects.filter(user=row)
    if row._meta.label_lower == LISTING:
        return Case.objects.filter(subject=row.pk)
    return None


CASES = EvidencePanel(permission="verification.view_case", read=_cases_about)
