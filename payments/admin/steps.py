"""What pages have in common whose rows go through several hands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from key2key.common.staff_pages import Confirmation, ReasonForm, attempt, go, page_of
from payments.admin.common import MoneyPage


class EvidenceForm(Confirmation):
    """By which reference it was done."""

    reference = forms.CharField(
        label=_("Reference of the bank or keeper"), max_length=100, widget=UnfoldAdminTextInputWidget()
    )


class ReturnForm(EvidenceForm, ReasonForm):
    """Why it came back, and by which reference."""


class StepPage(MoneyPage):
    """Rows that are approved by some and carried out by others; a page offers what is possible now.

    `steps` names, for each action, where a row stands when it is possible; `stands` is the column.
    """

    steps: ClassVar[dict[str, frozenset[str]]]
    stands: ClassVar[str] = "status"

    def has_approve_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Who agrees that money leaves."""
        return self._has(request, right="approve")

    def has_execute_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Who has it leave."""
        return self._has(request, right="execute")

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what is possible now."""
        row = self.model._default_manager.filter(pk=object_id).first()
        now = getattr(row, self.stands, "")
        possible = {name for name, states in self.steps.items() if now in states}
        offered = super().get_actions_detail(request, object_id)
        return [each for each in offered if each.method.original_function_name in possible]

    def take(
        self, request: HttpRequest, object_id: str, deed: Callable[[UUID], Any], *, done: Any
    ) -> HttpResponse:
        """Do it, say how it went, and lead back to the row."""
        key = UUID(object_id)
        attempt(request, lambda: deed(key), done=done)
        return go(request, page_of(self.model, pk=key))

    def _has(self, request: HttpRequest, *, right: str) -> bool:
        return bool(request.user.has_perm(f"{self.opts.app_label}.{right}_{self.opts.model_name}"))


def asks(title: Any, *, says: Any, submit: Any, form: type[Confirmation] = Confirmation) -> dict[str, Any]:
    """The dialog of a step."""
    return {"title": title, "description": says, "form_class": form, "form_submit_text": submit}


def asks_why(title: Any, *, says: Any, submit: Any) -> dict[str, Any]:
    """The dialog of a step that wants a reason."""
    return asks(title, says=says, submit=submit, form=ReasonForm)
