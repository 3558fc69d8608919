from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    """Conversations between the two sides of a deal."""

    name = "chat"
    verbose_name = _("Chat")

    def ready(self) -> None:
        from chat import privacy, receivers, report_queue, services  # noqa: F401
        from chat.management import seeding
        from chat.models import Nudge
        from chat.permissions import WHO_MAY
        from key2key.common import background, plugins

        background.register(Nudge, services.nudge)
        plugins.who_may.register("chat", WHO_MAY)
        privacy.register_parts()
        plugins.home_counters.register("reports", report_queue.COUNTER)
        plugins.seed_steps.register("chat", plugins.SeedStep(seeding.ORDER, seeding.sow))
