from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BrokersConfig(AppConfig):
    """Professionals: profile, licence, agency, leads, viewings, offers, deals."""

    name = "brokers"
    verbose_name = _("Brokers")
