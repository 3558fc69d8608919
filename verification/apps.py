from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VerificationConfig(AppConfig):
    """Whom to trust: people, brokers, listings."""

    name = "verification"
    verbose_name = _("Verification")

    def ready(self) -> None:
        from key2key.common import plugins
        from verification import evidence, privacy, work
        from verification.management import seeding
        from verification.permissions import WHO_MAY

        plugins.who_may.register("verification", WHO_MAY)
        privacy.register_parts()
        plugins.home_counters.register("verification", work.COUNTER)
        plugins.evidence_panels.register("verification", evidence.CASES)
        plugins.seed_steps.register("verification", plugins.SeedStep(seeding.ORDER, seeding.sow))
