"""Django's own settings."""

from __future__ import annotations

import re

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _

from key2key import embedded
from key2key.settings.databases import app_role, databases
from key2key.settings.environment import DEFAULT_SECRET, ROOT, environment
from key2key.settings.secrets import derive, desk_secret

BASE_DIR = ROOT
ENVIRONMENT = environment.ENVIRONMENT
DEBUG = environment.DEBUG
SECRET_KEY = environment.SECRET_KEY.get_secret_value()
if SECRET_KEY == DEFAULT_SECRET and not environment.is_production:
    SECRET_KEY = desk_secret(environment.K2K_DATA)
SECRET_KEY_FALLBACKS = environment.PREVIOUS_SECRET_KEYS
ALLOWED_HOSTS = environment.ALLOWED_HOSTS
BASE_URL = environment.base_url
ADMIN_PATH = environment.ADMIN_PATH
TRUSTED_PROXIES = environment.TRUSTED_PROXIES
K2K_DATA = environment.K2K_DATA
PAYMENT_GATEWAYS = environment.PAYMENT_GATEWAYS
GATEWAY_CLASSES = {
    "sandbox": "payments.gateways.sandbox.Sandbox",
    "stripe": "payments.gateways.stripe.Stripe",
    "chapa": "payments.gateways.chapa.Chapa",
    "telebirr": "payments.gateways.telebirr.Telebirr",
    "bank_transfer": "payments.gateways.bank.BankTransfer",
}
BANK_ACCOUNTS = environment.BANK_ACCOUNTS
CHAPA_API_VERSION = environment.CHAPA_API_VERSION
CHAPA_MODE = environment.CHAPA_MODE
CHAPA_BASE_URL = environment.CHAPA_BASE_URL
CHAPA_SECRET_KEY = environment.CHAPA_SECRET_KEY.get_secret_value()
CHAPA_WEBHOOK_SECRET = environment.CHAPA_WEBHOOK_SECRET.get_secret_value()
CHAPA_APPROVAL_SECRET = environment.CHAPA_APPROVAL_SECRET.get_secret_value()
CHAPA_MERCHANT = environment.CHAPA_MERCHANT
CHAPA_CHECKOUT_MINUTES = environment.CHAPA_CHECKOUT_MINUTES
CHAPA_FEE_IS_OURS = environment.CHAPA_FEE_IS_OURS
CHAPA_REFUND_BY_TX_REF = environment.CHAPA_REFUND_BY_TX_REF
TELEBIRR_LIVE = environment.TELEBIRR_LIVE
TELEBIRR_BASE_URL = environment.TELEBIRR_BASE_URL
TELEBIRR_WEB_BASE_URL = environment.TELEBIRR_WEB_BASE_URL
TELEBIRR_FABRIC_APP_ID = environment.TELEBIRR_FABRIC_APP_ID
TELEBIRR_APP_SECRET = environment.TELEBIRR_APP_SECRET.get_secret_value()
TELEBIRR_MERCHANT_APP_ID = environment.TELEBIRR_MERCHANT_APP_ID
TELEBIRR_MERCHANT_CODE = environment.TELEBIRR_MERCHANT_CODE
TELEBIRR_PRIVATE_KEY = environment.TELEBIRR_PRIVATE_KEY.get_secret_value()
TELEBIRR_PUBLIC_KEY = environment.TELEBIRR_PUBLIC_KEY
TELEBIRR_NOTIFY_URL = environment.TELEBIRR_NOTIFY_URL
TELEBIRR_TIMEOUT_EXPRESS = environment.TELEBIRR_TIMEOUT_EXPRESS
TELEBIRR_PAYEE_TYPE = environment.TELEBIRR_PAYEE_TYPE
TELEBIRR_SIGN_SCHEME: str = environment.TELEBIRR_SIGN_SCHEME
TELEBIRR_ACCEPT_PKCS1 = environment.TELEBIRR_ACCEPT_PKCS1
TELEBIRR_VERIFY_RESPONSES = environment.TELEBIRR_VERIFY_RESPONSES
TELEBIRR_RAW_SIGN_IN_URL = environment.TELEBIRR_RAW_SIGN_IN_URL
TELEBIRR_CA_BUNDLE = environment.TELEBIRR_CA_BUNDLE
TELEBIRR_VERIFY_TLS = environment.TELEBIRR_VERIFY_TLS
STRIPE_SECRET_KEY = environment.STRIPE_SECRET_KEY.get_secret_value()
STRIPE_WEBHOOK_SECRETS = [
    word.strip() for word in environment.STRIPE_WEBHOOK_SECRET.get_secret_value().split(",") if word.strip()
]
STRIPE_ACCOUNT_ID = environment.STRIPE_ACCOUNT_ID
STRIPE_API_BASE = environment.STRIPE_API_BASE
STRIPE_CURRENCIES = environment.STRIPE_CURRENCIES
STRIPE_CHECKOUT_MINUTES = environment.STRIPE_CHECKOUT_MINUTES
PAYOUT_CHANNELS = environment.PAYOUT_CHANNELS
# The bank's file and payments by hand are people's work.
PAYOUT_CHANNEL_CLASSES = {"chapa": "payments.gateways.chapa.transfers.ChapaTransfers"}
CLOCK_MAY_MOVE = not environment.is_production  # `manage.py advance-clock`
SANDBOX = not environment.is_production  # the small payment company that desks and tests pay through
SANDBOX_URL = environment.SANDBOX_URL or BASE_URL
SANDBOX_API_KEY = derive(SECRET_KEY, purpose="key2key sandbox calls").hex()
SANDBOX_WEBHOOK_SECRET = derive(SECRET_KEY, purpose="key2key sandbox webhooks").hex()
METRICS_NETWORKS = environment.METRICS_NETWORKS

