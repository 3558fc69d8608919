from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from notifications.views import feed, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("notifications", feed.Feed.as_view({"get": "list"})),
    path("notifications/<uuid:id>/read", feed.Feed.as_view({"post": "read"})),
    path("notifications/read-all", feed.Feed.as_view({"post": "read_all"})),
    path("notifications/preferences", feed.Preferences.as_view({"get": "retrieve", "put": "update"})),
    path("notifications/devices", feed.Devices.as_view({"get": "list", "post": "create"})),
    path("notifications/devices/<uuid:id>", feed.Devices.as_view({"delete": "destroy"})),
    path("notifications/push-key", feed.Devices.as_view({"get": "key"})),
    path("notifications/unsubscribe", feed.Leaving.as_view({"post": "create"})),
]

# Outside the API: what the link below a mail opens.
page_urlpatterns = [path("unsubscribe", pages.Leave.as_view(), name="unsubscribe")]

# In production they do not exist.
_SANDBOX = [
    path("sandbox/outbox", pages.Outbox.as_view(), name="outbox"),
    path("sandbox/outbox.json", pages.OutboxJson.as_view()),
]
sandbox_urlpatterns = _SANDBOX if settings.SANDBOX else []
