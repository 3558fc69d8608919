from django.apps import AppConfig


class CommonConfig(AppConfig):
    """The floor: what every app stands on."""

    name = "key2key.common"
    label = "common"
    verbose_name = "Foundation"

    def ready(self) -> None:
        from key2key.common import background, checks, events, health, models, settings_log, work_queue  # noqa: F401
        from key2key.common.plugins import home_counters

        background.register(models.EventDelivery, events.deliver)
        health.register_own()
        home_counters.register("work", work_queue.COUNTER)
        settings_log.listen()
