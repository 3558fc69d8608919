from django.urls import path

from chat.views import ConversationStepViewSet, ConversationViewSet, LogViewSet, MessageViewSet

_ONE = "conversations/<uuid:id>"

urlpatterns = [
    path("conversations", ConversationViewSet.as_view({"get": "list", "post": "create"})),
    path(_ONE, ConversationViewSet.as_view({"get": "retrieve"})),
    *[
        path(f"{_ONE}/{step}", ConversationStepViewSet.as_view({"post": step}))
        for step in ("read", "archive", "mute", "report")
    ],
    path(f"{_ONE}/messages", MessageViewSet.as_view({"get": "list", "post": "create"})),
    path(f"{_ONE}/events", LogViewSet.as_view({"get": "events"})),
    path("messages/<uuid:id>", MessageViewSet.as_view({"patch": "partial_update", "delete": "destroy"})),
    path("inbox", LogViewSet.as_view({"get": "inbox"})),
]
