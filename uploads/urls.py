from django.urls import path, re_path

from uploads.views import UploadViewSet, media

urlpatterns = [
    path("uploads", UploadViewSet.as_view({"post": "create"}), name="uploads"),
    path("uploads/<uuid:id>", UploadViewSet.as_view({"get": "retrieve"}), name="upload"),
]

# Exactly the keys that storage.new_folder makes: no other path can be asked for.
media_urlpatterns = [
    re_path(
        r"^media/(?P<key>photos/[0-9a-f]{2}/[A-Za-z0-9_-]{24}/(?:thumb|card|full)\.webp)\Z",
        media,
        name="media",
    ),
]
