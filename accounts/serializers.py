"""Shapes of accounts, in and out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.agency import ROLE_RIGHTS, Right
from accounts.authentication import access_token
from accounts.models import Block, Membership, Organisation, OrganisationInvitation, Session, User
from accounts.roles import StaffGroup
from accounts.services import Grant
from key2key.common.api.fields import PhoneField, StrictCharField, StrictChoiceField
from key2key.common.api.serializers import StrictModelSerializer, StrictSerializer

LONGEST_PASSWORD = 256


class PasswordField(StrictCharField):
    """A password as it was typed: nothing cut, nothing shown."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, max_length=LONGEST_PASSWORD, write_only=True, **options)


class EmailField(StrictCharField, serializers.EmailField):
    """An e-mail address as a JSON string."""


class NameField(StrictCharField):
    """A person's name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=150, **options)


class LanguageField(StrictChoiceField):
    """A language that we speak."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=settings.LANGUAGES, **options)


class RoleField(StrictChoiceField):
    """What somebody came for."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=User.Role.choices, **options)


# Out


class UserSerializer(StrictModelSerializer):
    """One's own account. Only name and language are changed here."""

    phone = PhoneField(read_only=True, allow_null=True)
    email_verified = serializers.BooleanField(read_only=True)
    phone_verified = serializers.BooleanField(read_only=True)

    class Meta:
        model = User
        fields = (
            "id",
            "full_name",
            "email",
            "phone",
            "role",
            "language",
            "email_verified",
            "phone_verified",
            "identity_verified",
            "avatar",
            "created_at",
        )
        read_only_fields = tuple(name for name in fields if name not in {"full_name", "language"})
        extra_kwargs = {"full_name": {"allow_blank": False}}  # noqa: RUF012


class PublicProfileSerializer(StrictModelSerializer):
    """What everybody may know of a user."""

    class Meta:
        model = User
        fields = ("id", "full_name", "role", "identity_verified", "avatar", "created_at")
        read_only_fields = fields


class StaffUserSerializer(StrictModelSerializer):
    """An account as staff see it, and what they may change."""

    phone = PhoneField(read_only=True, allow_null=True)
    email_verified = serializers.BooleanField(read_only=True)
    phone_verified = serializers.BooleanField(read_only=True)
    groups: serializers.Field = serializers.SlugRelatedField(slug_field="name", many=True, read_only=True)

    class Meta:
        model = User
        fields = (*UserSerializer.Meta.fields, "status", "is_staff", "groups", "last_login")
        read_only_fields = tuple(name for name in fields if name not in {"full_name", "language", "role"})


class SessionSerializer(StrictModelSerializer):
    """One sign-in: on what, from where, when last used."""

    current = serializers.SerializerMethodField(help_text="The session of this very request.")

    class Meta:
        model = Session
        fields = (
            "id",
            "device",
            "ip",
            "second_factor",
            "created_at",
            "last_used_at",
            "expires_at",
            "current",
        )
        read_only_fields = fields

    def get_current(self, session: Session) -> bool:
        """Whether it is the caller's."""
        return bool(session.pk == self.context["request"].auth.session_id)


