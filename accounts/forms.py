"""What the mailed links ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class PasswordForm(forms.Form):
    """A new password."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
    )

    def refuse(self, faults: Any) -> None:
        """Show what a rule found wrong, beside its field."""
        for fault in faults:
            self.add_error(fault.pointer.lstrip("/") or None, str(fault.detail))


class EnrolmentForm(PasswordForm):
    """A new password, and the code that proves that the authenticator app has the secret."""

    code = forms.CharField(
        label=_("Code of the authenticator app"),
        max_length=6,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
