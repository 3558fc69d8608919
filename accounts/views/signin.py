"""Doors to signing in and out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors, serializers, services
from accounts.authentication import SignedIn
from accounts.services import NewUser
from key2key.common.api.parsers import StrictJSONParser
from key2key.common.api.views import ApiViewSet

TOKENS = {200: serializers.TokenSerializer}
NOTHING = {204: None}
TOKENS_OR_USER = PolymorphicProxySerializer(
    component_name="PhoneVerified",
    serializers=[serializers.TokenSerializer, serializers.UserSerializer],
    resource_type_field_name=None,
)
NO_STORE = {"Cache-Control": "no-store"}  # RFC 6749, 5.1


class Doors(ApiViewSet):
    """What the doors of this file share: reading a shape, handing out tokens."""

    def read(self, request: Request, shape: type[Any]) -> dict[str, Any]:
        """The validated values of the request."""
        given = shape(data=request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def tokens(self, grant: services.Grant) -> Response:
        """The token answer."""
        return Response(serializers.TokenSerializer(grant).data, headers=NO_STORE)


class OpenDoors(Doors):
    """For everybody. A token that comes along is not looked at, so an old one does no harm."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    rate_policy: str | None = "auth"

    @extend_schema(
        operation_id="register",
        request=serializers.RegistrationSerializer,
        responses={201: serializers.UserSerializer},
    )
    def register(self, request: Request) -> Response:
        """Open an account and have the verification link mailed."""
        values = {"language": get_language(), **self.read(request, serializers.RegistrationSerializer)}
        password = values.pop("password")
        user = services.register_user(NewUser(**values), password=password)
        return Response(serializers.UserSerializer(user).data, status=201)

    @extend_schema(operation_id="forgotPassword", request=serializers.EmailSerializer, responses={202: None})
    def forgot(self, request: Request) -> Response:
        """Have a link mailed that sets the password anew. Never tells whether there is an account."""
        services.forgot_password(**self.read(request, serializers.EmailSerializer))
        return Response(status=202)

    @extend_schema(
        operation_id="resetPassword", request=serializers.PasswordResetSerializer, responses=NOTHING
    )
    def reset(self, request: Request) -> Response:
        """Set the password by the mailed token. All sessions end."""
        services.reset_password(**self.read(request, serializers.PasswordResetSerializer))
        return Response(status=204)

    @extend_schema(operation_id="verifyEmail", request=serializers.LinkSerializer, responses=NOTHING)
    def verify_email(self, request: Request) -> Response:
        """Show by the mailed token that the address is one's own."""
        services.verify_email(**self.read(request, serializers.LinkSerializer))
        return Response(status=204)

    @extend_schema(
        operation_id="resendVerificationEmail", request=serializers.EmailSerializer, responses={202: None}
    )
    def resend(self, request: Request) -> Response:
        """Have the verification link mailed again. Never tells whether there is an account."""
        services.resend_email_verification(**self.read(request, serializers.EmailSerializer))
        return Response(status=202)


class TokenDoors(OpenDoors):
    """Where tokens are had. The limits that matter are counted by account, in the rules."""

    rate_policy: str | None = None
    parser_classes = (StrictJSONParser, FormParser, MultiPartParser)

    @extend_schema(
        operation_id="login",
        request={
            "application/json": serializers.LoginSerializer,
            "application/x-www-form-urlencoded": serializers.PasswordGrantSerializer,
            "multipart/form-data": serializers.PasswordGrantSerializer,
        },
        responses=TOKENS,
    )
    def login(self, request: Request) -> Response:
        """Sign in by e-mail and password: a form (OAuth2 password flow) or JSON."""
        shape = serializers.LoginSerializer if _is_json(request) else serializers.PasswordGrantSerializer
        return self.tokens(services.sign_in(**self.read(request, shape)))

    @extend_schema(
        operation_id="refreshTokens",
        request={
            "application/json": serializers.RefreshSerializer,
            "application/x-www-form-urlencoded": serializers.RefreshGrantSerializer,
            "multipart/form-data": serializers.RefreshGrantSerializer,
        },
        responses=TOKENS,
    )
    def refresh(self, request: Request) -> Response:
        """Exchange the refresh token for new ones: a form (OAuth2) or JSON."""
        shape = serializers.RefreshSerializer if _is_json(request) else serializers.RefreshGrantSerializer
        values = self.read(request, shape)
        return self.tokens(services.refresh_session(token=values["refresh_token"]))


class PhoneDoors(Doors):
    """For everybody; whoever is signed in verifies their own number."""

    permission_classes = (AllowAny,)
    rate_policy = "auth"

    @extend_schema(operation_id="startPhone", request=serializers.PhoneStartSerializer, responses={202: None})
    def start(self, request: Request) -> Response:
        """Have a code sent to the phone, good for 10 minutes."""
        values = self.read(request, serializers.PhoneStartSerializer)
        by = request.user if request.user.is_authenticated else None
        services.start_phone(phone=values["phone"], by=by, language=get_language() or "en")
        return Response(status=202)

    @extend_schema(
        operation_id="verifyPhone",
        request=serializers.PhoneVerifySerializer,
        responses={200: TOKENS_OR_USER},
    )
    def verify(self, request: Request) -> Response:
        """Sign in or register by the code: tokens. Signed in, show that the number is one's own: the user."""
        values = self.read(request, serializers.PhoneVerifySerializer)
        code, otp = values.pop("code"), values.pop("otp")
        if request.user.is_authenticated:
            user = services.verify_own_phone(user_id=request.user.pk, phone=values["phone"], code=code)
            return Response(serializers.UserSerializer(user).data)
        new = NewUser(**{"language": get_language(), **values})
        return self.tokens(services.sign_in_by_phone(new, code=code, otp=otp))


class SessionDoors(Doors):
    """One's own sign-ins."""

    serializer_class = serializers.SessionSerializer

    @extend_schema(operation_id="listSessions")
    def list(self, request: SignedIn) -> Response:
        """Where one is signed in."""
        return self.page(selectors.own_sessions(request.user))

    @extend_schema(operation_id="endSession", responses=NOTHING)
    def destroy(self, request: SignedIn, id: UUID) -> Response:
        """Sign one device out."""
        services.end_own_session(user=request.user, session_id=id)
        return Response(status=204)

    @extend_schema(operation_id="logout", request=None, responses=NOTHING)
    def logout(self, request: SignedIn) -> Response:
        """Sign this device out."""
        self.read(request, serializers.NothingSerializer)
        services.end_own_session(user=request.user, session_id=request.auth.session_id)
        return Response(status=204)

    @extend_schema(operation_id="logoutEverywhere", request=None, responses=NOTHING)
    def logout_all(self, request: SignedIn) -> Response:
        """Sign all devices out, this one too."""
        self.read(request, serializers.NothingSerializer)
        services.sign_out_everywhere(request.user)
        return Response(status=204)

    @extend_schema(
        operation_id="changePassword", request=serializers.PasswordChangeSerializer, responses=NOTHING
    )
    def change_password(self, request: SignedIn) -> Response:
        """Set another password. All other sessions end."""
        values = self.read(request, serializers.PasswordChangeSerializer)
        services.change_password(
            user_id=request.user.pk,
            current=values["current_password"],
            new=values["new_password"],
            session_id=request.auth.session_id,
        )
        return Response(status=204)


def _is_json(request: Request) -> bool:
    return (request.content_type or "").startswith("application/json")
