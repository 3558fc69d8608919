from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    """Conversations between the two sides of a deal."""

    name = "chat"
    verbose_name = _("Chat")
