"""People, what they belong to, how they are signed in."""

from accounts.models.codes import OneTimeCode, StaffInvitation
from accounts.models.organisations import Block, Membership, Organisation, OrganisationInvitation
from accounts.models.people import User, UserGroup
from accounts.models.sessions import RefreshToken, Session

__all__ = [
    "Block",
    "Membership",
    "OneTimeCode",
    "Organisation",
    "OrganisationInvitation",
    "RefreshToken",
    "Session",
    "StaffInvitation",
    "User",
    "UserGroup",
]
