from __future__ import annotations

import socket
import time

import pytest
from botocore.exceptions import ReadTimeoutError

from uploads.gateways.bucket import Bucket


def test_a_bucket_that_does_not_answer_is_given_up_within_seconds() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        bucket = Bucket(
            bucket_name="photos",
            endpoint_url=f"http://127.0.0.1:{silent.getsockname()[1]}",
            region_name="us-east-1",
            access_key="stand-in",
            secret_key="stand-in",
            signature_version="s3v4",
            addressing_style="path",
        )
        began = time.monotonic()
        with pytest.raises(ReadTimeoutError):
            bucket.exists("x")
    assert time.monotonic() - began < 8


def test_its_other_settings_stay() -> None:
    config = Bucket(bucket_name="photos", signature_version="s3v4", addressing_style="path").client_config
    assert (config.signature_version, config.s3["addressing_style"]) == ("s3v4", "path")
