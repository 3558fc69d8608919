from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    """What happens on the platform, counted; hears everybody, nobody imports it."""

    name = "analytics"
    verbose_name = _("Analytics")
