from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VerificationConfig(AppConfig):
    """Whom to trust: people, brokers, listings."""

    name = "verification"
    verbose_name = _("Verification")
