from django.urls import path

from accounts.views import blocks, organisations, pages, signin, users

urlpatterns = [
    path("auth/register", signin.OpenDoors.as_view({"post": "register"})),
    path("auth/login", signin.TokenDoors.as_view({"post": "login"})),
    path("auth/refresh", signin.TokenDoors.as_view({"post": "refresh"})),
    path("auth/logout", signin.SessionDoors.as_view({"post": "logout"})),
    path("auth/logout-all", signin.SessionDoors.as_view({"post": "logout_all"})),
    path("auth/sessions", signin.SessionDoors.as_view({"get": "list"})),
    path("auth/sessions/<uuid:id>", signin.SessionDoors.as_view({"delete": "destroy"})),
    path("auth/password/forgot", signin.OpenDoors.as_view({"post": "forgot"})),
    path("auth/password/reset", signin.OpenDoors.as_view({"post": "reset"})),
    path("auth/password/change", signin.SessionDoors.as_view({"post": "change_password"})),
    path("auth/email/verify", signin.OpenDoors.as_view({"post": "verify_email"})),
    path("auth/email/resend", signin.OpenDoors.as_view({"post": "resend"})),
    path("auth/phone/start", signin.PhoneDoors.as_view({"post": "start"})),
    path("auth/phone/verify", signin.PhoneDoors.as_view({"post": "verify"})),
    path("users/me", users.OwnAccount.as_view({"get": "retrieve", "patch": "partial_update"})),
    path("users/me/blocks", blocks.Blocks.as_view({"get": "list"})),
    path(
        "users/me/blocks/<uuid:id>",
        blocks.Blocks.as_view({"get": "retrieve", "put": "update", "delete": "destroy"}),
    ),
    path("organisations", organisations.Organisations.as_view({"get": "list", "post": "create"})),
    path(
        "organisations/<uuid:id>",
        organisations.Organisations.as_view(
            {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
        ),
    ),
    path("organisations/<uuid:id>/members", organisations.Members.as_view({"get": "list"})),
    path(
        "organisations/<uuid:id>/members/<uuid:user>",
        organisations.Members.as_view({"patch": "partial_update", "delete": "destroy"}),
    ),
    path(
        "organisations/<uuid:id>/invitations",
        organisations.Invitations.as_view({"get": "list", "post": "create"}),
    ),
    path(
        "organisations/<uuid:id>/invitations/<uuid:invitation>",
        organisations.Invitations.as_view({"delete": "destroy"}),
    ),
    path(
        "organisation-invitations/accept",
        organisations.ReceivedInvitations.as_view({"post": "accept"}),
    ),
    path("users", users.Users.as_view({"get": "list", "post": "create"})),
    path(
        "users/<uuid:id>",
        users.Users.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
    path("users/<uuid:id>/suspend", users.Users.as_view({"post": "suspend"})),
    path("users/<uuid:id>/reinstate", users.Users.as_view({"post": "reinstate"})),
]

# Outside the API: what mailed links open.
staff_urlpatterns = [
    path("staff/enrol/<str:token>", pages.EnrolStaff.as_view(), name="enrol_staff"),
    path("verify-email", pages.VerifyEmail.as_view(), name="verify_email"),
    path("join-organisation", pages.JoinOrganisation.as_view(), name="join_organisation"),
    path("reset-password", pages.ResetPassword.as_view(), name="reset_password"),
]
