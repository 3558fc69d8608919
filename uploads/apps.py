from django.apps import AppConfig


class UploadsConfig(AppConfig):
    """Files that people send in."""

    name = "uploads"
    label = "uploads"
    verbose_name = "Uploads"

    def ready(self) -> None:
        from key2key.common import background
        from key2key.common.plugins import home_counters, who_may
        from uploads import privacy, rejections, services
        from uploads.models import Upload
        from uploads.permissions import WHO_MAY

        who_may.register("uploads", WHO_MAY)
        background.register(Upload, services.process_upload, lease=services.LEASE)
        privacy.register_parts()
        home_counters.register("uploads", rejections.COUNTER)
