"""New accounts."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import selectors
from accounts.events import UserRegistered
from accounts.models import User
from accounts.services.contacts import mark_phone_verified, send_email_verification
from accounts.services.passwords import require_strong
from key2key.common.errors import Conflict
from key2key.common.events import publish


@dataclass(frozen=True)
class NewUser:
    """What is said about oneself at registration."""

    full_name: str = ""
    email: str | None = None
    phone: str | None = None
    role: str = User.Role.BUYER
    language: str = "en"


@transaction.atomic
def register_user(new: NewUser, *, password: str) -> User:
    """Open an account and mail the link that verifies the address.

    Raises Conflict ("email_taken"), InvalidInput with every reason why the password is weak.
    """
    require_strong(password, user=User(full_name=new.full_name, email=new.email))
    user = create_account(new, password=password)
    send_email_verification(user)
    return user


@transaction.atomic
def register_by_phone(new: NewUser) -> User:
    """Open an account for somebody who has just proven the phone. Raises Conflict ("phone_taken")."""
    user = create_account(new, password=None)
    mark_phone_verified(user, phone=new.phone or "")
    return user


def create_account(new: NewUser, *, password: str | None) -> User:
    """The row and its news, in the caller's transaction. Raises Conflict ("email_taken")."""
    if new.email and selectors.user_by_email(new.email):
        raise email_taken()
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                new.email,
                password=password,
                phone=new.phone,
                full_name=new.full_name,
                role=new.role,
                language=new.language,
            )
    except IntegrityError as error:  # somebody registered the address since we looked
        raise email_taken() from error
    publish(UserRegistered(user_id=user.pk, role=user.role))
    return user


def email_taken() -> Conflict:
    """The refusal of an address that has an account."""
    return Conflict("email_taken", _("There is an account with this e-mail already."))
