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
    SANDBOX_URL: str = Field("", description="Where our own processes reach the sandbox. Empty: PUBLIC_URL.")
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
        mode="before",
    )
    @classmethod
    def _split(cls, value: str | list[str]) -> list[str]:
        return (
            [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value
        )

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
