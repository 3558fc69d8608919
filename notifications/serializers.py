"""Shapes of notifications, in and out."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from rest_framework import serializers

from key2key.common.api.fields import StrictBooleanField, StrictCharField
from key2key.common.api.serializers import StrictModelSerializer, StrictSerializer
from notifications import letters, selectors
from notifications.models import Notification, OutboxMessage, PushDevice
from notifications.services import Subscription, Wish


class NotificationSerializer(StrictModelSerializer):
    """A row of the feed, in the reader's language."""

    title = serializers.CharField(read_only=True, help_text="One line, in the language of the answer.")
    body = serializers.CharField(read_only=True)
    link = serializers.CharField(
        source="data.link", default="", read_only=True, help_text="Path of the app; may be empty."
    )
    data = serializers.DictField(  # type: ignore[assignment]  # DRF takes declared fields off the class
        read_only=True, help_text="What the words are made of; depends on the kind."
    )

    class Meta:
        model = Notification
        fields = ("id", "kind", "title", "body", "link", "data", "status", "read_at", "created_at")
        read_only_fields = fields

    def to_representation(self, instance: Any) -> Any:
        """With its words."""
        language = get_language() or instance.language
        instance.title, instance.body = letters.note(
            kind=instance.kind, language=language, data=instance.data
        )
        return super().to_representation(instance)


class NotificationChannelsSerializer(StrictSerializer):
    """Over which channels; one that the kind does not have is missing."""

    in_app = StrictBooleanField(required=False)
    email = StrictBooleanField(required=False)
    sms = StrictBooleanField(required=False)
    push = StrictBooleanField(required=False)

    def to_representation(self, instance: Any) -> Any:
        """Only those there are."""
        return dict(instance)


class NotificationPreferenceSerializer(StrictSerializer):
    """How a person hears of one kind of news."""

    kind = serializers.CharField(read_only=True)
    label = serializers.CharField(  # type: ignore[assignment]  # likewise
        read_only=True, help_text="What it is called, in the language of the answer."
    )
    channels = NotificationChannelsSerializer(read_only=True)
    locked = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="Channels that cannot be switched."
    )


class NotificationPreferencesSerializer(StrictSerializer):
    """Of everything that can be switched."""

    preferences = NotificationPreferenceSerializer(many=True, read_only=True)

    def to_representation(self, instance: Any) -> Any:
        """The wishes of the person `instance`."""
        return {
            "preferences": [
                {
                    "kind": name,
                    "label": str(kind.label),
                    "channels": {str(way): wanted for way, wanted in channels.items()},
                    "locked": [str(way) for way in channels if selectors.is_locked(kind, way)],
                }
                for name, kind, channels in selectors.wishes(instance)
                if not kind.locked
            ]
        }


class NotificationWishSerializer(StrictSerializer):
    """What a person wants to hear of one kind of news; a channel not named is as by default."""

    kind = StrictCharField(max_length=40)
    channels = NotificationChannelsSerializer()


class NotificationWishesSerializer(StrictSerializer):
    """All wishes; a kind not named is as by default."""

    preferences = NotificationWishSerializer(many=True)

    def wishes(self) -> list[Wish]:
        """As the rule takes them."""
        return [Wish(one["kind"], one["channels"]) for one in self.validated_data["preferences"]]


class PushKeysSerializer(StrictSerializer):
    """The keys of a web push subscription, base64url."""

    p256dh = StrictCharField(max_length=100)
    auth = StrictCharField(max_length=40)


class NewPushDeviceSerializer(StrictSerializer):
    """A web push subscription, as the browser's `PushSubscription.toJSON()` gives it."""

    endpoint = StrictCharField(max_length=1000)
    keys = PushKeysSerializer()
    name = StrictCharField(max_length=120, required=False, default="", allow_blank=True)

    def subscription(self) -> Subscription:
        """As the rule takes it."""
        given = self.validated_data
        return Subscription(given["endpoint"], **given["keys"], name=given["name"])


class PushDeviceSerializer(StrictModelSerializer):
    """A browser that shows news."""

    class Meta:
        model = PushDevice
        fields = ("id", "name", "endpoint", "created_at", "reached_at")
        read_only_fields = fields


class PushKeySerializer(StrictSerializer):
    """What a browser subscribes with."""

    key = serializers.CharField(read_only=True, help_text="`applicationServerKey`: P-256, base64url.")


class UnsubscriptionSerializer(StrictSerializer):
    """The word of a mail that switches such mails off."""

    token = StrictCharField(max_length=300)


class OutboxMessageSerializer(StrictModelSerializer):
    """A message as it left the sandbox."""

    class Meta:
        model = OutboxMessage
        fields = ("id", "channel", "kind", "to", "subject", "text", "html", "codes", "created_at")
        read_only_fields = fields
