"""Refusals that only accounts has."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from key2key.common.errors import NotAllowed


class NotSignedIn(NotAllowed):
    """Who asks could not be established, or not far enough."""

    status = 401
    default_detail: ClassVar[Any] = _("Sign in first.")
