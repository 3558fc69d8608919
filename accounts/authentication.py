"""Who is asking: access tokens for the API, e-mail and password for the admin."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from uuid import UUID

import jwt
import pghistory
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt import tokens
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenError

from accounts import selectors, services, session_cache
from accounts.models import Session, User
from key2key.common.errors import Throttled
from key2key.common.request import facts

TYPE = "at+jwt"  # RFC 9068


@dataclass(frozen=True)
class SignIn:
    """What is known about how the caller signed in; `request.auth`."""

    session_id: UUID
    second_factor: bool


class SignedIn(Request):
    """A request behind a permission that asks for a sign-in: what its views may rely on."""

    user: User
    auth: SignIn


class SigningBackend(TokenBackend):
    """Signs with the newest key and names it (`kid`); takes tokens of the keys before it, of one type."""

    def encode(self, payload: dict[str, Any]) -> str:
        """The signed token."""
        claims = {**payload, "aud": self.audience, "iss": self.issuer}
        headers = {"kid": key_id(self.verifying_key), "typ": TYPE}
        return jwt.encode(claims, self.prepared_signing_key, algorithm=self.algorithm, headers=headers)

    def get_verifying_key(self, token: Any) -> Any:
        """The public key that the token names, if it is ours. Of the header, `alg` decides nothing."""
        header = jwt.get_unverified_header(token)
        key = _public_keys().get(header.get("kid", ""))
        if key is None or header.get("typ") != TYPE:
            raise jwt.InvalidTokenError
        return self._prepare_key(key)


class AccessToken(tokens.AccessToken):
    """Ten minutes of one session. Says who (`sub`) and which sign-in (`sid`), never what they may do."""

    @property
    def token_backend(self) -> TokenBackend:
        """How it is signed and read."""
        return _backend()


def access_token(session: Session) -> str:
    """A new access token of the session."""
    token = AccessToken()
    token["sub"], token["sid"] = str(session.user_id), str(session.pk)
    return str(token)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer …`. Whatever is wrong with a token, the answer is the same 401."""

    def authenticate(self, request: Request) -> tuple[User, SignIn] | None:
        """The caller and the sign-in; None without a bearer token."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        session = session_of(words[1].decode("latin-1")) if len(words) == 2 else None  # noqa: PLR2004
        if session is None:
            raise AuthenticationFailed(_("The access token is not valid."))
        facts().user_id = session.user_id
        pghistory.context(actor=str(session.user_id))
        return session.user, SignIn(session.pk, session.second_factor)

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return "Bearer"


def session_of(raw: str) -> Session | None:
    """The session of an access token, with its user, if both hold at this moment (at most 5 s ago)."""
    try:
        token = AccessToken(cast("Any", raw))
        user_id, session_id = UUID(token["sub"]), UUID(token["sid"])
    except (TokenError, KeyError, ValueError, TypeError, AttributeError):
        return None
    session = session_cache.seen(session_id, find=selectors.live_session)
    return session if session and session.user_id == user_id else None


class PasswordBackend(ModelBackend):
    """The admin's sign-in: e-mail and password, with one hash on every path and the limits of the API."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        """The account that may be used and that the password opens."""
        if username is None or password is None:
            return None
        try:
            user = services.prove_password(email=username, password=password)
        except Throttled as error:
            raise PermissionDenied from error
        return user if user and user.is_active else None


def key_id(public_key: str) -> str:
    """A short name for a public key: the beginning of its SHA-256."""
    return base64.urlsafe_b64encode(hashlib.sha256(public_key.encode()).digest()[:9]).decode()


@cache
def _backend() -> SigningBackend:
    known = settings.SIMPLE_JWT
    return SigningBackend(
        known["ALGORITHM"],
        signing_key=known["SIGNING_KEY"],
        verifying_key=known["VERIFYING_KEY"],
        audience=known["AUDIENCE"],
        issuer=known["ISSUER"],
        leeway=known["LEEWAY"],
    )


def _public_keys() -> dict[str, str]:
    keys = [settings.SIMPLE_JWT["VERIFYING_KEY"], *settings.PREVIOUS_VERIFYING_KEYS]
    return {key_id(key): key for key in keys}
