"""Everything that may differ between two machines, read from the environment once, typed.

`.env.example` and the settings table of the operations guide are generated from this class; a house
test compares them. Wrong types stop the start with all faults named at once; unsafe combinations are
found by the system checks in `key2key.common.checks`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_SECRET = "change-me"  # noqa: S105 - the value that the start refuses in production

Words = Annotated[list[str], NoDecode]


class Environment(BaseSettings):
    """The product's settings. Field names are the names of the environment variables."""

    model_config = SettingsConfigDict(env_file=ROOT / ".env", extra="ignore", case_sensitive=True)

    ENVIRONMENT: Literal["development", "production"] = Field(
        "development", description="`production` refuses defaults that are only safe on a desk."
    )
    DEBUG: bool = Field(False, description="Django's debug pages. Never in production.")
    SECRET_KEY: SecretStr = Field(
        SecretStr(DEFAULT_SECRET),
        description="Signs and encrypts. On a desk the default is replaced by a key made in K2K_DATA.",
    )
    PREVIOUS_SECRET_KEYS: Words = Field(
        [], description="Keys still accepted after a rotation, newest first, separated by commas."
    )
    ALLOWED_HOSTS: Words = Field(
        ["localhost", "127.0.0.1", "[::1]"], description="Host names the product answers to."
    )
    HOST: str = Field("127.0.0.1", description="Address that `make run` listens on.")
    PORT: int = Field(8000, ge=1, le=65535, description="Port that `make run` listens on.")
    PUBLIC_URL: str = Field("", description="Where people reach the product; links in mails start with it.")
    TRUSTED_PROXIES: int = Field(0, ge=0, le=5, description="How many proxies of ours stand before us.")

    K2K_DATA: Path = Field(
        Path(".local"), description="Where the embedded servers, uploads, logs and the made secret lie."
    )
    DATABASE_URL: str = Field("", description="PostgreSQL 15 or later. Empty: the embedded server.")
    DATABASE_OWNER_URL: str = Field(
        "", description="A second login that owns the tables and migrates. Empty: see docs/operations.md."
    )
    DATABASE_POOL_SIZE: int = Field(10, ge=0, description="Connections per server process; 0 is no pool.")
    REDIS_URL: str = Field("", description="Redis 7 or Valkey 8 and later. Empty: the embedded server.")

    CORS_ALLOWED_ORIGINS: Words = Field([], description="Exact origins of web clients.")
    CSRF_TRUSTED_ORIGINS: Words = Field([], description="Origins that may post to the admin.")
    ADMIN_PATH: str = Field("admin", pattern=r"^[a-z0-9-]+$", description="Path of the staff admin.")
    METRICS_NETWORKS: Words = Field(
        ["127.0.0.0/8", "::1/128"], description="Networks that may read /metrics."
    )

    EMAIL_HOST: str = Field("", description="SMTP server. Empty: mails are printed on the console.")
    EMAIL_PORT: int = Field(587, description="SMTP port.")
    EMAIL_HOST_USER: str = Field("", description="SMTP user.")
    EMAIL_HOST_PASSWORD: SecretStr = Field(SecretStr(""), description="SMTP password.")
    EMAIL_USE_TLS: bool = Field(True, description="STARTTLS towards the SMTP server.")
    DEFAULT_FROM_EMAIL: str = Field("Key2Key <no-reply@key2key.example>", description="Sender of mails.")
    SMS_CHANNEL: Literal["console"] = Field("console", description="How text messages leave.")

    S3_BUCKET: str = Field("", description="Bucket for public photos. Empty: local disk in K2K_DATA.")
    S3_PRIVATE_BUCKET: str = Field("", description="Bucket for originals. Required with S3_BUCKET.")
    S3_ENDPOINT_URL: str = Field("", description="S3-compatible endpoint. Empty: Amazon's own.")
    S3_REGION: str = Field("", description="Region of the buckets.")
    S3_ACCESS_KEY_ID: str = Field("", description="S3 access key.")
    S3_SECRET_ACCESS_KEY: SecretStr = Field(SecretStr(""), description="S3 secret.")

    PAYMENT_GATEWAYS: Words = Field(["sandbox"], description="Enabled gateways. `sandbox` only on a desk.")
    PAYOUT_CHANNELS: Words = Field(
        ["bank_csv", "manual"],
        description="Ways to send money out. Besides these two, by people, those of gateways: `chapa`.",
    )
    BANK_ACCOUNTS: Words = Field(
        [],
        description="Our accounts for `bank_transfer`, each `bank | name | number`, separated by commas.",
    )
    SANDBOX_URL: str = Field("", description="Where our own processes reach the sandbox. Empty: PUBLIC_URL.")
    TELEBIRR_LIVE: bool = Field(False, description="Whether Telebirr's money is real.")
    TELEBIRR_BASE_URL: str = Field(
        "", description="Where Telebirr's API is, up to `/payment/gateway`. It has no default."
    )
    TELEBIRR_WEB_BASE_URL: str = Field(
        "", description="Where Telebirr's payment page is, up to `paygate?`. No default either."
    )
    TELEBIRR_FABRIC_APP_ID: str = Field("", description="Fabric App ID: the name of our key there.")
    TELEBIRR_APP_SECRET: SecretStr = Field(SecretStr(""), description="App secret, for the token.")
    TELEBIRR_MERCHANT_APP_ID: str = Field("", description="Merchant App ID, 15 or 16 digits.")
    TELEBIRR_MERCHANT_CODE: str = Field("", description="Short code, 5 or 6 digits.")
    TELEBIRR_PRIVATE_KEY: SecretStr = Field(
        SecretStr(""), description="Our RSA key, PKCS#8, in PEM or bare base64; it signs what we ask."
    )
    TELEBIRR_PUBLIC_KEY: str = Field(
        "", description="Telebirr's RSA key, which proves its answers. Not the public half of ours."
    )
    TELEBIRR_NOTIFY_URL: str = Field(
        "", description="Our address that Ethio telecom has allowed. Empty: our usual one for webhooks."
    )
    TELEBIRR_TIMEOUT_EXPRESS: str = Field(
        "120m",
        pattern=r"^([1-9][0-9]?|1[01][0-9]|120)m$",
        description="How long a page stays open: `1m` to `120m`. It cannot be closed before.",
    )
    TELEBIRR_PAYEE_TYPE: str = Field(
        "5000", pattern=r"^[0-9]{4}$", description="What Ethio telecom says we are: 5000 or 3000."
    )
    TELEBIRR_SIGN_SCHEME: Literal["pss32", "pssmax", "pkcs1"] = Field(
        "pss32", description="Padding of our signatures. `manage.py probe_telebirr` says which one works."
    )
    TELEBIRR_ACCEPT_PKCS1: bool = Field(
        False, description="Whether Telebirr's own signatures may have the older padding."
    )
    TELEBIRR_VERIFY_RESPONSES: bool = Field(
        True, description="Whether answers must be signed, as notifications always must."
    )
    TELEBIRR_RAW_SIGN_IN_URL: bool = Field(
        False, description="Whether the signature in the page's address is left unencoded."
    )
    TELEBIRR_CA_BUNDLE: str = Field(
        "", description="File of certificates that prove Telebirr's server. Empty: the usual authorities."
    )
    TELEBIRR_VERIFY_TLS: bool = Field(
        True, description="Whether Telebirr's server must prove itself. Never false with real money."
    )
    CHAPA_API_VERSION: Literal["v1", "v2"] = Field(
        "v1", description="Generation of Chapa's API; the key belongs to one of them."
    )
    CHAPA_MODE: Literal["test", "live"] = Field("test", description="Whether Chapa's money is real.")
    CHAPA_BASE_URL: str = Field("", description="Where Chapa's API is. Empty: the one of its generation.")
    CHAPA_SECRET_KEY: SecretStr = Field(SecretStr(""), description="Our key at Chapa.")
    CHAPA_WEBHOOK_SECRET: SecretStr = Field(
        SecretStr(""), description="The secret hash of Chapa's dashboard, which signs webhooks. Not the key."
    )
    CHAPA_APPROVAL_SECRET: SecretStr = Field(
        SecretStr(""), description="The secret with which Chapa asks whether a transfer may leave."
    )
    CHAPA_MERCHANT: str = Field(
        "key2key", pattern=r"^[A-Za-z0-9-]{1,40}$", description="Our name beside each order at Chapa."
    )
    CHAPA_CHECKOUT_MINUTES: int = Field(
        60, ge=5, le=24 * 60, description="How long a page of Chapa stays open; then we close it."
    )
    CHAPA_FEE_IS_OURS: bool = Field(
        True, description="Whether Chapa's charge leaves our money. False where the payer pays it on top."
    )
    CHAPA_REFUND_BY_TX_REF: bool = Field(
        False, description="Whether a refund that Chapa does not find by its number is tried by ours."
    )
    STRIPE_SECRET_KEY: SecretStr = Field(
        SecretStr(""), description="Our key at Stripe, `sk_` or `rk_`; its second word says test or live."
    )
    STRIPE_WEBHOOK_SECRET: SecretStr = Field(
        SecretStr(""), description="Secrets that sign Stripe's webhooks, the newest first, by commas."
    )
    STRIPE_ACCOUNT_ID: str = Field("", description="Our account at Stripe, `acct_`.")
    STRIPE_API_BASE: str = Field("https://api.stripe.com", description="Where Stripe's API is.")
    STRIPE_CURRENCIES: Words = Field(
        ["USD"], description="Currencies that our account at Stripe takes, separated by commas."
    )
    STRIPE_CHECKOUT_MINUTES: int = Field(
        60, ge=5, le=24 * 60, description="How long a page of Stripe stays open; then we close it."
    )
    LOG_FORMAT: Literal["plain", "json"] = Field("plain", description="Shape of the console's log lines.")
    LOG_LEVEL: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level logged.")
    ACCESS_TOKEN_MINUTES: int = Field(10, ge=1, le=15, description="Life of an access token.")
    REFRESH_TOKEN_DAYS: int = Field(30, ge=1, le=365, description="Life of an unused session.")
    ARGON2_TIME_COST: int = Field(2, ge=1, description="Argon2id passes.")
    ARGON2_MEMORY_KIB: int = Field(19456, ge=8192, description="Argon2id memory in KiB.")

    @field_validator(
        "PREVIOUS_SECRET_KEYS",
        "ALLOWED_HOSTS",
        "CORS_ALLOWED_ORIGINS",
        "CSRF_TRUSTED_ORIGINS",
        "METRICS_NETWORKS",
        "PAYMENT_GATEWAYS",
        "STRIPE_CURRENCIES",
        "PAYOUT_CHANNELS",
        "BANK_ACCOUNTS",
        mode="before",
    )
    @classmethod
    def _split(cls, value: str | list[str]) -> list[str]:
        return (
            [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value
        )

    @field_validator("BANK_ACCOUNTS")
    @classmethod
    def _have_three_parts(cls, value: list[str]) -> list[str]:
        if any(len([part for part in words.split("|") if part.strip()]) != 3 for words in value):  # noqa: PLR2004
            raise ValueError("each account is `bank | name | number`")
        return value

    @field_validator("K2K_DATA")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value if value.is_absolute() else ROOT / value

    @property
    def is_production(self) -> bool:
        """Whether defaults that are only safe on a desk are refused."""
        return self.ENVIRONMENT == "production"

    @property
    def base_url(self) -> str:
        """Where people reach the product, without a trailing slash."""
        return (self.PUBLIC_URL or f"http://{self.HOST}:{self.PORT}").rstrip("/")


environment = Environment()
