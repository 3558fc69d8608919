from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    """What happened, in figures."""

    name = "analytics"
    verbose_name = _("Analytics")

    def ready(self) -> None:
        from analytics import privacy, receivers  # noqa: F401
        from analytics.management import seeding
        from analytics.permissions import WHO_MAY
        from key2key.common import plugins

        plugins.who_may.register("analytics", WHO_MAY)
        privacy.register_parts()
        plugins.seed_steps.register("analytics", plugins.SeedStep(seeding.ORDER, seeding.sow))
