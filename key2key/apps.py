from django.apps import AppConfig
from django.contrib.admin import apps as admin


class Key2KeyConfig(AppConfig):
    """The roof: joins everything, knows no rule."""

    name = "key2key"

    def ready(self) -> None:
        from key2key import celery  # noqa: F401 - tasks belong to our Celery from here on


class AdminConfig(admin.AdminConfig):
    """Django's admin on our own site, which asks for a second factor."""

    default = False  # else "key2key" alone would be ambiguous in INSTALLED_APPS
    default_site = "accounts.admin_site.StaffSite"