class TokenSerializer(serializers.Serializer[Grant]):
    """The token answer of every way of signing in (RFC 6749, 5.1)."""

    access_token = serializers.SerializerMethodField()
    refresh_token = serializers.CharField(read_only=True)
    token_type = serializers.SerializerMethodField()
    expires_in = serializers.SerializerMethodField(help_text="Seconds that the access token lives.")

    def get_access_token(self, grant: Grant) -> str:
        """A signed token."""
        return access_token(grant.session)

    def get_token_type(self, grant: Grant) -> str:
        """How it is sent."""
        return "bearer"

    def get_expires_in(self, grant: Grant) -> int:
        """Seconds."""
        return int(settings.SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"].total_seconds())


class BlockSerializer(StrictModelSerializer):
    """Somebody one has blocked, and since when."""

    user = PublicProfileSerializer(source="blocked", read_only=True)

    class Meta:
        model = Block
        fields = ("user", "created_at")
        read_only_fields = fields


class OrganisationSerializer(StrictModelSerializer):
    """What everybody may know of an organisation."""

    class Meta:
        model = Organisation
        fields = ("id", "name", "market", "created_at")
        read_only_fields = ("id", "market", "created_at")


class MembershipSerializer(StrictModelSerializer):
    """For whom one works, as what, and what one may do there."""

    organisation = OrganisationSerializer(read_only=True)
    rights = serializers.SerializerMethodField()

    class Meta:
        model = Membership
        fields = ("organisation", "role", "rights", "created_at")
        read_only_fields = fields

    def get_rights(self, membership: Membership) -> list[Right]:
        """What the role allows."""
        return sorted(ROLE_RIGHTS[Membership.Role(membership.role)])


class MemberSerializer(StrictModelSerializer):
    """Who works for an organisation, as what, since when."""

    user = PublicProfileSerializer(read_only=True)

    class Meta:
        model = Membership
        fields = ("user", "role", "created_at")
        read_only_fields = ("user", "created_at")


class InvitationSerializer(StrictModelSerializer):
    """Who was invited and has not come yet."""

    class Meta:
        model = OrganisationInvitation
        fields = ("id", "email", "phone", "role", "created_at", "expires_at")
        read_only_fields = fields


# In


class NothingSerializer(StrictSerializer):
    """A call that takes no fields."""


class RegistrationSerializer(StrictSerializer):
    """A new account."""

    full_name = NameField()
    email = EmailField(max_length=254)
    password = PasswordField()
    phone = PhoneField(required=False)
    role = RoleField(default=User.Role.BUYER)
    language = LanguageField(required=False)


class LoginSerializer(StrictSerializer):
    """Signing in with JSON."""

    email = StrictCharField(max_length=254)
    password = PasswordField()
    otp = StrictCharField(
        required=False, allow_blank=True, default="", max_length=16, help_text="The second factor's code."
    )


class PasswordGrantSerializer(StrictSerializer):
    """Signing in with a form (RFC 6749, 4.3). The second factor's code travels as `client_secret`."""

    username = StrictCharField(max_length=254, help_text="The e-mail.")
    password = PasswordField()
    grant_type = StrictChoiceField(choices=["password"], required=False)
    scope = StrictCharField(required=False, allow_blank=True, max_length=255)
    client_id = StrictCharField(required=False, allow_blank=True, max_length=255)
    client_secret = StrictCharField(required=False, default="", allow_blank=True, max_length=16)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The same values as LoginSerializer's."""
        return {"email": attrs["username"], "password": attrs["password"], "otp": attrs["client_secret"]}


class RefreshSerializer(StrictSerializer):
    """Going on with a refresh token."""

    refresh_token = StrictCharField(max_length=128)


class RefreshGrantSerializer(RefreshSerializer):
    """Going on with a refresh token, with a form (RFC 6749, 6)."""

    grant_type = StrictChoiceField(choices=["refresh_token"], required=False)
    scope = StrictCharField(required=False, allow_blank=True, max_length=255)
    client_id = StrictCharField(required=False, allow_blank=True, max_length=255)
    client_secret = StrictCharField(required=False, allow_blank=True, max_length=255)


class EmailSerializer(StrictSerializer):
    """An address to write to."""

    email = StrictCharField(max_length=254)


class LinkSerializer(StrictSerializer):
    """The token of a mailed link."""

    token = StrictCharField(max_length=128)


class PasswordResetSerializer(LinkSerializer):
    """A new password by the token of a mailed link."""

    password = PasswordField()


class PasswordChangeSerializer(StrictSerializer):
    """A new password by the present one, which accounts registered by phone do not have yet."""

    current_password = PasswordField(required=False, default="", allow_blank=True)
    new_password = PasswordField()


class PhoneStartSerializer(StrictSerializer):
    """A phone to send a code to."""

    phone = PhoneField()


class PhoneVerifySerializer(StrictSerializer):
    """The code that came, and who registers when the number is new."""

    phone = PhoneField()
    code = StrictCharField(max_length=16)
    otp = StrictCharField(
        required=False, allow_blank=True, default="", max_length=16, help_text="The second factor's code."
    )
    full_name = NameField(required=False)
    role = RoleField(required=False)
    language = LanguageField(required=False)


class NewUserSerializer(StrictSerializer):
    """An account that staff open for somebody: an e-mail or a phone is needed."""

    full_name = NameField()
    email = EmailField(max_length=254, required=False)
    phone = PhoneField(required=False)
    role = RoleField(default=User.Role.BUYER)
    language = LanguageField(default="en")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Somebody who can be reached."""
        if not attrs.get("email") and not attrs.get("phone"):
            required = self.fields["email"].error_messages["required"]
            raise serializers.ValidationError({"email": required}, code="required")
        return attrs


class NewInvitationSerializer(StrictSerializer):
    """Whom to invite: an e-mail or a phone, not both."""

    email = EmailField(max_length=254, required=False)
    phone = PhoneField(required=False)
    role = StrictChoiceField(choices=Membership.Role.choices)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One address."""
        if bool(attrs.get("email")) == bool(attrs.get("phone")):
            fault = _("Give an e-mail or a phone, not both.")
            raise serializers.ValidationError({"email": fault}, code="one_address")
        return attrs


class StaffChangeSerializer(StaffUserSerializer):
    """What staff change about an account."""

    groups = serializers.ListField(
        child=StrictChoiceField(choices=StaffGroup.choices), required=False, write_only=True
    )


class ReasonSerializer(StrictSerializer):
    """Why."""

    reason = StrictCharField(min_length=3, max_length=500)