EMBEDDED = embedded.addresses(K2K_DATA)
REDIS_URL = environment.REDIS_URL or EMBEDDED.redis_url
_OWNER_URL = environment.DATABASE_OWNER_URL or (
    "" if environment.DATABASE_URL else EMBEDDED.database_owner_url
)
STEPS_DOWN = not _OWNER_URL
DATABASES = databases(
    url=environment.DATABASE_URL or EMBEDDED.database_url,
    owner_url=_OWNER_URL,
    pool_size=environment.DATABASE_POOL_SIZE,
)
APP_ROLE = app_role(DATABASES, steps_down=STEPS_DOWN)

INSTALLED_APPS = [
    "key2key",
    "key2key.common",
    "analytics",
    "verification",
    "brokers",
    "chat",
    "payments",
    "listings",
    "accounts",
    "notifications",
    "uploads",
    "unfold.apps.BasicAppConfig",  # its default one would put a site of its own in place of ours
    "unfold.contrib.forms",
    "unfold.contrib.constance",
    "key2key.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "channels",
    "constance",
    "corsheaders",
    "csp",
    "django_filters",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pghistory",
    "pgtrigger",
    "phonenumber_field",
    "rest_framework",
    "storages",
]

MIDDLEWARE = [
    "key2key.common.middleware.RequestLine",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "key2key.common.middleware.RefuseCutBody",
    "key2key.common.middleware.TrimSlash",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "key2key.common.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "key2key.common.middleware.AuditContext",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "key2key.urls"
ASGI_APPLICATION = "key2key.asgi.application"
WSGI_APPLICATION = "key2key.wsgi.application"
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]  # TLS and HSTS end at the proxy: deploy/nginx
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "key2key" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.authentication.PasswordBackend"]
LOGIN_URL = f"/{ADMIN_PATH}/login/"
LOGIN_REDIRECT_URL = f"/{ADMIN_PATH}/"
PASSWORD_HASHERS = [
    "accounts.hashers.Argon2Hasher",
    "accounts.hashers.BCryptHasher",
]
ARGON2_TIME_COST = environment.ARGON2_TIME_COST
ARGON2_MEMORY_KIB = environment.ARGON2_MEMORY_KIB
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("full_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 30 * 60

# Django ships no Amharic; the catalogues of this repository are the only ones (decision 35).
LANG_INFO["am"] = {"bidi": False, "code": "am", "name": "Amharic", "name_local": "አማርኛ"}
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("am", _("Amharic"))]
LOCALE_PATHS = [ROOT / "key2key" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
MARKET_TIME_ZONE = "Africa/Addis_Ababa"
DEFAULT_MARKET = "ET"
BASE_CURRENCY = "ETB"

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = environment.base_url.startswith("https://")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 8 * 60 * 60
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = environment.CSRF_TRUSTED_ORIGINS
CSRF_FAILURE_VIEW = "key2key.common.views.csrf_failure"

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# What the ASGI server takes in at all. Django counts fields, and files only once they lie on the disk.
BODY_MAX_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE + 64 * 1024
FILE_BODY_MAX_SIZE = 16 * 1024 * 1024
DOCUMENT_MAX_SIZE = 10 * 1024 * 1024  # private documents: they are held in memory
FILE_BODY_PATHS = re.compile(
    rf"/api/v1/(uploads|verification/cases/[^/]+/documents|payments/[^/]+/proof)|/{ADMIN_PATH}/"
)
STATIC_URL = "/static/"
STATIC_ROOT = K2K_DATA / "static"
MEDIA_ROOT = K2K_DATA / "media"
MEDIA_URL = "/media/"

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if environment.EMAIL_HOST
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = environment.EMAIL_HOST
EMAIL_PORT = environment.EMAIL_PORT
EMAIL_HOST_USER = environment.EMAIL_HOST_USER
EMAIL_HOST_PASSWORD = environment.EMAIL_HOST_PASSWORD.get_secret_value()
EMAIL_USE_TLS = environment.EMAIL_USE_TLS
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.DEFAULT_FROM_EMAIL
SMS_CHANNEL = environment.SMS_CHANNEL
