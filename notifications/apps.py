from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """News to people, over the channels that reach them."""

    name = "notifications"
    label = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        from key2key.common import background
        from key2key.common.plugins import who_may
        from notifications import kinds, privacy, services
        from notifications.models import Notification
        from notifications.permissions import WHO_MAY

        background.register(Notification, services.send)
        who_may.register("notifications", WHO_MAY)
        kinds.register_all()
        privacy.register_parts()
