"""Structured logs: one event per line, with the request's id, and without personal data.

Lines go to the console (plain or JSON) and as JSON to a rotating file that all processes share.
"""

from __future__ import annotations

import logging
import logging.handlers
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

if sys.platform != "win32":
    import fcntl

HIDDEN = "[hidden]"
_SECRET_NAMES = re.compile(
    r"password|passwd|secret|token|authorization|cookie|otp|^code$|api_?key|signature", re.IGNORECASE
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+\.[\w.-]+")
_PHONE = re.compile(r"\+?\d[\d ()-]{7,}\d")
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+|(?<=[Bb]earer )\S+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_PLAIN = {"timestamp", "level", "logger", "request_id", "route", "method", "work", "user"}


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide secrets by their names; e-mail addresses, phones and tokens wherever they stand."""
    return {name: value if name in _PLAIN else _clean(name, value) for name, value in event.items()}


def _clean(name: str, value: Any) -> Any:
    if _SECRET_NAMES.search(name):
        return HIDDEN
    if isinstance(value, str):
        return _clean_text(value)
    if isinstance(value, dict):
        return {key: _clean(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean("", item) for item in value]
    return value


def _clean_text(text: str) -> str:
    for pattern in (_TOKEN, _EMAIL, _PHONE):
        text = pattern.sub(HIDDEN, text)
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.ExtraAdder(),
    structlog.processors.format_exc_info,
    redact,
]


def configuration(*, level: str, shape: str, file: Path) -> dict[str, Any]:
    """Django's LOGGING for a console of the given shape and a rotating JSON file."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED[:4],
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    console = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if shape == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "console": _formatter(console),
            "file": _formatter(structlog.processors.JSONRenderer(ensure_ascii=False)),
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "console"},
            "file": {
                "()": "key2key.common.logging.RotatingFile",
                "filename": str(file),
                "maxBytes": 20 * 1024 * 1024,
                "backupCount": 5,
                "delay": True,
                "formatter": "file",
            },
        },
        "root": {"handlers": ["console", "file"], "level": level},
        "loggers": {
            "django.request": {"level": "ERROR"},  # our own request line says the rest
            "uvicorn.access": {"level": "WARNING"},
            "celery": {"level": "WARNING"},
            "kombu": {"level": "WARNING"},
            "PIL": {"level": "INFO"},
            "httpx": {"level": "WARNING"},
            "constance": {"level": "WARNING"},
        },
    }


class RotatingFile(logging.handlers.RotatingFileHandler):
    """A rotating file that several processes write; its directory is made at the first line.

    One of them moves it away, under a lock, and the others follow to the new one before their next line.
    (By itself the handler of the standard library goes on in a file that another process moved, and moves
    the new one onto it.)
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write to the file that bears the name now."""
        if not self._bears_the_name():
            self._let_go()
        super().emit(record)

    def doRollover(self) -> None:  # noqa: N802 - the base class's name
        """Move the file away, unless another process did while we waited for the lock."""
        with self._alone():
            if self._bears_the_name():
                super().doRollover()
        self._let_go()

    def _open(self) -> Any:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def _let_go(self) -> None:
        """Close the file; the next line opens the one that bears the name then."""
        if self.stream is not None:
            self.stream.close()
            self.stream = None  # type: ignore[assignment]  # as the base class does

    def _bears_the_name(self) -> bool:
        stream = cast("TextIO | None", self.stream)  # none until the first line; the type forgot it
        if stream is None:
            return False
        with suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(stream.fileno()), Path(self.baseFilename).stat())
        return False

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with Path(f"{self.baseFilename}.lock").open("a") as lock:
            if sys.platform != "win32":
                fcntl.flock(lock, fcntl.LOCK_EX)  # given back as the file is closed
            yield


def _formatter(renderer: Processor) -> dict[str, Any]:
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _SHARED,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            redact_exception,
            renderer,
        ],
    }


def redact_exception(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Render an exception and clean it like any other text."""
    return redact(logger, method, structlog.processors.format_exc_info(logger, method, event))
