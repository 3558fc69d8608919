from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BrokersConfig(AppConfig):
    """Professionals: profile, licence, agency, leads, viewings, offers, deals."""

    name = "brokers"
    verbose_name = _("Brokers")

    def ready(self) -> None:
        from brokers import deal_queue, privacy, profile_queue, receivers, selectors, services  # noqa: F401
        from brokers.management import seeding
        from brokers.permissions import WHO_MAY
        from key2key.common import plugins

        plugins.who_may.register("brokers", WHO_MAY)
        plugins.payable_targets.register(services.DEAL_DEPOSIT.name, services.DEAL_DEPOSIT)
        deal_queue.register_counters()
        profile_queue.register_counters()
        privacy.register_parts()
        plugins.seed_steps.register(
            "profiles", plugins.SeedStep(seeding.PROFILES_ORDER, seeding.sow_profiles)
        )
        plugins.seed_steps.register("leads", plugins.SeedStep(seeding.LEADS_ORDER, seeding.sow_leads))
        plugins.seed_steps.register("deals", plugins.SeedStep(seeding.DEALS_ORDER, seeding.sow_deals))
