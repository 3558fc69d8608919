"""A bucket of Amazon S3, or of whatever speaks its language."""

from __future__ import annotations

from typing import Any

from storages.backends.s3 import S3Storage

# By itself it would wait for a minute, and then four times more: a request would hang on it.
_PATIENCE = {"connect_timeout": 1, "read_timeout": 2, "retries": {"total_max_attempts": 2}}


class Bucket(S3Storage):  # type: ignore[misc]  # django-storages has no types
    """Asked twice at most, with a second to connect and two for each answer."""

    client_config: Any

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        kind = type(self.client_config)  # botocore's, which only comes along with boto3
        self.client_config = self.client_config.merge(kind(**_PATIENCE))
