"""Every address of the product."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from accounts.urls import staff_urlpatterns
from key2key import docs
from key2key.common import views
from notifications.urls import page_urlpatterns
from notifications.urls import sandbox_urlpatterns as outbox_urlpatterns
from payments.urls import page_urlpatterns as bank_urlpatterns
from payments.urls import sandbox_urlpatterns
from uploads.urls import media_urlpatterns

API = (
    "accounts", "notifications", "uploads", "listings", "payments", "chat", "brokers", "verification",
    "analytics",
)  # fmt: skip

urlpatterns = [
    *[path("api/v1/", include(f"{app}.urls")) for app in API],
    path("openapi.json", docs.openapi, name="openapi"),
    path("docs", docs.swagger, name="docs"),
    path("redoc", docs.redoc, name="redoc"),
    path("problems/<slug:code>", docs.problem, name="problem"),
    path("health", views.full),
    path("health/live", views.live),
    path("health/ready", views.ready),
    path("metrics", views.figures),
    path(f"{settings.ADMIN_PATH}/", admin.site.urls),
    *staff_urlpatterns,
    *media_urlpatterns,
    *page_urlpatterns,
    *bank_urlpatterns,
    *outbox_urlpatterns,
    *sandbox_urlpatterns,
]

handler400 = views.bad_request
handler404 = views.not_found
handler500 = views.server_error
