"""Settings of the packages we build on."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from key2key.common.logging import configuration
from key2key.settings.base import BASE_URL, K2K_DATA, REDIS_URL, SECRET_KEY, SECRET_KEY_FALLBACKS
from key2key.settings.environment import environment
from key2key.settings.secrets import encryption_key, push_keys, signing_key, verifying_key
from key2key.settings.sidebar import SIDEBAR

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["key2key.common.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["key2key.common.api.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "key2key.common.api.renderers.Negotiation",
    "DEFAULT_FILTER_BACKENDS": ["key2key.common.api.filtering.FilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "key2key.common.api.pagination.KeysetPagination",
    "DEFAULT_THROTTLE_CLASSES": ["key2key.common.api.throttling.RateLimit"],
    "DEFAULT_SCHEMA_CLASS": "key2key.common.api.schema.Schema",
    "EXCEPTION_HANDLER": "key2key.common.api.problems.handle",
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "URL_FORMAT_OVERRIDE": None,
    "FORMAT_SUFFIX_KWARG": None,
}

# Requests in a window, per subject; `policy` on a view names the row (key2key.common.api.throttling).
RATE_LIMITS = {
    "anonymous": "600/minute",
    "user": "1200/minute",
    "write": "300/minute",
    "auth": "600/minute",
    "login": "10/15minutes",
    "login_address": "300/15minutes",
    "code_send": "5/hour",
    "code_address": "300/hour",
    "upload": "120/hour",
    "chat_burst": "10/2seconds",
    "chat_minute": "120/minute",
    "chat_open": "20/hour",
    "inquiry": "20/hour",
    "webhook": "3000/minute",
    "ceiling": "6000/minute",
}

# Policies that stay closed while Redis is away.
GUARDED_RATE_LIMITS = {"auth", "login", "login_address", "code_send", "code_address"}

SIMPLE_JWT: dict[str, Any] = {
    "ALGORITHM": "EdDSA",
    "SIGNING_KEY": signing_key(SECRET_KEY),
    "VERIFYING_KEY": verifying_key(SECRET_KEY),
    "AUDIENCE": "key2key",
    "ISSUER": BASE_URL,
    "LEEWAY": timedelta(seconds=10),
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=environment.ACCESS_TOKEN_MINUTES),
    "USER_ID_CLAIM": "sub",
}
PREVIOUS_VERIFYING_KEYS = [verifying_key(secret) for secret in SECRET_KEY_FALLBACKS]
REFRESH_TOKEN_LIFETIME = timedelta(days=environment.REFRESH_TOKEN_DAYS)
ENCRYPTION_KEYS = [encryption_key(secret) for secret in (SECRET_KEY, *SECRET_KEY_FALLBACKS)]

# Public key -> private key; the first one signs new subscriptions, the others keep old ones ringing.
PUSH_KEYS = dict(push_keys(secret) for secret in (SECRET_KEY, *SECRET_KEY_FALLBACKS))
PUSH_CONTACT = f"mailto:{parseaddr(environment.DEFAULT_FROM_EMAIL)[1]}"
# The push services of the browsers; a name with a dot before it stands for all below it.
PUSH_HOSTS = (
    "fcm.googleapis.com", ".push.services.mozilla.com", "web.push.apple.com", ".notify.windows.com",
)  # fmt: skip

CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "k2k",
        "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 0.5, "SOCKET_TIMEOUT": 0.5},
    }
}

CELERY = {
    "broker_url": REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host="),
    "broker_connection_retry_on_startup": True,
    "broker_transport_options": {"visibility_timeout": 60, "max_retries": 0},  # a request never waits for it
    "task_ignore_result": True,
    "task_serializer": "json",
    "accept_content": ["json"],
    "worker_prefetch_multiplier": 1,
    "worker_hijack_root_logger": False,
    "task_default_queue": "k2k",
    "timezone": "UTC",
}

_DISK = {"location": str(K2K_DATA / "media"), "base_url": "/media/"}
_PRIVATE_DISK = {
    "location": str(K2K_DATA / "private"),
    "file_permissions_mode": 0o600,
    "directory_permissions_mode": 0o700,
}


def _bucket(name: str, **options: Any) -> dict[str, Any]:
    return {
        "BACKEND": "uploads.gateways.bucket.Bucket",
        "OPTIONS": {
            "bucket_name": name,
            "endpoint_url": environment.S3_ENDPOINT_URL or None,
            "region_name": environment.S3_REGION or None,
            "access_key": environment.S3_ACCESS_KEY_ID or None,
            "secret_key": environment.S3_SECRET_ACCESS_KEY.get_secret_value() or None,
            "signature_version": "s3v4",
            "addressing_style": "path",
            "file_overwrite": False,
            **options,
        },
    }


STORAGES = {
    "default": _bucket(
        environment.S3_BUCKET,
        querystring_auth=False,
        object_parameters={"CacheControl": "public, max-age=31536000, immutable"},
    )
    if environment.S3_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": _DISK},
    "private": _bucket(environment.S3_PRIVATE_BUCKET, querystring_expire=60)
    if environment.S3_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": _PRIVATE_DISK},
    # Collected, compressed and named by their content in production; on a desk they come from where they lie.
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if environment.is_production
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not environment.is_production

CORS_ALLOWED_ORIGINS = environment.CORS_ALLOWED_ORIGINS
CORS_URLS_REGEX = r"^/(api|openapi\.json)"
CORS_ALLOW_HEADERS = [
    "accept", "accept-language", "authorization", "content-type", "idempotency-key",
    "if-match", "if-none-match", "x-request-id",
]  # fmt: skip
CORS_EXPOSE_HEADERS = [
    "ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID", "Idempotent-Replayed",
]  # fmt: skip

_PAGE = {
    "default-src": [SELF],
    "script-src": [SELF, NONCE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", *([environment.S3_ENDPOINT_URL] if environment.S3_ENDPOINT_URL else [])],
    "frame-ancestors": [NONE],
    "form-action": [SELF],
    "base-uri": [NONE],
    "object-src": [NONE],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"default-src": [NONE], "frame-ancestors": [NONE]}}
# Alpine.js inside the admin theme evaluates expressions; nothing else may.
ADMIN_CSP = {**_PAGE, "script-src": [SELF, NONCE, UNSAFE_EVAL]}
DOCS_CSP = {**_PAGE, "worker-src": [SELF, "blob:"], "img-src": [SELF, "data:"]}

SPECTACULAR_SETTINGS = {
    "TITLE": "Key2Key API",
    "DESCRIPTION": "Homes and vehicles: looking, asking, viewing, offering, paying, holding the keys.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {
        "persistAuthorization": True,
        "displayOperationId": True,
        "tryItOutEnabled": True,
    },
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "ListingKind": "listings.enums.Kind",
        "ListingPurpose": "listings.enums.Purpose",
        "AskedPurpose": "listings.enums.AskedPurpose",
        "ListingStatus": "listings.enums.Status",
        "VehicleClass": "listings.vehicle_enums.VehicleClass",
        "BodyType": "listings.vehicle_enums.BodyType",
        "FuelType": "listings.vehicle_enums.FuelType",
        "UploadKind": "uploads.kinds.Kind",
        "UploadState": "uploads.kinds.State",
        "UploadReason": "uploads.kinds.Reason",
        "UserStatus": "accounts.models.User.Status",
        "PaymentPurpose": "payments.enums.Purpose",
        "PaymentStatus": "payments.enums.PaymentStatus",
        "PaymentEventKind": "payments.enums.EventKind",
        "RefundStatus": "payments.enums.RefundStatus",
        "PayoutStatus": "payments.enums.PayoutStatus",
        "ReceiptKind": "payments.enums.ReceiptKind",
        "PayoutAccountState": "payments.enums.PayoutAccountState",
        "TransferCause": "payments.enums.Cause",
        "DealSide": "brokers.enums.Side",
        "DealState": "brokers.enums.DealState",
        "LeadStage": "brokers.enums.LeadStage",
        "HandoverCodeState": "brokers.serializers.deals.CODE_STATES",
        "ConversationState": "chat.enums.State",
        "ConversationReportReason": "chat.enums.ReportReason",
        "CaseKind": "verification.enums.CaseKind",
        "DocumentKind": "verification.enums.DocumentKind",
        "UserRole": "accounts.models.User.Role",
        "MembershipRole": "accounts.models.Membership.Role",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "key2key.common.api.schema.finish",
    ],
}

PHONENUMBER_DEFAULT_REGION = "ET"
PHONENUMBER_DB_FORMAT = "E164"
PHONENUMBER_DEFAULT_FORMAT = "E164"
OTP_TOTP_ISSUER = "Key2Key"

PGHISTORY_APPEND_ONLY = False  # the role's rights say so for every writer, not only for Django
PGHISTORY_INSTALL_CONTEXT_FUNC_ON_MIGRATE = True

# Tailwind's teal, the colour of the pages behind mailed links.
_TEAL = {
    "50": "#f0fdfa", "100": "#ccfbf1", "200": "#99f6e4", "300": "#5eead4", "400": "#2dd4bf", "500": "#14b8a6",
    "600": "#0f766e", "700": "#0f766e", "800": "#115e59", "900": "#134e4a", "950": "#042f2e",
}  # fmt: skip

UNFOLD = {
    "SITE_TITLE": "Key2Key",
    "SITE_HEADER": "Key2Key",
    "SITE_SUBHEADER": _("Staff"),
    "SITE_SYMBOL": "key",
    "SITE_URL": "/docs",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "ENVIRONMENT": "accounts.admin_site.environment_badge",
    "STYLES": [lambda _request: static("admin_k2k/admin.css")],
    "SCRIPTS": [lambda _request: static("admin_k2k/review.js")],
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("admin_k2k/icon.svg")}
    ],
    "COLORS": {"primary": _TEAL},
    "COMMAND": {
        "search_models": ["accounts.user", "listings.listing", "payments.payment"],
        "show_history": False,
    },
    "SIDEBAR": {
        "show_search": False,
        "command_search": True,
        "show_all_applications": False,
        "navigation": SIDEBAR,
    },
    "LOGIN": {"redirect_after": reverse_lazy("admin:index")},
}

LOGGING = configuration(
    level=environment.LOG_LEVEL, shape=environment.LOG_FORMAT, file=K2K_DATA / "logs" / "key2key.log"
)
