from django.apps import AppConfig


class CommonConfig(AppConfig):
    """The floor: what every app stands on."""

    name = "key2key.common"
    label = "common"
    verbose_name = "Foundation"

    def ready(self) -> None:
        from key2key.common import (  # noqa: F401
            background,
            checks,
            events,
            health,
            models,
            privacy,
            settings_log,
            work_queue,
        )
        from key2key.common.plugins import home_counters

        background.register(models.EventDelivery, events.deliver)
        health.register_own()
        home_counters.register("work", work_queue.COUNTER)
        privacy.register_parts()
        settings_log.listen()
