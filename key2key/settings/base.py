"""Django's own settings."""

from __future__ import annotations

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
GATEWAY_CLASSES = {"sandbox": "payments.gateways.sandbox.Sandbox"}
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
FILE_BODY_PATHS = ("/api/v1/uploads", f"/{ADMIN_PATH}/")
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
