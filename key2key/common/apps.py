from django.apps import AppConfig


class CommonConfig(AppConfig):
    """The floor: what every app stands on."""

    name = "key2key.common"
    label = "common"
    verbose_name = "Foundation"

    def ready(self) -> None:
        from key2key.common import background, checks, events, health, models  # noqa: F401

        background.register(models.EventDelivery, events.deliver)
        health.register_own()
