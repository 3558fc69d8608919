"""Every rule that writes accounts, sign-ins and staff."""

from accounts.services.blocks import block_user, unblock_user
from accounts.services.contacts import resend_email_verification, verify_email
from accounts.services.housekeeping import forget_old_sign_ins, forget_secrets
from accounts.services.members import (
    Invited,
    accept_invitation,
    change_member_role,
    invite_member,
    organisation_invitation_of,
    remove_member,
    withdraw_invitation,
)
from accounts.services.organisations import change_organisation, create_organisation, delete_organisation
from accounts.services.passwords import change_password, forgot_password, reset_password, set_password
from accounts.services.people import (
    change_own_profile,
    change_user,
    create_user,
    erase_user,
    reinstate_user,
    set_identity_verified,
    sign_out_user,
    suspend_user,
)
from accounts.services.phones import sign_in_by_phone, start_phone, verify_own_phone
from accounts.services.registration import NewUser, register_user
from accounts.services.sessions import (
    Grant,
    end_own_session,
    end_sessions,
    open_session,
    refresh_session,
    sign_out_everywhere,
)
from accounts.services.signin import admit_staff, prove_password, sign_in
from accounts.services.staff import (
    device_of,
    enrol_staff,
    invitation_of,
    invite_staff,
    lay_staff_groups,
    readable_secret,
)

__all__ = [
    "Grant",
    "Invited",
    "NewUser",
    "accept_invitation",
    "admit_staff",
    "block_user",
    "change_member_role",
    "change_organisation",
    "change_own_profile",
    "change_password",
    "change_user",
    "create_organisation",
    "create_user",
    "delete_organisation",
    "device_of",
    "end_own_session",
    "end_sessions",
    "enrol_staff",
    "erase_user",
    "forget_old_sign_ins",
    "forget_secrets",
    "forgot_password",
    "invitation_of",
    "invite_member",
    "invite_staff",
    "lay_staff_groups",
    "open_session",
    "organisation_invitation_of",
    "prove_password",
    "readable_secret",
    "refresh_session",
    "register_user",
    "reinstate_user",
    "remove_member",
    "resend_email_verification",
    "reset_password",
    "set_identity_verified",
    "set_password",
    "sign_in",
    "sign_in_by_phone",
    "sign_out_everywhere",
    "sign_out_user",
    "start_phone",
    "suspend_user",
    "unblock_user",
    "verify_email",
    "verify_own_phone",
    "withdraw_invitation",
]
